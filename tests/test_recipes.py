"""Recipes and rows: what they mean, and what is told of those that are wrong."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import click
import pytest

import clipkit as ck
from clipkit.batch import holes
from clipkit.batch.rows import expanded
from clipkit.batch.verbs import KEYS
from clipkit.cli._group import group
from clipkit.cli._operation import OutputOption
from clipkit.project import document
from clipkit.project.model import Composition, Media
from clipkit.project.picture_edits import Filter
from clipkit.project.sound_edits import Music
from clipkit.project.time_edits import Speed, Trim
from media import Shelf


@pytest.fixture
def take(shelf: Shelf, tmp_path: Path) -> Path:
    return shelf.copy(shelf.clip(seconds=1, size=(96, 160)), tmp_path / "take.mp4")


def recipe_file(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    return path


# ---- holes ---------------------------------------------------------------------------------------------------------


def test_holes_are_filled_and_other_braces_stay():
    row = {"a": "x", "n": 1.5, "b-c": True}
    value = ["{a}-{n}", {"k": "{n}"}, "{{a}}", "{}", "{a b}", 3, "{b-c}"]
    assert holes.filled(value, row, "") == ["x-1.5", {"k": 1.5}, "{a}", "{}", "{a b}", 3, True]
    assert holes.named(value) == {"a", "n", "b-c"}


def test_what_fills_a_hole_is_not_filled_again():
    assert holes.filled("{a}{b}", {"a": "{b}", "b": "!"}, "") == "{b}!"


def test_an_empty_hole_is_told_with_its_place_and_what_is_there(take: Path):
    recipe = ck.recipe({"filter": ["noir", "{look}"]})
    with pytest.raises(ck.ProjectError) as told:
        recipe.fill({"input": str(take), "looks": "noir"})
    assert (told.value.code, told.value.where) == ("empty-hole", "recipe#/filter/1")
    assert told.value.hint == "there are index, input, looks, stem"


# ---- recipes -------------------------------------------------------------------------------------------------------


def test_the_keys_are_the_options_of_make():
    command = group.get_command(click.Context(group), "make")
    assert command is not None
    own = {
        option.removeprefix("--")
        for param in command.params
        if isinstance(param, click.Option) and not isinstance(param, OutputOption)
        for option in param.opts
    }
    assert set(KEYS) == own | {"target", "size", "fps", "fit", "quality", "keep-hdr", "keep-metadata", "normalise"}


def test_a_recipe_does_what_make_does(take: Path, tmp_path: Path):
    path = recipe_file(
        tmp_path,
        """
        start = 0.25
        length = "{length}"
        speed = "{speed}"
        pitch = "follow"
        filter = ["noir=0.5", "{look}"]
        music = "songs/{song}.mp3"
        music-gain = -8
        music-loop = false
        fps = 29.97
        size = "96x160"
        """,
    )
    clip = ck.recipe(path).fill(
        {"input": str(take), "length": 0.5, "speed": "1.5x", "look": "golden-hour", "song": "one"}
    )
    trim, speed, noir, golden, music = clip.project.root.edits
    assert trim == Trim(start=Fraction(1, 4), end=Fraction(3, 4))
    assert speed == Speed(factor=Fraction(3, 2), pitch="follow")
    assert isinstance(noir, Filter)
    assert isinstance(golden, Filter)
    assert (noir.name, noir.strength, golden.name, golden.strength) == ("noir", 0.5, "golden-hour", 1.0)
    assert isinstance(music, Music)
    assert (music.track, music.gain_db, music.loop) == (str(tmp_path / "songs" / "one.mp3"), -8, False)
    output = clip.project.output
    assert (output.fps, output.width, output.target) == (Fraction(30000, 1001), 96, "tiktok")


def test_the_first_fifteen_seconds_are_the_default_as_for_make(take: Path):
    assert ck.recipe({}).fill({"input": str(take)}) == ck.open(take).trim(0, length=15).with_output(target="tiktok")
    assert ck.recipe({"end": 20}).fill({"input": str(take)}).project.root.edits == (Trim(end=Fraction(20)),)


def test_layouts(take: Path):
    row = {"input": str(take)}
    react = {"react": str(take), "react-at": "0.5,0.25", "react-border": "8,#ff8800", "react-move": ["0:0.7,0.1"]}
    clip = ck.recipe({**react, "gain-other": -6, "offset": -1, "length-from": "other"}).fill(row)
    source = clip.project.root.source
    assert isinstance(source, Composition)
    values = source.layout.model_dump()
    assert (values["at"], values["border"], values["colour"]) == ((0.5, 0.25), 8, (255, 136, 0))
    assert (source.inputs[1].gain_db, source.inputs[1].start, source.length_from) == (-6, -1, "other")
    duet = ck.recipe({"duet": "{input}", "duet-layout": "top-bottom", "duet-swap": "yes"}).fill(row).project.root.source
    assert isinstance(duet, Composition)
    assert (duet.layout.kind, duet.layout.model_dump()["swap"]) == ("top-bottom", True)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("sped = 2", "unknown-key", "#/sped"),
        ("speed = 20", "bad-speed", "#/speed"),
        ("speed = true", "bad-value", "#/speed"),
        ("speed = [1, 2]", "bad-value", "#/speed"),
        ("start = 1979-05-27", "bad-value", "#/start"),
        ('start = "-1"', "bad-time", "#/start"),
        ('filter = "no-such"', "unknown-filter", "#/filter"),
        ('filter = "noir=2"', "bad-value", "#/filter"),
        ('target = "no-such"', "unknown-target", "#/target"),
        ('size = "97x160"', "bad-size", "#/size"),
        ('quality = "superb"', "bad-value", "#/quality"),
        ('duet-swap = "perhaps"\nduet = "a.mp4"', "bad-value", "#/duet-swap"),
        ("music-gain = -8", "idle-key", "#/music-gain"),
        ('gain-mine = 3\nmusic = "a.mp3"', "idle-key", "#/gain-mine"),
        ("end = 3\nlength = 3", "exclusive-keys", "#/length"),
        ('duet = "a"\nreact = "b"', "exclusive-keys", "#/react"),
        ("name = 3", "bad-recipe", "#/name"),
        ("speed =", "bad-recipe", ""),
        (f"speed = {'9' * 5000}", "bad-recipe", ""),
    ],
)
def test_a_wrong_recipe_is_told_before_any_row(tmp_path: Path, text: str, code: str, place: str):
    path = recipe_file(tmp_path, text)
    with pytest.raises(ck.ProjectError) as told:
        ck.recipe(path)
    assert (told.value.code, told.value.where) == (code, f"{path}{place}")
    assert told.value.hint


def test_an_unknown_key_is_told_with_the_nearest():
    with pytest.raises(ck.ProjectError) as told:
        ck.recipe({"musik": "a.mp3"})
    assert "music" in told.value.hint


def test_a_value_of_a_row_that_is_wrong_is_told_with_its_key(take: Path):
    with pytest.raises(ck.ProjectError) as told:
        ck.recipe({"speed": "{speed}"}).fill({"input": str(take), "speed": "fast"})
    assert told.value.where == "recipe#/speed"


@pytest.mark.parametrize("name", ["recipe.txt", "gone.toml", "gone.clipkit", "binary.toml", "bad.clipkit"])
def test_files_that_are_no_recipe(tmp_path: Path, name: str):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "bad.clipkit").write_text('{"root": 3}')
    with pytest.raises(ck.MediaError if "gone" in name else ck.ProjectError):
        ck.recipe(tmp_path / name)


# ---- saved projects ------------------------------------------------------------------------------------------------


def test_a_saved_project_takes_each_input_for_its_main_source(take: Path, shelf: Shelf, tmp_path: Path):
    other = shelf.clip(seconds=1, size=(96, 160), clip_id=7)
    made = ck.duet(ck.open(take).trim(0, "0.5"), other).filter("noir")
    made.save(tmp_path / "made.clipkit")
    project = ck.open(other).speed(2)
    project.save(tmp_path / "input.clipkit")
    recipe = ck.recipe(tmp_path / "made.clipkit")
    assert recipe.fill({"input": str(other)}) == ck.duet(ck.open(other).trim(0, "0.5"), other).filter("noir")
    assert recipe.fill({"input": str(tmp_path / "input.clipkit")}) == ck.duet(project.trim(0, "0.5"), other).filter(
        "noir"
    )


def test_a_saved_project_may_have_holes(take: Path, tmp_path: Path):
    text = document.dumps(ck.open(take).trim(0, 1).music("song.mp3").project)
    data = json.loads(text)
    data["root"]["edits"][0]["start"] = "{start}"
    data["root"]["edits"][1]["track"] = "songs/{song}.mp3"
    (tmp_path / "r.clipkit").write_text(json.dumps(data))
    recipe = ck.recipe(tmp_path / "r.clipkit")
    assert recipe.holes == {"start", "song"}
    root = recipe.fill({"input": str(take), "start": "1/2", "song": "one"}).project.root
    trim, music = root.edits
    assert root.source == Media(path=str(take))
    assert trim == Trim(start=Fraction(1, 2), end=Fraction(1))
    assert isinstance(music, Music)
    assert music.track == str(tmp_path / "songs" / "one.mp3")
    with pytest.raises(ck.ProjectError) as told:
        recipe.fill({"input": str(take), "start": "2", "song": "one"})
    assert "/root/edits/0" in told.value.where


# ---- rows ----------------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_videos_by_name_and_no_more(tmp_path: Path):
    for name in ("b.MOV", "a.mp4", "song.mp3", "note.txt", ".hidden.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.mp4").touch()
    (tmp_path / "d.mp4").mkdir()
    rows = expanded([tmp_path, tmp_path / "a.mp4"])
    assert [(row["input"], row["stem"], row["index"]) for row in rows] == [
        (str(tmp_path / "a.mp4"), "a", 1),
        (str(tmp_path / "b.MOV"), "b", 2),
        (str(tmp_path / "a.mp4"), "a", 3),
    ]
    with pytest.raises(ck.MediaError) as told:
        expanded(tmp_path / "d.mp4")
    assert told.value.code == "no-media"


def test_rows_of_csv(tmp_path: Path):
    (tmp_path / "rows.csv").write_text(
        '\ufeffinput, text ,empty\r\nsub/a.mp4,"one, ""two""",\r\n\r\n/b.mp4, x,1\r\n', encoding="utf-8"
    )
    first, second = expanded(tmp_path / "rows.csv")
    assert first == {"input": str(tmp_path / "sub" / "a.mp4"), "stem": "a", "index": 1, "text": 'one, "two"'}
    assert (second["input"], second["text"], second["empty"]) == ("/b.mp4", "x", "1")


def test_rows_of_jsonl(tmp_path: Path):
    lines = ['{"input": "a.mp4", "speed": 1.5, "swap": true, "none": null}', "", '{"input": "b.mp4", "stem": "mine"}']
    (tmp_path / "rows.jsonl").write_text("\n".join(lines))
    first, second = expanded(tmp_path / "rows.jsonl")
    assert first == {"input": str(tmp_path / "a.mp4"), "stem": "a", "index": 1, "speed": 1.5, "swap": True}
    assert (second["stem"], second["index"]) == ("mine", 2)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("r.csv", "input,a\nx.mp4,1,2\n", ":2"),
        ("r.csv", 'input\n"x.mp4', ":2"),
        ("r.csv", "file\nx.mp4\n", None),
        ("r.csv", "input,a\n,1\n", None),
        ("r.jsonl", '{"input": "x.mp4"}\n{', ":2"),
        ("r.jsonl", "[1]", ":1"),
        ("r.jsonl", '{"input": "x.mp4", "a": [1]}', ":1"),
        ("r.jsonl", "\udcff", ""),
    ],
)
def test_wrong_rows_are_told_with_their_line(tmp_path: Path, name: str, text: str, place: str | None):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ck.ProjectError) as told:
        expanded(path)
    assert told.value.code == "bad-rows"
    assert told.value.where == ("row 1" if place is None else f"{path}{place}")
    assert told.value.hint


def test_rows_that_are_not_there(tmp_path: Path):
    with pytest.raises(ck.MediaError) as told:
        expanded(tmp_path / "gone.csv")
    assert told.value.code == "file-not-found"
