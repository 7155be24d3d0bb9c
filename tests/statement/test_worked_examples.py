"""Examples from the literature, and those of the reference where it is there."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from greenroute.report.ileap_check import IleapData, check_ileap
from published import WORKED_EXAMPLES, needs
from worked import COMPUTE
from worked_fuels import HFO

ILEAP = "iLEAP Technical Specifications 1.0.0 (27 May 2025), transport activity"
SINE = "SINE iLEAP demo API, sample data (sine-fdn/impact-protocols)"
CLIMATIQ = "Climatiq intermodal freight API, recorded response"
TIM = "Travel Impact Model, README, ZRH-SFO by B787-9"
FUELEU = "Regulation (EU) 2023/1805"
GHG = "GHG Protocol, Scope 3 guidance v1.0 (2013)"
ROAD_HUB = {"mass_kg": 4.53, "road_km": 4611, "hub_kg_per_t": 0.6, "hub_count": 2}
ROAD_HUB |= {"ttw_kg_per_tkm": 0.083, "wtt_kg_per_tkm": 0.017}
ETS = {"cf_ch4": 5e-05, "cf_n2o": 0.00018, "gwp": [28, 265]}
TRIO = [
    {"mode": "Rail", "km": 423, "wtw": 0.007, "ttw": 0},
    {"hub_wtw_kg_per_t": 33, "hub_ttw_kg_per_t": 10},
    {"mode": "Road", "km": 423, "wtw": 0.116, "ttw": 0.089},
]
ROUND = [
    {"t": 2, "depot_km": 30},
    {"t": 1, "depot_km": 60},
    {"t": 4, "depot_km": 20},
]

#: id, source, inputs, expected, relative tolerance
Row = tuple[str, str, dict[str, Any], dict[str, Any], float]
ROWS: list[Row] = [
    ("ileap-tkm-1", ILEAP, {"mass_kg": 230, "distance_km": 700}, {"tkm": 161}, 0),
    ("ileap-teu-1", ILEAP, {"container_ft": 40}, {"TEU": 2}, 0),
    (
        "sine-multimodal-defect",
        SINE,
        {"mass_kg": 40_000, "tces": TRIO},
        {
            "tkm_total": 33_840,
            "wtw_kg": [118.44, 1320, 1962.72],
            "ttw_kg": [0, 400, 1505.88],
            "wtw_total_correct": 3401.16,
        },
        1e-12,
    ),
    (
        "climatiq-sea-ny-road",
        CLIMATIQ,
        ROAD_HUB,
        {"ttw_kg": 1.734, "wtt_kg": 0.3551, "total_kg": 2.094},
        1e-3,
    ),
    (
        "iso-version-of-ber-par-air",
        "ISO 14083:2023, distance of flights",
        {
            "mass_kg": 10,
            "gcd_km": 882.6,
            "ttw_kg_per_tkm": 1.075,
            "wtt_kg_per_tkm": 0.284,
        },
        {"adjusted_km": 977.6, "tkm": 9.776, "wtw_kg": 13.285584},
        1e-12,
    ),
    (
        "tim-ef",
        TIM,
        {"lcv_mj_per_kg": 43.1, "wtt_g_per_mj": 15, "ttw_g_per_mj": 74},
        {"wtt_kg_per_kg": 0.6465, "ttw_kg_per_kg": 3.1894, "wtw_kg_per_kg": 3.8359},
        1e-12,
    ),
    (
        "tim-gcd",
        TIM,
        {"from": "ZRH", "to": "SFO"},
        {"gcd_km": 9369, "gcd_nm": 5058.9},
        1e-3,
    ),
    (
        "saf-easa-2024",
        "EASA, ReFuelEU Aviation figures for 2024",
        {"saf_kt": 193, "ktco2_avoided": 714},
        {"t_per_t": 3.6995},
        1e-4,
    ),
    (
        "corsia-hefa-uco",
        "ICAO CORSIA default life-cycle values",
        {"lca": 13.9, "baseline": 89},
        {"reduction_pct": 84.382},
        1e-5,
    ),
    (
        "alloc-round",
        "PTV emission allocation; CLECAT guide",
        {"orders": ROUND, "total_kg": 100},
        {"notional_tkm": [60, 60, 80], "shares_kg": [30, 30, 40]},
        0,
    ),
    ("fueleu-hfo", FUELEU, HFO, {"wtw_g_per_mj": 91.744}, 1e-5),
    (
        "fueleu-penalty-hfo",
        FUELEU,
        {"fuel": "HFO", "tonnes_intra_eu": 1000, "target_g_per_mj": 89.3368},
        {"energy_mj": 40_500_000, "penalty_eur": 62_209},
        1e-5,
    ),
    (
        "ets-ef-hsfo",
        "EU ETS maritime factors from 2026",
        ETS | {"cf_co2": 3.114},
        {"t_per_t": 3.1631},
        1e-12,
    ),
    (
        "daf-sea",
        "CLECAT ISO 14083 guide, table 3",
        {
            "mass_t": 12,
            "sfd_km": 10_000,
            "intensity_g_per_tkm": 10,
            "intensity_distance": "actual",
        },
        {"daf": 1.15, "wtw_kg": 1380},
        0,
    ),
    (
        "s3-1",
        GHG,
        {
            "who_pays": "reporting company",
            "flow": "outbound to customer, third-party carrier",
        },
        {"category": 4},
        0,
    ),
    (
        "unc-1",
        "IPCC 2006 Guidelines, vol. 1, ch. 3, closed form",
        {"A_kg": 80, "B_kg": 100, "gsd_A": 1.3, "gsd_B": 1.3, "rho": 0},
        {"p": 0.7262},
        1e-4,
    ),
    (
        "ledger-1",
        "SFC/WEF Voluntary Market Based Measures Framework (2023)",
        {"iso14083_wtw_t": 10, "saf_claim_t": 4, "offset_t": 6},
        {"iso14083_wtw_t": 10, "market_based_t": 6, "offset_ledger_t": 6},
        0,
    ),
]


def deviations(
    found: dict[str, Any], expected: dict[str, Any], *, rtol: float, atol: float = 0.0
) -> Iterator[tuple[str, object, object]]:
    """Yield the numbers that are further from what is expected than they may be."""
    for name, value in expected.items():
        if name not in found:
            continue
        wanted = value if isinstance(value, Sequence) else [value]
        given = found[name] if isinstance(value, Sequence) else [found[name]]
        if len(given) != len(wanted):
            yield name, given, wanted
        for x, y in zip(given, wanted, strict=False):
            if abs(float(x) - float(y)) > atol + rtol * abs(float(y)):
                yield name, x, y


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_example_of_the_literature_comes_out(row: Row) -> None:
    name, _, inputs, expected, rtol = row

    found = COMPUTE[name](inputs)

    assert set(expected) <= set(found)
    assert list(deviations(found, expected, rtol=rtol)) == []


@needs([WORKED_EXAMPLES])
def test_every_example_of_the_reference_comes_out() -> None:
    examples = json.loads(WORKED_EXAMPLES.read_text(encoding="utf-8"))["examples"]
    words = {"source_prints", "validator", "must_not_report"}

    wrong = {}
    for example in examples:
        found = COMPUTE[example["id"]](example["inputs"])
        missing = set(example["expected"]) - set(found) - words
        off = list(deviations(found, example["expected"], **example["tolerance"]))
        if missing or off:
            wrong[example["id"]] = (missing, off)

    assert wrong == {}
    assert {example["id"] for example in examples} == set(COMPUTE)


def test_the_defect_of_the_sample_data_is_flagged() -> None:
    """The road leg of SINE's sample prints 1692.62 for 16920 t·km x 0.116 kg."""
    carrier = {
        "energyCarrier": "Diesel",
        "relativeShare": "1",
        "emissionFactorWTW": "3.2",
        "emissionFactorTTW": "2.6",
    }
    toc = {
        "tocId": "t",
        "mode": "Road",
        "energyCarriers": [carrier],
        "co2eIntensityWTW": "0.116",
        "co2eIntensityTTW": "0.089",
        "transportActivityUnit": "tkm",
    }
    tce = {
        "tceId": "3",
        "tocId": "t",
        "shipmentId": "shipment-1",
        "mass": "40000",
        "distance": {"actual": "423"},
        "transportActivity": "16920",
        "co2eWTW": "1692.62",
        "co2eTTW": "1505.88",
    }
    shipment = {"mass": "40000", "shipmentId": "shipment-simple-1", "tces": [tce]}

    found = check_ileap(IleapData(shipments=(shipment,), tocs=(toc,), hocs=()))

    assert [(str(f), f.severity) for f in found] == [
        (
            "/shipments/0/tces/0/shipmentId: 'shipment-1', expected 'shipment-simple-1'",
            "warning",
        ),
        (
            "/shipments/0/tces/0/co2eWTW: 1692.62, expected activity × intensity, 1962.72",
            "error",
        ),
    ]
    right = {**shipment, "tces": [{**tce, "co2eWTW": "1962.72"}]}
    fixed = check_ileap(IleapData(shipments=(right,), tocs=(toc,), hocs=()))
    assert [finding.severity for finding in fixed] == ["warning"]
