"""What can carry the goods: markets, gateways, lanes, passages and distances.

A `Network` is read from a folder (`read_network`). Its nodes are *gateways* (ports,
airports, terminals) and the cities that are the doors of trade; its *lanes* are services
between two of them, held as arrays with one row per directed lane. The sea part carries
the graph of the world's shipping routes, so that distances can be measured with a
*passage* (Suez, Panama, ...) closed. `find_place` turns what a user types into a place.
Lanes may have weekdays or dated departures (`schedule`), gateways opening hours
(`calendar`). Nothing here knows prices, emissions or solvers.
"""
