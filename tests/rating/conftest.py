import pytest

from greenroute.rating.read import Rates, read_rates


@pytest.fixture(scope="session")
def rates() -> Rates:
    """Return the rates that ship with greenroute."""
    return read_rates()
