"""A large room around it."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import ProcessedVoice, Processor


class Hall(ProcessedVoice):
    """A concert hall: early reflections, then 1.8 s of reverberation in both sides, darker as it fades."""

    kind: Literal["hall"] = "hall"

    def processor(self) -> Processor:
        from clipkit.sound.convolve import Convolver
        from clipkit.sound.rooms import hall

        return Convolver(hall(self.strength))
