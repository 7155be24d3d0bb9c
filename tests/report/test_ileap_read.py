"""iLEAP data of another system."""

import json
import logging
from decimal import Decimal
from pathlib import Path

import pytest

from greenroute.errors import DataError
from greenroute.rating.read import read_rates
from greenroute.report.ileap_read import read_ileap
from greenroute.statement import state_emissions

FACTORS = read_rates().factors
FOREIGN = {
    "data": [
        {
            "id": "x",
            "pcf": {},
            "extensions": [
                {
                    "specVersion": "2.0.0",
                    "dataSchema": "https://api.ileap.sine.dev/shipment-footprint.json",
                    "data": {
                        "mass": "87",
                        "shipmentId": "1237890",
                        "tces": [
                            {
                                "tceId": "abcdef",
                                "prevTceIds": ["elsewhere"],
                                "tocId": "truck-40t-euro5-de",
                                "shipmentId": "1237890",
                                "mass": "87",
                                "distance": {"actual": "423"},
                                "transportActivity": "36.801",
                                "co2eWTW": "3.6801",
                                "co2eTTW": "3.2801",
                            },
                            {
                                "tceId": "hub",
                                "hocId": "unpublished",
                                "shipmentId": "1237890",
                                "mass": "87",
                                "distance": {"gcd": "0"},
                                "transportActivity": "0",
                                "co2eWTW": "0.87",
                                "co2eTTW": "0.087",
                            },
                            {
                                "tceId": "lost",
                                "tocId": "unpublished",
                                "shipmentId": "1237890",
                                "mass": "87",
                                "distance": {"sfd": "10"},
                                "transportActivity": "0.87",
                                "co2eWTW": "0.87",
                                "co2eTTW": "0.087",
                            },
                        ],
                    },
                }
            ],
        },
        {
            "extensions": [
                {
                    "data": {
                        "tocId": "truck-40t-euro5-de",
                        "mode": "Road",
                        "energyCarriers": [
                            {
                                "energyCarrier": "Ammonia",
                                "relativeShare": "1",
                                "emissionFactorWTW": "3",
                                "emissionFactorTTW": "2",
                            }
                        ],
                        "co2eIntensityWTW": "0.1",
                        "co2eIntensityTTW": "0.08913",
                        "transportActivityUnit": "tkm",
                    }
                }
            ]
        },
    ]
}


def test_footprints_of_another_system_are_read_out_of_pact(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "footprints.json"
    path.write_text(json.dumps(FOREIGN), encoding="utf-8")

    with caplog.at_level(logging.WARNING):
        chains = read_ileap(path)
    statement = state_emissions(chains, FACTORS)

    # 36.801 t·km x 0.1 kg, and the hub by what it says of itself.
    assert statement.total.wtw_kg_co2e == Decimal("3.6801") + Decimal("0.87")
    assert "'Ammonia' is not known" in caplog.text  # enumerations grow
    assert "'elsewhere' is not in this footprint" in caplog.text
    assert [r.tce_id for r in statement.rejected] == ["lost"]
    assert "nothing else says the mode" in statement.rejected[0].text
    assert statement.incomplete == ("1237890",)


@pytest.mark.parametrize(
    ("text", "message"),
    [("[]", "there is no ShipmentFootprint"), ("{", "expected JSON")],
)
def test_a_file_without_footprints_is_refused(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=message):
        read_ileap(path)
