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
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows on stderr how many of all are done: a bar, or a line per tenth."""
    if sys.stderr.isatty():
        from rich.progress import Progress  # noqa: PLC0415 - 30 ms of start-up

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what)
            yield lambda done, of: bar.update(task, completed=done, total=of)
        return
    told = -1

    def tell(done: int, of: int) -> None:
        nonlocal told
        tenth = 10 * done // max(of, 1)
        if tenth > told:
            told = tenth
            Console(stderr=True).print(f"{what}: {done} of {of}")

    yield tell


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on stderr what is under way, if that is a terminal."""
    if sys.stderr.isatty():
        with Console(stderr=True).status(what):
            yield
    else:
        yield
