"""One run of the solver of order books: what it knows, and the steps that improve it."""

from collections.abc import Callable

import numpy as np

from greenroute.plan.termination import Termination
from greenroute.solver.book import NO_COLUMN, Book, BookChoice, Prices
from greenroute.solver.book_blocks import Blocks
from greenroute.solver.book_duals import (
    ascend,
    best_columns,
    make_duals,
    room_prices,
    scales,
)
from greenroute.solver.book_evaluate import Evaluation, Integers, evaluate
from greenroute.solver.book_groups import Steps, climb
from greenroute.solver.book_model import Block, Limits, Used, solve_rest, solve_whole
from greenroute.solver.book_search import (
    Work,
    anneal,
    drain,
    likeliest,
    make_work,
    sweep,
)
from greenroute.solver.book_state import make_state, place
from greenroute.solver.book_tables import make_tables
from greenroute.solver.stop import Watch, relative_gap

Progress = Callable[[int, float, float, float, float], None]

#: Rounds of the dual ascents, and of them between two looks at the clock.
PRICE_ROUNDS, VALUE_ROUNDS, CHUNK = 200, 400, 50
#: Steps of the ascents, as shares of what prices are about.
PRICE_STEPS, VALUE_STEPS, MOVE = (0.3, 0.001), (0.2, 0.001), 0.3
#: Shares of the time for prices and for values, at most.
PRICE_SHARE, VALUE_SHARE = 0.1, 0.15
#: A book of more orders has shorter pieces of an ascent.
LARGE = 50_000
#: Ruins in a round, and rounds in a search that nothing else ends.
#: A book of so many orders is given to HiGHS as a whole, with so many nodes at most.
SMALL, WHOLE_NODES = 300, 2_000
#: Limits of choosing again for a part of the book.
REST_SECONDS, REST_NODES, REST_GAP = 4.0, 50, 1e-4
TRIES, MOST_ROUNDS = 20_000, 60
#: Orders that make a round longer by so many ruins.
PER_TURN = 20_000
#: First and last temperature, in mean costs of an order.
HOT, COLD = 0.02, 0.0001
#: Part of the search after which scarce things cost no more than they do.
FADED = 0.9
#: Share of the time that goes to blocks between two rounds, at most.
WORK_SHARE = 0.05
#: An objective this close to the bound is optimal [cents].
PROVEN = 1.0


class Run:
    """What a run knows.

    Attributes
    ----------
    bound
        Best proven so far.
    best
        Best choice so far, and what it costs.
    """

    def __init__(
        self, book: Book, *, watch: Watch, seed: int, progress: Progress | None
    ) -> None:
        self.book, self.watch, self.seed = book, watch, seed
        self.progress = progress
        self.tables = make_tables(book)
        self.rounds = 0
        self.bound = -np.inf
        self.duals = make_duals(self.tables)
        self.value = np.zeros(book.n_orders)
        self.mean = np.zeros(len(book.route))
        self.columns = np.full(book.n_orders, NO_COLUMN)
        self.best: Evaluation = evaluate(book, self.columns)
        self.boxes = self.best.boxes

    @property
    def gap(self) -> float:
        """Distance from the bound."""
        return relative_gap(self.best.objective, self.bound)

    def done(self) -> bool:
        """Return whether to stop."""
        return self.watch.done(gap=self.gap, rounds=self.rounds)

    def part(self) -> float:
        """Return the part of the search that is over."""
        stop, seconds = self.watch.stop, self.watch.seconds()
        most = max(MOST_ROUNDS, self.book.n_orders // 1_000)
        parts = (seconds / stop.seconds if stop.seconds else 1.0, self.rounds / most)
        if not np.isinf(stop.seconds):
            # Rounds are a limit of their own only where they are asked for.
            parts = (parts[0], 0.0)
        return min(max(*parts, self.rounds / max(stop.rounds, 1)), 1.0)

    def raise_prices(self, prices: Prices | None) -> None:
        """Find prices and values of orders with a good bound."""
        t, d = self.tables, self.duals
        if prices is not None:
            d.row[:], d.budget[:] = prices.row, prices.budget
        first, last = PRICE_STEPS if prices is None else (0.03, PRICE_STEPS[1])
        self._in_chunks(
            PRICE_ROUNDS,
            PRICE_SHARE,
            (first, last),
            lambda steps, rounds: ascend(t, d, rounds, *steps),
        )
        columns = np.empty(len(t.mass), np.int64)
        best_columns(t, d, columns, self.value)
        if len(self.columns) and not self.watch.interrupted:
            self._in_chunks(
                VALUE_ROUNDS,
                VALUE_SHARE,
                VALUE_STEPS,
                lambda steps, rounds: climb(
                    t,
                    d,
                    self.value,
                    self.mean,
                    rounds=rounds,
                    steps=Steps(first=steps[0], last=steps[1], move=MOVE),
                ),
            )

    def _in_chunks(
        self,
        rounds: int,
        share: float,
        steps: tuple[float, float],
        ascent: Callable[[tuple[float, float], int], float],
    ) -> None:
        """Run an ascent piece by piece, with falling steps, until its share is over."""
        first, last = steps
        begin, limit = self.watch.seconds(), share * self.watch.stop.seconds
        at, fall = 0.0, last / first
        chunk = CHUNK if self.book.n_orders <= LARGE else CHUNK // 5
        while at < 1.0:
            spent = (self.watch.seconds() - begin) / limit if limit > 0.0 else 1.0
            end = min(1.0, max(at + chunk / rounds, spent))
            bound = ascent((first * fall**at, first * fall**end), chunk)
            self.bound = max(self.bound, bound)
            at = end
            if self.watch.interrupted or spent >= 1.0:
                break

    def begin(self, start: Integers | None) -> None:
        """Take a first choice: the one given, or what the groups took on average."""
        t = self.tables
        row, budget = scales(t)
        worth = max(float(np.abs(t.box_cost).max(initial=0)), 1.0)
        self.state = make_state(
            t,
            3.0 * row + 2.0 * np.abs(self.duals.row),
            3.0 * budget + 2.0 * self.duals.budget,
            box_penalty=10.0 * worth,
        )
        self.room_for_all = np.empty(self.book.n_orders, np.int64)
        self.room = room_prices(t, self.duals)
        self._charge(1.0)
        place(t, self.state, likeliest(t, self.mean) if start is None else start)
        self.note(self.state.column)
        self._sweeps(3)
        self.repair()

    def _sweeps(self, n: int) -> None:
        rng = np.random.default_rng([self.seed, self.rounds])
        for _ in range(n):
            orders = rng.permutation(self.book.n_orders)
            sweep(self.tables, self.state, orders, 1.0, self.room)

    def _charge(self, share: float) -> None:
        """Let scarce rows and budgets cost a share of their prices."""
        self.state.row_price[:] = share * self.duals.row
        self.state.budget_price[:] = share * self.duals.budget

    def note(self, columns: Integers, boxes: Integers | None = None) -> bool:
        """Keep a choice if it is allowed and the best so far; return whether allowed."""
        found = evaluate(self.book, columns, boxes)
        if found.complaints:
            return False
        if found.objective < self.best.objective:
            self.best, self.columns, self.boxes = found, columns.copy(), found.boxes
        return True

    def repair(self) -> None:
        """Make the choice allowed: let what is over a limit cost more and more."""
        s = self.state
        kept = s.row_penalty.copy(), s.budget_penalty.copy(), s.box_penalty.copy()
        for _ in range(12):
            if self.note(s.column):
                break
            s.row_penalty[:] *= 4.0
            s.budget_penalty[:] *= 4.0
            s.box_penalty[:] *= 4.0
            drain(self.tables, s, self.room_for_all, self.room)
            self._sweeps(1)
        s.row_penalty[:], s.budget_penalty[:], s.box_penalty[:] = kept

    def improve(self) -> None:
        """Search and raise the bound until it is time to stop."""
        blocks = Blocks(self.tables, self.duals, self.value)
        self.bound = max(self.bound, blocks.bound())
        if self.book.n_orders <= SMALL:
            self._solve_whole(0.5)
        # What a mean order costs sets the temperature.
        mean = self.best.objective / max(self.book.n_orders, 1)
        ready, work = 0.0, make_work()
        while not self.done():
            self.rounds += 1
            part = self.part()
            self._charge(min(1.0, max((FADED - part) / (1.0 - FADED), 0.0)))
            heat = mean * HOT * (COLD / HOT) ** min(part / FADED, 1.0)
            self._anneal(heat, work)
            allowed = self.note(self.state.column)
            if part >= ready or part >= 1.0:
                ready = part + 0.02
                if not allowed:
                    self._try_repair()
                self._work_on(blocks)
            self._tell()
            if part >= 1.0:
                break

    def _anneal(self, heat: float, work: Work) -> None:
        """Do a round of ruin and recreate; a larger book has longer rounds."""
        for turn in range(1 + self.book.n_orders // PER_TURN):
            if self.watch.done():
                break
            seed = (self.seed * 1_000_003 + self.rounds) * 1_009 + turn
            anneal(self.tables, self.state, self.room, work, TRIES, heat, seed % 2**32)

    def _solve_whole(self, share: float) -> None:
        """Give the whole book to HiGHS for a share of the time that is left."""
        if self.done():
            return
        timed = not np.isinf(self.watch.stop.seconds)
        limits = Limits(
            seconds=share * self.watch.seconds_left(),
            nodes=None if timed else WHOLE_NODES,
        )
        answer = solve_whole(self.tables, limits=limits)
        self.bound = max(self.bound, answer.bound)
        if answer.columns is None or answer.boxes is None:
            return
        boxes = np.zeros(self.book.n_groups, np.int64)
        boxes[answer.groups] = answer.boxes
        least = evaluate(self.book, answer.columns).boxes
        if not self.note(answer.columns, np.maximum(boxes, least)):
            self.note(answer.columns)
        place(self.tables, self.state, answer.columns)
        self.repair()

    def _try_repair(self) -> None:
        """Look for an allowed choice near by, and go on from where the search was."""
        kept = self.state.column.copy()
        self.repair()
        place(self.tables, self.state, kept)

    def _work_on(self, blocks: Blocks) -> None:
        """Solve some blocks; take their columns into the search where they cost less."""
        timed = not np.isinf(self.watch.stop.seconds)
        most = min(self.watch.seconds_left(), WORK_SHARE * self.watch.stop.seconds)
        orders, columns = blocks.advance(self.state.column, most if timed else None)
        self.bound = max(self.bound, blocks.bound())
        then = self.state.column.copy()
        then[orders] = columns
        place(self.tables, self.state, then)
        rng = np.random.default_rng([self.seed, self.rounds])
        block = blocks.some(rng)
        if block is not None and not self.done():
            self._solve_rest(block)

    def _solve_rest(self, block: Block) -> None:
        """Choose again for a block of the best choice, the others staying as they are."""
        timed = not np.isinf(self.watch.stop.seconds)
        without = self.columns.copy()
        without[block.orders] = NO_COLUMN
        others = evaluate(self.book, without)
        answer = solve_rest(
            self.tables,
            block,
            used=Used(row=others.row_use, budget=others.budget_use),
            limits=Limits(
                seconds=min(REST_SECONDS, self.watch.seconds_left())
                if timed
                else np.inf,
                nodes=None if timed else REST_NODES,
                gap=REST_GAP,
            ),
        )
        if answer.columns is None:
            return
        without[block.orders] = answer.columns
        before = self.best.objective
        self.note(without)
        if self.best.objective < before:
            place(self.tables, self.state, self.columns)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(
                self.rounds,
                self.watch.seconds(),
                self.best.objective,
                min(self.bound, self.best.objective),
                self.gap,
            )

    def choice(self) -> BookChoice:
        """Return the best choice and what is proven."""
        objective = self.best.objective
        proven = objective - self.bound <= PROVEN
        bound = min(self.bound, objective)
        return BookChoice(
            termination=Termination.OPTIMAL if proven else Termination.FEASIBLE,
            columns=self.columns,
            boxes=self.boxes,
            objective=objective,
            bound=bound,
            gap=relative_gap(objective, bound),
            prices=Prices(row=self.duals.row.copy(), budget=self.duals.budget.copy()),
            rounds=self.rounds,
            seconds=self.watch.seconds(),
        )
