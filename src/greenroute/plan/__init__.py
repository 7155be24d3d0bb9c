"""What was decided: legs, itineraries and the frontier they form.

These are the types that the solver fills and that everything above reads. An
`Itinerary` is a list of `Leg`s, transport and hub in turn; its totals are the sums of its
legs. A `Frontier` is the complete set of itineraries that no other beats in cost, time
and CO2e at once. `check_itinerary` proves an itinerary without the solver. A `Plan` says
the same of a whole order book, in tables; `check_plan` proves it. `Commitments`
are the least volumes that it keeps to.
"""
