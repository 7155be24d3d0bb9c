"""Tables that a user holds become a factor set; what cannot be is named, row by row."""

from pathlib import Path

import pytest

from factor_folders import rows_of, write_rows
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.factors import DataType, FactorSet
from greenroute.rating.import_factors import import_factors
from greenroute.rating.import_template import (
    LANES,
    TEMPLATES,
    ImportKind,
    template_csv,
)
from greenroute.rating.read_factors import read_factors

#: A row of each kind that can be used; figures are made up for these tests.
GOOD = {
    ImportKind.GLEC: {
        "module": "2",
        "table": "road",
        "toc": "road-artic",
        "cargo": "dry",
        "mode": "road",
        "vehicle_class": "artic 40 t",
        "region": "Europe",
        "temperature": "ambient",
        "wtw": "0.08",
        "ttw": "0.064",
        "wtt": "0.016",
        "unit": "kg CO2e/tkm",
        "distance_basis": "sfd",
        "gwp_basis": "AR6 27/273",
        "edition": "v9",
        "year": "2031",
        "page": "7",
    },
    ImportKind.CLEAN_CARGO: {
        "mode": "sea",
        "lane": "north_europe-asia",
        "evidence": "published",
        "region": "world",
        "temperature": "ambient",
        "wtw": "62",
        "ttw": "53",
        "unit": "g CO2e/TEU-km",
        "t_per_teu": "10",
        "distance_basis": "actual",
        "gwp_basis": "AR5",
        "edition": "2031",
        "year": "2031",
        "page": "3",
    },
    ImportKind.CARRIER: {
        "carrier": "Line A",
        "evidence": "measured",
        "toc": "rail-freight",
        "mode": "rail",
        "vehicle_class": "block train",
        "region": "DE",
        "temperature": "refrigerated",
        "wtw": "12",
        "ttw": "0",
        "unit": "g CO2e/tkm",
        "distance_basis": "actual",
        "gwp_basis": "not stated",
        "edition": "report",
        "year": "2031",
        "page": "1",
    },
    ImportKind.SMARTWAY: {
        "carrier": "Truck B",
        "evidence": "measured",
        "toc": "road-artic-us",
        "mode": "road",
        "vehicle_class": "dry van",
        "region": "US",
        "temperature": "ambient",
        "co2_g_per_short_ton_mile": "100",
        "fuel": "Diesel",
        "distance_basis": "actual",
        "edition": "2031",
        "year": "2031",
        "page": "1",
    },
}
HUB = {
    "module": "2",
    "table": "hubs",
    "toc": "rail-terminal",
    "mode": "hub",
    "vehicle_class": "terminal",
    "region": "any",
    "temperature": "ambient",
    "wtw": "1.5",
    "ttw": "0.5",
    "unit": "kg CO2e/t",
    "distance_basis": "undeclared",
    "gwp_basis": "AR5",
    "edition": "v9",
    "year": "2031",
    "page": "8",
}


def filled(path: Path, kind: ImportKind, *rows: dict[str, str]) -> Path:
    """Write a filled template."""
    write_rows(path, [dict.fromkeys(TEMPLATES[kind], "") | row for row in rows])
    return path


def imported(tmp_path: Path, kind: ImportKind, *rows: dict[str, str]) -> FactorSet:
    """Import rows, and return the factor set that they make."""
    file = filled(tmp_path / "table.csv", kind, *rows)
    import_factors(file, kind, tmp_path / "own")
    return read_factors(tmp_path / "own")


def errors_of(tmp_path: Path, kind: ImportKind, *rows: dict[str, str]) -> list[str]:
    """Return what is said of rows that cannot be imported."""
    file = filled(tmp_path / "table.csv", kind, *rows)
    with pytest.raises(DataError) as error:
        import_factors(file, kind, tmp_path / "own")

    assert not list(tmp_path.glob("*own*"))
    return str(error.value).replace(f"{file}:", "").splitlines()


def factor_of(factors: FactorSet, toc: str, cargo: int = 0) -> int:
    return int(factors.tocs.factor[factors.tocs.code(toc, factors.name), cargo])


@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_filled_template_becomes_a_set_for_factors(
    kind: ImportKind, tmp_path: Path
) -> None:
    factors = imported(tmp_path, kind, GOOD[kind])
    own = [i for i in factors.ids if i.startswith("user-held:")]
    code = factors.ids.index(own[0])

    assert len(own) == 1
    assert factors.name == "own"
    assert factors.notes.licence[code].as_py() == "user-held"
    assert factors.notes.year[code] == 2031
    assert {"road-artic-hvo", "sea-container-8000"} <= set(factors.tocs.names)


def test_a_toc_that_is_named_is_replaced_for_its_cargo_only(tmp_path: Path) -> None:
    factors = imported(tmp_path, ImportKind.GLEC, GOOD[ImportKind.GLEC])
    dry, reefer = (factor_of(factors, "road-artic", cargo) for cargo in (0, 1))

    assert factors.wtw_g_per_tkm[dry] == 80  # 0.08 kg/tkm
    assert factors.data_type[dry] is DataType.DEFAULT
    assert factors.tocs.adjustment[factors.tocs.code("road-artic", ""), 0] == 1  # sfd
    assert factors.ids[reefer].startswith("desnz-2026:")


def test_a_lane_without_a_toc_gets_one_of_its_own(tmp_path: Path) -> None:
    factors = imported(tmp_path, ImportKind.CLEAN_CARGO, GOOD[ImportKind.CLEAN_CARGO])
    toc = "clean-cargo-sea-north_europe-asia-world"
    code = factor_of(factors, toc)

    assert factors.wtw_g_per_tkm[code] == pytest.approx(6.2)  # 62 g/TEU-km at 10 t/TEU
    assert factors.tocs.adjustment[factors.tocs.code(toc, ""), 0] == 1.15
    assert factor_of(factors, toc, 2) == code  # dangerous goods as dry ones


@pytest.mark.parametrize(
    ("evidence", "data_type"),
    [
        ("measured", DataType.PRIMARY),
        ("modelled", DataType.MODELLED),
        ("published", DataType.DEFAULT),
    ],
)
def test_what_a_carrier_measured_is_primary(
    evidence: str, data_type: DataType, tmp_path: Path
) -> None:
    row = GOOD[ImportKind.CARRIER] | {"evidence": evidence}
    factors = imported(tmp_path, ImportKind.CARRIER, row)
    code = factor_of(factors, "rail-freight", 1)

    assert factors.data_type[code] is data_type
    assert factors.ids[factor_of(factors, "rail-freight", 0)].startswith("desnz-2026:")


def test_a_measured_lane_of_no_carrier_is_a_default(tmp_path: Path) -> None:
    row = GOOD[ImportKind.CLEAN_CARGO] | {"evidence": "measured"}
    factors = imported(tmp_path, ImportKind.CLEAN_CARGO, row)
    code = factor_of(factors, "clean-cargo-sea-north_europe-asia-world")

    assert factors.data_type[code] is DataType.DEFAULT


def test_short_ton_miles_become_tonne_kilometres_and_get_provision(
    tmp_path: Path,
) -> None:
    factors = imported(tmp_path, ImportKind.SMARTWAY, GOOD[ImportKind.SMARTWAY])
    code = factor_of(factors, "road-artic-us")

    # 100 g / 1.45997232 tkm; times 1 + 0.61101 / 2.58354
    assert factors.ttw_g_per_tkm[code] == pytest.approx(68.49445, abs=1e-5)
    assert factors.wtw_g_per_tkm[code] == pytest.approx(84.69346, abs=1e-5)


def test_a_0_given_on_purpose_stays_0(tmp_path: Path) -> None:
    row = GOOD[ImportKind.CARRIER] | {"wtw": "0", "ttw": "0"}
    factors = imported(tmp_path, ImportKind.CARRIER, row)

    assert factors.wtw_g_per_tkm[factor_of(factors, "rail-freight", 1)] == 0


def test_a_hub_gets_its_intensity(tmp_path: Path) -> None:
    factors = imported(tmp_path, ImportKind.GLEC, HUB)
    hub = factors.hubs.names.index("rail-terminal")

    assert (factors.hubs.wtw_kg_per_t[hub], factors.hubs.ttw_kg_per_t[hub]) == (
        1.5,
        0.5,
    )
    assert factors.hubs.source[hub] == (
        "GLEC Framework v9, module 2, table hubs, page 8"
    )
    assert factors.ids[int(factors.hubs.factor[hub])] == "rail-terminal"


@pytest.mark.parametrize(
    ("kind", "cells", "message"),
    [
        (
            ImportKind.GLEC,
            {"ttw": "0.09", "wtt": ""},
            "ttw is '0.09', expected at most wtw, 0.08 (rule: ttw <= wtw)",
        ),
        (
            ImportKind.GLEC,
            {"wtt": "0.03"},
            "wtt is '0.03', expected wtw less ttw, 0.016 (rule: wtw = ttw + wtt)",
        ),
        (
            ImportKind.GLEC,
            {"unit": "g CO2e/tkm"},
            (
                "wtw is '0.08', expected 1.5 to 10000 g CO2e/tkm for road, it is 0.08 "
                "there (rule: magnitude)"
            ),
        ),
        (
            ImportKind.GLEC,
            {"toc": "road-artik"},
            "toc is 'road-artik', expected one of 762; near ones are road-artic",
        ),
        (
            ImportKind.GLEC,
            {"mode": "rail"},
            "mode is 'rail', expected road, that of toc 'road-artic' (rule: mode)",
        ),
        (
            ImportKind.GLEC,
            {"gwp_basis": "AR7"},
            "gwp_basis is 'AR7', expected AR4, AR5, AR6 or 'not stated'",
        ),
        (
            ImportKind.GLEC,
            {"distance_basis": "gcd"},
            "distance_basis is 'gcd', expected actual, sfd or undeclared by surface",
        ),
        (
            ImportKind.GLEC,
            {"distance_basis": "straight"},
            "distance_basis is 'straight', expected actual, sfd, gcd, gcd+95, undeclared",
        ),
        (
            ImportKind.GLEC,
            {"page": ""},
            "page is '', expected something (rule: required)",
        ),
        (ImportKind.GLEC, {"wtw": "-1"}, "wtw is '-1', expected a number >= 0"),
        (ImportKind.GLEC, {"year": "31"}, "year is '31', expected a year from 1990"),
        (ImportKind.GLEC, {"cargo": "wet"}, "cargo is 'wet', expected one of dry"),
        (
            ImportKind.CLEAN_CARGO,
            {"lane": "asia-moon"},
            f"lane is 'asia-moon', expected one of {len(LANES)}; near ones are asia-",
        ),
        (
            ImportKind.CLEAN_CARGO,
            {"t_per_teu": ""},
            "t_per_teu is '', expected a number > 0 for a unit by TEU (rule: unit)",
        ),
        (
            ImportKind.CLEAN_CARGO,
            {"unit": "g/TEU"},
            "unit is 'g/TEU', expected one of g CO2e/tkm, kg CO2e/tkm, ",
        ),
        (
            ImportKind.SMARTWAY,
            {"fuel": "Coal"},
            "fuel is 'Coal', expected one of Aviation fuel, Diesel, ",
        ),
        (
            ImportKind.SMARTWAY,
            {"co2_g_per_short_ton_mile": "0.1"},
            "co2_g_per_short_ton_mile is '0.1', expected 1.5 to 10000 g CO2e/tkm for road",
        ),
    ],
)
def test_a_row_that_cannot_be_names_line_column_and_rule(
    kind: ImportKind, cells: dict[str, str], message: str, tmp_path: Path
) -> None:
    found = errors_of(tmp_path, kind, GOOD[kind], GOOD[kind] | cells)

    assert [line for line in found if line.startswith(f"3: {message}")]


def test_all_errors_of_all_rows_are_named_at_once(tmp_path: Path) -> None:
    good = GOOD[ImportKind.GLEC]
    found = errors_of(
        tmp_path,
        ImportKind.GLEC,
        good | {"gwp_basis": "AR7", "year": "x", "edition": ""},
        good,
        good | {"mode": "camel"},
    )

    assert [line.split(" is ")[0] for line in found] == [
        *("2: edition", "2: gwp_basis", "2: year", "4: mode")
    ]


def test_a_toc_comes_once_for_a_cargo(tmp_path: Path) -> None:
    good = GOOD[ImportKind.GLEC]
    found = errors_of(tmp_path, ImportKind.GLEC, good, good)

    assert found == [
        "3: road-artic, dry is as in line 2, expected once (rule: duplicate)"
    ]


def test_a_table_of_another_kind_names_the_columns(tmp_path: Path) -> None:
    file = filled(tmp_path / "t.csv", ImportKind.GLEC, GOOD[ImportKind.GLEC])

    with pytest.raises(DataError, match="column carrier, evidence"):
        import_factors(file, "carrier", tmp_path / "own")
    with pytest.raises(UnknownCategoryError, match="kind is 'guess', expected one of"):
        import_factors(file, "guess", tmp_path / "own")


def test_an_unknown_column_and_an_empty_table_are_errors(tmp_path: Path) -> None:
    rows = [dict.fromkeys(TEMPLATES[ImportKind.GLEC], "") | {"price": "1"}]
    write_rows(tmp_path / "more.csv", rows)
    (tmp_path / "none.csv").write_text(template_csv("glec"), encoding="utf-8")

    with pytest.raises(DataError, match="column price is not known"):
        import_factors(tmp_path / "more.csv", "glec", tmp_path / "own")
    with pytest.raises(DataError, match="there are no rows"):
        import_factors(tmp_path / "none.csv", "glec", tmp_path / "own")


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    file = filled(tmp_path / "t.csv", ImportKind.GLEC, GOOD[ImportKind.GLEC])

    with pytest.raises(DataError, match="is there, expected a folder that is not"):
        import_factors(file, "glec", tmp_path)


def test_lanes_have_both_directions() -> None:
    assert len(LANES) == len(set(LANES))
    for lane in LANES:
        a, _, b = lane.partition("-")
        if a not in {"intra", "aggregated", "other"}:
            assert f"{b}-{a}" in LANES


def test_hub_rows_alone_change_no_toc(tmp_path: Path) -> None:
    imported(tmp_path, ImportKind.GLEC, HUB)

    assert not (tmp_path / "own" / "factors.csv").exists()
    assert {row["note"] for row in rows_of(tmp_path / "own" / "tocs.csv")}.isdisjoint(
        {"user-held, imported from glec"}
    )
