import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commands import Command, start
from folders import network_folder

HEAVY = {"numpy", "pyarrow", "numba", "pandas", "networkx", "scipy", "ortools", "rich"}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom greenroute.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    helped, _, loaded = done.stdout.partition("LOADED")

    assert HEAVY & set(loaded.split()) == set()
    for name in ("route", "distance", "markets", "places", "network", "doctor"):
        assert f"\n  {name} " in helped


@pytest.mark.parametrize(
    "words",
    [
        ("route",),
        ("distance",),
        ("markets",),
        ("places",),
        ("network",),
        ("network", "info"),
        ("network", "check"),
        ("doctor",),
    ],
)
def test_every_command_helps(call: Command, words: tuple[str, ...]) -> None:
    answer = call(*words, "--help")

    assert answer.code == 0
    assert "Usage: greenroute" in answer.out


def test_the_help_of_route_names_every_option(call: Command) -> None:
    text = call("route", "--help").out
    shipment = "mass-kg volume-m3 cargo un-number ready due max-cost-usd max-wtw-kg"
    rest = "via avoid top all network tariff factors format out seed"

    assert [n for n in f"{shipment} {rest}".split() if f"  --{n} " not in text] == []


def test_the_version_is_said(call: Command) -> None:
    assert call("--version").out.startswith("greenroute ")


def test_without_a_command_there_is_help(call: Command) -> None:
    answer = call()

    assert answer.code == 2
    assert "Commands:" in answer.out + answer.err


def test_an_internal_error_is_one_short_message(
    toy_folder: Path, tmp_path: Path
) -> None:
    # A module that fails stands for any defect: what a user sees is the same.
    (tmp_path / "networkx.py").write_text("raise RuntimeError('broken')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from greenroute.cli import main; main(sys.argv[1:])"
    )
    words = ["network", "check", "--network", str(toy_folder)]
    for more, traceback in (([], False), (["--traceback"], True)):
        done = subprocess.run(
            [sys.executable, "-c", code, *more, *words],
            check=False,
            capture_output=True,
            text=True,
        )

        assert done.returncode == 1
        assert ("Traceback" in done.stderr) == traceback
        assert "RuntimeError: broken" in done.stderr
        assert ("Please report it" in done.stderr) != traceback


def test_on_a_terminal_the_answer_is_a_table(toy_folder: Path) -> None:
    ours, theirs = os.openpty()
    process = start("markets", "--network", str(toy_folder), stdout=theirs)
    os.close(theirs)
    _, err = process.communicate(timeout=60)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)

    assert process.returncode in {130, 0}  # 130 if the command had not ended yet
    assert b"Traceback" not in err
    assert "Frankfurt am Main" in shown
    assert not shown.startswith("{")


def test_a_closed_pipe_is_no_error(toy_folder: Path) -> None:
    process = start("network", "info", "--network", str(toy_folder))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(timeout=60) == 141  # 128 + SIGPIPE
    assert err == b""


def test_an_interrupt_is_clean(toy_folder: Path) -> None:
    process = start("doctor", "--network", str(toy_folder))
    assert process.stdout is not None
    time.sleep(0.8)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode in {130, 0}  # 0 if it was faster than the interrupt
    assert b"Traceback" not in err
    assert process.returncode == 0 or out == b""


def test_an_interrupt_after_the_answer_is_no_failure(toy_folder: Path) -> None:
    process = start("doctor", "--network", str(toy_folder))
    assert process.stdout is not None
    begin = os.read(process.stdout.fileno(), 1 << 16)
    time.sleep(0.05)  # Python closes
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert json.loads(begin + out)
    assert process.returncode in {130, 0}  # 130 if the command had not ended yet
    assert b"Traceback" not in err


def test_markets_are_listed(toy: Command) -> None:
    found = json.loads(toy("markets").out)["markets"]

    assert [row["iso2"] for row in found] == ["CN", "DE", "NL"]
    assert toy("markets", "--format", "csv").out.startswith("iso2,name,continent")
    assert "3 markets" in toy("markets", "--format", "table").out


def test_places_are_found(toy: Command) -> None:
    found = json.loads(toy("places", "roterdam").out)["places"]

    assert found[0]["place"] == "NLRTM"
    assert json.loads(toy("places", "x" * 20).out)["places"] == []
    assert "no place is like" in toy("places", "x" * 20).err
    assert "Rotterdam" in toy("places", "rotterdam", "--format", "geojson").out


def test_a_distance_is_measured(toy: Command) -> None:
    [row] = json.loads(toy("distance", "CNYTN", "NLRTM", "--mode", "sea").out)[
        "distances"
    ]

    assert row["distance_km"] == 18_500
    assert row["distance_nm"] == 9989.2


def test_a_network_is_described_and_checked(toy: Command) -> None:
    facts = json.loads(toy("network", "info").out)["facts"]
    findings = json.loads(toy("network", "check").out)["findings"]

    assert {"what": "lanes", "name": "rail", "value": 4} in facts
    assert all(row["passed"] for row in findings)


def test_an_unsound_network_is_exit_code_2(call: Command, tmp_path: Path) -> None:
    folder = network_folder(
        tmp_path,
        nodes="id,kind,name,iso2,lat,lon\nA,city,A,AA,0,0\nB,city,B,BB,0,1\n",
        lanes="id,origin,destination,mode,toc,distance_km,transit_h,gauge_mm\n"
        "1,A,B,rail,rail-freight,300,1,1435\n",
    )
    text = (folder / "network.toml").read_text().replace('"text"', '"fast"')
    (folder / "network.toml").write_text(text)
    answer = call("network", "check", "--network", folder, "--format", "table")

    assert answer.code == 2
    assert "no      no absurd speed" in answer.out
    assert "network fast is not sound" in answer.err


def test_the_doctor_is_content(toy: Command) -> None:
    answer = toy("doctor")

    assert answer.code == 0
    assert all(row["ok"] for row in json.loads(answer.out)["findings"])


def test_the_doctor_names_damaged_data(call: Command, tmp_path: Path) -> None:
    answer = call("doctor", "--network", tmp_path)

    assert answer.code == 2
    assert "there is no such file" in answer.out
    assert "something is wrong" in answer.err
