"""A frontier as JSON, as `docs/how-to/read-the-json.md` describes it."""

import json
import math
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from greenroute.network.places import Place
from greenroute.orders.shipment import Shipment
from greenroute.plan.frontier import RESOLUTION, Frontier
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.charges import Charges
from greenroute.rating.money import ExchangeRate
from greenroute.report.basis import Basis
from greenroute.report.version import greenroute_version


def route_json(frontier: Frontier, shown: Sequence[Itinerary], basis: Basis) -> str:
    """Return a frontier as JSON.

    The same input gives the same bytes, apart from what stands under `run`.

    Parameters
    ----------
    shown
        Itineraries to write, in the order of the frontier.
    """
    factors, tariff = basis.rates.factors, basis.rates.tariff
    head = {
        "network": _identity(basis.network),
        "factors": _identity(factors),
        "tariff": _identity(tariff)
        | {"currency": tariff.currency, "price_year": tariff.price_year},
        "shipment": _shipment(frontier, basis),
        "charges": charges_of(frontier, basis),
        "exchange": None
        if basis.charges is None
        else [rate_of(rate) for rate in frontier.exchange],
    }
    about = {
        "termination": str(frontier.termination),
        "reason": frontier.reason or None,
        "exact": frontier.exact,
        "resolution": dict(RESOLUTION),
        "itineraries_found": len(frontier.itineraries),
        "picks": None if frontier.picks is None else asdict(frontier.picks),
    }
    run = {
        "greenroute": greenroute_version(),
        "python": platform.python_version(),
        **frontier.stats,
    }
    legs = _Legs(basis.charges)
    itineraries = ",\n".join(_itinerary(itinerary, legs) for itinerary in shown)
    return (
        f"{{{_fields(head)},\n"
        f'"frontier": {{{_fields(about)},\n"itineraries": [\n{itineraries}\n]}},\n'
        f'"run": {_text(run)}}}\n'
    )


class _Legs:
    """Writes legs; equal ones, which many itineraries share, only once."""

    def __init__(self, charges: Charges | None) -> None:
        self._charges = charges
        self._written: dict[Leg, str] = {}

    def __call__(self, legs: Iterable[Leg]) -> str:
        return ", ".join(self._one(leg) for leg in legs)

    def _one(self, leg: Leg) -> str:
        text = self._written.get(leg)
        if text is None:
            text = self._written[leg] = _text(_leg(leg, self._charges))
        return text


def _itinerary(itinerary: Itinerary, legs: _Legs) -> str:
    totals = {
        "id": itinerary.id,
        "cost_usd": itinerary.cost_usd,
        "transit_h": itinerary.transit_h,
        "transit_p50_h": _finite(itinerary.transit_p50_h),
        "transit_p95_h": _finite(itinerary.transit_p95_h),
        "on_time_probability": itinerary.on_time_probability,
        "wtw_kg_co2e": itinerary.wtw_kg_co2e,
        "wtw_low_kg_co2e": itinerary.wtw_low_kg_co2e,
        "wtw_high_kg_co2e": itinerary.wtw_high_kg_co2e,
        "ttw_kg_co2e": itinerary.ttw_kg_co2e,
        "modes": itinerary.modes,
        "options": itinerary.options,
        "main_modes": itinerary.main_modes,
        "departs_at": moment(itinerary.departs_at),
        "arrives_at": moment(itinerary.arrives_at),
        "hubs_not_included": itinerary.hubs_not_included,
    }
    return f'{_text(totals)[:-1]}, "legs": [{legs(itinerary.legs)}]}}'


def _leg(leg: Leg, charges: Charges | None) -> dict[str, Any]:
    """Return the fields of a leg; what it does not have or does not count is null."""
    runs = leg.kind is LegKind.TRANSPORT
    with_carbon = charges is not None and charges.counts_carbon
    with_holding = charges is not None and charges.counts_holding
    return {
        "kind": str(leg.kind),
        "operation": leg.operation,
        "origin": leg.origin,
        "destination": leg.destination,
        "origin_name": leg.origin_name,
        "destination_name": leg.destination_name,
        "mode": leg.mode,
        "toc" if runs else "hoc": leg.category,
        "service": leg.service or None,
        "lane": leg.lane or None,
        "equipment": leg.equipment or None,
        "option": leg.option or None,
        "distance_km": leg.distance_km if runs else None,
        "distance_basis": leg.distance_basis or None,
        "departs_at": moment(leg.departs_at),
        "arrives_at": moment(leg.arrives_at),
        "duration_h": leg.duration_h,
        "wait_h": leg.wait_h,
        "cost_usd": leg.cost_usd,
        "carbon_usd": leg.carbon_usd if with_carbon else None,
        "holding_usd": leg.holding_usd if with_holding else None,
        "card": leg.card or None,
        "wtw_kg_co2e": leg.wtw_kg_co2e,
        "ttw_kg_co2e": leg.ttw_kg_co2e,
        "emissions_included": leg.emissions_included,
        "factor_id": leg.factor_id or None,
        "data_type": str(leg.data_type) if leg.emissions_included else None,
    }


def _identity(of: Any) -> dict[str, str]:  # noqa: ANN401 - three kinds of data set
    return {"name": of.name, "version": of.version, "sha256": of.sha256}


def _shipment(frontier: Frontier, basis: Basis) -> dict[str, Any]:
    shipment: Shipment = frontier.shipment
    find, hours = basis.network.find_place, basis.opening_hours
    return {
        "origin": shipment.origin,
        "destination": shipment.destination,
        "mass_kg": shipment.mass_kg,
        "volume_m3": shipment.volume_m3,
        "cargo": str(shipment.cargo),
        "un_number": shipment.un_number,
        "ready_at": moment(shipment.ready_at),
        "due_at": moment(shipment.due_at),
        "max_cost_usd": shipment.max_cost_usd,
        "max_wtw_kg_co2e": shipment.max_wtw_kg_co2e,
        "value_usd": shipment.value_usd,
        "via": basis.via,
        "avoid": basis.avoid,
        "options": basis.options,
        "max_transfers": basis.max_transfers,
        "on_time": basis.on_time,
        "opening_hours": None if hours is None else _identity(hours),
        "assumed": frontier.assumed,
        "origin_place": _place(find(shipment.origin)),
        "destination_places": [_place(find(text)) for text in shipment.destinations],
    }


def charges_of(frontier: Frontier, basis: Basis) -> dict[str, Any] | None:
    """Return what counts beside the tariff; None if nothing does."""
    charges = basis.charges
    if charges is None:
        return None
    pricing = charges.pricing
    cards = pricing.cards
    return {
        "cards": None
        if cards is None
        else {
            "file": cards.path.name,
            "sha256": cards.sha256,
            "used": frontier.cards_used,
        },
        "carbon": asdict(charges.carbon) if charges.counts_carbon else None,
        "carbon_rules": _identity(pricing.carbon_rules),
        "exchange_table": _identity(pricing.exchange),
        "annual_rate": charges.annual_rate or None,
        "insurance_share": charges.insurance_share or None,
        "on": None if charges.on is None else charges.on.isoformat(),
    }


def rate_of(rate: ExchangeRate) -> dict[str, Any]:
    """Return an exchange rate and its day."""
    return {
        "currency": rate.currency,
        "date": None if rate.date is None else rate.date.isoformat(),
        "usd_per_unit": str(rate.usd_per_unit),
        "source": rate.source,
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "iso2": place.iso2,
        "lat": place.lat,
        "lon": place.lon,
    }


def moment(at: datetime | None) -> str | None:
    """Return a moment in ISO 8601."""
    return None if at is None else at.isoformat()


def _finite(hours: float | None) -> float | None:
    """Return hours, or null where goods may find no departure at all."""
    return hours if hours is not None and math.isfinite(hours) else None


def _fields(fields: dict[str, Any]) -> str:
    """Return the fields of an object, one a line."""
    return ",\n".join(f"{_text(key)}: {_text(value)}" for key, value in fields.items())


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
