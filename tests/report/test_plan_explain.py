"""Plan folders with the ways of their orders, and what is told of them."""

from pathlib import Path

import pytest

from books import book_of
from greenroute.errors import DataError
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.report.page import plain_page
from greenroute.report.plan_explain import (
    ALTERNATIVES,
    explanation_json,
    explanation_table,
    explanation_words,
    read_earlier,
    read_order_explanation,
    write_explained_folder,
)
from greenroute.report.plan_folder import PlanBasis
from greenroute.solver.plans.explain_plan import (
    OrderExplanation,
    Way,
    explain_order,
    plan_with_ways,
)
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.result import ShadowPrice
from greenroute.solver.stop import Stop, Watch
from greenroute.tables import data_folder

RATES = read_rates()
TOY = read_network(data_folder() / "networks" / "toy")
BOOK = book_of("""
    order_id  origin  destination  mass_kg  ready_at
    A         CNSZX   DEFRA        6000     2026-08-03
    B         CNSZX   DEFRA        900      2026-08-04
    C         CNSZX   MOON         900      -
""")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id\n", encoding="utf-8")
    basis = PlanBasis(network=TOY, rates=RATES, orders=orders, objective="least cost")
    result, ways, conflict = plan_with_ways(
        BOOK, TOY, RATES, objective=LeastCost(), watch=Watch(Stop(rounds=2))
    )
    assert ways is not None
    assert conflict is None
    write_explained_folder(result, tmp_path / "out", basis, {ALTERNATIVES: ways})
    return tmp_path / "out"


def test_a_folder_explains_what_the_run_explained(folder: Path) -> None:
    result, _, _ = plan_with_ways(
        BOOK, TOY, RATES, objective=LeastCost(), watch=Watch(Stop(rounds=2))
    )

    for name in "ABC":
        told = read_order_explanation(folder, name)
        assert told == explain_order(
            result, name, orders=BOOK, network=TOY, rates=RATES
        )
    assert [path.name for path in folder.parent.glob(".*")] == []


def test_a_plan_is_read_as_it_was_written(folder: Path) -> None:
    earlier = read_earlier(folder)

    assert earlier.assignments["order_id"].to_pylist() == ["A", "B"]
    assert set(earlier.legs["shipment_id"].to_pylist()) == {"A", "B"}


def test_a_folder_that_is_no_plan_and_an_unknown_order_are_errors(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=r"has no summary.json, expected the folder"):
        read_earlier(tmp_path)
    with pytest.raises(DataError, match="the plan has no order 'Z'"):
        read_order_explanation(folder, "Z")
    (folder / ALTERNATIVES).unlink()
    with pytest.raises(DataError, match=r"has no alternatives.parquet"):
        read_order_explanation(folder, "A")


def way(**changes: object) -> Way:
    values: dict[str, object] = {
        "itinerary_id": "aaa",
        "modes": "sea",
        "departs_at": None,
        "transit_h": 480.0,
        "held_h": 0.0,
        "wtw_kg_co2e": 100.0,
        "extra_usd": 0.0,
        "extra_h": 0.0,
        "extra_wtw_kg_co2e": 0.0,
        "scarcity_usd": 0.0,
        "blocked_by": (),
        "scarce": (),
    }
    return Way(**(values | changes))  # type: ignore[arg-type]  # fields of the test


def test_the_words_name_the_next_best_and_what_a_cheaper_one_would_exceed() -> None:
    full = "capacity sea-1 2026-08-03"
    price = ShadowPrice(
        what="capacity", name="sea-1", week="2026-08-03", usd_per_tonne=12.5
    )
    told = OrderExplanation(
        order_id="A",
        chosen=way(),
        rivals=(
            way(
                itinerary_id="bbb",
                modes="rail",
                extra_usd=50.0,
                extra_h=-240.0,
                extra_wtw_kg_co2e=20.0,
            ),
            way(
                itinerary_id="ccc", extra_usd=-30.0, blocked_by=(full,), scarce=(full,)
            ),
        ),
        scarce=(price,),
        reason="",
    )
    words = explanation_words(told)
    page = plain_page(lambda _: explanation_table(told))

    assert words == [
        "Next best: rail bbb, +50.00 USD, -10.0 days, +20.0 kg CO2e.",
        f"sea ccc would cost 30.00 USD less, but exceed {full}.",
        f"{full} is scarce: a tonne more of it would save 12.50 USD.",
    ]
    assert "order A: sea aaa, 20.0 days, 100.0 kg CO2e" in page
    assert explanation_json(told)["why"] == words


def test_an_order_that_is_not_served_says_what_is_full() -> None:
    told = OrderExplanation(
        order_id="A",
        chosen=None,
        rivals=(way(blocked_by=("budget",)),),
        scarce=(),
        reason="order 'A': every way it has is full",
    )

    assert explanation_words(told) == [
        "order 'A': every way it has is full.",
        "sea aaa would exceed budget.",
    ]
