"""Intervals by hand and against draws."""

import numpy as np
import pytest

from greenroute.rating.factor_error import loadings
from greenroute.rating.factors import FactorSet
from greenroute.rating.interval import Terms, interval_kg, interval_of_terms
from greenroute.rating.read import Rates

ROAD = "desnz-2026:road:artic-over-33t-diesel-dry-avg-laden"
DRAYAGE = "desnz-2026:road:hgv-all-diesel-dry-avg-laden"
RAIL = "desnz-2026:rail:freight-train"
SEA = "desnz-2026:sea:container-8000+"
FEEDER = "desnz-2026:sea:container-0-999"
AIR = "desnz-2026:air:freight-long-haul-international-without-rf"


def matrix(factors: FactorSet, *totals: dict[str, float]) -> np.ndarray:
    kg = np.zeros((len(totals), len(factors.ids)))
    for row, total in enumerate(totals):
        for factor_id, amount in total.items():
            kg[row, factors.ids.index(factor_id)] = amount
    return kg


def test_the_interval_of_one_factor_is_its_log_normal(rates: Rates) -> None:
    low, high = interval_kg(matrix(rates.factors, {ROAD: 100.0}), rates.factors)

    # GSD 1.25: 100 x 1.25^-1.645 and 100 x 1.25^1.645
    assert low[0] == pytest.approx(69.28, abs=0.01)
    assert high[0] == pytest.approx(144.34, abs=0.01)


def test_legs_on_one_factor_err_together(rates: Rates) -> None:
    low, high = interval_kg(
        matrix(rates.factors, {ROAD: 100.0}, {ROAD: 300.0}), rates.factors
    )

    assert low[1] == pytest.approx(3 * low[0])
    assert high[1] == pytest.approx(3 * high[0])


def test_independent_factors_make_a_total_surer(rates: Rates) -> None:
    low, high = interval_kg(
        matrix(rates.factors, {SEA: 200.0}, {SEA: 100.0, RAIL: 100.0}), rates.factors
    )

    assert high[1] / low[1] < high[0] / low[0]


def test_a_family_is_less_sure_than_strangers(rates: Rates) -> None:
    kg = matrix(rates.factors, {SEA: 100.0, FEEDER: 100.0}, {SEA: 100.0, FEEDER: 100.0})
    low, high = interval_kg(kg, rates.factors)
    strangers = interval_kg(
        matrix(rates.factors, {SEA: 100.0, RAIL: 100.0}), rates.factors
    )

    # Rail has the wider spread of the two (1.6 against 1.5), and still:
    assert high[0] / low[0] > strangers[1][0] / strangers[0][0]


def test_nothing_has_an_interval_of_nothing(rates: Rates) -> None:
    low, high = interval_kg(matrix(rates.factors, {}, {ROAD: 1.0}), rates.factors)

    assert (low[0], high[0]) == (0.0, 0.0)
    assert interval_kg(matrix(rates.factors, {}), rates.factors)[0].tolist() == [0.0]


def test_terms_of_a_total_add_up_in_any_order(rates: Rates) -> None:
    ids = rates.factors.ids
    sea, road = ids.index(SEA), ids.index(ROAD)
    terms = Terms(
        total=np.array([2, 0, 2, 2, 0]),
        factor=np.array([road, sea, sea, road, sea]),
        kg=np.array([30.0, 40.0, 100.0, 20.0, 0.0]),
        variance=np.array([0.1, 0.0, 0.01, 0.2, 0.3]),
    )
    kg = matrix(rates.factors, {SEA: 40.0}, {}, {SEA: 100.0, ROAD: 50.0})
    distance = np.zeros_like(kg)
    # (30² x 0.1 + 20² x 0.2) / 50²
    distance[2, [sea, road]] = 0.01, 0.068

    found = interval_of_terms(terms, 3, rates.factors)

    expected = interval_kg(kg, rates.factors, distance=distance)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert found[0][1] == found[1][1] == 0


HVO = "default-2026:road:artic-over-33t-diesel-dry-avg-laden:hvo"
BATTERY_DE = "default-2026:road:artic-over-33t-diesel-dry-avg-laden:battery:DE"
DRAYAGE_HVO = "default-2026:road:hgv-all-diesel-dry-avg-laden:hvo"
ELECTRIC_DE = "default-2026:rail:freight-train:electric:DE"
ELECTRIC_FR = "default-2026:rail:freight-train:electric:FR"
SLOW = "default-2026:sea:container-8000+:slow"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (ROAD, DRAYAGE, 0.5),  # family
        (ROAD, RAIL, 0.0),
        (ROAD, HVO, 0.5 + 0.25**0.5 * 0.5**0.5),  # family and base
        (SEA, SLOW, 0.5 + 0.25**0.5 * 0.5**0.5),
        (HVO, BATTERY_DE, 0.75),  # family and base, each of it a half of a half
        (HVO, DRAYAGE_HVO, 0.75),  # family and fuel
        (BATTERY_DE, ELECTRIC_DE, 0.25),  # electricity
        (BATTERY_DE, ELECTRIC_FR, 0.0),
        (HVO, DRAYAGE, 0.5),
    ],
)
def test_factors_err_together_in_what_they_share(
    a: str, b: str, expected: float, rates: Rates
) -> None:
    factors = rates.factors
    errors = [factors.error_of(factors.ids.index(name)) for name in (a, b)]
    correlation = loadings(errors, factors.correlation).correlation()

    assert correlation[0, 1] == pytest.approx(expected)
    np.testing.assert_allclose(np.diag(correlation), 1)


def test_the_base_need_not_be_among_them(rates: Rates) -> None:
    factors = rates.factors
    names = (HVO, BATTERY_DE, ROAD)
    errors = [factors.error_of(factors.ids.index(name)) for name in names]
    without = loadings(errors[:2], factors.correlation).correlation()
    with_base = loadings(errors, factors.correlation).correlation()

    np.testing.assert_allclose(without, with_base[:2, :2])


def drawn_interval(
    factors: FactorSet,
    total: dict[str, float],
    *,
    distance_gsd: float = 1.0,
    draws: int = 200_000,
) -> tuple[float, float]:
    """Return the 5-95 % interval of a total by drawing every factor and distance."""
    rows = [factors.ids.index(factor_id) for factor_id in total]
    sigma = np.log(factors.gsd[rows])
    errors = [factors.error_of(row) for row in rows]
    correlation = loadings(errors, factors.correlation).correlation()
    random = np.random.default_rng(7)
    normal = random.multivariate_normal(
        np.zeros(len(rows)), correlation * np.outer(sigma, sigma), size=draws
    )
    normal += np.log(distance_gsd) * random.standard_normal((draws, len(rows)))
    sums = (np.array(list(total.values())) * np.exp(normal)).sum(axis=1)
    low, high = np.quantile(sums, [0.05, 0.95])
    return float(low), float(high)


@pytest.mark.parametrize("distance_gsd", [1.0, 1.03, 1.3])
@pytest.mark.parametrize(
    "total",
    [
        {SEA: 4000.0, FEEDER: 800.0, ROAD: 500.0, DRAYAGE: 60.0},
        {RAIL: 4500.0, DRAYAGE: 100.0},
        {SEA: 2000.0, RAIL: 2000.0},
        {AIR: 70_000.0, SEA: 1500.0, ROAD: 200.0},
        {RAIL: 100.0, ROAD: 100.0, SEA: 100.0, FEEDER: 100.0, AIR: 100.0},
        {BATTERY_DE: 100.0, ELECTRIC_DE: 300.0, SLOW: 2000.0, SEA: 500.0},
    ],
)
def test_the_interval_is_that_of_200_000_draws(
    rates: Rates, total: dict[str, float], distance_gsd: float
) -> None:
    kg = matrix(rates.factors, total)
    variance = np.where(kg > 0, np.exp(np.log(distance_gsd) ** 2) - 1, 0.0)
    low, high = interval_kg(kg, rates.factors, distance=variance)
    drawn_low, drawn_high = drawn_interval(
        rates.factors, total, distance_gsd=distance_gsd
    )

    assert low[0] == pytest.approx(drawn_low, rel=0.02)
    assert high[0] == pytest.approx(drawn_high, rel=0.02)
