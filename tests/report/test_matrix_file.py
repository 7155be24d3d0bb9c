"""The matrix on disk: complete or not there, and resumed where it stopped."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import greenroute as gr
from greenroute import report
from networks import network_of

TRIANGLE = """
    AAAAA -rail 900km 20h-> BBBBB
    BBBBB -rail 900km 20h-> CCCCC
    CCCCC -rail 900km 20h-> AAAAA
"""
MARKETS = {iso2: (3 * iso2[0] + 2 * iso2[0], iso2) for iso2 in ("AA", "BB", "CC")}


@pytest.fixture(name="pairs")
def _pairs() -> gr.Matrix:
    shipment = gr.Shipment(origin="", destination="", mass_kg=12_000)
    network = network_of(TRIANGLE, markets=MARKETS)
    return gr.Matrix(shipment, network, gr.read_rates())


class Stopped(Exception):  # noqa: N818 - stands for Ctrl-C
    """The run was stopped."""


def test_a_stopped_run_goes_on_where_it_stopped(
    pairs: gr.Matrix, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.parquet"

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        report.write_matrix(pairs, path, about={"mass_kg": 1}, threads=1, progress=stop)

    assert not path.exists()
    told: list[int] = []
    rows = report.write_matrix(
        pairs,
        path,
        about={"mass_kg": 1},
        threads=1,
        progress=lambda done, _: told.append(done),
    )

    assert told == [2, 3]
    assert pq.read_table(path).num_rows == rows == 6
    assert [entry.name for entry in tmp_path.iterdir()] == ["matrix.parquet"]


def test_parts_of_another_matrix_are_not_mixed_in(
    pairs: gr.Matrix, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.parquet"

    def stop(done: int, _: int) -> None:
        if done == 1:
            raise Stopped

    with pytest.raises(Stopped):
        report.write_matrix(pairs, path, about={"mass_kg": 1}, threads=1, progress=stop)

    with pytest.raises(gr.DataError, match="holds parts of a matrix with other data"):
        report.write_matrix(pairs, path, about={"mass_kg": 2}, threads=1)


def test_threads_do_not_change_a_byte(pairs: gr.Matrix, tmp_path: Path) -> None:
    one, two = tmp_path / "1.parquet", tmp_path / "2.parquet"
    report.write_matrix(pairs, one, about={}, threads=1)
    report.write_matrix(pairs, two, about={}, threads=2)

    assert one.read_bytes() == two.read_bytes()
