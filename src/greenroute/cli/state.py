"""`greenroute state`: what shipments emit, by the equations of ISO 14083."""

from pathlib import Path
from typing import Annotated

import typer

import greenroute as gr
from greenroute import report, statement
from greenroute.cli.options import FactorsFolder, Format, OutputFormat
from greenroute.cli.output import Answer, say, write

EXIT_SOME_FAILED = 3
_SHARED = "Options of all"


def state(
    chains: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            help="Plan folder, chains file (.csv, .json, .jsonl, .parquet), or a folder "
            "or file of iLEAP data.",
        ),
    ],
    *,
    ileap: Annotated[
        bool,
        typer.Option("--ileap", help="Write iLEAP 1.0.0 files as well, to DIR/ileap."),
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Draws for the 5-95 % interval; 0 leaves it out."
        ),
    ] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the draws.")] = 0,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the report, the elements and what was left out.",
            rich_help_panel=_SHARED,
        ),
    ] = None,
) -> None:
    """State what shipments emit, element by element.

    Rows with errors are left out and named; the others are stated, and the exit code is 3.
    A table shows the total, the modes and the elements; json has everything, csv the
    elements. With --out a folder holds all of it.
    """
    if ileap and out is None:
        msg = "expected --out DIR with it"
        raise typer.BadParameter(msg, param_hint="--ileap")
    rates = gr.read_rates(factors=factors)
    with report.waiting("reading the chains"):
        read = _read(chains, rates)
    with report.waiting("stating the emissions"):
        stated = statement.state_emissions(read, rates)
        interval = None
        if draws:
            interval = statement.emission_interval(stated, draws=draws, seed=seed)
    if out is not None:
        with report.waiting(f"writing {out}"):
            report.write_statement(stated, out, interval=interval)
            if ileap:
                report.write_ileap(stated, out / "ileap")
    if out is None or form is not None:
        answer = Answer(
            page=lambda width: report.statement_table(stated, interval, width=width),
            texts={
                Format.JSON: lambda: report.statement_json(stated, interval),
                Format.CSV: lambda: report.statement_csv(stated),
            },
        )
        write(answer, form, None)
    if stated.rejected:
        say(f"greenroute: {statement.rejected_in_words(stated.rejected)}")
        raise typer.Exit(EXIT_SOME_FAILED)


def _read(path: Path, rates: "gr.Rates") -> "statement.TransportChains":
    """Read a plan, a chains file or iLEAP data, told apart by what they hold."""
    if statement.is_plan_folder(path):
        return statement.read_plan_chains(path, rates.factors)
    if path.is_dir() or (path.suffix == ".json" and _is_ileap(path)):
        return report.read_ileap(path)
    return statement.read_chains(path)


def _is_ileap(path: Path) -> bool:
    """Return whether a JSON file speaks iLEAP: its words are not those of chains."""
    return path.is_file() and '"shipmentId"' in path.read_text(
        encoding="utf-8", errors="replace"
    )
