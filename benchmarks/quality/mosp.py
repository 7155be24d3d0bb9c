"""Fronts of three-objective shortest path instances with proven answers.

    python benchmarks/quality/mosp.py FOLDER

FOLDER holds a folder per graph with `queries.json` and the arcs, as `edges.csv`,
`edges.csv.gz` or two DIMACS `.gr.gz` files (distance, time; the third objective is the
number of arcs). Prints our work beside that of a published solver: expansions compare
anywhere, seconds only as a ratio. Exits 1 if a front differs.
"""

import argparse
import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.pareto import ParetoFront, search
from greenroute.solver.search.search_graph import build_search_graph

#: Work compares only where there is some.
LEAST_EXPANSIONS = 1000
HEADER = (
    f"{'graph':14} {'id':>2} {'points':>6} {'front':7} {'expansions':>10} {'theirs':>10} "
    f"{'differ':>7} {'search s':>9} {'bounds s':>9} {'theirs s':>9} {'ratio':>6} "
    f"{'labels/s':>10}"
)


def read_csv(path: Path) -> NDArray[np.int64]:
    """Return tail, head and three weights per arc; further columns are dropped."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
        reader = csv.reader(lines)
        next(reader)
        return np.array([[int(cell) for cell in row[:5]] for row in reader])


def read_dimacs(path: Path) -> NDArray[np.int64]:
    """Return tail, head and weight per arc."""
    with gzip.open(path, "rt") as lines:
        return np.array(
            [
                [int(cell) for cell in line.split()[1:]]
                for line in lines
                if line[0] == "a"
            ]
        )


def read_arcs(folder: Path) -> NDArray[np.int64]:
    """Return tail, head and three weights per arc, (n_arcs, 5), nodes from 1."""
    for name in ("edges.csv", "edges.csv.gz"):
        if (folder / name).exists():
            return read_csv(folder / name)
    distance, time = (
        read_dimacs(next(folder.glob(f"*-{kind}.*.gr.gz"))) for kind in "dt"
    )
    if not np.array_equal(distance[:, :2], time[:, :2]):
        msg = f"{folder}: the two DIMACS files differ in their arcs"
        raise ValueError(msg)
    return np.column_stack([distance, time[:, 2], np.ones_like(time[:, 2])])


def digest(front: ParetoFront) -> str:
    """Return the sha256 of the front, a line "c1,c2,c3" per point."""
    lines = "\n".join(",".join(map(str, row)) for row in front.costs.tolist())
    return hashlib.sha256(lines.encode()).hexdigest()


def describe(
    graph: str, query: dict[str, Any], front: ParetoFront, *, same: bool
) -> str:
    """Return a line of the table."""
    theirs, stats = query["mohs_ltmoa"], front.stats
    differ = ""
    if theirs["expansions"] >= LEAST_EXPANSIONS:
        differ = f"{stats.expansions / theirs['expansions'] - 1:+.2%}"
    seconds = theirs.get("search_wall_s")
    published = (
        f"{seconds:9.4f} {seconds / stats.seconds:6.1f}" if seconds else " " * 16
    )
    return (
        f"{graph:14} {query['id']:2} {len(front):6} {'same' if same else 'DIFFERS':7} "
        f"{stats.expansions:10,} {theirs['expansions']:10,} {differ:>7} "
        f"{stats.seconds:9.4f} {stats.bound_seconds:9.4f} {published} "
        f"{stats.expansions / stats.seconds:10,.0f}"
    )


def run(folder: Path) -> Iterator[bool]:
    """Solve the queries of one graph; yield whether each front is the proven one."""
    instance = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    arcs = read_arcs(folder)
    prepared = build_search_graph(
        instance["nodes"], arcs[:, 0] - 1, arcs[:, 1] - 1, arcs[:, 2:]
    )
    for query in instance["queries"]:
        front = search(prepared, query["source"] - 1, query["target"] - 1)
        same = (
            len(front) == query["front_size"] and digest(front) == query["front_sha256"]
        )
        print(describe(folder.name, query, front, same=same), flush=True)
        yield same


def main() -> int:
    """Run every query; 0 if all fronts are the proven ones or there are no cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with the instances")
    folder: Path = parser.parse_args().folder
    graphs = sorted(path.parent for path in folder.glob("*/queries.json"))
    if not graphs:
        print(
            f"{folder}: no instances (FOLDER/GRAPH/queries.json); nothing was checked"
        )
        return 0
    # The first search of a process waits for the compiled kernels.
    search(build_search_graph(2, [0], [1], [[1, 1, 1]]), 0, 1)
    print(HEADER)
    results = [same for graph in graphs for same in run(graph)]
    print(f"{sum(results)} of {len(results)} fronts are the proven ones")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
