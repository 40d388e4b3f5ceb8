"""The music library: the songs that clipkit ships, and the user's own, one JSON file each in the user's data folder.

An entry says where the song lies and what was measured of it when it came in. Names are unique: a user's song never
takes that of a shipped one.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clipkit import folders
from clipkit.catalog import folder
from clipkit.errors import ClipkitError, MediaError, ProjectError, StoreError

LIBRARY: Final = "library:"
GENRE: Final = "genre:"

_MAX_BYTES: Final = 8 * 2**20
_LONGEST_NAME: Final = 60

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Frozen):
    """A part of a song, seconds [start, end)."""

    label: str
    start: Seconds
    end: Seconds


class Track(_Frozen):
    """A song of the library.

    Attributes:
        name: What `library:NAME` calls it.
        title, artist, genre, licence: As its tags, or whoever added it, say; empty where nobody did.
        path: The sound file.
        seconds: How long it is.
        bpm: Beats a minute; 0 where it has no beat.
        lufs: Integrated loudness; None for silence, and for a shipped song that nobody has measured yet.
        true_peak: dBTP; None as for `lufs`.
        beats, bars, beats_per_bar, sections, confidence: As in `clipkit.sound.beats.Beats`.
        exact: Whether the grid is the one that the song was made on, and not measured.
        best: Where a good 15 s begin.
        waveform: Loudness of each tenth of a second, 0…1.
        shipped: Whether it came with clipkit.
    """

    name: str
    title: str
    artist: str = ""
    genre: str = ""
    licence: str = ""
    path: str
    seconds: Seconds
    bpm: Seconds = 0.0
    lufs: float | None = None
    true_peak: float | None = None
    beats: tuple[Seconds, ...] = ()
    bars: tuple[Seconds, ...] = ()
    beats_per_bar: int = 0
    sections: tuple[Part, ...] = ()
    confidence: float = 0.0
    exact: bool = False
    best: Seconds = 0.0
    waveform: tuple[float, ...] = ()
    shipped: bool = False


class Grid(_Frozen):
    """The exact grid of a composed song, as it stands beside its file."""

    class Section(_Frozen):
        name: str
        start: Seconds
        end: Seconds

    title: str
    genre: str
    bpm: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    licence: str = ""
    duration: Seconds
    beats_per_bar: int
    beats: tuple[Seconds, ...]
    bars: tuple[Seconds, ...]
    sections: tuple[Section, ...] = ()
    lufs: float | None = None
    true_peak: float | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its sections as those of a track."""
        return tuple(Part(label=part.name, start=part.start, end=part.end) for part in self.sections)


# ---- what there is ----------------------------------------------------------------------------------------------


def home() -> Path:
    """The folder of the user's entries; it need not exist."""
    return folders.data() / "library"


def entry(name: str) -> Path:
    """The file of the user's entry of that name."""
    return home() / f"{name}.json"


def listed() -> tuple[Track, ...]:
    """Every track, by genre, then name. An entry that cannot be read is left out; see `broken`."""
    found = [*_shipped().values(), *(track for track in map(_attempt, _entries()) if isinstance(track, Track))]
    return tuple(sorted(found, key=lambda track: (track.genre or "~", track.name)))


def broken() -> tuple[ClipkitError, ...]:
    """What is wrong with the entries that `listed` left out."""
    return tuple(error for error in map(_attempt, _entries()) if isinstance(error, ClipkitError))


def find(name: str) -> Track:
    """One track.

    Raises:
        ProjectError: ``unknown-track``, with the nearest names.
        StoreError: ``corrupt-entry``.
    """
    shipped = _shipped()
    if name in shipped:
        return shipped[name]
    if name == slug(name) and entry(name).is_file():
        return _read(entry(name))
    known = tuple(sorted({*shipped, *(path.stem for path in _entries())}))
    hint = folder.nearest(name, known) if known else "there are none; add some with `clipkit tracks add FOLDER`"
    raise ProjectError(f"there is no track named {name!r}", code="unknown-track", hint=hint)


def genres() -> tuple[str, ...]:
    """The genres that there are tracks of."""
    return tuple(sorted({track.genre for track in listed() if track.genre}))


def pick(genre: str, seed: int = 0) -> Track:
    """One track of a genre: the same for the same seed, as long as the library is the same.

    Raises:
        ProjectError: ``unknown-genre``, with all there are.
    """
    fitting = [track for track in listed() if track.genre == slug(genre)]
    if not fitting:
        known = genres()
        hint = f"there are {', '.join(known)}" if known else "there are no tracks; add some with `clipkit tracks add`"
        raise ProjectError(f"there is no track of the genre {genre!r}", code="unknown-genre", hint=hint)
    return random.Random(f"{genre}:{seed}").choice(fitting)


def is_word(track: str) -> bool:
    """Whether this names a track of the library, and no file."""
    return track.startswith((LIBRARY, GENRE))


def chosen(word: str, seed: int = 0) -> Track:
    """The track that `library:NAME` or `genre:NAME` stands for, whose file is there.

    Raises:
        ProjectError: ``unknown-track``, ``unknown-genre``.
        MediaError: ``file-not-found``: its file is gone.
    """
    by_genre = word.startswith(GENRE)
    track = pick(word.removeprefix(GENRE), seed) if by_genre else find(word.removeprefix(LIBRARY))
    if not Path(track.path).is_file():
        hint = f"add it again, or `clipkit tracks remove {track.name}`"
        raise MediaError(f"the file of {track.name} is gone", code="file-not-found", where=track.path, hint=hint)
    return track


def slug(text: str) -> str:
    """A text as a name: small letters and digits of any alphabet, with hyphens between them."""
    plain = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-")


def grid_beside(path: Path) -> Grid | None:
    """The exact grid of a composed song, where one stands beside its file."""
    side = path.with_suffix(".json")
    try:
        if side == path or side.stat().st_size > _MAX_BYTES:
            return None
        return Grid.model_validate_json(side.read_bytes())
    except (OSError, ValidationError):
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """An exact grid: that of a composed song."""

    seconds: float
    bpm: float
    beats: tuple[float, ...]
    bars: tuple[float, ...]
    beats_per_bar: int
    sections: tuple[Part, ...]


def grid_of(path: str) -> Known | None:
    """The exact grid of a composed song: from the file beside it, or from its entry in the library."""
    grid = grid_beside(Path(path))
    if grid is not None:
        return Known(grid.duration, grid.bpm, grid.beats, grid.bars, grid.beats_per_bar, grid.parts)
    if folders.data() not in Path(path).parents:
        return None
    own = next((track for track in listed() if track.path == path and track.exact), None)
    if own is None:
        return None
    return Known(own.seconds, own.bpm, own.beats, own.bars, own.beats_per_bar, own.sections)


def dumps(track: Track) -> str:
    """An entry as it is stored."""
    return json.dumps(track.model_dump(mode="json"), ensure_ascii=False) + "\n"


# ---- reading ----------------------------------------------------------------------------------------------------


def _entries() -> list[Path]:
    here = home()
    return sorted(path for path in here.glob("*.json") if not path.name.startswith(".")) if here.is_dir() else []


def _attempt(path: Path) -> Track | ClipkitError:
    try:
        return _read(path)
    except ClipkitError as error:
        return error


def _read(path: Path) -> Track:
    try:
        with path.open("rb") as file:
            return Track.model_validate_json(file.read(_MAX_BYTES))
    except (OSError, ValidationError) as error:
        hint = "remove it with `clipkit tracks remove` and add the song again"
        raise StoreError(
            "this entry of the library cannot be read", code="corrupt-entry", where=str(path), hint=hint
        ) from error


def _shipped() -> dict[str, Track]:
    found = {}
    for path in sorted(folders.shipped("sample_media").glob("*.ogg")):
        grid = grid_beside(path)
        if grid is not None:
            found[path.stem] = Track(
                name=path.stem,
                artist="clipkit",
                path=str(path),
                seconds=grid.duration,
                sections=grid.parts,
                confidence=1.0,
                exact=True,
                shipped=True,
                **grid.model_dump(
                    include={"title", "genre", "licence", "bpm", "beats", "bars", "beats_per_bar", "lufs", "true_peak"}
                ),
            )
    return found
