"""Equipment of rate cards beside that of lanes: what a lane can be priced in."""

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Lanes
from greenroute.rating.data_set import line_of
from greenroute.rating.rate_card import RateCards
from greenroute.rating.tariff import NO_EQUIPMENT


def runs_in(
    cards: RateCards,
    lanes: Lanes,
    lane: NDArray[np.int64],
    equipment: NDArray[np.int16],
) -> NDArray[np.bool_]:
    """Return where a lane can have equipment: its own, if it names one, and none."""
    own = cards.equipment_of(lanes.equipment)[lane]
    by_tariff = equipment < cards.n_tariff_equipment
    free = (own == NO_EQUIPMENT) & by_tariff
    return np.asarray((equipment == NO_EQUIPMENT) | free | (own == equipment))


def check_sizes(
    cards: RateCards, lanes: Lanes, lane: NDArray[np.int64], row: NDArray[np.int64]
) -> None:
    """Raise an error for equipment that neither the tariff nor its lane knows the size of."""
    unknown = cards.equipment[row] >= cards.n_tariff_equipment
    sizeless = np.flatnonzero(unknown & np.isnan(lanes.equipment_m3[lane]))
    if len(sizeless):
        first = int(sizeless[0])
        msg = (
            f"lane {lanes.id[int(lane[first])].as_py()!r}: equipment_m3 is empty, expected "
            f"a number > 0: {cards.path}:{line_of(int(row[first]))} prices it in "
            f"{lanes.equipment[int(lane[first])]!r}, which the tariff does not know "
            f"({len(sizeless)} such lanes)"
        )
        raise UnknownCategoryError(msg)


def check_own_equipment(
    cards: RateCards, lanes: Lanes, lane: NDArray[np.int64], row: NDArray[np.int64]
) -> None:
    """Raise an error for a row that names a lane and other equipment than the lane has."""
    other = ~runs_in(cards, lanes, lane, cards.equipment[row])
    if other.any():
        first = int(np.flatnonzero(other)[0])
        number, own = int(row[first]), lanes.equipment[int(lane[first])]
        msg = (
            f"{cards.path}:{line_of(number)}: equipment is "
            f"{cards.equipment_names[cards.equipment[number]]!r}, expected "
            f"{f'{own!r} or none' if own else 'equipment of the tariff'}, as lane "
            f"{cards.lane[number]!r} has it"
        )
        raise DataError(msg)
