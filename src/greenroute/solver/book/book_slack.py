"""Where the distance between a choice and its bound lies, group by group.

The bound is a sum over orders and groups: each at the prices of pairs does its best. What a
choice costs is a sum of the same terms at what is chosen, so their differences, none below
zero, add up to the distance, but for rows and budgets.
"""

import numpy as np

from greenroute.solver.book.book_choose import column_price
from greenroute.solver.book.book_climb import Bound
from greenroute.solver.book.book_duals import Duals, box_price, carbon_price
from greenroute.solver.book.book_pairs import Pairs
from greenroute.solver.book.book_state import State
from greenroute.solver.book.book_tables import Floats, Singles, Tables, kernel


def slack_of_groups(t: Tables, s: State, proof: Bound) -> Floats:
    """Return what each group, and orders that go through it, cost above the bound [cents].

    That of an order counts in each group that it goes through.
    """
    return _slack(
        t, s, proof.duals, proof.pairs, proof.price, proof.of_order, proof.of_group
    )


@kernel
def _slack(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    t: Tables,
    s: State,
    d: Duals,
    p: Pairs,
    price: Singles,
    of_order: Floats,
    of_group: Floats,
) -> Floats:
    slack = np.zeros(len(t.groups))
    for g in range(len(slack)):
        if t.member_start[g] < t.member_start[g + 1]:
            slack[g] = s.groups[g].boxes * box_price(t, d, g) - of_group[g]
            slack[g] += t.groups[g].fixed if s.groups[g].boxes > 0 else 0
    for i in range(len(t.orders)):
        j = s.column[i]
        if j < 0:
            continue
        per_gram, first = (
            carbon_price(t, d, i),
            t.routes[t.columns[j].route].group_begin,
        )
        above = column_price(t, d, p, price, per_gram, i, j) - of_order[i]
        for k in range(p.of_start[j], p.of_start[j + 1]):
            g = t.group_items[first + k - p.of_start[j]]
            slack[g] += above - price[p.of[k]]
    return np.maximum(slack, 0.0)
