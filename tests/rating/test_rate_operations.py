"""Hub operations by hand: the tariff, and gateways that speak for themselves."""

from dataclasses import replace

import numpy as np
import pytest

from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.rating.cargo import CargoUnit, size_cargo
from greenroute.rating.factors import NETWORK_HUB, DataType
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE, Operation, exists
from greenroute.rating.rate import OperationRating, rate_operations
from greenroute.rating.read import Rates
from networks import network_of

PORTS = """
    AAAAA -sea 900km 30h-> BBBBB
    BBBBB: kind=seaport hub_h=10 hub_cost_usd_per_t=20 hub_wtw_kg_per_t=2
"""


@pytest.fixture(scope="module")
def ports() -> Network:
    return network_of(PORTS)


@pytest.fixture(scope="module")
def goods(rates: Rates) -> CargoUnit:
    return size_cargo(Shipment(origin="A", destination="B", mass_kg=12_000), rates)


def rating_of(
    operations: list[Operation],
    mode: Mode,
    node: str,
    *,
    network: Network,
    goods: CargoUnit,
    rates: Rates,
) -> OperationRating:
    count = len(operations)
    row = network.gateways.id.to_pylist().index(node)
    return rate_operations(
        np.array([OPERATIONS.index(o) for o in operations], dtype=np.int8),
        np.full(count, MODES.index(mode), dtype=np.int8),
        np.full(count, row, dtype=np.int32),
        network.gateways,
        goods,
        rates,
    )


HANDLING = [Operation.UNLOAD, Operation.LOAD, Operation.TRANSHIP]


def test_a_gateway_that_says_nothing_takes_the_tariff(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    rating = rating_of(
        HANDLING, Mode.SEA, "AAAAA", network=ports, goods=goods, rates=rates
    )

    assert rating.cost_usd.tolist() == pytest.approx([290.0, 290.0, 144.0])
    assert rating.duration_h.tolist() == [36, 12, 24]
    assert rating.p95_h.tolist() == [90, 24, 60]


def test_hub_emissions_without_a_value_are_declared_not_included(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    rating = rating_of(
        HANDLING, Mode.SEA, "AAAAA", network=ports, goods=goods, rates=rates
    )

    assert not rating.included.any()
    assert not rating.wtw_kg.any()
    assert rating.factor_of(0) == ""
    assert rating.category_of(0) == "port-container-terminal"


def test_what_a_gateway_says_of_a_passage_is_split_over_its_operations(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    rating = rating_of(
        HANDLING, Mode.SEA, "BBBBB", network=ports, goods=goods, rates=rates
    )

    # One passage of 12 t: 10 h, 240 USD, 24 kg; half in, half out, whole when transhipped.
    assert rating.duration_h.tolist() == [5, 5, 10]
    assert rating.cost_usd.tolist() == [120, 120, 240]
    assert rating.wtw_kg.tolist() == [12, 12, 24]
    assert rating.ttw_kg.tolist() == [0, 0, 0]
    assert rating.p95_h.tolist() == [12.5, 10, 25]
    assert rating.included.all()
    assert rating.factor_of(0) == NETWORK_HUB
    assert rating.data_type_of(0) is DataType.DEFAULT


def test_customs_moves_nothing_wherever_it_is(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    customs = [Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT]

    for node in ("AAAAA", "BBBBB"):
        rating = rating_of(
            customs, Mode.SEA, node, network=ports, goods=goods, rates=rates
        )

        assert rating.included.all()
        assert not rating.wtw_kg.any()
        assert rating.factor_of(0) == ""
        assert rating.category_of(0) == "customs"
        assert rating.cost_usd.tolist() == [80, 150]
        assert rating.duration_h.tolist() == [6, 24]


def test_gauges_change_only_on_rails(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    for mode in MODES:
        rating = rating_of(
            [Operation.CHANGE_OF_GAUGE],
            mode,
            "AAAAA",
            network=ports,
            goods=goods,
            rates=rates,
        )
        there = exists(Operation.CHANGE_OF_GAUGE, mode)

        assert there is (mode is Mode.RAIL)
        assert rating.category_of(0) == ("gauge-change" if there else "")
        assert rating.cost_usd[0] == (150 if there else 0)
        assert rating.duration_h[0] == (18 if there else 0)


def test_a_value_in_the_factor_set_is_included(
    rates: Rates, ports: Network, goods: CargoUnit
) -> None:
    hubs = rates.factors.hubs
    known = replace(
        rates,
        factors=replace(
            rates.factors,
            hubs=replace(
                hubs,
                wtw_kg_per_t=np.full(len(hubs.names), 1.5),
                ttw_kg_per_t=np.full(len(hubs.names), 0.5),
            ),
        ),
    )

    rating = rating_of(
        HANDLING, Mode.SEA, "AAAAA", network=ports, goods=goods, rates=known
    )

    assert rating.included.all()
    assert rating.wtw_kg.tolist() == pytest.approx([9, 9, 18])  # 12 t x 1.5 kg/t
    assert rating.ttw_kg.tolist() == pytest.approx([3, 3, 6])


def test_every_passage_is_whole() -> None:
    assert PASSAGE_SHARE[Operation.UNLOAD] + PASSAGE_SHARE[Operation.LOAD] == 1
    assert PASSAGE_SHARE[Operation.TRANSHIP] == 1
