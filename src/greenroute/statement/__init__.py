"""What freight emits, by the equations of ISO 14083.

A *transport chain* is what one shipment went through; its *elements* (TCEs) are runs, each
of one transport operation category (TOC), and hub operations, each of one hub operation
category (HOC). `read_chains` reads chains that already ran, `chains_of_itineraries` takes
legs that were planned, and `state_emissions` turns both into an `EmissionStatement`:
activity and emissions of every element, totals by mode, shares of data types, what was left
out and what the figures rest on.

All arithmetic is exact decimal arithmetic (`exact`); nothing is rounded before output.
How far totals may be off is told by `uncertainty`, who reports them by `scope3`, what
certificates and offsets change beside them by `market`. Nothing here knows the solver:
a plan is stated the same way whoever made it. Names are loaded on first use
(`__init__.pyi`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
