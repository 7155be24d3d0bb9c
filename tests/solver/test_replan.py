"""Planning again: what has departed stays, the rest changes as little as asked."""

from datetime import UTC, datetime

import pytest

from books import book_of
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import Plan
from greenroute.rating.read import read_rates
from greenroute.solver.plans.match_plan import Earlier
from greenroute.solver.plans.replan import ChangeKind, Changes, Replan, replan
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop
from greenroute.tables import data_folder
from networks import network_of

RATES = read_rates()
TOY = read_network(data_folder() / "networks" / "toy")
STOP = Stop(rounds=2)
HEAD = "order_id origin destination mass_kg ready_at due_at\n"
A = "A CNSZX DEFRA 9000 2026-08-03 2026-10-28"
B = "B CNSZX DEFRA 8000 2026-08-08 2026-10-28"
C = "C CNSZX DEFRA 700 2026-08-13 2026-10-28"
D = "D DEFRA CNSZX 700 2026-08-13 2026-10-28"
E = "E CNSZX DEFRA 12000 2026-08-03 2026-10-28"
MONDAY, LATER = datetime(2026, 8, 5, tzinfo=UTC), datetime(2026, 8, 11, tzinfo=UTC)
SHIPS = network_of("""
    CNAAA -sea 9000km 300h 1/week 20t-> DEBBB
    CNAAA -sea 11000km 400h 1/week 60t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")


def book(*rows: str) -> OrderBook:
    return book_of(HEAD + "\n".join(rows))


def first_plan(*rows: str, network: Network = TOY) -> Plan:
    found = plan(book(*rows), network, RATES, stop=STOP).plan
    assert found is not None
    return found


def again(
    before: Plan,
    *rows: str,
    moment: datetime,
    usd: float = 0.0,
    avoid: tuple[str, ...] = (),
    network: Network = TOY,
) -> Replan:
    earlier = Earlier(assignments=before.assignments, legs=before.legs.table())
    keep = Changes(
        earlier=earlier, departed_before=moment, stability_usd=usd, avoid=avoid
    )
    return replan(book(*rows), network, RATES, keep=keep, stop=STOP)


def kinds(found: Replan) -> dict[str, str]:
    changes = found.changes
    return dict(
        zip(changes["order_id"].to_pylist(), changes["change"].to_pylist(), strict=True)
    )


def row(found: Replan, order_id: str) -> dict[str, object]:
    return next(r for r in found.changes.to_pylist() if r["order_id"] == order_id)


def test_with_nothing_new_the_plan_stays_as_it_is() -> None:
    before = first_plan(A, B, C, D)
    found = again(before, A, B, C, D, moment=MONDAY)

    assert found.result.plan is not None
    assert found.count(ChangeKind.MOVED) == 0
    assert found.result.plan.assignments.equals(before.assignments)
    assert found.result.plan.cost_usd == before.cost_usd


def test_what_has_departed_keeps_itinerary_departure_and_boxes() -> None:
    before = first_plan(A, B, C, D)
    late = "A CNSZX DEFRA 9000 2026-08-03 2026-08-12"  # cannot be met: it is at sea
    found = again(before, late, B, C, D, E, moment=LATER)
    plan = found.result.plan
    assert plan is not None
    told = kinds(found)
    gone = [
        name
        for name, at in zip(
            before.assignments["order_id"].to_pylist(),
            before.assignments["departs_at"].to_pylist(),
            strict=True,
        )
        if at < LATER
    ]

    assert "A" in gone
    assert [name for name, kind in told.items() if kind == "departed"] == gone
    legs = {
        when: {
            name: [leg for leg in table.to_pylist() if leg["shipment_id"] == name]
            for name in gone
        }
        for when, table in (("b", before.legs.table()), ("a", plan.legs.table()))
    }
    same = ("operation", "lane", "origin", "departs_at", "arrives_at", "equipment")
    for name in gone:
        for one, two in zip(legs["b"][name], legs["a"][name], strict=True):
            assert [one[field] for field in same] == [two[field] for field in same]
    for name, at in zip(
        plan.assignments["order_id"].to_pylist(),
        plan.assignments["departs_at"].to_pylist(),
        strict=True,
    ):
        assert name in gone or at >= LATER
    assert check_plan(plan, book(late, B, C, D, E), TOY, RATES) == (
        "A: arrives after it is due",
    )


def test_a_new_order_moves_others_only_where_that_saves_more_than_asked() -> None:
    before = first_plan(A, B, C, D)
    free = again(before, A, B, C, D, E, moment=MONDAY)
    [moved] = [n for n, kind in kinds(free).items() if kind == "moved"]
    saving = row(free, moved)["staying_usd"]
    assert isinstance(saving, float)
    below = again(before, A, B, C, D, E, moment=MONDAY, usd=saving - 1)
    above = again(before, A, B, C, D, E, moment=MONDAY, usd=10_000)

    assert kinds(free)["E"] == "new"
    assert saving > 0
    assert f"staying would cost {saving:,.2f} USD more" in str(
        row(free, moved)["reason"]
    )
    assert kinds(below)[moved] == "moved"
    assert above.count(ChangeKind.MOVED) == 0
    assert free.result.plan is not None
    assert above.result.plan is not None
    assert free.result.plan.cost_usd < above.result.plan.cost_usd
    for found in (free, below, above):
        assert found.result.plan is not None
        assert check_plan(found.result.plan, book(A, B, C, D, E), TOY, RATES) == ()


def test_a_mode_that_is_closed_is_left_by_what_has_not_departed() -> None:
    before = first_plan(A, B, C, D)
    found = again(before, A, B, C, D, moment=LATER, avoid=("sea",))
    told = kinds(found)
    assert found.result.plan is not None
    modes = dict(
        zip(
            found.result.plan.assignments["order_id"].to_pylist(),
            found.result.plan.assignments["modes"].to_pylist(),
            strict=True,
        )
    )

    assert told["A"] == "departed"
    assert "sea" in modes["A"]
    assert told["C"] == "moved"
    assert "sea" not in modes["C"]
    assert "its way is closed" in str(row(found, "C")["reason"])
    assert check_plan(found.result.plan, book(A, B, C, D), TOY, RATES) == ()


def test_goods_at_sea_stay_aboard_where_a_passage_closes_and_no_detour_is_known() -> (
    None
):
    before = first_plan(A, B, C, D)
    found = again(before, A, B, C, D, moment=LATER, avoid=("suez",))
    told = row(found, "A")

    assert told["change"] == "departed"
    assert told["itinerary_id_after"] == told["itinerary_id_before"]
    assert told["arrives_at_after"] == told["arrives_at_before"]
    # The others leave the sea: the toy network has no other ship.
    assert kinds(found)["C"] == "moved"


@pytest.mark.slow
def test_goods_at_sea_take_the_detour_of_a_closed_passage() -> None:
    world = read_network()
    rows = (
        "A CNSHA NLRTM 9000 2026-08-03 2026-12-28",
        "B CNSHA NLRTM 9000 2026-08-17 2026-12-28",
    )
    before = first_plan(*rows, network=world)
    found = again(before, *rows, moment=LATER, avoid=("suez",), network=world)
    told = row(found, "A")

    assert told["change"] == "departed"
    assert told["itinerary_id_after"] == told["itinerary_id_before"]
    assert told["departs_at_after"] == told["departs_at_before"]
    # Around Africa it is some 3,000 nautical miles more: a week at 18 knots.
    days = (told["arrives_at_after"] - told["arrives_at_before"]).days  # type: ignore[operator]  # times
    assert 4 <= days <= 14


def test_a_ship_that_is_full_by_now_is_the_reason_to_move() -> None:
    one = "A CNAAA DEBBB 8000 2026-08-12 2026-09-08"
    two = "B CNAAA DEBBB 7900 2026-08-12 2026-09-08"
    more = "C CNAAA DEBBB 7800 2026-08-12 2026-09-04"  # in time by the short way only
    before = first_plan(one, two, network=SHIPS)
    found = again(before, one, two, more, moment=MONDAY, network=SHIPS, usd=50)
    told = kinds(found)
    moved = [name for name, kind in told.items() if kind == "moved"]

    # 8,000 + 7,900 + 7,800 kg do not fit 20 t.
    assert told["C"] == "new"
    assert len(moved) == 1
    assert "staying would exceed capacity 1:CNAAA-sea-DEBBB" in str(
        row(found, moved[0])["reason"]
    )


def test_an_order_that_was_taken_back_is_gone() -> None:
    before = first_plan(A, B, C, D)
    found = again(before, A, B, C, moment=MONDAY)

    assert kinds(found)["D"] == "gone"
    assert row(found, "D")["itinerary_id_after"] is None


def test_an_order_that_departed_cannot_be_another_one_now() -> None:
    before = first_plan(A, B, C, D)

    with pytest.raises(DataError, match="'A' has departed, but mass_kg is '9001'"):
        again(before, A.replace("9000", "9001"), B, C, D, moment=LATER)


def test_an_order_that_is_late_leaves_when_it_is_ready() -> None:
    before = first_plan(A, B, C, D)
    late = "C CNSZX DEFRA 700 2026-08-20 2026-10-28"
    found = again(before, A, B, late, D, moment=MONDAY)
    leaves = row(found, "C")["departs_at_after"]

    assert kinds(found)["C"] == "moved"
    assert isinstance(leaves, datetime)
    assert leaves >= datetime(2026, 8, 19, tzinfo=UTC)


def test_a_plan_made_again_can_be_made_again() -> None:
    before = first_plan(A, B, C, D)
    second = again(before, A, B, C, D, E, moment=LATER, usd=100)
    assert second.result.plan is not None
    end = datetime(2027, 1, 1, tzinfo=UTC)
    third = again(second.result.plan, A, B, C, D, E, moment=end, usd=100)
    assert third.result.plan is not None

    # E was ready before the second plan, and left when that was made.
    assert third.count(ChangeKind.DEPARTED) == 5
    assert third.result.plan.assignments.equals(second.result.plan.assignments)


def test_what_is_asked_must_make_sense() -> None:
    before = first_plan(A)

    with pytest.raises(DataError, match="stability_usd is -1, expected a number >= 0"):
        again(before, A, moment=MONDAY, usd=-1)
    with pytest.raises(DataError, match="expected a time with an offset"):
        again(before, A, moment=datetime(2026, 8, 5))  # noqa: DTZ001 - that is the error
