"""Which row of a rate card wins: by rank, and against brute force."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroute.network.network import Network
from networks import network_of
from rate_cards import Basis, cargo_of

LINES = """
    CNSHA -sea 900km 30h-> NLRTM
    CNNGB -sea 900km 30h toc=sea-container-3000-4999-> NLRTM
    CNSHA -sea 900km 30h-> BEANR
    NLRTM -sea 900km 30h-> CNSHA
    NLRTM -rail 900km 30h-> BEANR
    CNSHA: locode=CNSHG
    NLRTM: locode=NLRTM
    CNSHA: kind=seaport
"""
MARKETS = {"CN": ("CNSHA", "CN"), "NL": ("NLRTM", "EU"), "BE": ("BEANR", "EU")}
#: Places from wide to narrow, as two gateways are named by each.
ORIGINS = ("*", "continent:X", "customs:CN", "CN", "CNSHG", "CNSHA")
ENDS = ("*", "continent:X", "customs:EU", "NL", "NLRTM", "BEANR")
HEAD = "origin destination lane mode toc equipment valid_from currency base_per_unit"


@pytest.fixture(scope="module")
def network() -> Network:
    return network_of(LINES, markets=MARKETS)


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> Basis:
    return Basis.with_round_rates(tmp_path_factory.mktemp("rates"))


def test_each_row_wins_over_those_before_it(
    network: Network, basis: Basis, tmp_path: Path
) -> None:
    lane = network.lanes.id[0].as_py()
    rows = [
        "* * - sea -",
        "* * - sea sea-container-8000",
        "* CNSHA - sea -",  # of another lane: never wins
        "continent:X * - sea -",
        "* NL - sea -",
        "CNSHA * - sea -",
        "continent:X continent:X - sea -",
        "continent:X NL - sea -",
        "CNSHA continent:X - sea -",
        "customs:CN customs:EU - sea -",
        "CN customs:EU - sea -",
        "CN NL - sea -",
        "CN NL - sea sea-container-8000",
        "CNSHG NL - sea -",
        "CNSHG NLRTM - sea -",
        "CNSHA NLRTM - sea -",
        "CNSHA NLRTM - sea sea-container-8000",
        f"- - {lane} sea -",
        f"- - {lane} sea sea-container-8000",
    ]
    for count in range(1, len(rows) + 1):
        priced = [
            f"{row} 40HC 2026-01-01 USD {usd}" for usd, row in enumerate(rows[:count])
        ]
        text = "\n".join([HEAD, *priced[::-1]])
        cards = basis.prepare(basis.cards(tmp_path, text), network)

        found = basis.price(network, cargo_of(9_000), cards).cost_usd[0]

        expected = count - 1 if rows[count - 1] != "* CNSHA - sea -" else count - 2
        assert found == expected, rows[count - 1]


PLACES = st.tuples(
    st.sampled_from(ORIGINS + ENDS),
    st.sampled_from(ORIGINS + ENDS),
    st.sampled_from(("sea", "rail")),
    st.sampled_from(("", "sea-container-8000")),
    st.sampled_from(("40HC", "20GP")),
)
Row = tuple[str, str, str, str, str]


def level(place: str, gateway: str) -> int | None:
    """Return how narrowly a place names a gateway; None if it does not."""
    market = gateway[:2]
    names = [
        "*",
        "continent:X",
        f"customs:{MARKETS[market][1]}",
        market,
        {"CNSHA": "CNSHG", "NLRTM": "NLRTM"}.get(gateway, ""),
        gateway,
    ]
    # Where a gateway is named as its UN/LOCODE is, the name means the gateway.
    return max((i for i, name in enumerate(names) if name == place), default=None)


def rank(
    row: Row, ends: tuple[str, str], mode: str, toc: str
) -> tuple[int, ...] | None:
    a, b = level(row[0], ends[0]), level(row[1], ends[1])
    if a is None or b is None or row[2] != mode or row[3] not in ("", toc):
        return None
    return (min(a, b), max(a, b), a, bool(row[3]))


@settings(max_examples=60)
@given(rows=st.lists(PLACES, min_size=1, max_size=14, unique=True))
def test_the_winner_is_the_one_of_brute_force(
    network: Network, basis: Basis, rows: list[Row]
) -> None:
    text = "\n".join(
        [
            HEAD,
            *(
                f"{a} {b} - {mode} {toc or '-'} {box} 2026-01-01 USD {100 + i}"
                for i, (a, b, mode, toc, box) in enumerate(rows)
            ),
        ]
    )
    lanes, ids = network.lanes, network.gateways.id.to_pylist()
    with tempfile.TemporaryDirectory() as folder:
        cards = basis.prepare(basis.cards(Path(folder), text), network)

    found = basis.price(network, cargo_of(7_000), cards)  # one box of either kind

    for lane in range(len(lanes)):
        ends = ids[lanes.origin[lane]], ids[lanes.destination[lane]]
        mode = "rail" if lane == 4 else "sea"
        winners = []
        for box in ("40HC", "20GP"):
            ranked = [
                (where, 100 + i)
                for i, row in enumerate(rows)
                if row[4] == box
                and (where := rank(row, ends, mode, lanes.toc[lane])) is not None
            ]
            winners += [usd for where, usd in ranked if where == max(ranked)[0]]
        if winners:
            assert found.cost_usd[lane] == min(winners)
        else:
            assert found.card[lane] == -1


def test_the_order_of_rows_does_not_matter(
    network: Network, basis: Basis, tmp_path: Path
) -> None:
    rows = [f"{a} {b} - sea - 40HC 2026-01-01 USD" for a in ORIGINS for b in ENDS]
    priced = [f"{row} {usd}" for usd, row in enumerate(rows)]

    found = [
        basis.price(
            network,
            cargo_of(9_000),
            basis.prepare(basis.cards(tmp_path, "\n".join([HEAD, *order])), network),
        ).cost_usd.tolist()
        for order in (priced, priced[::-1])
    ]

    assert found[0] == found[1]
