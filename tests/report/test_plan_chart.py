"""Pictures of plans: a mark for each plan, a bar for each step."""

import re
from xml.etree import ElementTree as ET

import pytest

from greenroute.plan.termination import Termination
from greenroute.report.plan_chart import abatement_chart, plan_frontier_chart
from greenroute.solver.plans.frontier import FrontierPoint, PlanFrontier
from greenroute.solver.plans.result import Compared, PlanResult


def curve_of(*points: tuple[float, float]) -> PlanFrontier:
    """Return a frontier of plans that cost so much [USD] and emit so much [t]."""
    greedy = Compared(cost_usd=0.0, wtw_kg_co2e=0.0, assigned=0)
    result = PlanResult(
        termination=Termination.FEASIBLE,
        plan=None,
        objective_usd=0.0,
        bound_usd=0.0,
        gap=0.0,
        full_gap=None,
        reason="",
        shadow_prices=(),
        greedy=greedy,
        columns=0,
        rounds=0,
        seconds=0.0,
        seed=0,
    )
    return PlanFrontier(
        points=tuple(
            FrontierPoint(
                carbon_price_usd=100.0 * number,
                cost_usd=usd,
                wtw_tonnes=tonnes,
                bound_usd=usd,
                gap=0.0,
                result=result,
            )
            for number, (usd, tonnes) in enumerate(points)
        )
    )


CURVE = curve_of((1000, 50), (1400, 30), (3400, 20))


def bars(svg: str) -> list[dict[str, str]]:
    return [
        part.attrib
        for part in ET.fromstring(svg).iter()  # noqa: S314 - made here
        if part.tag.endswith("rect") and "fill-opacity" in part.attrib
    ]


def test_every_plan_has_a_dot_and_greedy_one_more() -> None:
    greedy = Compared(cost_usd=1500.0, wtw_kg_co2e=55_000.0, assigned=3)

    assert plan_frontier_chart(CURVE).count("<circle") == 3
    beside = plan_frontier_chart(CURVE, greedy)
    assert beside.count("<circle") == 4
    assert "each order for itself" in beside
    assert "200 USD/t" in beside


def test_a_step_is_as_wide_as_what_it_abates_and_as_high_as_its_price() -> None:
    first, second = bars(abatement_chart(CURVE))
    widths = float(first["width"]), float(second["width"])
    heights = float(first["height"]), float(second["height"])

    # 20 t at 400 / 20 = 20 USD/t, then 10 t at 2,000 / 10 = 200 USD/t.
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.01)
    assert heights[1] / heights[0] == pytest.approx(10.0, rel=0.03)


def test_one_plan_has_no_step() -> None:
    assert bars(abatement_chart(curve_of((1000, 50)))) == []


def test_pictures_need_no_network() -> None:
    for svg in (plan_frontier_chart(CURVE), abatement_chart(CURVE)):
        assert re.findall(r"(?:href|src)=|url\((?!#)", svg) == []
