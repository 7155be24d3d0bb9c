"""The command line, run in this process or as one of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What came of a command."""

    code: int
    out: str
    err: str


Command = Callable[..., Call]


def start(
    *words: str, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start a command as a process of its own."""
    code = "from greenroute.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *words],
        stdout=stdout,
        stderr=stderr,
    )
