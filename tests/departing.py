"""Networks whose lanes leave at dates, written as hours after goods are ready."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

import greenroute as gr
from greenroute.network.departure import sort_departures

#: A Monday.
READY = datetime(2026, 3, 2, 6, tzinfo=UTC)
#: Cut-off, departure and arrival in hours after `READY`.
Hours = tuple[float, float, float]


def departing(
    network: gr.Network,
    hours: Mapping[int, Sequence[Hours]],
    *,
    ready: datetime = READY,
) -> gr.Network:
    """Return the network with dated departures by lane, counted from 0."""
    rows = [(lane, *one) for lane, departures in hours.items() for one in departures]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    since = int(ready.timestamp()) // 60
    cut_off, departs, arrives = (
        np.rint(column * 60).astype(np.int64) + since for column in table[:, 1:].T
    )
    more = sort_departures(
        table[:, 0].astype(np.int64),
        departs,
        arrives,
        cut_off=cut_off,
        capacity_t=np.full(len(table), np.nan),
        n_lanes=len(network.lanes),
    )
    return replace(network, lanes=gr.add_departures(network.lanes, more))
