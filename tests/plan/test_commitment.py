"""Commitments: read strictly, and matched to lanes."""

from pathlib import Path

import numpy as np
import pytest

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.plan.commitment import committed_lanes, read_commitments
from networks import network_of

NETWORK = network_of("""
    CNAAA -sea 9000km 300h service=alpha-> DEBBB
    CNAAA -sea 9500km 310h service=beta-> DEBBB
    CNAAA -air 8000km 12h-> DEBBB
    DEBBB -sea 9000km 300h service=alpha-> CNAAA
""")


def written(folder: Path, text: str) -> Path:
    path = folder / "agreed.csv"
    rows = [line.split() for line in text.strip().splitlines()]
    lines = [",".join("" if cell == "." else cell for cell in row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_weeks_tonnes_and_prices_are_read(tmp_path: Path) -> None:
    found = read_commitments(
        written(
            tmp_path,
            """
            commitment_id  service  from_week   to_week     least_t  short_usd_per_t
            A              alpha    2026-08-03  2026-08-17  12.5     40
            B              beta     2026-08-03  .          3        .
            """,
        )
    )

    assert found.ids == ("A", "B")
    assert found.least_kg.tolist() == [12_500, 3_000]
    assert found.must.tolist() == [False, True]
    # Three weeks and one week of 10,080 minutes.
    assert (found.ends - found.begins).tolist() == [3 * 10_080, 10_080]
    assert found.begins[0] % 1440 == 0
    # 2.5 t at 40 USD; what must be kept has no price.
    assert found.short_cents(np.array([2_500, 100])).tolist() == [10_000, 0]


def test_lanes_match_all_that_a_row_names(tmp_path: Path) -> None:
    found = read_commitments(
        written(
            tmp_path,
            """
            commitment_id  mode  service  origin_market  lane_id          from_week   least_t
            A              sea   .       CN             .               2026-08-03  1
            B              .    alpha    .             .               2026-08-03  1
            C              .    .       .             3:CNAAA-air-DEBBB  2026-08-03  1
            """,
        )
    )

    assert committed_lanes(found, NETWORK).tolist() == [
        [True, True, False, False],
        [True, False, False, True],
        [False, False, True, False],
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A alpha 2026-08-04 1 5", ":2: from_week is '2026-08-04', expected a Monday"),
        ("A alpha soon 1 5", ":2: from_week is 'soon', expected a Monday"),
        ("A alpha 2026-08-03 0 5", ":2: least_t is '0', expected a number > 0"),
        ("A alpha 2026-08-03 x 5", ":2: least_t is 'x', expected a number > 0"),
        (
            "A alpha 2026-08-03 1 -5",
            ":2: short_usd_per_t is '-5', expected a number >= 0",
        ),
        (
            "A . 2026-08-03 1 5",
            ":2: lane_id is '', expected it or another one of mode",
        ),
        (
            "A alpha 2026-08-03 1 5\nA alpha 2026-08-03 1 5",
            ":3: commitment_id is 'A', as in line 2, expected each in one row",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(
    row: str, told: str, tmp_path: Path
) -> None:
    head = "commitment_id service from_week least_t short_usd_per_t\n"
    path = written(tmp_path, head + row)

    with pytest.raises(DataError) as raised:
        read_commitments(path)
    assert f"{path}{told}" in str(raised.value)


def test_a_week_that_ends_before_it_begins_is_an_error(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        commitment_id  service  from_week   to_week     least_t
        A              alpha    2026-08-10  2026-08-03  1
        """,
    )

    with pytest.raises(
        DataError, match="to_week is '2026-08-03', expected no week before"
    ):
        read_commitments(path)


@pytest.mark.parametrize(
    ("column", "value"),
    [("service", "gamma"), ("toc", "sail"), ("lane_id", "L9"), ("origin_market", "FR")],
)
def test_what_no_lane_has_is_an_error(column: str, value: str, tmp_path: Path) -> None:
    path = written(
        tmp_path, f"commitment_id {column} from_week least_t\nA {value} 2026-08-03 1"
    )

    with pytest.raises(
        UnknownCategoryError, match=f"{column} is '{value}', expected one"
    ):
        committed_lanes(read_commitments(path), NETWORK)
