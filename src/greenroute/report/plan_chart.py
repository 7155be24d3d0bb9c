"""Plans as pictures: cost against CO2e, and what abatement costs step by step, as SVG."""

from collections.abc import Iterator

from greenroute.report.scale import Scale, fit_scale
from greenroute.report.svg import Box, Labels, document, dot, heading, path, text
from greenroute.solver.plans.frontier import PlanFrontier
from greenroute.solver.plans.result import Compared
from greenroute.units import KG_PER_TONNE

WIDTH, HEIGHT = 760.0, 460.0
_FRAME = Box(left=92.0, top=64.0, right=740.0, bottom=404.0)
_PLAN, _GREEDY, _PALE, _INK = "#21918c", "#d95f02", "#e6e6e6", "#222222"
#: Height of the mark of a step that costs next to nothing [px].
_THIN = 1.5
#: Width of a step that has room for words [px].
_ROOM = 110.0


def plan_frontier_chart(curve: PlanFrontier, greedy: Compared | None = None) -> str:
    """Return an SVG chart of the plans of a frontier: cost against CO2e.

    Parameters
    ----------
    greedy
        Every order for itself, to be shown beside; it should serve as many orders.
    """
    spots = [(point.cost_usd, point.wtw_tonnes) for point in curve.points]
    beside = (
        [] if greedy is None else [(greedy.cost_usd, greedy.wtw_kg_co2e / KG_PER_TONNE)]
    )
    x = fit_scale([usd for usd, _ in spots + beside], _FRAME.left, _FRAME.right)
    y = fit_scale([t for _, t in spots + beside], _FRAME.bottom, _FRAME.top)
    at = [(x(usd), y(tonnes)) for usd, tonnes in spots]
    labels = Labels(
        frame=_FRAME, dots=[*at, *((x(u), y(t)) for u, t in beside)], size=12.0
    )
    marks = [dot(spot, radius=5.0, fill=_PLAN, stroke=_INK) for spot in at]
    words = [
        labels.place(f"{point.carbon_price_usd:,.0f} USD/t", spot)
        for point, spot in zip(curve.points, at, strict=True)
    ]
    for usd, tonnes in beside:
        marks.append(dot((x(usd), y(tonnes)), radius=5.0, fill=_GREEDY, stroke=_INK))
        words.append(labels.place("each order for itself", (x(usd), y(tonnes))))
    parts = [
        heading("Plans between least cost and least CO2e", (20.0, 28.0)),
        text("each the best found at its price of carbon", (20.0, 47.0)),
        *_axes(x, y, "cost [USD]", "CO2e, well to wheel [t]"),
        path(at, stroke=_PLAN, stroke_width=1.4),
        *marks,
        *words,
    ]
    return document((WIDTH, HEIGHT), f"{len(spots)} plans, cost against CO2e", parts)


def abatement_chart(curve: PlanFrontier) -> str:
    """Return an SVG chart of what a tonne less costs, step by step along a frontier.

    The width of a step is what it abates, its height what a tonne of that costs.
    """
    steps = curve.steps()
    title = "What abatement costs"
    if not steps:
        words = [heading(title, (20.0, 30.0)), text("One plan: no step.", (20.0, 60.0))]
        return document((WIDTH, 90.0), title, words)
    ends = [0.0]
    for step in steps:
        ends.append(ends[-1] + step.abated_tonnes)
    prices = [step.usd_per_tonne for step in steps]
    x = Scale(
        low=0.0,
        high=ends[-1],
        start=_FRAME.left,
        end=_FRAME.right - 10,
        logarithmic=False,
    )
    y = fit_scale([*prices, 0.0], _FRAME.bottom, _FRAME.top)
    bars, words = [], []
    for step, first, last in zip(steps, ends, ends[1:], strict=False):
        moved = sum(move.orders for move in step.moves)
        bars.append(_bar(x(first), x(last), y(step.usd_per_tonne), y(0.0)))
        if x(last) - x(first) >= _ROOM:
            above = (x(first) + x(last)) / 2, y(step.usd_per_tonne) - 6.0
            words.append(text(f"{moved:,} orders move", above, anchor="middle"))
    parts = [
        heading(title, (20.0, 28.0)),
        text("each step leads to the next greener plan", (20.0, 47.0)),
        *_axes(x, y, "CO2e abated against least cost [t]", "cost of a tonne [USD/t]"),
        *bars,
        *words,
    ]
    return document((WIDTH, HEIGHT), f"{title}: {len(steps)} steps", parts)


def _bar(left: float, right: float, top: float, bottom: float) -> str:
    height = max(bottom - top, _THIN)
    return (
        f'<rect x="{left:.1f}" y="{bottom - height:.1f}" width="{right - left:.1f}" '
        f'height="{height:.1f}" fill="{_PLAN}" fill-opacity="0.75" stroke="{_INK}"/>'
    )


def _axes(x: Scale, y: Scale, below: str, beside: str) -> Iterator[str]:
    for mark in x.marks():
        ends = [(x(mark), _FRAME.top), (x(mark), _FRAME.bottom)]
        yield path(ends, stroke=_PALE, stroke_width=1)
        yield text(f"{mark:,.9g}", (x(mark), _FRAME.bottom + 18), anchor="middle")
    for mark in y.marks():
        ends = [(_FRAME.left, y(mark)), (_FRAME.right, y(mark))]
        yield path(ends, stroke=_PALE, stroke_width=1)
        yield text(f"{mark:,.9g}", (_FRAME.left - 8, y(mark) + 4), anchor="end")
    middle = (_FRAME.left + _FRAME.right) / 2
    yield text(below, (middle, HEIGHT - 14), anchor="middle")
    middle = (_FRAME.top + _FRAME.bottom) / 2
    yield text(beside, (18.0, middle), anchor="middle", turn=-90)
