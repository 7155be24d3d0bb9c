"""The frontier of one pair of a matrix is the part of it that all pairs have."""

import pytest

import greenroute as gr
from greenroute.solver.matrix import MarketFronts
from networks import network_of

# CC and DD are one customs territory; BB lies between AA and it.
WORLD = """
    AAAAA -rail 900km 20h 2/week-> BBBBB
    BBBBB -rail 900km 20h 2/week-> AAAAA
    AAAAA -sea 5000km 200h 1/week-> CCCCC
    CCCCC -sea 5000km 200h 1/week-> AAAAA
    AAAAA -air 4000km 6h 7/week-> DDDDD
    BBBBB -road 1200km 30h-> CCCCC
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
FINEST = gr.Resolution(cost_usd=0.01, transit_h=1 / 60, wtw_kg_co2e=0.001)


@pytest.fixture(name="rates", scope="module")
def _rates() -> gr.Rates:
    return gr.read_rates()


@pytest.fixture(name="network", scope="module")
def _network() -> gr.Network:
    return network_of(WORLD, markets=MARKETS)


def pairs_of(
    network: gr.Network, rates: gr.Rates, *, epsilon: float = 0.0
) -> gr.Matrix:
    shipment = gr.Shipment(origin="", destination="", mass_kg=300.0)
    resolution = None if epsilon else FINEST
    return gr.Matrix(shipment, network, rates, resolution=resolution, epsilon=epsilon)


def costs(fronts: MarketFronts, destination: str) -> list[tuple[float, ...]]:
    """Return cost, time and emissions of the rows to a destination."""
    return [
        (row["cost_usd"], row["transit_h"], row["wtw_kg_co2e"])
        for row in fronts.table.to_pylist()
        if row["destination"] == destination
    ]


def test_a_pair_has_the_frontier_that_all_pairs_have(
    network: gr.Network, rates: gr.Rates
) -> None:
    pairs = pairs_of(network, rates)

    for fronts in pairs.search(threads=1):
        for destination in set(MARKETS) - {fronts.origin}:
            one = pairs.front(fronts.origin, destination)

            assert one.origin == fronts.origin
            assert one.table.schema == fronts.table.schema
            assert len(one.table) == len(costs(one, destination)) > 0
            assert costs(one, destination) == costs(fronts, destination)


def test_a_market_has_no_frontier_to_itself(
    network: gr.Network, rates: gr.Rates
) -> None:
    assert len(pairs_of(network, rates).front("AA", "AA").table) == 0


def test_a_pair_of_a_market_that_is_not_there_is_an_error(
    network: gr.Network, rates: gr.Rates
) -> None:
    with pytest.raises(gr.UnknownCategoryError, match="no market XX; it has 4"):
        pairs_of(network, rates).front("AA", "XX")


def test_a_pair_of_a_matrix_with_a_tolerance_is_an_error(
    network: gr.Network, rates: gr.Rates
) -> None:
    with pytest.raises(gr.DataError, match=r"epsilon is 0\.1, expected 0"):
        pairs_of(network, rates, epsilon=0.1).front("AA", "BB")


@pytest.mark.slow
def test_pairs_of_the_world_have_the_frontiers_that_route_finds(
    rates: gr.Rates,
) -> None:
    network = gr.read_network()
    pairs = pairs_of(network, rates)

    for origin, destination in (("CN", "DE"), ("BR", "KE"), ("US", "HK"), ("CH", "IN")):
        shipment = gr.Shipment(origin=origin, destination=destination, mass_kg=300.0)
        routes = [
            (
                round(i.cost_usd * 100),
                round(i.transit_h * 60),
                round(i.wtw_kg_co2e * 1000),
            )
            for i in gr.route(shipment, network, rates).itineraries
        ]
        found = [
            (round(usd * 100), round(hours * 60), round(kg * 1000))
            for usd, hours, kg in costs(pairs.front(origin, destination), destination)
        ]

        assert found == routes
