"""What `doctor --warm` compiles, seen from processes that start afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenroute.solver.warm import TASKS, use

#: Counts compilations of kernels of this package while a task of the warming is used.
COUNT = """
import numba.core.event as event
from greenroute.solver.warm import use

class Listener(event.Listener):
    def on_start(self, found):
        pass

    def on_end(self, found):
        kernel = found.data["dispatcher"].py_func
        if kernel.__module__.startswith("greenroute"):
            print(kernel.__module__, kernel.__name__)

event.register("numba:compile", Listener())
for name in {names!r}:
    use(name)
"""


def output_of(code: str) -> list[str]:
    """Return the lines that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    )
    return done.stdout.splitlines()


def compiled_by(*names: str) -> list[str]:
    return output_of(COUNT.format(names=names))


def is_compiled_elsewhere(folder: Path) -> bool:
    """Return what a process with its cache in a folder says."""
    code = "from greenroute.solver.columns.compiled import is_compiled as f; print(f())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
    )
    return done.stdout == "True\n"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_is_compiled_once_all_is_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    # The listener counts: a cold cache has to compile.
    assert compiled_by("shortest paths")

    # Where kernels are kept is settled when they are imported, so not in this process.
    named = output_of(
        "from greenroute.solver.warm import warm\nfor x in warm(): print(x[0])"
    )

    assert sorted(named) == sorted(TASKS)
    assert compiled_by("plan", "route", "matrix", "choice for a book") == []
    assert is_compiled_elsewhere(tmp_path)


def test_an_empty_cache_is_told_from_a_full_one(tmp_path: Path) -> None:
    assert not is_compiled_elsewhere(tmp_path)


def test_name_that_is_no_task_is_an_error() -> None:
    with pytest.raises(KeyError, match="no task"):
        use("no task")
