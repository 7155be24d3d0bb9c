"""Where a shipment starts and may end, as nodes of the network."""

from greenroute.errors import DataError
from greenroute.network.door import join_door
from greenroute.network.network import Network
from greenroute.network.places import Place
from greenroute.orders.shipment import Shipment


def join_ends(
    shipment: Shipment, network: Network
) -> tuple[Network, Place, list[Place]]:
    """Return the network with the places of a shipment joined to it, and these places.

    Raises
    ------
    DataError
        If a destination is the origin, or there is none.
    UnknownPlaceError
        If a place is not known.
    """
    origin = network.find_place(shipment.origin)
    if not shipment.destinations:
        msg = "destination is empty, expected a place or a set of places 'A;B;C'"
        raise DataError(msg)
    destinations = [network.find_place(text) for text in shipment.destinations]
    for place in destinations:
        if (place.lat, place.lon) == (origin.lat, origin.lon):
            msg = (
                f"origin {shipment.origin!r} and destination {place.text!r} are the same "
                f"place ({place.name}, {place.iso2}), expected two"
            )
            raise DataError(msg)
    network, origin = join_door(network, origin)
    joined = []
    for place in destinations:
        network, there = join_door(network, place)
        joined.append(there)
    return network, origin, joined
