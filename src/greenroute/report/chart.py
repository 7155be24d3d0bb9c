"""The frontier as a picture: cost against CO2e, coloured by days, as SVG."""

from collections.abc import Iterator, Sequence

from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary
from greenroute.report.scale import Scale, fit_scale
from greenroute.report.svg import Box, Labels, document, dot, heading, path, text
from greenroute.units import HOURS_PER_DAY

WIDTH, HEIGHT = 760.0, 480.0
_FRAME = Box(left=78.0, top=64.0, right=740.0, bottom=424.0)
#: Points that fall on one square of the picture are drawn once [px].
_GRID_PX = 2.0
#: viridis, from few days to many.
_COLOURS = ("#fde725", "#90d743", "#35b779", "#21918c", "#31688e", "#443983", "#440154")
_GREY, _PALE, _INK = "#888888", "#e6e6e6", "#222222"


def frontier_chart(frontier: Frontier) -> str:
    """Return an SVG chart of a frontier: cost against CO2e, coloured by days.

    The staircase joins the itineraries that no other beats in cost and CO2e alone; those
    above it are there because they are faster.
    """
    shipment = frontier.shipment
    title = f"{shipment.origin} → {shipment.destination}, {shipment.mass_kg:,.0f} kg"
    if not frontier.itineraries:
        words = [heading(title, (20.0, 30.0))]
        words.append(text(f"No itinerary: {frontier.reason}", (20.0, 60.0)))
        return document((WIDTH, 90.0), title, words)
    costs = [itinerary.cost_usd for itinerary in frontier.itineraries]
    kilograms = [itinerary.wtw_kg_co2e for itinerary in frontier.itineraries]
    days = [itinerary.transit_h / HOURS_PER_DAY for itinerary in frontier.itineraries]
    x = fit_scale(costs, _FRAME.left, _FRAME.right)
    y = fit_scale(kilograms, _FRAME.bottom, _FRAME.top)
    colour = fit_scale(days, 0.0, len(_COLOURS) - 1.0)
    count = f"{len(frontier.itineraries):,} itineraries"
    parts = [
        heading(title, (20.0, 28.0)),
        text(f"{count}, none beaten on cost, time and CO2e at once", (20.0, 47.0)),
        *_axes(x, y),
        path(_staircase(costs, kilograms, x, y), stroke=_GREY, stroke_width=1.2),
        *_points(frontier.itineraries, x, y, colour),
        *_picks(frontier, x, y, colour),
        *_legend(min(days), max(days)),
    ]
    return document((WIDTH, HEIGHT), f"{title}: {count}", parts)


def _axes(x: Scale, y: Scale) -> Iterator[str]:
    for mark in x.marks():
        at = x(mark)
        ends = [(at, _FRAME.top), (at, _FRAME.bottom)]
        yield path(ends, stroke=_PALE, stroke_width=1)
        yield text(f"{mark:,.6g}", (at, _FRAME.bottom + 18), anchor="middle")
    for mark in y.marks():
        at = y(mark)
        ends = [(_FRAME.left, at), (_FRAME.right, at)]
        yield path(ends, stroke=_PALE, stroke_width=1)
        yield text(f"{mark:,.6g}", (_FRAME.left - 8, at + 4), anchor="end")
    middle = (_FRAME.left + _FRAME.right) / 2
    yield text("cost [USD]", (middle, HEIGHT - 14), anchor="middle")
    middle = (_FRAME.top + _FRAME.bottom) / 2
    words = "CO2e, well to wheel [kg]"
    yield text(words, (18.0, middle), anchor="middle", turn=-90)


def _staircase(
    costs: Sequence[float], kilograms: Sequence[float], x: Scale, y: Scale
) -> list[tuple[float, float]]:
    """Return the corners of the line that no itinerary is below, in these two goals."""
    corners: list[tuple[float, float]] = []
    least = float("inf")
    for usd, kg in sorted(zip(costs, kilograms, strict=True)):
        if kg < least:
            if corners:
                corners.append((x(usd), corners[-1][1]))
            corners.append((x(usd), y(kg)))
            least = kg
    return [*corners, (_FRAME.right, corners[-1][1])]


def _points(
    itineraries: Sequence[Itinerary], x: Scale, y: Scale, colour: Scale
) -> Iterator[str]:
    """Yield a dot per itinerary, the fastest last, so that it lies on top."""
    drawn: dict[tuple[int, int], str] = {}
    for itinerary in sorted(itineraries, key=lambda i: -i.transit_h):
        at = x(itinerary.cost_usd), y(itinerary.wtw_kg_co2e)
        square = (round(at[0] / _GRID_PX), round(at[1] / _GRID_PX))
        fill = _tint(colour(itinerary.transit_h / HOURS_PER_DAY))
        drawn.pop(square, None)
        drawn[square] = dot(at, radius=3.2, fill=fill, stroke="none")
    yield from drawn.values()


def _picks(frontier: Frontier, x: Scale, y: Scale, colour: Scale) -> Iterator[str]:
    frame = Box(
        left=_FRAME.left + 2,
        top=_FRAME.top + 2,
        right=_FRAME.right - 2,
        bottom=_FRAME.bottom - 2,
    )
    dots = [(x(i.cost_usd), y(i.wtw_kg_co2e)) for i in frontier.itineraries]
    labels = Labels(frame=frame, size=13.0, dots=dots)
    spots = []
    for key, names in frontier.pick_names().items():
        itinerary = frontier[key]
        at = x(itinerary.cost_usd), y(itinerary.wtw_kg_co2e)
        fill = _tint(colour(itinerary.transit_h / HOURS_PER_DAY))
        yield dot(at, radius=6.0, fill=fill, stroke=_INK)
        labels.taken.append(
            Box(left=at[0] - 6, top=at[1] - 6, right=at[0] + 6, bottom=at[1] + 6)
        )
        days = itinerary.transit_h / HOURS_PER_DAY
        spots.append((f"{', '.join(names)} ({days:.1f} d)", at))
    for words, at in spots:
        yield labels.place(words, at)


def _legend(least: float, most: float) -> Iterator[str]:
    """Yield the bar that says which colour means how many days."""
    width, left, top = 160.0, _FRAME.right - 190.0, 34.0
    step = width / 40
    for number in range(40):
        fill = _tint(number / 39 * (len(_COLOURS) - 1))
        yield (
            f'<rect x="{left + number * step:.1f}" y="{top}" width="{step + 0.5:g}" '
            f'height="10" fill="{fill}"/>'
        )
    yield text(f"{least:.0f}", (left - 6, top + 10), anchor="end")
    yield text("days", (left + width / 2, top - 5), anchor="middle")
    yield text(f"{most:.0f}", (left + width + 6, top + 10))


def _tint(place: float) -> str:
    """Return the colour at a place between the stops of the colour scale."""
    first = min(max(int(place), 0), len(_COLOURS) - 2)
    share = min(max(place - first, 0.0), 1.0)
    pair = _COLOURS[first], _COLOURS[first + 1]
    low, high = ([int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in pair)
    mixed = (round(a + share * (b - a)) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
