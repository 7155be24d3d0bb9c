"""The application: its commands, its exit codes, what a user sees of an error."""

import gc
import re
import signal
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Annotated

import typer

from greenroute import report
from greenroute.cli import (
    distance,
    doctor,
    factors,
    matrix,
    network,
    place,
    plan,
    route,
    state,
)
from greenroute.cli.lean import BLAS, PANDAS, leave_out
from greenroute.cli.output import say
from greenroute.errors import GreenrouteError

EXIT_USAGE = 2
#: Libraries and tables make millions of objects that stay until the end of a command; the
#: usual threshold would walk them over and over, a tenth of the time of a route.
_GC_THRESHOLD = (100_000, 20, 20)
#: A southern latitude starts like an option.
_COORDINATES = re.compile(r"^-\d+(\.\d*)?\s*,")

app = typer.Typer(
    name="greenroute",
    help="Plans freight at low carbon and states what the plan emits.",
    epilog="Exit codes: 0 done, 1 internal error, 2 wrong usage or unreadable input, "
    "3 finished but some rows failed, 4 infeasible. Results go to stdout, all else to stderr.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help: panels would cost 0.25 s of start-up.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("route")(route.route)
app.command("plan")(plan.plan)
app.command("state")(state.state)
app.command("matrix")(matrix.matrix)
app.command("distance")(distance.distance)
app.command("markets")(place.markets)
app.command("places")(place.places)
app.add_typer(network.app, name="network")
app.add_typer(factors.app, name="factors")
app.command("doctor")(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the name of the program; without them, those of the process.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    sys.excepthook = _report_internal_error
    gc.set_threshold(*_GC_THRESHOLD)
    words = sys.argv[1:] if arguments is None else arguments
    if arguments is None:
        leave_out(PANDAS | BLAS if words[:1] == ["route"] else PANDAS)
    command = typer.main.get_command(app)
    try:
        command.main(args=[_guarded(word) for word in words], prog_name="greenroute")
    except GreenrouteError as error:
        say(f"greenroute: {error}")
        sys.exit(EXIT_USAGE)
    except OSError as error:
        if error.filename is None:
            raise
        say(f"greenroute: {error.filename}: {error.strerror}")
        sys.exit(EXIT_USAGE)
    finally:
        if arguments is None:
            # The work is done: an interrupt while Python closes must not make it a failure.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"greenroute {report.greenroute_version()}")
        raise typer.Exit


@app.callback()
def start(
    *,
    _: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version and stop.",
        ),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", hidden=True, help="Show internal errors.")
    ] = False,
) -> None:
    """Plan freight at low carbon and state what the plan emits."""
    if traceback:
        sys.excepthook = sys.__excepthook__


def _guarded(word: str) -> str:
    """Return a word so that no coordinate is taken for an option."""
    return f" {word}" if _COORDINATES.match(word) else word


def _report_internal_error(
    kind: type[BaseException], error: BaseException, _: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    say(
        f"greenroute: internal error: {kind.__name__}: {error}\n"
        "This is a defect of greenroute. Please report it with what you typed and what "
        "`greenroute --traceback ...` says."
    )
