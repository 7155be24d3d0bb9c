"""Keeps out of a process what libraries import only to ask whether it is there.

pyarrow looks for pandas at its first conversion, and numba for the BLAS of SciPy at its
first kernel. No command hands either of them on, and both together take half a second,
a quarter of a route. Whoever else imports them still gets them.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType

Without = dict[str, tuple[str, ...]]
#: Packages that do not get a module, by its name.
PANDAS: Without = {"pandas": ("greenroute", "pyarrow")}
#: Only for commands whose kernels multiply no matrices.
BLAS: Without = {"scipy.linalg": ("numba",)}
_IMPORT = "importlib"


class _LeftOut:
    """Finder that does not find modules for some packages."""

    def __init__(self, without: Without) -> None:
        self._without = without

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - of the protocol
        target: ModuleType | None = None,  # noqa: ARG002 - of the protocol
    ) -> ModuleSpec | None:
        """Return nothing, so that others look; raise for who does not get the module."""
        packages = self._without.get(name)
        if packages is not None and _importer(sys._getframe(1)) in packages:  # noqa: SLF001 - the way to know who asks
            msg = f"{name} is left out of this process"
            raise ModuleNotFoundError(msg, name=name)
        return None


def leave_out(without: Without) -> None:
    """Leave modules out of this process for the packages that only look for them."""
    sys.meta_path.insert(0, _LeftOut(without))


def _importer(frame: FrameType | None) -> str:
    """Return the package whose code imports."""
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in (_IMPORT, "_frozen_importlib", "_frozen_importlib_external"):
            return package
        frame = frame.f_back
    return ""
