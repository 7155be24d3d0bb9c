# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # An order book under a carbon budget
#
# Eighty orders, planned together: boxes are shared, capacities kept, and the whole book
# emits no more than a budget. What does that cost, which orders go another way for it, and
# why does a given order go the way it goes?

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import greenroute as gr
from greenroute.report import Picture
from greenroute.report.plan_chart import abatement_chart, plan_frontier_chart
from greenroute.report.plan_explain import explanation_words
from greenroute.solver.plans.explain_plan import explain_order

network = gr.read_network()
rates = gr.read_rates()
here = Path.cwd()
book = next(
    file
    for folder in (here, *here.parents)
    if (file := folder / "examples" / "orders.csv").is_file()
)
rows = pd.read_csv(book, dtype=str, keep_default_na=False).head(80)
with TemporaryDirectory() as folder:
    rows.to_csv(Path(folder) / "orders.csv", index=False)
    orders = gr.read_orders(Path(folder) / "orders.csv")
rows[["order_id", "origin", "destination", "mass_kg", "ready_at", "due_at"]].head(5)

# %% [markdown]
# First without a budget, beside what comes out when every order takes its cheapest way for
# itself. The bound says what no choice among the candidate columns can beat.

# %%
stop = gr.Gap(0.01) | gr.Rounds(30)
free = gr.plan(orders, network, rates, stop=stop, seed=1)
beside = pd.DataFrame(
    {
        "plan": [free.plan.cost_usd, free.plan.wtw_kg_co2e / 1000],
        "each for itself": [free.greedy.cost_usd, free.greedy.wtw_kg_co2e / 1000],
    },
    index=["USD", "t CO2e"],
)
print(
    f"{len(free.plan.assignments)} orders planned, {len(free.plan.rejected)} rejected, "
    f"gap {free.gap:.2%} over {free.columns:,} columns"
)
beside.round(1)

# %% [markdown]
# From least cost to least CO2e: one plan for each price of carbon, and none that another
# one beats on both. The point beside the line is each order for itself.

# %%
curve = gr.plan_frontier(orders, network, rates, points=5, stop=stop, seed=1)
Picture(svg=plan_frontier_chart(curve, free.greedy))

# %% [markdown]
# The same plans as steps: how much each abates, and what a tonne of that costs.

# %%
Picture(svg=abatement_chart(curve))

# %% [markdown]
# What moves at each step, by modes before and after:

# %%
moves = pd.DataFrame(
    [
        (
            number,
            step.abated_tonnes,
            step.usd_per_tonne,
            move.before,
            move.after,
            move.orders,
        )
        for number, step in enumerate(curve.steps(), start=1)
        for move in step.moves[:3]
    ],
    columns=["step", "t abated", "USD per t", "before", "after", "orders"],
)
moves.round(1)

# %% [markdown]
# Now the budget: half of the way from the cheapest plan to the greenest.

# %%
low, high = curve.points[-1].wtw_tonnes, curve.points[0].wtw_tonnes
budget = gr.CarbonBudget(tonnes=(low + high) / 2)
result = gr.plan(orders, network, rates, objective=budget, stop=stop, seed=1)
print(
    f"budget {budget.tonnes:,.1f} t: {result.plan.wtw_kg_co2e / 1000:,.1f} t for "
    f"{result.plan.cost_usd:,.0f} USD, {result.plan.cost_usd - free.plan.cost_usd:+,.0f} "
    "USD against the plan without a budget"
)
print(f"a tonne more would save {result.abatement_usd_per_tonne()['']:,.0f} USD")

# %% [markdown]
# Which orders go another way for it, and what one of them says when asked why:

# %%
before, after = (
    part.plan.assignments.select(["order_id", "modes", "cost_usd", "wtw_kg_co2e"])
    .to_pandas()
    .set_index("order_id")
    for part in (free, result)
)
both = before.add_suffix("_before").join(after.add_suffix("_after"), how="inner")
moved = both[both.modes_before != both.modes_after].copy()
moved["saved_kg"] = moved.wtw_kg_co2e_before - moved.wtw_kg_co2e_after
moved = moved.sort_values("saved_kg", ascending=False)
moved.round(1).head(8)

# %%
why = explain_order(
    result,
    moved.index[0],
    orders=orders,
    network=network,
    rates=rates,
    objective=budget,
)
print(f"order {why.order_id} goes by {why.chosen.modes}")
for sentence in explanation_words(why):
    print(sentence)
