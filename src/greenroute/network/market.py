"""Markets: states and territories that goods are sold to, each with its trade hub."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Markets:
    """All markets of a network as columns, (n_markets,) each.

    Attributes
    ----------
    iso2
        ISO 3166-1 alpha-2, sorted.
    name
        Name for people.
    continent
        Two letters, as GeoNames has them (AF, AS, EU, NA, OC, SA).
    un_member
        Member state of the United Nations.
    customs_territory
        Goods pass freely inside one territory ("EU", "EAEU", "SACU"; else the market).
    hub
        Row of the main trade hub in the gateways table.
    """

    iso2: pa.Array
    name: pa.Array
    continent: pa.Array
    un_member: NDArray[np.bool_]
    customs_territory: pa.Array
    hub: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.hub)
