"""Whether this installation works: versions, data, kernels."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from greenroute.errors import GreenrouteError
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.report.sheet import Sheet
from greenroute.solver.search.bounds import reverse_bounds
from greenroute.solver.search.pareto import pareto_front

_LIBRARIES = ("numpy", "scipy", "numba", "pyarrow", "networkx", "ortools", "typer")


def doctor_sheet(
    network: Path | None = None,
    tariff: Path | None = None,
    factors: Path | None = None,
) -> tuple[Sheet, bool]:
    """Return what was examined, one a row, and whether all of it is well."""
    rows = [
        (True, "python", platform.python_version(), ""),
        *(_library(name) for name in ("greenroute", *_LIBRARIES)),
        _data("network", lambda: _network(network)),
        _data("tariff and factors", lambda: _rates(tariff, factors)),
        *_search(),
    ]
    sheet = Sheet(
        name="findings", columns=("ok", "what", "found", "what_to_do"), rows=tuple(rows)
    )
    return sheet, all(row[0] for row in rows)


def _library(name: str) -> tuple[bool, str, str, str]:
    try:
        return True, name, version(name), ""
    except PackageNotFoundError:
        return False, name, "not installed", "install greenroute again"


def _data(what: str, read: Callable[[], str]) -> tuple[bool, str, str, str]:
    """Return whether a data set can be read; its digests are verified on the way."""
    try:
        return True, what, read(), ""
    except (GreenrouteError, OSError) as error:
        return False, what, str(error), "restore the files, or name another folder"


def _network(folder: Path | None) -> str:
    network = read_network(folder)
    return (
        f"{network.name} {network.version}, digests verified: "
        f"{len(network.gateways):,} gateways, {len(network.lanes):,} lanes"
    )


def _rates(tariff: Path | None, factors: Path | None) -> str:
    rates = read_rates(tariff, factors)
    sets = (rates.tariff, rates.factors)
    return ", ".join(f"{one.name} {one.version}" for one in sets) + ", digests verified"


def _search() -> Iterator[tuple[bool, str, str, str]]:
    """Yield whether the search works and whether its compiled kernels can be kept."""
    start = time.perf_counter()
    # Two ways of two arcs each, and neither beats the other.
    tail, head = np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3])
    weights = np.array([[1, 4, 1], [4, 1, 1], [1, 4, 1], [4, 1, 1]])
    front = pareto_front(4, tail, head, weights, 0, 3)
    seconds = time.perf_counter() - start
    right = front.costs.tolist() == [[2, 8, 2], [8, 2, 2]]
    found = f"{len(front.costs)} of 2 ways found in {seconds:.2f} s"
    yield right, "search", found, "" if right else "report this"
    cache = Path(reverse_bounds.stats.cache_path or "nowhere")
    kept = cache.is_dir() and os.access(cache, os.W_OK)
    yield (
        kept,
        "compiled kernels",
        f"kept in {cache}" if kept else f"{cache} cannot be written",
        "" if kept else "make it writable, or every run compiles for some seconds",
    )
