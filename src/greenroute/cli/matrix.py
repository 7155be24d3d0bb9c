"""`greenroute matrix`: the frontiers of all ordered pairs of markets."""

from dataclasses import astuple
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.options import FactorsFolder, NetworkFolder, TariffFolder, number
from greenroute.cli.output import say
from greenroute.orders.shipment import Cargo


def matrix(
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE.parquet", help="File to write.")
    ],
    mass_kg: Annotated[
        float,
        typer.Option(metavar="KG", parser=number, help="Mass with packaging, in kg."),
    ] = 10_000.0,
    volume_m3: Annotated[
        float | None,
        typer.Option("--volume-m3", metavar="M3", parser=number, help="Volume, in m3."),
    ] = None,
    cargo: Annotated[
        Cargo, typer.Option(help="How the goods are carried.")
    ] = Cargo.DRY,
    market: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ISO2", help="Market of the pairs, may be repeated; all without it."
        ),
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="OPTION",
            help="Fuel, vehicle or speed besides the usual; all for all.",
        ),
    ] = None,
    step_usd: Annotated[
        float | None,
        typer.Option(
            metavar="USD", parser=number, help="Resolution of cost; 1 without it."
        ),
    ] = None,
    step_h: Annotated[
        float | None,
        typer.Option(
            metavar="H", parser=number, help="Resolution of time; 1 without it."
        ),
    ] = None,
    step_kg: Annotated[
        float | None,
        typer.Option(
            metavar="KG", parser=number, help="Resolution of CO2e; 1 without it."
        ),
    ] = None,
    epsilon: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=number,
            help="Tolerance of the frontiers, 0.05 for 5 %; exact without it.",
        ),
    ] = 0.0,
    threads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Searches at a time.")
    ] = None,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
) -> None:
    """Write the frontiers of all ordered pairs of markets to a Parquet file.

    One row per itinerary: origin, destination, cost_usd, transit_h, wtw_kg_co2e, modes.
    A run that is stopped goes on when it is started again. With --epsilon every itinerary
    is covered by one of its pair that costs, takes and emits at most that share more, in
    cents, minutes and grams; it goes without steps.
    """
    with report.waiting("reading the network"):
        world, rates = gr.read_network(network), gr.read_rates(tariff, factors)
    chosen = rates.options.chosen(options or ())
    resolution = _resolution(step_usd, step_h, step_kg)
    shipment = gr.Shipment(
        origin="", destination="", mass_kg=mass_kg, volume_m3=volume_m3, cargo=cargo
    )
    begin = perf_counter()
    with report.waiting("laying out the graph"):
        pairs = gr.Matrix(
            shipment,
            world,
            rates,
            markets=[m.upper() for m in market] if market else None,
            options=chosen,
            resolution=resolution,
            epsilon=epsilon,
        )
    about: dict[str, object] = {
        "network": world.sha256,
        "tariff": rates.tariff.sha256,
        "factors": rates.factors.sha256,
        "mass_kg": mass_kg,
        "volume_m3": volume_m3,
        "cargo": str(cargo),
        "markets": list(pairs.markets),
        "options": list(chosen),
        "resolution": None if epsilon else list(astuple(resolution or gr.Resolution())),
        "exact": not epsilon,
        "epsilon": pairs.epsilon,
    }
    with report.counting("markets") as progress:
        rows = report.write_matrix(
            pairs, out, about=about, threads=threads, progress=progress
        )
    count = len(pairs.markets)
    certificate = f"exact: false, epsilon {epsilon:g}"
    if not epsilon:
        usd, hours, kg = astuple(resolution or gr.Resolution())
        certificate = f"exact: true at {usd:g} USD, {hours:g} h, {kg:g} kg"
    say(
        f"{out}: {rows:,} itineraries of {count * (count - 1):,} pairs in "
        f"{perf_counter() - begin:,.0f} s; {certificate}; graph of {pairs.n_nodes:,} "
        f"nodes and {pairs.n_arcs:,} arcs"
    )


def _resolution(
    usd: float | None, hours: float | None, kg: float | None
) -> "gr.Resolution | None":
    """Return the resolution of the steps given, one for those that are not."""
    usual = gr.Resolution()
    if usd is None and hours is None and kg is None:
        return None
    return gr.Resolution(
        cost_usd=usual.cost_usd if usd is None else usd,
        transit_h=usual.transit_h if hours is None else hours,
        wtw_kg_co2e=usual.wtw_kg_co2e if kg is None else kg,
    )
