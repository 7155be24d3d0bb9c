"""Intervals, comparisons and what may be said of them."""

import math

import numpy as np
import pytest

from chains import chains_of_text
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.factors import FactorSet
from greenroute.statement import (
    EmissionStatement,
    Wording,
    compare_emissions,
    emission_interval,
    emission_intervals,
    probability_lower,
    state_emissions,
    wording_of,
)


def state(text: str, factors: FactorSet) -> EmissionStatement:
    return state_emissions(chains_of_text(text), factors)


@pytest.mark.parametrize(
    ("probability", "wording"),
    [
        (1.0, Wording.LOWER),
        (0.90, Wording.LOWER),
        (0.89, Wording.LIKELY_LOWER),
        (0.66, Wording.LIKELY_LOWER),
        (0.65, Wording.NO_DIFFERENCE),
        (0.0, Wording.NO_DIFFERENCE),
    ],
)
def test_words_go_by_the_probability(probability: float, wording: Wording) -> None:
    assert wording_of(probability) is wording


def test_the_closed_form_knows_correlation() -> None:
    def p(correlation: float) -> float:
        return probability_lower(80, 100, gsd_a=1.3, gsd_b=1.3, correlation=correlation)

    # ln 1.25 / (ln 1.3 √2) = 0.6015; correlation 1/2 takes the √2 away: 0.8505.
    assert p(0) == pytest.approx(0.7262, abs=1e-4)
    assert p(0.5) == pytest.approx(0.8025, abs=1e-4)
    assert p(1) == 1.0
    assert probability_lower(100, 100, gsd_a=1.2, gsd_b=1.5) == 0.5
    assert probability_lower(100, 100, gsd_a=1, gsd_b=1) == 0.5


@pytest.mark.parametrize(
    "numbers",
    [
        {"a_kg": 0, "b_kg": 1, "gsd_a": 1.1, "gsd_b": 1.1},
        {"a_kg": 1, "b_kg": 1, "gsd_a": 0.9, "gsd_b": 1.1},
        {"a_kg": 1, "b_kg": 1, "gsd_a": 1.1, "gsd_b": 1.1, "correlation": 2},
    ],
)
def test_numbers_that_cannot_be_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(DataError, match="expected medians > 0"):
        probability_lower(**numbers)


ROAD = "S 1 road own 1000kg 1000km wtw=100 ttw=80 basis=sfd distance_source=measured"


def test_the_interval_of_one_factor_is_that_of_its_log_normal(
    factors: FactorSet,
) -> None:
    interval = emission_interval(state(ROAD, factors), draws=100_000)

    # 100 kg; 5 % and 95 % lie 1.645 ln 1.25 apart in the log
    assert interval.low_kg_co2e == pytest.approx(100 / 1.25**1.645, rel=0.01)
    assert interval.high_kg_co2e == pytest.approx(100 * 1.25**1.645, rel=0.01)


def test_elements_of_one_factor_err_together_and_others_do_not(
    factors: FactorSet,
) -> None:
    same = state(f"{ROAD}\n{ROAD.replace('S 1', 'S 2')}", factors)
    apart = state(
        f"{ROAD} source=a\n{ROAD.replace('S 1 road', 'S 2 rail')} source=b", factors
    )

    def spread(statement: EmissionStatement) -> float:
        interval = emission_interval(statement)
        return math.log(interval.high_kg_co2e / interval.low_kg_co2e)

    # Together: the spread of one. Apart: rail alone is wider, yet the sum is not.
    assert spread(same) == pytest.approx(2 * 1.645 * math.log(1.25), rel=0.03)
    assert spread(apart) < 2 * 1.645 * math.log(1.6) * 0.8


def test_the_same_mode_and_source_is_correlated(factors: FactorSet) -> None:
    def spread(source_b: str) -> float:
        statement = state(
            f"{ROAD} source=a\n"
            f"{ROAD.replace('S 1 road own', 'S 2 road other')} source={source_b}",
            factors,
        )
        interval = emission_interval(statement, draws=100_000)
        return math.log(interval.high_kg_co2e / interval.low_kg_co2e)

    # Two equal parts: a variance of (1 + rho) / 2 of one.
    one = 2 * 1.645 * math.log(1.25)
    assert spread("b") == pytest.approx(one * math.sqrt(0.5), rel=0.03)
    assert spread("a") == pytest.approx(one * math.sqrt(0.75), rel=0.03)


def test_a_distance_adds_an_error_of_its_own(factors: FactorSet) -> None:
    line = ROAD.replace("measured", "detour_factor") + " data_type=primary"
    interval = emission_interval(state(line, factors), draws=100_000)

    sigma = math.hypot(math.log(1.05), math.log(1.12))
    assert interval.high_kg_co2e == pytest.approx(
        100 * math.exp(1.645 * sigma), rel=0.01
    )


def test_errors_of_distances_even_out_over_lanes(factors: FactorSet) -> None:
    line = "S {n} road own 1000kg 1000km wtw=100 ttw=80 basis=sfd data_type=primary "
    line += "distance_source=detour_factor lane={lane}"

    def width(*, lanes: bool) -> float:
        text = "\n".join(line.format(n=n, lane=n if lanes else 0) for n in range(50))
        interval = emission_interval(state(text, factors))
        return interval.high_kg_co2e - interval.low_kg_co2e

    assert width(lanes=True) < width(lanes=False) / 2


def test_the_same_seed_gives_the_same_interval_whatever_the_order(
    factors: FactorSet,
) -> None:
    lines = [
        "S 1 road road-artic 1000kg 100km",
        "S 2 sea sea-container-8000 1000kg 9000km",
        "T 1 rail rail-freight 1000kg 500km",
    ]
    one = emission_interval(state("\n".join(lines), factors), seed=7)
    again = emission_interval(state("\n".join(lines[::-1]), factors), seed=7)
    other = emission_interval(state("\n".join(lines), factors), seed=8)

    assert one.low_kg_co2e == pytest.approx(again.low_kg_co2e, rel=1e-6)
    assert one.low_kg_co2e != other.low_kg_co2e
    assert (one.draws, one.seed) == (10_000, 7)


def test_intervals_go_by_what_elements_say(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 road road-artic 1000kg 100km
        S 2 sea sea-container-8000 1000kg 9000km
        T 1 road road-artic 1000kg 300km
        T 2 hub road-dock 1000kg
        """,
        factors,
    )

    table = emission_intervals(statement, "shipment_id").to_pylist()

    assert [row["shipment_id"] for row in table] == ["S", "T"]
    for row in table:
        assert row["low_kg_co2e"] < row["stated_kg_co2e"] < row["high_kg_co2e"]
    with pytest.raises(UnknownCategoryError, match="there is no column 'colour'"):
        emission_intervals(statement, "colour")


def test_a_comparison_agrees_with_the_closed_form(factors: FactorSet) -> None:
    a = state(f"{ROAD.replace('wtw=100 ttw=80', 'wtw=80 ttw=60')} source=a", factors)
    b = state(f"{ROAD.replace('road own', 'road other')} source=b", factors)

    found = compare_emissions(a, b, draws=100_000)

    expected = probability_lower(80, 100, gsd_a=1.25, gsd_b=1.25)
    assert found.probability_lower == pytest.approx(expected, abs=0.005)
    assert found.wording is Wording.LIKELY_LOWER


def test_a_factor_that_both_rest_on_cancels(factors: FactorSet) -> None:
    less = state(ROAD.replace("1000km", "999km"), factors)
    more = state(ROAD, factors)

    # 99.9 against 100 kg of one and the same factor: lower for sure.
    assert compare_emissions(less, more).probability_lower == 1.0


@pytest.mark.parametrize(
    "text", ["S 1 hub road-dock 1000kg", ROAD.replace("100 ", "0 ")]
)
def test_nothing_is_certain(text: str, factors: FactorSet) -> None:
    statement = state(text.replace("ttw=80", "ttw=0"), factors)

    interval = emission_interval(statement)

    assert (interval.low_kg_co2e, interval.high_kg_co2e) == (0.0, 0.0)
    assert compare_emissions(statement, statement).probability_lower == 0.5


def test_no_elements_emit_nothing(factors: FactorSet) -> None:
    statement = state("S 1 road nowhere 1000kg 100km", factors)

    assert statement.total.elements == 0
    assert emission_interval(statement).high_kg_co2e == 0.0
    assert emission_intervals(statement, "mode").num_rows == 0


def test_quantiles_are_of_the_stated_median(factors: FactorSet) -> None:
    table = emission_intervals(state(ROAD, factors), of="ttw_kg_co2e")

    assert np.asarray(table["stated_kg_co2e"]).tolist() == [80.0]


@pytest.mark.parametrize(
    ("option", "correlation"),
    [
        ("sea-container-8000-b30", 0.5 + 0.125**0.5),  # of its base
        ("sea-container-5000-7999", 0.5),  # of the same source
    ],
)
def test_a_fuel_is_compared_with_its_base_by_what_they_share(
    option: str, correlation: float, factors: FactorSet
) -> None:
    a, b = (
        state_emissions(chains_of_text(f"S 1 sea {toc} 1000kg 9000km lane=l1"), factors)
        for toc in (option, "sea-container-8000")
    )
    closed = probability_lower(
        float(a.total.wtw_kg_co2e),
        float(b.total.wtw_kg_co2e),
        gsd_a=1.5,
        gsd_b=1.5,
        correlation=correlation,
    )

    # One lane: its distance cancels. 10,000 draws have a standard error of 0.005.
    assert compare_emissions(a, b).probability_lower == pytest.approx(closed, abs=0.02)


def test_what_runs_on_one_grid_errs_together(factors: FactorSet) -> None:
    def spread(rail: str) -> float:
        chains = chains_of_text(f"""
            S 1 road road-artic-battery-DE       10000kg 1000km lane=l1
            S 2 rail rail-freight-electric-{rail} 30000kg 1000km lane=l2
        """)
        found = emission_interval(state_emissions(chains, factors), draws=20_000)
        return found.high_kg_co2e / found.low_kg_co2e

    # The intensities are near; only what is shared makes the interval wider.
    ratio = factors.wtw_g_per_tkm[
        [
            factors.ids.index(f"default-2026:rail:freight-train:electric:{area}")
            for area in ("DE", "KP")
        ]
    ]
    assert ratio[0] == pytest.approx(ratio[1], rel=0.1)
    assert spread("DE") > 1.01 * spread("KP")
