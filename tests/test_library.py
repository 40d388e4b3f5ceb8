"""The music library: what comes in, what is said of it, how it is named, and what becomes of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

import clipkit as ck
from bands import RATE, song
from clipkit import folders
from clipkit.api import library
from clipkit.cli._run import run
from clipkit.engine.listening import heard
from clipkit.engine.soundfile import write_sound
from clipkit.errors import MediaError, ProjectError, StoreError
from clipkit.library import tracks
from clipkit.project.sound_edits import Mix, Music
from media import Shelf

GENRES = ("ambient", "drum-and-bass", "hip-hop", "house", "latin", "lo-fi", "pop", "rock")
SUFFIXES = (".mp3", ".m4a", ".ogg", ".opus", ".flac", ".wav")


@pytest.fixture(scope="module")
def made() -> np.ndarray:
    """Twenty seconds of a song, (n, 2)."""
    return np.repeat(song("rock", 120, 5, seconds=18).sound[: 20 * RATE, None], 2, axis=1)


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory, made: np.ndarray) -> Path:
    path = tmp_path_factory.mktemp("music") / "Über Alle Berge.wav"
    write_sound(path, made, {"title": "Über alle Berge", "artist": "Band", "genre": "Rock & Roll"})
    return path


def code_of(call: object, *words: object, **more: object) -> str:
    with pytest.raises((MediaError, ProjectError, StoreError)) as caught:
        call(*words, **more)  # type: ignore[operator]
    assert caught.value.hint
    return caught.value.code


# ---- what comes with clipkit ---------------------------------------------------------------------------------


def test_the_shipped_songs_are_there_with_their_exact_grids():
    shipped = ck.tracks()
    assert tuple(track.genre for track in shipped) == GENRES
    for track in shipped:
        side = json.loads(Path(track.path).with_suffix(".json").read_text(encoding="utf-8"))
        assert (track.bpm, list(track.beats), list(track.bars)) == (side["bpm"], side["beats"], side["bars"])
        assert track.licence == "CC0-1.0"
        assert track.seconds == side["duration"]
        assert [part.label for part in track.sections] == [part["name"] for part in side["sections"]]


@pytest.mark.parametrize("name", ["pop", "ambient"])
def test_what_the_side_file_says_of_loudness_is_what_the_file_has(name: str):
    track = library.track(name)
    loudness = heard(track.path).loudness
    assert track.lufs == pytest.approx(loudness.lufs, abs=0.1)
    assert track.true_peak == pytest.approx(loudness.true_peak, abs=0.1)
    assert len(track.waveform) == pytest.approx(10 * track.seconds, abs=2)


# ---- adding --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_file_comes_in_measured(suffix: str, tmp_path: Path, made: np.ndarray):
    path = tmp_path / f"tune{suffix}"
    write_sound(path, made, {"title": "A Tune", "artist": "Somebody", "genre": "Hip Hop"})
    (track,) = ck.add_tracks(path).tracks
    assert (track.name, track.title, track.artist, track.genre) == ("tune", "A Tune", "Somebody", "hip-hop")
    assert track.seconds == pytest.approx(20, abs=0.1)
    assert track.bpm == pytest.approx(120, rel=0.005)
    assert track.lufs == pytest.approx(heard(str(path)).loudness.lufs, abs=0.01)
    assert 0 <= track.best <= 5.1
    assert len(track.waveform) == pytest.approx(200, abs=2)
    assert Path(track.path).read_bytes() == path.read_bytes()
    assert tracks.find("tune") == track


def test_the_copy_stays_when_the_original_goes(wav: Path, tmp_path: Path):
    path = Path(shutil.copy(wav, tmp_path))
    (track,) = ck.add_tracks(path).tracks
    path.unlink()
    assert track.name == "über-alle-berge"
    assert heard(tracks.chosen("library:über-alle-berge").path).seconds == pytest.approx(20, abs=0.02)


def test_the_same_song_comes_in_once_and_another_gets_another_name(wav: Path, tmp_path: Path, made: np.ndarray):
    first = ck.add_tracks(wav).tracks
    assert ck.add_tracks(shutil.copy(wav, tmp_path / "again.wav")).tracks == first
    other = tmp_path / wav.name
    write_sound(other, made * 0.5, {})
    (second,) = ck.add_tracks(other).tracks
    assert second.name == "über-alle-berge-2"
    assert second.lufs == pytest.approx((first[0].lufs or 0) - 6.02, abs=0.05)
    assert second.title == wav.stem


def test_a_user_s_song_never_takes_the_name_of_a_shipped_one(wav: Path, tmp_path: Path):
    (track,) = ck.add_tracks(shutil.copy(wav, tmp_path / "pop.wav")).tracks
    assert track.name == "pop-2"
    assert tracks.find("pop").shipped


def test_a_genre_that_is_given_takes_the_place_of_the_old_one(wav: Path):
    assert ck.add_tracks(wav).tracks[0].genre == "rock-roll"
    assert ck.add_tracks(wav, genre="Schlager").tracks[0].genre == "schlager"
    assert [track.genre for track in ck.tracks() if not track.shipped] == ["schlager"]


def test_a_composed_song_keeps_the_grid_beside_it(tmp_path: Path):
    composed = ck.compose("latin", seconds=6, seed=3)
    composed.save(tmp_path / "fiesta.flac")
    (track,) = ck.add_tracks(tmp_path / "fiesta.flac").tracks
    assert track.beats == tuple(round(float(beat), 9) for beat in composed.beat_times)
    assert (track.genre, track.licence, track.title) == ("latin", "CC0-1.0", composed.title)


def test_a_bad_file_in_a_folder_is_named_and_stops_nothing(wav: Path, tmp_path: Path, shelf: Shelf):
    inner = tmp_path / "album"
    inner.mkdir()
    shutil.copy(wav, inner / "good.wav")
    (tmp_path / "notes.mp3").write_text("la la la")
    (tmp_path / "empty.flac").touch()
    (tmp_path / "cover.jpg").write_bytes(b"no music, and nobody says so")
    added = ck.add_tracks(tmp_path)
    assert [track.name for track in added.tracks] == ["good"]
    assert {(Path(error.where).name, error.code) for error in added.failed} == {
        ("notes.mp3", "not-media"),
        ("empty.flac", "empty-file"),
    }


def test_what_is_no_music_is_refused(tmp_path: Path, shelf: Shelf):
    text = tmp_path / "words.mp3"
    text.write_text("la la la")
    nothing = tmp_path / "nothing.wav"
    with wave.open(str(nothing), "wb") as empty:
        empty.setnchannels(2)
        empty.setsampwidth(2)
        empty.setframerate(RATE)
    (tmp_path / "empty").mkdir()
    assert code_of(ck.add_tracks, text) == "not-media"
    assert code_of(ck.add_tracks, nothing) in ("undecodable", "no-sound", "not-media")
    assert code_of(ck.add_tracks, shelf.clip(sound="none")) == "no-sound"
    assert code_of(ck.add_tracks, tmp_path / "empty") == "no-music"
    assert code_of(ck.add_tracks, tmp_path / "gone.mp3") == "file-not-found"
    assert not folders.data().exists() or not list(folders.data().rglob("*.json"))


@pytest.mark.parametrize(("rate", "layout"), [(8000, "mono"), (192_000, "stereo"), (48_000, "5.1")])
def test_odd_rates_and_channels_come_in(rate: int, layout: str, tmp_path: Path, made: np.ndarray):
    path = tmp_path / "odd.wav"
    place = np.arange(int(len(made) * rate / RATE)) * RATE / rate
    mono = np.interp(place, np.arange(len(made)), made[:, 0]).astype(np.float32)
    channels = av.AudioLayout(layout).nb_channels
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=rate, layout=layout)
        for start in range(0, len(mono), rate):
            block = np.repeat(mono[start : start + rate, None], channels, axis=1) / channels
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout=layout)
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    (track,) = ck.add_tracks(path).tracks
    assert track.bpm == pytest.approx(120, rel=0.005)
    assert track.seconds == pytest.approx(20, abs=0.02)


def test_a_damaged_mp3_comes_in_and_the_rest_of_its_beats_are_found(tmp_path: Path, made: np.ndarray):
    path = tmp_path / "torn.mp3"
    write_sound(path, made, {})
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    path.write_bytes(data)
    (track,) = ck.add_tracks(path).tracks
    assert track.bpm == pytest.approx(120, rel=0.01)


def test_tags_are_one_line_each_and_steer_no_terminal(tmp_path: Path, made: np.ndarray):
    path = tmp_path / "loud.flac"
    write_sound(path, made[:RATE], {"title": "Two\nlines \x1b[31m", "artist": "x" * 5000})
    (track,) = ck.add_tracks(path).tracks
    assert track.title == "Two lines [31m"
    assert len(track.artist) == 200


# ---- names ---------------------------------------------------------------------------------------------------


def test_a_track_is_a_file_a_name_or_a_genre(wav: Path, shelf: Shelf):
    (own,) = ck.add_tracks(wav, genre="rock").tracks
    clip = ck.open(shelf.clip())
    pop = tracks.find("pop").path

    def laid(track: str, seed: int = 0) -> str:
        edit = clip.music(track, seed=seed).project.root.edits[-1]
        assert isinstance(edit, Music)
        return edit.track

    assert laid("library:pop") == laid("genre:pop") == laid("genre:Pop", 5) == pop
    assert laid(str(wav)) == str(wav)
    assert laid("library:über-alle-berge") == own.path
    picked = [laid("genre:rock", seed) for seed in range(20)]
    assert picked == [laid("genre:rock", seed) for seed in range(20)]
    assert set(picked) == {own.path, tracks.find("rock").path}


def test_unknown_names_are_told_with_the_nearest_and_unknown_genres_with_all(shelf: Shelf):
    clip = ck.open(shelf.clip())
    with pytest.raises(ProjectError, match="no track named 'lofi'") as caught:
        clip.music("library:lofi")
    assert (caught.value.code, "lo-fi" in caught.value.hint) == ("unknown-track", True)
    with pytest.raises(ProjectError) as caught:
        clip.music("genre:polka")
    assert caught.value.code == "unknown-genre"
    assert all(genre in caught.value.hint for genre in GENRES)
    assert code_of(ck.tracks, "polka") == "unknown-genre"
    assert code_of(clip.music, "library:../../etc/passwd") == "unknown-track"


def test_a_copy_that_is_gone_is_told_where_it_is_wanted(wav: Path, shelf: Shelf):
    (own,) = ck.add_tracks(wav).tracks
    Path(own.path).unlink()
    assert code_of(ck.open(shelf.clip()).music, f"library:{own.name}") == "file-not-found"


def test_recipes_and_commands_take_names_too(shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    clip = str(shelf.clip())
    filled = ck.recipe({"music": "genre:{look}", "music-seed": 3}).fill({"input": clip, "look": "lo-fi"})
    edit = filled.project.root.edits[-1]
    assert isinstance(edit, Music)
    assert edit.track == tracks.find("lo-fi").path
    with pytest.raises(ProjectError) as caught:
        ck.recipe({"music": "genre:polka"})
    assert (caught.value.code, caught.value.where) == ("unknown-genre", "recipe#/music")
    for words in (["music", clip, "genre:house"], ["make", clip, "--music", "genre:house", "--music-seed", "4"]):
        out = tmp_path / f"{words[0]}.clipkit"
        assert run([*words, "-o", str(out)]) == 0
        assert "house" in capsys.readouterr().err
        assert Path(ck.load(out).project.root.edits[-1].track).samefile(tracks.find("house").path)  # type: ignore[union-attr]
    out = tmp_path / "mix.clipkit"
    assert run(["mix", clip, "genre:house,gain=-12,loop,seed=3", "library:pop,at=1", "-o", str(out)]) == 0
    mixed = ck.load(out).project.root.edits[-1]
    assert isinstance(mixed, Mix)
    assert [Path(track.track).stem for track in mixed.tracks] == ["house", "pop"]
    assert run(["make", clip, "--music-seed", "4", "-o", str(tmp_path / "x.clipkit")]) == 2
    assert run(["music", clip, "genre:polka"]) == 2
    assert "ambient" in capsys.readouterr().err


# ---- removing, and two at a time -----------------------------------------------------------------------------


def test_what_is_removed_is_gone_with_its_copy(wav: Path):
    (own,) = ck.add_tracks(wav).tracks
    ck.remove_track(own.name)
    assert not Path(own.path).exists()
    assert code_of(ck.remove_track, own.name) == "unknown-track"
    assert code_of(ck.remove_track, "pop") == "shipped-track"
    assert wav.exists()


def test_a_track_that_a_draft_plays_is_not_removed_by_accident(wav: Path, shelf: Shelf):
    (own,) = ck.add_tracks(wav).tracks
    assert run(["music", str(shelf.clip()), f"library:{own.name}", "-o", "draft:holiday", "--quiet"]) == 0
    assert code_of(ck.remove_track, own.name) == "track-in-use"
    ck.remove_track(own.name, force=True)
    assert not Path(own.path).exists()


def test_an_entry_that_is_broken_is_told_and_can_be_removed(wav: Path, capsys: pytest.CaptureFixture[str]):
    (own,) = ck.add_tracks(wav).tracks
    tracks.entry(own.name).write_text("{", encoding="utf-8")
    assert len(ck.tracks()) == len(GENRES)
    assert run(["tracks", "list"]) == 0
    assert "cannot be read" in capsys.readouterr().err
    assert code_of(ck.remove_track, own.name) == "corrupt-entry"
    assert not tracks.entry(own.name).exists()


def test_two_that_add_at_once_lose_nothing(tmp_path: Path, made: np.ndarray):
    """Ten songs of one name, by four threads: each gets a name and an entry of its own."""
    files = []
    for number in range(10):
        files.append(tmp_path / str(number) / "tune.wav")
        files[-1].parent.mkdir()
        write_sound(files[-1], made[number * 100 : number * 100 + RATE], {})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ck.add_tracks, files))
    own = [track for track in ck.tracks() if not track.shipped]
    assert sorted(track.name for track in own) == sorted(["tune", *(f"tune-{n}" for n in range(2, 11))])
    assert len({track.path for track in own}) == 10


# ---- the commands --------------------------------------------------------------------------------------------


def test_the_commands_say_it_all_as_json(wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["tracks", "add", str(wav), "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert [track["name"] for track in added["added"]] == ["über-alle-berge"]
    assert run(["tracks", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(GENRES) + 1
    assert {"name", "title", "genre", "seconds", "bpm", "lufs", "licence"} <= rows[0].keys()
    plot = tmp_path / "plot.png"
    assert run(["tracks", "show", "über-alle-berge", "--plot", str(plot), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["beats"][1] > 0
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert run(["tracks", "show", "über-alle-berge", "--plot", str(plot)]) == 5
    assert run(["tracks", "remove", "über-alle-berge"]) == 0
    assert run(["tracks", "add", str(tmp_path / "nothing.mp3")]) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_listing_loads_nothing_heavy():
    code = "import sys; from clipkit.library.tracks import listed; listed(); print({'av', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
