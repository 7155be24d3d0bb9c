"""Multicommodity flows with modules, revenues and rejection: `flow_design`.

Columns are paths (`flow_paths`), the master is an LP (`flow_master`, `flow_rows`, `flow_cuts`). Where modules cost nothing it
begins with the paths of an ascent of prices (`flow_ascent`). `flow_relaxation` prices and repairs, `flow_tree` branches,
`flow_mip` is the program over arcs beside it. Bounds are sums of our own over prices.
"""
