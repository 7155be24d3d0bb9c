"""Whole orders choose one column each under shared capacities: `choose_columns`.

`choose_input` checks, `choose_problem` brings data to whole units, `choose_relaxation` bounds by prices, `choose_local`
and `choose_branch` look for good choices, `choose_exact` proves what reduced costs leave over.
"""
