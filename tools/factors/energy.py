"""Fuels and electricity: what a unit of energy emits."""

from collections.abc import Mapping
from decimal import Decimal

from tools.factors.rows import Row, grams, read_input, rounded, slug

FUELS, GRID = "fuels-2026", "grid-2026"
#: Electricity of Great Britain, in the fuel table by part of its supply.
GB_FUEL, GB_ISO3 = "electricity GB", "GBR"
GENERATION = "generation"
UPSTREAM = ("upstream of generation", "upstream of T&D")
LOSSES, ALL_IN = "transmission and distribution", "all-in total"
#: How an area is taken from another, and one whose value is an estimate.
ESTIMATE = "estimate"
HYDRO_G_PER_KWH = Decimal(25)
STEP = Decimal("0.001")
FUEL_COLUMNS = (
    "fuel_id",
    "fuel",
    "pathway_or_engine",
    "lcv_mj_per_kg",
    "wtt_g_per_mj",
    "ttw_g_per_mj",
    "wtw_g_per_mj",
    "wtw_kg_per_kg",
    "ttw_kg_per_l",
    "wtt_kg_per_l",
    "other_value",
    "other_unit",
    "other_boundary",
    "gwp_basis",
    "use",
    "source",
    "section",
    "year",
    "licence",
    "confidence",
    "notes",
)
GRID_COLUMNS = (
    "grid_id",
    "iso2",
    "iso3",
    "name",
    "generation_g_per_kwh",
    "losses_g_per_kwh",
    "upstream_g_per_kwh",
    "wtw_g_per_kwh",
    "status",
    "taken_from",
    "gwp_basis",
    "use",
    "source",
    "section",
    "year",
    "licence",
    "confidence",
    "notes",
)


def fuel_factors() -> list[Row]:
    """Return the fuels, each with an id, in the order of the ids."""
    rows: dict[str, Row] = {}
    for fact in read_input("fuels.csv"):
        words = [FUELS, slug(fact["fuel"]), slug(fact["pathway_or_engine"])]
        if " " in fact["gwp_basis"] and "/" in fact["gwp_basis"]:
            words.append(fact["gwp_basis"].split()[0].lower())
        fuel_id = ":".join(word for word in words if word)
        if fuel_id in rows:
            msg = f"fuels.csv: {fuel_id} comes twice, expected once"
            raise ValueError(msg)
        rows[fuel_id] = fact | {"fuel_id": fuel_id}
    return [rows[fuel_id] for fuel_id in sorted(rows)]


def grid_factors() -> list[Row]:
    """Return the electricity of every area, in the order of its ISO codes."""
    facts = {row["iso3"]: row for row in read_input("grid_electricity.csv")}
    parts = {
        row["pathway_or_engine"]: row
        for row in read_input("fuels.csv")
        if row["fuel"] == GB_FUEL
    }
    rows = [_area(area, facts, parts) for area in read_input("grid_areas.csv")]
    return sorted(rows, key=lambda row: row["iso2"])


def _area(
    area: Mapping[str, str],
    facts: Mapping[str, Row],
    parts: Mapping[str, Row],
) -> Row:
    """Return the electricity of one area."""
    own, taken_from = facts.get(area["iso3"]), area["taken_from"]
    said = {"grid_id": f"{GRID}:{area['iso2']}", "use": "default"}
    said |= {name: area[name] for name in ("iso2", "iso3", "name")}
    kg = {name: Decimal(row["other_value"]) for name, row in parts.items()}
    if area["iso3"] == GB_ISO3:
        return said | _national(parts, kg, facts[GB_ISO3])
    fact = own if taken_from in ("", ESTIMATE) else facts[taken_from]
    if fact is None:
        msg = f"grid_areas.csv: {area['iso3']} has no value, expected taken_from"
        raise ValueError(msg)
    value = Decimal(fact["gco2e_per_kwh_generation"])
    notes = fact["notes"]
    if taken_from == ESTIMATE:
        value, notes = HYDRO_G_PER_KWH, f"{area['reason']}; {fact['notes']}"
    elif taken_from:
        notes = f"{area['reason']}; value of {fact['name']}"
        if own is not None:
            notes += f" instead of {own['gco2e_per_kwh_generation']} of {own['year']}"
    losses = value * kg[LOSSES] / kg[GENERATION]
    upstream = value * sum(kg[name] for name in UPSTREAM) / kg[GENERATION]
    status = {"": "published", ESTIMATE: ESTIMATE}.get(taken_from, "neighbour")
    kept = ("source", "section", "year", "licence")
    return (
        said
        | {name: fact[name] for name in kept}
        | {
            "generation_g_per_kwh": rounded(value, STEP),
            "losses_g_per_kwh": rounded(losses, STEP),
            "upstream_g_per_kwh": rounded(upstream, STEP),
            "wtw_g_per_kwh": rounded(value + losses + upstream, STEP),
            "status": status,
            "taken_from": taken_from if status == "neighbour" else "",
            "gwp_basis": "not stated",
            "confidence": fact["confidence"] if status == "published" else "unverified",
            "notes": notes,
        }
    )


def _national(
    parts: Mapping[str, Row], kg: Mapping[str, Decimal], other: Mapping[str, str]
) -> Row:
    """Return the electricity of Great Britain, which DESNZ publishes in full."""
    kept = ("gwp_basis", "source", "section", "year", "licence")
    notes = (
        "published with losses and upstream; the generation average of the other source "
        f"is {other['gco2e_per_kwh_generation']} of {other['year']}"
    )
    return {name: parts[ALL_IN][name] for name in kept} | {
        "generation_g_per_kwh": rounded(grams(str(kg[GENERATION])), STEP),
        "losses_g_per_kwh": rounded(grams(str(kg[LOSSES])), STEP),
        "upstream_g_per_kwh": rounded(
            sum((grams(str(kg[name])) for name in UPSTREAM), Decimal(0)), STEP
        ),
        "wtw_g_per_kwh": rounded(grams(str(kg[ALL_IN])), STEP),
        "status": "published",
        "confidence": parts[ALL_IN]["confidence"],
        "notes": notes,
    }
