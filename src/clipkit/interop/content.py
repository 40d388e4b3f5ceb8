"""The content store: what came from memory, as files named after the hash of all their bytes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clipkit import folders
from clipkit.errors import StoreError
from clipkit.store.atomic import replacing
from clipkit.store.oserrors import explained


def keep(suffix: str, write: Callable[[Path], object]) -> Path:
    """Have a file written and keep it under the name of its hash, once, however often the same comes.

    Args:
        suffix: What it ends in, such as ``.wav``.
        write: Given the path to write to.

    Raises:
        StoreError: ``cannot-write``, ``disk-full``, …: the store cannot take it. Errors of `write` pass as they are.
    """
    folder = folders.data() / "content"
    with _workroom(folder) as room:
        made = room / f"new{suffix}"
        write(made)
        with _explaining(folder):
            name = folder / f"{_digest(made)}{suffix}"
            if name.is_file():
                return name
            # The file takes the place of the empty one that `replacing` made, which then syncs and publishes it.
            with replacing(name, force=True, error=StoreError) as part:
                made.replace(part)
    return name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _workroom(folder: Path) -> Iterator[Path]:
    """A folder inside the store, on the same disk, that goes away with all in it."""
    with _explaining(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = tempfile.TemporaryDirectory(dir=folder, prefix=".new-")
    with room:
        yield Path(room.name)


@contextmanager
def _explaining(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise explained(error, folder, StoreError) from error
