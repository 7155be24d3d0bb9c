"""Writes the matrix of all pairs to a Parquet file, market by market, resumable."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from greenroute.errors import DataError
from greenroute.report.version import greenroute_version
from greenroute.solver.matrix import Matrix

#: Beside the file while it is made: one part per market of origin.
PARTS = ".parts"
_ABOUT = "about.json"


def write_matrix(
    matrix: Matrix,
    path: Path,
    *,
    about: dict[str, object],
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the frontiers of all pairs, and return how many itineraries there are.

    What is there of an unfinished run with the same input is kept. The file appears when
    it is complete.

    Parameters
    ----------
    about
        All that the result depends on; written into the file as `greenroute`.
    threads
        Searches at a time.
    progress
        Is told the markets done and all markets.

    Raises
    ------
    DataError
        If there are parts of a matrix of something else.
    """
    words = json.dumps({**about, "version": greenroute_version()}, sort_keys=True)
    parts = path.with_name(path.name + PARTS)
    _begin(parts, words)
    missing = [m for m in matrix.markets if not (parts / f"{m}.parquet").is_file()]
    done = len(matrix.markets) - len(missing)
    if progress is not None:
        progress(done, len(matrix.markets))
    for fronts in matrix.search(missing, threads=threads):
        part = parts / f"{fronts.origin}.parquet"
        aside = part.with_suffix(".tmp")
        pq.write_table(fronts.table, aside)
        aside.replace(part)
        done += 1
        if progress is not None:
            progress(done, len(matrix.markets))
    return _join(matrix, parts, path, words)


def _begin(parts: Path, words: str) -> None:
    about = parts / _ABOUT
    digest = hashlib.sha256(words.encode()).hexdigest()
    if about.is_file():
        if about.read_text(encoding="utf-8") != digest:
            msg = (
                f"{parts}: holds parts of a matrix with other data or settings; delete "
                "the folder, or give another --out"
            )
            raise DataError(msg)
        return
    parts.mkdir(parents=True, exist_ok=True)
    about.write_text(digest, encoding="utf-8")


def _join(matrix: Matrix, parts: Path, path: Path, words: str) -> int:
    """Put the parts into one file, each market a row group."""
    aside = path.with_name(path.name + ".tmp")
    rows = 0
    writer: pq.ParquetWriter | None = None
    for market in matrix.markets:
        table = pq.read_table(parts / f"{market}.parquet")
        rows += table.num_rows
        if writer is None:
            schema = table.schema.with_metadata({"greenroute": words})
            writer = pq.ParquetWriter(aside, schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    aside.replace(path)
    shutil.rmtree(parts)
    return rows
