"""`greenroute doctor`: whether this installation works."""

import typer

from greenroute import report
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
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Say which versions are in use, whether the data is whole and the search runs."""
    sheet, well = report.doctor_sheet(network, tariff, factors)
    write(answer_with(sheet), form, out)
    if not well:
        say("greenroute: something is wrong, see above")
        raise typer.Exit(EXIT_ILL)
