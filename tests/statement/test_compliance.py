"""EU ETS and FuelEU Maritime."""

from decimal import Decimal

import pytest

from greenroute.errors import DataError
from greenroute.statement import ets_allowances, fueleu_balance


@pytest.mark.parametrize(
    ("year", "allowances"), [(2024, 800), (2025, 1400), (2026, 2000), (2031, 2000)]
)
def test_allowances_are_phased_in(year: int, allowances: int) -> None:
    # (1000 + 0.5 x 2000) x 40, 70, 100 %
    found = ets_allowances(year, intra_t=Decimal(1000), extra_t=Decimal(2000))

    assert found == allowances


def test_ships_were_not_in_the_scheme_before_2024() -> None:
    with pytest.raises(DataError, match="year is 2023, expected 2024 or later"):
        ets_allowances(2023, intra_t=Decimal(1), extra_t=Decimal(1))


def test_a_ship_below_the_target_pays_nothing() -> None:
    found = fueleu_balance(
        Decimal("89.0"), Decimal(1_000_000), target_g_per_mj=Decimal("89.3368")
    )

    assert found.balance_g_co2e == 336_800
    assert found.penalty_eur == 0
