"""The file that describes the network folder."""

from collections.abc import Iterable, Mapping, Sequence

from tools.world.archives import Archive
from tools.world.tables import TableText, Written, read_input

LANES = "lanes"

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def table_texts() -> dict[str, TableText]:
    """Licence, attribution and columns of every table, by its name."""
    columns: dict[str, dict[str, str]] = {}
    for row in read_input("table_columns.csv"):
        columns.setdefault(row["table"], {})[row["column"]] = row["meaning"]
    texts = {}
    for row in read_input("table_licences.csv"):
        name = row["table"]
        texts[name] = TableText(
            licence=row["licence"],
            attribution=row["attribution"],
            columns=columns.get(name.split("_")[0] if LANES in name else name, {}),
        )
    return texts


def network_toml(
    head: Mapping[str, str], archives: Iterable[Archive], tables: Sequence[Written]
) -> str:
    """Text of network.toml.

    Parameters
    ----------
    head
        Name, version, date and description of the network.
    archives
        Archives it was made from.
    tables
        Tables of the folder.
    """
    lines = [f"{key} = {_quoted(value)}" for key, value in head.items()]
    for archive in sorted(archives, key=lambda one: one.id):
        lines += [
            "",
            "[[sources]]",
            f"id = {_quoted(archive.id)}",
            f"title = {_quoted(archive.title)}",
            f"package = {_quoted(archive.requirement)}",
            f"archive = {_quoted(archive.filename)}",
            f"sha256 = {_quoted(archive.sha256)}",
            f"licence = {_quoted(archive.licence)}",
            f"attribution = {_quoted(archive.attribution)}",
        ]
    for table in sorted(tables, key=lambda one: one.name):
        lines += [
            "",
            f"[tables.{table.name}]",
            f"file = {_quoted(table.file)}",
            f"sha256 = {_quoted(table.sha256)}",
            f"licence = {_quoted(table.licence)}",
            f"attribution = {_quoted(table.attribution)}",
            f"rows = {table.rows}",
        ]
        if table.columns:
            lines += ["", f"[tables.{table.name}.columns]"]
            lines += [f"{key} = {_quoted(told)}" for key, told in table.columns.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'
