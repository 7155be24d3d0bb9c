"""A statement of a plan agrees with what the plan says, to half a gram a leg."""

import numpy as np
import pytest

from books import book_of
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.report.plan_chains import chains_of_legs
from greenroute.solver.column import PlanParams
from greenroute.solver.greedy import choose_greedily
from greenroute.solver.objective import LeastCost
from greenroute.solver.plan_problem import state_book
from greenroute.solver.write_plan import write_plan
from greenroute.statement.state import state_emissions
from greenroute.tables import data_folder

RATES = read_rates()
NETWORK = read_network(data_folder() / "networks" / "toy")
HALF_GRAM_KG = 0.0005


def test_the_statement_of_a_plan_agrees_to_half_a_gram_a_leg() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    cargo
        A         CNSZX   DEFRA        6000     2026-08-03  dry
        B         DEFRA   CNSZX        917      2026-08-04  dry
        C         NLRTM   DEFRA        12345.6  -           reefer
    """)
    problem = state_book(
        book, NETWORK, RATES, objective=LeastCost(), params=PlanParams()
    )
    boxes = np.zeros(problem.book.n_groups, np.int64)
    legs = write_plan(problem, choose_greedily(problem), boxes).legs.table()
    statement = state_emissions(chains_of_legs(legs), RATES)
    planned = dict(
        zip(legs["tce_id"].to_pylist(), legs["wtw_kg_co2e"].to_pylist(), strict=True)
    )

    assert statement.rejected == ()
    assert len(set(statement.elements["shipment_id"].to_pylist())) == 3
    for row in statement.elements.to_pylist():
        stated = float(row["wtw_kg_co2e"] or 0)
        assert stated == pytest.approx(planned[row["tce_id"]], abs=HALF_GRAM_KG + 1e-9)
