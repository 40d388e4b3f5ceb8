"""The functions that make one Clip of several: at once, arranged by a layout, or one after another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, TypedDict, Unpack

from pydantic import ValidationError

from clipkit import layouts
from clipkit.api import screen
from clipkit.api.clip import Clip
from clipkit.api.make import Source
from clipkit.api.make import open as open_clip
from clipkit.api.sync import brought_together
from clipkit.api.verbs import Time, bad_value, seconds_of
from clipkit.api.words import Point
from clipkit.errors import ProjectError
from clipkit.geometry import Fit
from clipkit.project import edits, model
from clipkit.project.model import Composition, Input, LengthFrom, WhenShort

if TYPE_CHECKING:
    from clipkit.catalog.easing import Easing
    from clipkit.catalog.layout import Layout, Shape
    from clipkit.layouts.react import Corner

Pane: TypeAlias = Source | Input
"""What a layout arranges: a clip, the path of one, or either with more said of it (`pane`)."""

STITCH_SECONDS = Fraction(5)
"""The most of another's video that the apps let one begin with."""


class Mixing(TypedDict, total=False):
    """How two videos share time, sound and picture; what is left out stays as it is."""

    gain_mine_db: float
    gain_other_db: float
    mute_mine: bool
    mute_other: bool
    fit_mine: Fit | None
    """How mine fills its place: `cover`, `contain` or `blur`; None as the layout has it."""

    fit_other: Fit | None
    focus_mine: Point
    """What of mine stays in view where it is cropped, as fractions of it: (0.5, 0.5) is its middle."""

    focus_other: Point
    offset: Time
    """When the other begins, in seconds of mine; it may be negative."""

    align: bool
    """Whether that is found from the sound, which both have heard (`clipkit.align`)."""

    length_from: LengthFrom
    """Whose length the result has."""

    when_short: WhenShort
    """What the one that ends first does: `freeze`, `loop`, `black`, or `trim`, which ends both."""


def pane(
    clip: Source,
    *,
    start: Time = 0,
    gain_db: float = 0.0,
    muted: bool = False,
    fit: Fit | None = None,
    focus: Point = (0.5, 0.5),
    when_short: WhenShort = "freeze",
) -> Input:
    """A clip as one source of a layout.

    Args:
        clip: The clip, or its path. Its own edits, filters among them, stay its own.
        start: When it begins, in seconds of the result; it may be negative.
        gain_db: Of its sound.
        muted: Whether it is not heard at all.
        fit: How it fills its place: `cover`, `contain` or `blur`; None as the layout has it.
        focus: The point that stays in view where it is cropped, as fractions of the picture.
        when_short: What it does where the result lasts longer: `freeze` (silent), `loop`, `black` (it is gone, and
            black where nothing is behind it), or `trim`: the result ends with it.
    """
    try:
        return Input(
            node=_clip(clip).project.root,
            start=_signed(start),
            gain_db=gain_db,
            muted=muted,
            fit=fit,
            focus=focus,
            when_short=when_short,
        )
    except ValidationError as error:
        raise bad_value(error) from error


def layout(name: str | Layout, *sources: Pane, length_from: LengthFrom = "mine", **params: object) -> Clip:
    """Clips arranged by a layout: by its name with its parameters, or as a value.

    Raises:
        ProjectError: ``unknown-layout``, ``bad-value``, or ``wrong-sources``: it takes fewer, or more.
    """
    place = name if not isinstance(name, str) else _layout(name, **params)
    return _composed(place, sources, length_from)


def grid(*sources: Pane, columns: int | None = None, gap: int = 0, colour: tuple[int, int, int] = (0, 0, 0)) -> Clip:
    """Clips in panes of one size, in rows; as long as the first. `gap` in pixels at a canvas 1080 wide."""
    return layout("grid", *sources, columns=columns, gap=gap, colour=colour)


def duet(
    mine: Source, other: Source, *, layout: str = "left-right", swap: bool = False, **mixing: Unpack[Mixing]
) -> Clip:
    """Mine beside another video. `offset` is when the other begins, in seconds of mine; it may be negative.

    What else there is to say of the two, `Mixing` lists: gains, fits, points to keep in view, lengths.
    """
    return _pair(_layout(layout, swap=swap), mine, other, mixing)


def react(
    mine: Source,
    other: Source,
    *,
    at: Corner | tuple[float, float] = "bottom-right",
    path: Sequence[tuple[Time, Point] | tuple[Time, Point, float]] = (),
    scale: float = 0.33,
    shape: Shape = "rounded",
    border: int = 0,
    colour: tuple[int, int, int] = (255, 255, 255),
    shadow: float = 0.0,
    easing: Easing = "ease-in-out",
    **mixing: Unpack[Mixing],
) -> Clip:
    """Mine in a small window over another video.

    Args:
        mine: What stands in the window.
        other: What fills the canvas.
        at: A corner of the safe zone, or the window's centre as fractions of the canvas.
        path: Where the centre is at given seconds, and how wide the window is then where that differs from `scale`:
            ``[(0, (0.7, 0.1)), (5, (0.1, 0.6), 0.5)]``; overrides `at`.
        scale: Width of the window as a fraction of the canvas, 0.05 to 1.
        shape: ``rectangle``, ``rounded`` or ``circle``.
        border: Pixels, at a canvas 1080 wide.
        colour: Of the border, sRGB 0…255.
        shadow: How dark the window's shadow is, 0 to 1.
        easing: How the window moves: ``linear``, ``ease-in``, ``ease-out``, ``ease-in-out``.
        mixing: See `Mixing`.
    """
    points = tuple((float(seconds_of(t)), *rest) for t, *rest in path)
    outline = {"shape": shape, "border": border, "colour": colour, "shadow": shadow}
    return _pair(_layout("react", at=at, path=points, scale=scale, easing=easing, **outline), mine, other, mixing)


def green_screen(
    mine: Source,
    other: Source,
    *,
    colour: tuple[int, int, int] | None = None,
    tolerance: float = 0.5,
    softness: float = 0.8,
    shrink: float = 0.0,
    despill: float = 1.0,
    scale: float = 1.0,
    at: Point | None = None,
    **mixing: Unpack[Mixing],
) -> Clip:
    """Mine, cut out of its green or blue screen, over another video.

    The key stands before the looks of mine, which then colour me alone; a clip that is keyed already stays as it is.

    Args:
        mine: What stands before a screen.
        other: What is seen behind it.
        colour: Of the screen, sRGB 0…255; None looks for it in five pictures of mine, and writes it down.
        tolerance: How much less coloured the screen may be where it is lit less, 0 to 0.95.
        softness: Of edges: 0 hard, 1 as soft as they are, noise of the screen included.
        shrink: Moves edges inward above 0, outward below; −1 to 1.
        despill: How much of the screen's shine on me goes, 0 to 1.
        scale: Size of mine as a fraction of the canvas.
        at: Its centre, as fractions of the canvas; None stands it on the bottom.
        mixing: See `Mixing`.

    Raises:
        ProjectError: ``no-screen``: no green or blue is seen at the border of mine.
    """
    clip = _clip(mine)
    if not screen.is_keyed(clip):
        bare, looks = screen.before_looks(clip)
        clip = bare.effect(
            "chroma-key",
            colour=colour or screen.found_colour(bare),
            tolerance=tolerance,
            softness=softness,
            shrink=shrink,
            despill=despill,
        ).edited(*looks)
    return _pair(_layout("green-screen", scale=scale, at=at), clip, other, mixing)


def before_after(
    before: Source,
    after: Source,
    *,
    axis: str = "x",
    seconds: Time = 3,
    path: Sequence[tuple[Time, float]] = (),
    easing: Easing = "ease-in-out",
    line: int = 6,
    colour: tuple[int, int, int] = (255, 255, 255),
    **mixing: Unpack[Mixing],
) -> Clip:
    """Two clips, or one before and after an edit, with a divider that swings over them. Only the first is heard.

    Args:
        before: What shows on the left (axis `x`) or above (`y`); the main one, with its sound.
        after: What shows beyond the divider; silent unless it is given a gain.
        axis: ``x`` or ``y``.
        seconds: How long one swing from end to end takes.
        path: How much of the canvas `before` has at given seconds: ``[(0, 1), (2, 0)]`` is one wipe; it does not swing.
        easing: How the divider moves.
        line: Width of the divider in pixels, at a canvas 1080 wide.
        colour: Of the divider, sRGB 0…255.
        mixing: See `Mixing`: `before` is mine, `after` the other.
    """
    points = tuple((float(seconds_of(t)), share) for t, share in path)
    words = {"axis": axis, "seconds": float(seconds_of(seconds)), "easing": easing, "line": line, "colour": colour}
    heard = "gain_other_db" in mixing
    return _pair(_layout("before-after", path=points, **words), before, after, {"mute_other": not heard, **mixing})


def join(*clips: Source, main: int = 0, fit: Fit | None = None) -> Clip:
    """Clips one after another, to the frame, with a join of 5 ms in the sound that nobody hears.

    Args:
        clips: In their order.
        main: The index of the one whose size and rate the result has.
        fit: How the others fill that size; by default each as it would fill a canvas of its own.
    """
    nodes = tuple(_clip(clip).project.root for clip in clips)
    try:
        return Clip(edits.of_source(model.Sequence(nodes=nodes, main=main, fit=fit)))
    except ValidationError as error:
        raise bad_value(error) from error


def stitch(mine: Source, theirs: Source, *, seconds: Time = STITCH_SECONDS) -> Clip:
    """The first seconds of another's video, five at most, then mine. Made for TikTok unless it says otherwise.

    Raises:
        ProjectError: ``stitch-too-long``: more than five seconds.
    """
    length = seconds_of(seconds)
    if not 0 < length <= STITCH_SECONDS:
        raise ProjectError(
            f"a stitch begins with up to 5 s of theirs, not {float(length):g} s",
            code="stitch-too-long",
            hint="choose at most 5 seconds; join puts any clips one after another",
        )
    return join(_clip(theirs).trim(0, length=length), mine, main=1).with_output(target="tiktok")


# ---- what they share -----------------------------------------------------------------------------------------------


def _pair(place: Layout, mine: Source, other: Source, mixing: Mixing) -> Clip:
    if mixing.get("align"):
        if mixing.get("offset"):
            hint = "leave out the offset, or do not align"
            raise ProjectError("the offset is given and to be found", code="align-and-offset", hint=hint)
        other, offset, _ = brought_together(mine, other)
        mixing = {**mixing, "offset": offset}
    short = mixing.get("when_short", "freeze")
    panes = (
        pane(
            mine,
            gain_db=mixing.get("gain_mine_db", 0.0),
            muted=mixing.get("mute_mine", False),
            fit=mixing.get("fit_mine"),
            focus=mixing.get("focus_mine", (0.5, 0.5)),
            when_short=short,
        ),
        pane(
            other,
            start=mixing.get("offset", 0),
            gain_db=mixing.get("gain_other_db", 0.0),
            muted=mixing.get("mute_other", False),
            fit=mixing.get("fit_other"),
            focus=mixing.get("focus_other", (0.5, 0.5)),
            when_short=short,
        ),
    )
    return _composed(place, panes, mixing.get("length_from", "mine"))


def _composed(place: Layout, sources: Sequence[Pane], length_from: LengthFrom) -> Clip:
    if not place.takes(len(sources)):
        message = f"{place.kind} does not take {len(sources)} sources"
        raise ProjectError(message, code="wrong-sources", hint=f"it takes {place.roles()}")
    inputs = tuple(source if isinstance(source, Input) else pane(source) for source in sources)
    try:
        return Clip(edits.of_source(Composition(layout=place, inputs=inputs, length_from=length_from)))
    except ValidationError as error:
        raise bad_value(error) from error


def _clip(source: Source) -> Clip:
    return source if isinstance(source, Clip) else open_clip(source)


def _layout(kind: str, **params: object) -> Layout:
    try:
        return layouts.layout_class(kind)(kind=kind, **params)
    except ValidationError as error:
        raise bad_value(error) from error


def _signed(time: Time) -> Fraction:
    """A time that may be negative."""
    if isinstance(time, str) and time.strip().startswith("-"):
        return -seconds_of(time.strip()[1:])
    return seconds_of(time)
