"""One song of each genre, as clipkit itself composes it: which seed, and how long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clipkit.api.songs import compose

BITS = 80_000


@dataclass(frozen=True)
class Song:
    """What is asked of the composer."""

    genre: str
    seconds: int
    seed: int

    def write(self, folder: Path) -> Path:
        """The song as Opus, with its grid beside it."""
        made = compose(self.genre, self.seconds, seed=self.seed)
        return made.save(folder / f"{self.genre}.ogg", force=True, bit_rate=BITS)


SONGS = (
    Song("ambient", 30, 1),
    Song("drum-and-bass", 30, 1),
    Song("hip-hop", 30, 1),
    Song("house", 30, 1),
    Song("latin", 30, 1),
    Song("lo-fi", 30, 1),
    Song("pop", 30, 1),
    Song("rock", 30, 1),
)
