"""Reads which factor each TOC of a factor set has."""

import logging

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.rating.data_set import DataSet, codes_in, once, refuse
from greenroute.rating.factors import (
    CARGOES,
    NO_FACTOR,
    AirShipping,
    TocFactors,
    Use,
)
from greenroute.tables import Column, ColumnKind, Table, positions, read_table

#: Table that names the TOCs of fuels and vehicles.
OPTIONS = "options"
TOC_COLUMNS = {
    "toc": Column(),
    "mode": Column(choices=tuple(MODES)),
    "air_shipping": Column(empty=True, choices=tuple(AirShipping)),
    "cargo": Column(choices=tuple(CARGOES)),
    "factor_id": Column(),
    "distance_adjustment": Column(kind=ColumnKind.NUMBER, least=1, most=2),
    "note": Column(empty=True),
}
_LOGGER = logging.getLogger(__name__)


def read_tocs(data: DataSet, factors: Table) -> TocFactors:
    """Return which factor each TOC has.

    Parameters
    ----------
    data
        Set with the table `tocs`, and `options` if it has options.
    factors
        All factors that it draws on.

    Raises
    ------
    DataError
        If a row says something that cannot be.
    """
    table = read_table(data.files["tocs"], TOC_COLUMNS)
    options = _option_tocs(data)
    code = _factor_codes(table, factors)
    texts = table.text("toc")
    _check_uses(table, factors, code, is_option=positions(texts, options) >= 0)
    cargo = positions(table.text("cargo"), pa.array(CARGOES))
    encoded = texts.dictionary_encode()
    toc = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    names = tuple(encoded.dictionary.to_pylist())
    cells = toc * len(CARGOES) + cargo
    if len(np.unique(cells)) < len(cells):
        keys = zip(texts.to_pylist(), table.text("cargo").to_pylist(), strict=True)
        once(table, "toc, cargo", list(keys))
    factor = np.full((len(names), len(CARGOES)), NO_FACTOR, dtype=np.int16)
    factor[toc, cargo] = code
    adjustment = np.ones(factor.shape)
    adjustment[toc, cargo] = table.number("distance_adjustment")
    first = np.unique(toc, return_index=True)[1]
    _same(table, "mode", first, toc)
    _same(table, "air_shipping", first, toc)
    mode = positions(table.text("mode"), pa.array(MODES)).astype(np.int8)
    shipping = table.text("air_shipping").take(pa.array(first)).to_pylist()
    kinds = {str(kind): kind for kind in AirShipping}
    return TocFactors(
        names=names,
        mode=mode[first],
        factor=factor,
        adjustment=adjustment,
        air_shipping=tuple(kinds.get(text) for text in shipping),
    )


def _factor_codes(table: Table, factors: Table) -> NDArray[np.int64]:
    """Return which factor each row of the TOCs names."""
    ids = factors.text("factor_id")
    code = positions(table.text("factor_id"), ids)
    if (code < 0).any():
        return codes_in(table, "factor_id", ids.to_pylist())
    return code


def _check_uses(
    table: Table,
    factors: Table,
    code: NDArray[np.int64],
    *,
    is_option: NDArray[np.bool_],
) -> None:
    """Check that every TOC has a factor that may stand for it; warn of last resorts."""
    use = factors.text("use").take(pa.array(code))
    default, option, last = (
        np.asarray(pc.equal(use, pa.scalar(str(kind))))
        for kind in (Use.DEFAULT, Use.OPTION, Use.LAST_RESORT)
    )
    wrong = ~(default | last | (option & is_option))
    refuse(
        table.path,
        (
            (
                row,
                f"factor_id has use {use[row].as_py()!r}, expected use {Use.DEFAULT.value!r}"
                + (", or a TOC of options.csv" if option[row] else ""),
            )
            for row in np.flatnonzero(wrong).tolist()
        ),
    )
    for row in np.flatnonzero(last).tolist():
        name, factor = (table.text(n)[row].as_py() for n in ("toc", "factor_id"))
        _LOGGER.warning(
            "%s: TOC %r has factor %r, a last resort", table.path, name, factor
        )


def _same(
    table: Table, column: str, first: NDArray[np.int64], toc: NDArray[np.int64]
) -> None:
    """Check that all rows of a TOC say the same in a column."""
    texts = table.text(column)
    expected = texts.take(pa.array(first)).take(pa.array(toc))
    refuse(
        table.path,
        (
            (
                row,
                (
                    f"{column} is {texts[row].as_py()!r}, expected "
                    f"{expected[row].as_py()!r} as before"
                ),
            )
            for row in np.flatnonzero(pc.not_equal(texts, expected)).tolist()
        ),
    )


def _option_tocs(data: DataSet) -> pa.Array:
    """Return the TOCs of fuels and vehicles that stand in for the usual ones."""
    if OPTIONS not in data.files:
        return pa.array([], pa.string())
    return read_table(data.files[OPTIONS], {"toc": Column()}).text("toc")
