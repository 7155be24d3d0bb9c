import pytest

from greenroute.rating.read import Rates


@pytest.mark.parametrize(
    ("un_number", "may_fly"),
    [
        ("UN3480", (False, True)),  # lithium ion batteries alone: cargo aircraft only
        ("UN3090", (False, True)),  # lithium metal batteries alone: likewise
        ("UN3481", (True, True)),  # ... in equipment
        ("UN3091", (True, True)),
        ("UN1001", (False, True)),  # acetylene
        ("UN1017", (False, False)),  # chlorine
        ("UN1051", (False, False)),  # hydrogen cyanide
        ("UN2800", (True, True)),  # sealed lead batteries
    ],
)
def test_the_table_says_which_aircraft_may_carry_what(
    rates: Rates, un_number: str, may_fly: tuple[bool, bool]
) -> None:
    entry = rates.dangerous.find(un_number)

    assert (entry.passenger_aircraft, entry.cargo_aircraft) == may_fly
    assert entry.source
    assert entry.limits
