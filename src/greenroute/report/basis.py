"""What a frontier rests on besides the shipment."""

from dataclasses import dataclass

from greenroute.network.calendar import OpeningHours
from greenroute.network.network import Network
from greenroute.rating.charges import Charges
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
    max_transfers, on_time
        Most changes between main runs; least probability of arriving by the due date.
    opening_hours
        Hours of gateways and customs that are kept.
    charges
        Rate cards, carbon costs and holding costs that count.
    """

    network: Network
    rates: Rates
    via: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    max_transfers: int | None = None
    on_time: float | None = None
    opening_hours: OpeningHours | None = None
    charges: Charges | None = None

    def closed_network(self) -> Network:
        """Return the network with the passages closed that were to avoid."""
        passages = {passage.name for passage in self.network.passages}
        return self.network.close([name for name in self.avoid if name in passages])
