"""The command line. `trim.py` holds the command `trim`; a new file is a new command, and nothing else changes.

Modules whose names begin with an underscore are what commands share. Commands import the rest of clipkit inside the
function that does the work, so that help and completion stay quick.
"""

from __future__ import annotations

import sys

from clipkit.cli._run import run


def main() -> None:
    """What the `clipkit` script calls; ends the process."""
    sys.exit(run(sys.argv[1:]))
