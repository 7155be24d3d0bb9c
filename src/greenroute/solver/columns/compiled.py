"""Whether the kernels that plans need were compiled on this machine before."""

from pathlib import Path

from greenroute.solver.columns.rate_orders import rate_orders


def is_compiled() -> bool:
    """Return whether the dearest kernel is in the cache; then all others were, too."""
    folder = rate_orders.stats.cache_path
    kernel = rate_orders.py_func
    line = kernel.__code__.co_firstlineno
    name = f"{Path(kernel.__code__.co_filename).stem}.{kernel.__name__}-{line}.*.nbi"
    return folder is not None and any(Path(folder).glob(name))
