"""Recipes over many inputs, from Python and from the command line: what is made, skipped, refused and left behind."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

import clipkit as ck
from clipkit.batch import BatchItem, BatchProgress, jobs
from clipkit.batch.jobs import Job
from clipkit.batch.journal import NAME
from clipkit.cli._run import run
from clipkit.store.locks import lock
from measure import frame_codes
from media import Shelf

SIZE = (96, 160)
QUICK = {"length": 0.5, "target": "source", "quality": "draft"}
LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


@pytest.fixture
def takes(shelf: Shelf, tmp_path: Path) -> list[Path]:
    """Three clips of one second and a broken one, which is the second by name."""
    folder = tmp_path / "takes"
    folder.mkdir()
    good = [shelf.copy(shelf.clip(seconds=1, size=SIZE, clip_id=n), folder / f"take{n}.mp4") for n in (1, 2, 3)]
    broken = shelf.copy(shelf.odd("text_file"), folder / "take1b.mp4")
    return [good[0], broken, *good[1:]]


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    """A recipe that takes little time."""
    path = tmp_path / "quick.toml"
    path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in QUICK.items()))
    return path


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are rendered, in this process."""
    found: list[str] = []
    render = jobs.render

    def counting(job: Job, tell: jobs.Tell | None = None):
        found.append(Path(job.out).name)
        return render(job, tell)

    monkeypatch.setattr(jobs, "render", counting)
    return found


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    """Renders one after another in this process, where it can be counted."""
    with ThreadPoolExecutor(1) as one:
        yield one


def digests(folder: Path) -> dict[str, str]:
    """The files that are to be seen, by name."""
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def codes(items: Iterator[BatchItem]) -> list[str | None]:
    return [item.error and item.error.code for item in items]


# ---- what is made --------------------------------------------------------------------------------------------------


def test_each_input_becomes_a_file_and_a_bad_one_fails_alone(takes: list[Path], tmp_path: Path):
    told: list[tuple[int, BatchItem]] = []
    recipe = ck.recipe({**QUICK, "name": "{index}-{stem}-cut", "start": 0.2})
    result = ck.batch(recipe, takes[0].parent, tmp_path / "out", finished=lambda *item: told.append(item))
    assert codes(iter(result)) == [None, "not-media", None, None]
    assert [item.source for item in result] == [str(path) for path in takes]
    assert dict(told) == dict(enumerate(result))
    assert len(told) == 4
    assert list(digests(tmp_path / "out")) == ["1-take1-cut.mp4", "3-take2-cut.mp4", "4-take3-cut.mp4"]
    for item in result.ok:
        assert frame_codes(item.out) == list(range(6, 21))
        assert item.report is not None
        assert (item.report.path, item.report.frames) == (str(item.out), 15)


def test_rows_fill_the_holes_and_one_that_does_not_fails_alone(takes: list[Path], tmp_path: Path):
    rows = [
        {"input": takes[0], "look": "noir", "to": "a"},
        {"input": takes[0], "look": "no-such", "to": "b"},
        {"input": takes[0], "to": "c"},
        {"input": takes[0], "look": "noir"},
        {"input": takes[0], "look": "noir", "to": "../d"},
    ]
    rows = [{name: str(cell) for name, cell in row.items()} for row in rows]
    result = ck.batch(ck.recipe({**QUICK, "filter": "{look}", "name": "{to}.mp4"}), rows, tmp_path / "out")
    assert codes(iter(result)) == [None, "unknown-filter", "empty-hole", "empty-hole", "bad-name"]
    assert list(digests(tmp_path / "out")) == ["a.mp4"]


def test_how_it_is_run_does_not_change_the_bytes(takes: list[Path], quick: Path, tmp_path: Path):
    for workers in (1, 2):
        ck.batch(quick, takes, tmp_path / f"{workers}", workers=workers)
    with ThreadPoolExecutor(2) as threads:
        ck.batch(quick, takes, tmp_path / "threads", executor=threads)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        result = ck.batch(quick, takes, tmp_path / "processes", executor=processes)
    assert codes(iter(result)) == [None, "not-media", None, None]
    made = [digests(tmp_path / name) for name in ("1", "2", "threads", "processes")]
    assert len(made[0]) == 3
    assert all(files == made[0] for files in made)


def test_a_job_and_its_report_can_be_sent(takes: list[Path], tmp_path: Path):
    job = Job(json.dumps({"root": {"source": {"kind": "media", "path": str(takes[0])}}}), "out.mp4", False, 1)
    assert pickle.loads(pickle.dumps(job)) == job
    (item,) = ck.batch(ck.recipe(QUICK), [takes[0]], tmp_path / "out")
    assert pickle.loads(pickle.dumps(item)).report == item.report


def test_identical_items_are_rendered_once(
    takes: list[Path], quick: Path, tmp_path: Path, renders: list[str], thread: ThreadPoolExecutor
):
    result = ck.batch(quick, [takes[0]] * 9 + [takes[2]], tmp_path / "out", executor=thread)
    assert not result.failed
    assert renders == ["take1.mp4", "take2.mp4"]
    files = digests(tmp_path / "out")
    assert len(files) == 10
    assert len(set(files.values())) == 2
    assert result[8].out.name == "take1-9.mp4"
    assert result[8].report is not None
    assert result[8].report.path == str(result[8].out)


def test_what_differs_is_rendered_apart(
    takes: list[Path], tmp_path: Path, renders: list[str], thread: ThreadPoolExecutor
):
    recipe = ck.recipe({**QUICK, "name": "{to}", "length": "{length}"})
    rows = [{"input": str(takes[0]), "to": to, "length": length} for to, length in (("a.mp4", 0.5), ("b.mov", 0.5))]
    rows.append({"input": str(takes[0]), "to": "c.mp4", "length": 0.4})
    assert not ck.batch(recipe, rows, tmp_path / "out", executor=thread).failed
    assert renders == ["a.mp4", "b.mov", "c.mp4"]


# ---- what is refused -----------------------------------------------------------------------------------------------


def test_a_hole_that_no_row_fills_begins_nothing(takes: list[Path], tmp_path: Path):
    with pytest.raises(ck.ProjectError) as told:
        ck.batch(ck.recipe({"filter": "{look}"}), takes, tmp_path / "out")
    assert told.value.code == "empty-hole"
    with pytest.raises(ck.ProjectError) as told:
        ck.batch(ck.recipe({"name": "same.mp4"}), takes, tmp_path / "out")
    assert told.value.code == "repeated-name"
    assert "{stem}" in told.value.hint
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_kept_unless_forced(takes: list[Path], quick: Path, tmp_path: Path):
    (tmp_path / "take1.mp4").write_text("mine")
    for resume in (False, True):
        result = ck.batch(quick, [takes[0], takes[2]], tmp_path, resume=resume)
        assert result[0].error is not None
        assert result[0].error.code == "file-exists"
        assert (tmp_path / "take1.mp4").read_text() == "mine"
    assert codes(iter(ck.batch(quick, [takes[2]], tmp_path))) == ["file-exists"]
    assert codes(iter(ck.batch(quick, [takes[0], takes[2]], tmp_path, force=True))) == [None, None]


def test_no_input_is_replaced_even_by_another_item(takes: list[Path], tmp_path: Path):
    before = digests(takes[0].parent)
    rows = [{"input": str(takes[0]), "to": "take2.mp4"}, {"input": str(takes[2]), "to": "new.mp4"}]
    result = ck.batch(ck.recipe({**QUICK, "name": "{to}"}), rows, takes[0].parent, force=True)
    assert codes(iter(result)) == ["own-input", None]
    assert {name: digest for name, digest in digests(takes[0].parent).items() if name != "new.mp4"} == before


# ---- resume --------------------------------------------------------------------------------------------------------


def test_resume_skips_what_is_done_and_makes_the_rest(
    takes: list[Path], quick: Path, tmp_path: Path, renders: list[str], thread: ThreadPoolExecutor
):
    out = tmp_path / "out"
    inputs = [takes[0], takes[2], takes[3], takes[0]]
    ck.batch(quick, inputs, out, executor=thread)
    whole = digests(out)
    assert len(whole) == 4
    renders.clear()
    again = ck.batch(quick, inputs, out, executor=thread, resume=True)
    assert [item.skipped for item in again] == [True] * 4
    assert [item.report and item.report.frames for item in again] == [15] * 4
    (out / "take2.mp4").write_bytes((out / "take2.mp4").read_bytes()[:-1] + b"!")  # damaged, of the same size
    (out / "take3.mp4").unlink()
    (out / "take1-2.mp4").unlink()  # the same as one that is there
    some = ck.batch(quick, inputs, out, executor=thread, resume=True)
    assert [item.skipped for item in some] == [True, False, False, False]
    assert not some.failed
    assert renders == ["take2.mp4", "take3.mp4"]
    assert digests(out) == whole


@pytest.mark.parametrize("change", ["recipe", "input"])
def test_resume_makes_again_what_would_come_out_otherwise(
    takes: list[Path], quick: Path, tmp_path: Path, renders: list[str], thread: ThreadPoolExecutor, change: str
):
    ck.batch(quick, [takes[0], takes[2]], tmp_path / "out", executor=thread)
    renders.clear()
    if change == "recipe":
        quick.write_text(quick.read_text().replace("0.5", "0.4"))
    else:
        os.utime(takes[0], ns=(1, 1))
    assert not ck.batch(quick, [takes[0], takes[2]], tmp_path / "out", executor=thread, resume=True).failed
    assert renders == (["take1.mp4", "take2.mp4"] if change == "recipe" else ["take1.mp4"])


def test_damaged_lines_of_the_journal_count_for_nothing(
    takes: list[Path], quick: Path, tmp_path: Path, renders: list[str], thread: ThreadPoolExecutor
):
    journal = tmp_path / "out" / NAME
    ck.batch(quick, [takes[0], takes[2]], tmp_path / "out", executor=thread)
    lines = journal.read_bytes().splitlines()
    assert [list(json.loads(line)) for line in lines[:2]] == [["begun"], ["begun"]]
    torn = lines[-1][: len(lines[-1]) // 2]
    wrong = json.dumps({**json.loads(lines[-1]), "bytes": "many"}).encode()
    journal.write_bytes(b"\n".join([*lines[:-1], b"\xff\x00", b"[]", b"3", wrong, torn]))
    renders.clear()
    ck.batch(quick, [takes[0], takes[2]], tmp_path / "out", executor=thread, resume=True)
    assert renders == ["take2.mp4"]
    renders.clear()
    result = ck.batch(quick, [takes[0], takes[2]], tmp_path / "out", executor=thread, resume=True)
    assert [item.skipped for item in result] == [True, True], "a torn line has not swallowed the next one"
    assert renders == []


# ---- processes that die --------------------------------------------------------------------------------------------

SLOW = {"speed": 0.1, "target": "source", "quality": "best", "size": "720x1280"}


def workers_of(pid: int) -> list[int]:
    """The processes that render for a process, which itself may run in a child of the one that was started."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            working = b"clipkit.batch.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
            found += [child] if working else workers_of(child)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@LINUX
def test_a_process_that_dies_fails_its_item_alone(takes: list[Path], tmp_path: Path):
    killed: list[int] = []

    def kill_once(_: BatchProgress) -> None:
        if not killed:
            killed.append(workers_of(os.getpid())[0])
            os.kill(killed[0], signal.SIGKILL)

    inputs = [takes[0], takes[2], takes[3]]
    result = ck.batch(ck.recipe({**SLOW, "quality": "draft"}), inputs, tmp_path / "out", workers=2, progress=kill_once)
    assert [code for code in codes(iter(result)) if code] == ["worker-died"]
    assert len(digests(tmp_path / "out")) == 2
    for item in result.ok:
        assert len(frame_codes(item.out)) == 300


@pytest.mark.parametrize("workers", [1, 2])
def test_what_progress_raises_stops_all(takes: list[Path], tmp_path: Path, workers: int):
    class EnoughError(Exception):
        pass

    def stop(_: BatchProgress) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        ck.batch(ck.recipe(SLOW), [takes[0], takes[2]], tmp_path / "out", workers=workers, progress=stop)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [NAME]


@contextmanager
def under_way(
    takes: list[Path], out: Path, recipe: Path, finished: int, words: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """A batch of six items, two at a time, when so many files are there and more are being written."""
    given = ["batch", str(recipe), "--rows", str(rows_of(takes, out.parent)), "-o", str(out), "--workers", "2", *words]
    old = parts(out)
    with subprocess.Popen(
        [sys.executable, "-m", "clipkit", *given], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 120
        while len(list(out.glob("[!.]*.mp4"))) < finished or not parts(out) - old:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def rows_of(takes: list[Path], folder: Path) -> Path:
    path = folder / "rows.jsonl"
    starts = [{"input": str(take), "start": start} for start in (0, 0.1) for take in (takes[0], *takes[2:])]
    path.write_text("\n".join(json.dumps({**row, "n": n}) for n, row in enumerate(starts)))
    return path


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    path = tmp_path / "slow.toml"
    words = {**SLOW, "quality": "draft", "start": "{start}", "length": 0.4, "name": "{n}.mp4"}
    path.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in words.items()))
    return path


@LINUX
def test_killed_with_all_its_processes_it_leaves_whole_files_and_goes_on(
    takes: list[Path], slow: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    with under_way(takes, out, slow, finished=1) as process:
        os.killpg(process.pid, signal.SIGKILL)
    left = digests(out)
    assert 1 <= len(left) < 6, "it was killed in the middle"
    for name in left:
        assert len(frame_codes(out / name)) == 120
    code = run(["batch", str(slow), "--rows", str(rows_of(takes, tmp_path)), "-o", str(out), "--resume", "--json"])
    assert code == 0
    said = json.loads(capfd.readouterr().out)
    assert sum(item["skipped"] for item in said["items"]) >= len(left) - 2  # two may have missed the journal
    after = digests(out)
    assert len(after) == 6
    assert {name: after[name] for name in left} == left


MOMENTS = 30 if os.environ.get("CLIPKIT_LONG") else 3


@LINUX
def test_killed_at_any_moment_it_leaves_whole_files_and_the_next_run_sweeps_the_rest(
    takes: list[Path], slow: Path, tmp_path: Path
):
    """Killed again and again, leader and processes at once, at random moments while parts are being written."""
    out, chance = tmp_path / "out", random.Random(3)
    swept = 0
    for _ in range(MOMENTS):
        before = parts(out)
        with under_way(takes, out, slow, finished=0, words=["--resume"]) as process:
            time.sleep(chance.uniform(0, 0.4))
            os.killpg(process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not all(free(out / name) for name in parts(out)):  # the system may take a while to end a process
            assert time.monotonic() < deadline
            time.sleep(0.01)
        swept += len(before)
        assert not before & parts(out), "what the run before had left is gone"
        for name in digests(out):
            assert len(frame_codes(out / name)) == 120
        if len(digests(out)) == 6:
            shutil.rmtree(out)
    assert swept, "a part was left, so a sweep was needed"
    assert run(["batch", str(slow), "--rows", str(rows_of(takes, tmp_path)), "-o", str(out), "--resume"]) == 0
    assert len(digests(out)) == 6
    assert {path.name for path in out.iterdir()} == {NAME, *digests(out)}
    for name in digests(out):
        assert len(frame_codes(out / name)) == 120


@LINUX
def test_a_batch_leaves_alone_what_another_is_writing(takes: list[Path], quick: Path, slow: Path, tmp_path: Path):
    out = tmp_path / "out"
    with under_way(takes, out, slow, finished=0) as process:
        assert codes(iter(ck.batch(quick, [takes[0]], out))) == [None]
        assert process.wait(120) == 0
    assert len(digests(out)) == 7


def free(part: Path) -> bool:
    with part.open("r+b") as file:
        return lock(file.fileno())


def parts(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(".*.part.mp4")}


@LINUX
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_when_it_ends_its_processes_end_and_tidy_up(
    takes: list[Path], slow: Path, tmp_path: Path, number: signal.Signals, code: int
):
    """SIGINT goes to all of them, as from a terminal; the others to the one that leads."""
    out = tmp_path / "out"
    with under_way(takes, out, slow, finished=0) as process:
        workers = workers_of(process.pid)
        assert workers
        (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
        assert process.wait(30) == code
        deadline = time.monotonic() + 30
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, workers))
    assert not list(out.glob(".*.part.mp4"))
    for name in digests(out):
        assert len(frame_codes(out / name)) == 120


# ---- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*words: object) -> tuple[int, str, str]:
        code = run(["batch", *map(str, words)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return call


def test_the_command_tells_of_each_item(cli, takes: list[Path], quick: Path, tmp_path: Path):
    code, out, err = cli(quick, takes[0].parent, "-o", tmp_path / "out")
    assert (code, out) == (ck.MediaError.exit_code, "")
    lines = err.splitlines()
    assert f"error: {takes[1]}: this is not a media file, or it is damaged" in lines
    assert sum(line.startswith("hint: ") for line in lines) == 1
    assert sum("15 frames" in line for line in lines) == 3
    assert lines[-1] == "3 made, 1 failed"
    code, out, err = cli(quick, takes[0], takes[2], "-o", tmp_path / "out", "--resume")
    assert (code, out) == (0, "")
    assert err.splitlines()[-1] == "2 there already"
    assert cli(quick, takes[0], "-o", tmp_path / "more", "--quiet") == (0, "", "")


def test_json_has_an_object_for_each_item(cli, takes: list[Path], quick: Path, tmp_path: Path):
    code, out, _ = cli(quick, takes[0], takes[1], "-o", tmp_path / "out", "--json")
    assert code == 3
    said = json.loads(out)
    assert (said["ok"], said["failed"]) == (1, 1)
    good, bad = said["items"]
    assert good.pop("seconds") > 0
    assert good == {
        "input": str(takes[0]),
        "out": str(tmp_path / "out" / "take1.mp4"),
        "ok": True,
        "skipped": False,
        "frames": 15,
        "duration": 0.5,
        "error": None,
    }
    assert bad["error"].keys() == {"error", "code", "message", "where", "hint"}
    assert (bad["ok"], bad["frames"], bad["error"]["code"]) == (False, None, "not-media")


def test_the_exit_code_is_that_of_the_first_item_that_failed(cli, takes: list[Path], quick: Path, tmp_path: Path):
    (tmp_path / "take1.mp4").touch()
    assert cli(quick, takes[2], takes[0], takes[1], "-o", tmp_path, "--quiet")[0] == ck.RenderError.exit_code
    assert cli(quick, takes[1], takes[0], "-o", tmp_path, "--quiet")[0] == ck.MediaError.exit_code
    assert cli(quick, takes[2], "-o", tmp_path, "--force", "--quiet")[0] == 0


def test_wrong_words(cli, takes: list[Path], quick: Path, tmp_path: Path):
    for words in (
        [quick, "-o", tmp_path / "out"],
        [quick, takes[0]],
        [quick, "--rows", takes[0], "-o", tmp_path / "out"],
        [quick, takes[0], "-o", tmp_path / "out", "--workers", "0"],
        [takes[0], takes[0], "-o", tmp_path / "out"],
    ):
        code, out, err = cli(*words)
        assert (code, out) == (2, "")
        assert err.startswith("error: ")
        assert "hint: " in err
    assert not (tmp_path / "out").exists()


def test_a_terminal_shows_a_table(cli, takes: list[Path], quick: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    code, _, err = cli(quick, takes[0], takes[1], takes[2], "-o", tmp_path / "out", "--workers", "1")
    assert code == 3
    for text in ("item", "state", "frames/s", "left", "3 of 3", "2 made, 1 failed", "this is not a media file"):
        assert text in err


def test_the_recipe_of_the_readme_is_one(takes: list[Path], tmp_path: Path):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (tmp_path / "short.toml").write_text(readme.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    recipe = ck.recipe(tmp_path / "short.toml")
    assert recipe.holes == {"stem", "look", "start"}
    clip = recipe.fill({"input": str(takes[0]), "start": 3, "look": "noir"})
    assert [edit.kind for edit in clip.project.root.edits] == ["trim", "speed", "filter", "music"]
