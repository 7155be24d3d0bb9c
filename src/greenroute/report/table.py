"""A frontier for a terminal: what was asked, a choice of itineraries, the picks leg by leg."""

import math
from collections.abc import Sequence
from string import ascii_lowercase

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from greenroute.network.places import Place
from greenroute.orders.shipment import Shipment
from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.report.basis import Basis
from greenroute.units import HOURS_PER_DAY

#: From this width on there is room for the columns that explain [columns].
WIDE = 96
#: From this mass on a fraction says nothing [kg].
WHOLE_FROM_KG = 100.0
NOT_INCLUDED = "not included"
#: More than five of a hundred find no departure at all.
NEVER = "–"
#: Distributions do not tell later arrivals apart.
MOST_SURE = 0.999
#: Probabilities are told in whole parts of one, rounded down.
_PARTS = 1000
_WORDS = (
    "USD from door to door. Days from ready to delivered, with waits for departures; 95 of "
    "100 shipments arrive by the second figure. CO2e well to wheel."
)


def route_table(
    frontier: Frontier, shown: Sequence[Itinerary], basis: Basis, *, width: int
) -> list[RenderableType]:
    """Return a frontier as parts of a page.

    Parameters
    ----------
    shown
        Itineraries to list.
    width
        Of the terminal [columns]; a narrow one gets fewer columns.
    """
    wide = width >= WIDE
    names = frontier.pick_names()
    picked = [i for i in frontier.itineraries if i.id in names]
    parts: list[RenderableType] = [
        *_header(frontier, basis),
        "",
        _choice(shown, names, wide=wide),
    ]
    for itinerary in picked:
        parts += ["", _heading(itinerary, names[itinerary.id])]
        parts += [Padding(part, (0, 0, 0, 2)) for part in _legs(itinerary, wide=wide)]
    return [*parts, "", *_notes(frontier, shown, picked, basis)]


def _header(frontier: Frontier, basis: Basis) -> list[Text]:
    shipment, find = frontier.shipment, basis.network.find_place
    ends = " or ".join(_named(find(text)) for text in shipment.destinations)
    way = Text(f"{_named(find(shipment.origin))} → {ends}", style="bold")
    steered = [
        *(f"via {text}" for text in basis.via),
        *(f"without {text}" for text in basis.avoid),
        *([f"or with {'/'.join(basis.options)}"] if basis.options else []),
        *_terms(basis),
    ]
    about = Text(", ".join([*_goods(shipment, frontier.assumed), *steered]))
    sets = (("network", basis.network), ("factors", basis.rates.factors))
    data = [f"{what} {one.name} {one.version}" for what, one in sets]
    tariff = basis.rates.tariff
    data.append(f"tariff {tariff.name} {tariff.version} ({tariff.currency})")
    exact = "the complete set" if frontier.exact else "not the complete set"
    count = Text.assemble(
        (f"{len(frontier.itineraries):,} itineraries", "bold"),
        f" ({exact}), none beaten by another on cost, time and CO2e at once",
    )
    return [way, about, Text(", ".join(data), style="dim"), count]


def _named(place: Place) -> str:
    return f"{place.name}, {place.iso2}"


def _goods(shipment: Shipment, assumed: Sequence[str]) -> list[str]:
    """Return what has to move, and what of it was assumed."""
    words = [f"{shipment.mass_kg:,.6g} kg"]
    if shipment.volume_m3 is not None:
        guess = " (assumed)" if "volume_m3" in assumed else ""
        words.append(f"{shipment.volume_m3:,.4g} m3{guess}")
    goods = f"{shipment.cargo} cargo"
    words.append(f"{goods} {shipment.un_number}" if shipment.un_number else goods)
    if shipment.ready_at is not None:
        words.append(f"ready {shipment.ready_at.isoformat(timespec='minutes')}")
    if shipment.due_at is not None:
        words.append(f"due {shipment.due_at.isoformat(timespec='minutes')}")
    if shipment.max_cost_usd is not None:
        words.append(f"at most {shipment.max_cost_usd:,.6g} USD")
    if shipment.max_wtw_kg_co2e is not None:
        words.append(f"at most {shipment.max_wtw_kg_co2e:,.6g} kg CO2e")
    return words


def _terms(basis: Basis) -> list[str]:
    """Return what else every itinerary keeps."""
    words = []
    if basis.max_transfers is not None:
        words.append(f"at most {basis.max_transfers} transfers")
    if basis.on_time is not None:
        words.append(f"in time with {basis.on_time:.1%}")
    if basis.opening_hours is not None:
        words.append("within opening hours")
    charges = basis.charges
    if charges is None:
        return words
    options = charges.carbon
    for counted, what in (
        (options.ets, "EU ETS"),
        (options.fueleu, "FuelEU"),
        (
            options.corsia_share,
            f"CORSIA for {options.corsia_share:.4g} of flights abroad",
        ),
        (options.internal_usd_per_t, f"{options.internal_usd_per_t:g} USD/t CO2e"),
        (charges.annual_rate, f"capital at {charges.annual_rate:.4g} a year"),
        (charges.insurance_share, f"insurance at {charges.insurance_share:.4g}"),
    ):
        if counted:
            words.append(f"with {what}")
    return words


def _choice(
    shown: Sequence[Itinerary], names: dict[str, tuple[str, ...]], *, wide: bool
) -> Table:
    """Return a row per itinerary, the picks first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("pick", overflow="fold")
    for heading in ("USD", "days", "95 % by" if wide else "95 %", "kg CO2e"):
        table.add_column(heading, justify="right", no_wrap=True)
    if wide:
        table.add_column("90 % interval", justify="right", no_wrap=True)
    table.add_column("by", overflow="fold")
    first = [itinerary for itinerary in shown if itinerary.id in names]
    others = [itinerary for itinerary in shown if itinerary.id not in names]
    for number, itinerary in enumerate([*first, *others], start=1):
        interval = (
            f"{_mass(itinerary.wtw_low_kg_co2e)} – {_mass(itinerary.wtw_high_kg_co2e)}"
        )
        table.add_row(
            Text(", ".join(names.get(itinerary.id, ())), style="bold"),
            f"{itinerary.cost_usd:,.0f}",
            f"{itinerary.transit_h / HOURS_PER_DAY:.1f}",
            f"{itinerary.transit_p95_h / HOURS_PER_DAY:.1f}".replace("inf", NEVER),
            _mass(itinerary.wtw_kg_co2e),
            *([interval] if wide else []),
            Text(_modes(itinerary)),
            end_section=number == len(first),
        )
    return table


def _modes(itinerary: Itinerary) -> str:
    """Return the modes, road only where it is more than drayage, and the options."""
    modes = itinerary.main_modes.replace("inland_waterway", "waterway")
    options = f" ({', '.join(itinerary.options)})" if itinerary.options else ""
    return f"{modes}{options}"


def _heading(itinerary: Itinerary, names: Sequence[str]) -> Text:
    words = Text.assemble(
        (", ".join(names), "bold"),
        f": {itinerary.cost_usd:,.0f} USD, {itinerary.transit_h / HOURS_PER_DAY:.1f} days, "
        f"{_mass(itinerary.wtw_kg_co2e)} kg CO2e",
    )
    if itinerary.departs_at is not None and itinerary.arrives_at is not None:
        times = (itinerary.departs_at, itinerary.arrives_at)
        start, end = (moment.strftime("%Y-%m-%d %H:%M") for moment in times)
        words.append(f", {start} to {end} UTC")
    if itinerary.transit_p50_h is not None:
        days = (
            f"{hours / HOURS_PER_DAY:.1f}".replace("inf", NEVER)
            for hours in (itinerary.transit_p50_h, itinerary.transit_p95_h)
        )
        words.append(", 50 % within {}, 95 % within {} days".format(*days))
    if itinerary.on_time_probability is not None:
        words.append(f", in time with {_chance(itinerary.on_time_probability)}")
    return words.append(f"  [{itinerary.id}]", style="dim")


def _chance(probability: float) -> str:
    """Return a probability; what is nearly certain or impossible does not read as if it were."""
    if probability > MOST_SURE:
        return f">{MOST_SURE:.1%}"
    if 0 < probability < 1 - MOST_SURE:
        return f"<{1 - MOST_SURE:.1%}"
    return f"{math.floor(probability * _PARTS) / _PARTS:.1%}"


def _legs(itinerary: Itinerary, *, wide: bool) -> list[RenderableType]:
    """Return a row per leg, and the factors that the letters in it stand for."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    table.add_column("leg", no_wrap=True)
    table.add_column("where", overflow="fold")
    if wide:
        table.add_column("service", overflow="fold")
    for heading in ("km", "h", "USD", "kg CO2e"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("factor", no_wrap=True)
    used = dict.fromkeys(leg.factor_id for leg in itinerary.legs if leg.factor_id)
    letters = dict(zip(used, ascii_lowercase, strict=False))
    for leg in itinerary.legs:
        runs = leg.kind is LegKind.TRANSPORT
        table.add_row(
            _step(leg),
            Text(_where(leg)),
            *([Text(_service(leg))] if wide else []),
            f"{leg.distance_km:,.0f}" if runs else "",
            f"{leg.duration_h:,.1f}",
            f"{leg.cost_usd:,.0f}",
            _mass(leg.wtw_kg_co2e) if leg.emissions_included else "–",
            letters.get(leg.factor_id, "" if leg.emissions_included else NOT_INCLUDED),
            style="" if runs else "dim",
        )
    factors = ", ".join(f"{letter} {key}" for key, letter in letters.items())
    return [table, Text(f"factors: {factors}", style="dim")]


def _where(leg: Leg) -> str:
    """Return the ends of a run, or the gateway of an operation."""
    ends = [leg.origin_name]
    if leg.kind is LegKind.TRANSPORT:
        ends.append(leg.destination_name)
    return " → ".join(ends).replace("International Airport", "Airport")


def _service(leg: Leg) -> str:
    """Return what a lane belongs to, and the rate card that prices it."""
    return ", ".join(filter(None, (leg.service, leg.card)))


def _step(leg: Leg) -> Text:
    """Return what happens on a leg."""
    mode = leg.mode.replace("inland_waterway", "waterway")
    if leg.kind is LegKind.TRANSPORT:
        return Text(f"{mode} {leg.option}".rstrip(), style="bold")
    return Text(f"  {leg.operation.replace('_', ' ')}")


def _mass(kg: float) -> str:
    """Return a mass with as many digits as say something."""
    return f"{kg:,.0f}" if kg >= WHOLE_FROM_KG else f"{kg:.3g}"


def _notes(
    frontier: Frontier,
    shown: Sequence[Itinerary],
    picked: Sequence[Itinerary],
    basis: Basis,
) -> list[Text]:
    notes = [_WORDS]
    missing = [itinerary.hubs_not_included for itinerary in picked]
    if any(missing):
        most = (
            f"{min(missing)} to {max(missing)}" if len(set(missing)) > 1 else missing[0]
        )
        notes.append(
            f"Hubs: nobody publishes open emission values for {most} of the hub operations "
            f'of each pick; they are marked "{NOT_INCLUDED}" and not in the totals.'
        )
    if frontier.cards_used:
        notes.append(f"Rate cards: {frontier.cards_used}.")
    if frontier.exchange:
        rates = (
            f"{rate.currency} {rate.usd_per_unit} of {rate.date}"
            for rate in frontier.exchange
        )
        notes.append(f"Exchange rates in USD: {', '.join(rates)}.")
    if len(shown) < len(frontier.itineraries):
        notes.append(
            f"Listed: {len(shown)} of {len(frontier.itineraries):,} itineraries, the picks "
            "and those that differ most from them. --all lists all, --top N lists N, "
            "--format json has the legs of each."
        )
    words = [source.attribution.rstrip(".") for source in basis.network.sources]
    data = "; ".join(dict.fromkeys(filter(None, words)))
    if data:
        notes.append(f"Data: {data}.")
    return [Text(note, style="dim") for note in notes]
