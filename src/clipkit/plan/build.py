"""A node of the project worked out: how long it is, its picture and its sound, on its own timeline."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from clipkit.catalog.layout import Layout
from clipkit.errors import MediaError
from clipkit.geometry import Size
from clipkit.plan import picture_edits, sound_edits, time_edits
from clipkit.plan.composed import at_once, check_sources, in_turn
from clipkit.plan.facts import MediaFacts
from clipkit.plan.strip import Gathered, Strip, unknown
from clipkit.plan.types import Shot, Voice
from clipkit.project.model import Composition, Edit, Media, Node, Sequence, Still
from clipkit.project.picture_edits import Apply, Filter, MoviePyEffect
from clipkit.project.sound_edits import ForeignSound, Mix, Music, VoiceChange
from clipkit.project.time_edits import TimeEdit
from clipkit.project.timemap import TimeMap

CANVAS = Size(1080, 1920)
"""The shape of a composition that nobody gave another."""

STILL_SECONDS = Fraction(5)


class Builder(Gathered):
    """Works out strips; gathers the sources they read and what is worth saying on the way.

    Args:
        facts: Of every file that the project reads.
        canvas: The size that the output will have, where that is settled: what the root composes fills it.
    """

    def __init__(self, facts: Mapping[str, MediaFacts], canvas: Size | None = None) -> None:
        super().__init__(facts)
        self._canvas = canvas

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
        canvas = self._canvas if where == "/root" else None
        if isinstance(source, Composition):
            return self._composition(source, canvas or CANVAS, f"{where}/source")
        if isinstance(source, Sequence):
            strips = [self.strip(part, f"{where}/source/nodes/{index}") for index, part in enumerate(source.nodes)]
            return in_turn(source, strips, canvas)
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
        voices = (Voice(index, TimeMap.identity(duration), rank=1),) if facts.sound else ()
        return Strip(duration, shot, voices)

    def _composition(self, composition: Composition, canvas: Size, where: str) -> Strip:
        layout = composition.layout
        if not isinstance(layout, Layout):
            raise unknown(layout, f"{where}/layout")
        check_sources(layout, len(composition.inputs), where)
        strips = [
            self.strip(part.node, f"{where}/inputs/{index}/node") for index, part in enumerate(composition.inputs)
        ]
        return at_once(layout, composition, strips, canvas, where)

    # ---- edits -------------------------------------------------------------------------------------------------

    def _edited(self, strip: Strip, edit: Edit, where: str) -> Strip:
        match edit:
            case _ if isinstance(edit, TimeEdit):
                return time_edits.applied(edit, strip, self, where)
            case Filter() | Apply() | MoviePyEffect():
                return picture_edits.applied(edit, strip, self, where)
            case Music() | Mix() | VoiceChange() | ForeignSound():
                return sound_edits.applied(edit, strip, self, where)
            case _:
                raise unknown(edit, where)
