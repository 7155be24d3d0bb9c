"""Ledgers B and C change nothing in ledger A."""

from decimal import Decimal

import pytest

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.statement import MarketInstruments, RetiredAttribute
from greenroute.statement.market import market_result

A = {Mode.AIR: Decimal(10_000), Mode.ROAD: Decimal(2_000)}
TOTAL = Decimal(12_000)


def retired(
    kg: int, mode: Mode = Mode.AIR, *, serials: tuple[int, int] = (1, 10), **other: str
) -> RetiredAttribute:
    about = {"registry": "R", "batch": "B1", "tier": "shipper"} | other
    return RetiredAttribute(
        mode=mode,
        kg_co2e=Decimal(kg),
        first_serial=serials[0],
        last_serial=serials[1],
        **about,
    )


def test_retired_attributes_lower_ledger_b_of_their_mode() -> None:
    result = market_result(A, TOTAL, MarketInstruments(attributes=(retired(4_000),)))

    assert result.market_based_kg_co2e == 8_000
    assert result.applied_kg_co2e == {Mode.AIR: 4_000}
    assert result.surplus_kg_co2e == {}


def test_a_surplus_goes_to_no_other_mode() -> None:
    result = market_result(A, TOTAL, MarketInstruments(attributes=(retired(11_000),)))

    assert result.market_based_kg_co2e == 2_000  # all air, and no road
    assert result.surplus_kg_co2e == {Mode.AIR: 1_000}


def test_an_attribute_of_a_mode_that_did_not_run_counts_for_nothing() -> None:
    attributes = (retired(500, Mode.SEA),)

    result = market_result(A, TOTAL, MarketInstruments(attributes=attributes))

    assert result.market_based_kg_co2e == TOTAL
    assert result.surplus_kg_co2e == {Mode.SEA: 500}


def test_offsets_are_told_and_never_subtracted() -> None:
    instruments = MarketInstruments(
        attributes=(retired(4_000),), offsets_kg_co2e=Decimal(6_000)
    )

    result = market_result(A, TOTAL, instruments)

    assert result.market_based_kg_co2e == 8_000
    assert result.offsets_kg_co2e == 6_000


def test_without_attributes_there_is_no_market_based_result() -> None:
    assert market_result(A, TOTAL, MarketInstruments()).market_based_kg_co2e is None


def test_a_unit_is_retired_once_per_tier() -> None:
    first, overlapping = retired(10), retired(10, serials=(10, 20))

    with pytest.raises(
        DataError, match=r"units 10 to 20 of batch 'B1' .* retired twice"
    ):
        market_result(A, TOTAL, MarketInstruments(attributes=(first, overlapping)))


@pytest.mark.parametrize(
    "other",
    [
        retired(10, serials=(11, 20)),
        retired(10, tier="carrier"),
        retired(10, batch="B2"),
        retired(10, registry="Q"),
    ],
)
def test_other_units_and_tiers_may_be_retired_as_well(other: RetiredAttribute) -> None:
    instruments = MarketInstruments(attributes=(retired(10), other))

    assert market_result(A, TOTAL, instruments).market_based_kg_co2e == TOTAL - 20


def test_an_attribute_that_cannot_be_is_refused() -> None:
    with pytest.raises(DataError, match="kg_co2e is -1"):
        retired(-1)
    with pytest.raises(DataError, match="first_serial is 5 after last_serial 4"):
        retired(1, serials=(5, 4))
