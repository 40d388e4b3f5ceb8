"""Where spatial effects are painted: frames to paint on, and filters of libavfilter."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

import av

from clipkit.catalog.effect import Node, SpatialEffect
from clipkit.colour.planes import Planes
from clipkit.engine import planes as pictures
from clipkit.engine.planes import FramePool
from clipkit.geometry import Size

_GRAPHS: Final = 16
"""Filter graphs that stay: one takes 0.05 to 0.6 ms to make, and may hold a few pictures."""

_Key: TypeAlias = tuple[Size, tuple[Node, ...]]


class Graphs:
    """Filter graphs of one thread each, the last used ones kept. Not for use from several threads."""

    def __init__(self) -> None:
        self._graphs: OrderedDict[_Key, av.filter.Graph] = OrderedDict()

    def through(self, frame: av.VideoFrame, nodes: tuple[Node, ...]) -> av.VideoFrame:
        """A 4:2:0 frame through filters; nobody else holds the result."""
        key = Size(frame.width, frame.height), nodes
        graph = self._graphs.pop(key, None) or _graph(*key)
        self._graphs[key] = graph
        if len(self._graphs) > _GRAPHS:
            self._graphs.popitem(last=False)
        graph.vpush(frame)
        result = graph.vpull()
        result.make_writable()
        return result


def _graph(size: Size, nodes: tuple[Node, ...]) -> av.filter.Graph:
    graph = av.filter.Graph()
    graph.threads = 1
    planar = av.VideoFormat("yuv420p", size.width, size.height)
    source = graph.add_buffer(width=size.width, height=size.height, format=planar, time_base=Fraction(1, 1000))
    chain = [graph.add(node.name, node.options) for node in nodes]
    graph.link_nodes(source, *chain, graph.add("buffersink")).configure()
    return graph


@dataclass(slots=True)
class Easel:
    """One picture being painted: the moment that a spatial effect is told, with its tools (`catalog.effect.Moment`)."""

    t: Fraction
    duration: Fraction
    shown: Fraction
    size: Size
    pool: FramePool
    graphs: Graphs
    earlier: tuple[Planes, ...] = ()
    _frames: list[tuple[Planes, av.VideoFrame]] = field(default_factory=list)
    """Planes that were handed out, and the frames whose memory they are."""

    @property
    def unit(self) -> float:
        return self.size.width / 1080

    def painted(self, effect: SpatialEffect, frame: av.VideoFrame, *earlier: av.VideoFrame) -> av.VideoFrame:
        """A frame after an effect, given the earlier ones that it asks for."""
        self.earlier = tuple(self._handed(frame) for frame in earlier)
        return self._frame(effect.paint(self._handed(frame), self))

    def blank(self, size: Size | None = None) -> Planes:
        return self._handed(self.pool.blank(size or self.size))

    def through(self, picture: Planes, *nodes: Node) -> Planes:
        return self._handed(self.graphs.through(self._frame(picture), nodes))

    def blurred(self, picture: Planes, sigma: float, *, luma_only: bool = False) -> Planes:
        height, width = picture.y.shape
        planes = ":planes=1" if luma_only else ""
        shrink = _shrink(sigma)
        if shrink == 1:
            return self.through(picture, Node("gblur", f"sigma={sigma:.4f}{planes}"))
        small = Size(width // shrink, height // shrink).even()
        # The mean over a square of n pixels spreads by (n² − 1) / 12, as does growing, to a hair.
        left = max(0.1, sigma**2 - (shrink**2 - 1) / 6) ** 0.5 / shrink
        return self.through(
            picture,
            Node("scale", f"{small.width}:{small.height}:flags=area"),
            Node("gblur", f"sigma={left:.4f}{planes}"),
            Node("scale", f"{width}:{height}:flags=bilinear"),
        )

    def _handed(self, frame: av.VideoFrame) -> Planes:
        planes = Planes(*pictures.planes_of(frame))
        self._frames.append((planes, frame))
        return planes

    def _frame(self, picture: Planes) -> av.VideoFrame:
        """The frame whose memory planes are; of others, a copy."""
        for planes, frame in self._frames:
            if planes is picture:
                return frame
        return self.pool.copy_of(pictures.Planes(picture.y, picture.u, picture.v))


def _shrink(sigma: float) -> int:
    """How many times smaller a picture may be made before it is blurred, so that nobody sees it: a Gaussian of two
    pixels and more leaves nothing that a bilinear enlargement would miss."""
    return max(1, min(16, 1 << max(0, int(sigma / 2).bit_length() - 1)))
