"""`greenroute network`: what a network holds, and whether it is sound."""

import typer

import greenroute as gr
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

EXIT_UNSOUND = 2

app = typer.Typer(
    help="What a network holds, and whether it is sound.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def info(
    *,
    network: NetworkFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Say what a network holds: its version, gateways, lanes, passages and sources."""
    write(answer_with(report.info_sheet(gr.read_network(network))), form, out)


@app.command()
def check(
    *,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Check that a network is sound: connected, and without absurd figures.

    Of the world network, also that it has every UN state and 200 markets.
    """
    world = gr.read_network(network)
    rates = gr.read_rates(tariff, factors)
    found = report.check_with_rates(world, rates, world_wide=network is None)
    write(answer_with(report.check_sheet(found)), form, out)
    if not found.sound:
        say(f"greenroute: network {world.name} is not sound")
        raise typer.Exit(EXIT_UNSOUND)
