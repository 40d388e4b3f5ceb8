"""Other people's programs that are measured beside ours, each in an environment of its own under `.cache/`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.measure import ROOT, output_of


def smartcut() -> Path:
    """The program `smartcut`, installed from PyPI unless it was already.

    Raises:
        RuntimeError: It cannot be installed, as without a network.
    """
    folder = ROOT / ".cache" / "smartcut"
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    program = scripts / ("smartcut.exe" if sys.platform == "win32" else "smartcut")
    if not program.exists():
        try:
            output_of([sys.executable, "-m", "venv", str(folder)])
            output_of([str(scripts / "python"), "-m", "pip", "install", "--quiet", "smartcut"])
        except RuntimeError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return program
