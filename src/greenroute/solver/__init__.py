"""How it is decided: builds the graph of a shipment and finds every sensible route.

`route` turns a shipment into its exact frontier. The way there: `problem` translates
freight words into the solver's (integers: US cents, minutes, grams, rounded once),
`graph` builds the multimodal graph in arrays, `pareto` and `labels` search it, and
`route` translates what was found back. `pareto_front` stands alone on plain arrays,
without any freight in it.
"""

from greenroute.solver.pareto import ParetoFront, pareto_front

__all__ = ["ParetoFront", "pareto_front"]
