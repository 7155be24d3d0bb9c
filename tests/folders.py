"""Data folders written from text, with their digests.

folder = network_folder(tmp_path, nodes='''
    id,kind,name,iso2,lat,lon
    AAAAA,city,Aton,AA,0,0
''', lanes=...)
"""

import hashlib
from pathlib import Path
from textwrap import dedent

import pyarrow.csv
import pyarrow.parquet


def network_folder(path: Path, **tables: str) -> Path:
    """Write a network folder whose tables are these CSV texts, and return it."""
    about = ['name = "text"', 'version = "1"']
    for name, text in tables.items():
        file = path / f"{name}.csv"
        file.write_text(dedent(text).lstrip(), encoding="utf-8")
        if name in {"places", "locodes"}:
            file = _as_parquet(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        about += [f"[tables.{name}]", f'file = "{file.name}"', f'sha256 = "{digest}"']
    (path / "network.toml").write_text("\n".join(about) + "\n", encoding="utf-8")
    return path


def _as_parquet(file: Path) -> Path:
    table = pyarrow.csv.read_csv(file)
    pyarrow.parquet.write_table(table, file.with_suffix(".parquet"))
    file.unlink()
    return file.with_suffix(".parquet")
