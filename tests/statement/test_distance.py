"""Which distance counts, and when two do not go together."""

from decimal import Decimal

import pytest

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.statement.distance import (
    ActivityBasis,
    Adjustment,
    IntensityBasis,
    activity_distance_km,
    distance_rule,
)

SFD, GCD = ActivityBasis.SFD, ActivityBasis.GCD
ACTUAL, GCD_95 = ActivityBasis.ACTUAL, ActivityBasis.GCD_95
SURFACE = [Mode.ROAD, Mode.SEA, Mode.RAIL, Mode.INLAND_WATERWAY]


@pytest.mark.parametrize(
    ("mode", "daf"),
    [
        (Mode.ROAD, "1.05"),
        (Mode.SEA, "1.15"),
        (Mode.RAIL, "1"),
        (Mode.INLAND_WATERWAY, "1"),
    ],
)
@pytest.mark.parametrize("built_on", [IntensityBasis.ACTUAL, IntensityBasis.UNDECLARED])
def test_an_intensity_on_actual_distance_is_adjusted_by_mode(
    mode: Mode, daf: str, built_on: IntensityBasis
) -> None:
    rule = distance_rule(mode, SFD, built_on)

    assert rule.adjustment is Adjustment.MULTIPLY
    assert rule.default_daf == Decimal(daf)
    assert rule.activity is SFD


@pytest.mark.parametrize("mode", SURFACE)
@pytest.mark.parametrize("basis", [SFD, GCD, ACTUAL])
def test_the_same_distance_on_both_sides_needs_no_adjustment(
    mode: Mode, basis: ActivityBasis
) -> None:
    rule = distance_rule(mode, basis, IntensityBasis(basis))

    assert rule.adjustment is Adjustment.NONE
    assert rule.default_daf == 1


def test_an_actual_distance_is_divided_by_the_daf_of_the_user() -> None:
    # 1150 / 1.15, which is x 0.870 and not "minus 15 %", x 0.85.
    found = activity_distance_km(
        Mode.SEA,
        Decimal(1150),
        ACTUAL,
        intensity=IntensityBasis.SFD,
        daf=Decimal("1.15"),
    )

    assert found == 1000


@pytest.mark.parametrize("mode", SURFACE)
@pytest.mark.parametrize(
    ("activity", "built_on"),
    [
        (ACTUAL, IntensityBasis.SFD),
        (ACTUAL, IntensityBasis.GCD),
        (GCD, IntensityBasis.ACTUAL),
        (GCD, IntensityBasis.UNDECLARED),
        (GCD, IntensityBasis.SFD),
        (SFD, IntensityBasis.GCD),
    ],
)
def test_distances_that_do_not_go_together_are_refused_without_a_daf(
    mode: Mode, activity: ActivityBasis, built_on: IntensityBasis
) -> None:
    with pytest.raises(DataError, match="expected the same on both sides, or a daf"):
        distance_rule(mode, activity, built_on)

    assert distance_rule(mode, activity, built_on, has_daf=True).adjustment in (
        Adjustment.MULTIPLY,
        Adjustment.DIVIDE,
    )


def test_the_refusal_names_the_usual_daf() -> None:
    with pytest.raises(DataError, match=r"or a daf \(sea: 1\.15 by default\)"):
        distance_rule(Mode.SEA, ACTUAL, IntensityBasis.SFD)


@pytest.mark.parametrize(
    "built_on",
    [
        IntensityBasis.ACTUAL,
        IntensityBasis.UNDECLARED,
        IntensityBasis.GCD,
        IntensityBasis.GCD_95,
    ],
)
def test_a_flight_is_the_great_circle_and_95_km(built_on: IntensityBasis) -> None:
    rule = distance_rule(Mode.AIR, GCD, built_on)
    already = distance_rule(Mode.AIR, GCD_95, built_on)

    assert rule.activity is already.activity is GCD_95
    assert [rule.added_km, already.added_km] == [95, 0]
    assert activity_distance_km(Mode.AIR, Decimal("882.6"), GCD) == Decimal("977.6")


@pytest.mark.parametrize("activity", [SFD, ACTUAL])
def test_a_flight_by_another_distance_is_refused(activity: ActivityBasis) -> None:
    with pytest.raises(DataError, match="by air, expected gcd"):
        distance_rule(Mode.AIR, activity, IntensityBasis.ACTUAL)


def test_a_flight_with_an_intensity_on_sfd_is_refused() -> None:
    with pytest.raises(DataError, match="intensity of a flight is built on sfd"):
        distance_rule(Mode.AIR, GCD, IntensityBasis.SFD)


def test_the_95_km_are_for_flights_only() -> None:
    with pytest.raises(DataError, match="expected sfd, gcd or actual by road"):
        distance_rule(Mode.ROAD, GCD_95, IntensityBasis.GCD_95)
