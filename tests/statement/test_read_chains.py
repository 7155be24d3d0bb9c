"""Chains files of every format say the same."""

import json
import tempfile
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chains import rows_of_text, write_rows
from greenroute.rating.factors import FactorSet
from greenroute.statement import read_chains, state_emissions
from greenroute.statement.chain_json import OBJECTS_AT_ONCE

CHAINS = """
    S 1   rail own-rail 40000kg 423km wtw=7 ttw=0 basis=sfd data_type=modelled
    S 2<1 hub  own-hub  40000kg wtw=33 ttw=10
    S 3<2 road own-road 40000kg 423km wtw=116 ttw=89 basis=sfd data_type=primary
"""


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet"])
def test_every_format_says_the_same(
    ending: str, tmp_path: Path, factors: FactorSet
) -> None:
    rows = rows_of_text(CHAINS)
    expected = state_emissions(
        read_chains(write_rows(tmp_path / "a.csv", rows)), factors
    )
    path = tmp_path / f"chains.{ending}"
    values = [{n: _typed(n, v) for n, v in row.items() if v} for row in rows]
    match ending:
        case "csv":
            write_rows(path, rows)
        case "json":
            path.write_text(json.dumps(values, indent=1), encoding="utf-8")
        case "jsonl":
            path.write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
        case "parquet":
            names = dict.fromkeys(name for row in values for name in row)
            columns = {name: [row.get(name) for row in values] for name in names}
            pyarrow.parquet.write_table(pa.table(columns), path)

    found = state_emissions(read_chains(path), factors)

    assert found.rejected == ()
    assert found.total == expected.total
    assert found.factors == expected.factors


def _typed(name: str, text: str) -> object:
    if name == "prev_tce_ids":
        return text.split(";")
    return float(text) if name.endswith(("_kg", "_km", "tkm", "_per_t")) else text


def test_long_json_lines_are_read_in_blocks(tmp_path: Path, factors: FactorSet) -> None:
    row = {"tce_id": "1", "kind": "hub", "hoc": "own", "mass_kg": 1000}
    count = OBJECTS_AT_ONCE + 1
    path = tmp_path / "chains.jsonl"
    lines = [json.dumps(row | {"shipment_id": str(n)}) for n in range(count - 1)]
    more = row | {"shipment_id": "last", "wtw_kg_per_t": "1.5", "ttw_kg_per_t": 1}
    path.write_text("\n".join([*lines, json.dumps(more)]), encoding="utf-8")

    chains = read_chains(path)

    assert (len(chains), chains.rejected) == (count, ())
    assert chains.table["line"].to_pylist() == [*range(1, count + 1)]
    statement = state_emissions(chains, factors)
    assert len(statement.rejected) == count - 1  # "own" has no intensity there
    assert statement.total.wtw_kg_co2e == Decimal("1.5")


def test_no_rows_are_a_statement_of_nothing(tmp_path: Path, factors: FactorSet) -> None:
    path = tmp_path / "chains.csv"
    path.write_text("shipment_id,tce_id,kind,mass_kg\n", encoding="utf-8")

    statement = state_emissions(read_chains(path), factors)

    assert statement.total.elements == 0
    assert statement.total.wtw_kg_co2e == 0
    assert statement.modes == {}


_DIGITS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,28})?([eE]-?[0-9])?", fullmatch=True
)


@given(
    masses=st.lists(_DIGITS, min_size=1, max_size=4),
    quoted=st.booleans(),
    note=st.sampled_from(["", "a:1, b", "Ünna\\n2"]),
)
def test_plain_json_lines_and_an_array_say_the_same_to_the_last_digit(
    masses: list[str], *, quoted: bool, note: str
) -> None:
    cells = [
        f'"{mass}"' if quoted and n == 1 else mass for n, mass in enumerate(masses)
    ]
    rows = [
        f'{{"shipment_id": "S{n}", "tce_id": "1", "kind": "hub", "hoc": "own", '
        f'"wtw_kg_per_t": 2.5, "ttw_kg_per_t": 1, "note": "{note}", "mass_kg": {mass}}}'
        for n, mass in enumerate(cells)
    ]
    with tempfile.TemporaryDirectory() as folder:
        lines, array = Path(folder) / "a.jsonl", Path(folder) / "a.json"
        lines.write_text("\n".join(rows), encoding="utf-8")
        array.write_text(f"[{','.join(rows)}]", encoding="utf-8")

        plain, patient = read_chains(lines), read_chains(array)

    assert plain.table.drop_columns("line").equals(patient.table.drop_columns("line"))
    assert [(r.column, r.rule) for r in plain.rejected] == [
        (r.column, r.rule) for r in patient.rejected
    ]
