"""Intensities that DESNZ and EPA publish, and ratios that complete or extend them."""

from collections.abc import Mapping
from decimal import Decimal

from tools.factors.rows import Row, grams, read_input, rounded, slug

UNIT, SPEND_UNIT = "kgCO2e/tkm", "kgCO2e per 2022 USD"
#: Rows of this source stand as they are; those of others lack energy provision.
PUBLISHED = "DESNZ"
DESNZ, EPA = "desnz-2026", "epa-2025"
#: How far an air factor may be off depends on whether belly and freighter are told apart.
AIR_SPREAD = "belly or freighter unknown"
#: Its "operation" is electricity from the grid, which is energy provision.
BATTERY_VAN = "desnz-2026:road:van-average-bev"
#: What vehicles run on whose energy is not that of their mode.
ENERGY = {
    "Van average BEV": "Electric/Grid/GB",
    "Van average CNG": "CNG",
    "Van average LPG": "LPG",
    "Van average petrol": "Petrol",
}
COLUMNS = (
    "factor_id",
    "mode",
    "vehicle_class",
    "region",
    "temperature",
    "wtw_g_per_tkm",
    "ttw_g_per_tkm",
    "wtt_g_per_tkm",
    "biogenic_g_per_tkm",
    "wtt_basis",
    "energy",
    "gwp_basis",
    "distance_basis",
    "data_type",
    "spread",
    "use",
    "source",
    "section",
    "year",
    "licence",
    "confidence",
    "formula",
    "inputs",
    "notes",
)
SPEND_COLUMNS = (
    "factor_id",
    "sector",
    "region",
    "wtw_kg_per_usd",
    "currency",
    "use",
    "source",
    "section",
    "year",
    "licence",
    "confidence",
    "notes",
)


def published_factors() -> dict[str, Row]:
    """Return the factors of DESNZ and EPA by id."""
    facts = [row for row in read_input("factors.csv") if row["unit"] == UNIT]
    made = {}
    for fact in facts:
        if PUBLISHED in fact["source"]:
            row = _published(fact)
            made[row["factor_id"]] = row
    _correct_battery_van(made[BATTERY_VAN])
    by_class = {(row["mode"], row["vehicle_or_class"]): row for row in facts}
    for rule in read_input("factor_rules.csv"):
        fact = by_class[rule["from_mode"], rule["from_class"]]
        made[rule["factor_id"]] = _by_rule(rule, fact, made)
    return {factor_id: made[factor_id] for factor_id in sorted(made)}


def spend_factors() -> list[Row]:
    """Return the factors of EPA per dollar, by sector."""
    facts = [row for row in read_input("factors.csv") if row["unit"] == SPEND_UNIT]
    hubs = [row for row in read_input("hubs.csv") if row["unit"] == SPEND_UNIT]
    rows = [
        (row["vehicle_or_class"], row) for row in sorted(facts, key=lambda r: r["mode"])
    ] + [(row["hub_type"], row) for row in hubs]
    kept = ("region", "use", "source", "section", "year", "licence", "confidence")
    return [
        {name: row[name] for name in (*kept, "notes")}
        | {
            "factor_id": f"{EPA}:spend:{slug(sector)}",
            "sector": sector,
            "wtw_kg_per_usd": row["wtw"],
            "currency": "USD of 2022",
        }
        for sector, row in rows
    ]


def _published(fact: Mapping[str, str]) -> Row:
    """Return a factor as its source prints it."""
    row = _described(fact)
    row["factor_id"] = f"{DESNZ}:{fact['mode']}:{slug(fact['vehicle_or_class'])}"
    for part in ("wtw", "ttw", "wtt"):
        row[f"{part}_g_per_tkm"] = rounded(grams(fact[part])) if fact[part] else ""
    row["wtt_basis"] = "published" if fact["wtt"] else "none"
    return row


def _correct_battery_van(row: Row) -> None:
    """Move the electricity of the battery van from operation to energy provision."""
    shown = f"{row['ttw_g_per_tkm']} + {row['wtt_g_per_tkm']}"
    row |= {
        "ttw_g_per_tkm": "0",
        "wtt_g_per_tkm": row["wtw_g_per_tkm"],
        "notes": f"{row['notes']}; published as {shown} g/tkm",
    }


def _by_rule(
    rule: Mapping[str, str], fact: Mapping[str, str], made: Mapping[str, Row]
) -> Row:
    """Return a factor that a ratio completes or extends."""
    row = _described(fact)
    ratio = Decimal(rule["ratio"])
    match rule["ratio_of"]:
        case "wtt_of_ttw":
            ttw = grams(fact["ttw"])
            wtt = ttw * ratio
            inputs = f"ttw={rounded(ttw)};ratio={rule['ratio']}"
        case "uplift":
            ambient_id = rule["factor_id"].removesuffix("-reefer")
            ttw, wtt = (
                Decimal(made[ambient_id][f"{part}_g_per_tkm"]) * ratio
                for part in ("ttw", "wtt")
            )
            row["temperature"] = "refrigerated"
            row["vehicle_class"] += ", refrigerated"
            inputs = f"base={ambient_id};ratio={rule['ratio']}"
        case unknown:
            msg = f"factor_rules.csv: ratio_of is {unknown!r}, expected wtt_of_ttw or uplift"
            raise ValueError(msg)
    return row | {
        "factor_id": rule["factor_id"],
        "mode": rule["mode"],
        "ttw_g_per_tkm": rounded(ttw),
        "wtt_g_per_tkm": rounded(wtt),
        "wtw_g_per_tkm": rounded(ttw + wtt),
        "wtt_basis": "modelled",
        "use": "default",
        "confidence": "computed",
        "formula": rule["ratio_of"],
        "inputs": inputs,
        "notes": f"{rule['notes']}; ratio {rule['ratio']}: {rule['source']}",
    }


def _described(fact: Mapping[str, str]) -> Row:
    """Return what a factor says besides numbers."""
    named = fact["vehicle_or_class"]
    kept = ("mode", "region", "gwp_basis", "distance_basis", "use", "source")
    more = ("section", "year", "licence", "confidence", "notes")
    return {
        **{name: fact[name] for name in (*kept, *more)},
        "vehicle_class": named,
        "temperature": "refrigerated" if "refrigerated" in named else "ambient",
        "energy": ENERGY.get(named, ""),
        "data_type": "default",
        "spread": AIR_SPREAD if fact["mode"] == "air" else "",
    }
