"""Fuels and vehicles as factors: every row computed again, from the tables as shipped."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from factor_folders import DRAWN, SETS, rows_of
from greenroute.rating.read import Rates

SELECTION = SETS / "default-2026"
#: Half of the last decimal of the table [g CO2e/tkm]; WTW is rounded from the exact sum.
ROUNDING = Fraction(1, 20_000)
Row = Mapping[str, str]


@pytest.fixture(scope="module")
def base() -> dict[str, dict[str, str]]:
    rows = [row for name in DRAWN for row in rows_of(SETS / name / "factors.csv")]
    return {row["factor_id"]: row for row in rows}


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, str]]:
    rows = rows_of(SELECTION / "option_factors.csv")
    return {row["factor_id"]: row for row in rows}


@pytest.fixture(scope="module")
def given() -> dict[str, Fraction]:
    rows = rows_of(SELECTION / "parameters.csv")
    return {row["parameter"]: Fraction(row["value"]) for row in rows}


@pytest.fixture(scope="module")
def grid() -> dict[str, Fraction]:
    rows = rows_of(SETS / "grid-2026" / "grid.csv")
    return {row["grid_id"]: Fraction(row["wtw_g_per_kwh"]) for row in rows}


Parts = tuple[Fraction, Fraction, Fraction]
Formula = Callable[
    [Fraction, Fraction, Fraction, Fraction, Mapping[str, Fraction]], Parts
]


def hvo(
    ttw: Fraction,
    _wtt: Fraction,
    _share: Fraction,
    _grid: Fraction,
    p: Mapping[str, Fraction],
) -> Parts:
    litres = ttw / 1000 / p["diesel_ttw_kg_per_l"]
    mj = litres * 36
    co2 = (
        p["hvo_burnt_g_per_mj"] - Fraction("49.1") / 44
    )  # 0.00005 x 28 + 0.00018 x 265 kg/kg
    return mj / 34 * Fraction("35.58"), mj * 16 * Fraction(28, 25), mj * co2


def battery(
    ttw: Fraction,
    _wtt: Fraction,
    _share: Fraction,
    grid: Fraction,
    _p: Mapping[str, Fraction],
) -> Parts:
    # 203.32 g/tkm at 184.36 g/kWh where a diesel van has 635.11 g/tkm in operation
    return (
        Fraction(0),
        Fraction("203.32") / Fraction("184.36") * ttw / Fraction("635.11") * grid,
        Fraction(0),
    )


def diesel(
    ttw: Fraction,
    wtt: Fraction,
    _share: Fraction,
    _grid: Fraction,
    _p: Mapping[str, Fraction],
) -> Parts:
    return ttw, max(wtt, ttw * Fraction("0.61101") / Fraction("2.58354")), Fraction(0)


def electric(
    ttw: Fraction,
    _wtt: Fraction,
    _share: Fraction,
    grid: Fraction,
    _p: Mapping[str, Fraction],
) -> Parts:
    # 10 kWh in a litre of diesel, 35 of 100 at the wheel; 85 of 100 from the line
    return (
        Fraction(0),
        ttw / Fraction("2583.54") * 10 * Fraction(35, 85) * grid,
        Fraction(0),
    )


def bio_bunker(
    ttw: Fraction,
    wtt: Fraction,
    share: Fraction,
    _grid: Fraction,
    _p: Mapping[str, Fraction],
) -> Parts:
    mj, gases = share * ttw / Fraction("78.1012"), Fraction("49.1") / Fraction("37.2")
    return (
        (1 - share) * ttw + mj * gases,
        (1 - share) * wtt + mj * Fraction("14.9") * Fraction(28, 25),
        mj * (Fraction("77.5027") - gases),
    )


def saf(
    ttw: Fraction,
    wtt: Fraction,
    share: Fraction,
    _grid: Fraction,
    p: Mapping[str, Fraction],
) -> Parts:
    mj, n2o = share * ttw / 74, Fraction("0.0278614") * 265
    co2 = p["hvo_burnt_g_per_mj"] - Fraction("49.1") / 44
    return (
        (1 - share) * ttw + share * ttw * n2o / (Fraction("904.815113") + n2o),
        (1 - share) * wtt + mj * Fraction("13.9"),
        mj * co2,
    )


def slow(
    ttw: Fraction,
    wtt: Fraction,
    _share: Fraction,
    _grid: Fraction,
    _p: Mapping[str, Fraction],
) -> Parts:
    return ttw * Fraction("0.81"), wtt * Fraction("0.81"), Fraction(0)


FORMULAS: dict[str, Formula] = {
    "hvo": hvo,
    "battery": battery,
    "diesel": diesel,
    "electric": electric,
    "bio_bunker": bio_bunker,
    "saf": saf,
    "slow": slow,
}


def test_every_row_is_what_its_formula_says(
    made: dict[str, Row],
    base: dict[str, Row],
    given: dict[str, Fraction],
    grid: dict[str, Fraction],
) -> None:
    wrong = []
    for factor_id, row in made.items():
        of_base = base[row["base_factor_id"]]
        inputs = dict(pair.split("=") for pair in row["inputs"].split(";") if pair)
        share = Fraction(inputs.get("share", "1"))
        area = grid[inputs["grid"]] if "grid" in inputs else Fraction(0)
        ttw, wtt = (Fraction(of_base[f"{part}_g_per_tkm"]) for part in ("ttw", "wtt"))
        parts = FORMULAS[row["formula"]](ttw, wtt, share, area, given)
        figures = dict(zip(("ttw", "wtt", "biogenic"), parts, strict=True))
        figures["wtw"] = figures["ttw"] + figures["wtt"]
        for name, figure in figures.items():
            if abs(Fraction(row[f"{name}_g_per_tkm"]) - figure) > ROUNDING:
                wrong.append((factor_id, name, float(figure)))

    assert len(made) == 1445
    assert wrong == []


@pytest.mark.parametrize(
    ("factor_id", "wtw", "ttw"),
    [
        # 78.35 / 2583.54 = 0.0303266 l/tkm, 36/34 times 35.58 g; 36 x 16 x 1.12 g/l
        ("road:artic-over-33t-diesel-dry-avg-laden:hvo", 20.7068, 1.1425),
        # 1.10284 kWh/tkm x 78.35 / 635.11 = 0.136051 kWh/tkm at 184.36 g/kWh
        ("road:artic-over-33t-diesel-dry-avg-laden:battery:GB", 25.0825, 0),
        # 15.128 / 2583.54 x 10 x 0.35 / 0.85 = 0.0241111 kWh/tkm
        ("rail:freight-rail:electric:US", 12.5408, 0),
        # 0.81 x 15.53
        ("sea:container-8000+:slow", 12.5793, 10.2546),
        # 0.7 x 666.46 + 0.3 x (531.3 / 74 x 13.9 + 531.3 x 0.0080939)
        ("air:freight-long-haul-international-without-rf:saf30", 497.7516, 373.2001),
    ],
)
def test_a_figure_is_the_one_worked_out_by_hand(
    made: dict[str, Row], factor_id: str, wtw: float, ttw: float
) -> None:
    row = made[f"default-2026:{factor_id}"]

    assert float(row["wtw_g_per_tkm"]) == pytest.approx(wtw, abs=6e-4)
    assert float(row["ttw_g_per_tkm"]) == pytest.approx(ttw, abs=6e-4)


def test_a_battery_lorry_on_the_grid_of_the_van_saves_what_the_van_saves(
    made: dict[str, Row],
) -> None:
    row = made["default-2026:road:artic-over-33t-diesel-dry-avg-laden:battery:GB"]

    # 203.32 of 786.06 is 26 %: a van and a lorry differ in provision only
    assert float(row["wtw_g_per_tkm"]) / 96.34 == pytest.approx(0.26, abs=0.002)


def test_parameters_are_the_figures_of_the_rows_that_they_name(
    given: dict[str, Fraction], base: dict[str, Row]
) -> None:
    fuels = {row["fuel_id"]: row for row in rows_of(SETS / "fuels-2026" / "fuels.csv")}
    diesel_fuel = fuels["fuels-2026:diesel-average-biofuel-blend"]
    bio = fuels["fuels-2026:bio-diesel:all-ices:ar5"]
    van = base["desnz-2026:road:van-upto-3.5t-average-diesel"]

    assert given["diesel_ttw_kg_per_l"] == Fraction(diesel_fuel["ttw_kg_per_l"])
    assert given["diesel_wtt_kg_per_l"] == Fraction(diesel_fuel["wtt_kg_per_l"])
    assert given["hvo_ttw_kg_per_l"] == Fraction(
        fuels["fuels-2026:hvo"]["ttw_kg_per_l"]
    )
    assert given["fame_burnt_g_per_mj"] == Fraction(bio["ttw_g_per_mj"])
    assert given["fame_mj_per_kg"] == Fraction(bio["lcv_mj_per_kg"])
    assert given["van_diesel_ttw_g_per_tkm"] == Fraction(van["ttw_g_per_tkm"])
    assert given["saf_wtw_g_per_mj"] == Fraction(
        fuels["fuels-2026:saf:hefa-used-cooking-oil"]["wtw_g_per_mj"]
    )
    assert given["hvo_provision_g_per_mj"] == Fraction(
        fuels["fuels-2026:hvo-waste-oil"]["wtw_g_per_mj"]
    )
    assert given["fame_provision_g_per_mj"] == Fraction(
        fuels["fuels-2026:fame-waste-oil"]["wtw_g_per_mj"]
    )


def test_every_parameter_names_a_source_and_how_sure_it_is() -> None:
    rows = rows_of(SELECTION / "parameters.csv")
    said = {row["parameter"] for row in rows}

    assert all(row["source"] and row["unit"] and row["confidence"] for row in rows)
    for row in rows_of(SELECTION / "formulas.csv"):
        assert {name for name in row["parameters"].split(";") if name} <= said


def test_every_base_toc_has_its_options_for_every_cargo() -> None:
    tocs = rows_of(SELECTION / "tocs.csv")
    cargoes: dict[str, set[str]] = {}
    for row in tocs:
        cargoes.setdefault(row["toc"], set()).add(row["cargo"])
    options = rows_of(SELECTION / "options.csv")
    of_base: dict[str, set[str]] = {}
    for row in options:
        of_base.setdefault(row["base_toc"], set()).add(row["option"])
        area = f"-{row['grid_iso2']}" if row["grid_iso2"] else ""

        assert row["toc"] == f"{row['base_toc']}-{row['option']}{area}"
        assert cargoes[row["toc"]] == cargoes[row["base_toc"]]
    assert of_base["road-artic"] == {"hvo", "battery"}
    assert of_base["rail-freight-us"] == {"diesel", "electric"}
    assert of_base["sea-roro-ferry"] == {"b30", "b100", "slow"}
    assert of_base["air-belly-long-haul"] == {"saf30"}
    assert of_base["iww-barge"] == {"hvo"}
    assert len(of_base) == 20


def test_the_share_of_reduction_is_that_of_dry_cargo(
    made: dict[str, Row], base: dict[str, Row]
) -> None:
    dry = {r["toc"]: r for r in rows_of(SELECTION / "tocs.csv") if r["cargo"] == "dry"}
    for row in rows_of(SELECTION / "options.csv"):
        before = Fraction(base[dry[row["base_toc"]]["factor_id"]]["wtw_g_per_tkm"])
        after = Fraction(made[dry[row["toc"]]["factor_id"]]["wtw_g_per_tkm"])

        assert abs(Fraction(row["reduction_share"]) - (1 - after / before)) < Fraction(
            1, 5_000
        )


def test_options_are_modelled_and_never_surer_than_their_base(rates: Rates) -> None:
    factors = rates.factors
    place = {factor_id: code for code, factor_id in enumerate(factors.ids)}
    for row in rows_of(SELECTION / "option_factors.csv"):
        code, base = place[row["factor_id"]], place[row["base_factor_id"]]

        assert factors.data_type[code] == "modelled"
        assert factors.family[code] == factors.family[base]
        # traction and grid are what makes a railway unsure
        assert factors.gsd[code] >= factors.gsd[base] or row["formula"] in {
            *("diesel", "electric")
        }


def test_every_option_in_ledger_a_is_by_ar5_or_says_that_it_does_not_know(
    made: dict[str, Row],
) -> None:
    assert {row["gwp_basis"][:10] for row in made.values()} <= {
        *("AR5 28/265", "AR5 (unver", "not stated")
    }
    assert {
        row["formula"] for row in made.values() if row["gwp_basis"] == "not stated"
    } == {"battery", "electric"}


def test_naming_the_traction_of_the_mix_is_no_reduction() -> None:
    shares = {
        row["toc"]: float(row["reduction_share"])
        for row in rows_of(SELECTION / "options.csv")
        if row["option"] == "diesel"
    }

    assert shares == {"rail-freight-diesel": 0, "rail-freight-us-diesel": 0}


def test_what_is_not_available_has_a_reason_and_no_toc(rates: Rates) -> None:
    rows = rows_of(SELECTION / "options_not_available.csv")
    names = {row["option"] for row in rows}

    assert {"lng", "methanol", "ammonia"} <= names
    assert all(row["reason"] and row["needed"] and row["source"] for row in rows)
    for toc in rates.factors.tocs.names:
        assert not toc.endswith(("-lng", "-methanol", "-ammonia"))
        assert "claim" not in toc
