import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import DataError
from greenroute.orders.shipment import MAX_MASS_KG, Cargo, Shipment

READY = datetime(2026, 12, 1, 8, tzinfo=UTC)
DUE = datetime(2026, 12, 24, 8, tzinfo=UTC)


def shipment(**more: Any) -> Shipment:  # noqa: ANN401 - fields of any kind
    fields: dict[str, Any] = {"origin": "A", "destination": "B", "mass_kg": 1000.0}
    return Shipment(**(fields | more))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mass_kg": 0.0}, "mass_kg is 0, expected a number > 0 and <= 250,000,000"),
        ({"mass_kg": -5.0}, "mass_kg is -5"),
        ({"mass_kg": math.nan}, "mass_kg is nan"),
        ({"mass_kg": math.inf}, "mass_kg is inf"),
        ({"mass_kg": 3e8}, "mass_kg is 3e+08"),
        ({"volume_m3": 0.0}, "volume_m3 is 0, expected a number > 0 and <= 1,000,000"),
        ({"volume_m3": -1.0}, "volume_m3 is -1"),
        ({"volume_m3": math.nan}, "volume_m3 is nan"),
        ({"volume_m3": 0.01}, "is 1e+05 kg/m3, expected 1 to 22590: check the units"),
        ({"volume_m3": 2000.0}, "is 0.5 kg/m3, expected 1 to 22590: check the units"),
        ({"max_cost_usd": -1.0}, "max_cost_usd is -1, expected a number >= 0"),
        ({"max_cost_usd": math.nan}, "max_cost_usd is nan"),
        ({"max_wtw_kg_co2e": math.inf}, "max_wtw_kg_co2e is inf"),
        ({"due_at": DUE}, "due_at is given without ready_at, expected both"),
        (
            {"ready_at": DUE, "due_at": READY},
            "expected a time after ready_at 2026-12-24",
        ),
        ({"ready_at": READY, "due_at": READY}, "expected a time after ready_at"),
        (
            {"ready_at": READY, "due_at": DUE.replace(tzinfo=None)},
            "one of ready_at and due_at has a UTC offset, expected both or neither",
        ),
        ({"cargo": Cargo.DANGEROUS}, "un_number is None, expected UN and four digits"),
        (
            {"cargo": Cargo.DANGEROUS, "un_number": "3481"},
            "un_number is '3481', expected UN and four digits",
        ),
        (
            {"un_number": "UN3481"},
            "un_number UN3481 is given for cargo dry, expected dangerous",
        ),
    ],
)
def test_what_cannot_be_is_an_error(fields: dict[str, object], words: str) -> None:
    with pytest.raises(DataError) as caught:
        shipment(**fields)

    assert words in str(caught.value)


@given(st.floats())
def test_a_mass_is_accepted_if_and_only_if_it_can_be(mass_kg: float) -> None:
    possible = 0 < mass_kg <= MAX_MASS_KG
    try:
        shipment(mass_kg=mass_kg)
    except DataError:
        assert not possible
    else:
        assert possible


def test_a_shipment_may_say_everything() -> None:
    whole = shipment(
        volume_m3=4.0,
        cargo=Cargo.DANGEROUS,
        un_number="UN3481",
        ready_at=READY,
        due_at=DUE,
        max_cost_usd=0.0,
        max_wtw_kg_co2e=10.0,
    )

    assert whole.due_at == DUE


def test_a_destination_may_be_a_set() -> None:
    assert shipment(destination="NLRTM; BEANR;;").destinations == ("NLRTM", "BEANR")
    assert shipment(destination="Lyon, FR").destinations == ("Lyon, FR",)
    assert shipment(destination=" ; ").destinations == ()
