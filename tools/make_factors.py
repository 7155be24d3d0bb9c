"""Makes `data/factors/default-2026/factors.csv` from the curated inputs.

    python -m tools.make_factors

Inputs: `inputs/factors.csv`, facts restated from DESNZ and EPA with source and licence in
kg CO2e/tkm, and `inputs/factor_rules.csv`, ratios that complete or extend them. Rows that
are not per tonne-kilometre (spend) are left out. Every number is exact decimal arithmetic
on what the inputs say.
"""

import csv
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from tools.seal import seal

INPUTS = Path(__file__).parent / "inputs"
FOLDER = Path(__file__).parents[1] / "data" / "factors" / "default-2026"
G_PER_KG = 1000
#: Decimals of an intensity in g CO2e/tkm: a hundredth of the last digit of the sources.
STEP = Decimal("0.0001")
UNIT = "kgCO2e/tkm"
#: Rows of this source stand as they are; those of others lack energy provision.
PUBLISHED = "DESNZ"
#: How far an air factor may be off depends on whether belly and freighter are told apart.
AIR_SPREAD = "belly or freighter unknown"
SHORT = {
    "<=": "upto-",
    ">": "over-",
    " teu": "",
    "without radiative forcing": "without-rf",
    "with radiative forcing (x1.7 on co2)": "with-rf",
    " (gb mix diesel/electric)": "",
    " (gb)": "",
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
    "wtt_basis",
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
    "notes",
)

Row = dict[str, str]


def make_factors(folder: Path) -> Path:
    """Write `factors.csv` into a folder, and return it."""
    facts = [row for row in _read("factors.csv") if row["unit"] == UNIT]
    made = {}
    for fact in facts:
        if PUBLISHED in fact["source"]:
            row = _published(fact)
            made[row["factor_id"]] = row
    by_class = {(row["mode"], row["vehicle_or_class"]): row for row in facts}
    for rule in _read("factor_rules.csv"):
        fact = by_class[rule["from_mode"], rule["from_class"]]
        made[rule["factor_id"]] = _by_rule(rule, fact, made)
    path = folder / "factors.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(made[factor_id] for factor_id in sorted(made))
    print(f"{path.name}: {len(made)} factors from {len(facts)} facts")
    return path


def _read(name: str) -> list[Row]:
    with (INPUTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _published(fact: Mapping[str, str]) -> Row:
    """Return a factor as its source prints it."""
    row = _described(fact)
    row["factor_id"] = f"desnz-2026:{fact['mode']}:{_slug(fact['vehicle_or_class'])}"
    for part in ("wtw", "ttw", "wtt"):
        row[f"{part}_g_per_tkm"] = _text(_grams(fact[part])) if fact[part] else ""
    row["wtt_basis"] = "published" if fact["wtt"] else "none"
    return row


def _by_rule(
    rule: Mapping[str, str], fact: Mapping[str, str], made: dict[str, Row]
) -> Row:
    """Return a factor that a ratio completes or extends."""
    row = _described(fact)
    ratio = Decimal(rule["ratio"])
    match rule["ratio_of"]:
        case "wtt_of_ttw":
            ttw = _grams(fact["ttw"])
            wtt = ttw * ratio
        case "uplift":
            ambient = made[rule["factor_id"].removesuffix("-reefer")]
            ttw, wtt = (
                Decimal(ambient[f"{part}_g_per_tkm"]) * ratio for part in ("ttw", "wtt")
            )
            row["temperature"] = "refrigerated"
            row["vehicle_class"] += ", refrigerated"
        case unknown:
            msg = f"factor_rules.csv: ratio_of is {unknown!r}, expected wtt_of_ttw or uplift"
            raise ValueError(msg)
    row |= {
        "factor_id": rule["factor_id"],
        "mode": rule["mode"],
        "ttw_g_per_tkm": _text(ttw),
        "wtt_g_per_tkm": _text(wtt),
        "wtw_g_per_tkm": _text(ttw + wtt),
        "wtt_basis": "modelled",
        "use": "default",
        "confidence": "computed",
        "notes": f"{rule['notes']}; ratio {rule['ratio']}: {rule['source']}",
    }
    return row


def _described(fact: Mapping[str, str]) -> Row:
    """Return what a factor says besides numbers."""
    named = fact["vehicle_or_class"]
    kept = ("mode", "region", "gwp_basis", "distance_basis", "use", "source")
    more = ("section", "year", "licence", "confidence", "notes")
    return {
        **{name: fact[name] for name in (*kept, *more)},
        "vehicle_class": named,
        "temperature": "refrigerated" if "refrigerated" in named else "ambient",
        "data_type": "default",
        "spread": AIR_SPREAD if fact["mode"] == "air" else "",
    }


def _slug(text: str) -> str:
    """Return a name for ids: lower case, words joined by hyphens."""
    text = text.lower()
    for long, short in SHORT.items():
        text = text.replace(long, short)
    return re.sub(r"[^a-z0-9+.%]+", "-", text).strip("-")


def _grams(kg: str) -> Decimal:
    return Decimal(kg) * G_PER_KG


def _text(number: Decimal) -> str:
    return format(number.quantize(STEP).normalize(), "f")


if __name__ == "__main__":
    seal(make_factors(FOLDER).with_name("factors.toml"))
