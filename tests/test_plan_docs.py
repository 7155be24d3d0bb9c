"""Every command on the page about order books runs, one after the other, in one folder."""

import re
import shlex
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

import greenroute as gr
from greenroute.cli import main
from greenroute.plan.check_plan import check_plan
from greenroute.report.plan_explain import read_earlier
from greenroute.solver.stop import Rounds

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "how-to" / "plan-an-order-book.md"
FILES = ROOT / "docs" / "reference" / "files.md"


def commands() -> list[str]:
    blocks = re.findall(
        r"^```sh\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [line for block in blocks for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    return tmp_path


@pytest.mark.slow
def test_the_commands_of_the_page_run_in_turn(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = commands()
    for line in lines:
        with pytest.raises(SystemExit) as stopped:
            main(shlex.split(line)[1:])
        written = capsys.readouterr()
        assert (stopped.value.code or 0) == 0, (line, written.err)
    made = sorted(path.name for path in (folder / "out").iterdir())

    assert len(lines) == 9
    assert made == [
        "again",
        "agreed",
        "budget",
        "frontier",
        "late",
        "plan",
        "price",
    ]
    assert read_earlier(folder / "out" / "again").assignments.num_rows == 10


@pytest.mark.slow
def test_the_files_and_columns_of_a_plan_folder_are_all_described(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    for line in (commands()[0], commands()[-1]):
        with pytest.raises(SystemExit):
            main(shlex.split(line)[1:])
    capsys.readouterr()
    text = FILES.read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z0-9_.]+)`", text))
    made = {path.name for path in (folder / "out" / "again").iterdir()}
    columns: set[str] = set()
    for name in ("assignments", "alternatives", "changes"):
        file = folder / "out" / "again" / f"{name}.parquet"
        columns |= set(pyarrow.parquet.read_schema(file).names)

    assert made <= told
    assert {name for name in columns if not name.endswith("_after")} <= told


def test_the_example_of_the_page_is_proven() -> None:
    network = gr.read_network(ROOT / "data" / "networks" / "toy")
    rates = gr.read_rates()
    orders = gr.read_orders(ROOT / "examples" / "two-lanes.csv")
    result = gr.plan(orders, network, rates, stop=Rounds(5))

    assert result.plan is not None
    assert len(result.plan.assignments) == 10
    assert check_plan(result.plan, orders, network, rates) == ()
