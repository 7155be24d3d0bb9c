"""How results are told: tables, JSON, CSV, GeoJSON, a chart and a map as SVG.

A function here takes what was found and returns text, or parts of a page for a terminal;
it decides nothing and writes no file. `route_*` tell a frontier, `*_sheet` the smaller
answers, which `sheet_*` write in every format. `frontier_chart` and `itinerary_map` return
SVG that needs no network to be drawn. Names are loaded on first use (`__init__.pyi`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
