"""Said again, and again."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import ProcessedVoice, Processor


class Echo(ProcessedVoice):
    """Repeats every 0.28 s, each softer and duller than the one before, to the left and right in turn."""

    kind: Literal["echo"] = "echo"

    def processor(self) -> Processor:
        from clipkit.sound.convolve import Convolver
        from clipkit.sound.rooms import echoes

        return Convolver(echoes(self.strength))
