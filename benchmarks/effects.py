"""What effects cost a frame: `python -m benchmarks.effects [--out FILE.md]`.

CPU milliseconds of a frame of 1080×1920 that is in memory already, on one thread, ours and libavfilter's in turns; the
median of 15. FFmpeg's way is the fastest chain of its filters to the same look that we know; where it gives less than
ours (whole pixels only, noise of one kind), the table says so. Decoding, encoding and starting are in none of them.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks.facts import facts
from clipkit import effects
from clipkit.catalog.effect import FramingEffect, PointEffect, SpatialEffect
from clipkit.colour.encoding import OUTPUT
from clipkit.engine.easel import Easel, Graphs
from clipkit.engine.planes import FramePool, planes_of
from clipkit.engine.tables import Tables
from clipkit.geometry import Size
from clipkit.plan.types import Look

SIZE = Size(1080, 1920)
ROUNDS = 15
SAMPLE = Path(__file__).parent.parent / "sample_media" / "host.mp4"

# The chain, and what it lacks of ours.
FFMPEG: dict[str, tuple[str, str]] = {
    "blur": ("gblur=sigma=12", ""),
    "sharpen": ("unsharp=3:3:0.7:3:3:0", ""),
    "glow": ("[in]split[a][b];[b]gblur=sigma=30[c];[a][c]blend=all_mode=screen:all_opacity=0.5[out]", "no threshold"),
    "vignette": ("vignette", ""),
    "grain": ("noise=c0s=8:c0f=t+u", "white noise, the same in black, of one size, no colour"),
    "pixelate": ("pixelize=w=36:h=36", ""),
    "mirror": ("[in]crop=540:1920:0:0,split[a][b];[b]hflip[c];[a][c]hstack[out]", ""),
    "cartoon": ("edgedetect=mode=colormix:high=0", "lines only"),
    "tilt-shift": (
        "[in]split[a][b];[b]gblur=sigma=18[c];color=gray:1080x1920,format=yuv420p[m];[a][c][m]maskedmerge[out]",
        "one strength of blur",
    ),
    "chromatic-aberration": ("format=gbrp,rgbashift=rh=6:bh=-6,format=yuv420p", "the same everywhere"),
    "denoise": ("bilateral=sigmaS=2:sigmaR=0.05:planes=7", ""),
    "rgb-split": ("format=gbrp,rgbashift=rh=12:bh=-12,format=yuv420p", ""),
    "shake": ("crop=1044:1856:18:32,scale=1080:1920:flags=bilinear", "whole pixels: it jerks"),
    "zoom-punch": ("zoompan=z=1.2:x=iw*0.08:y=ih*0.08:d=1:s=1080x1920:fps=30", "whole pixels: it jerks"),
    "ken-burns": ("zoompan=z=1.2:x=iw*0.08:y=ih*0.08:d=1:s=1080x1920:fps=30", "whole pixels: it jerks"),
    "echo-trails": ("tmix=frames=4:weights=1", ""),
    "crop": ("crop=864:1536", ""),
    "rotate": ("transpose=clock", ""),
    "flip": ("hflip", ""),
    "border": ("pad=1160:2000:40:40:white", ""),
    "colour-fill": ("pad=1080:1920:0:0:black", ""),
    "blur-fill": (
        "[in]split[a][b];[b]scale=136:240,gblur=sigma=4,scale=1080:1920[c];[c][a]overlay=0:0[out]",
        "",
    ),
}


def milliseconds(first: Callable[[int], object], second: Callable[[int], object] | None) -> tuple[float, float]:
    """The medians of two jobs that take turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for index in range(ROUNDS + 3):
        for job, found in zip((first, second), times, strict=True):
            if job is None:
                continue
            start = time.process_time()
            job(index)
            if index >= 3:
                found.append((time.process_time() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1]) if times[1] else float("nan")


def ours(kind: str, frame: av.VideoFrame) -> Callable[[int], object]:
    """A frame after an effect at its defaults."""
    effect = effects.effect_class(kind)()
    assert isinstance(effect, SpatialEffect)
    size, source, pool, graphs = SIZE, frame, FramePool(), Graphs()
    if isinstance(effect, FramingEffect):
        size = effect.framed(SIZE)
        inner = effect.taken(size, SIZE)[1]
        source = frame.reformat(inner.width, inner.height, "yuv420p")
    start = {"strobe": Fraction(0), "ken-burns": Fraction(2)}.get(kind, Fraction(1))

    def paint(index: int) -> object:
        t = start + Fraction(index, 60)
        easel = Easel(t, Fraction(5), t, size, pool, graphs)
        return easel.painted(effect, source, *[frame] * len(effect.earlier))

    return paint


def ffmpeg(text: str, frame: av.VideoFrame) -> Callable[[int], object]:
    """A frame through a chain of libavfilter."""
    graph = av.filter.Graph()
    graph.threads = 1
    planar = av.VideoFormat("yuv420p", SIZE.width, SIZE.height)
    source = graph.add_buffer(width=SIZE.width, height=SIZE.height, format=planar, time_base=Fraction(1, 30))
    pads = {"in": (source, 0)}
    for part in text.split(";"):
        ends = re.fullmatch(r"((?:\[\w+\])*)(.*?)((?:\[\w+\])*)", part)
        assert ends is not None
        inputs, outputs = (re.findall(r"\[(\w+)\]", ends[index]) for index in (1, 3))
        nodes = [graph.add(*words.split("=", 1)) for words in ends[2].split(",")]
        if not ends[2].startswith("color"):
            for place, name in enumerate(inputs or ["in"]):
                before, pad = pads[name]
                before.link_to(nodes[0], pad, place)
        for one, other in itertools.pairwise(nodes):
            one.link_to(other)
        for place, name in enumerate(outputs or ["out"]):
            pads[name] = (nodes[-1], place)
    last, pad = pads["out"]
    last.link_to(graph.add("buffersink"), pad, 0)
    graph.configure()

    def run(index: int) -> object:
        frame.pts, frame.time_base = index, Fraction(1, 30)
        graph.push(frame)
        return graph.pull()

    return run


def point(frame: av.VideoFrame) -> float:
    """How much more a table of eleven effects costs than one of ten."""
    out, tables = FramePool().blank(SIZE), Tables()
    kinds = [kind for kind in effects.names() if issubclass(effects.effect_class(kind), PointEffect)][:11]
    looks = [Look((effects.effect_class(kind)(),)) for kind in kinds]

    def through(count: int) -> Callable[[int], object]:
        table = tables.table(OUTPUT, tuple(looks[:count]))
        assert table is not None
        return lambda _: table.apply(*planes_of(frame), *planes_of(out))

    ten, eleven = milliseconds(through(10), through(11))
    return eleven - ten


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="where to write the table")
    options = parser.parse_args()
    with av.open(SAMPLE) as container:
        frame = next(container.decode(video=0)).reformat(SIZE.width, SIZE.height, "yuv420p")
    lines = [
        "# Effects: CPU milliseconds a frame",
        "",
        f"{facts()['CPU']}, one thread, 1080×1920, median of {ROUNDS}.",
        "",
        f"One more point effect where a table is there: {point(frame):+.2f} ms.",
        "",
        "| effect | clipkit | FFmpeg | ratio | FFmpeg's way | what that lacks |",
        "|---|---|---|---|---|---|",
    ]
    for kind in effects.names():
        if not issubclass(effects.effect_class(kind), SpatialEffect):
            continue
        chain, lacks = FFMPEG.get(kind, ("", ""))
        mine, theirs = milliseconds(ours(kind, frame), ffmpeg(chain, frame) if chain else None)
        ratio = f"{mine / theirs:.2f}" if not np.isnan(theirs) and theirs > 0.005 else "–"
        other = "–" if np.isnan(theirs) else f"{theirs:.2f}"
        way = f"`{chain.replace('|', '/')}`" if chain else "–"
        lines.append(f"| {kind} | {mine:.2f} | {other} | {ratio} | {way} | {lacks} |")
        print(lines[-1])
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(lines[4])
    return 0


if __name__ == "__main__":
    sys.exit(main())
