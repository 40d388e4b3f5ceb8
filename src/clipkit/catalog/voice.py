"""The contract of a voice effect: one change of how a voice sounds, as a frozen value with a strength."""

from __future__ import annotations

from abc import abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:  # numpy costs 100 ms; a command line that only lists effects must not pay for it
    from clipkit.sound.window import Samples


class VoiceEffect(BaseModel):
    """One change of the sound. Subclasses declare `kind`; the first line of their docstring is what lists say.

    ::

        class Echo(ProcessedVoice):
            kind: Literal["echo"] = "echo"

    None changes the length. At strength 0 the sound stays as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: str
    strength: float = Field(1.0, ge=0, le=1, description="how much of it: 0 nothing, 1 the whole effect")


class PitchedVoice(VoiceEffect):
    """Another pitch at the same speed: the engine plays the tape at that factor and stretches it back."""

    @property
    @abstractmethod
    def semitones(self) -> float:
        """How much higher, at this strength."""

    @property
    def factor(self) -> Fraction:
        """The ratio of frequencies, exact enough for 0.1 cents."""
        return Fraction(2 ** (self.semitones / 12)).limit_denominator(10_000)


class ProcessedVoice(VoiceEffect):
    """Samples in, samples out."""

    @abstractmethod
    def processor(self) -> Processor:
        """Something that does it once, from the first sample on."""


class Processor(Protocol):
    """An effect at work on one sound at 48 kHz, in order."""

    latency: int
    """How many samples what comes out is behind what goes in."""

    def push(self, block: Samples) -> Samples:
        """Take the next samples, shape (n, 2), and give as many."""
