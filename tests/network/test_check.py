from dataclasses import replace

import numpy as np

from greenroute.network.check import Finding, NetworkReport, check_network
from greenroute.network.network import Network
from networks import network_of

SOUND = """
    AAAAA -road 300km 5h-> BBBBB
    BBBBB -road 300km 5h-> AAAAA
    BBBBB -sea 900km 40h 1/week via=canal-> CCCCC
    CCCCC -sea 900km 40h 1/week via=canal-> BBBBB
"""


def finding(report: NetworkReport, name: str) -> Finding:
    return next(found for found in report.findings if found.name == name)


def test_a_sound_network_passes_everything() -> None:
    report = check_network(network_of(SOUND))

    assert [found.name for found in report.findings if not found.passed] == []
    assert report.sound


def test_two_islands_are_not_one_component() -> None:
    report = check_network(
        network_of(f"""{SOUND}
            DDDDD -road 100km 2h-> EEEEE
            EEEEE -road 100km 2h-> DDDDD
        """)
    )
    found = finding(report, "one component")

    assert not report.sound
    assert not found.passed
    assert found.detail == "3 of 5 gateways, 3 of 5 gateways; not DDDDD, EEEEE"


def test_an_island_with_an_airport_is_no_part_of_the_surface() -> None:
    report = check_network(
        network_of(f"""{SOUND}
            AAAAA -air 900km 2h 7/week-> DDDDD
            DDDDD -air 900km 2h 7/week-> AAAAA
        """)
    )

    assert finding(report, "one component").passed
    assert not finding(report, "one component by surface modes").passed


def test_a_one_way_street_leaves_a_market_that_cannot_reach_the_others() -> None:
    report = check_network(network_of(f"{SOUND}\n AAAAA -road 100km 2h-> DDDDD"))

    assert finding(report, "one component").passed
    assert not finding(report, "every market reaches every other").passed


def test_a_gateway_without_a_lane_is_named() -> None:
    report = check_network(network_of(f"{SOUND}\n DDDDD: kind=seaport"))

    assert "; not DDDDD" in finding(report, "every gateway has a lane").detail


def test_only_market_hubs_must_hang_together(sea: Network) -> None:
    # C lies on the sea, the hubs are two towns that lanes by road and sea join.
    found = finding(check_network(sea), "every market reaches every other")

    assert found.passed
    assert found.detail == "2 of 2 market hubs, 5 of 5 gateways"


def test_a_network_of_the_world_must_have_every_state(sea: Network) -> None:
    report = check_network(sea, world_wide=True)

    assert finding(check_network(sea), "markets").passed
    assert not finding(report, "markets").passed
    assert finding(report, "markets").detail == (
        "2 markets, 2 of them members of the United Nations; expected at least 200 and 193"
    )


def test_a_train_at_300_km_per_hour_is_absurd() -> None:
    report = check_network(
        network_of(f"{SOUND}\n AAAAA -rail 600km 2h gauge_mm=1435-> BBBBB")
    )
    found = finding(report, "no absurd speed")

    assert not found.passed
    assert "rail 300 to 300" in found.detail
    assert "1 lanes offend: 5:AAAAA-rail-BBBBB" in found.detail


def test_a_way_shorter_than_the_great_circle_is_an_error() -> None:
    # A and B lie 111 km apart.
    report = check_network(network_of(f"{SOUND}\n AAAAA -road 60km 1h-> BBBBB"))

    assert not finding(report, "no lane shorter than the great circle").passed


def test_a_rail_lane_must_state_its_gauge() -> None:
    report = check_network(network_of(f"{SOUND}\n AAAAA -rail 300km 9h-> BBBBB"))

    assert not finding(report, "gauge stated on rail lanes").passed


def test_a_lane_through_an_unknown_passage_is_an_error() -> None:
    network = replace(network_of(SOUND), passages=())
    found = finding(check_network(network), "passages known")

    assert not found.passed
    assert found.detail.endswith("lanes name canal")


def test_an_id_that_two_tables_share_is_an_error() -> None:
    network = network_of(SOUND)
    twice = replace(network.lanes, id=network.lanes.id.take([0, 1, 2, 0]))
    found = finding(check_network(replace(network, lanes=twice)), "unique ids")

    assert not found.passed
    assert "1:AAAAA-road-BBBBB" in found.detail


def test_absurd_prices_and_intensities_are_found() -> None:
    network = network_of(SOUND)
    usual = np.array([0.1, 0.1, 0.02, 0.02]), np.array([90.0, 90, 12, 12])
    for position, absurd in ((0, 1000.0), (2, 0.0)):
        usd, grams = (values.copy() for values in usual)
        usd[position] = grams[position] = absurd
        report = check_network(network, usd_per_tkm=usd, wtw_g_per_tkm=grams)

        assert not finding(report, "no absurd price").passed
        assert not finding(report, "no absurd intensity").passed
    usd, grams = usual

    assert check_network(network, usd_per_tkm=usd, wtw_g_per_tkm=grams).sound


def test_a_lane_without_a_price_is_not_judged() -> None:
    network = network_of(SOUND)
    nothing = np.full(4, np.nan)

    assert check_network(network, usd_per_tkm=nothing, wtw_g_per_tkm=nothing).sound
