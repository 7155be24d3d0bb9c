from pathlib import Path

import pytest

from folders import network_folder
from greenroute.errors import CorruptDataError, DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network

BROKEN = Path(__file__).parents[1] / "data" / "broken" / "networks"


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda path: path.name)
def test_a_broken_network_says_where_it_is_broken(folder: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_network(folder)

    assert (folder / "message.txt").read_text().strip() in str(caught.value)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("name", ["half_written", "missing_table"])
def test_a_damaged_folder_is_corrupt(name: str) -> None:
    with pytest.raises(CorruptDataError):
        read_network(BROKEN / name)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        read_network(tmp_path / "nowhere")


def test_a_file_in_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataError, match="there is no such file"):
        read_network(tmp_path / "file")


def test_any_changed_byte_is_noticed(sea_folder: Path) -> None:
    table = sea_folder / "nodes.csv"
    table.write_text(table.read_text().replace("Aport", "Bport"))

    with pytest.raises(CorruptDataError, match=r"nodes.csv: sha256 is"):
        read_network(sea_folder)


def test_all_errors_of_a_table_are_reported_at_once(tmp_path: Path) -> None:
    folder = network_folder(
        tmp_path,
        nodes="""
            id,kind,name,iso2,lat,lon
            AAAAA,harbour,Aton,AA,95,0
            BBBBB,city,,BB,0,200
            """,
        lanes="id,origin,destination,mode,toc,distance_km,transit_h\n",
    )
    with pytest.raises(DataError) as caught:
        read_network(folder)

    lines = str(caught.value).splitlines()

    assert [line.partition("nodes.csv:")[2].partition(",")[0] for line in lines] == [
        "2: kind is 'harbour'",
        "2: lat is '95'",
        "3: lon is '200'",
        "3: name is ''",
    ]


def test_the_digest_is_of_the_content(sea: Network, sea_folder: Path) -> None:
    assert read_network(sea_folder).sha256 == sea.sha256  # written twice, two places


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    from_text = {
        "nodes": "id,kind,name,iso2,lat,lon\nB,city,B,BB,0,1\nA,city,A,AA,0,0\n",
        "lanes": "id,origin,destination,mode,toc,distance_km,transit_h\n"
        "2,B,A,road,road-artic,300,5\n1,A,B,road,road-artic,310,6\n",
    }
    network = read_network(network_folder(tmp_path, **from_text))

    assert network.distance_km(["A", "B"], ["B", "A"], mode="road").tolist() == [
        310,
        300,
    ]


def test_a_table_of_lanes_may_be_split(tmp_path: Path) -> None:
    header = "id,origin,destination,mode,toc,distance_km,transit_h"
    network = read_network(
        network_folder(
            tmp_path,
            nodes="id,kind,name,iso2,lat,lon\nA,city,A,AA,0,0\nB,city,B,BB,0,1\n",
            lanes_road=f"{header}\n1,A,B,road,road-artic,300,5\n",
            lanes_rail=f"{header},gauge_mm\n2,A,B,rail,rail-freight,400,9,1435\n",
        )
    )

    assert network.lanes.id.to_pylist() == ["2", "1"]  # tables in the order of names
    assert [network.lanes.toc[row] for row in range(2)] == [
        "rail-freight",
        "road-artic",
    ]
    assert network.lanes.gauge_mm.tolist() == [1435, 0]


def test_a_cell_left_empty_is_not_a_number(sea: Network) -> None:
    row = sea.lanes.id.to_pylist().index("road-B-D")

    assert sea.lanes.departures_per_week[row] != sea.lanes.departures_per_week[row]
    assert sea.lanes.gauge_mm[row] == 0


def test_the_toy_network_is_whole() -> None:
    toy = read_network(Path(__file__).parents[2] / "data" / "networks" / "toy")

    assert len(toy.gateways) == 4
    assert {source.licence for source in toy.sources} == {"Apache-2.0"}
