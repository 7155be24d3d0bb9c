"""Rate cards: reading 100,000 rows, matching them to the world network, rating all lanes."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr
from greenroute.errors import DataError
from greenroute.network.lane import MODES
from greenroute.rating.match_card import prepare_cards
from greenroute.rating.pricing import Pricing, read_pricing
from greenroute.rating.rate import rate_lanes, size_cargo

N_ROWS = 100_000
SEED = 2026
DAY = date(2026, 6, 15)
HEADER = (
    "card,lane,mode,equipment,valid_from,valid_to,currency,base_per_unit,"
    "surcharge_BAF,surcharge_PSS"
)
SHIPMENT = gr.Shipment(origin="CNSHA", destination="NLRTM", mass_kg=12_000)


def write_card(path: Path, network: gr.Network, *, wrong: bool = False) -> Path:
    """Write rows for lanes drawn at random: boxes of 40 ft, and of 20 ft once all have one."""
    rng, lanes = np.random.default_rng(SEED), network.lanes
    ids, drawn = lanes.id.to_pylist(), rng.permutation(len(lanes))
    price = rng.integers(500, 5000, N_ROWS)
    with path.open("w", encoding="utf-8") as file:
        print(HEADER, file=file)
        for number in range(N_ROWS):
            lane = int(drawn[number % len(drawn)])
            equipment = "40HQ" if number < len(drawn) else "20GP"
            mode = "barge" if wrong else MODES[lanes.mode[lane]]
            start = "2026-13-01" if wrong else "2026-01-01"
            print(
                f"C,{ids[lane]},{mode},{equipment},{start},2026-12-31,EUR,"
                f"{price[number]},120,5%",
                file=file,
            )
    return path


@pytest.fixture(scope="module")
def world() -> tuple[gr.Network, gr.Rates]:
    """Return the world network and the default rates."""
    return gr.read_network(), gr.read_rates()


@pytest.fixture(scope="module")
def card(
    world: tuple[gr.Network, gr.Rates], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a rate card for lanes of the world."""
    return write_card(tmp_path_factory.mktemp("card") / "card.csv", world[0])


@pytest.fixture(scope="module")
def pricing(world: tuple[gr.Network, gr.Rates], card: Path) -> Pricing:
    """Return the rate card as read."""
    return read_pricing(world[1].tariff, cards=card)


def test_read_a_card(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], card: Path
) -> None:
    benchmark.pedantic(
        lambda: read_pricing(world[1].tariff, cards=card), rounds=5, warmup_rounds=1
    )


def test_read_a_card_with_two_errors_a_row(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], tmp_path: Path
) -> None:
    path = write_card(tmp_path / "wrong.csv", world[0], wrong=True)

    def read() -> None:
        with pytest.raises(DataError, match="199980 more errors"):
            read_pricing(world[1].tariff, cards=path, errors_to=tmp_path / "errors.csv")

    benchmark.pedantic(read, rounds=5, warmup_rounds=1)


def test_match_a_card(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], pricing: Pricing
) -> None:
    assert pricing.cards is not None
    benchmark.pedantic(
        prepare_cards,
        args=(pricing.cards, world[0]),
        kwargs={"on": DAY, "exchange": pricing.exchange},
        rounds=5,
        warmup_rounds=1,
    )


def test_rate_all_lanes_by_card(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], pricing: Pricing
) -> None:
    network, rates = world
    assert pricing.cards is not None
    cards = prepare_cards(pricing.cards, network, on=DAY, exchange=pricing.exchange)

    benchmark.pedantic(
        rate_lanes,
        args=(network.lanes, size_cargo(SHIPMENT, rates), rates),
        kwargs={"cards": cards},
        rounds=10,
        warmup_rounds=1,
    )
