"""`greenroute doctor`: whether this installation works."""

from typing import Annotated

import typer

from greenroute import report, solver
from greenroute.cli.answers import answer_with
from greenroute.cli.options import (
    FactorsFolder,
    NetworkFolder,
    OutputFile,
    OutputFormat,
    TariffFolder,
)
from greenroute.cli.output import say, write

EXIT_ILL = 2


def doctor(
    *,
    warm: Annotated[
        bool,
        typer.Option(
            "--warm", help="Compile all searches now, so that no later command does."
        ),
    ] = False,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Say which versions are in use, whether the data is whole and the search runs."""
    if warm:
        say("greenroute: compiling searches and planner, once per machine and version")
        for name, seconds in solver.warm():
            say(f"greenroute: {name}: {seconds:.1f} s")
    sheet, well = report.doctor_sheet(network, tariff, factors)
    write(answer_with(sheet), form, out)
    if not well:
        say("greenroute: something is wrong, see above")
        raise typer.Exit(EXIT_ILL)
