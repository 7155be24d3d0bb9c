"""`greenroute route`: every sensible way for one shipment."""

from datetime import datetime
from typing import Annotated

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.charges import (
    CardErrors,
    CardFile,
    OwnRates,
    charges_of,
    check_card_errors,
)
from greenroute.cli.options import (
    FactorsFolder,
    Format,
    NetworkFolder,
    OutputFile,
    OutputFormat,
    TariffFolder,
    moment,
    number,
    whole,
)
from greenroute.cli.output import Answer, fitting, say, write
from greenroute.orders.shipment import Cargo

EXIT_INFEASIBLE = 4
#: Itineraries in a table, the four picks among them.
SHOWN, PICKS = 12, 4


def route(
    origin: Annotated[
        str,
        typer.Argument(
            metavar="ORIGIN",
            help="UN/LOCODE, IATA:XXX, lat,lon, 'city, ISO2', a market (ISO2) or a node "
            "of the network.",
        ),
    ],
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DESTINATION", help="Likewise; 'A;B;C' means any one of them."
        ),
    ],
    *,
    mass_kg: Annotated[
        float,
        typer.Option(metavar="KG", parser=number, help="Mass with packaging, in kg."),
    ],
    volume_m3: Annotated[
        float | None,
        typer.Option(
            "--volume-m3",
            metavar="M3",
            parser=number,
            help="Volume with packaging, in m3; assumed from a usual density without it.",
        ),
    ] = None,
    cargo: Annotated[
        Cargo, typer.Option(help="How the goods are carried.")
    ] = Cargo.DRY,
    un_number: Annotated[
        str | None,
        typer.Option(metavar="UN3481", help="UN number of dangerous goods."),
    ] = None,
    ready: Annotated[
        datetime | None,
        typer.Option(
            metavar="TIME",
            parser=moment,
            help="When the goods are ready, ISO 8601; local to the origin if it has no "
            "offset.",
        ),
    ] = None,
    due: Annotated[
        datetime | None,
        typer.Option(
            metavar="TIME",
            parser=moment,
            help="When they must be delivered; local to the destination.",
        ),
    ] = None,
    max_cost_usd: Annotated[
        float | None,
        typer.Option(
            metavar="USD",
            parser=number,
            help="Most it may cost, in USD.",
        ),
    ] = None,
    max_wtw_kg: Annotated[
        float | None,
        typer.Option(
            metavar="KG",
            parser=number,
            help="Most it may emit, well to wheel, in kg CO2e.",
        ),
    ] = None,
    value_usd: Annotated[
        float | None,
        typer.Option(
            "--value-usd",
            metavar="USD",
            parser=number,
            help="Value of the goods, in USD, of which lanes may charge a duty; for "
            "--annual-rate and --insurance-share.",
        ),
    ] = None,
    via: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE",
            help="Place to pass; several in this order.",
        ),
    ] = None,
    avoid: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help="Passage, mode, market or place not to use; may be repeated.",
        ),
    ] = None,
    max_transfers: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            parser=whole(0),
            help="Most changes from one main run (all but road) to another.",
        ),
    ] = None,
    on_time: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            parser=number,
            help="Least probability of arriving by --due, like 0.95.",
        ),
    ] = None,
    calendar: Annotated[
        bool,
        typer.Option(
            "--calendar",
            help="Keep opening hours of gateways and customs, weekends and public "
            "holidays; with --ready.",
        ),
    ] = False,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="OPTION",
            help="Fuel, vehicle or speed that legs may take besides the usual: hvo, "
            "battery, electric, diesel, b30, b100, slow, saf30, ...; all for all; may be "
            "repeated.",
        ),
    ] = None,
    card: CardFile = None,
    own_rates: OwnRates = None,
    card_errors: CardErrors = None,
    carbon_price_usd: Annotated[
        float,
        typer.Option(
            "--carbon-price-usd",
            metavar="USD",
            parser=number,
            help="Your own price of all emissions, well to wheel, in USD/t CO2e.",
        ),
    ] = 0.0,
    ets: Annotated[
        bool,
        typer.Option("--ets", help="Count the EU ETS by sea where no price holds it."),
    ] = False,
    fueleu: Annotated[
        bool,
        typer.Option("--fueleu", help="Likewise the penalty of FuelEU Maritime."),
    ] = False,
    corsia_share: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=number,
            help="Share of the emissions of flights abroad to offset under CORSIA, like "
            "0.154.",
        ),
    ] = 0.0,
    annual_rate: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=number,
            help="Cost of capital tied up, as a share of --value-usd a year, like 0.12.",
        ),
    ] = 0.0,
    insurance_share: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            parser=number,
            help="Premium, as a share of --value-usd and 10 %, like 0.003.",
        ),
    ] = 0.0,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Take one itinerary apart: its id, or cheapest, fastest, greenest or "
            "balanced.",
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            parser=whole(1),
            metavar="N",
            help="N itineraries: the picks and those that differ most.",
        ),
    ] = None,
    show_all: Annotated[
        bool,
        typer.Option("--all", help="All itineraries of the frontier."),
    ] = False,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
    out: OutputFile = None,
    _seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            help="Accepted and without effect: the search is exact.",
        ),
    ] = None,
) -> None:
    """Find every way that no other beats on cost, time and CO2e at once.

    A table shows the four picks (cheapest, fastest, greenest, balanced) and a
    well-spread selection; json and csv have the whole frontier, geojson the picks.
    """
    if top is not None and show_all:
        msg = "expected --top N or --all, not both"
        raise typer.BadParameter(msg, param_hint="--top")
    check_card_errors(card, card_errors)
    shipment = gr.Shipment(
        origin=origin.strip(),
        destination=destination.strip(),
        mass_kg=mass_kg,
        volume_m3=volume_m3,
        cargo=cargo,
        un_number=un_number,
        ready_at=ready,
        due_at=due,
        max_cost_usd=max_cost_usd,
        max_wtw_kg_co2e=max_wtw_kg,
        value_usd=value_usd,
    )
    with report.waiting("reading the network"):
        world, rates = gr.read_network(network), gr.read_rates(tariff, factors)
    basis = report.Basis(
        network=world,
        rates=rates,
        via=tuple(via or ()),
        avoid=tuple(avoid or ()),
        options=rates.options.chosen(options or ()),
        max_transfers=max_transfers,
        on_time=on_time,
        opening_hours=gr.read_opening_hours() if calendar else None,
        charges=charges_of(
            world,
            rates,
            (card, own_rates, card_errors),
            carbon={
                "ets": ets,
                "fueleu": fueleu,
                "corsia_share": corsia_share,
                "internal_usd_per_t": carbon_price_usd,
            },
            annual_rate=annual_rate,
            insurance_share=insurance_share,
        ),
    )
    with report.waiting("searching (the first run also compiles the search)"):
        frontier = gr.route(
            shipment,
            world,
            rates,
            via=basis.via,
            avoid=basis.avoid,
            options=basis.options,
            max_transfers=basis.max_transfers,
            on_time=basis.on_time,
            opening_hours=basis.opening_hours,
            charges=basis.charges,
        )
    if explain is not None and frontier.picks is not None:
        write(_explanation(frontier, explain, basis), form, out)
        return
    count = _count(fitting(form, out), top=top, show_all=show_all)
    shown = report.well_spread(frontier, count)
    answer = Answer(
        page=lambda width: report.route_table(frontier, shown, basis, width=width),
        texts={
            Format.JSON: lambda: report.route_json(frontier, shown, basis),
            Format.CSV: lambda: report.route_csv(frontier, shown),
            Format.GEOJSON: lambda: report.route_geojson(frontier, shown, basis),
        },
    )
    if frontier.picks is None:
        avoided = f"; avoided: {', '.join(basis.avoid)}" if basis.avoid else ""
        say(f"greenroute: {frontier.reason}{avoided}")
        if fitting(form, out) is Format.JSON:
            write(answer, form, out)
        raise typer.Exit(EXIT_INFEASIBLE)
    write(answer, form, out)


def _explanation(frontier: "gr.Frontier", asked: str, basis: "report.Basis") -> Answer:
    """Return one itinerary taken apart.

    Raises
    ------
    typer.BadParameter
        If the frontier has none of this id.
    """
    from greenroute.report.explain import explain_json  # noqa: PLC0415 - start-up

    names = frontier.pick_names()
    picks = {name: key for key, of_key in names.items() for name in of_key}
    key = picks.get(asked, asked)
    if key not in {itinerary.id for itinerary in frontier.itineraries}:
        known = ", ".join(f"{name} ({key})" for name, key in picks.items())
        msg = (
            f"there is no itinerary {asked!r}, expected one of {known}, or the id of "
            "another itinerary of the frontier"
        )
        raise typer.BadParameter(msg, param_hint="--explain")
    legs = gr.explain(
        frontier[key],
        frontier.shipment,
        basis.network,
        basis.rates,
        avoid=basis.avoid,
        options=basis.options,
        charges=basis.charges,
    )
    return Answer(
        page=lambda _: report.explain_table(frontier, key, legs),
        texts={Format.JSON: lambda: explain_json(frontier, key, legs, basis)},
    )


def _count(form: Format, *, top: int | None, show_all: bool) -> int | None:
    """Return how many itineraries to show; None means all."""
    if show_all or top is not None:
        return top
    match form:
        case Format.TABLE:
            return SHOWN
        case Format.GEOJSON:
            return PICKS
        case Format.JSON | Format.CSV:
            return None
