"""Flow designs with proven optima: `python benchmarks/quality/flow.py FOLDER...`.

`--generated` adds seeded instances of both kinds, which only have to be proven.

A folder holds instances `NAME.json` with their answers `NAME.expected.json`. Two kinds are
known: network design with arcs that are open or closed (`arcs`, `commodities`), and the
weekly cargo of a liner network (`ports`, `services`, `demands`), which becomes a graph
here. Exits 1 if an optimum is missed or not proven.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.termination import Termination
from greenroute.solver.flow.flow_design import FlowDesign, flow_design

#: Objectives that differ by more are different.
TOLERANCE = 1e-6
#: Nodes, arcs and commodities; weight of fixed costs; tightness of capacities: sizes and
#: ratios of the published classes R and C.
GENERATED = (
    ((10, 35, 50), 0.1, 8.0),
    ((10, 60, 50), 0.1, 8.0),
    ((10, 82, 50), 0.1, 8.0),
    ((25, 100, 10), 0.05, 8.0),
    ((25, 100, 30), 0.1, 8.0),
    ((20, 120, 40), 0.1, 2.0),
    ((20, 120, 40), 0.1, 8.0),
)
#: Ports, services and demands of liner networks: like the published ones of the world's main
#: ports and of Europe and Asia, with more demand than they can carry.
LINERS = ((47, 30, 1764), (111, 60, 4000))
SEED = 1
HEADER = (
    f"{'instance':28} {'nodes':>6} {'arcs':>6} {'flows':>6} {'objective':>14} "
    f"{'bound':>14} {'gap':>8} {'proof':6} {'seconds':>8} {'optimum':>14} {'differ':>8}"
)


class Instance(NamedTuple):
    """Arguments of a flow design, and how its objective reads in the case's words."""

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    capacity: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    fixed_cost: NDArray[np.float64]
    commodities: NDArray[np.float64]
    #: Times this, plus that: the objective of the case.
    sign: float
    offset: float


def network_design(case: dict[str, Any]) -> Instance:
    """Return an instance of network design; its nodes are counted from 1."""
    arcs, commodities = case["arcs"], case["commodities"]

    def column(name: str) -> NDArray[np.float64]:
        return np.array([arc[name] for arc in arcs], np.float64)

    return Instance(
        n_nodes=case["nodes"],
        tail=column("tail").astype(np.int64) - 1,
        head=column("head").astype(np.int64) - 1,
        capacity=column("capacity"),
        unit_cost=column("cost"),
        fixed_cost=column("fixed"),
        commodities=np.array(
            [[c["origin"] - 1, c["destination"] - 1, c["demand"]] for c in commodities]
        ),
        sign=1.0,
        offset=0.0,
    )


def liner_cargo(case: dict[str, Any]) -> Instance:
    """Return a liner network as a graph.

    A port is three nodes: cargo starts at the first, ends at the second, and changes ship
    at the third. Every call is a node of its own: from it cargo stays aboard to the next
    call, is unloaded, or changes ship, also to another call of the same service. What is
    served earns its revenue and saves the penalty.
    """
    ports = {name: 3 * i for i, name in enumerate(case["ports"])}
    penalty = float(case["reject_penalty_per_ffe"])
    rows: list[tuple[int, int, float, float]] = []
    n_nodes = 3 * len(ports)
    for service in case["services"]:
        calls = service["calls"]
        for i, name in enumerate(calls):
            call, following = n_nodes + i, n_nodes + (i + 1) % len(calls)
            port, costs = ports[name], case["ports"][name]
            handling = costs["handling_per_ffe"]
            rows += [
                (call, following, service["capacity_ffe_per_week"], 0.0),
                (port, call, np.inf, handling),
                (call, port + 1, np.inf, handling),
                (call, port + 2, np.inf, costs["tranship_per_ffe"]),
                (port + 2, call, np.inf, 0.0),
            ]
        n_nodes += len(calls)
    arcs = np.array(rows)
    commodities = np.array(
        [
            [
                ports[demand["origin"]],
                ports[demand["destination"]] + 1,
                demand["ffe_per_week"],
                demand["revenue_per_ffe"] + penalty,
            ]
            for demand in case["demands"]
        ]
    )
    return Instance(
        n_nodes=n_nodes,
        tail=arcs[:, 0].astype(np.int64),
        head=arcs[:, 1].astype(np.int64),
        capacity=arcs[:, 2],
        unit_cost=arcs[:, 3],
        fixed_cost=np.zeros(len(arcs)),
        commodities=commodities,
        sign=-1.0,
        offset=-penalty * float(commodities[:, 2].sum()),
    )


def generate(shape: tuple[int, int, int], *, fixed: float, tight: float) -> Instance:
    """Return network design as it is published: a wide dear ring and random arcs.

    Parameters
    ----------
    shape
        Nodes, arcs and commodities.
    fixed
        Fixed cost of all arcs by the unit cost of all demand over all arcs, per commodity.
    tight
        Demand of all commodities by the mean capacity of an arc that is not in the ring.
    """
    n_nodes, n_arcs, n_commodities = shape
    rng = np.random.default_rng(SEED)
    n_more = n_arcs - n_nodes
    nodes = np.arange(n_nodes)
    tails, heads = np.divmod(np.arange(n_nodes**2), n_nodes)
    others = np.flatnonzero((heads != tails) & (heads != (tails + 1) % n_nodes))
    picked = rng.choice(others, n_more, replace=False)
    unit_cost = np.concatenate([np.full(n_nodes, 100), rng.integers(10, 101, n_more)])
    source = rng.integers(n_nodes, size=n_commodities)
    target = (source + rng.integers(1, n_nodes, n_commodities)) % n_nodes
    demand = rng.integers(15, 96, n_commodities)
    total = demand.sum()
    weight = np.concatenate([np.ones(n_nodes), rng.uniform(0.1, 1.0, n_more)])
    scale = fixed * total * unit_cost.sum() / (n_commodities * weight.sum())
    capacity = np.maximum(np.rint(rng.uniform(0.3, 1.7, n_more) * total / tight), 1.0)
    return Instance(
        n_nodes=n_nodes,
        tail=np.concatenate([nodes, tails[picked]]),
        head=np.concatenate([(nodes + 1) % n_nodes, heads[picked]]),
        capacity=np.concatenate([np.full(n_nodes, float(total)), capacity]),
        unit_cost=unit_cost.astype(np.float64),
        fixed_cost=np.rint(weight * scale),
        commodities=np.column_stack([source, target, demand]).astype(np.float64),
        sign=1.0,
        offset=0.0,
    )


def generate_liner(n_ports: int, n_services: int, n_demands: int) -> dict[str, Any]:
    """Return a liner network as it is published: rotations between ports that are near."""
    rng = np.random.default_rng(SEED)
    place, size = rng.uniform(size=(n_ports, 2)), rng.lognormal(0.0, 1.0, n_ports)
    services = []
    for _ in range(n_services):
        first = place[rng.choice(n_ports, p=size / size.sum())]
        far = ((place - first) ** 2).sum(axis=1) + rng.uniform(0.0, 0.3, n_ports)
        calls = np.argsort(far)[: rng.integers(4, 14)]
        x, y = (place[calls] - place[calls].mean(axis=0)).T
        round_trip = calls[np.argsort(np.arctan2(x, y))]
        capacity = float(rng.choice([400, 800, 1200, 2400, 4200]))
        services.append(
            {"calls": round_trip.tolist(), "capacity_ffe_per_week": capacity}
        )
    pairs = rng.permutation(n_ports**2)
    ends = np.column_stack(np.divmod(pairs, n_ports))
    ends = ends[ends[:, 0] != ends[:, 1]][:n_demands]
    amount = 20 * size[ends].prod(axis=1) * rng.lognormal(0.0, 0.7, len(ends))
    return {
        "ports": {
            port: {
                "handling_per_ffe": float(rng.integers(40, 300)),
                "tranship_per_ffe": float(rng.integers(60, 350)),
            }
            for port in range(n_ports)
        },
        "services": services,
        "demands": [
            {
                "origin": origin,
                "destination": destination,
                "ffe_per_week": max(1.0, round(ffe)),
                "revenue_per_ffe": float(rng.integers(300, 3500)),
            }
            for (origin, destination), ffe in zip(
                ends.tolist(), amount.tolist(), strict=True
            )
        ],
        "reject_penalty_per_ffe": 1000.0,
    }


def solve(instance: Instance) -> FlowDesign:
    """Solve with arcs that are open or closed."""
    return flow_design(
        instance.n_nodes,
        instance.tail,
        instance.head,
        instance.capacity,
        instance.unit_cost,
        instance.fixed_cost,
        instance.commodities,
        max_modules=1,
    )


def run(path: Path) -> bool:
    """Solve one instance, print its line, and return whether it is proven optimal."""
    case = json.loads(path.read_text(encoding="utf-8"))
    answer = path.with_name(f"{path.stem}.expected.json")
    expected = json.loads(answer.read_text(encoding="utf-8"))
    optimum = float(expected["optimum" if "optimum" in expected else "optimum_lp"])
    instance = network_design(case) if "arcs" in case else liner_cargo(case)
    return measure(path.stem, instance, optimum)


def measure(name: str, instance: Instance, optimum: float | None) -> bool:
    """Solve, print a line, and return whether it is proven, and the optimum if known."""
    begin = perf_counter()
    design = solve(instance)
    seconds = perf_counter() - begin
    objective = instance.sign * design.objective + instance.offset
    bound = instance.sign * design.bound + instance.offset
    # Of the objective in the case's own words, constants included.
    gap = abs(objective - bound) / max(abs(objective), 1e-12)
    differ = 0.0 if optimum is None else (objective - optimum) / abs(optimum)
    known = "" if optimum is None else f"{optimum:14,.2f} {differ:+8.1e}"
    print(
        f"{name:28} {instance.n_nodes:6} {len(instance.tail):6} "
        f"{len(instance.commodities):6} {objective:14,.2f} {bound:14,.2f} {gap:8.1e} "
        f"{design.proof:6} {seconds:8.2f} {known}",
        flush=True,
    )
    proven = design.termination is Termination.OPTIMAL and gap <= TOLERANCE
    return proven and abs(differ) <= TOLERANCE


def instances(folders: list[Path]) -> Iterator[Path]:
    """Yield the instances that come with an answer."""
    for folder in folders:
        for answer in sorted(folder.glob("*.expected.json")):
            yield answer.with_name(answer.name.replace(".expected.json", ".json"))


def main() -> int:
    """Run every instance; 0 if all optima are met and proven or there are no cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*", help="folders with instances")
    parser.add_argument("--generated", action="store_true", help="add seeded instances")
    arguments = parser.parse_args()
    folders: list[Path] = arguments.folders
    paths = list(instances(folders))
    if not paths and not arguments.generated:
        names = ", ".join(str(folder) for folder in folders)
        print(f"{names}: no instances (FOLDER/NAME.expected.json); nothing was checked")
        return 0
    # The first design of a process waits for the compiled kernels.
    flow_design(2, [0], [1], [1], [1], [0], [(0, 1, 1)])
    print(HEADER)
    results = [run(path) for path in paths]
    for shape, fixed, tight in GENERATED if arguments.generated else ():
        name = "-".join(map(str, (*shape, fixed, tight)))
        results.append(measure(name, generate(shape, fixed=fixed, tight=tight), None))
    for shape in LINERS if arguments.generated else ():
        name = "-".join(map(str, ("liner", *shape)))
        results.append(measure(name, liner_cargo(generate_liner(*shape)), None))
    print(f"{sum(results)} of {len(results)} designs are proven, and the known optima")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
