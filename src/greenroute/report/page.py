"""Pages: tables and sentences for people, on a terminal or as plain text."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, RenderableType

#: Columns of a page that is not on a terminal.
PLAIN_WIDTH = 100

#: Makes the parts of a page for a width in columns.
Page = Callable[[int], Sequence[RenderableType]]


def print_page(page: Page) -> None:
    """Print a page on the terminal, as wide as that is."""
    console = Console(highlight=False)
    for part in page(console.width):
        console.print(part)


def plain_page(page: Page, *, width: int = PLAIN_WIDTH) -> str:
    """Return a page as text without colours."""
    console = Console(width=width, no_color=True, force_terminal=False, highlight=False)
    with console.capture() as capture:
        for part in page(width):
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on stderr what is under way, if that is a terminal."""
    if sys.stderr.isatty():
        with Console(stderr=True).status(what):
            yield
    else:
        yield
