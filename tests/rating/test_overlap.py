"""Days of rate-card rows: apart or nested, never crossing; against brute force."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from greenroute.rating.overlap import Overlaps, find_overlaps

SPANS = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 12), st.integers(0, 6), st.integers(0, 1)
    ),
    max_size=9,
)
Span = tuple[int, int, int, int]


def overlaps(spans: list[Span]) -> Overlaps:
    rows = np.array(spans, dtype=np.int64).reshape(-1, 4)
    start = rows[:, 1].astype(np.int32)
    end = (rows[:, 1] + rows[:, 2]).astype(np.int32)
    return find_overlaps(rows[:, 0], start, end, rows[:, 3].astype(np.float64))


def clash(a: Span, b: Span) -> bool:
    """Return whether two rows contradict each other, by the words of the docs."""
    if a[0] != b[0]:
        return False
    (a1, a2), (b1, b2) = ((span[1], span[1] + span[2]) for span in (a, b))
    if (a1, a2) == (b1, b2):
        return a[3] == b[3]
    if a2 < b1 or b2 < a1:
        return False
    return not ((a1 < b1 and b2 <= a2) or (b1 < a1 and a2 <= b2))


@given(spans=SPANS)
def test_rows_clash_if_and_only_if_two_of_them_do(spans: list[Span]) -> None:
    pairs = [(a, b) for i, a in enumerate(spans) for b in spans[:i]]

    found = overlaps(spans)

    assert bool(len(found.rows)) == any(clash(a, b) for a, b in pairs)
    for row, other in zip(found.rows.tolist(), found.others.tolist(), strict=True):
        assert clash(spans[row], spans[other])


def test_weight_breaks_of_the_same_days_do_not_clash() -> None:
    found = overlaps([(0, 0, 5, 0), (0, 0, 5, 1)])

    assert len(found.rows) == 0


def test_an_offer_across_the_end_of_a_contract_clashes_with_it() -> None:
    # Days 0-10, an offer 2-4 within them, and 8-14 across their end.
    found = overlaps([(0, 0, 10, 0), (0, 2, 2, 0), (0, 8, 6, 0)])

    assert (found.rows.tolist(), found.others.tolist()) == ([2], [0])
