"""A node of the project worked out: how long it is, its picture and its sound, on its own timeline."""

from __future__ import annotations

from fractions import Fraction

from clipkit.catalog.layout import Layout
from clipkit.errors import MediaError, ProjectError
from clipkit.geometry import Size
from clipkit.plan import picture_edits, sound_edits, time_edits
from clipkit.plan.strip import Gathered, Strip, unknown
from clipkit.plan.types import Group, Shot, Voice
from clipkit.project.model import Composition, Edit, Input, Media, Node, Still
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Speed, Trim
from clipkit.project.timemap import TimeMap
from clipkit.time import frame_count

CANVAS = Size(1080, 1920)
"""The shape of a composition that nobody gave another."""

STILL_SECONDS = Fraction(5)


class Builder(Gathered):
    """Works out strips; gathers the sources they read and what is worth saying on the way."""

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
        raise unknown(source, f"{where}/source")

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
        index = self.index(facts)
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
            raise unknown(layout, f"{where}/layout")
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

    # ---- edits -------------------------------------------------------------------------------------------------

    def _edited(self, strip: Strip, edit: Edit, where: str) -> Strip:
        match edit:
            case Trim() | Speed():
                return time_edits.applied(edit, strip, self, where)
            case Filter() | Apply() | MoviePyEffect():
                return picture_edits.applied(edit, strip, self, where)
            case Music():
                return sound_edits.applied(edit, strip, self, where)
            case _:
                raise unknown(edit, where)


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
