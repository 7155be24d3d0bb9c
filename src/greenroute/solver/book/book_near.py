"""Chooses again, exactly, for orders that lie near each other, all others staying.

Two such neighbourhoods at a time, without a common order, each a model for CP-SAT that
begins with the choice there is. They grow while they are solved to the end.
"""

import math

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_cpsat import AT_ONCE, Limits, Look, run_models
from greenroute.solver.book.book_evaluate import Evaluation, evaluate, group_loads
from greenroute.solver.book.book_model import (
    Costs,
    Model,
    Used,
    block_of,
    ranges,
    true_costs,
)
from greenroute.solver.book.book_tables import Floats, Integers, Tables
from greenroute.solver.stop import Watch

#: Columns of a neighbourhood: at first, at least, at most, and by what that changes.
FIRST, LEAST, MOST, GROWS = 400.0, 60.0, 6_000.0, 1.15
#: Limits of one model.
SECONDS, STEPS = 3.0, 0.5
#: Most orders of a group that come in at once, and chance to begin again far away.
FROM_GROUP, ELSEWHERE = 25, 0.2


class Near:
    """Neighbourhoods of a choice.

    Attributes
    ----------
    size
        Columns of the next ones.
    """

    def __init__(self, book: Book, t: Tables, *, seed: int) -> None:
        self.book, self.tables = book, t
        self.size, self.turn, self.seed = FIRST, 0, seed

    @property
    def costs(self) -> Costs:
        """Return what there is to pay."""
        return true_costs(self.tables)

    def improve(
        self,
        best: Evaluation,
        columns: Integers,
        *,
        loss: Floats,
        watch: Watch,
        look: Look,
    ) -> Integers:
        """Return the choice with two neighbourhoods chosen again.

        `loss` is what each column costs more than the bound has for its order; those that
        lose more than there is between bound and choice are in no better one.
        """
        self.turn += 1
        rng = np.random.default_rng([self.seed, self.turn])
        paid = self._paid(best, columns)
        taken = np.zeros(self.book.n_orders, bool)
        models: list[Model] = []
        for _ in range(AT_ONCE):
            orders = self._neighbourhood(rng, paid, taken)
            if len(orders):
                models.append(self._model(orders, columns, loss, best))
        timed = not math.isinf(watch.stop.seconds)
        limits = Limits(
            seconds=min(SECONDS, watch.seconds_left()) if timed else math.inf,
            steps=math.inf if timed else STEPS,
        )
        answers = run_models(models, limits=limits, seed=self.turn, look=look)
        for model, answer in zip(models, answers, strict=True):
            factor = GROWS if answer.ended else 1.0 / GROWS
            self.size = min(max(self.size * factor, LEAST), MOST)
            if answer.columns is None:
                continue
            then = columns.copy()
            then[model.block.orders] = answer.columns
            found = evaluate(self.book, then)
            if not found.complaints and found.objective <= best.objective:
                best, columns = found, then
        return columns

    def _paid(self, best: Evaluation, columns: Integers) -> Floats:
        """Return what each order pays, with its share of boxes."""
        t = self.tables
        served = np.flatnonzero(columns != NO_COLUMN)
        column = columns[served]
        paid = t.orders["unserved"].astype(np.float64)
        paid[served] = self.costs.column[column]
        route = t.columns["route"][column]
        begin, end = t.routes["group_begin"][route], t.routes["group_end"][route]
        group = t.group_items[ranges(begin, end)]
        order = np.repeat(served, end - begin)
        load = np.bincount(group, t.orders["volume"][order], len(t.groups))
        cost = t.groups["box_cost"] * best.boxes + t.groups["fixed"] * (best.boxes > 0)
        paid += np.bincount(
            order,
            (cost / np.maximum(load, 1.0))[group] * t.orders["volume"][order],
            len(paid),
        )
        return np.asarray(paid, np.float64)

    def _neighbourhood(
        self, rng: np.random.Generator, paid: Floats, taken: NDArray[np.bool_]
    ) -> Integers:
        """Return orders that could share boxes, from one that pays much on."""
        t = self.tables
        chosen: list[int] = []
        waiting: list[int] = []
        n, at = 0, 0
        while not taken.all() and n < self.size:
            if at == len(waiting) or rng.random() < ELSEWHERE / 10:
                chance = np.where(taken, 0.0, paid + 1.0)
                waiting.append(int(rng.choice(len(paid), p=chance / chance.sum())))
                fresh = np.array(waiting[-1:])
                at = len(waiting) - 1
            else:
                order = waiting[at]
                at += 1
                route = t.columns["route"][t.first[order] : t.first[order + 1]]
                groups = np.unique(
                    t.group_items[
                        ranges(
                            t.routes["group_begin"][route], t.routes["group_end"][route]
                        )
                    ]
                )
                if not len(groups):
                    continue
                group = rng.choice(groups)
                part = slice(t.member_start[group], t.member_start[group + 1])
                fresh = rng.permutation(np.unique(t.columns["owner"][t.member[part]]))
                fresh = fresh[:FROM_GROUP]
            for order in fresh[~taken[fresh]].tolist():
                taken[order] = True
                chosen.append(order)
                waiting.extend((order, order))
                n += int(t.first[order + 1] - t.first[order])
        return np.sort(np.array(chosen, np.int64))

    def _model(
        self, orders: Integers, columns: Integers, loss: Floats, best: Evaluation
    ) -> Model:
        """Return the model of a neighbourhood, beginning with the choice there is."""
        t, book = self.tables, self.book
        own = ranges(t.first[orders], t.first[orders + 1])
        keep = loss[own] <= 0.0
        keep |= own == columns[t.columns["owner"][own]]
        block = block_of(t, orders, own[keep])
        without = columns.copy()
        without[orders] = NO_COLUMN
        served = np.flatnonzero(without != NO_COLUMN)
        mass, volume = group_loads(book, served, without[served])
        others = evaluate(book, without)
        # What others have in the groups of the model is counted there.
        boxes = others.boxes[block.groups]
        row = others.row_use.copy()
        begin = t.groups["use_begin"][block.groups]
        end = t.groups["use_end"][block.groups]
        item = ranges(begin, end)
        by = np.repeat(boxes, end - begin) * t.use_amount[item]
        np.subtract.at(row, t.use_row[item], by)
        model = Model(
            t,
            block,
            self.costs,
            used=Used(row=row, budget=others.budget_use, mass=mass, volume=volume),
            budgets=True,
        )
        model.hint(columns[orders], best.boxes[block.groups])
        return model
