"""The contract of every export target, and the rules that turn its facts into decisions."""

from __future__ import annotations

import pickle
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clipkit import targets
from clipkit.catalog.target import SizeLimits, Target
from clipkit.errors import PlanError, ProjectError
from clipkit.geometry import Size

NAMES = targets.names()
SOCIAL = tuple(name for name in NAMES if name != "source")
EVERY = pytest.mark.parametrize("name", NAMES)
EVERY_SOCIAL = pytest.mark.parametrize("name", SOCIAL)


def made(**facts: object) -> Target:
    base = {"name": "made", "title": "Made", "about": "For a test.", "source": "none", "dated": "2026-01-01"}
    return Target.model_validate({"containers": ["mp4"], "always_sound": True, **base, **facts})


def test_the_targets_that_are_promised_are_there():
    assert set(NAMES) >= {
        "tiktok",
        "tiktok-15",
        "reels",
        "stories",
        "shorts",
        "snapchat",
        "x",
        "whatsapp-status",
        "source",
    }
    assert list(NAMES) == sorted(NAMES)


@EVERY
def test_carries_its_name_its_source_and_a_date_that_has_been(name: str):
    target = targets.find(name)
    assert target.name == name
    assert len(target.source) > 10
    assert date(2024, 1, 1) <= target.dated <= date(2100, 1, 1)
    assert "\n" not in target.about
    assert target.about.endswith(".")


@EVERY
def test_is_read_once_and_pickles(name: str):
    target = targets.find(name)
    assert targets.find(name) is target
    assert pickle.loads(pickle.dumps(target)) == target
    assert Target.model_validate_json(target.model_dump_json()).name == name


@EVERY
def test_its_limits_agree_with_each_other(name: str):
    target = targets.find(name)
    for low, high in ((target.min_fps, target.max_fps), (target.min_seconds, target.max_seconds)):
        assert low is None or high is None or low <= high
    if target.size is not None:
        assert target.checked_size(target.size) == target.size
    assert target.checked_container(target.containers[0]) == target.containers[0]


@EVERY_SOCIAL
def test_a_platform_gets_a_full_portrait_canvas_with_sound_and_short_gops(name: str):
    target = targets.find(name)
    assert target.size == Size(1080, 1920)
    assert target.always_sound
    assert target.gop_seconds == 2
    assert target.containers[0] == "mp4"
    assert not {"webm", "gif"} & set(target.containers), "neither holds H.264 with AAC"
    assert target.max_seconds is not None
    assert target.max_bytes is not None
    for rate, most in ((Fraction(30), 12_000), (Fraction(60), 16_000)):
        ceiling = target.video_ceiling(rate)
        assert ceiling is not None
        assert ceiling <= most


@pytest.mark.parametrize("name", ["tiktok", "reels", "shorts", "snapchat", "x"])
def test_the_ceiling_is_the_house_one_where_bytes_allow(name: str):
    assert targets.find(name).video_ceiling(Fraction(30000, 1001)) == 12_000
    assert targets.find(name).video_ceiling(Fraction(60000, 1001)) == 16_000


@pytest.mark.parametrize("name", [name for name in SOCIAL if targets.find(name).max_seconds <= 60])
def test_a_short_target_fits_its_bytes_at_the_ceiling(name: str):
    """The encoder's buffer lets two seconds' worth through above the ceiling."""
    target = targets.find(name)
    for rate in (Fraction(30), Fraction(60)):
        if target.allows_rate(rate):
            ceiling = target.video_ceiling(rate)
            kilobits = target.max_seconds * (ceiling + target.audio_kbps) + 2 * ceiling
            assert kilobits * 1000 / 8 <= target.max_bytes


@EVERY_SOCIAL
def test_a_safe_zone_leaves_room_and_says_where_it_is_from(name: str):
    if zone := targets.find(name).safe_zone:
        assert zone.left + zone.right < 1080 / 2
        assert zone.top + zone.bottom < 1920 * 2 / 3
        assert zone.source


def test_the_source_target_keeps_everything():
    source = targets.find("source")
    assert source.size is None
    assert source.max_seconds is None
    assert not source.always_sound
    assert set(source.containers) == {"mp4", "mov", "webm", "gif"}
    assert source.video_ceiling(Fraction(30)) is None
    assert source.rate_for(Fraction(240)) == 240
    assert source.safe_zone is None


def test_edit_lists_are_off_where_the_platform_forbids_them():
    assert {name for name in NAMES if not targets.find(name).edit_list} == {"reels", "stories", "shorts"}


def test_only_the_classic_cuts():
    assert {name for name in NAMES if targets.find(name).too_long == "cut"} == {"tiktok-15"}
    assert targets.find("tiktok-15").max_seconds == 15


@pytest.mark.parametrize(("wrong", "meant"), [("tiktock", "tiktok"), ("reel", "reels"), ("zzz", "shorts")])
def test_an_unknown_target_is_answered_with_the_nearest(wrong: str, meant: str):
    with pytest.raises(ProjectError) as caught:
        targets.find(wrong)
    assert caught.value.code == "unknown-target"
    assert meant in caught.value.hint


def test_a_name_is_no_path():
    with pytest.raises(ProjectError):
        targets.find("../targets/tiktok")


@pytest.mark.parametrize(
    ("own", "written"),
    [
        (None, 30),
        (30, 30),
        (Fraction(30000, 1001), Fraction(30000, 1001)),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (60, 60),
        (240, 60),
        (120, 60),
        (90, 45),
        (61, 60),
        (12, 24),
        (10, 30),
        (1, 23),
    ],
)
def test_the_rate_is_the_sources_own_where_allowed(own: Fraction | None, written: Fraction):
    assert targets.find("tiktok").rate_for(None if own is None else Fraction(own)) == written


@EVERY
@given(own=st.fractions(min_value=Fraction(1, 10), max_value=1000, max_denominator=1001))
def test_any_rate_becomes_one_that_is_allowed(name: str, own: Fraction):
    target = targets.find(name)
    rate = target.rate_for(own)
    assert target.allows_rate(rate)
    if target.allows_rate(own):
        assert rate == own


@pytest.mark.parametrize("size", [Size(320, 640), Size(1080, 4098)])
def test_a_size_outside_is_refused_with_what_fits(size: Size):
    with pytest.raises(PlanError) as caught:
        targets.find("tiktok").checked_size(size)
    assert caught.value.code == "size-outside-target"
    assert "360 to 4096" in caught.value.hint


def test_a_shape_outside_is_refused_with_what_fits():
    with pytest.raises(PlanError, match="1080x720") as caught:
        targets.find("shorts").checked_size(Size(1080, 720))
    assert "width/height ≤ 1" in caught.value.hint


def test_limits_include_their_ends():
    limits = SizeLimits(min_width=100, max_width=200, min_aspect=Fraction(1, 2), max_aspect=Fraction(2))
    assert limits.allow(Size(100, 200))
    assert limits.allow(Size(200, 100))
    assert not limits.allow(Size(98, 100))
    assert not limits.allow(Size(202, 202))
    assert not limits.allow(Size(100, 202))


@pytest.mark.parametrize(("suffix", "container"), [(".mp4", "mp4"), ("MOV", "mov"), (".Mp4", "mp4")])
def test_a_suffix_names_a_container(suffix: str, container: str):
    assert targets.find("tiktok").checked_container(suffix) == container


@pytest.mark.parametrize("suffix", [".webm", ".avi", "", "."])
def test_a_container_outside_is_refused_with_what_fits(suffix: str):
    with pytest.raises(PlanError) as caught:
        targets.find("tiktok").checked_container(suffix)
    assert caught.value.code == "container-outside-target"
    assert "*.mp4 or *.mov" in caught.value.hint


def test_notes_are_said_of_the_lengths_they_concern():
    reels = targets.find("reels")
    assert reels.notes_for(Fraction(180)) == ()
    assert len(reels.notes_for(Fraction(181))) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"min_fps": 60, "max_fps": 30},
        {"min_seconds": 60, "max_seconds": 30},
        {"size": "1081x1920"},
        {"size": "1080x1920", "size_limits": {"max_width": 720}},
        {"containers": []},
        {"containers": ["avi"]},
        {"containers": ["mp4", "mp4"]},
        {"name": "Not A Slug"},
        {"source": ""},
        {"colour": "unheard of"},
        {"safe_zone": {"left": 1, "top": 1, "right": 1, "bottom": 1}},
    ],
    ids=str,
)
def test_data_that_contradicts_itself_is_no_target(facts: dict[str, object]):
    assert made()
    with pytest.raises((ValidationError, ProjectError)):
        made(**facts)
