"""From energy to emissions: carriers, blends, hubs, ship fuels."""

from decimal import Decimal

import pytest

from factor_folders import SETS, rows_of
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.energy_carrier import parse_energy
from greenroute.statement import (
    EnergyCarrier,
    EnergyFactor,
    EnergyShare,
    EnergyUse,
    Feedstock,
    ShipFuel,
    blend,
    energy_emissions,
    factor_per_kg,
    hub_intensity,
    read_carriers,
)

DIESEL = EnergyFactor(wtw_kg_co2e=Decimal("3.2"), ttw_kg_co2e=Decimal("2.6"))
POWER = EnergyFactor(wtw_kg_co2e=Decimal("0.2"), ttw_kg_co2e=Decimal(0))


def test_empty_running_and_leaks_count() -> None:
    uses = [
        EnergyUse(amount=Decimal(80), factor=DIESEL),  # loaded
        EnergyUse(amount=Decimal(20), factor=DIESEL),  # empty
    ]

    found = energy_emissions(uses, leak_kg_co2e=Decimal(5))

    assert found.wtw_kg_co2e == 325  # 100 l x 3.2 + 5
    assert found.ttw_kg_co2e == 265
    assert found.wtt_kg_co2e == 60


def test_a_hub_shares_its_energy_over_what_leaves_it() -> None:
    uses = [
        EnergyUse(amount=Decimal(10_000), factor=POWER),
        EnergyUse(amount=Decimal(500), factor=DIESEL),
    ]

    found = hub_intensity(uses, Decimal(4_000), leak_kg_co2e=Decimal(400))

    assert found.wtw_kg_co2e == 1  # (2000 + 1600 + 400) / 4000 t
    assert found.ttw_kg_co2e == Decimal("0.425")  # (0 + 1300 + 400) / 4000 t
    with pytest.raises(DataError, match="outgoing_t is 0"):
        hub_intensity(uses, Decimal(0))


def test_a_blend_goes_by_energy_share() -> None:
    found = blend([(Decimal("0.75"), DIESEL), (Decimal("0.25"), POWER)])

    assert found.wtw_kg_co2e == Decimal("2.45")
    assert found.ttw_kg_co2e == Decimal("1.95")
    with pytest.raises(DataError, match=r"add up to 0\.9, expected 1"):
        blend([(Decimal("0.9"), DIESEL)])


def test_an_energy_cell_names_one_carrier_or_a_blend() -> None:
    (one,) = parse_energy("Aviation fuel")
    first, second = parse_energy("Diesel:0.93; HVO:0.07")

    assert (one.carrier, one.share) == (EnergyCarrier.AVIATION_FUEL, Decimal(1))
    assert (first.carrier, first.share) == (EnergyCarrier.DIESEL, Decimal("0.93"))
    assert (second.carrier, second.share) == (EnergyCarrier.HVO, Decimal("0.07"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Diesel:0.9;HVO:0.2", "add up to 1, not 1.1"),
        ("Diesel:0.5;Diesel:0.5", "each carrier once"),
        ("Diesel:x;HVO:0.5", "expected a share > 0 and <= 1 in 'Diesel:x'"),
        ("Diesel:0;HVO:1", "expected a share > 0 and <= 1 in 'Diesel:0'"),
    ],
)
def test_a_blend_that_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_energy(text)


def test_an_unknown_carrier_is_refused() -> None:
    with pytest.raises(UnknownCategoryError, match="energy is 'coal', expected one of"):
        parse_energy("coal")


def test_slip_counts_as_methane() -> None:
    # A tenth of the fuel escapes: 0.9 x 2.75 + 0.1 x 28.
    fuel = ShipFuel(
        co2_kg=Decimal("2.75"),
        ch4_kg=Decimal(0),
        n2o_kg=Decimal(0),
        slip=Decimal("0.1"),
    )

    assert fuel.ttw_kg_per_kg(ch4_gwp=Decimal(28), n2o_gwp=Decimal(265)) == Decimal(
        "5.275"
    )


def test_factors_by_energy_become_factors_by_mass() -> None:
    jet = factor_per_kg(
        Decimal("43.1"), wtt_g_per_mj=Decimal(15), ttw_g_per_mj=Decimal(74)
    )

    assert jet.wtw_kg_co2e == Decimal("3.8359")
    assert jet.ttw_kg_co2e == Decimal("3.1894")


def test_a_carrier_may_say_what_it_is_made_from_and_where() -> None:
    (power,) = parse_energy("Electric/Grid/DE")
    fossil, bio = parse_energy("HFO:0.7;Diesel/Cooking oil:0.3")

    assert (power.carrier, power.feedstock, power.area) == ("Electric", "Grid", "DE")
    assert (fossil.feedstock, fossil.share) == (None, Decimal("0.7"))
    assert (bio.carrier, bio.feedstock, bio.area) == ("Diesel", "Cooking oil", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Diesel/Beet", "feedstock is 'Beet', expected one of Fossil, "),
        ("Electric/Grid/Germany", "expected carrier, carrier/feedstock or"),
        ("Electric/Grid/DE/x", "expected carrier, carrier/feedstock or"),
        ("HVO/Cooking oil:0.4;HVO/Cooking oil:0.6", "expected each carrier once"),
    ],
)
def test_what_a_carrier_cannot_be_made_from_is_refused(text: str, message: str) -> None:
    with pytest.raises((DataError, UnknownCategoryError), match=message):
        parse_energy(text)


def test_the_carriers_of_the_package_stand_for_every_mode() -> None:
    carriers = read_carriers()

    assert set(carriers.of_mode) == {
        *("sea", "air", "rail", "road", "inland_waterway", "hub")
    }
    for shares in carriers.of_mode.values():
        for share in shares:
            factor = carriers.find(share).factor
            assert 0 <= factor.ttw_kg_co2e <= factor.wtw_kg_co2e
    # 2.58354 + 0.61101 kg/l, DESNZ 2026
    (diesel,) = map(carriers.find, parse_energy("Diesel"))
    assert (diesel.unit, diesel.factor.wtw_kg_co2e) == ("l", Decimal("3.19455"))
    assert diesel.feedstock is Feedstock.FOSSIL


def test_bio_fuels_have_the_figures_that_options_are_computed_with() -> None:
    given = {
        row["parameter"]: Decimal(row["value"])
        for row in rows_of(SETS / "default-2026" / "parameters.csv")
    }
    carriers = read_carriers()
    hvo, fame, saf = (
        carriers.find(parse_energy(f"{name}/Cooking oil")[0]).factor
        for name in ("HVO", "Diesel", "Aviation fuel")
    )
    to_ar5 = given["gwp_ch4_ar5"] / given["gwp_ch4_ar4"]

    # 34 MJ/l x 16 g/MJ x 28/25 = 609.28 g/l
    assert hvo.ttw_kg_co2e == given["hvo_ttw_kg_per_l"]
    assert (hvo.wtw_kg_co2e - hvo.ttw_kg_co2e) * 1000 == (
        given["hvo_mj_per_l"] * given["hvo_provision_g_per_mj"] * to_ar5
    )
    # 0.00005 x 28 + 0.00018 x 265 = 0.0491 kg/kg
    assert fame.ttw_kg_co2e == Decimal("0.0491")
    assert (fame.wtw_kg_co2e - fame.ttw_kg_co2e) * 1000 == (
        given["fame_mj_per_kg"] * given["fame_provision_g_per_mj"] * to_ar5
    )
    # 74 g/MJ x 44 MJ/kg x 0.0080939, the share of N2O; 44 x 13.9 of provision
    assert float(saf.ttw_kg_co2e) == pytest.approx(0.0263538, abs=1e-7)
    assert float(saf.wtw_kg_co2e - saf.ttw_kg_co2e) == pytest.approx(0.6116)


def test_electricity_is_that_of_its_area() -> None:
    carriers = read_carriers()
    (germany,) = map(carriers.find, parse_energy("Electric/Grid/DE"))
    row = next(
        row for row in rows_of(SETS / "grid-2026" / "grid.csv") if row["iso2"] == "DE"
    )

    assert germany.unit == "kWh"
    assert germany.factor.wtw_kg_co2e * 1000 == Decimal(row["wtw_g_per_kwh"])
    assert germany.factor.ttw_kg_co2e == 0
    with pytest.raises(UnknownCategoryError, match="'Electric/Grid/XX'"):
        carriers.find(parse_energy("Electric/Grid/XX")[0])


def test_a_bio_fuel_needs_a_feedstock_or_the_value_of_its_batch() -> None:
    share = EnergyShare(carrier=EnergyCarrier.HVO, share=Decimal(1))

    with pytest.raises(UnknownCategoryError, match="has no energy carrier 'HVO'"):
        read_carriers().find(share)
