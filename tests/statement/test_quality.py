"""Shares of data types."""

from decimal import Decimal

from greenroute.rating.factors import DataType
from greenroute.statement.quality import quality_shares

PRIMARY, MODELLED, DEFAULT = DataType


def test_shares_go_by_emissions_and_by_activity() -> None:
    shares = quality_shares(
        {PRIMARY: Decimal(1), DEFAULT: Decimal(2)},
        {PRIMARY: Decimal(30), MODELLED: Decimal(10)},
    )

    assert shares.by_emissions_pct == {
        PRIMARY: Decimal("33.3333"),
        MODELLED: Decimal(0),
        DEFAULT: Decimal("66.6667"),
    }
    assert shares.by_activity_pct == {
        PRIMARY: Decimal(75),
        MODELLED: Decimal(25),
        DEFAULT: Decimal(0),
    }
    assert shares.primary_data_share_pct == Decimal("33.3333")


def test_nothing_has_no_shares() -> None:
    shares = quality_shares({PRIMARY: Decimal(0)}, {})

    assert shares.by_emissions_pct is None
    assert shares.by_activity_pct is None
    assert shares.primary_data_share_pct is None
