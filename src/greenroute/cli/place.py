"""`greenroute markets` and `greenroute places`: what a shipment can be sent to."""

from typing import Annotated

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.answers import answer_with
from greenroute.cli.options import NetworkFolder, OutputFile, OutputFormat
from greenroute.cli.output import say, write

EXIT_NOT_FOUND = 4


def markets(
    *,
    network: NetworkFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """List the markets, each with its main trade hub."""
    sheet = report.markets_sheet(gr.read_network(network))
    write(answer_with(sheet, on_map=True), form, out)


def places(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Name or code, or part of it.")
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Most to list.")] = 10,
    network: NetworkFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """List the places whose name or code is nearest to a query, best first."""
    sheet = report.places_sheet(gr.read_network(network), query, limit=limit)
    write(answer_with(sheet, on_map=True), form, out)
    if not sheet.rows:
        say(f"greenroute: no place is like {query!r}")
