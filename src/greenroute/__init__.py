"""Plans freight at low carbon and states what the plan emits.

    import greenroute as gr

    network, rates = gr.read_network(), gr.read_rates()
    shipment = gr.Shipment(origin="CNSZX", destination="DEFRA", mass_kg=12_000)
    frontier = gr.route(shipment, network, rates)

Data flows one way: orders → network → rating → solver → plan → report. Names below are
loaded when they are first used (`__init__.pyi` lists them), so that importing greenroute
costs nothing.
"""

import importlib

import lazy_loader

# `greenroute.plan` is a package and the function that plans. A package takes its name here
# when it is first imported; once that has happened, the name is free for the function.
importlib.import_module("greenroute.plan")
del globals()["plan"]

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
