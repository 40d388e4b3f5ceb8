"""Drafts as clips: `ck.drafts`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue

from clipkit.api import bundles
from clipkit.api.bundles import Packed, Unpacked
from clipkit.api.clip import Clip
from clipkit.errors import ProjectError
from clipkit.plan.needs import media_paths
from clipkit.project import document
from clipkit.project.difference import differences
from clipkit.project.model import Project
from clipkit.store import drafts as store
from clipkit.store import media
from clipkit.store.drafts import Draft
from clipkit.store.media import Medium

PREFIX = "draft:"


@dataclass(frozen=True, slots=True)
class Step:
    """A saved state in a draft's history: its number, the number that it was made from, when, and what changed."""

    number: int
    parent: int
    saved: datetime
    changes: tuple[str, ...]


@dataclass(slots=True)
class Open:
    """A draft that is being worked on: give it another `clip`, and that is saved as its next revision."""

    name: str
    revision: int
    clip: Clip


class Drafts:
    """The user's drafts: iterate over them, open one, save one, edit one in a `with` block."""

    def __iter__(self) -> Iterator[Draft]:
        """All drafts, the one changed last first."""
        return iter(store.names())

    def __contains__(self, name: str) -> bool:
        return store.find(name) is not None

    def open(self, name: str, revision: int | None = None) -> Clip:
        """The clip that a draft holds, now or at another revision. Media that was moved is taken from where it is kept.

        Raises:
            StoreError: ``unknown-draft``, ``unknown-revision``, ``corrupt-draft``.
            ProjectError: it is no project any more, or one of a newer clipkit.
        """
        return self.opened(name, revision).clip

    def save(
        self, name: str, clip: Clip, *, base: int | None = None, new: bool = False, keep_media: bool = False
    ) -> Draft:
        """Save a clip as the next revision of a draft, which is made where there is none.

        Args:
            name: What it is called: 1 to 100 characters that can name a file.
            clip: What to save.
            base: The revision that the clip was made from; where another one shows by now, that is a conflict.
            new: There must be no such draft yet.
            keep_media: Keep the bytes of its media in the store too.

        Raises:
            StoreError: ``draft-exists``, ``draft-conflict``, ``bad-name``, ``disk-full``, ``cannot-write``.
        """
        saved = store.save(name, document.dumps(clip.project), base=base, new=new)
        media.note(media_paths(clip.project), keep=keep_media, is_private=saved.private)
        return saved

    @contextmanager
    def edit(self, name: str) -> Iterator[Open]:
        """A draft to work on; a block that ends without an error saves what its `clip` is then.

        Raises:
            StoreError: ``draft-conflict``: somebody else has saved it meanwhile. Both are kept; see `history`.
        """
        opened = self.opened(name)
        before = opened.clip
        yield opened
        if opened.clip != before:
            self.save(name, opened.clip, base=opened.revision)

    def history(self, name: str) -> tuple[Step, ...]:
        """All that a draft ever was, in the order in which it was saved."""
        revisions = store.history(name)
        documents = {revision.number: _json(revision.text) for revision in revisions}
        return tuple(
            Step(
                revision.number,
                revision.parent,
                datetime.fromtimestamp(revision.saved, UTC),
                differences(documents.get(revision.parent), documents[revision.number]),
            )
            for revision in revisions
        )

    def diff(self, one: str, two: str) -> tuple[str, ...]:
        """How two drafts differ, in words. A name may say which revision: ``"holiday@3"``."""
        return differences(_json(_text(one)), _json(_text(two)))

    def undo(self, name: str, steps: int = 1) -> Clip:
        """Show what a draft was so many saves before; nothing is lost.

        Raises:
            StoreError: ``nothing-to-undo``.
        """
        return Clip(document.loads(store.undo(name, steps).text, where=f"{PREFIX}{name}"))

    def redo(self, name: str, steps: int = 1) -> Clip:
        """Show again what was undone.

        Raises:
            StoreError: ``nothing-to-redo``.
        """
        return Clip(document.loads(store.redo(name, steps).text, where=f"{PREFIX}{name}"))

    def media(self, name: str) -> tuple[Medium, ...]:
        """The files that a draft reads, and what has become of each."""
        return media.media(media_paths(self._project(name)[0]))

    def relink(self, name: str, places: Iterable[str | Path] = ()) -> tuple[tuple[str, str], ...]:
        """Find files that were moved, by their bytes, and save the draft with where they are now.

        Args:
            name: The draft.
            places: Files, or folders to look through; by default where they were, and the folders beside.

        Returns:
            From where to where, for each that was found.
        """
        gone = [medium for medium in self.media(name) if medium.state in ("offline", "kept")]
        looked = [Path(place) for place in places] or [Path(medium.path).parent.parent for medium in gone]
        found = media.search(gone, looked)
        if found:
            project, revision = self._project(name)
            moved = document.with_paths(project, lambda path: found.get(path, path))
            self.save(name, Clip(moved), base=revision)
        return tuple(found.items())

    def rename(self, name: str, to: str) -> None:
        """Give a draft another name."""
        store.rename(name, to)

    def copy(self, name: str, to: str) -> None:
        """Store a draft once more, with its history."""
        store.copy(name, to)

    def tag(self, name: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[str, ...]:
        """Change the tags of a draft, and return them."""
        return store.tag(name, tuple(add), tuple(remove))

    def delete(self, name: str) -> None:
        """Put a draft in the trash."""
        store.delete(name)

    def restore(self, name: str, to: str | None = None) -> None:
        """Take a draft back from the trash."""
        store.restore(name, to)

    def trash(self) -> tuple[Draft, ...]:
        """What is in the trash."""
        return store.names(trash=True)

    def purge(self, name: str | None = None) -> int:
        """Empty the trash, or remove what had one name from it; how many drafts that were."""
        return store.purge(name)

    def pack(
        self,
        name: str,
        target: str | Path,
        *,
        history: bool = False,
        force: bool = False,
        passphrase: str | None = None,
        plain: bool = False,
    ) -> Packed:
        """Write a draft and all its media to one file that travels; see `api.bundles.pack`."""
        return bundles.pack(name, target, history=history, force=force, passphrase=passphrase, plain=plain)

    def unpack(
        self,
        source: str | Path,
        *,
        name: str | None = None,
        into: str | Path | None = None,
        passphrase: str | None = None,
    ) -> Unpacked:
        """Make a draft of such a file, which nobody needs to trust; see `api.bundles.unpack`."""
        return bundles.unpack(source, name=name, into=into, passphrase=passphrase)

    def continued(self, name: str, clip: Clip) -> bool:
        """Whether a clip goes on from a draft: the same source, and all that was done to it done first."""
        old, new = self._project(name)[0].root, clip.project.root
        return old.source == new.source and new.edits[: len(old.edits)] == old.edits

    def opened(self, name: str, revision: int | None = None) -> Open:
        """As `open`, with the revision that it is."""
        project, number = self._project(name, revision)
        moved = {each.path: each.found for each in media.media(media_paths(project)) if each.state == "kept"}
        shown = document.with_paths(project, lambda path: moved.get(path) or path) if moved else project
        return Open(name, number, Clip(shown))

    @staticmethod
    def _project(name: str, revision: int | None = None) -> tuple[Project, int]:
        saved = store.load(name, revision)
        return document.loads(saved.text, where=f"{PREFIX}{name}"), saved.revision


def split(word: str) -> tuple[str, int | None]:
    """A draft's name, and the revision where one is named: ``holiday@3``. A draft of that whole name comes first."""
    name, at, number = word.rpartition("@")
    if not at or not number.isdecimal() or store.find(word) is not None:
        return word, None
    return name, int(number)


def _text(word: str) -> str:
    name, revision = split(word)
    return store.load(name, revision).text


def _json(text: str) -> JsonValue:
    try:
        found: JsonValue = json.loads(text)
    except ValueError as error:
        hint = "see `clipkit store check`"
        raise ProjectError("the draft holds no project", code="bad-document", hint=hint) from error
    return found


drafts = Drafts()
"""The user's drafts."""
