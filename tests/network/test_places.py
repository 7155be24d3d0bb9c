import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import DataError, GreenrouteError, UnknownPlaceError
from greenroute.network.network import Network


@pytest.mark.parametrize(
    ("text", "name", "node"),
    [
        ("port:AAAAA", "Aport", "port:AAAAA"),
        ("AAATW", "Åtown", "city:aa-atown"),
        ("aaatw", "Åtown", "city:aa-atown"),
        ("AA ATW", "Åtown", "city:aa-atown"),
        ("CCCCC", "Cport", "port:CCCCC"),  # of a node, in no table of LOCODEs
        ("BBTWI", "Twin", None),
        ("AA", "Åtown", "city:aa-atown"),
        ("bb", "D-Town", "city:bb-dtown"),
        ("Åtown, AA", "Åtown", "city:aa-atown"),
        ("atown,aa", "Åtown", "city:aa-atown"),
        ("D Town, BB", "D-Town", "city:bb-dtown"),
        ("ile du nord, BB", "Île-du-Nord", None),
        ("0.1, 19.2", "0.1,19.2", None),
        (" -0.5,+19 ", "-0.5,19", None),
    ],
)
def test_a_place_is_found_however_it_is_written(
    sea: Network, text: str, name: str, node: str | None
) -> None:
    place = sea.find_place(text)

    assert place.name == name
    assert (sea.gateways.id[place.node].as_py() if place.node >= 0 else None) == node
    assert place.text == text


def test_of_towns_with_one_name_the_largest_is_meant(sea: Network) -> None:
    assert sea.find_place("Twin, BB").lon == 19  # 90,000 people, the other one 1,000


def test_a_coordinate_lies_in_the_market_of_the_nearest_town(sea: Network) -> None:
    assert sea.find_place("0,0.5").iso2 == "AA"
    assert sea.find_place("0,18").iso2 == "BB"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Dtwon, BB",
            "'Dtwon, BB' is unknown; nearest matches: city:bb-dtown (D-Town)",
        ),
        ("AAATV", r"AAATW (Åtown)"),
        ("AZ", "AA (Aland)"),
        ("IATA:XXX", "'IATA:XXX' is unknown"),
        ("Twin", "'Twin' is unknown; nearest matches: BBTWI (Twin)"),
        ("Twin, AA", "'Twin, AA' is unknown"),
        ("  ", "a place is empty"),
    ],
)
def test_an_unknown_place_names_the_nearest_matches(
    sea: Network, text: str, words: str
) -> None:
    with pytest.raises(UnknownPlaceError) as caught:
        sea.find_place(text)

    assert words in str(caught.value)
    assert "Expected a UN/LOCODE, IATA:XXX" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("91,0", "latitude is 91 and longitude 0, expected ±90 and ±180"),
        ("0,180.5", "longitude 180.5, expected"),
        ("-60,-100", "the nearest town is"),
    ],
)
def test_a_coordinate_that_cannot_be_is_an_error(
    sea: Network, text: str, words: str
) -> None:
    with pytest.raises(DataError, match="place") as caught:
        sea.find_place(text)

    assert words in str(caught.value)


@given(st.text(max_size=12))
def test_any_text_is_a_place_or_a_clear_error(sea: Network, text: str) -> None:
    try:
        latitude = sea.find_place(text).lat
    except GreenrouteError:
        return

    assert -90 <= latitude <= 90


def test_search_finds_a_name_with_a_typing_error(sea: Network) -> None:
    assert sea.search_places("atwon")[0].name == "Åtown"


def test_search_finds_a_code(sea: Network) -> None:
    assert sea.search_places("bbtwi")[0].name == "Twin"
    assert sea.search_places("port:BBBBB")[0].name == "Bport"


def test_search_names_a_place_once(sea: Network) -> None:
    found = sea.search_places("Åtown")  # city:aa-atown and AAATW are one place

    assert [place.name for place in found].count("Åtown") == 1


def test_search_lists_no_more_than_asked_for(sea: Network) -> None:
    assert len(sea.search_places("port", limit=2)) == 2


def test_search_finds_nothing_like_nonsense(sea: Network) -> None:
    assert sea.search_places("qqqqqqqqqq") == []
