"""One plan for a whole order book, in freight words: `plan` in `solve`.

Orders become commodities with candidate routes (`candidate`, `make_columns`), rated in arrays (`rate_orders`) and laid out as
a `Book` (`plan_problem`: `weekly_book`, or `dated_plan`; with `budget` and `commitment_rows`); `write_plan` translates the
choice back. `frontier` sweeps carbon prices; `greedy` is the peer. `replan` makes a plan again, from what `restate` and
`restate_dated` say of orders under way.
"""
