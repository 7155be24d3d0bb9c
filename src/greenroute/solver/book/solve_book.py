"""Chooses a route for every order of a book, with a proven bound.

The table of contents: prices of rows and budgets (`book_duals`) and of pairs (`book_pairs`; what is
chosen at them `book_choose`, raised by `book_climb`), a first choice from them, ruin and
recreate on single orders (`book_anneal`) where the choice is far from the bound
(`book_slack`, `book_ruin`), then exact steps by CP-SAT (`book_model`, `book_cpsat`): blocks that raise the bound
(`book_blocks`) and whose choices are put together (`book_combine`), neighbourhoods
(`book_near`), and small books as a whole. Every choice that is returned was judged by
`book_evaluate`.
"""

from collections.abc import Callable

import numpy as np

from greenroute.plan.termination import Termination
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice, Prices
from greenroute.solver.book.book_evaluate import Integers, least_grams
from greenroute.solver.book.book_run import Run
from greenroute.solver.stop import Stop, Watch

#: Called now and then with rounds, seconds, objective, bound and gap.
Progress = Callable[[int, float, float, float, float], None]


def solve_book(  # noqa: PLR0913 - the ways to begin and to watch are independent
    book: Book,
    *,
    stop: Stop,
    seed: int = 0,
    start: Integers | None = None,
    prices: Prices | None = None,
    watch: Watch | None = None,
    progress: Progress | None = None,
) -> BookChoice:
    """Choose a column for every order.

    Parameters
    ----------
    book
        Orders, columns and what they share.
    stop
        When to stop; the choice is the same again if neither time nor `watch` ended it.
    seed
        Of the random numbers of the search.
    start
        A choice to begin with, (n_orders,).
    prices
        Prices to begin with, as of a choice for a similar book.
    watch
        A watch that runs already; set `interrupted` to get the best choice so far.
    progress
        Called now and then with rounds, seconds, objective, bound and gap.

    Returns
    -------
    BookChoice
        INFEASIBLE if a budget is below `least_grams`: then nothing is served and the
        objective is infinite. Else OPTIMAL or FEASIBLE.
    """
    watch = Watch(stop) if watch is None else watch
    if (least_grams(book) > book.budget).any():
        return _nothing(book, watch)
    run = Run(book, watch=watch, seed=seed, progress=progress)
    if start is not None:
        run.note(start)
    run.raise_prices(prices)
    run.begin(start)
    run.improve()
    return run.choice()


def _nothing(book: Book, watch: Watch) -> BookChoice:
    """Return the answer where a budget is below the least emission."""
    return BookChoice(
        termination=Termination.INFEASIBLE,
        columns=np.full(book.n_orders, NO_COLUMN),
        boxes=np.zeros(book.n_groups, np.int64),
        objective=np.inf,
        bound=np.inf,
        gap=0.0,
        prices=Prices(
            row=np.zeros(len(book.capacity)), budget=np.zeros(len(book.budget))
        ),
        rounds=0,
        seconds=watch.seconds(),
    )
