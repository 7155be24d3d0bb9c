"""The frontiers of all pairs are those that `route` finds pair by pair."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenroute as gr
from greenroute.solver.search.contract import Arcs, contract
from networks import network_of

FINEST = gr.Resolution(cost_usd=0.01, transit_h=1 / 60, wtw_kg_co2e=0.001)
# CC and DD are one customs territory; BB lies between AA and it, and between two of AA.
WORLD = """
    AAAAA -rail 900km 20h 2/week-> BBBBB
    BBBBB -rail 900km 20h 2/week-> AAAAA
    AAAAA -sea 5000km 200h 1/week-> CCCCC
    CCCCC -sea 5000km 200h 1/week-> AAAAA
    AAAAA -air 4000km 6h 7/week-> DDDDD
    DDDDD -air 4000km 6h 7/week-> AAAAA
    BBBBB -road 1200km 30h-> CCCCC
    CCCCC -road 1200km 30h-> BBBBB
    CCCCC -rail 600km 12h 5/week-> DDDDD
    DDDDD -rail 600km 12h 5/week-> CCCCC
    CCCCC -road 700km 11h-> DDDDD
    DDDDD -road 650km 11h-> BBBBB
"""
MARKETS = {
    "AA": ("AAAAA", "AA"),
    "BB": ("BBBBB", "BB"),
    "CC": ("CCCCC", "U"),
    "DD": ("DDDDD", "U"),
}


@pytest.fixture(name="network", scope="module")
def _network() -> gr.Network:
    return network_of(WORLD, markets=MARKETS)


def costs_of(
    table: pa.Table, origin: str, destination: str
) -> list[tuple[int, int, int]]:
    """Return the frontier of a pair in cents, minutes and grams."""
    rows = [
        row
        for row in table.to_pylist()
        if (row["origin"], row["destination"]) == (origin, destination)
    ]
    return [
        (
            round(row["cost_usd"] * 100),
            round(row["transit_h"] * 60),
            round(row["wtw_kg_co2e"] * 1000),
        )
        for row in rows
    ]


def route_costs(
    network: gr.Network, rates: gr.Rates, ends: tuple[str, str], mass_kg: float
) -> list[tuple[int, int, int]]:
    shipment = gr.Shipment(origin=ends[0], destination=ends[1], mass_kg=mass_kg)
    return [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in gr.route(shipment, network, rates).itineraries
    ]


@pytest.mark.parametrize("mass_kg", [300.0, 12_000.0])
def test_each_pair_has_the_frontier_that_route_finds(
    network: gr.Network, mass_kg: float
) -> None:
    rates = gr.read_rates()
    table = gr.matrix(network, rates, mass_kg=mass_kg, resolution=FINEST)

    for origin in MARKETS:
        for destination in MARKETS:
            if origin != destination:
                assert costs_of(table, origin, destination) == route_costs(
                    network, rates, (origin, destination), mass_kg
                )


@pytest.mark.slow
def test_pairs_of_the_world_have_the_frontiers_that_route_finds() -> None:
    network, rates = gr.read_network(), gr.read_rates()
    pairs = gr.Matrix(
        gr.Shipment(origin="", destination="", mass_kg=12_000.0),
        network,
        rates,
        resolution=FINEST,
    )
    [found] = pairs.search(["CN"], threads=1)

    for destination in ("DE", "KE", "US", "HK", "CH"):
        assert costs_of(found.table, "CN", destination) == route_costs(
            network, rates, ("CN", destination), 12_000.0
        )


def assert_covered(
    near: list[tuple[int, int, int]], exact: list[tuple[int, int, int]], epsilon: float
) -> None:
    assert exact
    for costs in exact:
        # Fractions: a certificate is not rounded.
        most = [(1 + Fraction(epsilon)) * cost for cost in costs]
        assert any(
            all(mine <= limit for mine, limit in zip(row, most, strict=True))
            for row in near
        )


@pytest.mark.parametrize("epsilon", [0.001, 0.05, 0.5])
def test_no_itinerary_is_missed_by_more_than_epsilon(
    network: gr.Network, epsilon: float
) -> None:
    rates = gr.read_rates()
    table = gr.matrix(network, rates, mass_kg=300.0, epsilon=epsilon)
    full = gr.matrix(network, rates, mass_kg=300.0, resolution=FINEST)

    for origin, destination in permutations(MARKETS, 2):
        near = costs_of(table, origin, destination)
        exact = costs_of(full, origin, destination)
        assert set(near) <= set(exact)
        assert_covered(near, exact, epsilon)


@pytest.mark.slow
def test_no_itinerary_of_the_world_is_missed_by_more_than_epsilon() -> None:
    network, rates = gr.read_network(), gr.read_rates()
    shipment = gr.Shipment(origin="", destination="", mass_kg=12_000.0)
    pairs = gr.Matrix(shipment, network, rates, epsilon=0.05)
    [found] = pairs.search(["CN"], threads=1)

    for destination in ("DE", "KE", "US", "HK", "CH"):
        exact = route_costs(network, rates, ("CN", destination), 12_000.0)
        near = costs_of(found.table, "CN", destination)
        assert len(near) < len(exact)
        assert_covered(near, exact, 0.05)


@pytest.mark.parametrize("epsilon", [-0.05, 1.0, 5, float("nan"), "0.05"])
def test_an_epsilon_that_is_no_share_is_an_error(
    network: gr.Network, epsilon: object
) -> None:
    with pytest.raises(gr.DataError, match="expected a share from 0 to below 1"):
        gr.matrix(network, gr.read_rates(), mass_kg=1.0, epsilon=epsilon)  # type: ignore[arg-type]  # that is tested


def test_an_epsilon_beside_a_resolution_is_an_error(network: gr.Network) -> None:
    with pytest.raises(gr.DataError, match="and a resolution is given"):
        gr.matrix(
            network, gr.read_rates(), mass_kg=1.0, resolution=FINEST, epsilon=0.05
        )


def test_a_coarser_resolution_keeps_fewer_of_the_same_itineraries(
    network: gr.Network,
) -> None:
    rates = gr.read_rates()
    fine = gr.matrix(network, rates, mass_kg=300.0, resolution=FINEST)
    coarse = gr.matrix(network, rates, mass_kg=300.0)

    assert 0 < len(coarse) <= len(fine)
    assert set(coarse["modes"].to_pylist()) <= set(fine["modes"].to_pylist())


def test_the_modes_of_an_itinerary_are_told(network: gr.Network) -> None:
    table = gr.matrix(network, gr.read_rates(), mass_kg=300.0, markets=["AA", "DD"])
    fastest = min(
        (row for row in table.to_pylist() if row["origin"] == "AA"),
        key=lambda row: row["transit_h"],
    )

    assert fastest["modes"] == "air"


@pytest.mark.parametrize(
    ("markets", "error", "message"),
    [
        (
            ["AA", "XX"],
            gr.UnknownCategoryError,
            "the network has no market XX; it has 4",
        ),
        (["AA"], gr.DataError, "1 markets make no pair"),
    ],
)
def test_markets_that_make_no_matrix_are_named(
    network: gr.Network, markets: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        gr.matrix(network, gr.read_rates(), mass_kg=300.0, markets=markets)


@pytest.mark.parametrize("step", [0.0, -1.0, 0.001, float("nan")])
def test_a_resolution_below_a_cent_is_an_error(
    network: gr.Network, step: float
) -> None:
    with pytest.raises(gr.DataError, match="cent"):
        gr.matrix(
            network,
            gr.read_rates(),
            mass_kg=1.0,
            resolution=gr.Resolution(cost_usd=step),
        )


ARC = st.tuples(
    st.integers(0, 6),
    st.integers(0, 6),
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
)


@given(arcs=st.lists(ARC, max_size=25), keep=st.sets(st.integers(0, 6), min_size=2))
def test_contracting_keeps_every_front_between_kept_nodes(
    arcs: list[tuple[int, int, tuple[int, int, int]]], keep: set[int]
) -> None:
    weights = np.array([weight for _, _, weight in arcs], np.int64).reshape(-1, 3)
    full = Arcs(
        tail=np.array([tail for tail, _, _ in arcs], np.int64),
        head=np.array([head for _, head, _ in arcs], np.int64),
        weights=weights,
        sums=2 * weights,
        marks=np.zeros(len(arcs), np.uint8),
    )
    kept = np.isin(np.arange(7), sorted(keep))

    less = contract(7, full, kept)

    assert (less.sums == 2 * less.weights).all()
    for source in keep:
        for target in keep - {source}:
            before, after = (
                gr.pareto_front(7, a.tail, a.head, a.weights, source, target).costs
                for a in (full, less)
            )

            assert before.tolist() == after.tolist()
