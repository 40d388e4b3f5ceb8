"""Every shipped look, and what happens to the files users drop in."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from clipkit import folders
from clipkit.colour.light import to_linear
from clipkit.colour.table import chain, mix
from clipkit.errors import ProjectError
from clipkit.library import filters

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


def colours() -> np.ndarray:
    """A cube of colours, greys, and skin of ten tones (the Monk Skin Tone Scale, Google 2022)."""
    axis = np.linspace(0.1, 0.9, 5)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
    greys = np.linspace(0, 1, 21)[:, None].repeat(3, axis=1)
    return np.concatenate((grid, greys, skin()))


def skin() -> np.ndarray:
    tones = ["f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420"]
    return np.array([list(bytes.fromhex(tone)) for tone in tones]) / 255


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65, from sRGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_linear(np.clip(rgb, 0, 1)) @ to_xyz.T / to_xyz.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack((116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])), axis=-1)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """The mean CIE76 difference; 2.3 is just noticeable."""
    return float(np.linalg.norm(lab(a) - lab(b), axis=-1).mean())


def look_of(entry: filters.Filter):
    return chain([effect.apply for effect in entry.effects])


def test_there_are_looks_for_every_occasion():
    names = {look.name for look in SHIPPED}
    assert len(names) == len(SHIPPED) == len(list(folders.shipped("filters").glob("*/*.toml"))) >= 18
    assert {"golden-hour", "noir", "teal-orange"} <= names
    wanted = {"portrait", "landscape", "food", "vibe", "film", "black-and-white", "night", "seasonal"}
    assert {look.category for look in SHIPPED} == wanted
    assert [(look.category, look.name) for look in SHIPPED] == sorted((look.category, look.name) for look in SHIPPED)


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
class TestEvery:
    def test_says_what_it_is_for(self, entry):
        assert entry.title
        assert 20 <= len(entry.about) <= 100
        assert not entry.about.endswith(".")
        assert len(entry.digest) == 16

    def test_changes_the_picture_but_not_at_no_strength(self, entry):
        rgb = colours()
        assert difference(look_of(entry)(rgb), rgb) > 2
        np.testing.assert_array_equal(mix([look_of(entry)], 0.0)(rgb), rgb)

    def test_keeps_greys_apart(self, entry):
        """Nothing is crushed or burnt: of the ramp from black to white hardly a step is lost."""
        ramp = np.linspace(0, 1, 41)[:, None].repeat(3, axis=1)
        light = lab(look_of(entry)(ramp))[:, 0]
        assert (np.diff(light) > 0.1).sum() >= 38
        assert light[-1] - light[0] > 50

    def test_keeps_skin_in_order(self, entry):
        """Lighter skin stays lighter, and none comes out black or white."""
        before, after = lab(skin())[:, 0], lab(look_of(entry)(skin()))[:, 0]
        assert np.corrcoef(before, after)[0, 1] > 0.97
        assert after.min() > 2
        assert after.max() < 99.5


def test_all_look_different():
    rgb = colours()
    drawn = {look.name: look_of(look)(rgb) for look in SHIPPED}
    close = [
        (a, b, round(difference(drawn[a], drawn[b]), 2))
        for a, b in itertools.combinations(drawn, 2)
        if difference(drawn[a], drawn[b]) <= 2
    ]
    assert close == []


def test_the_comparer_can_fail():
    rgb = colours()
    assert difference(rgb, rgb) == 0
    assert difference(rgb, rgb + 0.005) < 2
    assert difference(rgb, 1 - rgb) > 20


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
    "syntax.toml": ("title = ", "bad-filter", ""),
    "empty.toml": ("", "bad-filter", ""),
    "none.toml": ("effects = []", "bad-filter", ""),
    "extra.toml": ("colour = 1\n" + LOOK, "bad-filter", ""),
    "title.toml": (LOOK.replace('"Mine"', "3"), "bad-filter", ""),
    "range.toml": (LOOK.replace("0.5", "5"), "bad-effect", "#/effects/0/amount"),
    "kind.toml": (LOOK.replace("fade", "fode"), "unknown-effect", "#/effects/0"),
    "deep.toml": ("a = " + "[" * 100_000, "bad-filter", ""),
    "large.toml": ("#" * (1024 * 1024 + 1), "bad-filter", ""),
    "short.cube": ("LUT_1D_SIZE 2\n0 0 0\n0 x 0", "bad-cube", ": line 3"),
    "large.cube": (" " * (8 * 1024 * 1024 + 1), "bad-filter", ""),
}


def test_broken_files_are_reported_and_break_nothing_else(home):
    for name, (text, _, _) in BROKEN.items():
        (home / name).write_text(text)
    (home / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (home / "folder.toml").mkdir()
    (home / "gone.toml").symlink_to(home / "nowhere")
    (home / "good.toml").write_text(LOOK)
    assert [look.name for look in filters.listed() if look.category == "user"] == ["user/good"]
    found = {look.name: look.error for look in filters.broken()}
    for name, (_, code, place) in BROKEN.items():
        if name != "large.cube":  # the .toml of the same name comes first
            error = found[f"user/{Path(name).stem}"]
            assert (error.code, error.where) == (code, f"{home / name}{place}")
            assert error.hint
    assert {"user/binary", "user/folder", "user/gone"} <= found.keys()


def test_a_large_cube_is_refused(home):
    (home / "large.cube").write_text(BROKEN["large.cube"][0])
    with pytest.raises(ProjectError, match="8 MiB"):
        filters.find("user/large")


def test_an_unknown_name_has_neighbours():
    with pytest.raises(ProjectError) as caught:
        filters.find("goldenhour")
    assert caught.value.code == "unknown-filter"
    assert "golden-hour" in caught.value.hint
    with pytest.raises(ProjectError):
        filters.find("../film/slide")
