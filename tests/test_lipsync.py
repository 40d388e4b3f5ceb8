"""Takes with their clean songs, end to end: what is written is decoded and compared with what it should hold."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clipkit as ck
import takes
from clipkit.api import sync
from clipkit.cli._run import run
from clipkit.errors import MediaError, ProjectError
from clipkit.project.model import Composition
from clipkit.sound.compose import compose
from measure import frame_codes
from takes import RATE, Damage, Mono

NOISY = Damage(direct_db=0.0, noise_db=0.0, gain_steps=2, phone_band=True)


@pytest.fixture(scope="module")
def song() -> Mono:
    return 0.5 * np.asarray(compose("pop", 30, seed=1).samples, np.float64).mean(axis=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, song: Mono) -> Path:
    folder = tmp_path_factory.mktemp("lipsync")
    takes.write(folder / "song.flac", song, encoder="flac")
    return folder


def filmed(folder: Path, song: Mono, start: float, seconds: float, name: str = "take", **damage: float) -> Path:
    rng = np.random.default_rng(len(name))  # each take has a noise of its own, or they would meet in that
    words = {**NOISY.__dict__, **damage}
    sound = takes.taken(song, start, seconds, Damage(**words), rng, np.zeros(RATE))
    return takes.filmed(folder / f"{name}.mp4", sound)


def strays(clip: ck.Clip | Path, song: Mono, start: float, drift_ppm: float, times: tuple[float, ...]) -> list[float]:
    """By how many milliseconds the song that is heard at some times comes later than it should."""
    sound = takes.read(clip) if isinstance(clip, Path) else clip.samples().mean(axis=1).astype(np.float64)
    return [1e3 * takes.lag(sound, song, t, start + t * (1 + drift_ppm * 1e-6), 0.8) for t in times]


# ---- lip-sync ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "drift"), [(3.2, 150), (14.05, -150), (0.0, 20)])
def test_the_clean_song_is_in_time(folder: Path, song: Mono, tmp_path: Path, start: float, drift: float) -> None:
    """In the file that is written, against the picture, from start to end: a millisecond, and every frame in place."""
    take = filmed(folder, song, start, 12, drift_ppm=drift)
    clip, found = sync.lipsync(ck.open(take), folder / "song.flac")
    assert found.offset == pytest.approx(start, abs=0.001)
    clip.export(tmp_path / "synced.mp4")
    assert max(map(abs, strays(tmp_path / "synced.mp4", song, start, drift, (0.1, 3, 6, 11.1)))) < 1
    assert frame_codes(tmp_path / "synced.mp4") == list(range(360))


def test_the_oracle_sees_what_is_off(folder: Path, song: Mono) -> None:
    """Left as a take of 150 ppm would be without its drift, the end is late by more than a millisecond."""
    clip, _ = sync.lipsync(ck.open(filmed(folder, song, 3.2, 12, drift_ppm=150)), folder / "song.flac")
    assert abs(strays(clip, song, 3.2, 0, (11.1,))[0]) > 1.4
    assert strays(clip, song, 3.205, 150, (3.0,))[0] == pytest.approx(5, abs=0.5)


def test_a_take_that_begins_before_its_song(folder: Path, song: Mono) -> None:
    clip, found = sync.lipsync(ck.open(filmed(folder, song, -2.5, 12)), folder / "song.flac")
    assert found.offset == pytest.approx(-2.5, abs=0.001)
    assert not clip.samples()[: 2 * RATE].any()
    assert max(map(abs, strays(clip, song, -2.5, 0, (3, 11)))) < 1


def test_a_take_that_goes_on_after_its_song(folder: Path, song: Mono) -> None:
    clip, _ = sync.lipsync(ck.open(filmed(folder, song, 22, 12)), folder / "song.flac")
    assert max(map(abs, strays(clip, song, 22, 0, (0.1, 7)))) < 1
    assert not clip.samples()[9 * RATE :].any()


def test_own_sound_is_replaced_or_kept(folder: Path, song: Mono) -> None:
    take = ck.open(filmed(folder, song, 4, 8, noise_db=None, phone_band=False, gain_steps=0))
    alone, _ = sync.lipsync(take, folder / "song.flac")
    assert np.abs(alone.samples().mean(axis=1) - song[4 * RATE : 12 * RATE]).max() < 0.01
    under, _ = sync.lipsync(take, folder / "song.flac", keep_own_db=-20, gain_db=-6)
    rest = under.samples() - alone.samples() * np.float32(10 ** (-6 / 20))
    expected = take.samples() * np.float32(0.1)
    assert np.abs(rest - expected).max() < 0.002


@pytest.mark.parametrize("speed", [2, Fraction(1, 2)])
def test_a_song_that_played_fast_or_slow(folder: Path, song: Mono, speed: Fraction) -> None:
    """The take is slowed down or sped up by as much; frame n of the take shows where its moment of the song sounds."""
    seconds = 7 if speed > 1 else 16
    take = filmed(folder, song, 5, seconds, drift_ppm=float(speed - 1) * 1e6)
    clip, found = sync.lipsync(ck.open(take), folder / "song.flac", played_at=speed)
    assert clip.duration == seconds * speed
    assert found.offset == pytest.approx(5, abs=0.001)
    assert max(map(abs, strays(clip, song, 5, 0, (0.1, 3, float(clip.duration) - 1.2)))) < 1


def test_a_speed_that_is_wrong_is_refused(folder: Path, song: Mono) -> None:
    take = ck.open(filmed(folder, song, 5, 8, drift_ppm=1e6))
    with pytest.raises(MediaError) as caught:
        sync.lipsync(take, folder / "song.flac")
    assert caught.value.code == "no-match"
    assert "speed" in caught.value.hint
    with pytest.raises(ProjectError):
        sync.lipsync(take, folder / "song.flac", played_at=0)


def test_a_trimmed_take(folder: Path, song: Mono) -> None:
    """Times are those of the input as it stands."""
    clip, found = sync.lipsync(ck.open(filmed(folder, song, 3, 12)).trim(2, 10), folder / "song.flac")
    assert found.offset == pytest.approx(5, abs=0.001)
    assert max(map(abs, strays(clip, song, 5, 0, (0.1, 6)))) < 1


def test_a_song_whose_sound_begins_late(folder: Path, song: Mono, tmp_path: Path) -> None:
    """Another clip as the track, whose sound starts half a second after its picture."""
    late = takes.filmed(tmp_path / "late.mp4", song[: 16 * RATE], late=0.5)
    clip, found = sync.lipsync(ck.open(filmed(folder, song, 3, 8)), late)
    assert found.offset == pytest.approx(3.5, abs=0.001)
    assert max(map(abs, strays(clip, song, 3, 0, (0.1, 6)))) < 1


def test_the_edit_is_an_ordinary_one(folder: Path, song: Mono, tmp_path: Path) -> None:
    """It is stored with the project; the song is looked for once, not at each render."""
    clip, _ = sync.lipsync(ck.open(filmed(folder, song, 3.2, 12, drift_ppm=150)), folder / "song.flac")
    clip.save(tmp_path / "take.clipkit")
    stored = json.loads((tmp_path / "take.clipkit").read_text())["root"]["edits"][0]
    assert stored["kind"] == "music"
    assert Fraction(stored["rate"]) == pytest.approx(1.00015, abs=5e-6)
    assert np.array_equal(ck.load(tmp_path / "take.clipkit").samples(), clip.samples())


# ---- two cameras, duets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [4, -3])
def test_a_camera_on_the_time_of_another(folder: Path, song: Mono, tmp_path: Path, ahead: int) -> None:
    """Each frame of the result shows what B saw at that moment of A; before B began, its first one."""
    a = filmed(folder, song, 5, 12, "first", direct_db=6.0)
    b = filmed(folder, song, 5 - ahead, 12, "b", direct_db=3.0, noise_db=6.0)
    clip, found = sync.synced(a, b)
    assert found.offset == pytest.approx(ahead, abs=0.001)
    clip.export(tmp_path / "b.mp4")
    shown = [min(max(n + 30 * ahead, 0), 359) for n in range(360 - max(30 * ahead, 0))]
    assert frame_codes(tmp_path / "b.mp4") == shown
    with_a, _ = sync.synced(a, b, sound_of_a=True)
    count = len(with_a.samples())
    assert np.abs(with_a.samples() - ck.open(a).samples()[:count]).max() < 0.001


def test_duet_and_react_align(folder: Path, song: Mono) -> None:
    mine, other = filmed(folder, song, 6, 10, "mine"), filmed(folder, song, 2, 16, "other")
    for clip in (ck.duet(mine, other, align=True), ck.react(mine, other, align=True)):
        source = clip.project.root.source
        assert isinstance(source, Composition)
        assert source.inputs[1].start == pytest.approx(Fraction(-4), abs=0.001)
    with pytest.raises(ProjectError) as caught:
        ck.duet(mine, other, align=True, offset=1)
    assert caught.value.code == "align-and-offset"


# ---- the commands --------------------------------------------------------------------------------------------------


def test_the_command(
    folder: Path, song: Mono, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    take = filmed(folder, song, 3.2, 10)
    words = ["lipsync", str(take), str(folder / "song.flac"), "--plot", "evidence.png", "-o", "out.mp4"]
    assert run(words) == 0
    assert "offset +3200." in capsys.readouterr().err
    assert Image.open("evidence.png").size == (1600, 760)
    assert max(map(abs, strays(Path("out.mp4"), song, 3.2, 0, (0.1, 8.5)))) < 1
    assert run([*words, "--force", "--json", "--keep-own", "-18"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["frames"] == 300
    assert told["alignment"]["offset"] == pytest.approx(3.2, abs=0.001)
    assert told["alignment"]["confidence"] > 0.9


def test_the_command_refuses(
    folder: Path, song: Mono, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is unsure writes nothing and says by how much; exit code 3 is that of wrong media."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(2)
    other = takes.filmed(tmp_path / "other.mp4", rng.normal(0, 0.1, 8 * RATE))
    words = ["lipsync", str(other), str(folder / "song.flac"), "-o", "out.mp4"]
    assert run([*words, "--plot", "evidence.png", "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["code"] == "no-match"
    assert "confidence 0.0" in told["message"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.mp4"]
    assert run([*words, "--plot", "evidence.txt"]) == 2
    assert run(["lipsync", str(other), "nowhere.mp3", "-o", "out.mp4"]) == 3


def test_sync_tells_or_writes(
    folder: Path, song: Mono, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    a, b = filmed(folder, song, 6, 10, "one"), filmed(folder, song, 4.5, 10, "second")
    assert run(["sync", str(a), str(b)]) == 0
    assert capsys.readouterr().out.startswith("offset +1500.")
    assert run(["sync", str(a), str(b), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["alignment"]["offset"] == pytest.approx(1.5, abs=0.001)
    assert not list(tmp_path.iterdir())
    assert run(["sync", str(a), str(b), "-o", "b.mp4", "--sound-of-a", "--quiet"]) == 0
    assert frame_codes(tmp_path / "b.mp4") == list(range(45, 300))
    assert run(["sync", str(a), str(b), "--sound-of-a"]) == 2
