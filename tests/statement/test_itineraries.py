"""Planned itineraries as transport chains, and the solver's grams against the statement."""

from decimal import Decimal

import pytest

import greenroute as gr
from greenroute.plan.leg import LegKind
from greenroute.rating.operation import PASSAGE_SHARE, Operation
from greenroute.statement import (
    CarriedShipment,
    chains_of_itineraries,
    compare_emissions,
    state_emissions,
)
from networks import network_of

RATES = gr.read_rates()
NETWORK = """
    AAAAA -road 100km 2h toc=road-drayage-> BBBBB
    BBBBB -sea 8765.4km 300h 2/week toc=sea-container-8000-> CCCCC
    BBBBB -rail 7123.4km 200h 7/week gauge_mm=1435-> CCCCC
    BBBBB -air 5432.1km 8h 7/week toc=air-freighter-long-haul-> CCCCC
    CCCCC -inland_waterway 310km 40h 7/week-> DDDDD
    CCCCC -road 290.3km 6h-> DDDDD
    BBBBB: hub_h=12 hub_wtw_kg_per_t=1.7
"""
GOODS = gr.Shipment(origin="AAAAA", destination="DDDDD", mass_kg=12_345.6)


@pytest.fixture(scope="module")
def itineraries() -> tuple[gr.Itinerary, ...]:
    found = gr.route(GOODS, network_of(NETWORK), RATES).itineraries
    assert len({i.main_modes for i in found}) >= 3
    return found


def carried(itinerary: gr.Itinerary, name: str = "S") -> CarriedShipment:
    return CarriedShipment(shipment_id=name, mass_kg=GOODS.mass_kg, itinerary=itinerary)


def test_the_grams_of_the_solver_agree_to_half_a_gram_a_leg(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    for itinerary in itineraries:
        statement = state_emissions([carried(itinerary)], RATES)
        stated = {
            row["tce_id"].rpartition("-")[2]: row
            for row in statement.elements.to_pylist()
        }

        for number, leg in enumerate(itinerary.legs, start=1):
            row = stated.get(str(number))
            if row is None:
                assert leg.wtw_kg_co2e == 0  # paperwork
                continue
            for part in ("wtw", "ttw"):
                grams = getattr(leg, f"{part}_kg_co2e")
                kg = row[f"{part}_kg_co2e"]
                assert (kg is None) == (not leg.emissions_included)
                if kg is not None:
                    assert abs(kg - Decimal(str(grams))) <= Decimal("0.0005")


def test_every_leg_that_moves_goods_is_an_element(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    for itinerary in itineraries:
        chains = chains_of_itineraries([carried(itinerary)], RATES.factors)
        moving = [
            leg
            for leg in itinerary.legs
            if leg.kind is LegKind.TRANSPORT or PASSAGE_SHARE[Operation(leg.operation)]
        ]

        rows = chains.table.to_pylist()
        assert [row["kind"] for row in rows] == [str(leg.kind) for leg in moving]
        assert [row["toc"] or row["hoc"] for row in rows] == [
            leg.category for leg in moving
        ]
        # Each element follows the one before it.
        assert [row["prev_tce_ids"] for row in rows[1:]] == [
            [row["tce_id"]] for row in rows[:-1]
        ]


def test_what_a_gateway_states_itself_is_an_own_intensity(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    statement = state_emissions([carried(itineraries[0])], RATES)
    own = [factor for factor in statement.factors if factor.own]

    # 1.7 kg/t for a whole passage through BBBBB, split in unloading and loading.
    assert [factor.factor_id for factor in own] == ["network:hub_wtw_kg_per_t"]
    assert statement.hubs.wtw_kg_co2e == pytest.approx(
        Decimal("12.3456") * Decimal("1.7"), abs=Decimal("0.001")
    )
    assert statement.hubs.not_included > 0


def test_equal_itineraries_do_not_differ(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    one, other = (
        state_emissions([carried(itineraries[0], name)], RATES) for name in ("S", "T")
    )

    assert compare_emissions(one, other).probability_lower == 0.5


def test_equal_legs_cancel_and_opposite_comparisons_add_up_to_one(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    by_mode = {i.main_modes: i for i in itineraries}
    air = next(i for mode, i in by_mode.items() if "air" in mode)
    sea = next(i for mode, i in by_mode.items() if mode.startswith("sea"))
    a, b = (state_emissions([carried(i)], RATES) for i in (sea, air))

    there, back = compare_emissions(a, b), compare_emissions(b, a)

    assert there.probability_lower > 0.999
    assert there.probability_lower + back.probability_lower == pytest.approx(1)
    assert there.wording == "lower-carbon"
    assert back.wording == "no significant difference"


def test_a_statement_of_many_shipments_is_the_sum_of_theirs(
    itineraries: tuple[gr.Itinerary, ...],
) -> None:
    each = [state_emissions([carried(i)], RATES) for i in itineraries]
    together = state_emissions(
        [carried(i, f"S{n}") for n, i in enumerate(itineraries)], RATES
    )

    assert together.total.wtw_kg_co2e == sum(s.total.wtw_kg_co2e for s in each)
    assert together.total.elements == sum(s.total.elements for s in each)
