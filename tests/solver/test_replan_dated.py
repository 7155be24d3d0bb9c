"""Planning again on dated departures: what has departed stays, the rest may wait anew."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from books import book_of
from dated_books import Goods, Places, Run, book_in_days, network_in_days
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import Plan
from greenroute.rating.read import read_rates
from greenroute.solver.plans.match_plan import Earlier
from greenroute.solver.plans.replan import Changes, Replan, replan
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop

RATES = read_rates()
STOP = Stop(rounds=2)
PLACES: Places = {"XXAAA": 2, "XXBBB": 1, "XXPPP": None, "XXCCC": 0}
#: Trucks to the port every day, ships on Fridays and Mondays, a dear truck at any time.
RUNS = [
    Run(start="XXAAA", end="XXPPP", days=1, weekdays=tuple(range(7)), price_usd=0),
    Run(start="XXBBB", end="XXPPP", days=1, weekdays=tuple(range(7)), price_usd=0),
    Run(
        start="XXPPP",
        end="XXCCC",
        days=2,
        weekdays=(4, 0),
        price_usd=300,
        fixed_usd=200,
    ),
    Run(start="XXAAA", end="XXCCC", days=1, weekdays=(), price_usd=2000),
]
FIRST = Goods(start="XXAAA", end="XXCCC", m3=6, ready=0, due=12)
SECOND = Goods(start="XXBBB", end="XXCCC", m3=4, ready=1, due=12)
NETWORK = network_in_days(RUNS, PLACES)


def day(number: float) -> datetime:
    """Return a moment in days after Monday 2026-08-03."""
    return datetime(2026, 8, 3, tzinfo=UTC) + timedelta(days=number)


def planned(orders: Sequence[Goods], network: Network = NETWORK) -> Plan:
    found = plan(book_in_days(orders), network, RATES, stop=STOP).plan
    assert found is not None
    return found


def again(
    before: Plan,
    book: OrderBook,
    moment: datetime,
    *,
    usd: float = 0.0,
    avoid: tuple[str, ...] = (),
    network: Network = NETWORK,
) -> Replan:
    earlier = Earlier(assignments=before.assignments, legs=before.legs.table())
    keep = Changes(
        earlier=earlier, departed_before=moment, stability_usd=usd, avoid=avoid
    )
    return replan(book, network, RATES, keep=keep, stop=STOP)


def kinds(found: Replan) -> list[str]:
    return list(found.changes["change"].to_pylist())


@pytest.mark.parametrize("moment", [0.0, 1.5, 3.5, 5.0])
def test_with_nothing_new_the_plan_stays_as_it_is(moment: float) -> None:
    before = planned([FIRST, SECOND])
    book = book_in_days([FIRST, SECOND])
    found = again(before, book, day(moment))

    assert found.result.plan is not None
    # Both wait for the truck of day 3 to the ship of day 4.
    assert kinds(found) == (["departed"] * 2 if moment > 3 else ["kept"] * 2)
    assert found.result.plan.cost_usd == before.cost_usd
    assert found.result.plan.assignments.equals(before.assignments)
    assert found.result.plan.legs.table().equals(before.legs.table())
    assert check_plan(found.result.plan, book, NETWORK, RATES) == ()


def test_what_has_departed_stays_and_new_goods_join_its_ship() -> None:
    before = planned([FIRST])
    late = Goods(
        start="XXAAA", end="XXCCC", m3=6, ready=0, due=5
    )  # it arrives on day 6
    more = Goods(start="XXBBB", end="XXCCC", m3=4, ready=3, due=12)
    book = book_in_days([late, more])
    found = again(before, book, day(3.01))
    assert found.result.plan is not None
    first, second = found.result.plan.assignments.to_pylist()

    assert kinds(found) == ["departed", "new"]
    assert first["departs_at"] == before.assignments["departs_at"][0].as_py()
    assert first["late_h"] == 24
    # The truck of day 3 has left: the new goods go by the ship of day 7.
    assert second["arrives_at"] == day(9)
    assert check_plan(found.result.plan, book, NETWORK, RATES) == (
        "O0: arrives after it is due",
    )


def test_goods_that_still_wait_share_a_later_ship_if_that_saves_more_than_asked() -> (
    None
):
    before = planned([FIRST])
    more = Goods(start="XXBBB", end="XXCCC", m3=4, ready=6, due=12)
    book = book_in_days([FIRST, more])
    free, dear = (again(before, book, day(1), usd=usd) for usd in (0.0, 1000.0))
    assert free.result.plan is not None
    assert dear.result.plan is not None

    # By the ship of day 7 both pay one box and one departure, 500 less; the first pays
    # three more days of storage for 6 m3 at 2 USD, 36 more.
    assert kinds(free) == ["moved", "new"]
    assert kinds(dear) == ["kept", "new"]
    assert dear.result.plan.cost_usd - free.result.plan.cost_usd == 500 - 36
    # Storage counts from day 0, when the goods were ready.
    waits = [leg["wait_h"] for leg in free.result.plan.legs.table().to_pylist()]
    assert max(waits) == 6 * 24
    for one in (free, dear):
        assert one.result.plan is not None
        assert check_plan(one.result.plan, book, NETWORK, RATES) == ()


def test_a_port_that_closes_is_left_by_what_has_not_departed() -> None:
    before = planned([FIRST, SECOND])
    third = Goods(start="XXAAA", end="XXCCC", m3=2, ready=4, due=12)
    book = book_in_days([FIRST, SECOND, third])
    found = again(before, book, day(3.5), avoid=("XXPPP",))
    assert found.result.plan is not None
    modes = [
        [
            leg["lane"]
            for leg in found.result.plan.legs.table().to_pylist()
            if leg["shipment_id"] == name and leg["lane"]
        ]
        for name in ("O0", "O1", "O2")
    ]

    assert kinds(found) == ["departed", "departed", "new"]
    assert [lanes[-1][0] for lanes in modes] == ["3", "3", "4"]
    assert check_plan(found.result.plan, book, NETWORK, RATES) == ()


def test_a_lane_that_goods_are_on_must_be_there() -> None:
    before = planned([FIRST])
    other = network_in_days([*RUNS[1:], RUNS[0]], PLACES)

    with pytest.raises(DataError, match="has departed by lane '1:XXAAA-XXPPP', which"):
        again(before, book_in_days([FIRST]), day(3.5), network=other)


def test_goods_that_have_departed_cannot_grow() -> None:
    before = planned([FIRST])
    book = book_of(
        "order_id origin destination mass_kg volume_m3 value_usd ready_at due_at\n"
        "O0 XXAAA XXCCC 700 6 1000 2026-08-03T00:00Z 2026-08-15T00:00Z"
    )

    with pytest.raises(DataError, match="has departed, but mass_kg is '700'"):
        again(before, book, day(3.5))
