"""Rounds, belly freight, containers, refrigerated goods."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Mode
from greenroute.statement import (
    Drop,
    Emissions,
    Load,
    exact,
    mass_of_teu_kg,
    reefer_intensity,
    share_by_mass,
    share_out,
    share_round,
    teu_of,
)

positive = st.decimals("0.001", 10_000, places=3, allow_nan=False)


def emissions(wtw: str, ttw: str) -> Emissions:
    return Emissions(wtw_kg_co2e=Decimal(wtw), ttw_kg_co2e=Decimal(ttw))


def test_a_round_is_shared_by_quantity_times_depot_distance() -> None:
    drops = [
        Drop(quantity=Decimal(2), depot_km=Decimal(30)),
        Drop(quantity=Decimal(1), depot_km=Decimal(60)),
        Drop(quantity=Decimal(4), depot_km=Decimal(20)),
    ]

    shares = share_round(emissions("100", "80"), drops)

    assert [drop.activity for drop in drops] == [60, 60, 80]
    assert [share.wtw_kg_co2e for share in shares] == [30, 30, 40]
    assert [share.ttw_kg_co2e for share in shares] == [24, 24, 32]


@settings(deadline=None)
@given(st.lists(positive, min_size=1, max_size=8), positive)
def test_shares_add_up_to_what_was_shared(keys: list[Decimal], kg: Decimal) -> None:
    shares = share_out(Emissions(wtw_kg_co2e=kg, ttw_kg_co2e=kg / 2), keys)

    assert exact.add(*(share.wtw_kg_co2e for share in shares)) == kg


@pytest.mark.parametrize("keys", [["0", "0"], ["-1", "2"]])
def test_keys_that_share_nothing_are_refused(keys: list[str]) -> None:
    with pytest.raises(DataError, match="expected numbers >= 0, not all 0"):
        share_out(emissions("1", "1"), [Decimal(key) for key in keys])


def test_a_drop_needs_a_distance() -> None:
    with pytest.raises(DataError, match="depot_km is 0, expected a number > 0"):
        Drop(quantity=Decimal(1), depot_km=Decimal(0))


def test_passengers_and_freight_are_shared_by_mass() -> None:
    cabin, belly = share_by_mass(
        emissions("1000", "800"), [Decimal(92_000), Decimal(8_000)]
    )

    assert [cabin.wtw_kg_co2e, belly.wtw_kg_co2e] == [920, 80]


def test_containers_count_in_teu() -> None:
    assert [teu_of(ft) for ft in (20, 40, 45)] == [1, 2, Decimal("2.25")]
    assert mass_of_teu_kg(teu_of(40)) == 20_000
    assert mass_of_teu_kg(Decimal(1), Load.HEAVY) == 14_500
    assert mass_of_teu_kg(Decimal(1), Load.LIGHT) == 6_000
    with pytest.raises(UnknownCategoryError, match="container_ft is 53"):
        teu_of(53)


def test_refrigerated_intensities_are_made_by_rail_and_road_only() -> None:
    assert reefer_intensity(Decimal(100), Mode.RAIL) == 112
    assert reefer_intensity(Decimal(100), Mode.ROAD) == Decimal("115.7")
    for mode in (Mode.SEA, Mode.AIR, Mode.INLAND_WATERWAY):
        with pytest.raises(UnknownCategoryError, match="expected an own intensity"):
            reefer_intensity(Decimal(100), mode)
