"""Files appear whole or not at all; drafts are kept under names that every system can hold."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from unittest.mock import patch

import pytest

from clipkit.errors import ClipkitError, RenderError
from clipkit.store import atomic
from clipkit.store.atomic import replacing, sweep
from clipkit.store.locks import lock

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def write(target: Path, text: str, *, force: bool = False) -> None:
    with replacing(target, force=force) as part:
        part.write_text(text)


def listing(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def refused(target: Path, *, force: bool = False) -> ClipkitError:
    with pytest.raises(RenderError) as caught:
        write(target, "new", force=force)
    assert caught.value.hint
    assert caught.value.where == str(target)
    return caught.value


# ---- atomic: what it does --------------------------------------------------------------------------------------


def test_a_file_appears_whole_under_its_name(tmp_path: Path):
    target = tmp_path / "clip.mp4"
    with replacing(target, force=False) as part:
        assert part.parent == tmp_path
        assert part.suffix == ".mp4"
        assert ".part" in part.name
        assert part.name.startswith(".")
        part.write_text("all of it")
        assert not target.exists()
    assert listing(tmp_path) == {"clip.mp4": "all of it"}


def test_two_parts_of_one_target_differ(tmp_path: Path):
    with replacing(tmp_path / "a", force=True) as one, replacing(tmp_path / "a", force=True) as two:
        assert one != two


def test_a_sweep_takes_what_nobody_writes_any_more_and_nothing_else(tmp_path: Path):
    for name in (".clip.0123456789ab.part.mp4", ".clip.ba9876543210.part", f".{'n' * 40}.0123456789ab.part.mp4"):
        (tmp_path / name).write_text("left by a writer that was killed")
    kept = {
        ".clip.part.mp4": "not of clipkit's making",
        ".clip.0123456789AB.part.mp4": "nor this",
        "clip.0123456789ab.part.mp4": "nor this, which is to be seen",
        ".clip.0123456789ab.part.mp4.bak": "nor this",
    }
    for name, text in kept.items():
        (tmp_path / name).write_text(text)
    folder = tmp_path / ".folder.0123456789ab.part.mp4"
    folder.mkdir()
    with replacing(tmp_path / "clip.mp4", force=False) as part:
        part.write_text("being written")
        sweep(tmp_path)
        assert part.read_text() == "being written"
        assert folder.is_dir()
        folder.rmdir()
        part.write_text("all of it")
    assert listing(tmp_path) == {**kept, "clip.mp4": "all of it"}
    sweep(tmp_path / "nowhere")


@posix
def test_a_sweep_follows_no_link(tmp_path: Path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / ".clip.0123456789ab.part.mp4").symlink_to(tmp_path / "mine")
    sweep(tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


@posix
def test_a_sweep_between_making_and_locking_costs_a_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Before the writer has its lock, a sweep takes the file, and is seen to, whether it is done or under way."""
    taken: list[Path] = []

    def late(descriptor: int) -> bool:
        if len(taken) < 2:
            (part,) = tmp_path.glob(".clip.*.part.mp4")
            taken.append(part)
            if len(taken) == 1:
                part.unlink()
                return lock(descriptor)
            with part.open("r+b") as other:
                assert lock(other.fileno())
                return lock(descriptor)
        return lock(descriptor)

    monkeypatch.setattr(atomic, "lock", late)
    with replacing(tmp_path / "clip.mp4", force=False) as part:
        part.write_text("all of it")
    assert len({*taken, part}) == 3
    assert listing(tmp_path) == {"clip.mp4": "all of it"}


def test_without_locks_files_are_written_and_none_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(atomic, "lock", raising(errno.ENOLCK))
    (tmp_path / ".clip.0123456789ab.part.mp4").write_text("whose?")
    with replacing(tmp_path / "clip.mp4", force=False) as part:
        part.write_text("all of it")
        sweep(tmp_path)
    assert listing(tmp_path) == {"clip.mp4": "all of it", ".clip.0123456789ab.part.mp4": "whose?"}


@posix
def test_a_long_name_has_a_part_too(tmp_path: Path):
    target = tmp_path / ("n" * 250 + ".mp4")
    write(target, "text")
    assert listing(tmp_path) == {target.name: "text"}


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, RenderError])
@pytest.mark.parametrize("force", [False, True])
def test_an_exception_leaves_nothing(tmp_path: Path, kind: type[BaseException], force: bool):
    error = RenderError("x", code="x") if kind is RenderError else kind("x")

    def fail() -> None:
        with replacing(tmp_path / "clip.mp4", force=force) as part:
            part.write_text("half")
            raise error

    with pytest.raises(kind) as caught:
        fail()
    assert caught.value is error
    assert listing(tmp_path) == {}


def test_an_exception_leaves_what_stood_there(tmp_path: Path):
    target = tmp_path / "clip.mp4"
    target.write_text("old")

    def fail() -> None:
        with replacing(target, force=True) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert listing(tmp_path) == {"clip.mp4": "old"}


def test_it_replaces_only_when_told(tmp_path: Path):
    target = tmp_path / "clip.mp4"
    target.write_text("old")
    assert refused(target).code == "file-exists"
    assert listing(tmp_path) == {"clip.mp4": "old"}
    write(target, "new", force=True)
    assert listing(tmp_path) == {"clip.mp4": "new"}


def test_the_refusal_comes_before_the_work(tmp_path: Path):
    target = tmp_path / "clip.mp4"
    target.write_text("old")
    worked = []
    with pytest.raises(RenderError), replacing(target, force=False):
        worked.append(True)
    assert not worked


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path):
    target = tmp_path / "clip.mp4"

    def lose() -> None:
        with replacing(target, force=False) as part:
            part.write_text("mine")
            target.write_text("theirs")

    with pytest.raises(RenderError) as caught:
        lose()
    assert caught.value.code == "file-exists"
    assert listing(tmp_path) == {"clip.mp4": "theirs"}


def race(target: Path, writers: int, *, force: bool) -> list[str]:
    """Codes of the writers that lost, after all of them finished together."""
    barrier, lost = threading.Barrier(writers), []

    def run(number: int) -> None:
        try:
            with replacing(target, force=force) as part:
                part.write_text(str(number) * 10_000)
                barrier.wait()
        except RenderError as error:
            lost.append(error.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lost


@pytest.mark.parametrize("linking", [True, False])
def test_of_several_writers_one_wins_whole(tmp_path: Path, linking: bool, monkeypatch: pytest.MonkeyPatch):
    if not linking:
        monkeypatch.setattr(os, "link", raising(errno.EPERM))
    assert race(tmp_path / "clip.mp4", 8, force=False) == ["file-exists"] * 7
    (text,) = listing(tmp_path).values()
    assert len(text) == 10_000
    assert len(set(text)) == 1


@posix
def test_with_force_every_writer_succeeds_and_the_last_stays(tmp_path: Path):
    assert race(tmp_path / "clip.mp4", 8, force=True) == []
    (text,) = listing(tmp_path).values()
    assert len(set(text)) == 1


# ---- atomic: what it says of a system that says no ----------------------------------------------------------------


def raising(number: int):
    def fail(*_args: object, **_keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_missing_folder(tmp_path: Path):
    assert refused(tmp_path / "nowhere" / "clip.mp4").code == "no-folder"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("target", ["", "folder"])
def test_a_folder_is_no_target(tmp_path: Path, target: str, force: bool):
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / target, force=force).code == "is-folder"


@posix
def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file" / "clip.mp4").code == "no-folder"


@posix
def test_a_dangling_link_is_not_written_through(tmp_path: Path):
    target = tmp_path / "clip.mp4"
    target.symlink_to(tmp_path / "elsewhere")
    assert refused(target).code == "file-exists"
    assert not (tmp_path / "elsewhere").exists()


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        assert refused(tmp_path / "clip.mp4").code == "cannot-write"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "cannot-write"),
        (errno.EROFS, "cannot-write"),
        (errno.ENOSPC, "disk-full"),
        (errno.EIO, "cannot-write"),
        (errno.ENAMETOOLONG, "bad-name"),
    ],
)
def test_each_refusal_of_the_system_has_its_words(tmp_path: Path, number: int, code: str):
    with patch.object(os, "open", raising(number)):
        assert refused(tmp_path / "clip.mp4").code == code
    assert listing(tmp_path) == {}


def test_a_disk_that_is_full_while_writing(tmp_path: Path):
    def fail() -> None:
        with replacing(tmp_path / "clip.mp4", force=False) as part:
            part.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(RenderError) as caught:
        fail()
    assert caught.value.code == "disk-full"
    assert listing(tmp_path) == {}


def test_a_disk_that_is_full_when_synced(tmp_path: Path):
    with patch.object(os, "fsync", raising(errno.ENOSPC)):
        assert refused(tmp_path / "clip.mp4").code == "disk-full"
    assert listing(tmp_path) == {}


def test_errors_of_other_files_pass_as_they_are(tmp_path: Path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "clip.mp4", force=False):
        (tmp_path / "input.mp4").read_bytes()
    assert listing(tmp_path) == {}


class Failing:
    """Lets calls to the system through until the n-th, which fails with EIO."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def around(self, call):
        def counted(*args: object, **keywords: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.EIO, "Input/output error")
            return call(*args, **keywords)

        return counted


@posix
@pytest.mark.parametrize("force", [False, True])
def test_an_error_at_any_call_is_typed_and_leaves_one_whole_file(tmp_path: Path, force: bool):
    """EIO at the first, second, … call until none is left to fail: at least five must have been reached."""
    target, reached = tmp_path / "clip.mp4", 0
    while True:
        target.unlink(missing_ok=True)
        if force:
            target.write_text("old")
        failing = Failing(reached + 1)
        with (
            patch.object(os, "open", failing.around(os.open)),
            patch.object(os, "fsync", failing.around(os.fsync)),
            patch.object(os, "link", failing.around(os.link)),
            patch.object(os, "replace", failing.around(os.replace)),
        ):
            try:
                write(target, "new", force=force)
                code = ""
            except RenderError as error:
                code = error.code
        if failing.left > 0:
            break
        reached += 1
        assert code == "cannot-write"
        assert listing(tmp_path) in ([{"clip.mp4": "old"}, {"clip.mp4": "new"}] if force else [{}])
    assert listing(tmp_path) == {"clip.mp4": "new"}
    assert reached >= 5


@posix
def test_a_folder_that_cannot_be_synced_is_no_fault_of_the_file(tmp_path: Path):
    real = os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    with patch.object(os, "fsync", files_only):
        write(tmp_path / "clip.mp4", "text")
    assert listing(tmp_path) == {"clip.mp4": "text"}
