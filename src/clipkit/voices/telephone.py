"""As heard through a telephone."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import ProcessedVoice, Processor


class Telephone(ProcessedVoice):
    """300 to 3400 Hz, from one small speaker that is driven a little too hard."""

    kind: Literal["telephone"] = "telephone"

    def processor(self) -> Processor:
        from clipkit.sound.telephone import Telephone as Line

        return Line(self.strength)
