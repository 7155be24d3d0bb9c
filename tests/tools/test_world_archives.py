import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.world.archives import (
    ArchiveError,
    Archives,
    check_digest,
    read_literals,
    read_member,
    read_text,
)


def test_a_changed_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "searoute.tar.gz"
    path.write_bytes(b"not the archive")
    found = hashlib.sha256(b"not the archive").hexdigest()

    with pytest.raises(ArchiveError) as caught:
        check_digest(path, "0" * 64)

    assert str(caught.value) == f"{path}: sha256 is {found}, expected {'0' * 64}"


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"gone\.whl: no such file"):
        check_digest(tmp_path / "gone.whl", "0" * 64)


def test_a_member_of_a_wheel_is_read_without_its_byte_order_mark(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ports.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("data/ports.csv", "\ufeffname\nBasel\n")
    archives = Archives(path={"wpi": path})

    assert read_text(archives, "wpi", "data/ports.csv").read() == "name\nBasel\n"


def test_a_member_of_a_source_archive_is_found_below_its_top_folder(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sea-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in (("sea-1.0/README", b""), ("sea-1.0/data.py", b"a=1")):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    archives = Archives(path={"sea": path})

    assert read_member(archives, "sea", "data.py") == b"a=1"


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ports.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("here.csv", "")

    with pytest.raises(ArchiveError, match=r"ports\.whl: has no file 'gone\.csv'"):
        read_member(Archives(path={"wpi": path}), "wpi", "gone.csv")


def test_literals_are_read_and_nothing_else() -> None:
    text = "edge_list={(1, 2): {(3, 4): {'weight': 5.0}}}\nprint('ran')\n"

    assert read_literals(text) == {"edge_list": {(1, 2): {(3, 4): {"weight": 5.0}}}}


def test_a_value_that_would_have_to_run_is_refused() -> None:
    with pytest.raises(ArchiveError, match="nodes: is not a literal"):
        read_literals("nodes=open('secret')")
