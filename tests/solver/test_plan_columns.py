"""Columns of an order book: what they cost is what the rating says, step by step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from books import book_of
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.orders.shipment import Cargo, Shipment
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import NO_LOAD
from greenroute.rating.read import Rates, read_rates
from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.greedy import choose_greedily
from greenroute.solver.plans.load_share import shares
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.solver.plans.write_plan import write_plan
from greenroute.solver.route import route
from greenroute.tables import data_folder
from greenroute.units import CENTS_PER_USD, G_PER_KG
from networks import network_of

TOY = data_folder() / "networks" / "toy"
RATES = read_rates()
NETWORK = read_network(TOY)
SEA = network_of("""
    CNAAA -sea 9000km 300h 1/week 1000t-> DEBBB
    CNAAA -air 8000km 12h 7/week 2t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")


def problem_of(text: str, network: Network = SEA, rates: Rates = RATES) -> PlanProblem:
    return state_book(
        book_of(text),
        network,
        rates,
        objective=LeastCost(),
        params=PlanParams(columns_per_order=64),
    )


def fewest_boxes(book: Book, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the boxes that a choice needs."""
    mass, volume = np.zeros(book.n_groups), np.zeros(book.n_groups)
    groups = book.route_groups
    for order, column in enumerate(columns.tolist()):
        if column != NO_COLUMN:
            at = book.route[column]
            for group in groups.items[groups.start[at] : groups.start[at + 1]]:
                mass[group] += book.mass[order]
                volume[group] += book.volume[order]
    need = np.maximum(mass / book.box_mass, volume / book.box_volume)
    return np.ceil(need).astype(np.int64)


@settings(max_examples=25, deadline=None)
@given(
    mass_kg=st.sampled_from([50, 900, 2_500, 9_000, 21_000, 60_000]),
    density=st.sampled_from([100, 250, 900]),
    cargo=st.sampled_from([Cargo.DRY, Cargo.REEFER]),
)
def test_the_cheapest_loose_column_costs_what_the_frontier_says(
    mass_kg: int, density: int, cargo: Cargo
) -> None:
    volume_m3 = mass_kg / density
    shipment = Shipment(
        origin="CNSZX",
        destination="DEFRA",
        mass_kg=mass_kg,
        volume_m3=volume_m3,
        cargo=cargo,
    )
    front = route(shipment, NETWORK, RATES)
    problem = problem_of(
        f"""
        order_id  origin  destination  mass_kg    volume_m3    cargo
        A         CNSZX   DEFRA        {mass_kg}  {volume_m3}  {cargo}
        """,
        NETWORK,
    )
    book, loose = problem.book, problem.rated.options.variant == 0
    known = {
        (round(i.cost_usd * CENTS_PER_USD), round(i.wtw_kg_co2e * G_PER_KG))
        for i in front.itineraries
    }
    columns = set(
        zip(book.cost[loose].tolist(), book.grams[loose].tolist(), strict=True)
    )

    assert columns & known
    # Cheaper, or greener, than the complete frontier of the order itself is nothing.
    assert min(cost for cost, _ in columns) >= min(cost for cost, _ in known)
    assert min(grams for _, grams in columns) >= min(grams for _, grams in known)


HALVES = """
    order_id  origin  destination  mass_kg  volume_m3  ready_at
    A         CNAAA   DEBBB        6000     30         2026-08-03
    B         CNAAA   DEBBB        6000     20         2026-08-04
"""


def boxed(problem: PlanProblem) -> NDArray[np.int64]:
    """Return the first boxed column without delay of each order."""
    options = problem.rated.options
    usable = (options.variant > 0) & (options.hold == 0)
    return np.array(
        [
            np.flatnonzero(usable & (problem.owner == order))[0]
            for order in range(problem.book.n_orders)
        ]
    )


def test_orders_that_share_a_box_pay_for_it_by_chargeable_volume() -> None:
    problem = problem_of(HALVES)
    columns = boxed(problem)
    boxes = fewest_boxes(problem.book, columns)
    plan = write_plan(problem, columns, boxes)
    legs = plan.legs.table().to_pandas()
    run = legs[legs.operation == "carry"]
    tariff = RATES.tariff
    price = tariff.lane_price.at(tariff.toc_code("sea-container-8000"))
    box = tariff.equipment.names.index("40HC")
    usd = price.usd_per_unit[box] + 9_000 * price.usd_per_unit_km[box]

    assert boxes.sum() == 1
    assert run.equipment.tolist() == ["40HC", "40HC"]
    # 30 and 20 m3 of one container: three fifths and two fifths of its price.
    assert run.cost_usd.tolist() == pytest.approx([0.6 * usd, 0.4 * usd], abs=0.01)
    assert run.cost_usd.sum() == pytest.approx(usd, abs=0.005)
    assert check_plan(plan, problem.orders, SEA, RATES) == ()


def test_every_path_has_a_column() -> None:
    rated = problem_of(HALVES).rated
    n_paths = len(rated.paths.first_step) - 1

    assert n_paths == len(rated.times.total)
    assert set(rated.options.path.tolist()) == set(range(n_paths))
    assert rated.paths.first_step[-1] == len(rated.paths.step)
    assert rated.chains.first_chain[-1] == len(rated.chains.chain)


def test_the_plan_costs_what_its_columns_and_boxes_cost() -> None:
    problem = problem_of(HALVES)
    book, columns = problem.book, boxed(problem)
    boxes = fewest_boxes(book, columns)
    plan = write_plan(problem, columns, boxes)
    cents = book.cost[columns].sum() + (boxes * book.box_cost).sum()

    assert plan.legs.cents.sum() == cents
    assert plan.legs.wtw_grams().sum() == book.grams[columns].sum()
    assert sum(plan.assignments["cost_usd"].to_pylist()) == pytest.approx(
        cents / CENTS_PER_USD
    )


def test_dangerous_and_dry_goods_share_no_box() -> None:
    problem = problem_of("""
        order_id  origin  destination  mass_kg  volume_m3  ready_at    cargo      un_number
        A         CNAAA   DEBBB        6000     20         2026-08-03  dry        -
        B         CNAAA   DEBBB        6000     20         2026-08-03  dry        -
        C         CNAAA   DEBBB        6000     20         2026-08-03  dangerous  UN1263
        D         CNAAA   DEBBB        6000     20         2026-08-03  dangerous  UN1263
    """)
    columns = boxed(problem)
    plan = write_plan(problem, columns, fewest_boxes(problem.book, columns))

    assert plan.loads.to_pandas().query("kind == 'boxes'").orders.tolist() == [2, 2]
    assert check_plan(plan, problem.orders, SEA, RATES) == ()


def test_greedy_takes_the_next_way_when_the_first_is_full() -> None:
    network = network_of("""
        CNAAA -sea 9000km 300h 1/week 8t-> DEBBB
        CNAAA -sea 12000km 400h 1/week 8t-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)
    problem = problem_of(HALVES, network)
    plan = write_plan(
        problem, choose_greedily(problem), np.zeros(problem.book.n_groups, np.int64)
    )
    runs = plan.legs.table().to_pandas().query("operation == 'carry'")

    # 6 t and 6 t: a ship of 8 t takes one of them.
    assert runs.distance_km.tolist() == [9_000, 12_000]
    assert check_plan(plan, problem.orders, network, RATES) == ()


def test_an_order_that_no_departure_takes_is_rejected_with_the_reason() -> None:
    network = network_of("""
        CNAAA -sea 9000km 300h 1/week 8t-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)
    problem = problem_of(
        """
        order_id  origin  destination  mass_kg
        HEAVY     CNAAA   DEBBB        9000
        """,
        network,
    )
    plan = write_plan(problem, np.array([NO_COLUMN]), np.zeros(0, np.int64))
    found = plan.rejected.to_pylist()

    assert [one["error_code"] for one in found] == ["no_way"]
    assert "one departure takes less than the shipment" in found[0]["error"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A  NOWHERE  DEBBB  100  -           -", "unknown_place"),
        ("A  CNAAA    CNAAA  100  -           -", "same_place"),
        ("A  CNAAA    DEBBB  100  2026-08-03  2026-08-04", "not_within_limits"),
    ],
)
def test_an_order_that_cannot_be_is_rejected_and_the_rest_is_planned(
    row: str, code: str
) -> None:
    problem = problem_of(
        f"""
        order_id  origin  destination  mass_kg  ready_at  due_at
        GOOD      CNAAA   DEBBB        100      -         -
        {row}
        """,
        SEA
        if code != "not_within_limits"
        else network_of("""
            CNAAA -sea 9000km 300h 1/week-> DEBBB
            CNAAA: kind=seaport
            DEBBB: kind=seaport
        """),
    )
    columns = choose_greedily(problem)
    plan = write_plan(problem, columns, np.zeros(problem.book.n_groups, np.int64))

    assert plan.assignments["order_id"].to_pylist() == ["GOOD"]
    assert plan.rejected["error_code"].to_pylist() == [code]


def test_goods_may_be_held_for_a_week_if_the_due_date_allows() -> None:
    problem = problem_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        SOON      CNAAA   DEBBB        1000     2026-08-03  2026-08-08
        LATER     CNAAA   DEBBB        1000     2026-08-03  2026-12-01
    """)
    held = problem.rated.options.hold
    of = {name: problem.owner == row for row, name in enumerate(["LATER", "SOON"])}

    assert set(held[of["SOON"]].tolist()) == {0}
    assert set(held[of["LATER"]].tolist()) == {0, 1}


def test_a_set_of_destinations_takes_the_nearest() -> None:
    network = network_of("""
        DEAAA -road 500km 8h-> DEBBB
        DEAAA -road 200km 4h-> DECCC
    """)
    problem = problem_of(
        """
        order_id  origin  destination  mass_kg
        A         DEAAA   DEBBB;DECCC  1000
        """,
        network,
    )
    plan = write_plan(
        problem, choose_greedily(problem), np.zeros(problem.book.n_groups, np.int64)
    )

    assert plan.legs.table()["destination"].to_pylist()[-1] == "DECCC"


@given(
    total=st.lists(st.integers(0, 10**7), min_size=1, max_size=4),
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=8),
    data=st.data(),
)
def test_shares_add_up_to_the_last_cent(
    total: list[int], parts: list[int], data: st.DataObject
) -> None:
    members = st.integers(0, len(total) - 1)
    group = np.array([data.draw(members) for _ in parts])
    split = shares(np.array(total), group, np.array(parts))

    for number, cents in enumerate(total):
        mine = split[group == number]
        assert mine.sum() == (cents if len(mine) else 0)
        # Nobody pays a cent more than its exact part, rounded up.
        exact = (
            cents
            * np.array(parts)[group == number]
            / max(np.array(parts)[group == number].sum(), 1)
        )
        assert (np.abs(mine - exact) < 1 + 1e-6).all()


def test_loose_goods_have_no_load() -> None:
    problem = problem_of(HALVES)
    plan = write_plan(
        problem, choose_greedily(problem), np.zeros(problem.book.n_groups, np.int64)
    )

    assert set(plan.legs.load.tolist()) == {NO_LOAD}


def test_a_price_by_departure_is_refused_and_not_left_out() -> None:
    network = network_of("CNAAA -road 300km 5h cost_usd_per_departure=100-> CNBBB")

    with pytest.raises(DataError, match="has cost_usd_per_departure and no departures"):
        problem_of("order_id origin destination mass_kg\nA CNAAA CNBBB 100", network)
