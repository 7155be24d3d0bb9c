"""Activity and emissions of every element, in exact columns.

    run   activity = quantity · distance          kg = activity · g · DAF / 1000
    hub   activity = quantity · passage share     kg = activity · kg

The quantity is the mass in tonnes, or TEU where the intensity is per TEU.

References
----------
.. [1] ISO 14083:2023, 5.4.2, 5.4.4, 5.5.2.
"""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.plan.leg import LegKind
from greenroute.statement import exact
from greenroute.statement.chain import TransportChains
from greenroute.statement.columns import PER_T, PER_TEU, PER_TEUKM, PER_TKM
from greenroute.statement.distance import Adjustment
from greenroute.statement.intensity import Cases
from greenroute.units import G_PER_KG, KG_PER_TONNE

#: Types on the way: tonnes or TEU, kg per unit. With km or a share and the DAF, their
#: product has 42 places and at most 68 digits.
_QUANTITY, _KG_PER_UNIT = pa.decimal256(16, 9), pa.decimal256(25, 18)
_ONE = Decimal(1)


def is_run(chains: TransportChains) -> NDArray[np.bool_]:
    """Return which elements are runs, bool (n_rows,)."""
    return np.asarray(
        pc.equal(chains.required("kind"), str(LegKind.TRANSPORT)), np.bool_
    )


def daf_errors(chains: TransportChains, cases: Cases) -> NDArray[np.bool_]:
    """Return which elements give a DAF though both sides have the same distance."""
    given = chains.column("daf")
    if given is None:
        return np.zeros(len(chains), dtype=np.bool_)
    other = pc.not_equal(given, pa.scalar(_ONE, exact.RATIO))
    same = cases.mask(lambda case: case.rule.adjustment is Adjustment.NONE)
    return same & np.asarray(pc.fill_null(other, fill_value=False), dtype=np.bool_)


def activity_columns(
    chains: TransportChains, cases: Cases, run: NDArray[np.bool_]
) -> dict[str, pa.Array]:
    """Return distance and size of the activity of every element.

    Parameters
    ----------
    run
        Which elements are runs, (n_rows,).
    """
    runs = pa.array(run)
    count = len(chains)
    distance = _or_nulls(chains, "distance_km", exact.DISTANCE)
    daf = _or_nulls(chains, "daf", exact.RATIO)
    divided = cases.mask(lambda case: case.rule.adjustment is Adjustment.DIVIDE)
    added = cases.column(lambda case: case.rule.added_km, exact.DISTANCE)
    km = pc.add(distance, added).cast(exact.DISTANCE)
    if divided.any():
        nothing = pa.scalar(None, exact.RATIO)
        divisor = pc.if_else(pa.array(divided), daf, nothing)
        quotient = exact.quotient_column(distance, divisor, exact.DISTANCE)
        km = pc.if_else(pa.array(divided), quotient, km)
    km = pc.if_else(runs, km, pa.scalar(None, exact.DISTANCE))
    factor = cases.column(lambda case: case.rule.default_daf, exact.RATIO)
    factor = pc.coalesce(daf, factor)
    one = pa.scalar(_ONE, exact.RATIO)
    factor = pc.if_else(pa.array(divided | ~run), one, factor)
    tonnes = exact.times(
        chains.required("mass_kg"), exact.constant(exact.one_per(KG_PER_TONNE))
    )
    share = pc.fill_null(_or_nulls(chains, "passage_share", exact.RATIO), one)
    share = share.cast(exact.DISTANCE)
    basis = cases.column(lambda case: str(case.rule.activity), pa.string())
    return {
        "activity_km": km,
        "activity_basis": pc.if_else(runs, basis, pa.scalar(None, pa.string())),
        "applied_daf": factor,
        "activity_tkm": pc.if_else(
            runs, exact.times(tonnes, km), pa.scalar(None, pa.decimal256(39, 18))
        ),
        "hub_t": pc.if_else(
            runs, pa.scalar(None, pa.decimal256(39, 18)), exact.times(tonnes, share)
        ),
        "size": pc.if_else(runs, km, share) if count else km,
    }


def intensity_columns(chains: TransportChains, cases: Cases) -> dict[str, pa.Array]:
    """Return the intensities of every element: its own, or those of the factor set."""
    own = cases.mask(lambda case: case.own)
    columns = {}
    for pair in (PER_TEUKM, PER_TEU):
        for name in pair:
            if (column := chains.column(name)) is not None:
                columns[name] = column
    run = is_run(chains)
    of_set = (
        cases.column(lambda case: case.wtw, exact.INTENSITY),
        cases.column(lambda case: case.ttw, exact.INTENSITY),
    )
    nothing = pa.scalar(None, exact.INTENSITY)
    for names, applies in ((PER_TKM, run), (PER_T, ~run)):
        for name, known in zip(names, of_set, strict=True):
            given = _or_nulls(chains, name, exact.INTENSITY)
            found = pc.if_else(pa.array(own), given, known)
            columns[name] = pc.if_else(pa.array(applies), found, nothing)
    return columns


def emission_columns(
    chains: TransportChains,
    activity: Mapping[str, pa.Array],
    intensity: Mapping[str, pa.Array],
) -> dict[str, pa.Array]:
    """Return the emissions of every element [kg CO2e], null where they are not known."""
    tonnes = exact.times(
        chains.required("mass_kg"), exact.constant(exact.one_per(KG_PER_TONNE))
    ).cast(_QUANTITY)
    kg_per_g = exact.constant(exact.one_per(G_PER_KG))
    by_teu = _teu_rows(intensity, len(chains))
    quantity = tonnes
    if by_teu.any():
        teu = _or_nulls(chains, "teu", exact.RATIO).cast(_QUANTITY)
        quantity = pc.if_else(pa.array(by_teu), teu, tonnes)
    amount = exact.times(quantity, activity["size"])
    columns = {}
    names = ("wtw_kg_co2e", "ttw_kg_co2e")
    for name, *sources in zip(names, PER_TKM, PER_TEUKM, PER_T, PER_TEU, strict=True):
        per_unit = [
            (
                exact.times(intensity[source], kg_per_g)
                if source in (*PER_TKM, *PER_TEUKM)
                else intensity[source]
            ).cast(_KG_PER_UNIT)
            for source in sources
            if source in intensity
        ]
        kg = exact.times(amount, pc.coalesce(*per_unit), activity["applied_daf"])
        columns[name] = kg.cast(exact.RESULT)
    return columns


def _teu_rows(intensity: Mapping[str, pa.Array], count: int) -> NDArray[np.bool_]:
    rows = np.zeros(count, dtype=np.bool_)
    for name in (PER_TEUKM[0], PER_TEU[0]):
        if name in intensity:
            rows |= np.asarray(pc.is_valid(intensity[name]), dtype=np.bool_)
    return rows


def _or_nulls(chains: TransportChains, name: str, kind: pa.DataType) -> pa.Array:
    column = chains.column(name)
    return pa.nulls(len(chains), kind) if column is None else column
