"""A frontier as CSV, one row per itinerary."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.csv

from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary


def route_csv(frontier: Frontier, shown: Sequence[Itinerary]) -> str:
    """Return itineraries of a frontier as CSV, with the columns of its frame."""
    sink = pa.BufferOutputStream()
    table = replace(frontier, itineraries=tuple(shown)).to_table()
    pyarrow.csv.write_csv(table, sink)
    return str(sink.getvalue().to_pybytes().decode())
