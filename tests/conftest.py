"""Settings of all tests."""

from hypothesis import settings

# A deadline measures the machine, not the code.
settings.register_profile("greenroute", deadline=None)
settings.load_profile("greenroute")
