"""Distances of transport activity: which one counts, and how to get from one to another.

References
----------
.. [1] ISO 14083:2023, 5.4.2 and 5.4.4.
.. [2] CLECAT, Guide on the calculation of GHG emissions for freight forwarding and logistics
   services in accordance with ISO 14083, table 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.statement import exact


class ActivityBasis(StrEnum):
    """Which distance an activity is given by."""

    SFD = "sfd"
    GCD = "gcd"
    ACTUAL = "actual"
    GCD_95 = "gcd+95"


class IntensityBasis(StrEnum):
    """Which distance an intensity was built on; undeclared counts as actual."""

    ACTUAL = "actual"
    SFD = "sfd"
    GCD = "gcd"
    GCD_95 = "gcd+95"
    UNDECLARED = "undeclared"


class DistanceSource(StrEnum):
    """How a distance was found, which decides how far it may be off."""

    MEASURED = "measured"
    ROUTED = "routed"
    DETOUR_FACTOR = "detour_factor"


class Adjustment(StrEnum):
    """What the distance adjustment factor (DAF) does."""

    NONE = "none"
    MULTIPLY = "multiply"
    DIVIDE = "divide"


#: Added to the great circle of each flight [km].
AIR_ADDED_KM = Decimal(95)
#: DAF from shortest feasible to actual distance.
DEFAULT_DAF: Mapping[Mode, Decimal] = {
    Mode.ROAD: Decimal("1.05"),
    Mode.SEA: Decimal("1.15"),
    Mode.RAIL: Decimal(1),
    Mode.INLAND_WATERWAY: Decimal(1),
}
#: What `undeclared` counts as.
_AS_ACTUAL = (IntensityBasis.ACTUAL, IntensityBasis.UNDECLARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceRule:
    """How the distance of a run becomes the distance of its activity.

    Attributes
    ----------
    added_km
        Added to the distance [km].
    adjustment
        `MULTIPLY` puts the DAF on the intensity; `DIVIDE` brings the distance itself to the
        basis of the intensity.
    default_daf
        Factor where none is given; None where one must be, or must not.
    activity
        Basis of the activity afterwards.
    """

    added_km: Decimal
    adjustment: Adjustment
    default_daf: Decimal | None
    activity: ActivityBasis


def distance_rule(
    mode: Mode,
    activity: ActivityBasis,
    intensity: IntensityBasis,
    *,
    has_daf: bool = False,
    default_daf: Decimal | None = None,
    air_added_km: Decimal = AIR_ADDED_KM,
) -> DistanceRule:
    """Return how a distance and an intensity come together.

    Parameters
    ----------
    mode
        Mode of the run.
    activity
        Which distance is given.
    intensity
        Which distance the intensity was built on.
    has_daf
        The user supplies a DAF.
    default_daf
        DAF of a factor set; None takes the one of the mode.
    air_added_km
        Added to the great circle of a flight [km].

    Raises
    ------
    DataError
        If the two do not go together.
    """
    if mode is Mode.AIR:
        return _air_rule(activity, intensity, has_daf=has_daf, added_km=air_added_km)
    if activity is ActivityBasis.GCD_95:
        msg = f"distance_basis is {activity}, expected sfd, gcd or actual by {mode}"
        raise DataError(msg)
    own = IntensityBasis.ACTUAL if intensity in _AS_ACTUAL else intensity
    if own.value == activity.value:
        return _same(activity)
    factor = DEFAULT_DAF[mode] if default_daf is None else default_daf
    if (activity, own) == (ActivityBasis.SFD, IntensityBasis.ACTUAL):
        return DistanceRule(
            added_km=Decimal(0),
            adjustment=Adjustment.MULTIPLY,
            default_daf=factor,
            activity=activity,
        )
    if not has_daf:
        hint = f" ({mode}: {exact.text_of(factor)} by default)"
        known = activity is ActivityBasis.ACTUAL and own is IntensityBasis.SFD
        msg = (
            f"distance_basis is {activity} and the intensity is built on {intensity}, "
            f"expected the same on both sides, or a daf{hint if known else ''}"
        )
        raise DataError(msg)
    if activity is ActivityBasis.ACTUAL:
        return DistanceRule(
            added_km=Decimal(0),
            adjustment=Adjustment.DIVIDE,
            default_daf=None,
            activity=ActivityBasis(own),
        )
    return DistanceRule(
        added_km=Decimal(0),
        adjustment=Adjustment.MULTIPLY,
        default_daf=None,
        activity=activity,
    )


def _same(activity: ActivityBasis, added_km: Decimal = Decimal(0)) -> DistanceRule:
    return DistanceRule(
        added_km=added_km,
        adjustment=Adjustment.NONE,
        default_daf=Decimal(1),
        activity=activity,
    )


def _air_rule(
    activity: ActivityBasis,
    intensity: IntensityBasis,
    *,
    has_daf: bool,
    added_km: Decimal,
) -> DistanceRule:
    """Return the rule of a flight: great circle + 95 km, whatever the intensity rests on.

    An intensity on the plain great circle is used likewise; that overstates (4.7).
    """
    given_by_circle = activity in (ActivityBasis.GCD, ActivityBasis.GCD_95)
    if given_by_circle and intensity is not IntensityBasis.SFD and not has_daf:
        added = added_km if activity is ActivityBasis.GCD else Decimal(0)
        return _same(ActivityBasis.GCD_95, added)
    if given_by_circle and has_daf:
        return DistanceRule(
            added_km=added_km if activity is ActivityBasis.GCD else Decimal(0),
            adjustment=Adjustment.MULTIPLY,
            default_daf=None,
            activity=ActivityBasis.GCD_95,
        )
    if has_daf:
        return DistanceRule(
            added_km=Decimal(0),
            adjustment=Adjustment.DIVIDE,
            default_daf=None,
            activity=ActivityBasis.GCD_95,
        )
    if given_by_circle:
        msg = (
            f"the intensity of a flight is built on {intensity}, expected actual, gcd, "
            "gcd+95 or undeclared, or a daf"
        )
        raise DataError(msg)
    msg = (
        f"distance_basis is {activity} by air, expected gcd (the {added_km} km are added), "
        "or a daf from this distance to the great circle + 95 km"
    )
    raise DataError(msg)


def activity_distance_km(
    mode: Mode,
    distance_km: Decimal,
    activity: ActivityBasis,
    *,
    intensity: IntensityBasis = IntensityBasis.UNDECLARED,
    daf: Decimal | None = None,
) -> Decimal:
    """Return the distance of a transport activity [km].

    Parameters
    ----------
    distance_km
        Distance of the run [km].
    activity
        Which distance it is.
    intensity
        Which distance the intensity was built on.
    daf
        Distance adjustment factor of the user.

    Raises
    ------
    DataError
        If activity and intensity do not go together.
    """
    rule = distance_rule(mode, activity, intensity, has_daf=daf is not None)
    if rule.adjustment is Adjustment.DIVIDE and daf is not None:
        return exact.divide(distance_km, daf)
    return exact.add(distance_km, rule.added_km)
