"""Our own plain C++ version of the label search, built where there is a compiler."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from greenroute.solver.search.bounds import Word, reverse_bounds, usable_arcs
from greenroute.solver.search.labels import RISE
from greenroute.solver.search.pareto import ORDERS
from greenroute.solver.search.search_graph import LARGEST_PATH, SearchGraph
from greenroute.solver.search.workspace import Usable, choose_packing, new_work

SOURCE = Path(__file__).parents[1] / "peer" / "labels.cpp"


class PeerSearch(NamedTuple):
    """What the peer did: labels settled, points of the front, time of the search [s]."""

    expansions: int
    points: int
    seconds: float


def build() -> ctypes.CDLL | None:
    """Compile the peer with -O3 and load it; None without a compiler."""
    compiler = shutil.which("c++") or shutil.which("g++")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "labels.so"
        subprocess.run(
            [compiler, "-O3", "-std=c++17", "-shared", "-fPIC", SOURCE, "-o", library],
            check=True,
        )
        peer = ctypes.CDLL(str(library))
    peer.peer_search.restype = peer.peer_calibration.restype = ctypes.c_uint64
    return peer


def calibration(peer: ctypes.CDLL) -> float:
    """Return the least time of five runs of a fixed piece of work [s]."""
    seconds = []
    for _ in range(5):
        begin = perf_counter()
        peer.peer_calibration()
        seconds.append(perf_counter() - begin)
    return min(seconds)


def search(
    peer: ctypes.CDLL, graph: SearchGraph, source: int, target: int, *, first: int = 0
) -> PeerSearch:
    """Search as `greenroute.solver.search.pareto.search` does, on the same usable arcs."""
    bounds = reverse_bounds(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights,
        Word(target),
        np.empty((len(graph.head) + 2, 3), np.uint64),
    )
    room = LARGEST_PATH - bounds[:, source]
    usable = Usable(*usable_arcs(graph.start, graph.head, graph.weights, bounds, room))
    packing = choose_packing(usable, ORDERS[first], room)
    if packing is None:
        msg = "sums of weights do not fit the packing of the peer"
        raise ValueError(msg)
    work = new_work(usable, ORDERS[first], packing, source)
    rises = np.ascontiguousarray(work.arcs[:, RISE])
    points = ctypes.c_uint64()
    number, pointer = ctypes.c_uint64, ctypes.c_void_p
    begin = perf_counter()
    expansions = peer.peer_search(
        number(graph.n_nodes),
        number(len(usable.head)),
        *(pointer(a.ctypes.data) for a in (work.start, work.head, work.first, rises)),
        number(target),
        *(number(int(x)) for x in (packing.shift, packing.guard)),
        *(number(int(x)) for x in (packing.limit, packing.first_limit)),
        ctypes.byref(points),
    )
    return PeerSearch(expansions, points.value, perf_counter() - begin)
