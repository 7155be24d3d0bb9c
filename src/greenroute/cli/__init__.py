"""What a person types: `greenroute route`, `distance`, `places` and so on.

A command reads its options, calls the public functions of greenroute and hands what they
return to `report`; it decides nothing itself. Options that all commands share are in
`options`, exit codes and what a user sees of an error in `app`, files and terminals in
`output`. Everything heavy is reached through `greenroute` and `greenroute.report`, which
load it on first use, so that help and errors of usage come at once.
"""

from greenroute.cli.app import main

__all__ = ["main"]
