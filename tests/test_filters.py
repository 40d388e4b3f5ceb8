"""Every shipped look, and what happens to the files users drop in."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import clipkit as ck
import test_colour
import test_looks
from clipkit import effects, folders
from clipkit.cli._group import group
from clipkit.colour.encoding import OUTPUT, decode, encode
from clipkit.colour.table import chain, mix
from clipkit.errors import ProjectError
from clipkit.library import filters
from eye import apart, ciede2000, clipped, coloured_skin, greys, hue_chroma, lab, natural, skin

SHIPPED = [look for look in filters.listed() if look.category != filters.USER]
CUBE = "LUT_1D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n"
LOOK = 'title = "Mine"\nabout = "a test"\n\n[[effects]]\nkind = "fade"\namount = 0.5\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of user filters."""
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path))
    folder = folders.user_filters()
    folder.mkdir(parents=True)
    return folder


def look_of(entry: filters.Filter):
    return chain([effect.apply for effect in entry.effects])


def test_there_are_looks_for_every_occasion():
    names = {look.name for look in SHIPPED}
    assert len(names) == len(SHIPPED) == len(list(folders.shipped("filters").glob("*/*.toml"))) >= 40
    assert {"golden-hour", "noir", "teal-orange"} <= names
    wanted = {"portrait", "landscape", "food", "vibe", "film", "black-and-white", "night", "seasonal"}
    counts = Counter(look.category for look in SHIPPED)
    assert set(counts) == wanted
    assert min(counts.values()) >= 4
    assert [(look.category, look.name) for look in SHIPPED] == sorted((look.category, look.name) for look in SHIPPED)


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
class TestEvery:
    def test_says_what_it_is_for(self, entry):
        assert entry.title
        assert 20 <= len(entry.about) <= 100
        assert not entry.about.endswith(".")
        assert len(entry.digest) == 16

    def test_changes_the_picture_but_not_at_no_strength(self, entry):
        rgb = natural()
        assert apart(look_of(entry)(rgb), rgb) > APART
        np.testing.assert_array_equal(mix([look_of(entry)], 0.0)(rgb), rgb)

    def test_keeps_greys_apart(self, entry):
        """Nothing is crushed or burnt: of the ramp from black to white hardly a step is lost."""
        light = lab(look_of(entry)(greys(41)))[:, 0]
        assert (np.diff(light) > 0.1).sum() >= 38
        assert light[-1] - light[0] > 50

    def test_keeps_skin_in_order(self, entry):
        """Lighter skin stays lighter, and none comes out black or white."""
        before, after = lab(skin())[:, 0], lab(look_of(entry)(skin()))[:, 0]
        assert np.corrcoef(before, after)[0, 1] > 0.97
        assert after.min() > 2
        assert after.max() < 99.5


SKIN_BANDS = {"portrait": (13, -13, 16), "food": (13, -13, 16), "film": (25, -18, 22)}
"""Degrees that the Lab hue of skin may move, and how much its Lab chroma may fall and rise."""


@pytest.mark.parametrize(
    "entry", [look for look in SHIPPED if look.category in SKIN_BANDS], ids=lambda entry: entry.name
)
def test_skin_stays_skin(entry):
    turned, weaker, stronger = _on_skin(look_of(entry))
    hue, fall, rise = SKIN_BANDS[entry.category]
    assert turned <= hue
    assert fall <= weaker
    assert stronger <= rise


def _on_skin(look) -> tuple[float, float, float]:
    before, after = (hue_chroma(rgb) for rgb in (coloured_skin(), look(coloured_skin())))
    turned = (after[0] - before[0] + 180) % 360 - 180
    stronger = after[1] - before[1]
    return float(np.abs(turned).max()), float(stronger.min()), float(stronger.max())


def test_the_band_of_skin_can_be_left():
    for name, band in (("vaporwave", "portrait"), ("halloween", "film")):
        turned, _, _ = _on_skin(look_of(filters.find(name)))
        assert turned > SKIN_BANDS[band][0]
    assert _on_skin(lambda rgb: rgb) == (0, 0, 0)


# ---- no two alike --------------------------------------------------------------------------------------------------

APART = 2.5
"""The least mean CIEDE2000 difference between any two looks, and of each from the original, over natural colours."""


def test_all_look_different():
    rgb = natural()
    drawn = {look.name: lab(look_of(look)(rgb)) for look in SHIPPED}
    pairs = ((a, b, float(ciede2000(drawn[a], drawn[b]).mean())) for a, b in itertools.combinations(drawn, 2))
    assert [(a, b, round(distance, 2)) for a, b, distance in pairs if distance <= APART] == []


def test_near_duplicates_would_be_found():
    rgb = natural()
    assert apart(rgb, rgb) == 0
    for name in ("vivid", "slide", "golden-hour"):
        look = look_of(filters.find(name))
        assert apart(look(rgb), mix([look], 0.9)(rgb)) < APART
    assert apart(rgb, 1 - rgb) > 20


# From G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000 Color-Difference Formula" (2005), table 1.
PUBLISHED = [
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
    ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ((50, 2.5, 0), (58, 24, 15), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


def test_differences_are_those_of_the_standard():
    one, other, wanted = (np.array(column, float) for column in zip(*PUBLISHED, strict=True))
    np.testing.assert_allclose(ciede2000(one, other), wanted, atol=1e-4)
    np.testing.assert_allclose(ciede2000(other, one), wanted, atol=1e-4)


# ---- nothing clips -------------------------------------------------------------------------------------------------


@cache
def pictures() -> list[tuple[str, tuple[np.ndarray, ...]]]:
    """Every fourth cell of frames of the sample clips, and of real ones where there are any: Y with its U and V."""
    media = [
        (folders.shipped("sample_media") / name, index) for name in ("dancer.mp4", "host.mp4") for index in (30, 200)
    ]
    if folder := os.environ.get("CLIPKIT_REAL_MEDIA"):
        media += [(Path(folder) / name, index) for name, index in test_looks.REAL.items()]
    frames = [(f"{path.stem}@{index}", test_colour.frame(path, index)) for path, index in media]
    return [(name, (y[::8, ::8], u[::4, ::4], v[::4, ::4])) for name, (y, u, v) in frames]


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_no_look_clips_what_was_not_clipped(entry):
    """At most 2 % of pixels more than before have a component at 0 or 255, as exact arithmetic and as bytes of YUV."""
    look = look_of(entry)
    for name, (y, u, v) in pictures():
        before = decode(*(plane.astype(float) for plane in (y, u, v)), OUTPUT)
        after = np.clip(look(before), 0, 1)
        assert clipped(after) <= clipped(before) + 0.02, name
        stored = decode(*(np.floor(plane + 0.5) for plane in encode(after, OUTPUT)), OUTPUT)
        assert clipped(stored) <= clipped(before) + 0.02, name


def test_clipping_is_found():
    harsh = effects.parse({"kind": "exposure", "stops": 1.5, "protect": 0}).apply
    strong = effects.parse({"kind": "saturation", "amount": 1.6}).apply
    for look in (harsh, strong):
        more = [
            clipped(look(rgb)) - clipped(rgb)
            for rgb in (decode(*(p.astype(float) for p in planes), OUTPUT) for _, planes in pictures())
        ]
        assert max(more) > 0.02


# ---- strength ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["golden-hour", "noir", "vaporwave"])
def test_strength_is_a_true_mix(name):
    """What a part of a look paints lies on the line between a breath of it and the whole, to the rounding of bytes.

    A breath, since the picture itself may hold YUV that is no RGB, which any look brings inside.
    """
    clip = ck.open(folders.shipped("sample_media") / "host.mp4").with_output(target="source")

    def at(strength: float) -> np.ndarray:
        return np.asarray(clip.filter(name, strength).frame(1), float)[::3, ::3]

    plain, whole = at(1e-9), at(1)
    for strength in (0.25, 0.5, 0.8):
        off = np.abs(at(strength) - (plain + strength * (whole - plain)))
        assert off.mean() < 0.8
        assert np.quantile(off, 0.999) <= 3
    assert np.abs(at(0.8) - whole).mean() > 2, "another strength would be found"
    np.testing.assert_array_equal(at(0), np.asarray(clip.frame(1), float)[::3, ::3])


def test_digests_follow_the_look_and_not_its_title(home):
    (home / "a.toml").write_text(LOOK)
    (home / "b.toml").write_text(LOOK.replace("Mine", "Other"))
    (home / "c.toml").write_text(LOOK.replace("0.5", "0.6"))
    a, b, c = (filters.find(f"user/{name}").digest for name in "abc")
    assert a == b != c
    assert len({look.digest for look in SHIPPED}) == len(SHIPPED)


def test_users_add_looks_and_never_shadow_shipped_ones(home):
    (home / "noir.toml").write_text(LOOK)
    (home / "film.cube").write_text(CUBE)
    (home / "notes.txt").write_text("no filter")
    assert filters.find("noir").category == "black-and-white"
    assert filters.find("user/noir").title == "Mine"
    assert filters.find("user/film").effects[0].kind == "lut"
    assert [look.name for look in filters.listed() if look.category == "user"] == ["user/film", "user/noir"]
    assert filters.broken() == ()


def test_a_changed_file_is_read_again(home):
    path = home / "mine.toml"
    path.write_text(LOOK)
    before = filters.find("user/mine")
    path.write_text(LOOK.replace("0.5", "0.625"))
    assert filters.find("user/mine").digest != before.digest


BROKEN = {
    "syntax.toml": ("# a look\ntitle = ", "bad-filter", ": line 2"),
    "cut.toml": ('title = \'x\'\nabout = """never', "bad-filter", ": line 2"),
    "empty.toml": ("", "bad-filter", ""),
    "none.toml": ('title = "x"\neffects = []', "bad-filter", ": line 2"),
    "extra.toml": ("# x\ncolour = 1\n" + LOOK, "bad-filter", ": line 2"),
    "title.toml": (LOOK.replace('"Mine"', "3"), "bad-filter", ": line 1"),
    "range.toml": (LOOK.replace("0.5", "5"), "bad-effect", ": line 6#/effects/0/amount"),
    "second.toml": (
        LOOK + '\n[[effects]]\nkind = "fade"\n\namount = -1 # no\n',
        "bad-effect",
        ": line 11#/effects/1/amount",
    ),
    "unknown.toml": (LOOK + "wobble = 1\n", "bad-effect", ": line 7#/effects/0/wobble"),
    "kindless.toml": (LOOK.replace('kind = "fade"\n', ""), "bad-effect", ": line 4#/effects/0/kind"),
    "kind.toml": (LOOK.replace("fade", "fode"), "unknown-effect", ": line 5#/effects/0"),
    "inline.toml": ('effects = [{kind = "fade", amount = 7}]', "bad-effect", "#/effects/0/amount"),
    "deep.toml": ("a = " + "[" * 100_000, "bad-filter", ""),
    "large.toml": ("#" * (1024 * 1024 + 1), "bad-filter", ""),
    "short.cube": ("LUT_1D_SIZE 2\n0 0 0\n0 x 0", "bad-cube", ": line 3"),
    "cut-off.cube": ("LUT_1D_SIZE 2\n0 0 0", "bad-cube", ": line 2"),
    "huge.cube": ("# x\nLUT_3D_SIZE 100000\n0 0 0", "bad-cube", ": line 2"),
    "word.cube": ("# x\nLUT_4D_SIZE 2\n0 0 0", "bad-cube", ": line 2"),
}


def test_broken_files_are_reported_and_break_nothing_else(home):
    for name, (text, _, _) in BROKEN.items():
        (home / name).write_text(text)
    (home / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (home / "folder.toml").mkdir()
    (home / "gone.toml").symlink_to(home / "nowhere")
    (home / "good.toml").write_text(LOOK)
    with (home / "endless.cube").open("wb") as file:
        file.truncate(1 << 40)  # a file of holes: it would fill any memory that read it
    assert [look.name for look in filters.listed() if look.category == "user"] == ["user/good"]
    found = {look.name: look.error for look in filters.broken()}
    for name, (_, code, place) in BROKEN.items():
        error = found[f"user/{Path(name).stem}"]
        assert (error.code, error.where) == (code, f"{home / name}{place}")
        assert error.hint
        with pytest.raises(ProjectError) as caught:
            filters.find(f"user/{Path(name).stem}")
        assert str(caught.value) == str(error)
    assert "96 MiB" in found["user/endless"].message
    assert {"user/binary", "user/folder", "user/gone"} <= found.keys()


def test_a_broken_file_is_named_beside_the_others(home):
    (home / "good.toml").write_text(LOOK)
    (home / "bad.cube").write_text(BROKEN["short.cube"][0])
    done = CliRunner().invoke(group, ["filters", "list"])
    assert done.exit_code == 0
    assert "user/good" in done.stdout
    assert f"user/bad cannot be used: {home / 'bad.cube'}: line 3" in done.stderr


def test_a_cube_with_a_shaper_is_two_effects(home):
    text = "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n1 1 1\n" + "0.5 0.5 0.5\n" * 8
    (home / "both.cube").write_text(text)
    assert [effect.kind for effect in filters.find("user/both").effects] == ["lut", "lut"]


def test_an_unknown_name_has_neighbours():
    with pytest.raises(ProjectError) as caught:
        filters.find("goldenhour")
    assert caught.value.code == "unknown-filter"
    assert "golden-hour" in caught.value.hint
    with pytest.raises(ProjectError):
        filters.find("../film/slide")
