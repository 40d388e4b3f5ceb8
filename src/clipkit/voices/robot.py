"""A machine that speaks."""

from __future__ import annotations

from typing import Literal

from clipkit.catalog.voice import ProcessedVoice, Processor


class Robot(ProcessedVoice):
    """Everything on one note, 100 Hz, as machines speak in films; words stay clear."""

    kind: Literal["robot"] = "robot"

    def processor(self) -> Processor:
        from clipkit.sound.robot import Robotizer

        return Robotizer(self.strength)
