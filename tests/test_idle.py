"""Work that nobody would see is not done: counted, never timed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import clipkit as ck
from clipkit.catalog.layout import Frame, Layer
from clipkit.colour.table import ColourTable
from clipkit.engine import behind, planes, stencil
from clipkit.engine.compose import Painter
from clipkit.engine.layers import covers, visible
from clipkit.engine.planes import Planes, Scaler, planes_of
from clipkit.engine.reader import FrameReader
from clipkit.engine.tables import Tables
from clipkit.geometry import Box, Size
from clipkit.plan.types import Group, Plan
from media import Shelf

SIZE = (90, 160)
FPS = 30


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each dear step is taken."""
    found: Counter[str] = Counter()

    def counted(owner: type, name: str, called: str) -> None:
        original = getattr(owner, name)

        def wrapper(*args: object, **words: object) -> object:
            found[called] += 1
            return original(*args, **words)

        monkeypatch.setattr(owner, name, wrapper)

    counted(FrameReader, "__init__", "opened")
    counted(FrameReader, "close", "closed")
    counted(FrameReader, "_seek", "sought")
    counted(Planes, "paste", "pasted")
    counted(Planes, "fill", "filled")
    counted(stencil.Stencil, "paste", "blended")
    counted(ColourTable, "apply", "coloured")
    counted(behind.Backgrounds, "blurred", "blurred")
    decode, reformat = FrameReader._decode, planes.VideoReformatter

    def decoding(reader: FrameReader, **words: bool) -> Iterator[tuple[Fraction, av.VideoFrame]]:
        frames = decode(reader, **words)
        try:
            for timed in frames:
                found["decoded"] += 1
                yield timed
        finally:
            frames.close()

    monkeypatch.setattr(FrameReader, "_decode", decoding)

    class Counting:
        def __init__(self) -> None:
            self._real = reformat()

        def reformat(self, frame: av.VideoFrame, **words: object) -> av.VideoFrame:
            found["scaled"] += 1
            return self._real.reformat(frame, **words)

    monkeypatch.setattr(planes, "VideoReformatter", Counting)
    return found


@pytest.fixture
def take(shelf: Shelf) -> Path:
    return shelf.clip(seconds=3, size=SIZE, colour=(1, 1, 1, 1))


def plan_of(clip: ck.Clip, size: tuple[int, int] = SIZE) -> Plan:
    return clip.with_output(target="source", size=size).plan("mp4", copy=False)


def painted(plan: Plan, frames: range | None = None) -> Iterator[bytes]:
    with Painter(plan, Tables()) as painter:
        for index in range(plan.expect.frames) if frames is None else frames:
            picture = planes_of(painter.paint(index))
            yield hashlib.sha256(b"".join(np.ascontiguousarray(plane).tobytes() for plane in picture)).digest()


def run(plan: Plan, frames: range | None = None) -> list[bytes]:
    return list(painted(plan, frames))


def arranged(plan: Plan, *layers: Layer) -> Plan:
    """The plan of a composition with its layers placed otherwise."""
    assert isinstance(plan.picture, Group)

    class Placed(type(plan.picture.layout)):  # type: ignore[misc]
        def place(self, sizes: tuple[Size, ...], canvas: Size, t: Fraction) -> tuple[Layer, ...]:
            return layers

    layout = Placed.model_construct(**dict(plan.picture.layout))
    return replace(plan, picture=replace(plan.picture, layout=layout))


WHOLE = Box(0, 0, *SIZE)
PART = Box(10, 20, 36, 64)


# ---- identity is free ----------------------------------------------------------------------------------------------


def test_a_clip_as_it_is_is_handed_through(take: Path, count: Counter[str]):
    run(plan_of(ck.open(take)))
    assert count == Counter(opened=1, closed=1, decoded=3 * FPS)


def test_a_layer_that_is_all_that_shows_is_the_canvas(take: Path, count: Counter[str]):
    both = plan_of(ck.duet(take, take))
    alone = run(arranged(both, Layer(0, WHOLE)))
    assert count == Counter(opened=1, closed=1, decoded=3 * FPS)
    assert alone == run(plan_of(ck.open(take)))


def test_what_covers_without_an_outline_is_laid_down_and_not_blended(take: Path, count: Counter[str]):
    both = plan_of(ck.duet(take, take))
    run(arranged(both, Layer(0, WHOLE), Layer(1, PART)), range(10))
    assert (count["pasted"], count["blended"], count["filled"]) == (20, 0, 0)
    run(arranged(both, Layer(0, WHOLE), Layer(1, PART, frame=Frame("circle"))), range(10))
    assert count["blended"] == 10


def test_behind_rounded_corners_there_is_black_and_not_what_was_there_before(take: Path, count: Counter[str]):
    both = plan_of(ck.duet(take, take))
    rounded = arranged(both, Layer(0, WHOLE, frame=Frame("rounded", radius=30)))
    with Painter(rounded, Tables()) as painter:
        for index in range(5):
            assert [int(plane[0, 0]) for plane in planes_of(painter.paint(index))] == [16, 128, 128]
    assert count["filled"] == 5


# ---- what is hidden is not decoded ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        (Layer(1, WHOLE), Layer(0, WHOLE)),
        (Layer(1, PART), Layer(0, WHOLE)),
        (Layer(1, PART, frame=Frame("circle")), Layer(0, Box(-10, -10, 200, 300))),
        (Layer(0, WHOLE), Layer(1, Box(90, 0, 40, 60))),
        (Layer(0, WHOLE), Layer(1, Box(0, -60, 40, 60))),
    ],
)
def test_a_hidden_source_is_never_opened(take: Path, count: Counter[str], layers: tuple[Layer, ...]):
    both = plan_of(ck.duet(take, take))
    run(arranged(both, *layers), range(10))
    assert count["opened"] == 1


def test_what_shows_a_little_is_painted(take: Path, count: Counter[str]):
    both = plan_of(ck.duet(take, take))
    for layers in (
        (Layer(1, WHOLE), Layer(0, PART)),
        (Layer(1, WHOLE), Layer(0, WHOLE, frame=Frame("rounded", radius=9))),
        (Layer(1, WHOLE), Layer(0, WHOLE, frame=Frame(border=4))),
        (Layer(0, WHOLE), Layer(1, Box(88, 0, 40, 60))),
    ):
        count.clear()
        run(arranged(both, *layers), range(2))
        assert count["opened"] == 2


def test_the_window_that_covers_all_hides_the_other(take: Path, count: Counter[str]):
    plan = plan_of(ck.react(take, take, scale=1, shape="rectangle", at=(0.5, 0.5)))
    assert run(plan) == run(plan_of(ck.open(take)))
    assert count["opened"] == 2  # one for each of the two plans


def test_visible_and_covering():
    canvas = Size(*SIZE)
    back, window = Layer(0, WHOLE), Layer(1, PART)
    assert visible((back, window), canvas) == [back, window]
    assert visible((window, back), canvas) == [back]
    assert visible((window, back, window), canvas) == [back, window]
    assert visible((), canvas) == []
    half = Layer(2, Box(0, 0, 46, 160))
    assert visible((back, half, Layer(3, Box(46, 0, 44, 160))), canvas)[0] is back  # by two together: not looked for
    assert covers(back, canvas)
    assert not covers(half, canvas)
    assert not covers(replace(back, frame=Frame("circle")), canvas)


# ---- still is once -------------------------------------------------------------------------------------------------


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "still.png"
    Image.merge("RGB", [Image.linear_gradient("L").resize((300, 200))] * 3).save(path)
    return path


@pytest.mark.parametrize("fit", ["cover", "contain", "blur"])
def test_a_still_is_decoded_scaled_coloured_and_set_once(picture: Path, count: Counter[str], fit: str):
    plan = plan_of(ck.still(picture, 3).filter("noir").with_output(fit=fit))
    assert len(set(run(plan))) == 1
    # From RGB to planes for cropping, and to size; a blur is shrunk and grown.
    assert count["scaled"] <= {"cover": 2, "contain": 1, "blur": 3}[fit]
    assert (count["opened"], count["closed"], count["decoded"], count["coloured"]) == (1, 1, 1, 1)
    assert count["blurred"] == (fit == "blur")


def test_a_slowed_clip_is_coloured_once_a_frame_of_its_own(take: Path, count: Counter[str]):
    run(plan_of(ck.open(take).speed("0.25").filter("noir").with_output(fit="blur"), (160, 96)))
    assert count["decoded"] == count["coloured"] == count["blurred"] == 3 * FPS


def test_a_layer_that_ends_is_closed_and_its_last_frame_stands(take: Path, count: Counter[str]):
    plan = plan_of(ck.duet(take, ck.open(take).trim(0, 1)))
    with Painter(plan, Tables()) as painter:
        for index in range(29):
            painter.paint(index)
        assert count["closed"] == 0
        painter.paint(30)
        assert count["closed"] == 1
        coloured = count["scaled"]
        for index in range(31, 90):
            painter.paint(index)
        assert count["opened"] == 2
        assert count["scaled"] - coloured == 3 * 59  # mine, and a blur behind it; the other is not touched
        backwards = planes_of(painter.paint(10)).y.copy()
    assert count["opened"] == 3
    assert count["closed"] == 3
    with Painter(plan, Tables()) as painter:
        np.testing.assert_array_equal(planes_of(painter.paint(10)).y, backwards)


def test_frames_are_the_same_in_any_order(take: Path):
    plan = plan_of(ck.duet(ck.open(take).filter("noir"), ck.open(take).trim(0, 1).speed("0.5")))
    forward = run(plan)
    order = [80, 5, 70, 59, 60, 61, 10, 89, 0]
    with Painter(plan, Tables()) as painter:
        for index in order:
            data = b"".join(np.ascontiguousarray(plane).tobytes() for plane in planes_of(painter.paint(index)))
            assert hashlib.sha256(data).digest() == forward[index]


# ---- scaling is once, decoding goes on -----------------------------------------------------------------------------


def test_a_layer_is_scaled_once(take: Path, count: Counter[str]):
    plan = plan_of(ck.react(take, take), (54, 96))
    run(plan, range(10))
    assert count["scaled"] == 2 * 10


def test_the_triangle_shrinks_and_the_cubic_does_the_rest(take: Path):
    frame = av.VideoFrame(640, 640, "yuv420p")
    kernel = {Size(w, w): planes._suited(frame, Size(w, w)) for w in (320, 480, 482, 640, 1280)}
    assert [kernel[size] for size in kernel] == [
        *[planes.Interpolation.BILINEAR] * 2,
        *[planes.Interpolation.BICUBIC] * 3,
    ]


def test_two_long_sources_are_read_in_one_go(shelf: Shelf, count: Counter[str]):
    long = shelf.clip(fps=Fraction(15), seconds=30, size=SIZE, gop=60, colour=(1, 1, 1, 1))
    plan = plan_of(ck.duet(long, ck.open(long).trim(3), offset=1))
    run(plan)
    assert count["opened"] == 2
    assert count["sought"] <= 1  # the other begins at 3 s
    assert count["decoded"] <= 2 * 30 * 15


def test_a_counter_counts(take: Path, count: Counter[str]):
    scaler = Scaler(None, planes.FramePool())
    frame = av.VideoFrame(64, 64, "yuv420p")
    scaler.scale(frame, Size(32, 32), Box(0, 0, 64, 64))
    assert count["scaled"] == 1
    scaler.scale(frame, Size(64, 64), Box(0, 0, 64, 64))
    assert count["scaled"] == 1
