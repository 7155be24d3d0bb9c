"""What holds for every statement, on chains drawn from coarse grids."""

from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from greenroute.network.lane import Mode
from greenroute.plan.leg import LegKind
from greenroute.rating.read import read_rates
from greenroute.statement import (
    EmissionStatement,
    TransportChainElement,
    chains_of,
    exact,
    state_emissions,
    totals_by,
)
from greenroute.statement.distance import ActivityBasis, IntensityBasis

FACTORS = read_rates().factors
TOCS = [
    ("road", "road-artic"),
    ("sea", "sea-container-8000"),
    ("rail", "rail-freight"),
    ("inland_waterway", "iww-barge"),
    ("air", "air-belly-long-haul"),
]


@st.composite
def elements(draw: st.DrawFn) -> list[TransportChainElement]:
    """Return elements of a few shipments."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        shipment = f"S{draw(st.integers(0, 2))}"
        mass = draw(st.sampled_from(["1", "1000", "12345.678", "25000"]))
        own = draw(st.sampled_from([None, ("0", "0"), ("62.35", "51.1"), ("7", "7")]))
        if draw(st.integers(0, 3)) == 0:
            found.append(
                TransportChainElement(
                    shipment_id=shipment,
                    tce_id=str(number),
                    kind=LegKind.HUB,
                    hoc="road-dock",
                    mass_kg=mass,
                    wtw_kg_per_t=own and own[0],
                    ttw_kg_per_t=own and own[1],
                )
            )
            continue
        mode, toc = draw(st.sampled_from(TOCS))
        basis = ActivityBasis.GCD if mode == "air" else ActivityBasis.SFD
        found.append(
            TransportChainElement(
                shipment_id=shipment,
                tce_id=str(number),
                kind=LegKind.TRANSPORT,
                mode=Mode(mode),
                toc=toc,
                mass_kg=mass,
                distance_km=draw(st.sampled_from(["1", "300", "9876.5"])),
                distance_basis=basis,
                wtw_g_per_tkm=own and own[0],
                ttw_g_per_tkm=own and own[1],
                intensity_distance_basis=IntensityBasis.ACTUAL if own else None,
            )
        )
    return found


def state(rows: list[TransportChainElement]) -> EmissionStatement:
    return state_emissions(chains_of(rows), FACTORS)


def scaled(row: TransportChainElement, factor: int) -> TransportChainElement:
    values = {name: getattr(row, name) for name in row.__dataclass_fields__}
    values["mass_kg"] = str(Decimal(str(row.mass_kg)) * factor)
    return TransportChainElement(**values)


@settings(max_examples=25, deadline=None)
@given(elements())
def test_double_mass_is_double_emissions(rows: list[TransportChainElement]) -> None:
    once, twice = state(rows), state([scaled(row, 2) for row in rows])

    assert twice.total.wtw_kg_co2e == 2 * once.total.wtw_kg_co2e
    assert twice.total.ttw_kg_co2e == 2 * once.total.ttw_kg_co2e
    assert twice.total.activity_tkm == 2 * once.total.activity_tkm
    assert twice.total.wtw_g_per_tkm == once.total.wtw_g_per_tkm


@settings(max_examples=25, deadline=None)
@given(elements())
def test_a_statement_is_the_sum_of_its_elements(
    rows: list[TransportChainElement],
) -> None:
    statement = state(rows)

    for name in ("wtw_kg_co2e", "ttw_kg_co2e", "activity_tkm"):
        each = [x for x in statement.elements[name].to_pylist() if x is not None]
        parts = [getattr(s, name) for s in (*statement.modes.values(), statement.hubs)]
        by_shipment = totals_by(statement, "shipment_id")[name].to_pylist()
        total = getattr(statement.total, name)
        assert exact.add(*each) == exact.add(*parts) == exact.add(*by_shipment) == total


@settings(max_examples=25, deadline=None)
@given(elements(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[TransportChainElement], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    one, other = state(rows), state(shuffled)

    assert one.total == other.total
    assert one.factors == other.factors
    assert one.quality == other.quality
    by = [totals_by(s, "shipment_id", "tce_id").to_pylist() for s in (one, other)]
    assert by[0] == by[1]


@settings(max_examples=25, deadline=None)
@given(elements())
def test_operation_is_part_of_the_total(rows: list[TransportChainElement]) -> None:
    statement = state(rows)

    for row in statement.elements.to_pylist():
        assert (row["wtw_kg_co2e"] is None) == (row["ttw_kg_co2e"] is None)
        if row["wtw_kg_co2e"] is not None:
            assert 0 <= row["ttw_kg_co2e"] <= row["wtw_kg_co2e"]


@settings(max_examples=25, deadline=None)
@given(elements())
def test_every_element_is_stated_as_decimal_would(
    rows: list[TransportChainElement],
) -> None:
    for row in state(rows).elements.to_pylist():
        if row["kind"] == "hub":
            if row["wtw_kg_per_t"] is not None:
                factors = (row["mass_kg"], Decimal("0.001"), row["wtw_kg_per_t"])
                assert row["wtw_kg_co2e"] == exact.multiply(*factors)
            continue
        km = row["distance_km"] + (95 if row["mode"] == "air" else 0)
        tkm = exact.multiply(row["mass_kg"], Decimal("0.001"), km)
        assert row["activity_tkm"] == tkm
        for part in ("wtw", "ttw"):
            g = row[f"{part}_g_per_tkm"]
            kg = exact.multiply(tkm, g, row["applied_daf"], Decimal("0.001"))
            assert row[f"{part}_kg_co2e"] == kg
