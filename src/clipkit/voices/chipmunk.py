"""High and small."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import PitchedVoice


class Chipmunk(PitchedVoice):
    """Up to eight semitones higher, at the same speed; formants move along, so the speaker shrinks."""

    kind: Literal["chipmunk"] = "chipmunk"

    @property
    def semitones(self) -> float:
        return 8 * self.strength
