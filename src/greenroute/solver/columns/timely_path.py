"""Ways in between: for orders whose due date leaves them only much dearer candidates."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.columns.basis import Basis
from greenroute.solver.columns.candidate import HASTE_PRICES, Scope, find_paths
from greenroute.solver.columns.column import FREE, Rated, rate_columns
from greenroute.solver.columns.path_set import FoundPaths
from greenroute.solver.columns.rate_orders import Options

#: An order is searched for if its due date makes it pay so many times as much.
_MUCH = 1.5


def find_timely_paths(
    rated: Rated, planned: NDArray[np.int64], basis: Basis
) -> list[FoundPaths]:
    """Return paths at more prices of time, for orders that haste costs much.

    Searches under a few prices of time go from the cheap to the fast and miss what lies
    between. All orders of a key get the paths.

    Parameters
    ----------
    rated
        Candidates so far.
    planned
        Orders that have a key.
    """
    keys, params = basis.keys, basis.params
    if len(keys) <= params.exact_searches:
        return []
    goods = rated.goods
    urgent = planned[goods.minutes_left[planned] < FREE]
    urgent = urgent[rated.options.columns[urgent] > 0]
    at_leisure = rate_columns(
        goods._replace(minutes_left=np.full(len(goods.mass_kg), FREE)),
        urgent,
        (rated.paths, rated.times, rated.chains),
        basis.steps,
        replace(params, columns_per_order=1, hold_weeks=0),
    )
    now, then = _least_cents(rated.options)[urgent], _least_cents(at_leisure)[urgent]
    rows = np.unique(keys.of_order[urgent[now > _MUCH * then]])
    if not len(rows) or basis.pace.over(needed=False):
        return []
    nothing = np.zeros(basis.steps.n_lanes, np.bool_)
    scope = Scope(closed=nothing, wanted=nothing, prices=HASTE_PRICES)
    return find_paths(keys, basis.steps, rows, scope=scope, pace=basis.pace)


def _least_cents(options: Options) -> NDArray[np.int64]:
    """Return what each order pays at least with boxes of its own; `FREE` without ways."""
    owner = np.repeat(np.arange(len(options.columns)), options.columns)
    least = np.full(len(options.columns), FREE)
    np.minimum.at(least, owner, options.alone_cents)
    return least
