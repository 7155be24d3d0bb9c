import numpy as np
import pytest

from tools.world.marnet import SeaGraph
from tools.world.port_tiers import connected_countries, port_tiers
from tools.world.seaports import Port, PortKind, classify, patch_ports, same_ports
from tools.world.services import Service, ServiceKind
from tools.world.wpi import Harbour, match_harbours, trusted_codes


def port(
    locode: str,
    *,
    name: str = "Harbour",
    lat: float = 0.0,
    kind: PortKind = PortKind.SEAPORT,
    connected: tuple[str, ...] = (),
    patched: bool = False,
) -> Port:
    return Port(
        locode=locode,
        name=name,
        lat=lat,
        lon=0.0,
        kind=kind,
        connected=frozenset(connected),
        patched=patched,
    )


def harbour(
    name: str, *, lat: float = 0.0, locode: str = "", size: str = ""
) -> Harbour:
    return Harbour(
        name=name,
        other_name="",
        country="Aland",
        locode=locode,
        lat=lat,
        lon=0.0,
        size=size,
        pier_depth_m=0.0,
    )


def one_sea_node() -> SeaGraph:
    """Return a sea of one node at (0, 0)."""
    return SeaGraph(
        lat=np.array([0.0]),
        lon=np.array([0.0]),
        a=np.array([], dtype=np.int32),
        b=np.array([], dtype=np.int32),
        km=np.array([]),
        marnet_edges=0,
    )


def test_a_terminal_is_a_seaport_near_the_sea_only() -> None:
    # 1.5 degrees are 167 km, 1.6 are 178 km.
    ports = [
        port("AANEA", lat=1.5, kind=PortKind.TERMINAL),
        port("AAFAR", lat=1.6, kind=PortKind.TERMINAL),
        port("BBNEA", kind=PortKind.TERMINAL),
        port("AALOC", kind=PortKind.LOCATION),
        port("AACAL", kind=PortKind.LOCATION),
    ]

    found = classify(ports, one_sea_node(), landlocked=["BB"], called={"AACAL"})

    assert [one.kind.value for one in found] == [
        "seaport",
        "inland",
        "inland",
        "location",
        "seaport",
    ]
    assert [one.is_promoted for one in found] == [False, False, False, False, True]


def patch(locode: str, action: str, lat: str = "", lon: str = "") -> dict[str, str]:
    return {"locode": locode, "action": action, "name": "New", "lat": lat, "lon": lon}


def test_patches_add_move_drop_and_turn_ports() -> None:
    ports = [
        port("AAMOV", kind=PortKind.TERMINAL),
        port("AAOUT"),
        port("AARIV", kind=PortKind.TERMINAL),
    ]
    patches = [
        patch("AANEW", "add_port", "1", "2"),
        patch("AAMOV", "fix_coord", "3", "4"),
        patch("AAOUT", "drop"),
        patch("AARIV", "river_port"),
    ]

    found = {one.locode: one for one in patch_ports(ports, patches)}

    assert sorted(found) == ["AAMOV", "AANEW", "AARIV"]
    assert (found["AAMOV"].lat, found["AAMOV"].lon) == (3.0, 4.0)
    assert found["AAMOV"].kind is PortKind.TERMINAL
    assert found["AANEW"].kind is PortKind.SEAPORT
    assert found["AARIV"].kind is PortKind.RIVER


def test_a_patch_for_a_port_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="AAGON is not in the list"):
        patch_ports([], [patch("AAGON", "river_port")])


def test_a_terminal_without_connections_is_part_of_the_port_beside_it() -> None:
    ports = [
        port("AAMAI", connected=("BB",)),
        port("AAPAR", lat=0.08),  # 8.9 km
        port("AAFAR", lat=0.1),  # 11.1 km
        port("AAOWN", lat=0.01, connected=("CC",)),
        port("AAHAN", lat=0.02, patched=True),
        port("BBABR", lat=0.01),
    ]

    assert same_ports(ports, []) == {"AAPAR": "AAOWN"}


def test_an_alias_needs_its_port() -> None:
    with pytest.raises(ValueError, match="no port 'AAGON'"):
        same_ports([port("AAMAI")], [{"alias": "AAOLD", "locode": "AAGON"}])


def test_connections_of_all_terminals_count_for_the_port() -> None:
    ports = [port("AAMAI", connected=("BB",)), port("AAPAR", connected=("CC",))]

    assert connected_countries(ports, {"AAPAR": "AAMAI"}) == {
        "AAMAI": frozenset({"BB", "CC"})
    }


def service(name: str, kind: ServiceKind, *calls: str) -> Service:
    return Service(
        id=name,
        kind=kind,
        toc="big",
        departures_per_week=1.0,
        speed_kn=10.0,
        port_stay_h=10.0,
        calls=calls,
    )


def test_tiers_follow_connections_services_and_harbours() -> None:
    codes = ["AAHUB", "AALIN", "AAREG", "AABIG", "AASMA", "AACAS"]
    ports = [port(code) for code in codes[:-1]]
    ports.append(port("AACAS", kind=PortKind.CASPIAN))
    countries = frozenset(f"X{number}" for number in range(25))
    services = [
        service("one", ServiceKind.MAINLINE, "AALIN", "AAHUB"),
        service("two", ServiceKind.REGIONAL, "AAREG", "AAHUB"),
    ]

    tiers = port_tiers(
        ports,
        services,
        connected={"AAHUB": countries, "AACAS": countries},
        harbours={"AABIG": harbour("Big", size="Large")},
    )

    assert tiers == dict(zip(codes, [1, 2, 3, 3, 4, 4], strict=True))


def test_a_harbour_is_matched_by_place_and_name_not_by_code() -> None:
    listed = [
        harbour("Otherplace", locode="AAPOR"),
        harbour("Port of Tema", lat=0.1),
        harbour("Tema", lat=0.2),
    ]

    found = match_harbours([port("AAPOR", name="Tema")], listed)

    assert found["AAPOR"].name == "Port of Tema"


def test_a_code_of_another_country_is_not_trusted() -> None:
    listed = [harbour("A", locode="AAONE"), harbour("B", locode="AATWO")]
    listed.append(harbour("C", locode="BBTHR"))

    assert sorted(trusted_codes(listed)) == ["AAONE", "AATWO"]
