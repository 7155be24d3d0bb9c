"""A statement in a terminal."""

import pytest
from rich.console import Console

from chains import chains_of_text
from greenroute.rating.read import read_rates
from greenroute.report import statement_table
from greenroute.statement import EmissionStatement, emission_interval, state_emissions

FACTORS = read_rates().factors
CHAINS = """
    S 1   road road-artic 12000kg 300km departs_at=2026-03-01
    S 2<1 hub  port-container-terminal 12000kg
    S 3<2 sea  sea-container-8000 12000kg 9000km
"""


def page(statement: EmissionStatement, *, width: int = 120) -> list[str]:
    console = Console(width=width, no_color=True, force_terminal=False)
    with console.capture() as capture:
        interval = emission_interval(statement)
        for part in statement_table(statement, interval, width=width):
            console.print(part)
    return [line.rstrip() for line in capture.get().splitlines()]


def state(text: str = CHAINS) -> EmissionStatement:
    return state_emissions(chains_of_text(text), FACTORS)


def test_the_page_has_total_modes_and_legs() -> None:
    lines = page(state())

    assert lines[0] == "1 shipment, 3 elements, 112,000 t·km"
    assert lines[1].startswith("2,290 kg CO2e well to wheel, 5-95 %: ")
    assert "by mode     t·km       kg CO2e  operation  g/(t·km)    share" in lines
    assert "sea      108,000         1,930      1,570      17.9   84.1 %" in lines
    assert "road       3,600           364        296       101   15.9 %" in lines
    assert "hubs           –  not included          –         –        –" in lines
    (leg,) = (line for line in lines if "sea-container-8000" in line)
    assert leg.split()[:6] == ["3", "sea", "sea-container-8000", "9,000", "sfd", "17.9"]
    (hub,) = (line for line in lines if "  port-container-terminal" in line)
    assert hub.split() == ["2", "hub", "port-container-terminal", "not", "included"]


def test_the_page_says_what_other_vehicles_run_on_and_which_factors_are_used() -> None:
    statement = state("""
        S 1 road road-artic-battery-DE  12000kg 300km
        S 2 sea  sea-container-8000-b30 12000kg 9000km
        S 3 air  air-belly-long-haul    12000kg 5000gcd
    """)
    lines = page(statement)
    legs = {line.split()[0]: line for line in lines if line.startswith("  ")}

    assert legs["1"].split("modelled")[1].strip() == "Electric DE"
    assert legs["2"].split("modelled")[1].strip() == (
        "HFO 70 %, Diesel of cooking oil 30 %"
    )
    assert legs["3"].endswith("default")
    # 3,600 tkm x 1.05 x 72.9 g
    (factor,) = (line for line in lines if line.endswith("not stated      276"))
    assert factor.split()[0].endswith(":battery:DE")
    assert all(
        any(line.startswith(factor.factor_id) for line in lines)
        for factor in statement.factors
    )


def test_what_is_left_out_is_said() -> None:
    text = " ".join(page(state()))

    assert "hub emissions not included: no value is known for 1 hub operation" in text
    assert "who pays the transport?" in text


@pytest.mark.parametrize("width", [60, 80, 96, 200])
def test_the_page_fits_the_terminal(width: int) -> None:
    assert max(len(line) for line in page(state(), width=width)) <= width


def test_many_elements_are_told_by_their_largest_shipments() -> None:
    text = "\n".join(f"S{n:02} 1 road road-artic 1000kg {n}km" for n in range(1, 60))

    lines = page(state(text))

    assert lines[0].startswith("59 shipments, 59 elements")
    heading = next(i for i, line in enumerate(lines) if line.startswith("largest"))
    assert lines[heading + 1].startswith("S59")
    assert len([line for line in lines if line.startswith("S")]) == 10


def test_incomplete_shipments_are_named_as_such() -> None:
    statement = state(f"{CHAINS}\nT 1 road road-artic -1kg 300km")

    assert "Incomplete: 1 shipment, of which rows with errors were left out." in page(
        statement
    )


def test_a_statement_of_nothing_is_a_page_too() -> None:
    assert page(state("S 1 road road-artic -1kg 300km"))[0].startswith("0 shipments")
