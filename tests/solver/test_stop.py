"""When a run ends, and its parts with it."""

import math

import pytest

from greenroute.errors import DataError
from greenroute.solver.stop import Gap, Rounds, Stop, TimeLimit, Watch


def test_whatever_comes_first_ends_a_run() -> None:
    watch = Watch(Gap(0.01) | Rounds(5) | TimeLimit(1e9))

    assert not watch.done(gap=0.02, rounds=4)
    assert watch.done(gap=0.01, rounds=4)
    assert watch.done(gap=0.02, rounds=5)
    assert Watch(TimeLimit(0.0)).done()


def test_a_part_ends_when_the_whole_is_interrupted() -> None:
    whole = Watch(Stop())
    part = Watch(Rounds(1), part_of=whole)
    within = Watch(Rounds(1), part_of=part)

    part.interrupted = True
    assert within.done()
    assert not whole.done()

    later = Watch(Rounds(1), part_of=whole)
    assert not later.done()
    whole.interrupted = True
    assert later.done()


def test_time_that_is_kept_is_not_searched() -> None:
    watch = Watch(TimeLimit(1e9))
    watch.keep(1e9)
    assert watch.seconds_left() == 0
    assert watch.done()

    endless = Watch(Stop())
    endless.keep(1e9)
    assert endless.seconds_left() == math.inf


@pytest.mark.parametrize(
    "limit", [{"gap": -1.0}, {"seconds": math.nan}, {"rounds": -1}]
)
def test_a_limit_below_zero_is_an_error(limit: dict[str, float]) -> None:
    with pytest.raises(DataError, match="expected a number >= 0"):
        Stop(**limit)
