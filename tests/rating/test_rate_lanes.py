"""Emissions and times of runs by hand, and what may go by which lane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Lanes
from greenroute.orders.shipment import Cargo, Shipment
from greenroute.rating.cargo import size_cargo
from greenroute.rating.factors import DataType, transport_kg
from greenroute.rating.rate import LaneRating, rate_lanes
from greenroute.rating.read import Rates
from networks import network_of


def rating_of(
    lanes: Lanes,
    rates: Rates,
    *,
    mass_kg: float = 10_000,
    cargo: Cargo = Cargo.DRY,
    un_number: str | None = None,
) -> LaneRating:
    shipment = Shipment(
        origin="AAAAA",
        destination="BBBBB",
        mass_kg=mass_kg,
        cargo=cargo,
        un_number=un_number,
    )
    return rate_lanes(lanes, size_cargo(shipment, rates), rates)


def lane(text: str) -> Lanes:
    return network_of(f"AAAAA -{text}-> BBBBB").lanes


def test_the_formula_of_transport_emissions() -> None:
    # 10 t x 500 km x 96.34 g x 1.05
    assert transport_kg(
        10_000, 500.0, g_per_tkm=96.34, adjustment=1.05
    ) == pytest.approx(505.785)


@pytest.mark.parametrize(
    ("text", "wtw_kg", "ttw_kg", "factor_id"),
    [
        pytest.param(
            "road 500km 9h",
            505.785,  # 10 t x 500 km x 96.34 g x 1.05
            411.3375,  # 10 t x 500 km x 78.35 g x 1.05
            "desnz-2026:road:artic-over-33t-diesel-dry-avg-laden",
            id="road",
        ),
        pytest.param(
            "road 500km 9h toc=road-artic-us",
            752.866275,  # 10 t x 500 km x 143.4031 g x 1.05
            608.86875,  # 10 t x 500 km x 115.975 g x 1.05
            "epa-2025:road:truck",
            id="road, North America",
        ),
        pytest.param(
            "road 100km 3h toc=road-drayage",
            133.5075,  # 10 t x 100 km x 127.15 g x 1.05
            108.738,  # 10 t x 100 km x 103.56 g x 1.05
            "desnz-2026:road:hgv-all-diesel-dry-avg-laden",
            id="drayage",
        ),
        pytest.param(
            "sea 10000km 300h toc=sea-container-8000",
            1_785.95,  # 10 t x 10,000 km x 15.53 g x 1.15
            1_455.9,  # 10 t x 10,000 km x 12.66 g x 1.15
            "desnz-2026:sea:container-8000+",
            id="sea",
        ),
        pytest.param(
            "sea 100km 6h toc=sea-roro-ferry",
            72.772,  # 10 t x 100 km x 63.28 g x 1.15
            59.317,  # 10 t x 100 km x 51.58 g x 1.15
            "desnz-2026:sea:roro-ferry-average",
            id="ferry",
        ),
        pytest.param(
            "air 9000km 12h toc=air-belly-long-haul",
            60_614.537,  # 10 t x (9,000 + 95) km x 666.46 g
            48_321.735,  # 10 t x (9,000 + 95) km x 531.30 g
            "desnz-2026:air:freight-long-haul-international-without-rf",
            id="air",
        ),
        pytest.param(
            "rail 1000km 30h",
            327.4,  # 10 t x 1,000 km x 32.74 g
            258.3,  # 10 t x 1,000 km x 25.83 g
            "desnz-2026:rail:freight-train",
            id="rail",
        ),
        pytest.param(
            "rail 1000km 30h toc=rail-freight-us",
            187.058,  # 10 t x 1,000 km x 18.7058 g
            151.28,  # 10 t x 1,000 km x 15.128 g
            "epa-2025:rail:freight-rail",
            id="rail, North America",
        ),
        pytest.param(
            "inland_waterway 1000km 90h",
            707.711,  # 10 t x 1,000 km x 70.7711 g
            572.35,  # 10 t x 1,000 km x 57.235 g
            "epa-2025:inland_waterway:waterborne-craft",
            id="barge",
        ),
    ],
)
def test_a_run_emits_mass_times_distance_times_intensity(
    rates: Rates, text: str, wtw_kg: float, ttw_kg: float, factor_id: str
) -> None:
    rating = rating_of(lane(text), rates)

    assert rating.wtw_kg[0] == pytest.approx(wtw_kg)
    assert rating.ttw_kg[0] == pytest.approx(ttw_kg)
    assert rating.factor_of(0) == factor_id
    assert rating.data_type_of(0) is DataType.DEFAULT


def test_a_flight_is_measured_by_great_circle_and_95_km(rates: Rates) -> None:
    rating = rating_of(lane("air 9000km 12h"), rates)

    assert rating.activity_km[0] == 9_095
    assert rating.activity_basis_of(0) == "gcd+95"


def test_air_is_priced_by_volume_but_emits_by_mass(rates: Rates) -> None:
    by_air = lane("air 9000km 12h")
    goods = [
        Shipment(origin="A", destination="B", mass_kg=1_000, volume_m3=m3)
        for m3 in (3, 9)
    ]

    dense, light = (
        rate_lanes(by_air, size_cargo(item, rates), rates) for item in goods
    )

    assert light.cost_usd[0] == pytest.approx(1.5 * dense.cost_usd[0])
    assert light.wtw_kg[0] == dense.wtw_kg[0]


@given(
    mass_kg=st.integers(1, 30_000),
    text=st.sampled_from(
        ["sea 900km 40h", "air 900km 2h", "rail 900km 30h", "road 900km 15h"]
    ),
)
def test_double_mass_double_emissions(rates: Rates, mass_kg: int, text: str) -> None:
    once = rating_of(lane(text), rates, mass_kg=mass_kg)
    twice = rating_of(lane(text), rates, mass_kg=2 * mass_kg)

    assert twice.wtw_kg[0] == pytest.approx(2 * once.wtw_kg[0])
    assert twice.ttw_kg[0] == pytest.approx(2 * once.ttw_kg[0])
    assert once.ttw_kg[0] < once.wtw_kg[0]


def test_the_wait_is_half_a_headway_and_the_cut_off(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -sea 9000km 300h 2/week-> BBBBB
        AAAAA -air 9000km 12h 14/week-> BBBBB
        AAAAA -road 900km 15h-> BBBBB
    """).lanes

    rating = rating_of(lanes, rates)

    assert rating.wait_h.tolist() == pytest.approx(
        [
            78.0,  # 168 h / 2 / 2 + cut-off 36 h
            14.0,  # 168 h / 14 / 2 + cut-off 8 h
            0.0,  # on demand
        ]
    )
    assert rating.wait_p95_h.tolist() == pytest.approx([115.8, 19.4, 0.0])
    assert rating.transit_h.tolist() == [300, 12, 15]
    assert rating.transit_p95_h.tolist() == pytest.approx([390.0, 24.0, 19.5])


def test_reefers_go_only_where_a_factor_is_published_or_allowed(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -sea 9000km 300h-> BBBBB
        AAAAA -sea 9000km 300h toc=sea-roro-ferry-> BBBBB
        AAAAA -air 9000km 12h-> BBBBB
        AAAAA -inland_waterway 500km 50h-> BBBBB
        AAAAA -rail 1000km 30h-> BBBBB
        AAAAA -road 500km 9h-> BBBBB
        AAAAA -road 500km 9h toc=road-artic-us-> BBBBB
    """).lanes

    rating = rating_of(lanes, rates, cargo=Cargo.REEFER)

    assert rating.allowed.tolist() == [False] * 4 + [True] * 3
    assert rating.reasons == {
        "no reefer factor for sea": 2,
        "no reefer factor for air": 1,
        "no reefer factor for inland_waterway": 1,
    }
    assert np.isnan(rating.cost_usd[:4]).all()
    assert np.isnan(rating.wtw_kg[:4]).all()
    assert rating.factor_of(0) == ""
    assert rating.wtw_kg[4:].tolist() == pytest.approx(
        [
            366.688,  # 10 t x 1,000 km x 32.74 g x 1.12
            585.2175,  # 10 t x 500 km x 111.47 g x 1.05
            871.06635,  # 10 t x 500 km x 143.4031 g x 1.157 x 1.05
        ],
        rel=1e-6,
    )


FLIGHTS = """
    AAAAA -air 9000km 12h toc=air-belly-long-haul-> BBBBB
    AAAAA -air 9000km 12h toc=air-freighter-long-haul-> BBBBB
    AAAAA -sea 9000km 300h-> BBBBB
"""


@pytest.mark.parametrize(
    ("un_number", "allowed", "reasons"),
    [
        ("UN3481", [True, True, True], {}),
        (
            "UN3480",
            [False, True, True],
            {"UN3480 is forbidden on passenger aircraft": 1},
        ),
        (
            "UN1017",
            [False, False, True],
            {
                "UN1017 is forbidden on passenger aircraft": 1,
                "UN1017 is forbidden on cargo aircraft": 1,
            },
        ),
    ],
)
def test_dangerous_goods_fly_only_on_the_aircraft_that_may_carry_them(
    rates: Rates, un_number: str, allowed: list[bool], reasons: dict[str, int]
) -> None:
    lanes = network_of(FLIGHTS).lanes

    rating = rating_of(lanes, rates, cargo=Cargo.DANGEROUS, un_number=un_number)

    assert rating.allowed.tolist() == allowed
    assert rating.reasons == reasons


def test_dry_goods_may_go_by_any_lane(rates: Rates) -> None:
    rating = rating_of(network_of(FLIGHTS).lanes, rates)

    assert rating.allowed.all()
    assert rating.reasons == {}


def test_a_departure_must_take_the_whole_shipment(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -air 9000km 12h 9.9t-> BBBBB
        AAAAA -air 9000km 12h 10t-> BBBBB
        AAAAA -air 9000km 12h-> BBBBB
    """).lanes

    rating = rating_of(lanes, rates, mass_kg=10_000)

    assert rating.allowed.tolist() == [False, True, True]
    assert rating.reasons == {"one departure takes less than the shipment": 1}


@pytest.mark.parametrize("basis", ["gcd", "actual"])
def test_a_surface_lane_needs_the_shortest_feasible_distance(
    rates: Rates, basis: str
) -> None:
    rating = rating_of(lane(f"road 500km 9h distance_basis={basis}"), rates)

    assert rating.reasons == {
        f"distance_basis is {basis}, an activity by surface needs sfd": 1
    }


def test_an_unknown_toc_is_an_error_that_names_the_set(rates: Rates) -> None:
    with pytest.raises(UnknownCategoryError) as error:
        rating_of(lane("road 500km 9h toc=hovercraft"), rates)
    message = str(error.value)

    assert message.startswith(
        "factor set 'default-2026' has no TOC 'hovercraft', expected one of "
    )


def test_a_toc_of_another_mode_is_an_error(rates: Rates) -> None:
    with pytest.raises(DataError) as error:
        rating_of(lane("rail 500km 9h toc=road-artic"), rates)

    assert str(error.value) == (
        "lane '1:AAAAA-rail-BBBBB': mode is rail, expected road, the mode of its TOC "
        "'road-artic' (1 such lanes)"
    )


def test_the_equipment_is_named(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -road 500km 9h-> BBBBB
        AAAAA -road 500km 9h cost_usd_per_shipment=70-> BBBBB
    """).lanes

    rating = rating_of(lanes, rates)

    assert [rating.equipment_of(row) for row in (0, 1)] == ["FTL", ""]


def test_no_lanes_give_an_empty_rating(rates: Rates) -> None:
    none = lane("road 500km 9h").take(np.empty(0, dtype=np.int64))

    assert len(rating_of(none, rates).cost_usd) == 0
