"""Gap, time and memory of choices for synthetic order books.

    python benchmarks/quality/book.py [N_ORDERS SECONDS]...

Each size runs in a process of its own, after the kernels are compiled. For a book of a
thousand orders, HiGHS alone on the whole book has the same time beside it.
"""

import resource
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from book_instances import make_book

from greenroute.solver.book_evaluate import evaluate
from greenroute.solver.book_model import Limits, solve_whole
from greenroute.solver.book_tables import make_tables
from greenroute.solver.solve_book import solve_book
from greenroute.solver.stop import Rounds, TimeLimit, relative_gap

SIZES = ((100, 5), (1_000, 45), (10_000, 150), (100_000, 240), (1_000_000, 480))
#: Size at which a plain model is solved beside.
BESIDE = 1_000
KB_PER_GB = 1e6


def run(n_orders: int, seconds: float) -> None:
    """Print a line of the table."""
    solve_book(make_book(50), stop=Rounds(1))
    book = make_book(n_orders)
    choice = solve_book(book, stop=TimeLimit(seconds))
    found = evaluate(book, choice.columns, choice.boxes)
    assert not found.complaints
    assert found.objective == choice.objective
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB
    print(
        f"{n_orders:9,} {choice.seconds:7.1f} s {choice.gap:8.3%} {peak:5.2f} GB "
        f"{choice.objective:18,.0f} {choice.bound:18,.0f}",
        flush=True,
    )
    if n_orders == BESIDE:
        plain = solve_whole(make_tables(book), limits=Limits(seconds=seconds))
        gap = relative_gap(plain.cost, plain.bound)
        print(
            f"    HiGHS {seconds:7.1f} s {gap:8.3%} {'':8} "
            f"{plain.cost:18,.0f} {plain.bound:18,.0f}",
            flush=True,
        )


def main(arguments: list[str]) -> int:
    """Run one size here, or all of them in processes of their own."""
    if arguments:
        run(int(arguments[0]), float(arguments[1]))
        return 0
    print(f"{'orders':>9} {'time':>9} {'gap':>8} {'peak':>8} {'objective':>18} bound")
    return max(
        subprocess.run(
            [sys.executable, __file__, str(n_orders), str(seconds)], check=False
        ).returncode
        for n_orders, seconds in SIZES
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
