"""What the errors of factors have in common: mode and source, base, fuel.

The logarithm of a factor errs by the sum of independent standard normal variables, each
with a weight, times the spread of the factor:

    of its family (mode and source)            √r
    of its own                                 √(1 - r)
    instead, of a factor that was computed
      of the factor that it was computed from  √((1 - r) / 2)
      of the fuel or electricity it runs on    √((1 - r) / 2)

So that two factors of one family are correlated by r, a lorry on diesel and the same lorry
on other fuel err together in what it carries and uses, and all that runs on one fuel errs
together in what that fuel emits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorError:
    """What the error of a factor depends on.

    Attributes
    ----------
    name
        Of the factor.
    family
        Mode and source.
    base
        Factor that it was computed from; "" if it was not.
    energy
        What a computed factor runs on; "" as its base.
    """

    name: str
    family: str
    base: str = ""
    energy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loadings:
    """Weights of the variables that factors err by, as entries of a matrix.

    Attributes
    ----------
    factor, variable, weight
        Row, column and value of each entry, (n_entries,).
    sizes
        How many variables there are: of families, of factors, of bases and fuels.
    """

    factor: NDArray[np.int64]
    variable: NDArray[np.int64]
    weight: NDArray[np.float64]
    sizes: tuple[int, int, int]

    def correlation(self) -> NDArray[np.float64]:
        """Return the correlation of every two factors, (n_factors, n_factors)."""
        matrix = np.zeros((self.sizes[1], sum(self.sizes)))
        matrix[self.factor, self.variable] = self.weight
        return matrix @ matrix.T


def loadings(errors: Sequence[FactorError], correlation: float) -> Loadings:
    """Return the weights of the variables that factors err by.

    Parameters
    ----------
    errors
        Factors, each once.
    correlation
        Of two factors of one family.
    """
    families = sorted({error.family for error in errors})
    of_family = {name: column for column, name in enumerate(families)}
    of_own = {
        error.name: column for column, error in enumerate(errors, start=len(families))
    }
    computed = [error for error in errors if error.base]
    more = [
        *sorted({("base", e.base) for e in computed if e.base not in of_own}),
        *sorted({("fuel", e.energy) for e in computed if e.energy}),
    ]
    of_more = {
        key: column for column, key in enumerate(more, len(families) + len(errors))
    }
    entries: list[tuple[int, int, float]] = []
    half = np.sqrt((1 - correlation) / 2)
    for row, error in enumerate(errors):
        entries.append((row, of_family[error.family], np.sqrt(correlation)))
        own = of_own[error.name]
        if error.base:
            base = of_own.get(error.base)
            entries += [
                (row, of_more["base", error.base] if base is None else base, half),
                (row, of_more.get(("fuel", error.energy), own), half),
            ]
        else:
            entries.append((row, own, np.sqrt(1 - correlation)))
    rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
    return Loadings(
        factor=np.array(rows, dtype=np.int64),
        variable=np.array(columns, dtype=np.int64),
        weight=np.array(weights, dtype=np.float64),
        sizes=(len(families), len(errors), len(more)),
    )
