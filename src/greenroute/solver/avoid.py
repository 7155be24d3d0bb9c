"""What a route must not use: passages, modes, services, markets, embargoes, gateways."""

from collections.abc import Collection

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.embargo import embargoed
from greenroute.network.lane import Mode
from greenroute.network.network import Network
from greenroute.network.places import Place

#: Before the name of a service of lanes, and of an embargo.
SERVICE, EMBARGO = "service:", "embargo:"


def leave_out(
    network: Network, avoid: Collection[str], ends: tuple[Place, ...]
) -> tuple[Network, NDArray[np.bool_]]:
    """Return the network with passages closed, and which of its lanes may be used.

    Parameters
    ----------
    avoid
        Passages, modes, `service:NAME`, `embargo:LIST`, markets (ISO2), or places.
    ends
        Places that the shipment starts and ends at.

    Raises
    ------
    DataError
        If an end is in what is to be avoided.
    UnknownCategoryError, UnknownPlaceError
        For a name that is none of these.
    """
    passages = {passage.name for passage in network.passages}
    network = network.close([name for name in avoid if name in passages])
    lanes, gateways = network.lanes, network.gateways
    shunned = np.zeros(len(gateways), dtype=np.bool_)
    usable = np.ones(len(lanes), dtype=np.bool_)
    markets = set(gateways.iso2.names)
    for name in avoid:
        if name in passages:
            continue
        if name in set(Mode):
            usable &= ~lanes.is_mode(Mode(name))
        elif name.startswith(SERVICE):
            usable &= ~_of_service(network, name.removeprefix(SERVICE))
        elif name.startswith(EMBARGO):
            shunned |= gateways.iso2.mask(embargoed(name.removeprefix(EMBARGO)))
        elif name.upper() in markets:
            shunned |= gateways.iso2.mask(frozenset({name.upper()}))
        else:
            shunned[sorted(nodes_at(network, name))] = True
    for place in ends:
        if shunned[place.node]:
            msg = (
                f"avoid names {place.iso2} or a gateway in it, but {place.text!r} "
                f"({place.name}) is where the shipment starts or ends"
            )
            raise DataError(msg)
    return network, usable & ~shunned[lanes.origin] & ~shunned[lanes.destination]


def nodes_at(network: Network, text: str) -> frozenset[int]:
    """Return the gateways that stand for a place: its node and those of its LOCODE."""
    place = network.find_place(text)
    code = text.strip().upper()
    same = np.asarray(pc.equal(network.gateways.locode, code))
    rows = set(np.flatnonzero(same).tolist())
    if place.node >= 0:
        rows.add(place.node)
    if not rows:
        msg = f"{text!r} ({place.name}) is no gateway or city of the network"
        raise DataError(msg)
    return frozenset(rows)


def _of_service(network: Network, name: str) -> NDArray[np.bool_]:
    service = network.lanes.service
    if name not in service.names:
        msg = (
            f"the network has no service {name!r}; there are {len(service.names)}, "
            f"like {', '.join([s for s in service.names if s][:5])}"
        )
        raise UnknownCategoryError(msg)
    return service.mask(frozenset({name}))
