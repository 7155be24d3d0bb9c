import pytest

from greenroute.errors import UnknownCategoryError
from greenroute.orders.shipment import Cargo, Shipment
from greenroute.rating.cargo import size_cargo
from greenroute.rating.read import Rates


def test_a_volume_that_is_not_given_is_assumed_and_said_so(rates: Rates) -> None:
    cargo = size_cargo(Shipment(origin="A", destination="B", mass_kg=12_000), rates)

    assert cargo.volume_m3 == pytest.approx(48.0)  # 12,000 kg / 250 kg/m3
    assert cargo.assumed == ("volume_m3",)


def test_a_volume_that_is_given_is_kept(rates: Rates) -> None:
    shipment = Shipment(origin="A", destination="B", mass_kg=12_000, volume_m3=60)

    cargo = size_cargo(shipment, rates)

    assert cargo.volume_m3 == 60
    assert cargo.assumed == ()


def test_an_unknown_un_number_names_near_ones_and_the_file(rates: Rates) -> None:
    shipment = Shipment(
        origin="A",
        destination="B",
        mass_kg=100,
        cargo=Cargo.DANGEROUS,
        un_number="UN3482",
    )

    with pytest.raises(UnknownCategoryError) as error:
        size_cargo(shipment, rates)
    message = str(error.value)

    assert message.startswith("un_number is 'UN3482', expected one of the 27 in ")
    assert "un_numbers.csv; near ones are " in message
    assert "UN3480 (Lithium ion batteries)" in message
