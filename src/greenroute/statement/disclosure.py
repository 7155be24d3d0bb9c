"""What a reader must be told: what is left out, what deviates, which period."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from greenroute.plan.leg import LegKind
from greenroute.statement.columns import CHAIN_COLUMNS, CellKind
from greenroute.statement.distance import ActivityBasis
from greenroute.statement.rejection import Rejection
from greenroute.statement.scope3 import Scope
from greenroute.statement.statement import StatedFactor

_DAY = 10
#: How many factors a remark names.
_NAMED = 3
#: Stands for the GWP basis of a factor whose source does not say it.
NOT_STATED = "not stated"
#: Always outside, by ISO 14083 5.2.
ALWAYS_EXCLUDED = (
    "making of vehicles and infrastructure (ISO 14083, 5.2)",
    "offsets and traded allowances (ISO 14083, 5.2.7)",
    "black carbon (optional, ISO 14083, 5.2.6) and aviation effects other than CO2e",
)


def exclusions_of(elements: pa.Table, rejected: Sequence[Rejection]) -> tuple[str, ...]:
    """Return what is not in the totals."""
    found = []
    hubs = pc.equal(elements["kind"], str(LegKind.HUB))
    unknown = pc.and_(hubs, pc.is_null(elements["wtw_kg_co2e"]))
    count = pc.sum(unknown).as_py() or 0
    if count:
        hocs = sorted(elements.filter(unknown)["hoc"].unique().to_pylist())
        found.append(
            "hub emissions not included: no value is known for "
            f"{_counted(count, 'hub operation')} ({', '.join(hocs)})"
        )
    if rejected:
        rows = len({rejection.where for rejection in rejected})
        found.append(f"{_counted(rows, 'row')} with errors, left out")
    return (*found, *ALWAYS_EXCLUDED)


def remarks_of(
    elements: pa.Table, factors: Sequence[StatedFactor], carried: Sequence[str]
) -> tuple[str, ...]:
    """Return what deviates from the rule, or was assumed."""
    found = []
    open_ttw = pc.and_(
        pc.is_null(elements["ttw_kg_co2e"]), pc.is_valid(elements["wtw_kg_co2e"])
    )
    count = pc.sum(open_ttw).as_py() or 0
    if count:
        found.append(
            f"operation emissions are not stated for {_counted(count, 'element')}: "
            "the total has them, its operation part does not"
        )
    actual = pc.equal(elements["activity_basis"], str(ActivityBasis.ACTUAL))
    count = pc.sum(actual).as_py() or 0
    if count:
        found.append(
            f"the activity of {_counted(count, 'run')} is on the distance as run; "
            "ISO 14083 wants the shortest feasible or the great-circle distance"
        )
    found += _gwp_remarks(factors)
    unknown = pc.sum(pc.equal(elements["scope3"], str(Scope.UNKNOWN))).as_py() or 0
    if unknown:
        found.append(
            f"the scope 3 category of {_counted(unknown, 'element')} is open: "
            "who pays the transport?"
        )
    others = [name for name in carried if name != "line"]
    if others:
        found.append(f"columns carried through, not used: {', '.join(others)}")
    return tuple(found)


def _gwp_remarks(factors: Sequence[StatedFactor]) -> list[str]:
    """Return which GWP bases a total mixes, and what rests on none that is stated."""
    bases = sorted({str(factor.gwp_basis) for factor in factors if factor.gwp_basis})
    found = []
    if len(bases) > 1:
        found.append(f"the total mixes GWP bases: {', '.join(bases)}")
    unstated = [factor.factor_id for factor in factors if factor.gwp_basis is None]
    if unstated:
        named = ", ".join(unstated[:_NAMED])
        more = len(unstated) - _NAMED
        others = f"; the others are {', '.join(bases)}" if bases else ""
        found.append(
            f"the sources of {len(unstated):,} of {len(factors):,} factors state no GWP "
            f"basis: {named}{f' and {more} more' if more > 0 else ''}{others}"
        )
    return found


def period_of(elements: pa.Table) -> tuple[str, str] | None:
    """Return the first and the last day that elements name."""
    names = [
        n
        for n, c in CHAIN_COLUMNS.items()
        if c.kind is CellKind.TIME and n in elements.column_names
    ]
    days = [pc.utf8_slice_codeunits(elements[name], 0, _DAY) for name in names]
    ends = [pc.min_max(day).as_py() for day in days]
    first = [end["min"] for end in ends if end["min"] is not None]
    last = [end["max"] for end in ends if end["max"] is not None]
    return (min(first), max(last)) if first else None


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
