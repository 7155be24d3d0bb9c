"""Small multimodal instances in the words of the published ones."""

from typing import Any

EVERY_DAY = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
]


def route(number: int, source: str, destination: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "route": number,
        "source": source,
        "destination": destination,
        "carrier": "Lion",
        "mode": "Truck",
        "container_volume_m3": 30.0,
        "fixed_cost": 100.0,
        "cost_per_container": 0.0,
        "transit_duty_rate": 0.0,
        "total_hours": 7.5,
        "days": 1,
        "departs_on": EVERY_DAY,
        **more,
    }


def order(number: int, origin: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "order": number,
        "commodity": "Tea",
        "origin": origin,
        "destination": "C Store",
        "value": 10000.0,
        "weight_kg": 5000.0,
        "volume_m3": 40.0,
        "release_day": 0,
        "deadline_day": 14,
        "import_tax_rate": 0.05,
        "journey": "International",
        **more,
    }
