"""What a search or a solver claims when it ends."""

from enum import StrEnum


class Termination(StrEnum):
    """What a search claims; `plan/check.py` says what is true.

    OPTIMAL and INFEASIBLE are proven; FEASIBLE comes with a bound and a gap;
    NO_PLAN_FOUND says that a limit ended the search before it found anything.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NO_PLAN_FOUND = "no_plan_found"
