"""The Plan: decided work as plain frozen values. It pickles, and says nothing of how it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from clipkit.catalog.effect import Effect, KeyEffect, PointEffect, SpatialEffect
from clipkit.catalog.layout import Layer, Layout
from clipkit.catalog.voice import ProcessedVoice
from clipkit.colour.encoding import OUTPUT, Encoding
from clipkit.geometry import Fit, Size
from clipkit.plan.facts import MediaFacts, Orientation
from clipkit.project.keys import Keys
from clipkit.project.model import Kept
from clipkit.project.time_edits import SlowMotion
from clipkit.project.timemap import TimeMap

Container: TypeAlias = Literal["mp4", "mov", "webm", "gif"]

SAMPLE_RATE = 48_000
"""Samples a second of every programme."""


# ---- picture -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """Effects of one filter, in their order, mixed with the original by `strength`; or one effect on its own.

    It is on frames at whose output time `time` shows anything; None stands for all frames. Where what it does depends
    on time, `time` is there, and says at which moment of its input a frame shows; `duration` is how long that input was
    when the look was added. `keys` animate the numbers of its only effect.
    """

    effects: tuple[Effect, ...]
    strength: float = 1.0
    time: TimeMap | None = None
    keys: tuple[tuple[str, Keys], ...] = ()
    duration: Fraction | None = None
    begins: Fraction = Fraction(0)
    """What the output's clock says when that of this plan is 0: within a span, where it depends on that clock."""

    @property
    def moving(self) -> bool:
        """Whether it does something else to the same picture at another time."""
        return bool(self.keys) or self.by_output or self._clocked("input")

    @property
    def by_output(self) -> bool:
        """Whether it goes by the output's clock."""
        return self._clocked("output")

    def _clocked(self, clock: str) -> bool:
        return any(isinstance(effect, SpatialEffect) and effect.clock == clock for effect in self.effects)

    @property
    def plain(self) -> bool:
        """Whether it is one function of colour: then it is baked into a table, together with its neighbours."""
        return not self.keys and all(isinstance(effect, PointEffect) for effect in self.effects)

    def on(self, t: Fraction) -> bool:
        """Whether the frame at output time `t` has this look."""
        return self.time is None or self.time.at(t) is not None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A callable by name that the caller of the engine hands in: RGB frame and time to RGB frame.

    `time` maps output time to the step's own, which began at 0 and had `duration` seconds when the step was added.
    """

    name: str
    params: tuple[tuple[str, object], ...]
    time: TimeMap
    duration: Fraction


Step: TypeAlias = Look | Foreign


def needs_whole(step: Step) -> bool:
    """Whether what a step does to a part of a picture may depend on the rest of it."""
    return isinstance(step, Foreign) or not all(isinstance(effect, PointEffect) for effect in step.effects)


def moves(step: Step) -> bool:
    """Whether a step may do something else to the same picture at another time."""
    return isinstance(step, Foreign) or step.moving


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames of one source; `time` maps output time to the source's. `source` indexes `Plan.sources`.

    `slow_motion` is what shows between two frames of the source, where it has fewer than the output.
    """

    source: int
    time: TimeMap
    size: Size
    rate: Fraction
    steps: tuple[Step, ...] = ()
    slow_motion: SlowMotion = "pick"


@dataclass(frozen=True, slots=True)
class Framing:
    """How one part of a group fills its place: `fit` is the layout's own where it is None; `focus` stays in view."""

    fit: Fit | None = None
    focus: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures arranged by a layout; `time` maps output time to the layout's own.

    A part whose map shows nothing at a moment is not on the canvas then.
    """

    layout: Layout
    parts: tuple[Picture, ...]
    framings: tuple[Framing, ...]
    time: TimeMap
    size: Size
    rate: Fraction
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture that an effect puts in another frame, or together with what showed earlier: the first of `parts`, and
    itself as many seconds later as `effect.earlier` says; or one that a key makes see-through in part. `time` maps
    output time to that of its input."""

    effect: SpatialEffect | KeyEffect
    parts: tuple[Picture, ...]
    time: TimeMap
    size: Size
    rate: Fraction
    duration: Fraction
    keys: tuple[tuple[str, Keys], ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def moving(self) -> bool:
        """Whether it frames the same picture otherwise at another time."""
        return bool(self.keys) or (isinstance(self.effect, SpatialEffect) and self.effect.clock is not None)


Picture: TypeAlias = Shot | Group | Framed


def see_through(picture: Picture) -> bool:
    """Whether what is behind a picture may show through it."""
    return isinstance(picture, Framed) and isinstance(picture.effect, KeyEffect)


# ---- sound ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Envelope:
    """A gain over time: `points` are (local seconds, 0…1), linear between, held outside; `time` maps to local.

    The gain applied is sin(π/2 · value), the equal-power curve.
    """

    time: TimeMap
    points: tuple[tuple[Fraction, float], ...]


@dataclass(frozen=True, slots=True)
class Duck:
    """How a voice makes room for speech: see `project.sound_edits.Duck`. Seconds."""

    db: float
    attack: Fraction
    release: Fraction
    look_ahead: Fraction


@dataclass(frozen=True, slots=True)
class Processed:
    """A voice effect at work on a bus."""

    effect: ProcessedVoice


@dataclass(frozen=True, slots=True)
class ForeignSound:
    """A callable by name that the caller of the engine hands in: all samples of a bus to as many others."""

    library: Literal["pydub", "moviepy"]
    name: str
    params: tuple[tuple[str, object], ...]


SoundStep: TypeAlias = Processed | ForeignSound


@dataclass(frozen=True, slots=True)
class Bus:
    """Voices summed on a timeline of their own, `samples` long, and changed as one: what a voice may play."""

    voices: tuple[Voice, ...]
    samples: int
    step: SoundStep


@dataclass(frozen=True, slots=True)
class Voice:
    """One sound in the programme. Where `time` has no piece, or a held one, it is silent.

    Attributes:
        source: What plays: an index of `Plan.sources`, or a bus.
        time: Maps output time to the source's.
        gain_db: Of all of it.
        envelopes: Gains over time.
        pan: −1 left, 0 both sides, 1 right, at equal power.
        rank: 0 for tracks, 1 for what clips sound themselves, 2 for voice-overs.
        duck: How it makes room while somebody speaks in voices of a higher rank.
    """

    source: int | Bus
    time: TimeMap
    gain_db: float = 0.0
    envelopes: tuple[Envelope, ...] = ()
    pan: float = 0.0
    rank: int = 0
    duck: Duck | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What a programme is brought to: integrated loudness, and the true peak that its decoded sound may have."""

    lufs: float
    true_peak: float = -1.0


@dataclass(frozen=True, slots=True)
class Programme:
    """All sound of the output: stereo float32 at 48 kHz, exactly `samples` long."""

    samples: int
    voices: tuple[Voice, ...]
    limit: bool
    """Whether a peak limiter at −1 dBFS stands after the sum: always where a sum could clip."""

    level: Level | None = None
    """Where it is normalised; its own limiter, by true peak, then takes the other one's place."""


# ---- spans and output ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Encode:
    """Frames [start, stop) of the output, decoded, composed and encoded as one or more closed GOPs."""

    start: int
    stop: int
    reason: str

    @property
    def frames(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Copy:
    """Frames [start, stop) of the output: as many packets of a source, in decode order from the one stamped `pts` on.

    `pts` counts in ticks of the source's stream. The first packet is one where decoding can begin, and all of them
    together show frames that follow each other without a gap.
    """

    start: int
    stop: int
    source: int
    pts: int
    reason: str = "unchanged"

    @property
    def frames(self) -> int:
        return self.stop - self.start


Span: TypeAlias = Encode | Copy


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a decoder takes in, as a buffer (VBV): see `plan.budget`."""

    rate: int
    """Bits a second."""

    buffer: int
    """Bits."""

    found: int
    """Bits that each span is made to find in the buffer."""


@dataclass(frozen=True, slots=True)
class VideoCodec:
    """How the picture is encoded: an encoder of libavcodec with its options."""

    encoder: str
    options: tuple[tuple[str, str], ...]
    gop: int
    reorder: int = 0
    """How many frames decoding runs ahead of showing: 2 with B-frames that others refer to, 0 without B-frames."""

    profile: str = ""
    pixel_format: str = "yuv420p"
    ceiling: Ceiling | None = None


@dataclass(frozen=True, slots=True)
class AudioCodec:
    """How the sound is encoded."""

    encoder: str
    bit_rate: int


@dataclass(frozen=True, slots=True)
class AsCoded:
    """A picture that stays as its source codes it, for packets to be copied: not turned, scaled or coloured.

    `size` is the coded one, `orientation` what a player has to do to it; `colour` the tags that the stream itself
    carries: primaries, transfer, matrix (ITU-T H.273), and range (0 not said, 1 limited, 2 full).
    """

    source: int
    size: Size
    orientation: Orientation
    colour: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """The file to write. `container` is a muxer's name; `edit_list` says whether it may carry one.

    `size` is as a viewer sees it; where `as_coded` is set, the stream is stored as that says.
    """

    container: Container
    size: Size
    rate: Fraction
    video: VideoCodec
    audio: AudioCodec | None
    encoding: Encoding = OUTPUT
    edit_list: bool = True
    max_bytes: int | None = None
    as_coded: AsCoded | None = None
    keep_metadata: tuple[Kept, ...] = ()
    """What of the first source's own words goes over."""


@dataclass(frozen=True, slots=True)
class Expect:
    """What the finished file must be; the engine checks it before the file gets its name."""

    frames: int
    size: Size
    rate: Fraction
    samples: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a render needs, decided."""

    output: OutputSpec
    sources: tuple[MediaFacts, ...]
    picture: Picture
    fit: Fit
    spans: tuple[Span, ...]
    sound: Programme | None
    expect: Expect
    target: str
    notices: tuple[str, ...] = field(default=())

    @property
    def duration(self) -> Fraction:
        """Seconds of picture."""
        return self.expect.frames / self.output.rate

    @property
    def copied(self) -> int:
        """Frames whose packets are the source's own."""
        return sum(span.frames for span in self.spans if isinstance(span, Copy))


__all__ = [
    "SAMPLE_RATE",
    "AsCoded",
    "AudioCodec",
    "Bus",
    "Ceiling",
    "Container",
    "Copy",
    "Duck",
    "Encode",
    "Envelope",
    "Expect",
    "Foreign",
    "ForeignSound",
    "Framed",
    "Framing",
    "Group",
    "Layer",
    "Level",
    "Look",
    "OutputSpec",
    "Picture",
    "Plan",
    "Processed",
    "Programme",
    "Shot",
    "SoundStep",
    "Span",
    "Step",
    "VideoCodec",
    "Voice",
    "moves",
    "needs_whole",
]
