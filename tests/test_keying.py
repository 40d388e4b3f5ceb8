"""Keys, on drawn screens whose every opacity is known: strands of hair, a motion-blurred edge, uneven light, grain."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

import clipkit as ck
from clipkit.api import screen
from clipkit.catalog.effect import KeyEffect
from clipkit.catalog.layout import Frame, Layer
from clipkit.colour.planes import Planes as Picture
from clipkit.effects import effect_class
from clipkit.engine import matte
from clipkit.engine.compose import _paste
from clipkit.engine.planes import CLEAR, blank, planes_of
from clipkit.geometry import Box, Size

Field = NDArray[np.float32]
WIDTH, HEIGHT = 360, 640
GREEN, BLUE = (0.1, 0.72, 0.2), (0.1, 0.25, 0.8)
KINDS = {"strands": GREEN, "blurred": GREEN, "uneven": GREEN, "blue": BLUE}
REAL = Path(os.environ.get("CLIPKIT_REAL_MEDIA") or "nowhere") / "green-screen-24s.mp4"


@lru_cache
def drawn(kind: str) -> tuple[Field, Field]:
    """Opacity (height, width) and the picture as a camera has it, R'G'B' (height, width, 3)."""
    image = Image.new("L", (WIDTH * 4, HEIGHT * 4))
    draw, middle = ImageDraw.Draw(image), (WIDTH * 2, HEIGHT * 2)
    draw.ellipse((middle[0] - 260, middle[1] - 340, middle[0] + 260, middle[1] + 340), fill=255)
    draw.rounded_rectangle((middle[0] - 460, middle[1] + 280, middle[0] + 460, HEIGHT * 4 + 99), 160, fill=255)
    for strand in range(30 if kind != "blurred" else 0):  # 1, 1.5, 2 and 3 pixels wide
        turn = np.pi * (1 + strand / 29)
        out = np.arange(30)
        bend = turn + 0.15 * np.sin(out / 5 + strand)
        xs = middle[0] + (240 + 12 * out) * np.cos(bend)
        ys = middle[1] - 80 + (240 + 12 * out) * 1.1 * np.sin(bend)
        draw.line(list(zip(xs, ys, strict=True)), fill=255, width=(4, 6, 8, 12)[strand % 4])
    alpha = np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.float32) / 255
    if kind == "blurred":
        alpha = np.mean([np.roll(alpha, step, 1) for step in range(-6, 7)], axis=0, dtype=np.float32)
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    front = np.full((HEIGHT, WIDTH, 3), (0.16, 0.11, 0.08), np.float32)
    front[((across - WIDTH / 2) / 57) ** 2 + ((down - HEIGHT / 2) / 75) ** 2 < 1] = (0.78, 0.58, 0.48)
    front[down > HEIGHT / 2 + 75] = (0.36, 0.32, 0.34)
    behind = np.broadcast_to(np.array(KINDS[kind], np.float32), front.shape)
    if kind == "uneven":
        light = 0.62 + 0.38 * np.exp(-3 * ((across / WIDTH - 0.3) ** 2 + (down / HEIGHT - 0.35) ** 2))
        behind = behind * light[..., None]
    seen = alpha[..., None] * front + (1 - alpha[..., None]) * behind
    if kind in ("uneven", "blue"):
        seen = seen + np.random.default_rng(5).normal(0, 0.012, seen.shape)
    return alpha, np.clip(seen, 0, 1).astype(np.float32)


def coded(rgb: Field) -> list[NDArray[np.uint8]]:
    """BT.709 of limited range, 4:2:0 by the mean."""
    y = rgb @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    u, v = (128 + 224 * (rgb[..., n] - y) / span for n, span in ((2, 1.8556), (0, 1.5748)))
    small = (plane.reshape(len(y) // 2, 2, -1, 2).mean(axis=(1, 3)) for plane in (u, v))
    return [np.rint(plane).astype(np.uint8) for plane in (16 + 219 * y, *small)]


def excess_of(u: NDArray[Any], v: NDArray[Any], primary: int) -> NDArray[np.float64]:
    """By how much green (1) or blue (2) exceeds the other two, of 1, from the matrix of BT.709."""
    blue, red = (u.astype(float) - 128) / 224 * 1.8556, (v.astype(float) - 128) / 224 * 1.5748
    green = -(0.2126 * red + 0.0722 * blue) / 0.7152
    rest = [channel for n, channel in enumerate((red, green, blue)) if n != primary]
    return np.asarray((green if primary == 1 else blue) - np.maximum(*rest))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each drawn screen as a clip of six frames, through x264 at crf 20."""
    folder = tmp_path_factory.mktemp("screens")
    for kind in KINDS:
        with av.open(str(folder / f"{kind}.mp4"), "w") as container:
            stream = container.add_stream("libx264", rate=30, options={"crf": "20", "preset": "veryfast"})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            context = stream.codec_context
            context.thread_count = 1
            context.color_primaries = context.color_trc = context.colorspace = context.color_range = 1
            frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
            for plane, values in zip(planes_of(frame), coded(drawn(kind)[1]), strict=True):
                plane[...] = values
            for index in range(6):
                frame.pts = index
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return {kind: folder / f"{kind}.mp4" for kind in KINDS}


def keyed(path: Path, **words: Any) -> tuple[NDArray[np.uint8], Picture]:
    """The third frame of a clip keyed with the colour that is found in it: opacity, and what is left."""
    effect = effect_class("chroma-key")(kind="chroma-key", colour=screen.found_colour(ck.open(path)), **words)
    assert isinstance(effect, KeyEffect)
    with av.open(str(path)) as container:
        frame = [frame for frame, _ in zip(container.decode(video=0), range(3), strict=False)][-1]
    planes = Picture(*planes_of(frame))
    left = Picture(*(np.empty_like(plane) for plane in planes))
    return effect.cut(planes, left), left


def wide(mask: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    grown = Image.fromarray(mask.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(size))
    return np.asarray(grown) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_opacity_at_edges_and_strands(clips: dict[str, Path], kind: str) -> None:
    """Mean error over all pixels within two of an edge or strand: 0.020, 0.047, 0.026, 0.035 as this was written."""
    alpha, (found, _) = drawn(kind)[0], keyed(clips[kind])
    zone = wide((alpha > 0.02) & (alpha < 0.98), 5)
    assert zone.sum() > 5000
    error = found[zone] / 255 - alpha[zone]
    assert np.abs(error).mean() < 0.05
    assert abs(error.mean()) < 0.03
    hard = (alpha > 0.5)[zone] - alpha[zone]
    assert np.abs(hard).mean() > 0.05  # a mask without soft edges would not pass


@pytest.mark.parametrize("kind", KINDS)
def test_the_screen_is_gone_and_what_stands_before_it_whole(clips: dict[str, Path], kind: str) -> None:
    alpha, (found, _) = drawn(kind)[0], keyed(clips[kind])
    assert found[~wide(alpha > 0, 13)].max() < 2
    assert found[~wide(alpha < 1, 13)].min() > 253


@pytest.mark.parametrize("kind", KINDS)
def test_no_shine_of_the_screen_is_left(clips: dict[str, Path], kind: str) -> None:
    """Over grey, no pixel is greener (bluer) than its other channels, beyond a code or two of rounding."""
    found, left = keyed(clips[kind])
    canvas, picture = planes_of(blank(Size(WIDTH, HEIGHT))), planes_of(blank(Size(WIDTH, HEIGHT), CLEAR))
    canvas.fill((126, 128, 128))
    for plane, values in zip(picture, left, strict=True):
        plane[...] = values
    assert picture.alpha is not None
    picture.alpha[...] = found
    matte.lay(canvas, picture)
    primary = 2 if kind == "blue" else 1
    assert excess_of(canvas.u, canvas.v, primary).max() < 0.02
    assert excess_of(*coded(drawn(kind)[1])[1:], primary).max() > 0.3


@pytest.mark.parametrize("kind", KINDS)
def test_the_colour_is_found(clips: dict[str, Path], kind: str) -> None:
    colour = np.array(screen.found_colour(ck.open(clips[kind]))) / 255
    assert np.abs(colour / colour.max() - np.array(KINDS[kind]) / max(KINDS[kind])).max() < 0.08


def test_where_there_is_no_screen_it_says_so(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (120, 110, 100)).save(tmp_path / "grey.png")
    still = ck.still(tmp_path / "grey.png", 1)
    with pytest.raises(ck.ProjectError) as caught:
        ck.green_screen(still, still)
    assert caught.value.code == "no-screen"
    ck.green_screen(still, still, colour=(0, 177, 64)).frame(0)


def test_softness_and_shrink_do_what_they_say(clips: dict[str, Path]) -> None:
    plain, shrunk, grown = (keyed(clips["uneven"], shrink=by)[0].mean() for by in (0.0, 0.3, -0.3))
    assert shrunk < plain < grown
    hard = keyed(clips["uneven"], softness=0.0)[0]
    assert np.isin(hard, (0, 255)).mean() > 0.98


# ---- composed ------------------------------------------------------------------------------------------------------


def test_my_looks_colour_me_and_not_the_screen(clips: dict[str, Path], tmp_path: Path) -> None:
    """A black-and-white look before the layout leaves no green to find, but the key stands before it."""
    Image.new("RGB", (WIDTH, HEIGHT), (40, 60, 200)).save(tmp_path / "blue.png")
    behind = ck.still(tmp_path / "blue.png", 1)
    clip = ck.green_screen(ck.open(clips["strands"]).filter("noir"), behind)
    source = clip.project.root.source
    assert [edit.kind for edit in source.inputs[0].node.edits] == ["effect", "filter"]  # type: ignore[union-attr]
    pixels = np.asarray(clip.with_output(target="source", size=(WIDTH, HEIGHT)).frame(0)).astype(int)
    assert np.abs(pixels[:40, :40] - (40, 60, 200)).max() <= 4
    face = pixels[HEIGHT // 2 - 20 : HEIGHT // 2 + 20, WIDTH // 2 - 20 : WIDTH // 2 + 20]
    assert np.ptp(face, axis=-1).max() <= 4


def test_any_number_of_workers_writes_the_same_bytes(clips: dict[str, Path], tmp_path: Path) -> None:
    clip = ck.green_screen(clips["uneven"], clips["blue"])
    for workers in (1, 2):
        clip.export(tmp_path / f"{workers}.mp4", size="180x320", workers=workers, cache=False, target="source")
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes()


def test_a_keyed_clip_on_its_own_stands_on_black(clips: dict[str, Path]) -> None:
    colour = screen.found_colour(ck.open(clips["strands"]))
    pixels = np.asarray(ck.open(clips["strands"]).effect("chroma-key", colour=colour).frame(0))
    assert pixels[:40, :40].max() <= 1


def test_what_moves_pixels_comes_before_a_key(clips: dict[str, Path]) -> None:
    clip = ck.open(clips["strands"])
    with pytest.raises(ck.ProjectError) as caught:
        clip.effect("chroma-key").effect("flip").plan("mp4")
    assert caught.value.code == "after-key"
    clip.effect("flip").effect("chroma-key").plan("mp4")
    assert ck.green_screen(clip.effect("flip"), clip).frame(0)


@pytest.mark.parametrize("shape", ["rectangle", "rounded", "circle"])
def test_white_over_white_stays_white(shape: Any) -> None:
    """At every opacity, with any outline: nothing dark at an edge."""
    canvas, picture = planes_of(blank(Size(64, 48))), planes_of(blank(Size(64, 48), CLEAR))
    for planes in (canvas, picture):
        planes.fill((235, 128, 128))
    assert picture.alpha is not None
    picture.alpha[...] = np.arange(64 * 48).reshape(48, 64) % 256
    _paste(canvas, picture, Layer(0, Box(0, 0, 64, 48), frame=Frame(shape, 12)))
    assert {int(value) for value in np.unique(canvas.y)} == {235}
    assert {int(value) for value in np.unique(canvas.u)} == {128}


# ---- the real clip -------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL.exists(), reason="needs CLIPKIT_REAL_MEDIA")
def test_a_person_before_a_real_screen(tmp_path: Path) -> None:
    """Over magenta, the opposite of green: the screen is wholly gone, and nothing green is left anywhere."""
    Image.new("RGB", (640, 360), (200, 40, 160)).save(tmp_path / "magenta.png")
    clip = ck.green_screen(REAL, ck.still(tmp_path / "magenta.png", 30)).with_output(target="source", size="640x360")
    for picture in clip.frames([5, Fraction(40, 3), 20]):
        pixels = picture.astype(int)
        green = pixels[..., 1] - np.maximum(pixels[..., 0], pixels[..., 2])
        assert green.max() <= 10  # of 255: a code or two of chroma
        plain = np.abs(pixels - (200, 40, 160)).max(axis=-1) <= 3
        assert plain[:40, :150].all()
        assert 0.5 < plain.mean() < 0.95
