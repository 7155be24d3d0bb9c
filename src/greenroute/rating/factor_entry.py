"""One factor of any kind, from the row of its table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from greenroute.rating.factor_tables import OPTION_SPREAD
from greenroute.rating.factors import DataType, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorEntry:
    """One factor.

    Attributes
    ----------
    factor_id
        Name that never changes.
    set_name
        Set that it is in.
    mode
        Mode of transport; "" for energy and money.
    what
        Vehicle class, fuel, area or sector.
    region
        Where it was measured; for electricity the ISO2 of the area.
    unit
        Unit of the figures.
    wtw, ttw, wtt
        Well to wheel, operation, energy provision; None where there is none.
    biogenic
        CO2 of biofuel, which is in no total.
    gwp_basis, distance_basis
        Whose GWP100 weigh the gases; distance that it was built on.
    data_type, spread, use
        Class, which spread applies, what it may be used for.
    source, section, year, licence, confidence
        Document, place in it, edition, licence, how the figure was read.
    formula
        Name of the formula that made it; "" as published.
    inputs
        What the formula took, by name: ids of factors, or numbers.
    notes
        What to know.
    """

    factor_id: str
    set_name: str
    what: str
    unit: str
    wtw: float | None
    ttw: float | None
    wtt: float | None
    gwp_basis: str
    use: str
    source: str
    section: str
    year: int
    licence: str
    confidence: str
    notes: str
    mode: str = ""
    region: str = ""
    biogenic: float | None = None
    distance_basis: str = ""
    data_type: str = ""
    spread: str = ""
    formula: str = ""
    inputs: Mapping[str, str]

    def text(self) -> str:
        """Return all its words in lower case, for a search."""
        words = (
            *(self.factor_id, self.mode, self.what, self.region, self.use),
            *(self.source, self.formula, self.notes),
        )
        return " ".join(words).lower()


def transport_entry(row: Mapping[str, Any], set_name: str) -> FactorEntry:
    """Return a factor by tonne-kilometre."""
    return FactorEntry(
        **_told(row, set_name),
        mode=row["mode"],
        what=row["vehicle_class"],
        region=row["region"],
        unit="g CO2e/tkm",
        wtw=row["wtw_g_per_tkm"],
        ttw=row["ttw_g_per_tkm"],
        wtt=row["wtt_g_per_tkm"],
        biogenic=_number(row.get("biogenic_g_per_tkm")),
        distance_basis=row["distance_basis"],
        data_type=row["data_type"],
        spread=row["spread"],
        formula=row.get("formula") or "",
        inputs=_inputs(row.get("inputs") or ""),
    )


def option_entry(
    row: Mapping[str, Any], base: FactorEntry, set_name: str
) -> FactorEntry:
    """Return the factor of a fuel or vehicle; what it does not say is as in its base."""
    inputs = {"base": base.factor_id, **_inputs(row.get("inputs") or "")}
    return replace(
        base,
        factor_id=row["factor_id"],
        set_name=set_name,
        what=f"{base.what}; {row['option']}",
        region=row["region"],
        wtw=row["wtw_g_per_tkm"],
        ttw=row["ttw_g_per_tkm"],
        wtt=row["wtt_g_per_tkm"],
        biogenic=_number(row.get("biogenic_g_per_tkm")),
        gwp_basis=row["gwp_basis"],
        licence=row["licence"],
        section="computed by its formula",
        data_type=DataType.MODELLED,
        spread=OPTION_SPREAD,
        use=Use.OPTION,
        confidence="computed",
        formula=row.get("formula") or "",
        inputs=inputs,
        notes=row.get("notes") or "",
    )


def fuel_entry(row: Mapping[str, str], set_name: str) -> FactorEntry:
    """Return a fuel, in the unit that the row has."""
    wtw, ttw, wtt = (row[f"{part}_g_per_mj"] for part in ("wtw", "ttw", "wtt"))
    unit = "g CO2e/MJ"
    if row["ttw_kg_per_l"] or row["wtt_kg_per_l"]:
        wtw, ttw, wtt = "", row["ttw_kg_per_l"], row["wtt_kg_per_l"]
        unit = "kg CO2e/l"
    elif row["other_value"]:
        values = {"WTW": "", "TTW": "", "WTT": ""}
        boundary = row["other_boundary"]
        values[boundary if boundary in values else "WTT"] = row["other_value"]
        wtw, ttw, wtt = values.values()
        unit = row["other_unit"]
    total, operation, provision = map(_number, (wtw, ttw, wtt))
    if total is None and operation is not None and provision is not None:
        total = operation + provision
    return FactorEntry(
        **_told(row, set_name, key="fuel_id"),
        what=", ".join(
            word for word in (row["fuel"], row["pathway_or_engine"]) if word
        ),
        unit=unit,
        wtw=total,
        ttw=operation,
        wtt=provision,
        inputs={},
    )


def grid_entry(row: Mapping[str, str], set_name: str) -> FactorEntry:
    """Return the electricity of an area."""
    wtw = _number(row["wtw_g_per_kwh"])
    parts = ("generation", "losses", "upstream")
    sum_of = " + ".join(row[f"{part}_g_per_kwh"] for part in parts)
    return FactorEntry(
        **_told(row, set_name, key="grid_id")
        | {"notes": f"{row['status']}; {sum_of} ({', '.join(parts)}). {row['notes']}"},
        what=f"electricity, {row['name']}",
        region=row["iso2"],
        unit="g CO2e/kWh",
        wtw=wtw,
        ttw=0.0,
        wtt=wtw,
        inputs={},
    )


def spend_entry(row: Mapping[str, str], set_name: str) -> FactorEntry:
    """Return a factor by money."""
    return FactorEntry(
        **_told({"gwp_basis": "not stated", **row}, set_name),
        what=row["sector"],
        region=row["region"],
        unit=f"kg CO2e per {row['currency']}",
        wtw=_number(row["wtw_kg_per_usd"]),
        ttw=None,
        wtt=None,
        inputs={},
    )


def _told(
    row: Mapping[str, Any], set_name: str, *, key: str = "factor_id"
) -> dict[str, Any]:
    """Return what all kinds of factors say."""
    same = ("gwp_basis", "use", "source", "section", "licence", "confidence", "notes")
    return {name: row[name] or "" for name in same} | {
        "factor_id": row[key],
        "set_name": set_name,
        "year": int(row["year"]),
    }


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _inputs(text: str) -> dict[str, str]:
    """Return the inputs that a cell names, like "share=0.3;grid=grid-2026:DE"."""
    pairs = (pair.partition("=") for pair in text.split(";") if pair)
    return {name: value for name, _, value in pairs}
