"""A render leaves one whole, verified file, or nothing: whatever stops it, wherever it writes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import clipkit as ck
from clipkit.engine import crew as crew_module
from clipkit.engine import render as render_module
from clipkit.engine.progress import Progress
from clipkit.engine.render import render
from clipkit.errors import Cancelled, ClipkitError, MediaError, RenderError
from clipkit.plan.types import Foreign, Plan, Shot
from clipkit.project.timemap import TimeMap
from measure import frame_codes, video_facts
from media import Shelf

SMALL = (180, 320)
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals, links and permissions")
linux = pytest.mark.skipif(sys.platform != "linux", reason="user namespaces of Linux")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the output goes: only that may ever lie in it."""
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def source(shelf: Shelf) -> Path:
    return shelf.clip(seconds=2, size=SMALL, sound="tones")


@pytest.fixture
def plan(source: Path) -> Plan:
    """Ten spans: work for several workers, and time to stop it."""
    return ck.open(source).speed("0.1").with_output(target="source", quality="draft").plan("mp4")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---- stopped -------------------------------------------------------------------------------------------------------


class Stop(Exception):  # noqa: N818  it stands for any
    """What a caller's own callback may raise."""


@pytest.mark.parametrize("kind", [KeyboardInterrupt, Stop, SystemExit])
@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
@pytest.mark.parametrize("force", [False, True])
def test_a_callback_that_raises(
    source: Path, folder: Path, kind: type[BaseException], suffix: str, force: bool
) -> None:
    out = folder / f"clip{suffix}"
    if force:
        out.write_text("old")

    def stop(progress: Progress) -> None:
        assert progress.done < progress.total
        raise kind

    with pytest.raises(Cancelled if kind is KeyboardInterrupt else kind):
        ck.open(source).speed("0.25").export(out, progress=stop, force=force, quality="draft")
    assert names(folder) == ([out.name] if force else [])
    assert not force or out.read_text() == "old"


PROGRAM = """
import signal, sys
import clipkit as ck
if sys.argv[3] == "handled":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
clip = ck.open(sys.argv[1]).speed("0.1")
clip.export(sys.argv[2], quality="draft", size="360x640", progress=lambda p: print(p.done, flush=True))
"""


def stopped(source: Path, out: Path, number: signal.Signals, how: str = "") -> int:
    """What a program returns that got a signal once the render was under way."""
    command = [sys.executable, "-c", PROGRAM, str(source), str(out), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) > 30:
                break
        process.send_signal(number)
        process.stdout.read()
        return process.wait(60)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_that_is_heard(source: Path, folder: Path, number: signal.Signals) -> None:
    """Python hears SIGINT by itself, and SIGTERM where the program has a handler, as the command line has."""
    assert stopped(source, folder / "clip.mp4", number, "handled") not in (0, -number)
    assert names(folder) == []


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_a_signal_that_nobody_hears(source: Path, folder: Path, number: signal.Signals) -> None:
    """Nothing stands under the name; of the work, one hidden `.part` file may stay, which no later render minds."""
    out = folder / "clip.mp4"
    assert stopped(source, out, number) == -number
    assert not out.exists()
    assert all(name.startswith(".clip.") and name.endswith(".part.mp4") for name in names(folder))
    assert len(names(folder)) <= 1
    ck.open(source).export(out, quality="draft")
    assert frame_codes(out) == list(range(60))


# ---- a disk that is full, or none ----------------------------------------------------------------------------------

INSIDE = """
mount -t tmpfs -o {options} tmpfs {disk} || exit 77
{python} -c '
import sys, threading
import clipkit as ck
try:
    ck.open(sys.argv[1]).export(sys.argv[2], quality="good", size="360x640")
except ck.ClipkitError as error:
    print(type(error).__name__, error.code, bool(error.hint), threading.active_count())
' {source} {disk}/clip{suffix} || exit 1
ls -A {disk}
"""


def inside(source: Path, disk: Path, options: str, suffix: str = ".mp4") -> list[str]:
    """Export onto a small disk of its own in a user namespace: what was said, then what lies there."""
    disk.mkdir()
    words = {"python": sys.executable, "source": source, "disk": disk, "options": options, "suffix": suffix}
    command = ["unshare", "-rm", "sh", "-c", INSIDE.format(**words)]
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 77 or "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("no user namespaces here")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@linux
@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".gif"])
@pytest.mark.parametrize("size", ["4k", "20k"])
def test_a_full_disk(shelf: Shelf, tmp_path: Path, suffix: str, size: str) -> None:
    source = shelf.clip(frames=20, size=SMALL, sound="tones")
    assert inside(source, tmp_path / "disk", f"size={size}", suffix) == ["RenderError disk-full True 1"]


@linux
def test_a_disk_that_suffices(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(frames=20, size=SMALL, sound="tones")
    assert inside(source, tmp_path / "disk", "size=64m") == ["clip.mp4"]


@linux
def test_a_disk_that_is_read_only(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.clip(frames=20, size=SMALL, sound="tones")
    assert inside(source, tmp_path / "disk", "ro") == ["RenderError cannot-write True 1"]


@linux
def test_a_folder_of_somebody_else(source: Path, folder: Path) -> None:
    """As root nothing is forbidden: there, nobody tries."""
    folder.chmod(0o555)
    code = (
        "import os, sys; from pathlib import Path; import clipkit as ck\n"
        "from clipkit.store.atomic import replacing\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    with replacing(Path(sys.argv[1]), force=False): print('open')\n"
        "except ck.RenderError as error: print(error.code)\n"
    )
    command = [sys.executable, "-c", code, str(folder / "clip.mp4")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    folder.chmod(0o755)
    assert done.stdout.strip() == "cannot-write", done.stderr
    assert names(folder) == []


@pytest.mark.parametrize(
    ("place", "code"),
    [("nowhere/clip.mp4", "no-folder"), ("file/clip.mp4", "no-folder"), ("sub.mp4", "is-folder")],
)
def test_a_place_that_is_none(plan: Plan, folder: Path, place: str, code: str) -> None:
    (folder / "file").write_text("words")
    (folder / "sub.mp4").mkdir()
    with pytest.raises(RenderError) as caught:
        render(plan, folder / place, force=True)
    assert (caught.value.code, caught.value.where) == (code, str(folder / place))
    assert caught.value.hint
    assert names(folder) == ["file", "sub.mp4"]


# ---- work that fails -----------------------------------------------------------------------------------------------


def test_an_input_that_is_gone(shelf: Shelf, source: Path, tmp_path: Path, folder: Path) -> None:
    """It was there when the plan was made."""
    mine = shelf.copy(source, tmp_path / "mine.mp4")
    plan = ck.open(mine).with_output(target="source").plan("mp4")
    mine.unlink()
    with pytest.raises(MediaError) as caught:
        render(plan, folder / "clip.mp4")
    assert (caught.value.code, caught.value.where) == ("file-not-found", str(mine))
    assert names(folder) == []


@pytest.mark.parametrize("workers", [1, 3])
def test_an_input_that_becomes_something_else(
    shelf: Shelf, source: Path, tmp_path: Path, folder: Path, workers: int
) -> None:
    mine = shelf.copy(source, tmp_path / "mine.mp4")
    plan = ck.open(mine).speed("0.1").with_output(target="source").plan("mp4")
    mine.write_text("words instead of pictures\n" * 100)
    with pytest.raises(MediaError) as caught:
        render(plan, folder / "clip.mp4", workers=workers)
    assert caught.value.code == "not-media"
    assert names(folder) == []


@posix
def test_an_input_that_disappears_meanwhile(shelf: Shelf, source: Path, tmp_path: Path, folder: Path) -> None:
    """Who has it open reads on; who has not says that it is gone. Either way nothing half is left."""
    mine, out = shelf.copy(source, tmp_path / "mine.mp4"), folder / "clip.mp4"

    def remove(_progress: Progress) -> None:
        mine.unlink(missing_ok=True)

    try:
        ck.open(mine).speed("0.25").export(out, progress=remove, quality="draft")
    except MediaError as error:
        assert error.code == "file-not-found"  # noqa: PT017  either is right
        assert names(folder) == []
    else:
        assert video_facts(out).count == 240
        assert frame_codes(out)[-1] == 59


Call = Callable[[np.ndarray, float], np.ndarray]


def with_foreign(plan: Plan) -> tuple[Plan, Foreign]:
    step = Foreign("Broken", (), TimeMap.identity(plan.duration), plan.duration)
    assert isinstance(plan.picture, Shot)
    return replace(plan, picture=replace(plan.picture, steps=(step,))), step


def raising(error: Exception) -> Call:
    def call(picture: np.ndarray, t: float) -> np.ndarray:
        if t > 0.5:
            raise error
        return picture

    return call


@pytest.mark.parametrize(
    "error", [ValueError("a bug"), OSError("no such font"), MemoryError(), RenderError("x", code="x")]
)
@pytest.mark.parametrize("suffix", ["mp4", "gif"])
def test_a_foreign_effect_that_raises(source: Path, folder: Path, error: Exception, suffix: str) -> None:
    plan, step = with_foreign(ck.open(source).plan(suffix, copy=False))
    with pytest.raises((ClipkitError, type(error))):
        render(plan, folder / f"clip.{suffix}", foreign={step: raising(error)})
    assert names(folder) == []


@pytest.mark.parametrize("shape", [(10, 10, 3), (320, 180), (320, 180, 4), (0, 0, 3)])
def test_a_foreign_effect_of_another_shape(source: Path, folder: Path, shape: tuple[int, ...]) -> None:
    plan, step = with_foreign(ck.open(source).plan("mp4", copy=False))
    with pytest.raises(ClipkitError):
        render(plan, folder / "clip.mp4", foreign={step: lambda _picture, _t: np.zeros(shape, np.uint8)})
    assert names(folder) == []


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_an_encoder_that_fails(plan: Plan, folder: Path, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = crew_module.encode_span, []

    def failing(*args: object) -> object:
        calls.append(args)
        if len(calls) > 3:
            raise av.error.ExternalError(av.error.ErrorType.EXTERNAL, "x264 gave up")
        return real(*args)

    monkeypatch.setattr(crew_module, "encode_span", failing)
    with pytest.raises(RenderError) as caught:
        render(plan, folder / "clip.mp4", workers=workers)
    assert caught.value.code == "write-failed"
    assert names(folder) == []


# ---- verification --------------------------------------------------------------------------------------------------

LIES = {
    "frames": lambda plan: replace(plan.expect, frames=plan.expect.frames + 1),
    "width": lambda plan: replace(plan.expect, size=replace(plan.expect.size, width=182)),
    "rate": lambda plan: replace(plan.expect, rate=Fraction(29)),
    "sound": lambda plan: replace(plan.expect, samples=None),
    "length": lambda plan: replace(plan.expect, samples=plan.expect.samples - 4800),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("force", [False, True])
def test_what_is_not_as_planned_is_not_kept(source: Path, folder: Path, lie: str, force: bool) -> None:
    plan = ck.open(source).with_output(target="source", quality="draft").plan("mp4")
    out = folder / "clip.mp4"
    if force:
        out.write_text("old")
    with pytest.raises(RenderError) as caught:
        render(replace(plan, expect=LIES[lie](plan)), out, force=force)
    assert caught.value.code == "verification-failed"
    assert names(folder) == ([out.name] if force else [])
    assert not force or out.read_text() == "old"


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def emptied(data: bytes) -> bytes:
    return b""


def garbled(data: bytes) -> bytes:
    """The pictures' bytes are zeros, the index is whole."""
    start = data.rindex(b"mdat") + 4
    return data[:start] + bytes(len(data) - start)


@pytest.mark.parametrize("damage", [cut, emptied, garbled], ids=lambda damage: damage.__name__)
def test_what_a_disk_lost_is_not_kept(
    source: Path, folder: Path, damage: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = render_module.verify

    def verify(part: Path, plan: Plan) -> None:
        part.write_bytes(damage(part.read_bytes()))
        real(part, plan)

    monkeypatch.setattr(render_module, "verify", verify)
    with pytest.raises(RenderError) as caught:
        ck.open(source).export(folder / "clip.mp4", quality="draft")
    assert caught.value.code == "verification-failed"
    assert ".part" not in str(caught.value)
    assert names(folder) == []


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm", ".gif"])
def test_what_is_as_planned_is_kept(source: Path, folder: Path, suffix: str) -> None:
    report = ck.open(source).export(folder / f"clip{suffix}", quality="draft")
    assert names(folder) == [f"clip{suffix}"]
    assert report.bytes == (folder / f"clip{suffix}").stat().st_size > 1000


# ---- what stands there ---------------------------------------------------------------------------------------------


def test_nothing_is_overwritten_unasked(source: Path, folder: Path) -> None:
    out = folder / "clip.mp4"
    out.write_text("old")
    with pytest.raises(RenderError) as caught:
        ck.open(source).export(out)
    assert caught.value.code == "file-exists"
    assert "--force" in caught.value.hint
    assert out.read_text() == "old"
    ck.open(source).export(out, force=True, quality="draft")
    assert frame_codes(out) == list(range(60))
    assert names(folder) == ["clip.mp4"]


def same(path: Path) -> Path:
    return path


def roundabout(path: Path) -> Path:
    return path.parent / "sub" / ".." / path.name


def symlink(path: Path) -> Path:
    link = path.with_name("link.mp4")
    link.symlink_to(path)
    return link


def hard_link(path: Path) -> Path:
    link = path.with_name("hard.mp4")
    link.hardlink_to(path)
    return link


def through_folder(path: Path) -> Path:
    link = path.parent / "door"
    link.symlink_to(path.parent, target_is_directory=True)
    return link / path.name


WAYS = [same, roundabout, symlink, hard_link, through_folder]


@posix
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("role", ["picture", "music", "other", "first"])
def test_an_input_is_never_its_own_output(
    shelf: Shelf, source: Path, tmp_path: Path, way: Callable[[Path], Path], role: str
) -> None:
    mine = shelf.copy(source, tmp_path / "mine.mp4")
    (tmp_path / "sub").mkdir()
    whole = mine.read_bytes()
    clips = {
        "picture": lambda: ck.open(mine),
        "music": lambda: ck.open(source).music(mine),
        "other": lambda: ck.duet(source, mine),
        "first": lambda: ck.duet(mine, source),
    }
    out = way(mine)
    for force in (False, True):
        with pytest.raises(MediaError) as caught:
            clips[role]().export(out, force=force)
        assert caught.value.code == "own-input"
        assert caught.value.hint
    assert mine.read_bytes() == whole
    assert not list(tmp_path.glob(".*"))


@posix
def test_odd_names_for_outputs(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without a folder is no address, no option and no pattern."""
    monkeypatch.chdir(folder)
    odd = ["http:x.mp4", "take 12:30.mp4", "pipe:1.mp4", "-o.mp4", "100%d.mp4", "a|b.mov", "$(x).webm", "ü 漢🎬.gif"]
    for name in odd:
        ck.open(source).trim(0, "0.2").export(name, quality="draft", size="64x64")
    assert names(folder) == sorted(odd)
    assert all(video_facts(folder / name).count for name in odd if not name.endswith(".gif"))
