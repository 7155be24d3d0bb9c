"""`greenroute factors`: what intensities there are, and where each comes from."""

from pathlib import Path
from typing import Annotated

import typer

from greenroute import report
from greenroute.cli.answers import answer_with
from greenroute.cli.options import FactorsFolder, OutputFile, OutputFormat
from greenroute.cli.output import say, write

EXIT_NOT_FOUND = 4

app = typer.Typer(
    help="What intensities there are, and where each comes from; without a command, all.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
OfMode = Annotated[
    str | None, typer.Option("--mode", metavar="MODE", help="Only those of a mode.")
]
InSet = Annotated[
    str | None,
    typer.Option("--set", metavar="NAME", help="Only those of a set, as desnz-2026."),
]
Kind = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="KIND",
        help="Kind of table: glec, clean-cargo, carrier or smartway.",
    ),
]


@app.callback()
def start(
    context: typer.Context,
    *,
    mode: OfMode = None,
    in_set: InSet = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """List the factors of a set and of the sets that it draws on."""
    if context.invoked_subcommand is None:
        list_(mode=mode, in_set=in_set, factors=factors, form=form, out=out)


@app.command("list")
def list_(
    *,
    mode: OfMode = None,
    in_set: InSet = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """List the factors of a set and of the sets that it draws on."""
    sheet = report.factors_sheet(factors, mode=mode, set_name=in_set)
    write(answer_with(sheet), form, out)


@app.command()
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="All must be there.")
    ],
    *,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Find factors by words; what is not available is named with its reason."""
    sheet = report.found_factors_sheet(factors, " ".join(words))
    write(answer_with(sheet), form, out)
    if not sheet.rows:
        say(f"greenroute: no factor has {' '.join(words)!r}")
        raise typer.Exit(EXIT_NOT_FOUND)


@app.command()
def show(
    factor_id: Annotated[
        str, typer.Argument(metavar="ID", help="As `greenroute factors list` has it.")
    ],
    *,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Show a factor: its figures, its formula with inputs, its sources and licence."""
    write(answer_with(report.factor_sheet(factors, factor_id)), form, out)


@app.command()
def template(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="glec, clean-cargo, carrier or smartway."),
    ],
    *,
    out: OutputFile = None,
) -> None:
    """Write the header of a table that `greenroute factors import` reads, as CSV."""
    # Arrow must not load for --help.
    from greenroute.rating.import_template import template_csv  # noqa: PLC0415 - start-up

    text = template_csv(kind)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Filled template (.csv or .parquet).")
    ],
    *,
    kind: Kind,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder that becomes a factor set, for --factors; not there yet.",
        ),
    ],
    right: Annotated[
        bool,
        typer.Option(
            "--i-have-the-right",
            help="You hold the document and may use its figures for this.",
        ),
    ] = False,
) -> None:
    """Make a factor set of intensities from a table that you hold.

    The result draws on the set of the package for all other TOCs. It is yours: it is not
    shipped, shared or sent anywhere.
    """
    # Arrow must not load for --help.
    from greenroute.rating.import_factors import import_factors  # noqa: PLC0415 - start-up

    if not right:
        msg = "expected it: figures of a document may be used only by who has the right"
        raise typer.BadParameter(msg, param_hint="--i-have-the-right")
    count = import_factors(file, kind, out)
    say(f"greenroute: {count} factors in {out}; use them with --factors {out}")
