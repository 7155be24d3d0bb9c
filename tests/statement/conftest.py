import pytest

from greenroute.rating.factors import FactorSet
from greenroute.rating.read import read_rates


@pytest.fixture(scope="session")
def factors() -> FactorSet:
    """Return the factor set that ships with greenroute."""
    return read_rates().factors
