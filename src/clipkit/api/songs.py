"""Songs made on the machine, as files and as tracks."""

from __future__ import annotations

import dataclasses
import json
from contextlib import ExitStack
from os import PathLike
from pathlib import Path

from clipkit.api.clip import Clip
from clipkit.engine import soundfile
from clipkit.interop import content
from clipkit.project import edits
from clipkit.project.model import Media
from clipkit.sound import compose as composing
from clipkit.sound.compose.song import LICENCE, Composition
from clipkit.sound.loudness import measured
from clipkit.store.atomic import replacing


class Song(Composition):
    """A composed song that can be saved, and used as a track."""

    __slots__ = ()

    def save(self, path: str | PathLike[str], *, force: bool = False, bit_rate: int = 0) -> Path:
        """Write it to a sound file, and its grid to a JSON file of the same name beside it.

        Args:
            path: ``*.wav``, ``*.flac`` (24 bits), ``*.ogg``, ``*.opus`` (Opus), ``*.mp3`` or ``*.m4a`` (AAC).
            force: Whether files that are there may be replaced.
            bit_rate: Bits a second of Opus, MP3 and AAC; 0 for what is transparent.

        Returns:
            The path, as `Clip.music` takes it.

        Raises:
            ProjectError: ``bad-suffix``.
            RenderError: ``file-exists``, ``no-folder``, ``disk-full`` …
        """
        target = Path(path)
        soundfile.check_suffix(target)
        with ExitStack() as stack:
            grid = stack.enter_context(replacing(grid_path(target), force=force))
            sound = stack.enter_context(replacing(target, force=force))
            soundfile.write_sound(sound, self.samples, self._tags(), bit_rate=bit_rate)
            grid.write_text(json.dumps(self._side(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return target

    def clip(self) -> Clip:
        """The song as a track for `Clip.music`, kept losslessly in the content store.

        Raises:
            StoreError: The content store cannot take it.
        """
        path = content.keep(".wav", lambda new: soundfile.write_sound(new, self.samples, self._tags()))
        return Clip(edits.of_source(Media(path=str(path))))

    def _side(self) -> dict[str, object]:
        """The grid, and how loud the song is: what the music library shows of it."""
        loudness = measured(self.samples)
        return {**self.grid(), "lufs": round(loudness.lufs, 2), "true_peak": round(loudness.true_peak, 2)}

    def _tags(self) -> dict[str, str]:
        return {
            "title": self.title,
            "genre": self.genre,
            "artist": "clipkit",
            "copyright": LICENCE,
            "TBPM": f"{self.bpm:.2f}",
        }


def grid_path(path: Path) -> Path:
    """Where the grid of a song at `path` stands: its beats, bars and sections."""
    return path.with_suffix(".json")


def compose(genre: str, seconds: float = 15, bpm: float | None = None, seed: int = 0, *, ending: bool = False) -> Song:
    """Make a song that is free to use (CC0). The same arguments give the same samples.

    ::

        song = ck.compose("house", seconds=15, seed=7)
        song.save("song.wav")                       # and song.json: its beats, bars and sections
        clip = ck.open("take.mp4").music(song.clip(), gain_db=-8)

    Args:
        genre: ``pop``, ``hip-hop``, ``lo-fi``, ``house``, ``drum-and-bass``, ``rock``, ``latin`` or ``ambient``.
        seconds: 4…300. Without `bpm` the song lasts exactly that long; the tempo is chosen to fit.
        bpm: Beats a minute, 50…220. With it, whole bars come as near to `seconds` as they can.
        seed: 0 or more: another seed is another song.
        ending: End with a chord that rings out. Otherwise the song can be repeated without a seam.

    Raises:
        ProjectError: ``unknown-genre``, ``out-of-range``.
    """
    made = composing.compose(genre, seconds, bpm, seed, ending=ending)
    return Song(**{field.name: getattr(made, field.name) for field in dataclasses.fields(made)})
