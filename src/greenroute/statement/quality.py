"""Shares of primary, modelled and default data, by emissions and by activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from greenroute.rating.factors import DataType
from greenroute.statement import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityShares:
    """How good the data are.

    Attributes
    ----------
    by_emissions_pct
        Share of each data type in the emissions [%], adding up to 100; None without
        emissions. That of primary data is the `primaryDataShare` of PACT.
    by_activity_pct
        Share in the transport activity [%], likewise.
    """

    by_emissions_pct: Mapping[DataType, Decimal] | None
    by_activity_pct: Mapping[DataType, Decimal] | None

    @property
    def primary_data_share_pct(self) -> Decimal | None:
        """Share of primary data in the emissions [%]."""
        if self.by_emissions_pct is None:
            return None
        return self.by_emissions_pct[DataType.PRIMARY]


def quality_shares(
    kg_co2e: Mapping[DataType, Decimal], activity_tkm: Mapping[DataType, Decimal]
) -> QualityShares:
    """Return the shares of data types.

    Parameters
    ----------
    kg_co2e
        Emissions, well to wheel, by data type [kg CO2e].
    activity_tkm
        Transport activity by data type [t·km].

    References
    ----------
    .. [1] ISO 14083:2023, 13.4.3 and Annex M; PACT v3: primary data share is the share in
       the final value of the footprint.
    """
    return QualityShares(
        by_emissions_pct=_shares(kg_co2e), by_activity_pct=_shares(activity_tkm)
    )


def _shares(parts: Mapping[DataType, Decimal]) -> Mapping[DataType, Decimal] | None:
    shares = exact.shares_pct([parts.get(kind, Decimal(0)) for kind in DataType])
    return None if shares is None else dict(zip(DataType, shares, strict=True))
