"""Formulas of what emissions cost by law, for single ships and for arrays of lanes.

References
----------
.. [1] Directive 2003/87/EC as amended in 2023, maritime transport: phase-in, and the shares
   of voyages within and out of the Union.
.. [2] Regulation (EU) 2023/1805 (FuelEU Maritime), Annex I and Annex IV part B.
"""

from decimal import Decimal
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", Decimal, NDArray[np.float64])


def allowances_due(
    intra_t: Number, extra_t: Number, *, extra_share: Number, phase_in: Number
) -> Number:
    """Return the EU allowances due [t CO2e]: (intra + share · extra) · phase-in [1].

    Parameters
    ----------
    intra_t, extra_t
        Emissions within the Union and at its berths; between the Union and elsewhere
        [t CO2e].
    extra_share
        Share of the latter that counts [1].
    phase_in
        Share of emissions that allowances are due for in the year [1].
    """
    return (intra_t + extra_share * extra_t) * phase_in


def fueleu_deficit_t(
    deficit_g: Number, intensity_g_per_mj: Number, *, mj_per_t: Number
) -> Number:
    """Return a deficit as tonnes of the fuel that the penalty is stated for [2].

    Parameters
    ----------
    deficit_g
        How far emissions are above the target [g CO2e], >= 0.
    intensity_g_per_mj
        Well to wake [g CO2e/MJ].
    mj_per_t
        Energy of a tonne of that fuel [MJ].
    """
    return deficit_g / (intensity_g_per_mj * mj_per_t)
