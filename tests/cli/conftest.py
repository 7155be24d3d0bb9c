"""Commands, on any network and on the toy network."""

import sys
from pathlib import Path

import pytest

from commands import Call, Command
from greenroute.cli import main

ROOT = Path(__file__).parents[2]
TOY = ROOT / "data" / "networks" / "toy"


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Return a function that runs a command in this process."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run(*words: str | Path) -> Call:
        with pytest.raises(SystemExit) as stopped:
            main([str(word) for word in words])
        written = capsys.readouterr()
        return Call(code=int(stopped.value.code or 0), out=written.out, err=written.err)

    return run


@pytest.fixture
def toy_folder() -> Path:
    return TOY


@pytest.fixture
def toy(call: Command) -> Command:
    """Return a function that runs a command on the toy network."""
    return lambda *words: call(*words, "--network", TOY)
