"""Exact three-objective shortest paths on plain arrays, without any freight in them.

`pareto` is the front between two nodes: `search_graph` lays out and checks the arrays, `bounds` are what a label still
needs, `labels` the kernels, `workspace` their memory. `settle` picks the kernel that fits: `timed_labels` for departures
(`timetable`), tolerance and `guide`; `layers` counts arcs. `contract` and `one_to_all` find the fronts of many targets,
`one_to_one` those of single pairs on the same arrays, and `one_to_all_apex` (kernels in `apex`) all that matters up to a
certified tolerance.
"""
