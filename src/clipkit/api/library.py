"""The music library, written to: songs come in with their measurements, and go."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from clipkit.engine.listening import heard
from clipkit.engine.tags import tags_of
from clipkit.errors import ClipkitError, MediaError, StoreError
from clipkit.interop import content
from clipkit.library import tracks as library
from clipkit.library.tracks import Part, Track
from clipkit.store import drafts
from clipkit.store.atomic import replacing
from clipkit.store.oserrors import explained

SUFFIXES = (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav")
"""What counts as music in a folder."""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding songs.

    Attributes:
        tracks: What is in the library now, also what was there already.
        failed: What is wrong with the files that are not, each with its path as `where`.
    """

    tracks: tuple[Track, ...]
    failed: tuple[ClipkitError, ...]


def tracks(genre: str | None = None) -> tuple[Track, ...]:
    """Every track of the library, or of a genre, by genre and name.

    Raises:
        ProjectError: ``unknown-genre``, with those there are.
    """
    if genre is None:
        return library.listed()
    library.pick(genre)
    return tuple(track for track in library.listed() if track.genre == library.slug(genre))


def track(name: str) -> Track:
    """One track, with all that is measured. Waveform and best 15 s of a shipped one are measured when asked for.

    Raises:
        ProjectError: ``unknown-track``, with the nearest names.
        MediaError: The file of a shipped one cannot be read.
    """
    found = library.find(name)
    if not found.shipped:
        return found
    sound = heard(found.path)
    return found.model_copy(update={"waveform": sound.waveform, "best": round(sound.best, 3)})


def add_tracks(source: str | Path, genre: str | None = None) -> Added:
    """Bring a song, or all songs in a folder and those below, into the library.

    Each is copied, so that it stays whatever becomes of the original, and measured once. A file of a folder that is no
    music is told in `failed` and does not stop the rest. The same song comes in once, however often it is added; a new
    `genre` then takes the place of the old one.

    Args:
        source: A sound file, or a folder.
        genre: What kind of music; by default what the tags say.

    Raises:
        MediaError: A single file is no music; ``no-music``: a folder has none.
        StoreError: ``cannot-write``, ``disk-full``.
    """
    path = Path(source)
    if not path.is_dir():
        return Added((_add(path, genre),), ())
    files = list(_music_in(path))
    if not files:
        hint = f"songs end in {', '.join(SUFFIXES)}"
        raise MediaError("there is no music in this folder", code="no-music", where=str(path), hint=hint)
    added: list[Track] = []
    failed: list[ClipkitError] = []
    for file in files:
        try:
            added.append(_add(file, genre))
        except MediaError as error:
            failed.append(error)
    return Added(tuple(dict.fromkeys(added)), tuple(failed))


def remove_track(name: str, *, force: bool = False) -> Track:
    """Take one of the user's tracks out of the library, with its copy.

    Args:
        name: As `tracks` tells it.
        force: Also where a draft plays it, which then lacks it.

    Raises:
        ProjectError: ``unknown-track``.
        StoreError: ``shipped-track``: it came with clipkit; ``track-in-use``: a draft plays it; ``cannot-write``.
    """
    path = library.entry(library.slug(name))
    try:
        track = library.find(name)
    except StoreError:  # an entry that cannot be read can still be removed
        _unlink(path)
        raise
    if track.shipped:
        raise StoreError(f"{name} came with clipkit and stays", code="shipped-track", hint="your own can be removed")
    if not force and (users := _drafts_with(Path(track.path).name)):
        raise StoreError(
            f"{name} is used by the draft {users[0]}", code="track-in-use", hint="--force removes it all the same"
        )
    _unlink(path)
    if all(other.path != track.path for other in library.listed()):
        _unlink(Path(track.path))
    return track


def resolved(track: str, seed: int = 0) -> str:
    """The file that a TRACK stands for: itself, or that of `library:NAME` or `genre:NAME`.

    Raises:
        ProjectError: ``unknown-track``, ``unknown-genre``.
        MediaError: ``file-not-found``: the file of a track of the library is gone.
    """
    return library.chosen(track, seed).path if library.is_word(track) else track


# ---- adding -----------------------------------------------------------------------------------------------------


def _music_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file():
            yield path


def _add(path: Path, genre: str | None) -> Track:
    track = _measured(path, genre)
    known = next((other for other in library.listed() if other.path == track.path), None)
    if known is not None:
        if genre is None or known.genre == track.genre:
            return known
        changed = known.model_copy(update={"genre": track.genre})
        _write(changed, force=True)
        return changed
    return _named(track)


def _measured(path: Path, genre: str | None) -> Track:
    """The track that a file is, under the name of the file."""
    found = heard(str(path))
    if found.seconds <= 0:
        raise MediaError("there is no sound in it", code="no-sound", where=str(path), hint="name a song")
    tags, grid = tags_of(str(path)), library.grid_beside(path)
    beats, loudness = found.beats, found.loudness
    kept = content.keep(path.suffix.lower(), lambda new: shutil.copyfile(path, new))
    parts = tuple(Part(label=part.label, start=part.start, end=part.end) for part in beats.sections)
    return Track(
        name=library.slug(path.stem) or "track",
        title=tags.title or path.stem,
        artist=tags.artist,
        genre=library.slug(genre if genre is not None else tags.genre),
        licence=tags.licence,
        path=str(kept),
        seconds=round(found.seconds, 3),
        bpm=round(grid.bpm if grid else beats.bpm, 3),
        lufs=_finite(loudness.lufs),
        true_peak=_finite(loudness.true_peak),
        beats=grid.beats if grid else _rounded(beats.beats),
        bars=grid.bars if grid else _rounded(beats.bars),
        beats_per_bar=grid.beats_per_bar if grid else beats.beats_per_bar,
        sections=grid.parts if grid else parts,
        confidence=1.0 if grid else round(beats.confidence, 3),
        exact=grid is not None,
        best=round(found.best, 3),
        waveform=found.waveform,
    )


def _named(track: Track) -> Track:
    """Store a track under its name, or the next one that nobody has."""
    number = 1
    while True:
        name = track.name if number == 1 else f"{track.name}-{number}"
        number += 1
        shipped = any(other.name == name for other in library.listed() if other.shipped)
        if shipped or library.entry(name).exists():
            continue
        try:
            return _write(track.model_copy(update={"name": name}), force=False)
        except StoreError as error:
            if error.code != "file-exists":  # another clipkit has taken the name meanwhile
                raise


def _write(track: Track, *, force: bool) -> Track:
    path = library.entry(track.name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, path.parent, StoreError) from error
    with replacing(path, force=force, error=StoreError) as part:
        part.write_text(library.dumps(track), encoding="utf-8")
    return track


def _rounded(times: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(time, 4) for time in times)


def _finite(decibels: float) -> float | None:
    return round(decibels, 2) if isfinite(decibels) else None


# ---- removing ---------------------------------------------------------------------------------------------------


def _drafts_with(file: str) -> list[str]:
    """The drafts that name a file of the content store."""
    return [draft.name for draft in drafts.names() if file in drafts.load(draft.name).text]


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise explained(error, path, StoreError) from error
