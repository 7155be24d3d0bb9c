"""What a frontier rests on besides the shipment."""

from dataclasses import dataclass

from greenroute.network.network import Network
from greenroute.rating.read import Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a frontier rests on besides the shipment.

    Attributes
    ----------
    network, rates
        What can carry it, and what that costs.
    via, avoid
        Places to pass; passages, modes, markets or places not used.
    options
        Fuels, vehicles and speeds besides the usual ones.
    """

    network: Network
    rates: Rates
    via: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def closed_network(self) -> Network:
        """Return the network with the passages closed that were to avoid."""
        passages = {passage.name for passage in self.network.passages}
        return self.network.close([name for name in self.avoid if name in passages])
