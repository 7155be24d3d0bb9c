"""`greenroute distance`: how far it is by one mode."""

from typing import Annotated

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.answers import answer_with
from greenroute.cli.options import NetworkFolder, OutputFile, OutputFormat
from greenroute.cli.output import say, write

EXIT_NO_WAY = 4


def distance(
    origin: Annotated[str, typer.Argument(metavar="A", help="Place, as for route.")],
    destination: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    *,
    mode: Annotated[
        str,
        typer.Option(metavar="MODE", help="sea, air, rail, road or inland_waterway."),
    ],
    close: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PASSAGE",
            help="Passage to close, for sea; may be repeated. `network info` lists them.",
        ),
    ] = None,
    network: NetworkFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
) -> None:
    """Measure the way between two places by one mode.

    By sea along the shipping routes, by air as the great circle, by land and inland
    waterway along the lanes of the network.
    """
    closed = tuple(close or ())
    world = gr.read_network(network)
    sheet = report.distance_sheet(
        world, (origin.strip(), destination.strip()), mode=mode, closed=closed
    )
    if sheet is None:
        shut = f" with {', '.join(closed)} closed" if closed else ""
        say(f"greenroute: no way by {mode} from {origin} to {destination}{shut}")
        raise typer.Exit(EXIT_NO_WAY)
    write(answer_with(sheet), form, out)
