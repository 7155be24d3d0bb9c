"""Where results go: a terminal, a pipe or a file, in the format asked for."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from greenroute import report
from greenroute.cli.options import Format

#: What a shell reports of a program that a closed pipe has ended (128 + SIGPIPE).
EXIT_PIPE_CLOSED = 141
_ENDINGS = {".json": Format.JSON, ".csv": Format.CSV, ".geojson": Format.GEOJSON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command found, in the formats that it has.

    Attributes
    ----------
    page
        Parts of a page for people; the argument is its width in columns.
    texts
        Whole documents for programs, made only when they are asked for.
    """

    page: Callable[[int], Sequence[Any]]
    texts: Mapping[Format, Callable[[], str]]


def write(answer: Answer, chosen: Format | None, out: Path | None) -> None:
    """Write an answer to stdout or to a file.

    Parameters
    ----------
    chosen
        Format; None takes the one that fits where it goes.
    out
        File, replaced when all is written; None for stdout.

    Raises
    ------
    typer.BadParameter
        If the answer does not come in this format, or the file cannot be written.
    """
    form = fitting(chosen, out)
    if form is not Format.TABLE and form not in answer.texts:
        have = ", ".join([Format.TABLE, *answer.texts])
        msg = f"{form} is not there for this command, expected {have}"
        raise typer.BadParameter(msg, param_hint="--format")
    if form is Format.TABLE and out is None and sys.stdout.isatty():
        report.print_page(answer.page)
        return
    text = (
        report.plain_page(answer.page) if form is Format.TABLE else answer.texts[form]()
    )
    if out is None:
        _print(text)
    else:
        _replace(out, text)


def fitting(chosen: Format | None, out: Path | None) -> Format:
    """Return the format chosen, else the one that fits a file or stdout."""
    if chosen is not None:
        return chosen
    if out is not None:
        return _ENDINGS.get(out.suffix.lower(), Format.JSON)
    return Format.TABLE if sys.stdout.isatty() else Format.JSON


def say(text: str) -> None:
    """Tell the user something that is no result."""
    print(text, file=sys.stderr)


def _print(text: str) -> None:
    """Write UTF-8 to stdout, whatever the locale is."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has had enough. What is still buffered must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(EXIT_PIPE_CLOSED) from None


def _replace(path: Path, text: str) -> None:
    """Write a file aside and put it in place when it is complete."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            aside.write_bytes(text.encode())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}"
        raise typer.BadParameter(msg, param_hint="--out") from None
