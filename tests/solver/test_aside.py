"""Large arrays lie on disk while nobody looks at them, and are the same when somebody does."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroute.solver.plans.aside import Aside

LARGE = 400_000


class Pair(NamedTuple):
    few: NDArray[np.int32]
    many: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    name: str
    pair: Pair
    again: NDArray[np.int64]
    flags: NDArray[np.bool_]
    all: tuple[Pair, ...]


def whole() -> Whole:
    many = np.arange(LARGE, dtype=np.int64)
    pair = Pair(np.arange(3, dtype=np.int32), many)
    flags = np.arange(3 * LARGE) % 7 == 0
    return Whole(name="w", pair=pair, again=many, flags=flags, all=(pair,))


def resident_kb() -> int:
    words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(words[1]) * 4


def test_all_is_as_it_was() -> None:
    before, aside = whole(), Aside()

    after = aside.put(before)
    for _ in range(2):
        assert after.name == "w"
        assert after.pair.few is before.pair.few
        np.testing.assert_array_equal(after.pair.many, before.pair.many)
        np.testing.assert_array_equal(after.flags, before.flags)
        assert after.flags.dtype == np.bool_
        aside.rest()

    assert after.pair.many is not before.pair.many
    assert after.again is after.pair.many
    assert after.all[0] is after.pair


def test_what_is_written_stays() -> None:
    aside = Aside()
    after = aside.put(whole())

    after.pair.many[7] = -1
    aside.rest()

    assert after.pair.many[7] == -1
    assert after.again[7] == -1


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only on Linux")
def test_what_is_on_disk_takes_no_memory() -> None:
    aside = Aside()
    after = aside.put((np.ones(20_000_000),))[0]
    rested = resident_kb()
    assert after.sum() == 20_000_000
    read = resident_kb()
    aside.rest()

    assert read - rested > 140_000
    assert read - resident_kb() > 140_000


def test_without_room_on_disk_all_stays_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    before = whole()

    after = Aside().put(before)

    assert after.pair.many is before.pair.many
