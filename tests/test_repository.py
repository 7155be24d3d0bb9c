"""What holds for the repository as a whole, whatever the code does."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "greenroute"
MAX_LINES = 400
#: Pages that a reader follows.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Written in pieces, so that this file does not name what it looks for.
HOSTS = [
    ("pythonhosted", "org"),
    ("pypi", "org"),
    ("registry", "npmjs"),
    ("deb", "debian", "org"),
    ("proxy", "golang"),
]
REGISTRY = re.compile("|".join(r"\.".join(parts) for parts in HOSTS).encode())
MACHINE_PATH = re.compile(rb"(?<![\w.~-])/(?:work|root|home|tmp|opt)/[\w.-]+")

DECISION_HEADINGS = [
    "Context",
    "Options",
    "Decision",
    "What gets easier",
    "What gets harder",
]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
EXEMPTION = re.compile(r"#\s*(?:noqa|type: ignore)\b(.*)")
CODES = re.compile(r"^(?:: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[\w, -]+\])")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return what git tracks or would add."""
    git = shutil.which("git")

    assert git is not None, "these tests need git and a clone"
    listing = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    files = sorted(ROOT / name for name in listing.split("\0") if name)
    return tuple(path for path in files if path.is_file())


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements(lock: str) -> dict[str, set[str]]:
    """Return name → versions of a lock file."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "lock" / lock).read_text().splitlines():
        pin = re.match(r"([a-z0-9-]+)==([^\s;]+)", line)
        if pin:
            versions.setdefault(pin[1], set()).add(pin[2])
    return versions


def without_code_blocks(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "pattern",
    [pytest.param(REGISTRY, id="registry"), pytest.param(MACHINE_PATH, id="path")],
)
def test_no_file_names_a_registry_or_a_path_of_a_machine(
    pattern: re.Pattern[bytes],
) -> None:
    found = {
        short(path): match[0].decode()
        for path in tracked_files()
        if (match := pattern.search(path.read_bytes()))
    }

    assert found == {}


def test_every_module_fits_in_400_lines() -> None:
    lengths = {
        short(path): len(path.read_text().splitlines())
        for path in tracked_files()
        if path.suffix == ".py"
    }
    too_long = {name: n for name, n in lengths.items() if n > MAX_LINES}

    assert lengths
    assert too_long == {}


def test_every_package_says_what_it_is_for() -> None:
    packages = {path.parent for path in PACKAGE.rglob("*.py")}
    silent = [
        short(folder)
        for folder in sorted(packages)
        if not (folder / "__init__.py").is_file()
        or not ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))
    ]

    assert PACKAGE in packages
    assert silent == []


def test_a_layer_in_brackets_has_no_code_yet() -> None:
    contract = settings()["tool"]["importlinter"]["contracts"][0]
    written = re.findall(r"\(?\w+\)?", " ".join(contract["layers"]))
    there = {
        path.stem
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    } - {"__init__", "__main__"}

    assert {name for name in written if "(" not in name} == there
    assert not {name.strip("()") for name in written if "(" in name} & there


def test_every_layer_below_the_solver_is_kept_from_the_solvers() -> None:
    layers, forbidden = settings()["tool"]["importlinter"]["contracts"]
    names = set(re.findall(r"\w+", " ".join(layers["layers"])))
    there = {name for name in names if list(PACKAGE.glob(f"{name}*"))}
    expected = {f"greenroute.{name}" for name in there - {"solver"}}

    assert set(forbidden["source_modules"]) == expected


@pytest.mark.parametrize(
    "record", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda p: p.stem
)
def test_a_decision_record_has_its_five_headings(record: Path) -> None:
    lines = record.read_text().splitlines()
    title = re.fullmatch(r"# (\d{4}) \S.*", lines[0])
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]

    assert title is not None
    assert record.name.startswith(f"{title[1]}-")
    assert headings == DECISION_HEADINGS
    assert len(lines) <= 60, "a decision record is one page"


def test_decision_records_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize(
    "page", [p for p in tracked_files() if p.suffix == ".md"], ids=short
)
def test_links_to_files_resolve(page: Path) -> None:
    targets = LINK.findall(without_code_blocks(page.read_text()))
    local = [
        target.partition("#")[0]
        for target in targets
        if not re.match(r"[a-z]+:|#", target)
    ]

    assert [name for name in local if not (page.parent / name).exists()] == []


def test_every_exemption_from_a_check_names_a_code_and_a_reason() -> None:
    bare = [
        f"{short(path)}:{number}"
        for path in tracked_files()
        if path.suffix in {".py", ".pyi"}
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if (exemption := EXEMPTION.search(line))
        and not CODES.sub("", exemption[1]).strip(" -#:")
    ]

    assert bare == []


def test_the_locks_pin_every_dependency_to_the_same_version() -> None:
    project = settings()["project"]
    base, dev, build = (
        requirements(f"{name}.txt") for name in ("base", "dev", "build")
    )
    extra = project["optional-dependencies"]["dev"]

    def names(specifiers: list[str]) -> set[str]:
        return {re.split(r"[><=!~ \[]", text)[0].lower() for text in specifiers}

    assert names(project["dependencies"]) <= set(base)
    assert names(extra) <= set(dev)
    assert "hatchling" in build
    assert {name: dev.get(name) for name in base} == base
    assert {n: v for n, v in build.items() if n in dev and dev[n] != v} == {}


def test_every_pin_of_a_lock_has_a_hash() -> None:
    for lock in sorted((ROOT / "lock").glob("*.txt")):
        blocks = re.split(r"\n(?=\S)", lock.read_text().strip())

        assert [b for b in blocks if "--hash=sha256:" not in b] == [], lock.name


def test_the_version_is_the_same_everywhere() -> None:
    version = settings()["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text()
    changelog = (ROOT / "CHANGELOG.md").read_text()

    assert f"\nversion: {version}\n" in citation
    assert f"\n## {version}" in changelog


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [p for p in PAGES if "```python" in p.read_text()], ids=short
)
def test_python_in_the_docs_runs(page: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL)

    run_python("\n".join(blocks))


def run_python(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_greenroute_loads_no_large_library() -> None:
    loaded = run_python("import sys, greenroute; print(*sys.modules)").split()
    large = {"geopandas", "networkx", "numba", "ortools", "pandas", "pyarrow", "scipy"}

    assert large & set(loaded) == set()


def test_every_public_name_loads() -> None:
    run_python(
        "import greenroute as gr\n"
        "assert gr.__all__\n"
        "for name in gr.__all__: getattr(gr, name)"
    )
