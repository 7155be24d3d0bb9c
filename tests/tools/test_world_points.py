import pytest

from tools.world.airports import Airport, choose_airports, main_airports
from tools.world.cities import choose_cities, city_ids, find_city
from tools.world.geonames import City, Market, ascii_name, slug
from tools.world.locodes import (
    CityIndex,
    Location,
    airport_locations,
    city_locations,
    merge_locations,
    port_locations,
)
from tools.world.places import place_table
from tools.world.seaports import Port, PortKind

# 0.1 degrees of latitude are 11.1 km, 0.2 are 22.2 km, 0.3 are 33.4 km.


def port(locode: str, name: str, lat: float) -> Port:
    return Port(
        locode=locode,
        name=name,
        lat=lat,
        lon=0.0,
        kind=PortKind.SEAPORT,
        connected=frozenset(),
    )


def city(
    name: str,
    population: int,
    *,
    lat: float = 0.0,
    iso2: str = "AA",
    number: int = 1,
    others: tuple[str, ...] = (),
) -> City:
    return City(
        geonameid=number,
        name=name,
        iso2=iso2,
        admin1="07",
        lat=lat,
        lon=0.0,
        population=population,
        alternate_names=others,
    )


def market(iso2: str) -> Market:
    return Market(
        iso2=iso2,
        iso3=iso2 + "X",
        name=iso2,
        continent="EU",
        un_member=True,
        landlocked=False,
        customs_territory=iso2,
        currency="USD",
        population=1,
    )


def airport(
    iata: str,
    *,
    lat: float = 0.0,
    size: str = "large_airport",
    is_scheduled: bool = True,
    runway_ft: int = 9000,
) -> Airport:
    return Airport(
        iata=iata,
        name=iata,
        city="Town",
        iso2="AA",
        lat=lat,
        lon=0.0,
        size=size,
        is_scheduled=is_scheduled,
        runway_ft=runway_ft,
    )


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Frankfurt am Main", "frankfurt-am-main"),
        ("Łódź", "lodz"),
        ("São Tomé", "sao-tome"),
        ("N'Djamena", "ndjamena"),
        ("Saint John’s", "saint-johns"),
        ("Gəncə", "ganca"),
    ],
)
def test_a_slug_has_plain_letters_only(name: str, plain: str) -> None:
    assert slug(name) == plain


def test_plain_names_keep_their_capitals() -> None:
    assert ascii_name("Ærøskøbing") == "AEroskobing"


def test_the_largest_city_is_the_hub_and_its_suburbs_stay_out() -> None:
    cities = [
        city("Big", 5_000_000, number=1),
        city("Suburb", 2_000_000, lat=0.2, number=2),
        city("Second", 200_000, lat=0.3, number=3),
        city("Third", 150_000, lat=0.9, number=4),
        city("Fourth", 120_000, lat=1.5, number=5),
    ]

    chosen = choose_cities(cities, {"AA": market("AA")}, [])

    assert [one.node.id for one in chosen] == [
        "city:aa-big",
        "city:aa-second",
        "city:aa-third",
    ]
    assert [one.is_hub for one in chosen] == [True, False, False]
    assert [one.node.tier for one in chosen] == [1, 4, 4]


def test_a_big_city_is_taken_beyond_the_third() -> None:
    cities = [
        city(f"City{number}", 1_000_000, lat=float(number), number=number)
        for number in range(5)
    ]

    assert len(choose_cities(cities, {"AA": market("AA")}, [])) == 5


def test_a_wish_overrides_the_hub() -> None:
    cities = [
        city("Big", 900_000, number=1),
        city("Trade", 50_000, lat=5.0, number=2),
    ]
    wish = {"iso2": "AA", "city": "Trade", "hub": "1"}

    chosen = choose_cities(cities, {"AA": market("AA")}, [wish])

    assert {one.node.id: one.is_hub for one in chosen} == {
        "city:aa-big": False,
        "city:aa-trade": True,
    }


def test_of_namesakes_the_largest_keeps_the_plain_id() -> None:
    small = city("Columbus", 10, number=1)
    large = city("Columbus", 20, number=2)

    assert city_ids([small, large]) == {
        1: "city:aa-columbus-07",
        2: "city:aa-columbus",
    }


def test_a_city_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="there is no city 'Gone'"):
        find_city([city("Here", 1)], "Gone")


def test_a_place_table_falls_by_population() -> None:
    table = place_table(
        [
            city("Å", 2000, number=1),
            city("B", 3000, number=2),
            city("C", 999, number=3),
        ],
        smallest=1000,
    )

    assert table.column("name").to_pylist() == ["B", "Å"]
    assert table.column("ascii_name").to_pylist() == ["B", "A"]


def test_a_port_of_a_citys_name_stands_for_the_city() -> None:
    shenzhen = city("Shenzhen", 17_000_000, others=("SZX", "Bao'an"))
    chosen = choose_cities([shenzhen], {"AA": market("AA")}, [])
    index = CityIndex(chosen)
    ports = [
        port("AASZX", "Shenzhen", 0.3),
        port("AAYTN", "Yantian", 0.3),
        port("AAFAR", "Shenzhen", 9.0),
    ]

    found = port_locations(ports, index=index, node_of={"AAYTN": "port:AAYTN"})

    assert [one.node for one in found] == ["city:aa-shenzhen", "port:AAYTN", None]


def test_three_capital_letters_among_a_citys_names_are_its_code() -> None:
    frankfurt = city("Frankfurt am Main", 650_000, others=("FFM", "FRA", "Fráncfort"))
    other = city("Other", 5_000, lat=5.0, number=2, others=("FRA", "OTH"))
    chosen = choose_cities([frankfurt], {"AA": market("AA")}, [])

    found = city_locations([frankfurt, other], chosen, smallest=1000)

    assert [(one.locode, one.node) for one in found] == [
        ("AAFFM", "city:aa-frankfurt-am-main"),
        ("AAFRA", "city:aa-frankfurt-am-main"),
        ("AAOTH", None),
    ]


def test_an_airport_stands_for_the_city_it_serves() -> None:
    chosen = choose_cities([city("Town", 10)], {"AA": market("AA")}, [])
    airports = [airport("NEA", lat=0.2), airport("FAR", lat=3.0)]
    airports.append(airport("OFF", is_scheduled=False))

    found = airport_locations(airports, index=CityIndex(chosen), air_nodes=["air:FAR"])

    assert [(one.locode, one.node) for one in found] == [
        ("AANEA", "city:aa-town"),
        ("AAFAR", "air:FAR"),
    ]


def test_an_earlier_source_of_codes_is_not_overridden() -> None:
    first = Location(locode="AAONE", name="first", lat=0.0, lon=0.0, node=None)
    second = Location(locode="AAONE", name="second", lat=0.0, lon=0.0, node="city:aa-b")

    assert [one.name for one in merge_locations([[first], [second]])] == ["first"]


def test_a_cargo_airport_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match=r"cargo_airports\.csv: ACC is no airport"):
        choose_airports([airport("AAA")], {"AA": (0.0, 0.0)})


def test_the_main_airport_is_the_one_with_the_longest_runway_at_the_hub() -> None:
    airports = [
        airport("FAR", lat=5.0, runway_ft=13_000),
        airport("NEA", lat=0.1, runway_ft=8_000),
        airport("NEB", lat=0.2, runway_ft=12_000),
    ]

    assert main_airports(airports, {"AA": (0.0, 0.0)}) == {"AA": "NEB"}


def test_the_better_tier_comes_before_the_hub() -> None:
    airports = [
        airport("NEA", lat=0.1, size="medium_airport"),
        airport("FAR", lat=5.0),
    ]

    assert main_airports(airports, {"AA": (0.0, 0.0)}) == {"AA": "FAR"}
