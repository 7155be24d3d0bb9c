"""Which lanes orders of a book are offered: all whose departures take them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_plan import check_plan
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.solve import plan
from greenroute.solver.route import route
from greenroute.solver.stop import Stop
from networks import network_of

RATES = read_rates()
STOP = Stop(rounds=2)
NARROW = network_of("""
    CNAAA -sea 9000km 300h 1/week 10t-> DEBBB
    CNAAA -sea 20000km 600h 1/week 900t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")


@pytest.mark.parametrize("exact_searches", [0, 40])
@pytest.mark.parametrize("others", ["", "B CNAAA DEBBB 30000", "B CNAAA DEBBB 900"])
def test_an_order_is_offered_a_lane_whose_departures_just_take_it(
    exact_searches: int, others: str
) -> None:
    book = book_of(f"order_id origin destination mass_kg\nA CNAAA DEBBB 9000\n{others}")
    params = PlanParams(exact_searches=exact_searches, detours=0)
    found = plan(book, NARROW, RATES, stop=STOP, params=params).plan
    assert found is not None
    legs = found.legs.table().to_pylist()
    km = [leg["distance_km"] for leg in legs if leg["operation"] == "carry"]

    # 9 t find room in a departure of 10 t; what is heavier takes the long way round.
    assert km == {"": [9_000], "B CNAAA DEBBB 30000": [9_000, 20_000]}.get(
        others, [9_000, 9_000]
    )
    assert check_plan(found, book, NARROW, RATES) == ()


#: Masses from here on fill boxes of their own.
FULL_KG = 9_000
MANY = network_of("""
    CNAAA -road 300km 5h 7/week 2t-> CNCCC
    CNAAA -rail 300km 9h 2/week gauge_mm=1435-> CNCCC
    CNCCC -sea 9000km 300h 1/week 10t-> DEBBB
    CNCCC -sea 12000km 400h 2/week 20t-> DEBBB
    CNCCC -sea 20000km 600h 1/week 900t-> DEBBB
    CNAAA -air 8000km 12h 7/week 3t-> DEBBB
    CNAAA -rail 9000km 250h 1/week 15t gauge_mm=1435-> DEBBB
    CNCCC: kind=seaport
    DEBBB: kind=seaport
""")


@settings(max_examples=25, deadline=None)
@given(
    mass_kg=st.sampled_from([100, 1_999, 2_001, 2_999, 9_000, 14_000, 19_000, 45_000]),
    days=st.sampled_from([3, 15, 20, 30, 90]),
    value_usd=st.sampled_from([0, 50_000]),
)
def test_one_order_costs_what_the_cheapest_itinerary_costs(
    mass_kg: int, days: int, value_usd: int
) -> None:
    # A route waits until the container is full that part loads share; a plan does not.
    days = days if mass_kg >= FULL_KG else 90
    ready, due = _day(0), _day(days)
    front = route(
        Shipment(
            origin="CNAAA",
            destination="DEBBB",
            mass_kg=mass_kg,
            value_usd=value_usd,
            ready_at=datetime.fromisoformat(ready),
            due_at=datetime.fromisoformat(due),
        ),
        MANY,
        RATES,
    )
    book = book_of(f"""
        order_id origin destination mass_kg value_usd ready_at due_at
        A CNAAA DEBBB {mass_kg} {value_usd} {ready} {due}
    """)
    result = plan(book, MANY, RATES, stop=STOP)
    assert result.plan is not None
    cheapest = min((one.cost_usd for one in front.itineraries), default=0.0)

    assert len(result.plan.assignments) == bool(front.itineraries)
    assert result.plan.cost_usd == pytest.approx(cheapest)
    assert check_plan(result.plan, book, MANY, RATES) == ()


def _day(days: int) -> str:
    return (datetime(2026, 8, 3, tzinfo=UTC) + timedelta(days=days)).isoformat()
