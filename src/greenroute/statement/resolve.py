"""Which elements can be stated with a factor set, and how."""

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.rating.factors import FactorSet
from greenroute.statement import exact
from greenroute.statement.chain import TransportChains
from greenroute.statement.chain_file import place_of
from greenroute.statement.compute import daf_errors, is_run
from greenroute.statement.distance import ActivityBasis
from greenroute.statement.groups import group_rows
from greenroute.statement.intensity import Case, Cases, find_cases
from greenroute.statement.lineage import Lineage
from greenroute.statement.rejection import ChainRule, Findings


def resolve(
    chains: TransportChains, factors: FactorSet, lineage: Lineage
) -> tuple[TransportChains, Cases]:
    """Return the elements that can be stated, and their cases; the others are rejected.

    Parameters
    ----------
    chains
        Elements that the rules of a chains file let pass.
    factors, lineage
        Factor set for intensities that they leave open.
    """
    line = chains.column("line")
    ids, tces = chains.required("shipment_id"), chains.required("tce_id")
    findings = Findings(
        where=lambda row: place_of(
            chains.source, row + 1 if line is None else line[row].as_py()
        ),
        shipment_id=lambda row: str(ids[row].as_py()),
        tce_id=lambda row: str(tces[row].as_py()),
        bad=np.zeros(len(chains), dtype=np.bool_),
    )
    cases = find_cases(chains, factors, lineage, findings)
    for row in np.flatnonzero(daf_errors(chains, cases)).tolist():
        given = exact.text_of(chains.required("daf")[row].as_py())
        text = f"daf is {given} and both sides have the same distance, expected 1 or nothing"
        findings.add(row, "daf", ChainRule.DISTANCE, text)
    for row, text in _mixed_distances(chains, cases, findings.bad):
        findings.add(row, "distance_basis", ChainRule.MIXED_DISTANCE, text)
    rejected = (*chains.rejected, *findings.in_order())
    table = chains.table
    if findings.bad.any():
        good = ~findings.bad
        table = table.filter(pa.array(good))
        cases = Cases(of=cases.of[good], cases=cases.cases)
    return replace(chains, table=table, rejected=rejected), cases


def _mixed_distances(
    chains: TransportChains, cases: Cases, bad: NDArray[np.bool_]
) -> list[tuple[int, str]]:
    """Return the runs of chains whose activities have distances of two kinds.

    Flights are on the great circle whatever the rest is.
    """
    counted = is_run(chains) & ~bad
    bases = (ActivityBasis.SFD, ActivityBasis.GCD, ActivityBasis.ACTUAL)
    masks = [counted & cases.mask(partial(_on, basis)) for basis in bases]
    if sum(bool(mask.any()) for mask in masks) <= 1:
        return []
    shipment, first = group_rows([chains.required("shipment_id")], len(chains))
    kinds = np.zeros(len(first), dtype=np.int8)
    for mask in masks:
        kinds[np.unique(shipment[mask])] += 1
    mixed = np.logical_or.reduce(masks) & (kinds[shipment] > 1)
    text = (
        "the runs of the shipment have distances of more than one kind (sfd, gcd, actual), "
        "expected one in a transport chain, flights apart"
    )
    return [(int(row), text) for row in np.flatnonzero(mixed)]


def _on(basis: ActivityBasis, case: Case) -> bool:
    return case.rule.activity is basis
