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
# # A first route
#
# Twelve tonnes have to go from Shenzhen to Frankfurt. What are all the sensible ways, by
# cost, time and CO2e? greenroute answers with the *frontier*: every way that no other one
# beats on all three at once.

# %%
import greenroute as gr
from greenroute.report import Picture, frontier_chart, itinerary_map

network = gr.read_network()
rates = gr.read_rates()
print(f"{len(network.gateways):,} gateways, {len(network.lanes):,} lanes")

# %% [markdown]
# A shipment names its places as UN/LOCODEs, airports (`IATA:PVG`), coordinates,
# `city, ISO2`, or markets (`DE` is the main trade hub of Germany). What it leaves open is
# assumed, and the result says so.

# %%
shipment = gr.Shipment(origin="CNSZX", destination="DEFRA", mass_kg=12_000)
frontier = gr.route(shipment, network, rates)
print(f"assumed: {', '.join(frontier.assumed)}")
frontier

# %% [markdown]
# The whole frontier, cost against CO2e. The colour is the time. The line joins the ways
# that no other beats in cost and CO2e alone; those above it are on the frontier because
# they are faster. Both scales are logarithmic where the range is wide: an aircraft emits
# many times what a ship does.

# %%
Picture(svg=frontier_chart(frontier))

# %% [markdown]
# Four ways have names. *Balanced* is the one nearest to the best in all three goals, each
# scaled to its range on the frontier.

# %%
balanced = frontier[frontier.picks.balanced]
for leg in balanced.legs:
    carbon = f"{leg.wtw_kg_co2e:9,.1f}" if leg.emissions_included else "not known"
    print(
        f"{leg.operation:16} {leg.origin_name[:24]:24} {leg.distance_km:8,.0f} km "
        f"{leg.duration_h:7,.1f} h {leg.cost_usd:8,.0f} USD {carbon} kg"
    )

# %% [markdown]
# Nobody publishes open emission values for hubs, so their CO2e is declared as not known,
# and is not in the totals. Distances by sea follow the shipping routes:

# %%
Picture(svg=itinerary_map(balanced, network))

# %% [markdown]
# What if the Suez Canal is closed? The sea lanes through it sail around Africa, and the
# frontier is searched again.

# %%
around = gr.route(shipment, network, rates, avoid=["suez"])
cheapest = around[around.picks.cheapest]
before = frontier[frontier.picks.cheapest]
print(
    f"cheapest: {before.cost_usd:,.0f} USD in {before.transit_h / 24:.0f} days, without "
    f"Suez {cheapest.cost_usd:,.0f} USD in {cheapest.transit_h / 24:.0f} days"
)
Picture(svg=itinerary_map(cheapest, network.close(["suez"])))

# %% [markdown]
# One row per itinerary, to go on with in pandas:

# %%
frame = frontier.to_frame()
frame.groupby("main_modes")[["cost_usd", "transit_h", "wtw_kg_co2e"]].min()
