"""Drafts as bundles: what stands in one, and what is made of one that a stranger sends."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, JsonValue, ValidationError

from clipkit.errors import StoreError
from clipkit.plan.needs import media_paths
from clipkit.project import document
from clipkit.project.model import Project
from clipkit.project.values import Value
from clipkit.store import bundles, drafts, histories, keys, media, private, rows, shelves
from clipkit.store.atomic import refuse_input, replacing
from clipkit.store.bundles import Content, Part
from clipkit.store.database import explaining, place
from clipkit.store.histories import History
from clipkit.store.locks import lock
from clipkit.store.packs import Revision

_FOLDER = "unpacked"
_MARK = ".unpacking"
"""Stands, locked, in a folder that is being filled."""

_AGE = b"age-encryption.org/v1"

_HERE = Path("bundle").absolute()
"""Where a bundle's parts would lie: documents in one have paths relative to it. Nothing is ever written there."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle that was written: its file, its length, how many media files and revisions are in it."""

    path: str
    bytes: int
    files: int
    revisions: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A draft that came from a bundle: its name, the folder of its media, how many files and revisions."""

    name: str
    folder: str
    files: int
    revisions: int


class _Saved(Value):
    """A revision: the number that it was made from (0: none), when (seconds since 1970), the project."""

    parent: int = Field(ge=0)
    saved: float = Field(ge=0, le=1e11)
    project: dict[str, JsonValue]


class _Draft(Value):
    """The part `draft.json`."""

    name: str
    tags: tuple[str, ...] = ()
    head: int = Field(ge=1)
    tip: int = Field(ge=1)
    revisions: tuple[_Saved, ...] = Field(min_length=1)


# ---- packing -----------------------------------------------------------------------------------------------------


def pack(
    name: str,
    target: str | Path,
    *,
    history: bool = False,
    force: bool = False,
    passphrase: str | None = None,
    plain: bool = False,
) -> Packed:
    """Write a draft and all its media to one file.

    It says nothing of where the media lay or what it was called; the media itself is in it as it is, with all that it
    says of itself.

    Args:
        name: The draft.
        target: The bundle, `*.clipkitz`.
        history: All that the draft ever was, instead of what shows. Media that only former states read and that is
            gone is left out.
        force: Replace a file that is there.
        passphrase: Encrypt it with that, as an age file. It is made in memory, and takes as much of it twice.
        plain: Do so with a private draft.

    Raises:
        StoreError: ``unknown-draft``; ``private-bundle``; ``media-missing``; ``bundle-too-large``; ``cannot-pack``;
            ``file-exists``, ``disk-full``, ``cannot-write``.
    """
    target = Path(target)
    if shelves.is_private(drafts.named(name)) and passphrase is None and not plain:
        hint = "give a passphrase for the bundle, or say that it may be plain: --plain"
        raise StoreError("this draft is private", code="private-bundle", where=name, hint=hint)
    kept, found = _gathered(name, history=history)
    refuse_input(target, found)
    contents = [
        Content(bundles.DRAFT, kept.model_dump_json(indent=1).encode()),
        *(Content(part, Path(path)) for path, part in found.items()),
    ]
    with replacing(target, force=force, error=StoreError) as part, explaining(target):
        if passphrase is None:
            with part.open("wb") as file:
                bundles.write(file, contents)
        else:
            memory = BytesIO()
            bundles.write(memory, contents)
            part.write_bytes(keys.sealed(memory.getvalue(), passphrase))
        size = part.stat().st_size
    return Packed(str(target), size, len(found), len(kept.revisions))


def _gathered(name: str, *, history: bool) -> tuple[_Draft, dict[str, str]]:
    """What stands in the bundle, and the files that go into it: where each is now, and its part."""
    whole = histories.whole(name)
    shown = whole.revisions[whole.head - 1]
    revisions = whole.revisions if history else (Revision(1, 0, 0.0, shown.text),)
    names = _Names()
    names.add(_project(shown.text, name), needed=True)
    projects = [_project(revision.text, name) for revision in revisions]
    for project in projects:
        names.add(project, needed=False)
    kept = tuple(
        _Saved(parent=revision.parent, saved=revision.saved, project=names.packed(project))
        for revision, project in zip(revisions, projects, strict=True)
    )
    head, tip = (whole.head, whole.tip) if history else (1, 1)
    return _Draft(name=drafts.named(name), tags=whole.tags, head=head, tip=tip, revisions=kept), names.found


@dataclass(slots=True)
class _Names:
    """What files are called in a bundle: numbers, in the order in which they are first read. The same bytes in two
    places are one part."""

    found: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, project: Project, *, needed: bool) -> None:
        for medium in media.media(path for path in media_paths(project) if path not in self.parts):
            suffix = bundles.suffix_of(medium.path)
            if medium.found is None and needed:
                hint = "find it again: clipkit draft relink NAME FOLDER"
                raise StoreError("a file that it needs is gone", code="media-missing", where=medium.path, hint=hint)
            if medium.found is None:
                self.parts[medium.path] = self.digests.get(medium.digest, f"missing/{len(self.parts) + 1}{suffix}")
                continue
            with explaining(Path(medium.found)):
                digest = media.digest_of(Path(medium.found))
            if digest not in self.digests:
                self.digests[digest] = self.found[medium.found] = f"media/{len(self.found) + 1}{suffix}"
            self.parts[medium.path] = self.digests[digest]

    def packed(self, project: Project) -> dict[str, JsonValue]:
        moved = document.with_paths(project, lambda path: str(_HERE / self.parts[path]))
        told: dict[str, JsonValue] = json.loads(document.dumps(moved, _HERE))
        return told


def _project(text: str, name: str) -> Project:
    return document.loads(text, where=f"draft:{name}")


# ---- unpacking ---------------------------------------------------------------------------------------------------


def unpack(
    source: str | Path, *, name: str | None = None, into: str | Path | None = None, passphrase: str | None = None
) -> Unpacked:
    """Make a draft of a bundle, which nobody needs to trust.

    Args:
        source: The bundle.
        name: What to call the draft; by default as it was called.
        into: A folder for its media, which must be new or empty; by default one beside the store. In private mode it
            must be named, as the media lies there unencrypted.
        passphrase: What an encrypted bundle was encrypted with.

    Raises:
        StoreError: ``encrypted-bundle``, ``wrong-key``; ``private-media``.
        StoreError: ``no-bundle``, ``bad-bundle``, ``newer-bundle``; ``draft-exists``; ``folder-exists``;
            ``disk-full``, ``cannot-write``. Nothing is left of it then.
        ProjectError: what is in it is no project, or one of a newer clipkit.
    """
    if name is not None:
        histories.check_free(name)
    if into is None and private.active():
        hint = "say where the media shall lie, unencrypted: --into FOLDER"
        raise StoreError("media of private drafts is not kept inside", code="private-media", hint=hint)
    with _opened(Path(source), passphrase) as file, _folder(into) as folder:
        told, parts = _extracted(file, folder)
        name = drafts.named(name or told.name)
        histories.check_free(name)
        history = _history(told, parts, folder, str(source))
        paths = [str(folder / _file(part)) for part in parts[1:]]
        media.note(paths, is_private=shelves.goes_private(name))
        histories.add(name, history)
    return Unpacked(name, str(folder), len(parts) - 1, len(history.revisions))


def is_encrypted(source: str | Path) -> bool:
    """Whether a file is one of age's; a file that cannot be read is none."""
    with suppress(OSError), Path(source).open("rb") as file:
        return file.read(len(_AGE)) == _AGE
    return False


@contextmanager
def _opened(source: Path, passphrase: str | None) -> Iterator[BinaryIO]:
    try:
        file: BinaryIO = source.open("rb")
    except OSError as error:
        hint = "check its name and its permissions"
        said = f"the bundle cannot be read: {error.strerror}"
        raise StoreError(said, code="cannot-read", where=str(source), hint=hint) from error
    with file:
        try:
            if is_encrypted(source):
                if passphrase is None:
                    hint = "its sender knows the passphrase"
                    raise StoreError("this bundle is encrypted", code="encrypted-bundle", hint=hint)
                yield BytesIO(keys.unsealed(file.read(), passphrase))
                return
            yield file
        except StoreError as error:
            raise StoreError(
                error.message, code=error.code, where=error.where or str(source), hint=error.hint
            ) from error


def _extracted(file: BinaryIO, folder: Path) -> tuple[_Draft, tuple[Part, ...]]:
    """Write the media of a bundle to files of names of our own, and read what the draft is."""
    told: list[bytes] = []
    with ExitStack() as stack, explaining(folder):
        files: list[BinaryIO] = []

        def receive(part: Part) -> Callable[[bytes], object]:
            if part.name == bundles.DRAFT:
                return told.append
            stack.close()
            files.append(stack.enter_context((folder / _file(part)).open("xb")))
            return files[-1].write

        parts = bundles.read(file, receive)
    try:
        return _Draft.model_validate_json(b"".join(told)), parts
    except ValidationError as error:
        raise bundles.bad("what it says of the draft cannot be read") from error


def _file(part: Part) -> str:
    return part.name.removeprefix("media/")


def _history(told: _Draft, parts: Sequence[Part], folder: Path, where: str) -> History:
    """The draft's revisions, reading the files in that folder and no others."""
    allowed = {str(_HERE / part.name): str(folder / _file(part)) for part in parts[1:]}
    revisions = []
    for number, saved in enumerate(told.revisions, 1):
        if saved.parent >= number:
            raise bundles.bad("its history goes in a circle")
        project = document.loads(json.dumps(saved.project), _HERE, where=where)
        here = document.with_paths(project, lambda path: allowed.get(path) or _missing(path, folder))
        text = document.dumps(here)
        revisions.append(Revision(number, saved.parent, saved.saved or rows.now(), text))
    if max(told.head, told.tip) > len(revisions):
        raise bundles.bad("it shows a revision that it has not")
    return History(told.head, told.tip, told.tags, tuple(revisions))


def _missing(path: str, folder: Path) -> str:
    """Where a file that the sender had no more would lie; any other path is an attempt to read the receiver's."""
    inside = Path(path).relative_to(_HERE).parts if Path(path).is_relative_to(_HERE) else ()
    if len(inside) != 2 or inside[0] != "missing":
        raise bundles.bad("it reads a file that is not in it")
    return str(folder / "missing" / inside[1])


# ---- the folder --------------------------------------------------------------------------------------------------


@contextmanager
def _folder(into: str | Path | None) -> Iterator[Path]:
    """A fresh folder, of which nothing is left when the block raises."""
    ours = place() / _FOLDER
    _sweep(ours)
    folder = ours / secrets.token_hex(8) if into is None else Path(into).absolute()
    with explaining(folder):
        made = not folder.exists()
        if into is None:
            folder.mkdir(mode=0o700, parents=True)
        elif made:
            folder.mkdir(mode=0o700)
        elif not folder.is_dir() or any(folder.iterdir()):
            hint = "name a new or an empty folder"
            raise StoreError("the folder is not empty", code="folder-exists", where=str(folder), hint=hint)
        mark = (folder / _MARK).open("xb")
    try:
        with mark:
            with suppress(OSError):
                lock(mark.fileno())
            yield folder
    except BaseException:
        _emptied(folder, remove=made)
        raise
    with suppress(OSError):
        (folder / _MARK).unlink()


def _emptied(folder: Path, *, remove: bool) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        if remove:
            folder.rmdir()


def _sweep(ours: Path) -> None:
    """Remove folders whose filling was killed: nobody holds their mark any more."""
    for mark in ours.glob(f"*/{_MARK}"):
        with suppress(OSError), mark.open("rb") as file:
            if lock(file.fileno()):
                shutil.rmtree(mark.parent)
