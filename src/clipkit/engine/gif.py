"""GIF: one palette for the whole clip, then every frame in it. Not in spans: a palette belongs to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.filter import Graph
from av.filter.context import FilterContext

from clipkit.engine.compose import Painter
from clipkit.engine.opening import local_url
from clipkit.engine.progress import Reporter
from clipkit.geometry import Size
from clipkit.plan.types import Plan

_PALETTE_FRAMES = 60  # enough to see all colours of a short


def write_gif(path: Path, plan: Plan, painter: Painter, reporter: Reporter) -> None:
    """Write an animated GIF that loops for ever; delays are whole hundredths of a second, as the format has them."""
    palette = _palette(plan, painter)
    with av.open(local_url(str(path)), "w", format="gif", options={"loop": "0"}) as container:
        stream = container.add_stream("gif", rate=plan.output.rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = plan.output.size.width, plan.output.size.height
        stream.pix_fmt = "pal8"
        stream.codec_context.time_base = 1 / plan.output.rate
        for frame in _reduced(plan, painter, palette, reporter):
            frame.time_base = 1 / plan.output.rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _palette(plan: Plan, painter: Painter) -> av.VideoFrame:
    """The 256 colours that serve the clip best."""
    graph = Graph()
    source = _buffer(graph, plan, plan.output.size, "yuv420p")
    maker, sink = graph.add("palettegen", stats_mode="full"), graph.add("buffersink")
    source.link_to(maker)
    maker.link_to(sink)
    graph.configure()
    step = max(1, plan.expect.frames // _PALETTE_FRAMES)
    for count, index in enumerate(range(0, plan.expect.frames, step)):
        source.push(_stamped(painter.paint(index), count, plan))
    source.push(None)
    palette = sink.pull()
    assert isinstance(palette, av.VideoFrame)
    return palette


def _reduced(plan: Plan, painter: Painter, palette: av.VideoFrame, reporter: Reporter) -> Iterator[av.VideoFrame]:
    """Every frame in the palette's colours."""
    graph = Graph()
    source = _buffer(graph, plan, plan.output.size, "yuv420p")
    colours = _buffer(graph, plan, Size(palette.width, palette.height), palette.format.name)
    use, sink = graph.add("paletteuse", dither="sierra2_4a"), graph.add("buffersink")
    source.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    colours.push(_stamped(palette, 0, plan))
    colours.push(None)
    for index in range(plan.expect.frames):
        source.push(_stamped(painter.paint(index), index, plan))
        reporter.tell(index)
        yield from _pulled(sink)
    source.push(None)
    yield from _pulled(sink)


def _buffer(graph: Graph, plan: Plan, size: Size, pixel_format: str) -> FilterContext:
    return graph.add_buffer(
        width=size.width,
        height=size.height,
        format=av.VideoFormat(pixel_format),
        time_base=1 / plan.output.rate,
    )


def _stamped(frame: av.VideoFrame, index: int, plan: Plan) -> av.VideoFrame:
    frame.pts, frame.time_base = index, 1 / plan.output.rate
    return frame


def _pulled(sink: FilterContext) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame
