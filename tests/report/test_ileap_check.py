"""What is wrong with iLEAP data that someone changed."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from chains import chains_of_text
from greenroute.rating.read import read_rates
from greenroute.report.ileap import ileap_of
from greenroute.report.ileap_check import IleapData, check_ileap
from greenroute.statement import state_emissions

FACTORS = read_rates().factors
CHAINS = """
    S 1   road road-artic 12000kg 300km departs_at=2026-03-01T08:00+08:00 incoterm=FCA energy=Diesel:0.75;LPG:0.25
    S 3<1 sea  sea-container-8000 12000kg 9000.25km
    S 4<3 hub  own-hub 12000kg wtw=1.25 ttw=0.5
    S 5<4 road own-road 12000kg 300km wtw=90 ttw=70 basis=sfd
"""


def export() -> IleapData:
    statement = state_emissions(chains_of_text(CHAINS), FACTORS)
    return ileap_of(statement, hub_types={"own-hub": "Warehouse"})


Parts = tuple[dict[str, Any], ...]
Change = Callable[[Parts, Parts, Parts], None]


def broken(change: Change) -> list[str]:
    """Return what is found in the export once something in it is changed."""
    data = export()
    parts = copy.deepcopy((data.shipments, data.tocs, data.hocs))
    change(*parts)
    shipments, tocs, hocs = parts
    return [
        str(f)
        for f in check_ileap(IleapData(shipments=shipments, tocs=tocs, hocs=hocs))
    ]


def put(path: str, value: object) -> Change:
    """Return a change: a value at a path like "shipments/0/tces/1/mass"."""

    def change(shipments: Parts, tocs: Parts, hocs: Parts) -> None:
        names = {"shipments": shipments, "tocs": tocs, "hocs": hocs}
        first, *between, last = path.split("/")
        at: Any = names[first]
        for step in between:
            at = at[int(step) if step.isdigit() else step]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("shipments/0/tces/0/mass", "12t", "mass: '12t', expected a decimal number"),
        ("shipments/0/tces/0/mass", 12000, "mass: 12000, expected a decimal number"),
        ("shipments/0/tces/0/mass", "1e3", "mass: '1e3', expected a decimal number"),
        ("shipments/0/tces", [], "tces: [], expected a list of objects, not empty"),
        ("shipments/0/tces/0/co2eTTW", None, "co2eTTW: co2eTTW is missing"),
        ("shipments/0/tces/0/hocId", "own-hub", "is 'own-hub', expected one of them"),
        ("shipments/0/tces/0/tocId", None, "and hocId is None, expected one of them"),
        ("shipments/0/tces/0/tocId", "x", "'x' is not published with the footprint"),
        ("shipments/0/tces/0/distance", {}, "distance: there is no distance"),
        (
            "shipments/0/tces/0/transportActivity",
            "3.6",
            "3.6, expected mass × distance / 1000, 3600",
        ),
        (
            "shipments/0/tces/0/co2eWTW",
            "300",
            "expected activity × intensity, 364.1652",
        ),
        (
            "shipments/0/tces/0/co2eTTW",
            "400",
            "400, expected at most co2eWTW, 364.1652",
        ),
        ("shipments/0/tces/0/prevTceIds", ["5"], "leads back to itself"),
        ("shipments/0/tces/0/prevTceIds", ["9"], "'9' is not in this footprint"),
        ("shipments/0/tces/0/tceId", "3", "'3' again, expected it once"),
        ("shipments/0/tces/0/shipmentId", "X", "'X', expected 'S'"),
        ("shipments/0/tces/0/departureAt", "2026-03-01T08:00", "expected a time, ISO"),
        ("shipments/0/tces/0/incoterms", "DAT", "'DAT' is not known, expected one of"),
        ("tocs/0/co2eIntensityTTW", "9", "9, expected at most co2eIntensityWTW"),
        (
            "tocs/0/energyCarriers/0/relativeShare",
            "0.5",
            "expected > 0, adding up to 1",
        ),
        ("tocs/0/energyCarriers", [], "expected a list of objects, not empty"),
        ("tocs/0/energyCarriers/0/energyConsumption", "1", "expected both or none"),
        ("tocs/0/loadFactor", "1.5", "loadFactor: 1.5, expected 0 to 1"),
        ("tocs/0/certifications", [], "the list is empty"),
        ("hocs/0/hubType", "Shed", "'Shed' is not known, expected one of"),
        ("hocs/0/packagingOrTrEqAmount", "2", "'2', expected a whole number"),
    ],
)
def test_what_does_not_hold_together_is_found(
    path: str, value: object, found: str
) -> None:
    messages = broken(put(path, value))

    assert [text for text in messages if found in text] != [], messages
