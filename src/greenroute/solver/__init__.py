"""How it is decided: builds graphs, searches them, and chooses for a whole order book.

`route` turns a shipment into its exact frontier. The way there: `problem` translates
freight words into the solver's (integers: US cents, minutes, grams, rounded once),
`graph` builds the multimodal graph in arrays, the package `search` searches it, and
`itineraries` translates what was found back. `plan` does this for a whole order book:
`plans` and `dated_plans` speak freight, `columns` makes the ways that orders may go, and
`book` chooses among them in whole numbers.

`pareto_front`, `flow_design` and `choose_columns` stand alone on plain arrays, without any
freight in them; `Gap`, `TimeLimit` and `Rounds` say when they stop.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
