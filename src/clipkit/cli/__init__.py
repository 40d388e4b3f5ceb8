"""The command line. `trim.py` holds the command `trim`; a new file is a new command, and nothing else changes.

Modules whose names begin with an underscore are what commands share. Commands import the rest of clipkit inside the
function that does the work, so that help and completion stay quick.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from clipkit.cli._guard import guarded
from clipkit.cli._run import run


def main() -> None:
    """What the `clipkit` script calls; ends the process.

    By then all is written and closed: taking the interpreter and its libraries apart piece by piece would only add a
    tenth of a second.
    """
    # pydantic would look through every installed package for plug-ins, which takes 50 ms and lets them see our models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # numpy's BLAS would start a thread a core that spins for a tenth of a second; nothing here is large enough for it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    args = sys.argv[1:]
    code = guarded(lambda: _flushed(run(args)), args)
    os._exit(_flushed(code))


def _flushed(code: int) -> int:
    """The exit code, once all is written; what could not be told is told by it."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code
