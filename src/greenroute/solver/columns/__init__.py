"""The ways that orders of a book may go: searched once a commodity, rated for every order.

`make_columns` is the table of contents: `search_key` groups orders to commodities, `candidate` searches paths for them,
`exact_path` those of small books, `timely_path` more for orders in haste, `wanted_lane` those by lanes with commitments
(`trace` reads them out of distances, `path_set` keeps each once), `step_table`, `rate_orders` and `rate_legs` price them, and
`column` lays out orders × paths. `compiled` says whether this machine has done so before.
"""
