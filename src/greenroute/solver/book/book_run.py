"""One run of the solver of order books: what it knows, and the steps that improve it."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from greenroute.plan.termination import Termination
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice, Prices
from greenroute.solver.book.book_anneal import CHUNK, Annealer
from greenroute.solver.book.book_blocks import Blocks
from greenroute.solver.book.book_boxes import move_boxes
from greenroute.solver.book.book_climb import Bound, Steps, climb
from greenroute.solver.book.book_combine import combine
from greenroute.solver.book.book_cpsat import Limits, run_models
from greenroute.solver.book.book_duals import make_duals, room_prices, scales
from greenroute.solver.book.book_evaluate import Evaluation, Integers, evaluate
from greenroute.solver.book.book_model import (
    Model,
    nothing_used,
    true_costs,
    whole_block,
)
from greenroute.solver.book.book_near import Near
from greenroute.solver.book.book_search import drain, likeliest, sweep
from greenroute.solver.book.book_slack import slack_of_groups
from greenroute.solver.book.book_state import make_state, place
from greenroute.solver.book.book_tables import make_tables
from greenroute.solver.stop import Watch, relative_gap

Progress = Callable[[int, float, float, float, float], None]

#: Rounds of the dual ascent.
PRICE_ROUNDS = 600
#: Steps of the prices of pairs, as shares of what they are about; of those, for the rest.
PRICE_STEPS, MOVE = (1.6, 0.004), 0.15
#: Share of the time for prices, at most.
PRICE_SHARE = 0.4
#: Orders for a second, of which more leave time for few rounds, with other steps.
HURRIED, FEW_STEPS = 3_000, (0.3, 0.005)
#: Books of so many columns at most are solved as a whole, small ones at once.
SMALL, WHOLE = 4_000, 16_000
#: Work of that where time is no limit, and share of the time that is left where it is.
WHOLE_STEPS, WHOLE_SHARE, WHOLE_AT = 5.0, 0.25, (0.0, 0.8)
#: Seconds, and work where time is no limit, of putting choices for blocks together.
COMBINE = 3.0, 1.0
#: Books of more orders are annealed in two threads.
BOTH = 1_000
#: Ruins in a round, and rounds in a search that nothing else ends.
TRIES, MOST_ROUNDS = 20_000, 60
#: Orders for each turn of the annealer between two looks at where ruins should begin.
PER_AIM = 10_000
#: Orders that make a round longer by so many ruins, and that are let move at once.
PER_TURN = 20_000
#: First and last temperature, in mean costs of an order.
HOT, COLD = 0.02, 0.0001
#: Part of the annealing after which scarce things cost no more than they do.
FADED = 0.9
#: Books of more orders are annealed to the end; others are chosen for again, part by part,
#: when so much of the time is over.
MANY, ANNEALED = 30_000, 0.5
#: Seconds between two lines of progress.
TELL_SECONDS = 1.9
#: An objective this close to the bound is optimal [cents]; none where all is whole.
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
        self._told = -math.inf
        self.timed = not math.isinf(watch.stop.seconds)
        self.tables = make_tables(book)
        self.rounds, self.heat = 0, 0.0
        self.bound = -np.inf
        self.duals = make_duals(self.tables)
        self.proof: Bound
        self.annealer: Annealer
        self.columns = np.full(book.n_orders, NO_COLUMN)
        self.best: Evaluation = evaluate(book, self.columns)
        self.boxes = self.best.boxes
        #: Whether all that is paid is whole cents.
        self.whole = book.carbon_price == 0.0 and not (book.short_cost % 1.0).any()

    @property
    def gap(self) -> float:
        """Distance from the bound."""
        return relative_gap(self.best.objective, min(self.bound, self.best.objective))

    def done(self) -> bool:
        """Return whether to stop."""
        return self.watch.done(gap=self.gap, rounds=self.rounds)

    def look(self) -> bool:
        """Tell how far the run is, now and then; return whether it has no time left."""
        if self.watch.seconds() >= self._told + TELL_SECONDS:
            self._tell()
        return self.watch.done()

    def part(self) -> float:
        """Return the part of the search that is over."""
        stop, seconds = self.watch.stop, self.watch.seconds()
        most = max(MOST_ROUNDS, self.book.n_orders // 1_000)
        # Rounds are a limit of their own only where they are asked for.
        first = seconds / stop.seconds if self.timed and stop.seconds else 0.0
        other = 0.0 if self.timed else self.rounds / most
        return min(max(first, other, self.rounds / max(stop.rounds, 1)), 1.0)

    def raise_bound(self, bound: float) -> None:
        """Keep a bound if it is the best so far; it is whole where all costs are."""
        if self.whole and math.isfinite(bound):
            bound = float(math.ceil(bound - 1e-3 - 1e-12 * abs(bound)))
        self.bound = max(self.bound, bound)

    def raise_prices(self, prices: Prices | None) -> None:
        """Find prices with a good bound."""
        t, d = self.tables, self.duals
        if prices is not None:
            d.row[:], d.budget[:] = prices.row, prices.budget
        hurried = self.book.n_orders > HURRIED * PRICE_SHARE * self.watch.stop.seconds
        first, last = FEW_STEPS if hurried else PRICE_STEPS
        steps = Steps(first=first, last=last, move=MOVE)
        parts, seen = self._parts(), self.raise_bound
        self.proof = climb(t, d, parts=parts, steps=steps, seen=seen)
        self.raise_bound(self.proof.total)

    def _parts(self) -> Iterator[float]:
        """Yield the part of the ascent that is over, until its rounds or its time are."""
        begin, limit = self.watch.seconds(), PRICE_SHARE * self.watch.stop.seconds
        part = 0.0
        while part < 1.0:
            spent = (self.watch.seconds() - begin) / limit if limit > 0.0 else 1.0
            part = min(1.0, max(part + 1.0 / PRICE_ROUNDS, spent))
            yield part
            if self.look():
                break

    def begin(self, start: Integers | None) -> None:
        """Take a first choice: the one given, or what the groups took on average."""
        t = self.tables
        row, budget = scales(t)
        worth = max(float(np.abs(t.groups["box_cost"]).max(initial=0)), 1.0)
        self.state = make_state(
            t,
            3.0 * row + 2.0 * np.abs(self.duals.row),
            3.0 * budget + 2.0 * self.duals.budget,
            box_penalty=10.0 * worth,
        )
        self.room_for_all = np.empty(self.book.n_orders, np.int64)
        self.room = room_prices(t, self.duals)
        self.annealer = Annealer(
            t, self.state, self.room, seed=self.seed, both=self.book.n_orders > BOTH
        )
        self._charge(1.0)
        place(t, self.state, likeliest(t, self.proof.mean))
        self.note(self.state.column)
        self._sweeps(3)
        self.repair()
        if start is not None and (self.columns == start).all():
            place(t, self.state, start)

    def _sweeps(self, n: int) -> None:
        rng = np.random.default_rng([self.seed, self.rounds])
        for _ in range(n):
            orders = rng.permutation(self.book.n_orders)
            for at in range(0, len(orders), PER_TURN):
                part = orders[at : at + PER_TURN]
                sweep(self.tables, self.state, part, 1.0, self.room)
                self.look()
            if self.look():
                break

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
            if self.note(s.column) or self.watch.interrupted:
                break
            s.row_penalty[:] *= 4.0
            s.budget_penalty[:] *= 4.0
            s.box_penalty[:] *= 4.0
            drain(self.tables, s, self.room_for_all, self.room)
            self._sweeps(1)
        s.row_penalty[:], s.budget_penalty[:], s.box_penalty[:] = kept

    def improve(self) -> None:
        """Search and raise the bound until it is time to stop."""
        if len(self.book.route) <= SMALL and not self.done():
            self._solve_whole(None)
        if self.done():
            return
        if self.book.n_orders > MANY:
            self._anneal_to_the_end()
            return
        blocks = Blocks(self.tables, self.proof, seed=self.seed)
        near = Near(self.book, self.tables, seed=self.seed)
        # Where a book does not come apart, the whole of it says most.
        wholes = list(WHOLE_AT if blocks.connected else WHOLE_AT[1:])
        ready = 0.0
        while not self.done() and self.part() < 1.0:
            self.rounds += 1
            part = self.part()
            if part >= ANNEALED:
                self._choose_again(blocks, near, wholes)
            else:
                self._anneal(part / ANNEALED)
                ready = self._try_repair(part, ready)
            self.look()
        self.annealer.close()

    def _anneal_to_the_end(self) -> None:
        """Anneal a book of many orders: exact steps on its parts would say little."""
        ready = 0.0
        while not self.done() and self.part() < 1.0:
            self.rounds += 1
            self._anneal(self.part())
            ready = self._try_repair(self.part(), ready)
        self._try_repair(1.0, 0.0)
        self.annealer.close()

    def _choose_again(self, blocks: Blocks, near: Near, wholes: list[float]) -> None:
        """Choose exactly again: for the whole book, for blocks, or for neighbourhoods."""
        if wholes and self.part() >= wholes[0]:
            del wholes[0]
            self._solve_whole(blocks)
        elif blocks.waiting and self.rounds % 3:
            self._advance(blocks)
        else:
            self._near(near, blocks)

    def _anneal(self, part: float) -> None:
        """Do a round of ruin and recreate; a larger book has longer rounds.

        Its temperature is that of the part of the search that is over, `part` at first.
        """
        self._cool(part)
        tries = TRIES * (1 + self.book.n_orders // PER_TURN)
        every = 1 + self.book.n_orders // PER_AIM
        for turn in range(tries // CHUNK):
            if turn % every == 0:
                slack = slack_of_groups(self.tables, self.state, self.proof)
                self.annealer.aim(slack)
            if self._anneal_a_little():
                break
        if self.book.n_orders > MANY:
            seed = [self.seed, self.rounds]
            move_boxes(
                self.tables, self.state, self.room, turns=1, seed=seed, look=self.look
            )
        self.note(self.state.column)

    def _cool(self, part: float) -> None:
        """Set the temperature and what scarce things cost beside."""
        self._charge(min(1.0, max((FADED - part) / (1.0 - FADED), 0.0)))
        # What a mean order costs sets the temperature.
        mean = self.best.objective / max(self.book.n_orders, 1)
        self.heat = mean * HOT * (COLD / HOT) ** min(part / FADED, 1.0)

    def _anneal_a_little(self) -> bool:
        """Do some ruins; return whether there is no time left."""
        self.annealer.ruin(self.heat)
        if self.book.n_orders > MANY:
            self._cool(self.part())
        return self.look()

    def _solve_whole(self, blocks: Blocks | None) -> None:
        """Solve the whole book without the columns that no better choice has."""
        columns = np.arange(len(self.book.route))
        if blocks is not None:
            keep = blocks.losses(self.best.objective) <= 0.0
            keep[self.columns[self.columns != NO_COLUMN]] = True
            columns = np.flatnonzero(keep)
        if len(columns) > WHOLE:
            return
        t = self.tables
        model = Model(
            t,
            whole_block(t, columns),
            true_costs(t),
            used=nothing_used(t),
            budgets=True,
        )
        model.hint(self.columns, self.boxes[model.block.groups])
        limits = Limits(
            seconds=WHOLE_SHARE * self.watch.seconds_left(),
            steps=math.inf if self.timed else WHOLE_STEPS,
            gap=self.watch.stop.gap / 2,
        )
        answer = run_models([model], limits=limits, seed=self.seed, look=self.look)[0]
        # Without the columns left out the bound is that of a better choice, if there is one.
        self.raise_bound(min(answer.bound, self.best.objective))
        if answer.columns is None or answer.boxes is None:
            return
        boxes = np.zeros(self.book.n_groups, np.int64)
        boxes[model.block.groups] = answer.boxes
        least = evaluate(self.book, answer.columns).boxes
        self.note(answer.columns, np.maximum(boxes, least))
        self.note(answer.columns)

    def _try_repair(self, part: float, ready: float) -> float:
        """Look for an allowed choice near by, and go on from where the search was.

        Not before a part of the search is over; returns the part of the next time.
        """
        if part < ready:
            return ready
        kept = self.state.column.copy()
        self.repair()
        place(self.tables, self.state, kept)
        return part + 0.02

    def _advance(self, blocks: Blocks) -> None:
        """Solve some blocks; when all are solved, put their choices together."""
        start = self.columns, self.boxes
        through = blocks.advance(start, self.watch, self.look)
        self.raise_bound(blocks.total)
        if not through or self.look():
            return
        columns = combine(
            self.book,
            blocks.choices,
            self.columns,
            limits=Limits(
                seconds=min(COMBINE[0], self.watch.seconds_left())
                if self.timed
                else math.inf,
                steps=math.inf if self.timed else COMBINE[1],
            ),
            look=self.look,
        )
        self.note(columns)

    def _near(self, near: Near, blocks: Blocks) -> None:
        """Choose again for some neighbourhoods of the best choice."""
        columns = near.improve(
            self.best,
            self.columns,
            loss=blocks.losses(self.best.objective),
            watch=self.watch,
            look=self.look,
        )
        self.note(columns)

    def _tell(self) -> None:
        self._told = self.watch.seconds()
        if self.progress is not None and math.isfinite(self.bound):
            self.progress(
                self.rounds,
                self.watch.seconds(),
                self.best.objective,
                min(self.bound, self.best.objective),
                self.gap,
            )

    def choice(self) -> BookChoice:
        """Return the best choice and what is proven."""
        self._tell()
        objective = self.best.objective
        bound = min(self.bound, objective)
        proven = objective - bound <= (0.0 if self.whole else PROVEN)
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
