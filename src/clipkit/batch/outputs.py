"""The folder of a batch, and the names in it that may not be taken."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from clipkit.errors import MediaError, RenderError
from clipkit.store.atomic import sweep
from clipkit.store.oserrors import explained


def make(folder: Path) -> None:
    """Make the folder if it is not there. If it is, what a killed batch left half-written is removed.

    Raises:
        RenderError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder, RenderError) from error
    sweep(folder)


def identities(paths: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Device and inode of each file that is there."""
    found = set()
    for path in paths:
        with suppress(OSError, ValueError):
            status = Path(path).stat()
            found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def refuse_input(out: Path, inputs: frozenset[tuple[int, int]]) -> None:
    """What any item reads is the output of none, not even with `force`.

    Raises:
        MediaError: ``own-input``.
    """
    if identities([str(out)]) & inputs:
        raise MediaError(
            "an input of the batch cannot be its output",
            code="own-input",
            where=str(out),
            hint="choose other names, or another folder",
        )
