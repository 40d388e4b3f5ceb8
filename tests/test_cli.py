"""The commands, as people and other programs use them: what they make, what they refuse, and what they leave behind."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clipkit.cli._progress import shown
from clipkit.cli._run import run
from clipkit.cli._stop import stoppable
from clipkit.engine.probe import probe
from clipkit.engine.progress import Progress
from media import Shelf, empty_file, text_file

SOURCE = Path(__file__).parent.parent / "src"
SMALL = ("--size", "180x320", "--target", "source", "--quality", "draft")


# ---- how commands are run here ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Done]:
    """Runs a command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*args: object, stdin: str = "", terminal: bool = False) -> Done:
        kind = Terminal if terminal else io.TextIOWrapper
        streams = {"stdin": io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")}
        streams |= {name: kind(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
        with monkeypatch.context() as patch:
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            code = run([str(arg) for arg in args])
        written = {}
        for name in ("stdout", "stderr"):
            streams[name].flush()
            written[name] = streams[name].buffer.getvalue().decode()
        return Done(code, written["stdout"], written["stderr"])

    return call


@pytest.fixture(scope="session")
def mine(shelf: Shelf) -> Path:
    return shelf.clip(size=(180, 320), seconds=2, sound=("tones",))


@pytest.fixture(scope="session")
def other(shelf: Shelf) -> Path:
    return shelf.clip(size=(320, 180), seconds=3, sound=("tones",), clip_id=1)


@pytest.fixture(scope="session")
def song(shelf: Shelf) -> Path:
    return shelf.clip(".m4a", picture=False, seconds=1, sound=("tones",), clip_id=2)


def edits(text: str) -> list[str]:
    return [edit["kind"] for edit in json.loads(text)["root"]["edits"]]


# ---- what operations make --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "seconds"),
    [
        (("trim", "{mine}", "--start", "15f", "--length", "1"), 1.0),
        (("trim", "{mine}", "--start", "0:00.5", "--end", "1500ms"), 1.0),
        (("speed", "{mine}", "2"), 1.0),
        (("speed", "{mine}", "0.5", "--pitch", "follow"), 4.0),
        (("filter", "{mine}", "golden-hour", "--strength", "0.8"), 2.0),
        (("effect", "{mine}", "exposure", "--param", "stops=0.5"), 2.0),
        (("music", "{mine}", "{song}", "--gain", "-8", "--mute-original", "--no-loop"), 2.0),
        (("duet", "{mine}", "{other}", "--layout", "top-bottom", "--swap", "--gain-other", "-6"), 2.0),
        (("duet", "{mine}", "{other}", "--length-from", "other", "--offset", "-1"), 2.0),
        (("react", "{mine}", "{other}", "--at", "0.3,0.3", "--shape", "circle", "--border", "8,#ff8800"), 2.0),
        (("react", "{mine}", "{other}", "--move", "0:0.7,0.1", "0:01:0.1,0.6", "--easing", "linear"), 2.0),
        (("make", "{mine}", "--start", "1", "--speed", "2", "--filter", "noir=0.5", "--filter", "slide"), 0.5),
        (("make", "{mine}", "--react", "{other}", "--react-at", "top-left", "--music", "{song}"), 2.0),
        (("grid", "{mine}", "{other}", "{mine}", "--gap", "8", "--gain", "2:-6", "--when-short", "loop"), 2.0),
        (("layout", "row", "{mine}", "{other}", "--param", "gap=4", "--focus", "1:0.2,0.5", "--begin", "2:0.5"), 2.0),
        (("before-after", "{mine}", "{other}", "--axis", "y", "--move", "0:1", "--move", "1:0"), 2.0),
        (("stitch", "{mine}", "{other}", "--seconds", "1"), 3.0),
        (("green-screen", "{mine}", "{other}", "--colour", "#00b140", "--scale", "0.5"), 2.0),
        (("make", "{mine}", "--green-screen", "{other}", "--green-screen-colour", "#00b140"), 2.0),
        (("join", "{mine}", "{other}", "{mine}", "--main", "2"), 7.0),
        (("duet", "{mine}", "{other}", "--fit-mine", "cover", "--focus-other", "0,0", "--when-short", "trim"), 2.0),
        (("make", "{mine}", "--duet", "{other}", "--duet-layout", "top-bottom", "--length", "1"), 1.0),
        (("export", "{mine}"), 2.0),
    ],
)
def test_an_operation_renders(cli, mine, other, song, tmp_path, args, seconds):
    named = [arg.format(mine=mine, other=other, song=song) for arg in args]
    done = cli(*named, "-o", "out.mp4", *SMALL, "--json")
    assert done.code == 0, done.err
    assert done.json["duration"] == seconds
    facts = probe(str(tmp_path / "out.mp4"))
    assert str(facts.picture.size) == "180x320"
    assert facts.picture.frames == round(30 * seconds)
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize("name", ["out.mov", "out.webm", "out.gif"])
def test_the_suffix_says_what_is_written(cli, mine, tmp_path, name):
    done = cli("trim", mine, "--length", "0.5", "-o", name, *SMALL)
    assert (done.code, done.out) == (0, "")
    assert probe(str(tmp_path / name)).picture.frames > 4
    assert name in done.err


@pytest.mark.parametrize("name", ["cover.png", "cover.jpg"])
def test_a_picture_of_one_moment(cli, mine, tmp_path, name):
    from PIL import Image

    assert cli("export", mine, "--frame", "45f", "-o", name, "--quiet") == Done(0, "", "")
    with Image.open(tmp_path / name) as image:
        assert image.size == (180, 320)


def test_a_trim_keeps_fifteen_seconds_unless_told(cli, mine):
    assert json.loads(cli("trim", mine, "--start", "1").out)["root"]["edits"][0]["end"] == "16"
    assert json.loads(cli("trim", mine, "--end", "2").out)["root"]["edits"][0]["end"] == "2"
    assert json.loads(cli("make", mine).out)["root"]["edits"][0]["end"] == "15"


def test_make_applies_its_parts_in_their_order(cli, mine, song):
    done = cli("make", "--music", song, "--filter", "noir", "--speed", "2", "--length", "1", mine)
    assert edits(done.out) == ["trim", "speed", "filter", "music"]
    composed = cli("make", "--react", mine, "--music", song, "--filter", "noir", mine)
    root = json.loads(composed.out)["root"]
    assert edits(composed.out) == ["music"]
    assert [edit["kind"] for edit in root["source"]["inputs"][0]["node"]["edits"]] == ["trim", "filter"]


def test_make_is_for_tiktok_unless_said_otherwise(cli, mine):
    assert json.loads(cli("make", mine).out)["output"]["target"] == "tiktok"
    assert json.loads(cli("make", mine, "--target", "reels").out)["output"]["target"] == "reels"
    project = cli("trim", mine, "--target", "shorts").out
    assert json.loads(cli("make", "-", stdin=project).out)["output"]["target"] == "shorts"


def test_the_quiet_are_quiet(cli, mine):
    done = cli("trim", mine, "--end", "9", "-o", "out.mp4", *SMALL, "--quiet")
    assert done == Done(0, "", "")
    loud = cli("trim", mine, "--end", "9", "-o", "loud.mp4", *SMALL)
    assert "note: the input ends at 0:02.00" in loud.err


# ---- pipes, projects, drafts -----------------------------------------------------------------------------------


def test_without_output_a_pipe_gets_the_project(cli, mine):
    done = cli("trim", mine, "--start", "1")
    assert done.err == ""
    assert edits(done.out) == ["trim"]
    assert cli("trim", mine, "--start", "1", "-o", "-").out == done.out
    assert edits(cli("speed", "-", "2", stdin=done.out).out) == ["trim", "speed"]


def test_four_processes_render_once(mine, tmp_path):
    """The example of the README, through real pipes: only the last one writes a file."""
    python = f"{sys.executable} -m clipkit"
    line = (
        f"{python} trim {mine} --start 0.5 | {python} speed - 1.5 | {python} filter - golden-hour | "
        f"{python} export - --target source --size 180x320 -o out.mp4 --json"
    )
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["frames"] == 30
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_on_a_terminal_the_plan_is_shown(cli, mine, tmp_path):
    done = cli("trim", mine, "--start", "1", "--target", "tiktok", terminal=True)
    assert done.code == 0
    assert "tiktok: mp4, 1080x1920" in done.out
    assert "add -o out.mp4" in done.err
    assert not list(tmp_path.iterdir())
    assert cli("trim", mine, "--start", "1", "--json", terminal=True).json["target"] == "source"


def test_a_project_is_saved_and_read(cli, mine, tmp_path):
    assert cli("speed", mine, "2", "-o", "fast.clipkit").code == 0
    assert edits((tmp_path / "fast.clipkit").read_text()) == ["speed"]
    assert edits(cli("filter", "fast.clipkit", "noir").out) == ["speed", "filter"]
    assert cli("export", "fast.clipkit", "-o", "out.mp4", *SMALL).code == 0


def test_projects_are_sources_of_others(cli, mine, tmp_path):
    assert cli("speed", mine, "2", "-o", "a.clipkit").code == 0
    inner = json.loads(cli("duet", "a.clipkit", mine).out)["root"]["source"]["inputs"][0]["node"]
    assert inner["edits"][0]["kind"] == "speed"


def test_drafts_are_kept_listed_used_and_deleted(cli, mine):
    assert cli("draft", "list").out == ""
    assert cli("draft", "new", mine, "--name", "holiday").code == 0
    assert cli("trim", "draft:holiday", "--length", "1", "-o", "draft:cut").code == 0
    assert {draft["name"] for draft in cli("draft", "list", "--json").json} == {"holiday", "cut"}
    assert edits(cli("draft", "show", "cut", "--json").out) == ["trim"]
    assert "0:01.00" in cli("draft", "show", "cut").out
    assert edits(cli("speed", "draft:cut", "2").out) == ["trim", "speed"]
    assert cli("draft", "delete", "cut").code == 0
    assert cli("draft", "show", "cut", "--json").json["code"] == "unknown-draft"


def test_every_step_of_a_draft_can_be_undone(cli, mine, shelf):
    assert cli("draft", "new", mine, "--name", "holiday").code == 0
    assert cli("trim", "draft:holiday", "--length", "1", "-o", "draft:holiday").code == 0
    assert cli("speed", "-", "2", "-o", "draft:holiday", stdin=cli("filter", "draft:holiday", "noir").out).code == 0
    steps = cli("draft", "history", "holiday", "--json").json
    assert [step["changes"] for step in steps][1:] == [["trim 0–1 s"], ["filter noir", "speed 2×"]]
    assert cli("draft", "undo", "holiday", "2").code == 0
    assert edits(cli("draft", "show", "holiday", "--json").out) == []
    assert edits(cli("draft", "show", "holiday@3", "--json").out) == ["trim", "filter", "speed"]
    assert cli("draft", "undo", "holiday", "--json").json["code"] == "nothing-to-undo"
    assert cli("draft", "redo", "holiday").code == 0
    assert cli("draft", "diff", "holiday@1", "holiday", "--json").json == ["trim 0–1 s"]
    assert cli("draft", "copy", "holiday", "other").code == 0
    assert cli("draft", "tag", "other", "done", "--json").json["tags"] == ["done"]
    assert [draft["name"] for draft in cli("draft", "list", "--tag", "done", "--json").json] == ["other"]
    assert cli("draft", "rename", "other", "beach").code == 0
    assert cli("draft", "delete", "beach").code == 0
    assert [draft["name"] for draft in cli("draft", "list", "--trash", "--json").json] == ["beach"]
    assert cli("draft", "restore", "beach", "--as", "lake").code == 0
    assert cli("draft", "list", "--sheet", "sheet.png").code == 0
    assert cli("draft", "delete", "lake").code == 0
    assert cli("draft", "purge", "--json").json == {"purged": 1}
    assert cli("draft", "relink", "holiday", "--json").json == {"found": [], "offline": []}
    assert cli("store", "check", "--json").json == {"sound": True, "problems": []}
    assert cli("store", "stats", "--json").json["revisions"] == 3
    assert cli("store", "backup", "copy.db").code == 0
    assert cli("store", "move", "elsewhere").code == 0
    assert cli("store", "repair", "--json").json == {"lost": []}
    assert [draft["name"] for draft in cli("draft", "list", "--json").json] == ["holiday"]


# ---- what commands tell ----------------------------------------------------------------------------------------


def test_info_measures_and_tells_what_is_revealed(cli, shelf):
    clip = shelf.odd("rotated_90_mirrored", metadata=(("location", "+51.5-000.1/"), ("title", "a\x1b[31mb")))
    found = cli("info", clip, "--json").json
    assert (found["picture"]["width"], found["picture"]["height"]) == (360, 640)
    assert (found["picture"]["rotation"], found["picture"]["mirrored"]) == (270, True), "mirrored first, then turned"
    assert found["picture"]["frames"] == 60
    assert found["picture"]["variable"] is False
    assert found["sound"]["sample_rate"] == 48000
    assert ("location", "+51.5000, -0.1000") in {(item["what"], item["value"]) for item in found["reveals"]}
    shown = cli("info", clip)
    assert "360x640 (stored as 640x360, shown mirrored and then turned by 270°)" in shown.out
    assert "\x1b" not in shown.out


def test_info_of_an_export_reveals_nothing(cli, mine):
    assert {item["what"] for item in cli("info", mine, "--json").json["reveals"]} == {"software"}
    assert cli("trim", mine, "-o", "cut.mp4").code == 0
    assert cli("info", "cut.mp4", "--json").json["reveals"] == []


def test_info_of_variable_rates_hdr_sound_stills_and_projects(cli, shelf, song, mine, tmp_path):
    assert cli("info", shelf.odd("variable_rate"), "--json").json["picture"]["variable"] is True
    assert cli("info", shelf.odd("hdr_hlg"), "--json").json["picture"]["hdr"] == "hlg"
    assert cli("info", song, "--json").json["picture"] is None
    assert cli("export", mine, "--frame", "1", "-o", "cover.png").code == 0
    assert cli("info", "cover.png", "--json").json["still"] is True
    assert "a still" in cli("info", "cover.png").out
    project = cli("music", mine, song).out
    assert len(cli("info", "-", "--json", stdin=project).json["media"]) == 2


def test_plan_tells_without_doing(cli, mine, tmp_path):
    assert "tiktok: mp4, 1080x1920" in cli("plan", mine, "--target", "tiktok").out
    found = cli("plan", mine, "--target", "tiktok", "--json").json
    assert found["expect"]["frames"] == 60
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("room", ["filters", "effects", "targets"])
def test_collections_are_listed_and_shown(cli, room):
    rows = cli(room, "list", "--json").json
    names = [row.get("name") or row["kind"] for row in rows]
    listed = cli(room, "list").out
    assert len(names) > 5
    for name in names:
        assert name in listed
        assert cli(room, "show", name).code == 0
        assert cli(room, "show", name, "--json").code == 0


def test_the_sheet_shows_every_filter(cli, mine, tmp_path):
    from PIL import Image

    assert cli("filters", "sheet", mine, "-o", "looks.png", "--quiet").code == 0
    with Image.open(tmp_path / "looks.png") as image:
        assert image.width > 1000
        assert image.height > 1000


def test_doctor_examines_everything(cli):
    found = cli("doctor", "--json")
    assert found.code == 0
    assert found.json["encoders"]["libx264"] is True
    assert found.json["versions"]["av"] != "missing"
    assert not any(problem["needed"] for problem in found.json["problems"])
    assert "libvpx-vp9" in cli("doctor").out


def test_doctor_says_what_is_missing_and_how_to_get_it(cli, monkeypatch):
    from clipkit.engine import build

    monkeypatch.setattr(build, "_writes", lambda name: name != "libx264")
    found = cli("doctor", "--json")
    assert found.code == 1
    assert "pip install" in found.json["problems"][0]["remedy"]


def test_doctor_says_what_lacking_the_kernel_costs(cli, monkeypatch):
    from clipkit.colour import kernel

    monkeypatch.setattr(kernel, "available", lambda: False)
    found = cli("doctor", "--json")
    assert found.code == 0  # slower, and all the same
    assert found.json["colour_kernel"] == "numpy"
    (problem,) = (problem for problem in found.json["problems"] if "kernel" in problem["what"])
    assert "8 ms a 1080p frame with numpy instead of 2 ms" in problem["remedy"]
    assert "pip install" in problem["remedy"]
    assert not problem["needed"]


def test_the_demo_makes_files_and_sheets_afresh(cli, mine, tmp_path, monkeypatch):
    from clipkit.api import make
    from clipkit.cli import demo

    small = make.open(mine).with_output(target="source", size="90x160", quality="draft")
    monkeypatch.setattr(demo, "_pieces", lambda samples: [demo.Piece("short", "a barcode", small)])
    for _ in range(2):
        done = cli("demo", "-o", "deep/demo")
        assert done.code == 0, done.err
        assert "a barcode" in done.out
        assert len([line for line in done.out.splitlines() if line.startswith("    clipkit ")]) == 3
    assert {path.name for path in (tmp_path / "deep" / "demo").iterdir()} == {"short.mp4", "short.png"}
    assert cli("demo", "--json").json["made"][0]["from"] == "a barcode"


def test_the_pieces_of_the_demo_can_be_planned():
    from clipkit.cli import demo

    pieces = {piece.name: piece.clip.plan("mp4") for piece in demo._pieces(demo._samples())}
    assert set(pieces) == {"short", "duet", "react"}
    for plan in pieces.values():
        assert (plan.target, plan.duration) == ("tiktok", 15)


# ---- bad input -------------------------------------------------------------------------------------------------


@pytest.fixture
def bad(tmp_path: Path, mine: Path) -> Path:
    """A folder of things that are not what they should be."""
    text_file(tmp_path / "text.mp4")
    empty_file(tmp_path / "empty.mp4")
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "broken.clipkit").write_text("{not json")
    good = json.dumps({"version": 1, "root": {"source": {"kind": "media", "path": str(mine)}, "edits": []}})
    (tmp_path / "wrong.clipkit").write_text(good.replace("[]", '[{"kind": "trim", "start": "x"}]'))
    (tmp_path / "newer.clipkit").write_text(good.replace('"version": 1', '"version": 99'))
    (tmp_path / "there.mp4").write_bytes(b"keep me")
    (tmp_path / "sealed").mkdir(mode=0o500)
    return tmp_path


BAD = [
    (("trim", "none.mp4"), 3, "file-not-found"),
    (("trim", "folder.mp4", "-o", "o.mp4"), 3, "is-folder"),
    (("trim", "text.mp4", "-o", "o.mp4"), 3, "not-media"),
    (("trim", "empty.mp4", "-o", "o.mp4"), 3, "empty-file"),
    (("info", "text.mp4"), 3, "not-media"),
    (("trim", "{song}", "-o", "o.mp4"), 3, "no-picture"),
    (("duet", "{mine}", "{song}", "-o", "o.mp4"), 3, "no-picture"),
    (("music", "{mine}", "none.mp3"), 3, "file-not-found"),
    (("music", "{mine}", "{mute}", "-o", "o.mp4"), 3, "no-sound"),
    (("trim", "{mine}", "--start", "99", "-o", "o.mp4"), 2, "start-beyond-end"),
    (("trim", "{mine}", "--start", "5", "--end", "3"), 2, "bad-value"),
    (("trim", "{mine}", "--end", "3", "--length", "3"), 2, "end-and-length"),
    (("trim", "{mine}", "--start", "soon"), 2, "bad-time"),
    (("export", "{mine}", "--frame", "9", "-o", "o.png"), 2, "beyond-end"),
    (("export", "{mine}", "-o", "o.png"), 2, "no-frame"),
    (("export", "{mine}", "--frame", "1", "-o", "o.mp4"), 2, "usage"),
    (("export", "{mine}", "-o", "nosuffix"), 2, "unknown-output"),
    (("filter", "{mine}", "golden-our"), 2, "unknown-filter"),
    (("filter", "{mine}", "noir", "--strength", "2"), 2, "bad-value"),
    (("make", "{mine}", "--filter", "noir=lots"), 2, "bad-number"),
    (("effect", "{mine}", "exposur"), 2, "unknown-effect"),
    (("effect", "{mine}", "exposure", "--param", "stops=99"), 2, "bad-effect"),
    (("effect", "{mine}", "exposure", "--param", "stops"), 2, "bad-value"),
    (("export", "broken.clipkit"), 2, "bad-document"),
    (("export", "wrong.clipkit"), 2, "bad-document"),
    (("export", "newer.clipkit"), 2, "newer-document"),
    (("export", "none.clipkit"), 3, "file-not-found"),
    (("export", "draft:none"), 6, "unknown-draft"),
    (("export", "-"), 2, "empty-pipe"),
    (("duet", "-", "-"), 2, "empty-pipe"),
    (("export", "{mine}", "--size", "0x0"), 2, "bad-size"),
    (("export", "{mine}", "--size", "181x320"), 2, "bad-size"),
    (("export", "{mine}", "--size", "99999x20"), 2, "bad-size"),
    (("export", "{mine}", "--size", "big"), 2, "bad-size"),
    (("export", "{mine}", "--target", "tiktok", "--size", "64x64", "-o", "o.mp4"), 4, "size-outside-target"),
    (("export", "{mine}", "--target", "tiktok", "-o", "o.webm"), 4, "container-outside-target"),
    (("export", "{mine}", "-o", "o.avi"), 4, "container-outside-target"),
    (("export", "{mine}", "--target", "tictoc"), 2, "unknown-target"),
    (("export", "{mine}", "--fps", "0"), 2, "bad-rate"),
    (("export", "{mine}", "--fps", "900"), 2, "bad-value"),
    (("speed", "{mine}", "0"), 2, "bad-speed"),
    (("speed", "{mine}", "-1"), 2, "usage"),
    (("speed", "{mine}", "fast"), 2, "bad-number"),
    (("speed", "{mine}", "11"), 2, "bad-speed"),
    (("music", "{mine}", "{song}", "--gain", "nan"), 2, "bad-number"),
    (("music", "{mine}", "{song}", "--start", "9", "-o", "o.mp4"), 2, "start-beyond-end"),
    (("music", "{mine}", "{song}", "--original-gain", "1", "--mute-original"), 2, "usage"),
    (("make", "{mine}", "--duet", "{mine}", "--react", "{mine}"), 2, "usage"),
    (("make", "{mine}", "--react-at", "top-left"), 2, "usage"),
    (("make", "{mine}", "--duet", "{mine}", "--react-scale", "0.5"), 2, "usage"),
    (("make", "{mine}", "--mute-original"), 2, "usage"),
    (("make", "{mine}", "--gain-other", "3"), 2, "usage"),
    (("react", "{mine}", "{mine}", "--at", "2,2"), 2, "bad-value"),
    (("layout", "single", "{mine}", "{mine}"), 2, "wrong-sources"),
    (("green-screen", "{mine}", "{mine}", "--colour", "screenish"), 2, "bad-value"),
    (("make", "{mine}", "--green-screen-scale", "0.5"), 2, "usage"),
    (("make", "{mine}", "--duet", "{mine}", "--green-screen", "{mine}"), 2, "usage"),
    (("layout", "ring", "{mine}"), 2, "unknown-layout"),
    (("grid", "{mine}", "{mine}", "--gain", "3:-6"), 2, "usage"),
    (("grid", "{mine}", "{mine}", "--gain", "1:loud"), 2, "bad-number"),
    (("stitch", "{mine}", "{mine}", "--seconds", "6"), 2, "stitch-too-long"),
    (("join", "{mine}", "--main", "3"), 2, "bad-value"),
    (("react", "{mine}", "{mine}", "--at", "middle"), 2, "bad-value"),
    (("react", "{mine}", "{mine}", "--move", "0.5,0.5"), 2, "bad-value"),
    (("react", "{mine}", "{mine}", "--border", "8,mauvish"), 2, "bad-value"),
    (("react", "{mine}", "{mine}", "--scale", "7"), 2, "bad-value"),
    (("duet", "{mine}", "{mine}", "--offset", "-60", "--length-from", "other", "-o", "o.mp4"), 2, "empty"),
    (("trim", "{mine}", "-o", "there.mp4"), 5, "file-exists"),
    (("trim", "{mine}", "-o", "none/o.mp4"), 5, "no-folder"),
    (("trim", "{mine}", "-o", "folder.mp4"), 5, "is-folder"),
    (("trim", "{mine}", "-o", "draft:a/b"), 6, "bad-name"),
    (("trim",), 2, "usage"),
    (("trim", "{mine}", "--srat", "3"), 2, "usage"),
    (("export", "{mine}", "--fit", "stretch"), 2, "usage"),
    (("trimm", "{mine}"), 2, "unknown-command"),
    (("filters", "lst"), 2, "unknown-command"),
    (("filters", "show", "nor"), 2, "unknown-filter"),
    (("targets", "show", "nor"), 2, "unknown-target"),
    (("draft", "delete", "nor"), 6, "unknown-draft"),
]


@pytest.mark.parametrize(("args", "exit_code", "code"), BAD)
def test_bad_input_gets_a_cause_and_an_advice(cli, bad, mine, song, shelf, args, exit_code, code):
    mute = shelf.odd("no_audio", seconds=1, size=(180, 320))
    before = listing(bad)
    named = [arg.format(mine=mine, song=song, mute=mute) for arg in args]
    done = cli(*named)
    assert done.code == exit_code, done.err
    assert done.out == ""
    lines = done.err.splitlines()
    assert lines[0].startswith("error: ")
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert len(lines) == 2, "one line of cause, one of advice"
    told = cli(*named, "--json")
    assert told.code == exit_code
    assert told.json["code"] == code
    assert set(told.json) == {"error", "code", "message", "where", "hint"}
    assert told.err == ""
    assert listing(bad) == before


def listing(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, with its bytes."""
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in sorted(folder.rglob("*"))}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(cli, bad, mine):
    done = cli("trim", mine, "-o", "sealed/o.mp4", *SMALL, "--json")
    assert (done.code, done.json["code"]) == (5, "cannot-write")


def test_an_unwritable_place_for_anybody(cli, mine):
    """Root may write to any folder, but nobody makes a file below a file."""
    done = cli("trim", mine, "-o", f"{mine}/o.mp4", *SMALL, "--json")
    assert (done.code, done.json["code"]) == (5, "no-folder")


def test_a_document_error_has_a_pointer(cli, bad):
    assert "/root/edits/0/start" in cli("export", "wrong.clipkit").err


def test_the_nearest_names_are_told(cli, mine):
    assert "golden-hour" in cli("filter", mine, "golden-our").err
    assert "trim" in cli("trimm").err


def test_a_second_pipe_is_refused(cli, mine):
    project = cli("trim", mine).out
    done = cli("duet", "-", "-", stdin=project, terminal=True)
    assert done.code == 2
    assert "twice" in done.err


def test_nothing_is_overwritten_without_force(cli, mine, tmp_path):
    for name in ("o.mp4", "o.png", "o.clipkit"):
        (tmp_path / name).write_bytes(b"keep me")
        extra = ("--frame", "1") if name == "o.png" else ()
        done = cli("export", mine, "-o", name, *extra, *SMALL)
        assert done.code == 5
        assert (tmp_path / name).read_bytes() == b"keep me"
        assert cli("export", mine, "-o", name, *extra, *SMALL, "--force").code == 0
        assert (tmp_path / name).read_bytes() != b"keep me"
    assert cli("trim", mine, "-o", "draft:one").code == 0
    assert cli("speed", mine, "2", "-o", "draft:one", "--json").json["code"] == "draft-exists"
    assert cli("speed", mine, "2", "-o", "draft:one", "--force").code == 0


def test_an_input_is_never_its_own_output(cli, mine, song, shelf, tmp_path):
    own = shelf.copy(mine, tmp_path / "own.mp4")
    shelf.copy(song, tmp_path / "track.mp4")
    (tmp_path / "link.mp4").symlink_to(own)
    (tmp_path / "hard.mp4").hardlink_to(own)
    assert cli("export", own, "--frame", "1", "-o", "cover.png").code == 0
    assert cli("speed", own, "2", "-o", "fast.clipkit").code == 0
    before = listing(tmp_path)
    for args in (
        ("trim", "own.mp4", "-o", "own.mp4"),
        ("trim", "own.mp4", "-o", "./link.mp4"),
        ("trim", "own.mp4", "-o", "hard.mp4"),
        ("music", "own.mp4", "track.mp4", "-o", "track.mp4"),
        ("speed", "fast.clipkit", "2", "-o", "fast.clipkit"),
        ("trim", "fast.clipkit", "-o", "own.mp4"),
        ("trim", "cover.png", "--frame", "0", "-o", "cover.png"),
        ("filters", "sheet", "cover.png", "-o", "cover.png"),
    ):
        done = cli(*args, "--force", "--json")
        assert (done.code, done.json["code"]) == (3, "own-input"), args
    assert listing(tmp_path) == before


def test_an_unexpected_error_is_called_a_bug(cli, mine, monkeypatch):
    from clipkit.api import make

    def fail(path: str) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(make, "open", fail)
    done = cli("trim", mine)
    assert done.code == 1
    assert done.err.splitlines()[0] == "error: this is a bug in clipkit: RuntimeError: first line"
    assert "Traceback" not in done.err
    monkeypatch.setenv("CLIPKIT_DEBUG", "1")
    assert "Traceback" in cli("trim", mine).err


# ---- being stopped ---------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "utf-8"}


def clipkit(*args: object, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "clipkit", *map(str, args)],
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_being_stopped_leaves_nothing(mine, tmp_path, number):
    """The clip plays ten times slower, so that there is time to stop it in the middle."""
    process = clipkit("speed", mine, "0.1", "-o", "out.mp4", "--size", "720x1280", "--quality", "best", cwd=tmp_path)
    try:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*.part*")) and not list(tmp_path.glob(".*.part*")):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(getattr(signal, number))
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert err.decode().strip().startswith("error: ")
    assert out == b""
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_that_was_swallowed_is_heeded_by_the_next_progress():
    """PyAV loses one now and then, when it comes while an error of its own is given a traceback."""
    with stoppable():
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), shown("out.mp4", quiet=True) as tell:
            tell(Progress(1, 2, 0.1))
    with stoppable(), shown("out.mp4", quiet=True) as tell:
        tell(Progress(1, 2, 0.1))  # the next command is not stopped by what stopped the last one


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_reader_that_leaves_is_no_error(tmp_path):
    process = clipkit("filters", "list", "--json", cwd=tmp_path)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=30) == 141
    assert err == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("args", [("export", "{mine}"), ("targets", "list", "--json"), ("export", "no", "--json")])
def test_a_full_disk_behind_stdout_is_told(mine, args):
    command = [sys.executable, "-m", "clipkit", *(arg.format(mine=mine) for arg in args)]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 5
    assert lines[0] == "error: standard output: the disk is full"
    assert len(lines) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_a_bar_is_drawn_on_a_terminal_only(mine, tmp_path):
    import pty

    parent, child = pty.openpty()
    command = [sys.executable, "-m", "clipkit", "filter", str(mine), "noir", "-o", "out.mp4", *SMALL]
    with subprocess.Popen(command, cwd=tmp_path, env=environment() | {"TERM": "xterm"}, stderr=child) as process:
        os.close(child)
        seen = b""
        while True:
            try:
                part = os.read(parent, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            seen += part
    os.close(parent)
    assert process.returncode == 0
    assert b"frames/s" in seen
    assert b"out.mp4: 2.00 s" in seen
