"""Which greenroute this is."""

from importlib.metadata import version


def greenroute_version() -> str:
    """Return the version of the installed package."""
    return version("greenroute")
