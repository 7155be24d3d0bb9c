import csv
import io

import greenroute as gr
from greenroute import report


def test_a_row_per_itinerary_with_the_columns_of_the_frame(
    frontier: gr.Frontier,
) -> None:
    rows = list(
        csv.DictReader(io.StringIO(report.route_csv(frontier, frontier.itineraries)))
    )
    frame = frontier.to_frame()

    assert list(rows[0]) == list(frame.columns)
    assert [float(row["cost_usd"]) for row in rows] == frame["cost_usd"].tolist()
    assert [row["id"] for row in rows] == [i.id for i in frontier.itineraries]


def test_picks_are_named(frontier: gr.Frontier) -> None:
    rows = list(
        csv.DictReader(io.StringIO(report.route_csv(frontier, frontier.itineraries)))
    )
    named = {name for row in rows for name in row["picks"].split()}

    assert named == {"cheapest", "fastest", "greenest", "balanced"}


def test_only_what_is_shown_is_written(frontier: gr.Frontier) -> None:
    text = report.route_csv(frontier, frontier.itineraries[:1])

    assert len(text.splitlines()) == 2


def test_an_empty_frontier_has_the_header_only(frontier: gr.Frontier) -> None:
    text = report.route_csv(frontier, ())

    assert text.splitlines()[0].startswith('"id","picks"')
    assert len(text.splitlines()) == 1
