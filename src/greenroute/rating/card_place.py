"""Places of a rate card: from one gateway to anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.rating.rate_card import (
    ANYWHERE,
    CONTINENT_PREFIX,
    CUSTOMS_PREFIX,
    Level,
)
from greenroute.tables import positions


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Places of one level.

    Attributes
    ----------
    code
        Code by name.
    of_gateway
        Code of each gateway, (n_gateways,); negative where it has none.
    """

    code: Mapping[str, int]
    of_gateway: NDArray[np.int64]


def place_codes(network: Network) -> dict[Level, Places]:
    """Return the places that a rate card may name, by level."""
    gateways, markets = network.gateways, network.markets
    market = positions(pa.array(gateways.iso2.names, pa.string()), markets.iso2)
    market = market[gateways.iso2.codes]

    def of_markets(values: pa.Array) -> Places:
        texts = np.append(np.array(values.to_pylist(), dtype=object), "")
        return _places(texts[market].tolist())

    return {
        Level.ANY: Places(
            code={ANYWHERE: 0}, of_gateway=np.zeros(len(gateways), dtype=np.int64)
        ),
        Level.CONTINENT: of_markets(markets.continent),
        Level.CUSTOMS: of_markets(markets.customs_territory),
        Level.MARKET: _places([gateways.iso2[row] for row in range(len(gateways))]),
        Level.LOCODE: _places(gateways.locode.to_pylist()),
        Level.GATEWAY: _places(gateways.id.to_pylist()),
    }


def _places(names: list[str]) -> Places:
    code: dict[str, int] = {}
    for name in names:
        if name:
            code.setdefault(name, len(code))
    of_gateway = [code.get(name, -1) for name in names]
    return Places(code=code, of_gateway=np.array(of_gateway, dtype=np.int64))


def find_level(text: str, codes: Mapping[Level, Places]) -> tuple[Level, int]:
    """Return level and code of a place; a negative code if there is no such place."""
    for prefix, level in (
        (CUSTOMS_PREFIX, Level.CUSTOMS),
        (CONTINENT_PREFIX, Level.CONTINENT),
    ):
        if text.startswith(prefix):
            return level, codes[level].code.get(text.removeprefix(prefix), -1)
    for level in (Level.ANY, Level.GATEWAY, Level.LOCODE, Level.MARKET):
        if text in codes[level].code:
            return level, codes[level].code[text]
    return Level.ANY, -1
