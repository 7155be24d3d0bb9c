"""The intensities that a statement rests on, each once."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.rating.factors import FactorSet
from greenroute.rating.read_factors import HUB
from greenroute.statement.chain import TransportChains
from greenroute.statement.columns import GwpBasis
from greenroute.statement.compute import is_run
from greenroute.statement.groups import group_rows
from greenroute.statement.intensity import Case, Cases
from greenroute.statement.lineage import Lineage, gsd_of
from greenroute.statement.statement import StatedFactor

#: Code of elements without an intensity.
NO_FACTOR = -1
#: What tells own intensities apart besides their case.
_OWN_COLUMNS = ("factor_id", "source", "source_year", "gwp_basis", "mode", "toc", "hoc")


def stated_factors(
    chains: TransportChains, cases: Cases, factors: FactorSet, lineage: Lineage
) -> tuple[tuple[StatedFactor, ...], NDArray[np.int32]]:
    """Return the intensities used, sorted by id, and the one of each element.

    An own intensity is named by its `factor_id`, else by its TOC or HOC and its source;
    elements of one name share its error, whatever their numbers are.

    Returns
    -------
    tuple
        Factors, and the position of each element's factor, (n_rows,); `NO_FACTOR` where
        emissions are not known.
    """
    columns = {n: c for n in _OWN_COLUMNS if (c := chains.column(n)) is not None}
    group, first = group_rows([cases.of, *columns.values()], len(chains))
    run = is_run(chains)
    found: list[StatedFactor | None] = []
    for row in first.tolist():
        case = cases.cases[cases.of[row]]
        if case is None or (not case.own and case.factor_id == ""):
            found.append(None)
        elif case.own:
            cell = {name: column[row].as_py() for name, column in columns.items()}
            found.append(_own(cell, case, lineage, is_hub=not run[row]))
        else:
            found.append(_of_set(case, factors, lineage))
    unique = sorted(
        {factor for factor in found if factor is not None},
        key=lambda factor: (factor.factor_id, repr(factor)),
    )
    place = {factor: code for code, factor in enumerate(unique)}
    codes = [NO_FACTOR if factor is None else place[factor] for factor in found]
    return tuple(unique), np.array(codes, dtype=np.int32)[group]


def _of_set(case: Case, factors: FactorSet, lineage: Lineage) -> StatedFactor:
    code = factors.ids.index(case.factor_id)
    family, note = factors.family[code], lineage.notes[case.factor_id]
    return StatedFactor(
        factor_id=case.factor_id,
        own=False,
        mode=family.split(":")[0],
        family=family,
        data_type=case.data_type,
        gsd=float(factors.gsd[code]),
        source=note.source,
        year=note.year,
        licence=note.licence,
        gwp_basis=note.gwp_basis,
        distance_basis=case.intensity_basis,
        base=note.base,
        energy=note.energy,
    )


def _own(
    cell: Mapping[str, Any], case: Case, lineage: Lineage, *, is_hub: bool
) -> StatedFactor:
    mode = HUB if is_hub else str(cell["mode"])
    gwp = cell.get("gwp_basis")
    source = cell.get("source") or "not stated"
    name = (
        cell.get("factor_id")
        or f"own:{cell['hoc'] if is_hub else cell['toc']}:{source}"
    )
    return StatedFactor(
        factor_id=name,
        own=True,
        mode=mode,
        family=f"{mode}: {source}",
        data_type=case.data_type,
        gsd=gsd_of(lineage, mode, case.data_type),
        source=source,
        year=cell.get("source_year"),
        licence="of the user",
        gwp_basis=GwpBasis(gwp) if gwp else None,
        distance_basis=case.intensity_basis,
    )


def names_of(
    factors: tuple[StatedFactor, ...], codes: NDArray[np.int32]
) -> dict[str, pa.Array]:
    """Return what the factor of each element says, null without one, (n_rows,) each."""
    at = pa.array(codes, mask=codes == NO_FACTOR)
    texts = {
        "factor_id": [factor.factor_id for factor in factors],
        "data_type": [str(factor.data_type) for factor in factors],
    }
    columns = {n: pa.array(values, pa.string()).take(at) for n, values in texts.items()}
    return columns | {"factor": pc.fill_null(at, NO_FACTOR)}
