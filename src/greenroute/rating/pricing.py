"""Reads what prices need beside a tariff: exchange rates, carbon rules, rate cards."""

from dataclasses import dataclass
from pathlib import Path

from greenroute.network.network import Network
from greenroute.rating.carbon_cost import CarbonRules
from greenroute.rating.equipment_code import (
    DEFAULT_EQUIPMENT_CODES,
    read_equipment_codes,
)
from greenroute.rating.money import ExchangeTable, read_exchange
from greenroute.rating.rate_card import RateCards
from greenroute.rating.read_carbon_cost import read_carbon_rules
from greenroute.rating.read_rate_card import read_rate_cards
from greenroute.rating.tariff import Tariff
from greenroute.tables import data_folder

DEFAULT_EXCHANGE = "exchange-2026"
DEFAULT_CARBON_RULES = "carbon-costs-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """What prices need beside a tariff.

    Attributes
    ----------
    exchange
        Rates into USD.
    carbon_rules
        Parameters of what emissions cost by law.
    cards
        Rate cards of the user; None if there are none.
    """

    exchange: ExchangeTable
    carbon_rules: CarbonRules
    cards: RateCards | None


def read_pricing(
    tariff: Tariff,
    *,
    cards: Path | None = None,
    own_rates: Path | None = None,
    errors_to: Path | None = None,
    network: Network | None = None,
) -> Pricing:
    """Read the data sets in the package, and what the user brings along.

    Parameters
    ----------
    tariff
        Its equipment and TOCs are those that a card may name.
    cards
        Rate-card file.
    own_rates
        Table of exchange rates that replace those in the package.
    errors_to
        CSV file that gets all errors of the rate cards, if there are any.
    network
        Equipment that its lanes bring along may be named by the rate cards as well.

    Raises
    ------
    CorruptDataError
        If a file of a data set is missing or its digest differs.
    DataError
        If a file says something that cannot be.
    """
    data = data_folder()
    exchange = read_exchange(data / "money" / DEFAULT_EXCHANGE)
    if own_rates is not None:
        exchange = exchange.with_rates(own_rates)
    codes = read_equipment_codes(data / "cargo" / DEFAULT_EQUIPMENT_CODES)
    read = None
    if cards is not None:
        read = read_rate_cards(
            cards,
            tariff,
            exchange=exchange,
            equipment_codes=codes,
            errors_to=errors_to,
            lane_equipment=() if network is None else network.lanes.equipment.names,
        )
    return Pricing(
        exchange=exchange,
        carbon_rules=read_carbon_rules(data / "carbon-costs" / DEFAULT_CARBON_RULES),
        cards=read,
    )
