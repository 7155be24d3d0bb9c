"""Fuels, vehicles and speeds that a lane may run on besides its usual ones.

An option of a lane is a lane of its own: same places, another TOC, its own price and time.
So that everything that reads lanes (search, check, statement) knows options without a word
about them. What an option emits is in the factor set (`options.csv` there says which TOC a
base TOC turns into, electricity by area), what it costs and how long it takes in the tariff.

Only fuel that is physically in the tank or mass-balanced in the same system is an option;
book-and-claim changes no leg.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from greenroute.errors import UnknownCategoryError
from greenroute.rating.tariff import OptionTerms, Price, Tariff

#: Stands for all options there are.
ALL_OPTIONS = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionToc:
    """Which TOC an option makes of a base TOC, as the factor set says it.

    Attributes
    ----------
    option, base_toc, toc
        Name, TOC before and after.
    area
        ISO2 of the area whose electricity it runs on; "" for fuels.
    """

    option: str
    base_toc: str
    toc: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options that both the tariff and the factor set know.

    Attributes
    ----------
    terms
        Price and time by option and base TOC.
    tocs
        TOCs by option and base TOC; for electricity one per area.
    """

    terms: Mapping[tuple[str, str], OptionTerms]
    tocs: Mapping[tuple[str, str], tuple[OptionToc, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options, sorted."""
        return tuple(sorted({option for option, _ in self.terms}))

    def of_toc(self) -> dict[str, str]:
        """Return the option that each TOC stands for."""
        return {toc.toc: toc.option for tocs in self.tocs.values() for toc in tocs}

    def chosen(self, names: Collection[str]) -> tuple[str, ...]:
        """Return the options that names stand for, sorted.

        Raises
        ------
        UnknownCategoryError
            For an option that there is not.
        """
        if ALL_OPTIONS in names:
            return self.names
        for name in names:
            if name not in self.names:
                known = ", ".join((*self.names, ALL_OPTIONS))
                msg = f"there is no option {name!r}, expected some of {known}"
                raise UnknownCategoryError(msg)
        return tuple(sorted(set(names)))


def join_options(
    terms: Collection[OptionTerms], tocs: Collection[OptionToc]
) -> Options:
    """Return the options that have both a price and an intensity."""
    by_pair: dict[tuple[str, str], tuple[OptionToc, ...]] = {}
    for pair, group in groupby(
        sorted(tocs, key=lambda toc: (toc.option, toc.base_toc, toc.area)),
        key=lambda toc: (toc.option, toc.base_toc),
    ):
        by_pair[pair] = tuple(group)
    known = {(term.option, term.base_toc): term for term in terms}
    both = sorted(known.keys() & by_pair.keys())
    return Options(
        terms={pair: known[pair] for pair in both},
        tocs={pair: by_pair[pair] for pair in both},
    )


def price_options(tariff: Tariff, options: Options) -> Tariff:
    """Return the tariff with a price for the TOC of every option."""
    base, share, names = [], [], []
    for pair, tocs in options.tocs.items():
        terms = options.terms[pair]
        names += [toc.toc for toc in tocs]
        base += [tariff.toc_code(terms.base_toc)] * len(tocs)
        share += [1 + terms.price_share] * len(tocs)
    rows = np.concatenate([np.arange(len(tariff.tocs)), np.array(base, np.int64)])
    times = np.concatenate([np.ones(len(tariff.tocs)), np.array(share)])[:, None]
    price = tariff.lane_price
    return replace(
        tariff,
        tocs=(*tariff.tocs, *names),
        lane_price=Price(
            usd_per_shipment=price.usd_per_shipment[rows] * times,
            usd_per_unit=price.usd_per_unit[rows] * times,
            usd_per_unit_km=price.usd_per_unit_km[rows] * times,
            usd_minimum=price.usd_minimum[rows] * times,
        ),
        cutoff_h=tariff.cutoff_h[rows],
        transit_p95_ratio=tariff.transit_p95_ratio[rows],
    )
