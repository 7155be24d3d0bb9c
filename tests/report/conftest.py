"""The toy network, 12 t from Shenzhen to Frankfurt on it, and frontiers of any size."""

from pathlib import Path

import pytest

import greenroute as gr
from greenroute import report

TOY = Path(__file__).parents[2] / "data" / "networks" / "toy"


@pytest.fixture(scope="session")
def basis() -> report.Basis:
    return report.Basis(network=gr.read_network(TOY), rates=gr.read_rates())


@pytest.fixture(scope="session")
def shipment() -> gr.Shipment:
    return gr.Shipment(origin="CNSZX", destination="DEFRA", mass_kg=12_000)


@pytest.fixture(scope="session")
def frontier(basis: report.Basis, shipment: gr.Shipment) -> gr.Frontier:
    return gr.route(shipment, basis.network, basis.rates)
