"""A node of the project worked out: how long it is, its picture and its sound, on its own timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from clipkit.catalog.effect import PointEffect
from clipkit.catalog.layout import Layout
from clipkit.errors import MediaError, PlanError, ProjectError
from clipkit.geometry import Size
from clipkit.plan.facts import MediaFacts
from clipkit.plan.types import Envelope, Foreign, Group, Look, Picture, Shot, Step, Voice
from clipkit.project.model import (
    Apply,
    Composition,
    Edit,
    Filter,
    Input,
    Media,
    MoviePyEffect,
    Music,
    Node,
    Speed,
    Still,
    Trim,
    Unknown,
)
from clipkit.project.timemap import TimeMap
from clipkit.time import clock, frame_count

CANVAS = Size(1080, 1920)
"""The shape of a composition that nobody gave another."""

STILL_SECONDS = Fraction(5)


@dataclass(frozen=True, slots=True)
class Strip:
    """Seconds, picture and voices of a node. All maps lead from the node's own time to that of a source."""

    duration: Fraction
    picture: Picture
    voices: tuple[Voice, ...]

    def through(self, outer: TimeMap) -> Strip:
        """The strip as it shows through another map."""
        voices = tuple(
            replace(
                voice,
                time=voice.time.after(outer),
                envelopes=tuple(replace(shape, time=shape.time.after(outer)) for shape in voice.envelopes),
            )
            for voice in self.voices
        )
        return Strip(outer.end, _retimed(self.picture, outer), voices)

    def with_step(self, step: Step) -> Strip:
        """The strip with one more operation on its picture."""
        return replace(self, picture=replace(self.picture, steps=(*self.picture.steps, step)))

    def louder(self, gain_db: float) -> Strip:
        """The strip with all its sound changed by `gain_db`."""
        return replace(self, voices=_louder(self.voices, gain_db))


def _louder(voices: tuple[Voice, ...], gain_db: float) -> tuple[Voice, ...]:
    return tuple(replace(voice, gain_db=voice.gain_db + gain_db) for voice in voices)


def _retimed(picture: Picture, outer: TimeMap) -> Picture:
    retimed = (step if step.time is None else _step(step, step.time.after(outer), outer.end) for step in picture.steps)
    steps = tuple(step for step in retimed if step is not None)
    if isinstance(picture, Shot):
        return replace(picture, time=picture.time.after(outer), steps=steps)
    parts = tuple(_retimed(part, outer) for part in picture.parts)
    return replace(picture, time=picture.time.after(outer), parts=parts, steps=steps)


def _step(step: Step, time: TimeMap, end: Fraction) -> Step | None:
    """A step at other times; None for a look on none of the frames in [0, end)."""
    if isinstance(step, Foreign):
        return replace(step, time=time)
    if time.covers(end):
        return replace(step, time=None)
    return replace(step, time=time) if time.pieces else None


@dataclass(slots=True)
class Builder:
    """Works out strips; gathers the sources they read and what is worth saying on the way."""

    facts: Mapping[str, MediaFacts]
    sources: list[MediaFacts] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def strip(self, node: Node, where: str) -> Strip:
        """The strip of a node. `where` is its JSON pointer, for errors.

        Raises:
            ProjectError: an edit does not fit what it is applied to.
            PlanError: a kind that this build does not know.
            MediaError: a source lacks picture or sound where it needs one.
        """
        strip = self._source(node, where)
        for index, edit in enumerate(node.edits):
            strip = self._edited(strip, edit, f"{where}/edits/{index}")
        return strip

    # ---- sources -----------------------------------------------------------------------------------------------

    def _source(self, node: Node, where: str) -> Strip:
        source = node.source
        if isinstance(source, Media):
            return self._media(source.path, STILL_SECONDS)
        if isinstance(source, Still):
            return self._media(source.path, source.duration)
        if isinstance(source, Composition):
            return self._composition(source, f"{where}/source")
        raise _unknown(source, f"{where}/source")

    def _media(self, path: str, still_seconds: Fraction) -> Strip:
        facts = self.facts[path]
        picture = facts.picture
        if picture is None:
            raise MediaError(
                "this file has sound but no picture",
                code="no-picture",
                where=path,
                hint="name a video, or use it as music",
            )
        index = self._index(facts)
        duration = still_seconds if facts.still else picture.end
        if duration <= 0:
            raise MediaError(
                "nothing of its picture is shown", code="no-picture", where=path, hint="its edit list leaves nothing"
            )
        time = (
            TimeMap.placed(Fraction(0), Fraction(0), duration, Fraction(0))
            if facts.still
            else TimeMap.identity(duration)
        )
        shot = Shot(index, time, picture.size, picture.rate)
        voices = (Voice(index, TimeMap.identity(duration)),) if facts.sound else ()
        return Strip(duration, shot, voices)

    def _composition(self, composition: Composition, where: str) -> Strip:
        layout = composition.layout
        if not isinstance(layout, Layout):
            raise _unknown(layout, f"{where}/layout")
        if len(composition.inputs) != len(layout.sources):
            raise ProjectError(
                f"{layout.kind} takes {len(layout.sources)} sources, not {len(composition.inputs)}",
                code="wrong-sources",
                where=f"{where}/inputs",
                hint=f"they are {', '.join(layout.sources)}",
            )
        strips = [
            self.strip(part.node, f"{where}/inputs/{index}/node") for index, part in enumerate(composition.inputs)
        ]
        length = _length(composition, strips, where)
        placed = [_placed(strip, part, length) for strip, part in zip(strips, composition.inputs, strict=True)]
        group = Group(
            layout=layout,
            parts=tuple(strip.picture for strip in placed),
            time=TimeMap.identity(length),
            size=CANVAS,
            rate=strips[0].picture.rate,
        )
        return Strip(length, group, tuple(voice for strip in placed for voice in strip.voices))

    def _index(self, facts: MediaFacts) -> int:
        if facts not in self.sources:
            self.sources.append(facts)
            self.notices += facts.notices
        return self.sources.index(facts)

    # ---- edits -------------------------------------------------------------------------------------------------

    def _edited(self, strip: Strip, edit: Edit, where: str) -> Strip:
        match edit:
            case Trim():
                return self._trimmed(strip, edit, where)
            case Speed():
                follows = edit.pitch == "follow"
                return strip.through(TimeMap.speed(strip.duration, edit.factor, pitch_follows=follows))
            case Filter():
                effects = tuple(_point(effect, f"{where}/effects/{i}") for i, effect in enumerate(edit.effects))
                return strip.with_step(Look(effects, edit.strength, self._stretch(strip, edit, where)))
            case Apply():
                return strip.with_step(Look((_point(edit.effect, f"{where}/effect"),)))
            case MoviePyEffect():
                params = tuple(sorted((key, _frozen(value)) for key, value in edit.params.items()))
                time = TimeMap.identity(strip.duration)
                return strip.with_step(Foreign(edit.name, params, time, strip.duration))
            case Music():
                return self._with_music(strip, edit, where)
            case _:
                raise _unknown(edit, where)

    def _trimmed(self, strip: Strip, trim: Trim, where: str) -> Strip:
        _check_start(trim, strip.duration, where)
        end = min(trim.end or strip.duration, strip.duration)
        if trim.end is not None and trim.end > strip.duration:
            self.notices.append(f"the input ends at {clock(strip.duration)}: cut there, not at {clock(trim.end)}")
        return strip.through(TimeMap.trim(trim.start, end))

    def _stretch(self, strip: Strip, look: Filter, where: str) -> TimeMap | None:
        """When a filter is on; None for always."""
        _check_start(look, strip.duration, where)
        if look.end is not None and look.end > strip.duration:
            self.notices.append(
                f"the input ends at {clock(strip.duration)}, and {look.name} with it, not at {clock(look.end)}"
            )
        time = TimeMap.within(look.start, min(look.end or strip.duration, strip.duration))
        return None if time.covers(strip.duration) else time

    def _with_music(self, strip: Strip, music: Music, where: str) -> Strip:
        facts = self.facts[music.track]
        if facts.sound is None:
            raise MediaError("this file has no sound", code="no-sound", where=music.track, hint="name a song")
        first = max(facts.sound.start, Fraction(0)) + music.start
        length = facts.sound.end - first
        if length <= 0:
            raise ProjectError(
                f"the track ends at {clock(facts.sound.end)}, before {clock(music.start)}",
                code="start-beyond-end",
                where=f"{where}/start",
                hint="start the music earlier",
            )
        loops = music.loop and length < strip.duration
        end = strip.duration if loops else min(length, strip.duration)
        time = TimeMap.looped(first, length, end)
        voice = Voice(self._index(facts), time, music.gain_db, _fades(music, strip.duration, end))
        own = () if music.mute_original else _louder(strip.voices, music.original_gain_db)
        return replace(strip, voices=(*own, voice))


def _check_start(edit: Trim | Filter, duration: Fraction, where: str) -> None:
    """Refuse what would begin when all is over."""
    if edit.start >= duration:
        raise ProjectError(
            f"the start, {clock(edit.start)}, lies beyond the end, {clock(duration)}",
            code="start-beyond-end",
            where=f"{where}/start",
            hint=f"start before {clock(duration)}",
        )


def _fades(music: Music, duration: Fraction, end: Fraction) -> tuple[Envelope, ...]:
    """Fade-in and fade-out of a track that sounds until `end`."""
    time = TimeMap.identity(duration)
    rise = Envelope(time, ((Fraction(0), 0.0), (music.fade_in, 1.0)))
    fall = Envelope(time, ((max(end - music.fade_out, Fraction(0)), 1.0), (end, 0.0)))
    return tuple(shape for shape, seconds in ((rise, music.fade_in), (fall, music.fade_out)) if seconds > 0)


def _length(composition: Composition, strips: list[Strip], where: str) -> Fraction:
    """How long a composition is: as one of its inputs, or as the first or last of them to end."""
    ends = [strip.duration + part.start for strip, part in zip(strips, composition.inputs, strict=True)]
    choices = {"mine": ends[0], "other": ends[-1], "shortest": min(ends), "longest": max(ends)}
    length = choices[composition.length_from]
    if length <= 0:
        raise ProjectError(
            "nothing is left after the offset", code="empty", where=f"{where}/inputs", hint="choose a smaller offset"
        )
    return length


def _placed(strip: Strip, part: Input, length: Fraction) -> Strip:
    """One input on the composition's timeline; beyond its ends it stands still and is silent."""
    rate = strip.picture.rate
    last = (frame_count(strip.duration, rate) - 1) / rate
    return strip.louder(part.gain_db).through(TimeMap.placed(strip.duration, part.start, length, last))


def _frozen(value: object) -> object:
    """A JSON value that can be a key: a plan is hashed by its parts."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, dict):
        return tuple(sorted((key, _frozen(part)) for key, part in value.items()))
    return value


def _point(effect: object, where: str) -> PointEffect:
    if isinstance(effect, PointEffect):
        return effect
    raise _unknown(effect, where)


def _unknown(value: object, where: str) -> PlanError:
    kind = value.kind if isinstance(value, Unknown) else type(value).__name__
    return PlanError(
        f"this build does not know the kind {kind!r}",
        code="unknown-kind",
        where=where,
        hint="a newer clipkit or a plug-in made it; the project is kept as it is",
    )
