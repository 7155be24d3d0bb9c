"""Who reports a transport, after the GHG Protocol."""

import pytest

from greenroute.statement import Flow, Incoterm, Payer, Scope, scope3_category

REPORTER, SUPPLIER, CUSTOMER = Payer.REPORTER, Payer.SUPPLIER, Payer.CUSTOMER


@pytest.mark.parametrize(
    ("flow", "payer", "expected"),
    [
        (Flow.OUTBOUND, REPORTER, Scope.CATEGORY_4),
        (Flow.INBOUND, SUPPLIER, Scope.CATEGORY_4),
        (Flow.INBOUND, None, Scope.CATEGORY_4),
        (Flow.OUTBOUND, CUSTOMER, Scope.CATEGORY_9),
        (Flow.BEFORE_SUPPLIER, SUPPLIER, Scope.CATEGORY_1),
        (Flow.OWN_VEHICLE, REPORTER, Scope.OWN),
        (None, REPORTER, Scope.CATEGORY_4),
        (None, CUSTOMER, Scope.UNKNOWN),
        (Flow.OUTBOUND, None, Scope.UNKNOWN),
    ],
)
def test_the_payer_decides_the_category(
    flow: Flow | None, payer: Payer | None, expected: Scope
) -> None:
    assert scope3_category(flow, payer=payer) is expected


@pytest.mark.parametrize("incoterm", Incoterm)
def test_an_incoterm_stands_in_for_the_payer_of_goods_sold(incoterm: Incoterm) -> None:
    buyer_pays = incoterm in {"EXW", "FCA", "FAS", "FOB"}

    found = scope3_category(Flow.OUTBOUND, incoterm=incoterm)

    assert found is (Scope.CATEGORY_9 if buyer_pays else Scope.CATEGORY_4)


def test_the_payer_wins_over_the_incoterm() -> None:
    found = scope3_category(Flow.OUTBOUND, payer=REPORTER, incoterm=Incoterm.EXW)

    assert found is Scope.CATEGORY_4
