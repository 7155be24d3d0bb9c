"""Reads the rates: tariff, factor set and dangerous goods table."""

from dataclasses import dataclass
from pathlib import Path

from greenroute.rating.dangerous import DangerousGoods, read_dangerous
from greenroute.rating.factors import FactorSet
from greenroute.rating.options import Options, join_options, price_options
from greenroute.rating.read_factors import read_factors
from greenroute.rating.read_options import read_option_tocs
from greenroute.rating.read_tariff import read_tariff
from greenroute.rating.tariff import Tariff
from greenroute.tables import data_folder

DEFAULT_TARIFF = "default-2026"
DEFAULT_FACTORS = "default-2026"
DEFAULT_DANGEROUS = "dangerous-goods-2026"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What a leg costs: money, hours, carbon.

    Attributes
    ----------
    tariff
        Prices and hours.
    factors
        Emission intensities.
    dangerous
        Dangerous goods by UN number.
    options
        Fuels, vehicles and speeds that lanes may run on besides their usual ones.
    """

    tariff: Tariff
    factors: FactorSet
    dangerous: DangerousGoods
    options: Options


def read_rates(
    tariff: Path | str | None = None, factors: Path | str | None = None
) -> Rates:
    """Read rates; without folders, the sets in the package.

    Parameters
    ----------
    tariff
        Folder with `tariff.toml` and its tables.
    factors
        Folder with `factors.toml` and its tables.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be; all its errors are named.
    """
    data = data_folder()
    if tariff is None:
        tariff = data / "tariffs" / DEFAULT_TARIFF
    if factors is None:
        factors = data / "factors" / DEFAULT_FACTORS
    prices, intensities = read_tariff(Path(tariff)), read_factors(Path(factors))
    options = join_options(prices.options, read_option_tocs(Path(factors)))
    return Rates(
        tariff=price_options(prices, options),
        factors=intensities,
        dangerous=read_dangerous(data / "cargo" / DEFAULT_DANGEROUS),
        options=options,
    )
