"""A small sea: two ports, a canal between them, and the long way round the cape.

    A (0, 0) --500-- (0, 5) --500, canal-- B (0, 10)
    A (0, 0) --1500, cape-- (-10, 5) --1500-- B (0, 10)

C lies on the cape; D is a town 10 degrees inland of B.
"""

from pathlib import Path

import pytest

from folders import network_folder
from greenroute.network.network import Network
from greenroute.network.read import read_network

TABLES = {
    "nodes": """
        id,kind,name,iso2,lat,lon,locode
        port:AAAAA,seaport,Aport,AA,0,0,AAAAA
        port:BBBBB,seaport,Bport,BB,0,10,BBBBB
        port:CCCCC,seaport,Cport,CC,-10,5,CCCCC
        city:bb-dtown,city,D-Town,BB,0,20,
        city:aa-atown,city,Åtown,AA,0.1,0.1,
        """,
    "lanes": """
        id,origin,destination,mode,toc,distance_km,transit_h,departures_per_week,passages,speed_kmh
        sea-A-B,port:AAAAA,port:BBBBB,sea,sea-container-8000,1000,60,1,canal,20
        sea-B-A,port:BBBBB,port:AAAAA,sea,sea-container-8000,1000,60,1,canal,20
        sea-A-C,port:AAAAA,port:CCCCC,sea,sea-container-8000,1500,80,1,cape,20
        sea-C-A,port:CCCCC,port:AAAAA,sea,sea-container-8000,1500,80,1,cape,20
        road-B-D,port:BBBBB,city:bb-dtown,road,road-artic,1200,20,,,
        road-D-B,city:bb-dtown,port:BBBBB,road,road-artic,1200,20,,,
        road-A-A,port:AAAAA,city:aa-atown,road,road-drayage,25,1,,,
        road-a-A,city:aa-atown,port:AAAAA,road,road-drayage,25,1,,,
        """,
    "markets": """
        iso2,name,continent,un_member,customs_territory,hub
        AA,Aland,EU,1,AA,city:aa-atown
        BB,Bland,EU,1,BB,city:bb-dtown
        """,
    "passages": """
        name,default_open,note
        canal,1,the short way
        cape,1,the long way
        ice,0,closed by default
        """,
    "sea_nodes": """
        lat,lon
        0,0
        0,5
        0,10
        -10,5
        """,
    "sea_edges": """
        a,b,km,passages
        0,1,500,
        1,2,500,canal
        0,3,1500,cape
        3,2,1500,
        0,2,10,ice
        """,
    "places": """
        name,ascii_name,iso2,lat,lon,population
        Åtown,Atown,AA,0.1,0.1,900000
        D-Town,D-Town,BB,0,20,500000
        Twin,Twin,BB,0,19,90000
        Twin,Twin,BB,0,21,1000
        Île-du-Nord,Ile-du-Nord,BB,0,19.5,5000
        """,
    "locodes": """
        locode,name,iso2,lat,lon,node
        AAATW,Åtown,AA,0.1,0.1,city:aa-atown
        BBTWI,Twin,BB,0,19,
        BBBBB,Bport,BB,0,10,port:BBBBB
        """,
}


@pytest.fixture(scope="session")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return read_network(network_folder(tmp_path_factory.mktemp("sea"), **TABLES))


@pytest.fixture
def sea_folder(tmp_path: Path) -> Path:
    return network_folder(tmp_path, **TABLES)
