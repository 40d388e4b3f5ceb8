"""Low and large."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import PitchedVoice


class Deep(PitchedVoice):
    """Up to six semitones lower, at the same speed; formants move along, so the speaker grows."""

    kind: Literal["deep"] = "deep"

    @property
    def semitones(self) -> float:
        return -6 * self.strength
