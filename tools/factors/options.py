"""Intensities of fuels and vehicles that can stand in for the usual ones.

Each is computed from the factor of a base TOC, from parameters that name their source and,
for electricity, from the grid of an area. `option_formulas.csv` has the formulas in words
that `greenroute factors show` prints; a test computes every row again from the tables.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tools.factors.published import DESNZ
from tools.factors.rows import G_PER_KG, Row, read_input, rounded

SET = "default-2026"
#: Where lanes with the TOCs of North America run.
NORTH_AMERICA = ("CA", "MX", "US")
GRID_NOTE = "electricity CC BY 4.0: Our World in Data; Ember; Energy Institute"
DRY = "dry"
FACTOR_COLUMNS = (
    "factor_id",
    "base_factor_id",
    "option",
    "region",
    "wtw_g_per_tkm",
    "ttw_g_per_tkm",
    "wtt_g_per_tkm",
    "biogenic_g_per_tkm",
    "energy",
    "gwp_basis",
    "licence",
    "formula",
    "inputs",
    "notes",
)
OPTION_COLUMNS = ("option", "base_toc", "toc", "grid_iso2", "reduction_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """An intensity in its parts [g CO2e/tkm]."""

    ttw: Decimal
    wtt: Decimal
    biogenic: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A fuel or vehicle: its name, its formula, the share of energy that it replaces.

    `energy` is what it runs on, in the words of `greenroute.rating.energy_carrier`; ""
    where that is as in the base.
    """

    name: str
    formula: str
    words: str
    energy: str
    share: Decimal = Decimal(1)
    grid: Row | None = None

    @property
    def suffix(self) -> str:
        """What the name of a TOC ends in."""
        return self.name if self.grid is None else f"{self.name}-{self.grid['iso2']}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the options add to the selection."""

    factors: dict[str, Row]
    tocs: list[Row]
    options: list[Row]


HVO = Option(
    name="hvo", formula="hvo", words="HVO100 of waste oil", energy="HVO/Cooking oil"
)
DIESEL = Option(
    name="diesel", formula="diesel", words="diesel traction", energy="Diesel"
)
BATTERY = Option(
    name="battery",
    formula="battery",
    words="battery electric",
    energy="Electric/Grid",
)
ELECTRIC = Option(
    name="electric",
    formula="electric",
    words="electric traction",
    energy="Electric/Grid",
)
B30 = Option(
    name="b30",
    formula="bio_bunker",
    words="30 % biodiesel of waste oil by energy",
    energy="HFO:0.7;Diesel/Cooking oil:0.3",
    share=Decimal("0.3"),
)
B100 = Option(
    name="b100",
    formula="bio_bunker",
    words="biodiesel of waste oil",
    energy="Diesel/Cooking oil",
)
SLOW = Option(name="slow", formula="slow", words="10 % less speed", energy="")
SAF30 = Option(
    name="saf30",
    formula="saf",
    words="30 % SAF (HEFA of used cooking oil) by energy",
    energy="Aviation fuel:0.7;Aviation fuel/Cooking oil:0.3",
    share=Decimal("0.3"),
)


def parameters() -> dict[str, Decimal]:
    """Return the parameters of the formulas."""
    rows = read_input("option_parameters.csv")
    return {row["parameter"]: Decimal(row["value"]) for row in rows}


def options_of(toc: Row, grid: list[Row]) -> Iterator[Option]:
    """Return the options that a base TOC has."""
    near = [
        area
        for area in grid
        if not toc["toc"].endswith("-us") or area["iso2"] in NORTH_AMERICA
    ]
    match toc["mode"]:
        case "road":
            yield HVO
            yield from (replace(BATTERY, grid=area) for area in near)
        case "rail":
            yield DIESEL
            yield from (replace(ELECTRIC, grid=area) for area in near)
        case "sea":
            yield from (B30, B100, SLOW)
        case "air":
            yield SAF30
        case "inland_waterway":
            yield HVO
        case mode:
            msg = f"tocs.csv: mode is {mode!r}, expected one with options"
            raise ValueError(msg)


def make_options(tocs: list[Row], factors: Mapping[str, Row], grid: list[Row]) -> Made:
    """Return factors, TOCs and options for every base TOC."""
    given = parameters()
    made = Made(factors={}, tocs=[], options=[])
    for toc in tocs:
        base = factors[toc["factor_id"]]
        for option in options_of(toc, grid):
            parts = compute(option, base, given)
            row = _described(option, base, parts)
            made.factors[row["factor_id"]] = row
            name = f"{toc['toc']}-{option.suffix}"
            changed = {"toc": name, "factor_id": row["factor_id"], "note": ""}
            made.tocs.append(toc | changed)
            if toc["cargo"] == DRY:
                left = (parts.ttw + parts.wtt) / Decimal(base["wtw_g_per_tkm"])
                made.options.append(
                    {
                        "option": option.name,
                        "base_toc": toc["toc"],
                        "toc": name,
                        "grid_iso2": "" if option.grid is None else option.grid["iso2"],
                        "reduction_share": rounded(1 - left),
                    }
                )
    return made


def compute(option: Option, base: Row, given: Mapping[str, Decimal]) -> Parts:
    """Return the intensity of an option from that of its base."""
    ttw, wtt = (Decimal(base[f"{part}_g_per_tkm"]) for part in ("ttw", "wtt"))
    match option.formula:
        case "hvo":
            parts = _hvo(ttw, given)
        case "battery" | "electric":
            parts = Parts(ttw=Decimal(0), wtt=_kwh(option, ttw, given) * _grid(option))
        case "diesel":
            ratio = given["diesel_wtt_kg_per_l"] / given["diesel_ttw_kg_per_l"]
            parts = Parts(ttw=ttw, wtt=max(wtt, ttw * ratio))
        case "bio_bunker":
            parts = _bio_bunker(ttw, wtt, option.share, given)
        case "saf":
            parts = _saf(ttw, wtt, option.share, given)
        case "slow":
            left = given["slow_co2_share"]
            parts = Parts(ttw=ttw * left, wtt=wtt * left)
        case unknown:
            msg = f"formula is {unknown!r}, expected one of option_formulas.csv"
            raise ValueError(msg)
    return parts


def _kwh(option: Option, ttw: Decimal, given: Mapping[str, Decimal]) -> Decimal:
    """Return the electricity that does what an operation on diesel does [kWh/tkm]."""
    if option.formula == "battery":
        used = ttw / given["van_diesel_ttw_g_per_tkm"]
        van_kwh = given["van_battery_g_per_tkm"] / given["gb_electricity_g_per_kwh"]
        return used * van_kwh
    fuel_kwh = _diesel_mj(ttw, given) / given["mj_per_kwh"]
    at_wheel = fuel_kwh * given["diesel_traction_efficiency"]
    return at_wheel / given["electric_traction_efficiency"]


def _grid(option: Option) -> Decimal:
    if option.grid is None:
        msg = f"option {option.name} needs the electricity of an area"
        raise ValueError(msg)
    return Decimal(option.grid["wtw_g_per_kwh"])


def _diesel_mj(ttw: Decimal, given: Mapping[str, Decimal]) -> Decimal:
    """Return the energy that an operation on diesel has used [MJ/tkm]."""
    litres = ttw / G_PER_KG / given["diesel_ttw_kg_per_l"]
    return litres * given["diesel_mj_per_l"]


def _to_ar5(given: Mapping[str, Decimal]) -> Decimal:
    """Return the most that a figure by GWP 25/298 can be by 28/265."""
    return given["gwp_ch4_ar5"] / given["gwp_ch4_ar4"]


def _gases(given: Mapping[str, Decimal], mj_per_kg: Decimal) -> Decimal:
    """Return CH4 and N2O of an engine [g CO2e/MJ]."""
    kg = given["engine_ch4_kg_per_kg"] * given["gwp_ch4_ar5"]
    kg += given["engine_n2o_kg_per_kg"] * given["gwp_n2o_ar5"]
    return kg * G_PER_KG / mj_per_kg


def _hvo_co2(given: Mapping[str, Decimal]) -> Decimal:
    """Return the biogenic CO2 of HVO [g/MJ]."""
    return given["hvo_burnt_g_per_mj"] - _gases(given, given["hvo_mj_per_kg"])


def _hvo(ttw: Decimal, given: Mapping[str, Decimal]) -> Parts:
    mj = _diesel_mj(ttw, given)
    litres = mj / given["hvo_mj_per_l"]
    return Parts(
        ttw=litres * given["hvo_ttw_kg_per_l"] * G_PER_KG,
        wtt=mj * given["hvo_provision_g_per_mj"] * _to_ar5(given),
        biogenic=mj * _hvo_co2(given),
    )


def _bio_bunker(
    ttw: Decimal, wtt: Decimal, share: Decimal, given: Mapping[str, Decimal]
) -> Parts:
    mj = share * ttw / given["hfo_ttw_g_per_mj"]
    gases = _gases(given, given["fame_mj_per_kg"])
    provision = given["fame_provision_g_per_mj"] * _to_ar5(given)
    return Parts(
        ttw=(1 - share) * ttw + mj * gases,
        wtt=(1 - share) * wtt + mj * provision,
        biogenic=mj * (given["fame_burnt_g_per_mj"] - gases),
    )


def _saf(
    ttw: Decimal, wtt: Decimal, share: Decimal, given: Mapping[str, Decimal]
) -> Parts:
    mj = share * ttw / given["jet_ttw_g_per_mj"]
    n2o = given["jet_n2o_g_per_ton_mile"] * given["gwp_n2o_ar5"]
    gases = n2o / (given["jet_co2_g_per_ton_mile"] + n2o)
    return Parts(
        ttw=(1 - share) * ttw + share * ttw * gases,
        wtt=(1 - share) * wtt + mj * given["saf_wtw_g_per_mj"],
        biogenic=mj * _hvo_co2(given),
    )


def _described(option: Option, base: Row, parts: Parts) -> Row:
    """Return the row of an option; what it does not say is as in the base."""
    grid, base_id = option.grid, base["factor_id"]
    factor_id = f"{SET}:{base_id.partition(':')[2]}:{option.name}"
    row = {
        "factor_id": factor_id,
        "base_factor_id": base_id,
        "option": option.words,
        "region": base["region"],
        "ttw_g_per_tkm": rounded(parts.ttw),
        "wtt_g_per_tkm": rounded(parts.wtt),
        "wtw_g_per_tkm": rounded(parts.ttw + parts.wtt),
        "biogenic_g_per_tkm": rounded(parts.biogenic),
        "energy": option.energy or base["energy"],
        "gwp_basis": base["gwp_basis"],
        "licence": base["licence"],
        "formula": option.formula,
        "inputs": "" if option.share == 1 else f"share={option.share}",
        "notes": "",
    }
    if grid is not None:
        row["factor_id"] += f":{grid['iso2']}"
        row["inputs"] = f"grid={grid['grid_id']}"
        row["region"] = grid["iso2"]
        row["energy"] += f"/{grid['iso2']}"
        row["gwp_basis"] = grid["gwp_basis"]
        if not grid["gwp_basis"].startswith("AR5"):
            row["licence"] = f"{base['licence']}; {GRID_NOTE}"
        if grid["status"] != "published":
            row["notes"] = f"electricity: {grid['status']}: {grid['notes']}"
    if base_id.startswith(DESNZ) and option.formula == "diesel":
        row["notes"] = "the GB mix is taken as if all of it were diesel"
    return row
