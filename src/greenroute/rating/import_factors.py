"""Makes a factor set of intensities from a table that the user holds."""

import csv
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from greenroute.errors import DataError, one_of
from greenroute.orders.shipment import Cargo
from greenroute.rating.data_set import DataSet, line_of, open_data_set, refuse, sets_of
from greenroute.rating.factor_library import DEFAULT_SET
from greenroute.rating.factor_rows import FACTOR_COLUMNS, first_word
from greenroute.rating.factor_tables import DESCRIPTION
from greenroute.rating.factors import HUB, Use
from greenroute.rating.import_rows import Imported, Known, check_import_row
from greenroute.rating.import_template import TEMPLATES, ImportKind
from greenroute.rating.read_factors import read_factors
from greenroute.tables import Column, data_folder, read_table

#: Licence of what a user has imported.
USER_HELD = "user-held"
_FUELS = "fuels-2026"
_TITLES = {
    ImportKind.GLEC: "GLEC Framework",
    ImportKind.CLEAN_CARGO: "Clean Cargo",
    ImportKind.CARRIER: "carrier",
    ImportKind.SMARTWAY: "US EPA SmartWay",
}
#: Significant digits of a converted figure.
_DIGITS = 10

Row = dict[str, str]


def import_factors(file: Path, kind: str, out: Path) -> int:
    """Make a factor set folder from a filled template.

    It draws on the set of the package for all TOCs that the template does not name.

    Parameters
    ----------
    file
        Filled template, CSV or Parquet.
    kind
        `glec`, `clean-cargo`, `carrier` or `smartway`.
    out
        Folder to make; it must not be there yet.

    Returns
    -------
    int
        Number of intensities.

    Raises
    ------
    DataError
        With every row that is wrong: line, column, what is there, what was expected,
        by which rule.
    UnknownCategoryError
        For a kind that there is not.
    """
    chosen = one_of(ImportKind, kind, "kind")
    if out.exists():
        msg = f"{out} is there, expected a folder that is not there yet"
        raise DataError(msg)
    base = open_data_set(data_folder() / "factors" / DEFAULT_SET, DESCRIPTION, ())
    tocs, hocs = (_rows_of(base.files[name]) for name in ("tocs", "hocs"))
    imported = _read(file, chosen, _known(base, tocs, hocs))
    factors = [_factor(row, chosen) for row in imported if row.words["mode"] != HUB]
    for row in imported:
        if row.words["mode"] == HUB:
            _set_hub(hocs, row, chosen)
    tables = {
        "tocs": _with_tocs(
            tocs, [r for r in imported if r.words["mode"] != HUB], chosen
        ),
        "hocs": hocs,
    }
    if factors:
        tables["factors"] = factors
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        _write(aside, tables, base, (out.name, _title(chosen, imported[0].words)))
        read_factors(aside)
        aside.rename(out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(imported)


def _rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _known(base: DataSet, tocs: Iterable[Row], hocs: Iterable[Row]) -> Known:
    """Return what the rows are checked against."""
    carriers = _rows_of(base.path.parents[1] / _FUELS / "carriers.csv")
    provision = {}
    for row in carriers:
        wtw, ttw = (Decimal(row[f"{part}_kg_per_unit"]) for part in ("wtw", "ttw"))
        if ttw > 0:
            provision[row["carrier"]] = (wtw - ttw) / ttw
    return Known(
        modes={row["toc"]: row["mode"] for row in tocs},
        hocs=frozenset(row["hoc"] for row in hocs if row["moves_goods"] == "1"),
        provision=provision,
    )


def _read(file: Path, kind: ImportKind, known: Known) -> list[Imported]:
    columns = TEMPLATES[kind]
    table = read_table(file, {name: Column(empty=True) for name in columns})
    problems: list[tuple[int, str]] = []
    unknown = [name for name in table.data.column_names if name not in columns]
    if unknown:
        expected = f"only {', '.join(columns)} (rule: column)"
        msg = f"{file}: column {', '.join(unknown)} is not known, expected {expected}"
        raise DataError(msg)
    if not len(table):
        msg = f"{file}: there are no rows, expected some (rule: rows)"
        raise DataError(msg)
    found: list[Imported] = []
    first: dict[object, int] = {}
    for number, words in enumerate(table.data.select(list(columns)).to_pylist()):
        row, wrong = check_import_row(words, kind, known)
        problems += [(number, text) for text in wrong]
        if row is None:
            continue
        found.append(row)
        for key in _keys(words, kind):
            if first.setdefault(key, number) != number:
                said = (
                    f"as in line {line_of(first[key])}, expected once (rule: duplicate)"
                )
                problems.append((number, f"{', '.join(filter(None, key))} is {said}"))
    refuse(file, problems)
    return found


def _keys(words: Mapping[str, str], kind: ImportKind) -> list[tuple[str, ...]]:
    """Return what must come once: the TOC with each cargo, or the hub."""
    if words["mode"] == HUB:
        return [(HUB, words["toc"])]
    return [(_toc_of(words, kind), cargo) for cargo in _cargoes(words)]


def _cargoes(words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cargoes that an intensity is for."""
    if words["cargo"]:
        return (words["cargo"],)
    if words["temperature"] == "refrigerated":
        return (Cargo.REEFER,)
    return (Cargo.DRY, Cargo.DANGEROUS)


def _slug(*words: str | None) -> str:
    text = "-".join(word for word in words if word).lower()
    return re.sub(r"[^a-z0-9+.%_]+", "-", text).strip("-")


def _name(words: Mapping[str, str]) -> str:
    named = (words.get(n) for n in ("carrier", "vehicle_class", "lane", "region"))
    return _slug(*named)


def _toc_of(words: Mapping[str, str], kind: ImportKind) -> str:
    return words["toc"] or f"{kind}-{words['mode']}-{_name(words)}"


def _factor_id(words: Mapping[str, str], kind: ImportKind) -> str:
    parts = [USER_HELD, kind, words["mode"], _name(words), words["toc"]]
    parts += [words["temperature"], words["cargo"]]
    return ":".join(part for part in parts if part)


def _title(kind: ImportKind, words: Mapping[str, str]) -> str:
    carrier = words.get("carrier")
    title = carrier if kind is ImportKind.CARRIER else _TITLES[kind]
    edition = f"{title} {words['edition']}"
    with_carrier = carrier and kind is not ImportKind.CARRIER
    return f"{edition}, {carrier}" if with_carrier else edition


def _section(words: Mapping[str, str]) -> str:
    named = [f"{n} {words[n]}" for n in ("module", "table") if words.get(n)]
    return ", ".join([*named, f"page {words['page']}"])


def _factor(row: Imported, kind: ImportKind) -> Row:
    """Return the row of a factor table."""
    words = row.words
    notes = f"imported from {kind}"
    if kind is ImportKind.SMARTWAY:
        notes += f"; CO2 of the exhaust only; energy provision by the ratio of {words['fuel']}"
    elif words["unit"] != "g CO2e/tkm":
        notes += f"; {words['wtw']} {words['unit']}"
    what = [words.get(name) for name in ("carrier", "vehicle_class", "lane")]
    return {
        "factor_id": _factor_id(words, kind),
        "mode": words["mode"],
        "vehicle_class": ", ".join(word for word in what if word),
        "region": words["region"],
        "temperature": words["temperature"],
        "wtw_g_per_tkm": _text(row.wtw),
        "ttw_g_per_tkm": _text(row.ttw),
        "wtt_g_per_tkm": _text(row.wtw - row.ttw),
        "wtt_basis": "modelled" if kind is ImportKind.SMARTWAY else "published",
        "gwp_basis": words.get("gwp_basis") or "not stated",
        "distance_basis": words["distance_basis"],
        "data_type": row.data_type,
        "spread": "",
        "use": Use.DEFAULT,
        "source": _title(kind, words),
        "section": _section(words),
        "year": words["year"],
        "licence": USER_HELD,
        "confidence": USER_HELD,
        "notes": notes,
    }


def _text(number: Decimal) -> str:
    """Return a figure with the digits that a float can hold, 0 as 0."""
    return "0" if number == 0 else format(Decimal(f"{number:.{_DIGITS}g}"), "f")


def _set_hub(hocs: list[Row], row: Imported, kind: ImportKind) -> None:
    for hoc in hocs:
        if hoc["hoc"] == row.words["toc"]:
            hoc |= {
                "wtw_kg_per_t": _text(row.wtw),
                "ttw_kg_per_t": _text(row.ttw),
                "data_type": row.data_type,
                "source": f"{_title(kind, row.words)}, {_section(row.words)}",
                "note": f"{USER_HELD}, imported from {kind}",
            }


def _with_tocs(
    tocs: list[Row], imported: Sequence[Imported], kind: ImportKind
) -> list[Row]:
    """Return the TOCs of the set with those of the table in their place, or added."""
    adjustment = {row["mode"]: row["distance_adjustment"] for row in tocs}
    shipping = {row["toc"]: row["air_shipping"] for row in tocs}
    made = {(row["toc"], row["cargo"]): row for row in tocs}
    for row in imported:
        words = row.words
        on_route = first_word(words["distance_basis"]) in ("sfd", "gcd+95")
        for cargo in _cargoes(words):
            toc = _toc_of(words, kind)
            made[toc, cargo] = {
                "toc": toc,
                "mode": words["mode"],
                "air_shipping": shipping.get(toc, ""),
                "cargo": cargo,
                "factor_id": _factor_id(words, kind),
                "distance_adjustment": "1" if on_route else adjustment[words["mode"]],
                "note": f"{USER_HELD}, imported from {kind}",
            }
    return list(made.values())


def _write(
    folder: Path,
    tables: Mapping[str, list[Row]],
    base: DataSet,
    named: tuple[str, str],
) -> None:
    """Write the tables and the description of a set with a name and a source."""
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        columns = list(FACTOR_COLUMNS) if name == "factors" else list(rows[0])
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for name in ("options", "spreads"):
        shutil.copyfile(base.files[name], folder / f"{name}.csv")
    said, (own, title) = base.about["parameters"], named
    lines = [
        f"name = {_quoted(own)}",
        f'version = "{base.version}"',
        f'description = "{USER_HELD}: not to be shipped or shared"',
        *("", "[[sources]]", f"title = {_quoted(title)}"),
        *(f'licence = "{USER_HELD}"', 'attribution = ""'),
    ]
    for name, entry in said.items():
        lines += ["", f"[parameters.{name}]", f"value = {entry['value']}"]
    drawn = [(ref.name, ref.sha256) for ref in sets_of(base)]
    for name, sha256 in (*drawn, (base.name, base.sha256)):
        lines += ["", "[[sets]]", f'name = "{name}"', f'sha256 = "{sha256}"']
    for path in sorted(folder.glob("*.csv")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines += ["", f"[tables.{path.stem}]", f'file = "{path.name}"']
        lines += [f'sha256 = "{digest}"', f"rows = {len(_rows_of(path))}"]
    text = "\n".join(lines) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def _quoted(text: str) -> str:
    """Return a text as TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
