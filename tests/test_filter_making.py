"""Looks derived from a picture, and looks written for other editors."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import clipkit as ck
from clipkit import folders
from clipkit.cli._group import group
from clipkit.colour.cube_text import parse
from clipkit.colour.table import chain, mix
from clipkit.colour.transfer import palette, transfer
from clipkit.errors import ProjectError, RenderError, StoreError
from clipkit.library import filters
from eye import apart, clipped, coloured_skin, greys, hue_chroma, lab, natural

SHIPPED = [look for look in filters.listed() if look.category != filters.USER]
if not os.environ.get("CLIPKIT_LONG"):
    SHIPPED = SHIPPED[::4]  # the long run asks all


def look_of(name: str):
    return chain([effect.apply for effect in filters.find(name).effects])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))
    return folders.user_filters()


def scene(seed: int = 1, size: int = 96) -> np.ndarray:
    """An ordinary picture: natural colours in smooth light, sky above and ground below."""
    rng = np.random.default_rng(seed)
    blocks = natural()[rng.integers(0, 72, (12, 12))].repeat(size // 12, axis=0).repeat(size // 12, axis=1)
    light = np.linspace(1.15, 0.55, size)[:, None, None] * np.linspace(0.85, 1.1, size)[None, :, None]
    return np.clip(blocks * light + rng.normal(0, 0.01, blocks.shape), 0, 1)


def saved(rgb: np.ndarray, path: Path) -> Path:
    Image.fromarray(np.rint(rgb * 255).astype(np.uint8)).save(path, quality=95)
    return path


# ---- the transfer --------------------------------------------------------------------------------------------------

STRANGE = {
    "green": np.broadcast_to((0.1, 0.9, 0.05), (64, 64, 3)),
    "blue": np.broadcast_to((0.0, 0.0, 1.0), (64, 64, 3)),
    "black": np.zeros((64, 64, 3)),
    "white": np.ones((64, 64, 3)),
    "noise": np.random.default_rng(2).random((64, 64, 3)),
    "stripes": np.eye(3)[np.arange(64) % 3][None].repeat(64, axis=0).astype(float),
}
"""References that nobody should take, and somebody will."""


@pytest.mark.parametrize("name", ["teal-orange", "golden-hour", "lavender", "faded-print", "moonlight", "lagoon"])
def test_a_look_is_found_again_in_a_picture_that_has_it(name):
    """Derived from one picture with a look and that picture without: on other colours it goes most of the way.

    Not all: the map is linear, and looks that single out a hue are not.
    """
    look = look_of(name)
    found = transfer(palette(look(scene())), palette(scene()))
    other = scene(seed=9)
    assert apart(found(other), look(other)) < 0.7 * apart(other, look(other))


def test_a_picture_s_own_look_changes_little():
    rgb = scene()
    assert apart(transfer(palette(rgb), palette(rgb))(rgb), rgb) < 1.5


@pytest.mark.parametrize("reference", [*STRANGE, "dancer", "host"])
def test_skin_and_greys_survive_any_reference(reference):
    if reference in STRANGE:
        rgb = STRANGE[reference]
    else:
        rgb = np.asarray(ck.open(folders.shipped("sample_media") / f"{reference}.mp4").frame(2), float)[::8, ::8] / 255
    look = transfer(palette(rgb))
    ramp = lab(look(greys(21)))
    assert (np.diff(ramp[:, 0]) > 0.3).all(), "greys stay in order and apart"
    assert np.hypot(ramp[:, 1], ramp[:, 2]).max() < 20, "a cast, not a colour"
    assert np.hypot(*ramp[[0, -1], 1:].T).max() < 4, "black and white have none"
    assert clipped(look(natural())) <= clipped(natural()) + 0.02
    assert np.isfinite(look(natural())).all()
    if palette(rgb).spread.max() < 1e-5:
        return  # all of one colour, as a toned print is: then skin takes that colour too
    before, after = hue_chroma(coloured_skin()), hue_chroma(look(coloured_skin()))
    assert np.abs((after[0] - before[0] + 180) % 360 - 180).max() < 25
    assert (after[1] / before[1]).max() < 1.8


def test_a_grey_reference_takes_the_colour_out():
    rgb = scene() @ np.full((3, 3), 1 / 3)
    look = transfer(palette(rgb))
    assert hue_chroma(look(natural()))[1].mean() < 0.3 * hue_chroma(natural())[1].mean()


# ---- make ----------------------------------------------------------------------------------------------------------


def test_a_look_is_made_from_a_photograph_and_used_by_name(tmp_path: Path, home: Path):
    picture = saved(look_of("teal-orange")(scene(size=240)), tmp_path / "film.jpg")
    look = ck.filters.make("film", picture)
    assert (look.name, look.category, look.title) == ("user/film", "user", "film")
    assert [path.name for path in home.iterdir()] == ["film.cube"]
    assert "user/film" in [found.name for found in ck.filters.list()]
    clip = ck.open(folders.shipped("sample_media") / "host.mp4").with_output(target="source", size=(90, 160))
    plain, coloured = (np.asarray(part.frame(1), float) / 255 for part in (clip, clip.filter("user/film")))
    assert apart(plain, coloured) > 2
    reference = transfer(palette(np.asarray(Image.open(picture), float)[::2, ::2] / 255))
    assert apart(coloured, reference(plain)) < 2


def test_a_photograph_shows_as_it_is(tmp_path: Path):
    """A JPEG of full chroma and full range, and one that lies on its side."""
    rgb = scene(size=240)
    image = Image.open(saved(rgb, tmp_path / "plain.png"))
    image.save(tmp_path / "full.jpg", quality=95, subsampling=0)
    turned = Image.Exif()
    turned[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", quality=95, exif=turned)
    for name in ("full.jpg", "turned.jpg"):
        shown = np.asarray(ck.open(tmp_path / name).frame(0), float) / 255
        assert shown.shape == rgb.shape
        assert abs(shown.mean() - rgb.mean()) < 0.004
        assert np.abs(shown - rgb).mean() < 0.03


def test_a_clip_can_be_the_reference_and_the_one_it_is_for(home: Path):
    media = folders.shipped("sample_media")
    look = ck.filters.make("user/dusk", media / "dancer.mp4", clip=media / "host.mp4")
    assert look.name == "user/dusk"
    assert look.digest != ck.filters.make("dusk-2", media / "dancer.mp4").digest


def test_names_and_force(tmp_path: Path, home: Path):
    picture = saved(scene(), tmp_path / "a.png")
    other = saved(STRANGE["noise"], tmp_path / "b.png")
    first = ck.filters.make("a", picture)
    with pytest.raises(StoreError) as caught:
        ck.filters.make("a", other)
    assert (caught.value.code, caught.value.where) == ("file-exists", str(home / "a.cube"))
    assert ck.filters.find("user/a").digest == first.digest
    assert ck.filters.make("a", other, force=True).digest != first.digest
    (home / "mine.toml").write_text('[[effects]]\nkind = "fade"\namount = 0.5\n')
    with pytest.raises(StoreError, match="already") as caught:
        ck.filters.make("mine", picture, force=True)
    assert str(home / "mine.toml") in caught.value.hint, "what was written by hand is not replaced"
    for name in ("", "a/b", "..", "con", "x\n"):
        with pytest.raises(StoreError) as caught:
            ck.filters.make(name, picture)
        assert caught.value.code == "bad-name"
    assert sorted(path.name for path in home.iterdir()) == ["a.cube", "mine.toml"]


def test_nothing_is_left_where_the_picture_is_none(tmp_path: Path, home: Path):
    (tmp_path / "x.jpg").write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(ck.MediaError):
        ck.filters.make("x", tmp_path / "x.jpg")
    with pytest.raises(ck.MediaError) as caught:
        ck.filters.make("x", tmp_path / "gone.jpg")
    assert caught.value.code == "file-not-found"
    assert not home.exists()


def test_from_the_command_line(tmp_path: Path):
    picture = saved(scene(), tmp_path / "a.png")
    done = CliRunner().invoke(group, ["filters", "make", "a", "--from", str(picture), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["name"] == "user/a"
    out = tmp_path / "a.cube"
    done = CliRunner().invoke(group, ["filters", "export", "user/a", "-o", str(out), "--size", "9", "--json"])
    assert json.loads(done.stdout) == {"path": str(out)}
    assert parse(out.read_text())[0].size == 9


# ---- export --------------------------------------------------------------------------------------------------------


def by_lut3d(rgb: np.ndarray, cube: Path) -> np.ndarray:
    """FFmpeg's `lut3d` on 16-bit RGB; shape (n, 3), one row of pixels."""
    frame = av.VideoFrame.from_ndarray(np.rint(rgb[None] * 65535).astype(np.uint16), format="rgb48le")
    graph = av.filter.Graph()
    steps = [
        graph.add_buffer(width=frame.width, height=1, format=frame.format, time_base=Fraction(1, 30)),
        graph.add("lut3d", f"file={cube}:interp=tetrahedral"),
        graph.add("format", "rgb48le"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*steps).configure()
    graph.push(frame)
    out = graph.pull()
    assert isinstance(out, av.VideoFrame)
    return out.to_ndarray()[0].astype(float) / 65535


MEAN, MOST = 0.5, 4.0
"""Of a table of 33³, in CIEDE2000 over natural colours: a just noticeable difference is about 1."""


@pytest.mark.parametrize("look", SHIPPED, ids=lambda look: look.name)
def test_an_exported_table_gives_the_look_in_ffmpeg_and_here(look, tmp_path: Path):
    out = ck.filters.export(look, tmp_path / "x.cube")
    rgb = natural()
    wanted = np.clip(look_of(look.name)(rgb), 0, 1)
    (table,) = parse(out.read_text())
    assert table.title == look.title
    for got in (by_lut3d(rgb, out), table.apply(rgb)):
        assert apart(got, wanted) < MEAN
        assert max(apart(a[None], b[None]) for a, b in zip(got, wanted, strict=True)) < MOST


def test_a_larger_table_is_nearer_and_a_wrong_one_is_found(tmp_path: Path):
    rgb, look = natural(), look_of("teal-orange")
    off = []
    for size in (5, 17, 65):
        ck.filters.export("teal-orange", tmp_path / "x.cube", size=size, force=True)
        off.append(apart(by_lut3d(rgb, tmp_path / "x.cube"), look(rgb)))
    assert off[0] > MEAN > off[1] > off[2]
    ck.filters.export("noir", tmp_path / "x.cube", force=True)
    assert apart(by_lut3d(rgb, tmp_path / "x.cube"), look(rgb)) > 5


def test_strength_is_exported(tmp_path: Path):
    rgb = natural()
    out = ck.filters.export("noir", tmp_path / "half.cube", strength=0.5)
    assert apart(by_lut3d(rgb, out), mix([look_of("noir")], 0.5)(rgb)) < MEAN


def test_what_cannot_be_exported_is_told(tmp_path: Path):
    out = tmp_path / "x.cube"
    for arguments, code in (
        ({"name": "nor"}, "unknown-filter"),
        ({"size": 1}, "bad-value"),
        ({"size": 130}, "bad-value"),
        ({"strength": 2}, "bad-value"),
        ({"out": tmp_path / "x.txt"}, "unknown-output"),
    ):
        with pytest.raises(ProjectError) as caught:
            ck.filters.export(**{"name": "noir", "out": out, **arguments})
        assert caught.value.code == code
    out.write_text("mine")
    with pytest.raises(RenderError) as told:
        ck.filters.export("noir", out)
    assert (told.value.code, out.read_text()) == ("file-exists", "mine")
