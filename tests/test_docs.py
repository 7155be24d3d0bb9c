"""Every command in the README and in the docs runs, and prints what the page says."""

import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenroute.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted(p for p in (ROOT / "docs").rglob("*.md") if "generated" not in p.parts),
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(
    r"^```console\n\$ (greenroute [^\n]+)\n(.*?)^```", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command on a page, and what it prints if the page says so."""

    page: str
    command: str
    output: str | None

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command.partition(">")[0], comments=True)[1:]


def examples() -> list[Example]:
    found = []
    for page in PAGES:
        name, text = page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
        found += [
            Example(page=name, command=command, output=output)
            for command, output in SHOWN.findall(text)
        ]
        found += [
            Example(page=name, command=line.strip(), output=None)
            for line in FENCE.sub("", text).splitlines()
            if re.match(r" {4}greenroute [a-z]", line) and not is_usage(line)
        ]
    return found


def is_usage(line: str) -> bool:
    """Return whether a line is the usage of a command, with words to fill in."""
    return bool(re.search(r"[A-Z]+\]|\.\.\.|\b(ORIGIN|QUERY|MODE|COMMAND)\b", line))


def marked(example: Example) -> object:
    """Return a parameter; what reads the world network takes its time."""
    small = re.search(
        r"--network (data/networks/toy|my-network)|--help", example.command
    )
    name = f"{example.page}: {example.command}"
    return pytest.param(example, id=name, marks=() if small else pytest.mark.slow)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the paths of the docs exist."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    shutil.copytree(ROOT / "data" / "networks" / "toy", tmp_path / "my-network")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("example", [*map(marked, examples())])
def test_a_command_of_the_docs_runs(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(example.words)
    written = capsys.readouterr()

    assert (stopped.value.code or 0, written.err) == (0, "")
    assert example.output is None or written.out == example.output


def test_there_are_commands_in_the_docs() -> None:
    pages = {example.page for example in examples()}

    assert {"README.md", "docs/reference/cli.md"} <= pages
    assert any(example.output for example in examples())
