"""Which scope 3 category a transport belongs to, by who pays.

References
----------
.. [1] GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions v1.0 (2013),
   categories 1, 4 and 9.
.. [2] ICC, Incoterms 2020: who contracts the main carriage.
"""

from enum import StrEnum
from typing import assert_never


class Flow(StrEnum):
    """Way of the goods, seen by the company that reports."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BEFORE_SUPPLIER = "before_supplier"
    OWN_VEHICLE = "own_vehicle"


class Payer(StrEnum):
    """Who pays the transport."""

    REPORTER = "reporter"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    OTHER = "other"


class Incoterm(StrEnum):
    """Rule of delivery (Incoterms 2020)."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"


class Scope(StrEnum):
    """Where the emissions of a transport are reported."""

    CATEGORY_1 = "scope 3 category 1"
    CATEGORY_4 = "scope 3 category 4"
    CATEGORY_9 = "scope 3 category 9"
    OWN = "scope 1 and 2, energy provision in scope 3 category 3"
    UNKNOWN = "not known: who pays?"


#: Rules under which the buyer pays the main carriage.
BUYER_PAYS = frozenset({Incoterm.EXW, Incoterm.FCA, Incoterm.FAS, Incoterm.FOB})


def scope3_category(
    flow: Flow | None, *, payer: Payer | None = None, incoterm: Incoterm | None = None
) -> Scope:
    """Return where the emissions of a transport are reported.

    The payer decides; the Incoterm stands in only where the payer is not known.

    Parameters
    ----------
    flow
        Way of the goods; None if it is not known.
    payer
        Who pays the transport.
    incoterm
        Rule of delivery between seller and buyer.

    Returns
    -------
    Scope
        `UNKNOWN` where it must be asked.
    """
    if flow is Flow.OWN_VEHICLE:
        return Scope.OWN
    if payer is Payer.REPORTER:
        return Scope.CATEGORY_4
    match flow:
        case None:
            return Scope.UNKNOWN
        case Flow.BEFORE_SUPPLIER:
            return Scope.CATEGORY_1
        case Flow.INBOUND:
            return Scope.CATEGORY_4
        case Flow.OUTBOUND:
            return _outbound(payer, incoterm)
        case _:
            assert_never(flow)


def _outbound(payer: Payer | None, incoterm: Incoterm | None) -> Scope:
    """Return the category of goods sold, whose transport the seller may pay or not."""
    if payer is not None:
        return Scope.CATEGORY_9
    if incoterm is None:
        return Scope.UNKNOWN
    return Scope.CATEGORY_9 if incoterm in BUYER_PAYS else Scope.CATEGORY_4
