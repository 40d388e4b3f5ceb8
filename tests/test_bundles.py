"""Bundles: what goes in comes out elsewhere; of what a stranger, a bad disk or a full one made, nothing stays."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import clipkit as ck
from clipkit.cli._run import run
from clipkit.errors import ClipkitError, ProjectError, StoreError
from clipkit.store import bundles, database, drafts, histories
from media import Shelf

LONG = bool(os.environ.get("CLIPKIT_LONG"))
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX limits and signals")


@dataclass
class Machine:
    """Somebody's clipkit."""

    home: Path
    patch: pytest.MonkeyPatch

    def use(self) -> None:
        self.patch.setenv("CLIPKIT_HOME", str(self.home))

    def files(self) -> set[Path]:
        return {path for path in self.home.rglob("*") if path.is_file() and path.name != database.NAME}


@pytest.fixture
def sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path / "sender", monkeypatch)
    machine.use()
    return machine


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path / "receiver", monkeypatch)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ClipkitError) as caught:
        act()
    assert caught.value.hint
    return caught.value.code


def packed(folder: Path, *, media: bytes = b"bytes of a song " * 9, **options: bool) -> Path:
    """A small bundle of a draft with one medium that nobody opens."""
    song = folder / "take of mine.MP4"
    song.write_bytes(media)
    node = {"source": {"kind": "media", "path": str(song)}, "edits": []}
    for speed in (2, 3):
        node["edits"] = [{"kind": "speed", "factor": str(speed)}]
        drafts.save("holiday", json.dumps({"version": 1, "root": node}))
    drafts.tag("holiday", ("client-7",))
    target = folder / "holiday.clipkitz"
    ck.drafts.pack("holiday", target, force=True, **options)
    return target


# ---- there and back ----------------------------------------------------------------------------------------------


def test_a_draft_travels_to_another_machine(sender: Machine, receiver: Machine, shelf: Shelf, tmp_path: Path):
    folder = tmp_path / "videos of mine"
    folder.mkdir()
    one, two = folder / "take.mp4", folder / "again.mp4"
    shutil.copy(shelf.clip(seconds=1, size=(96, 128)), one)
    shutil.copy(shelf.clip(seconds=2, size=(128, 96)), two)
    clip = ck.open(one).speed("2").filter("noir")
    ck.drafts.save("holiday", clip)
    ck.drafts.save("holiday", ck.duet(clip, ck.open(two)))
    ck.drafts.tag("holiday", ["done"])
    before = ck.drafts.open("holiday")
    before.export(tmp_path / "before.mp4")
    told = ck.drafts.pack("holiday", tmp_path / "x.clipkitz", history=True)
    assert (told.files, told.revisions) == (2, 2)
    whole = (tmp_path / "x.clipkitz").read_bytes()
    assert b"videos of mine" not in whole
    assert b"take.mp4" not in whole
    with zipfile.ZipFile(tmp_path / "x.clipkitz") as file:  # any other program reads it too
        assert file.testzip() is None
        assert file.namelist() == ["manifest.json", "draft.json", "media/1.mp4", "media/2.mp4"]
        assert file.read("media/1.mp4") == one.read_bytes()

    shutil.rmtree(folder)
    receiver.use()
    unpacked = ck.drafts.unpack(tmp_path / "x.clipkitz", name="beach")
    assert (unpacked.name, unpacked.files, unpacked.revisions) == ("beach", 2, 2)
    assert receiver.home in Path(unpacked.folder).parents
    assert {path.name for path in Path(unpacked.folder).iterdir()} == {"1.mp4", "2.mp4"}
    ck.drafts.open("beach").export(tmp_path / "after.mp4")
    assert (tmp_path / "after.mp4").read_bytes() == (tmp_path / "before.mp4").read_bytes()
    assert [draft.tags for draft in ck.drafts] == [("done",)]
    assert {medium.state for medium in ck.drafts.media("beach")} == {"there"}
    assert ck.drafts.undo("beach").project.root.edits == clip.project.root.edits


def test_what_shows_travels_alone_unless_history_is_asked_for(sender: Machine, receiver: Machine, tmp_path: Path):
    bundle = packed(tmp_path)
    receiver.use()
    ck.drafts.unpack(bundle)
    assert len(ck.drafts.history("holiday")) == 1
    assert '"factor": "3"' in drafts.load("holiday").text


def test_the_same_draft_gives_the_same_bytes(sender: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = packed(tmp_path, history=True).read_bytes()
    monkeypatch.chdir("/")
    os.utime(tmp_path / "take of mine.MP4", (1, 1))
    ck.drafts.pack("holiday", tmp_path / "again.clipkitz", history=True)
    assert (tmp_path / "again.clipkitz").read_bytes() == first


def test_media_stands_in_it_once_however_often_it_is_read(sender: Machine, shelf: Shelf, tmp_path: Path):
    for name in ("a.mp4", "b.mp4"):
        shutil.copy(shelf.clip(seconds=1, size=(96, 128)), tmp_path / name)
    ck.drafts.save("twice", ck.duet(ck.open(tmp_path / "a.mp4"), ck.open(tmp_path / "b.mp4")))
    assert ck.drafts.pack("twice", tmp_path / "x.clipkitz").files == 1
    assert ck.drafts.unpack(tmp_path / "x.clipkitz", name="back").files == 1
    assert len(ck.drafts.media("back")) == 1


def test_media_that_is_gone_is_told_and_only_former_states_may_lack_it(sender: Machine, shelf: Shelf, tmp_path: Path):
    for name in ("a.mp4", "b.mp4"):
        shutil.copy(shelf.clip(seconds=1, size=(96, 128)), tmp_path / name)
    (tmp_path / "b.mp4").write_bytes((tmp_path / "b.mp4").read_bytes() + bytes(8))
    ck.drafts.save("holiday", ck.open(tmp_path / "a.mp4"))
    ck.drafts.save("holiday", ck.open(tmp_path / "b.mp4"))
    (tmp_path / "a.mp4").unlink()
    ck.drafts.pack("holiday", tmp_path / "x.clipkitz", history=True)
    ck.drafts.unpack(tmp_path / "x.clipkitz", name="back")
    ck.drafts.undo("back")
    assert [medium.found for medium in ck.drafts.media("back")] == [None]
    ck.drafts.redo("back")
    assert [medium.state for medium in ck.drafts.media("back")] == ["there"]
    (tmp_path / "b.mp4").unlink()
    assert refusal(lambda: ck.drafts.pack("holiday", tmp_path / "y.clipkitz")) == "media-missing"
    assert not [path for path in tmp_path.iterdir() if path.name.lstrip(".").startswith("y.")]


def test_files_that_are_there_are_not_overwritten(sender: Machine, tmp_path: Path):
    bundle = packed(tmp_path)
    assert refusal(lambda: ck.drafts.pack("holiday", bundle)) == "file-exists"
    song = tmp_path / "take of mine.MP4"
    assert refusal(lambda: ck.drafts.pack("holiday", song, force=True)) == "own-input"
    assert refusal(lambda: ck.drafts.unpack(bundle)) == "draft-exists"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    assert refusal(lambda: ck.drafts.unpack(bundle, name="b", into=tmp_path / "full")) == "folder-exists"
    assert refusal(lambda: ck.drafts.unpack(bundle, name="a/b")) == "bad-name"
    assert refusal(lambda: ck.drafts.unpack(tmp_path / "none.clipkitz")) == "cannot-read"
    assert [draft.name for draft in ck.drafts] == ["holiday"]
    assert sender.files() == set()
    (tmp_path / "empty").mkdir()
    assert ck.drafts.unpack(bundle, name="b", into=tmp_path / "empty").folder == str(tmp_path / "empty")
    assert [path.name for path in (tmp_path / "empty").iterdir()] == ["1.mp4"]


def test_commands(
    sender: Machine,
    receiver: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    packed(tmp_path).unlink()
    assert run(["draft", "pack", "holiday"]) == 0
    receiver.use()
    capsys.readouterr()
    assert run(["draft", "unpack", "holiday.clipkitz", "--into", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(tmp_path / "mine")
    assert run(["draft", "unpack", "holiday.clipkitz"]) == 6


# ---- strangers, bad disks, full disks ----------------------------------------------------------------------------


def refused(bundle: Path, receiver: Machine) -> str:
    """The code with which a bundle is refused; nothing may be left of it."""
    receiver.use()
    code = refusal(lambda: ck.drafts.unpack(bundle))
    assert drafts.names() == ()
    assert receiver.files() == set()
    assert not list((receiver.home / "data" / "unpacked").glob("*"))
    return code


Entry = tuple[str, bytes]


def forged(path: Path, entries: list[Entry]) -> None:
    """A bundle as clipkit's own writer lays it out, of any parts, with a true manifest."""
    contents = [bundles.Content(name, data) for name, data in entries]
    with path.open("wb") as file:
        bundles.write(file, contents)


def with_draft(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    """A bundle whose draft is another one; all sums are true."""

    def made(path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            entries = [(name, file.read(name)) for name in file.namelist()[1:]]
        draft = json.loads(entries[0][1])
        change(draft)
        forged(path, [(bundles.DRAFT, json.dumps(draft).encode()), *entries[1:]])

    return made


def reading(path: str) -> Callable[[Path], None]:
    """A draft that reads a file of the receiver's."""

    def change(draft: dict[str, object]) -> None:
        draft["revisions"][-1]["project"]["root"]["source"]["path"] = path  # type: ignore[index]

    return with_draft(change)


def named(name: str) -> Callable[[Path], None]:
    """A part of another name, with true sums."""

    def made(path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            draft = file.read(bundles.DRAFT)
        forged(path, [(bundles.DRAFT, draft), (name, b"content")])

    return made


def rezipped(change: Callable[[zipfile.ZipFile, dict[str, bytes]], None]) -> Callable[[Path], None]:
    """The same members through another program, with the same comment."""

    def made(path: Path) -> None:
        with zipfile.ZipFile(path) as file:
            members = {name: file.read(name) for name in file.namelist()}
            comment = file.comment
        with zipfile.ZipFile(path, "w") as file:
            change(file, members)
            file.comment = comment

    return made


def plainly(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, data in members.items():
        file.writestr(name, data)


def deflated(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, data in {**members, "media/1.mp4": bytes(10 << 20)}.items():
        file.writestr(name, data, zipfile.ZIP_DEFLATED)


def twice(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    plainly(file, members)
    with pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("media/1.mp4", b"another")


def unlisted(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    plainly(file, {**members, "media/2.mp4": b"stowaway"})


def lacking(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    members.pop("media/1.mp4")
    plainly(file, members)


def linked(file: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    plainly(file, {name: data for name, data in members.items() if name != "media/1.mp4"})
    link = zipfile.ZipInfo("media/1.mp4")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    file.writestr(link, "/etc/passwd")


def link_in_place(path: Path) -> None:
    """Only the kind of the member is another: in the directory's attributes."""
    data = path.read_bytes()
    old, new = (mode.to_bytes(4, "little") for mode in ((stat.S_IFREG | 0o600) << 16, (stat.S_IFLNK | 0o600) << 16))
    assert data.count(old) == 3
    path.write_bytes(data.replace(old, new))


def overlapping(path: Path) -> None:
    """The directory says of the second part that it lies where the first does."""
    data = bytearray(path.read_bytes())
    at = data.rindex(b"media/1.mp4") + len("media/1.mp4") + 4 + 16
    data[at : at + 8] = (0).to_bytes(8, "little")
    path.write_bytes(data)


def huge(path: Path) -> None:
    """A ZIP64 size of an exabyte, with a true manifest sum: only the bytes are not there."""
    with zipfile.ZipFile(path) as file:
        manifest, comment = file.read("manifest.json"), file.comment
    told = json.loads(manifest)
    told["parts"][1]["size"] = 1 << 60
    forged_manifest = json.dumps(told, indent=1).encode()
    sums = [hashlib.sha256(each).hexdigest().encode() for each in (manifest, forged_manifest)]
    data = path.read_bytes().replace(comment, comment.replace(*sums))
    head = 30 + len("manifest.json") + 20
    size = len(forged_manifest).to_bytes(8, "little")
    path.write_bytes(data[: head - 16] + size * 2 + forged_manifest + data[head + len(manifest) :])


def large_manifest(path: Path) -> None:
    data = bytearray(path.read_bytes())
    head = 30 + len("manifest.json") + 20
    data[head - 8 : head] = (1 << 40).to_bytes(8, "little")
    path.write_bytes(data)


def written(data: bytes) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        path.write_bytes(data)

    return made


def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: written(change(path.read_bytes()))(path)


def nested_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("../../evil", "x")
    return buffer.getvalue()


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "absolute-path": (reading("/etc/passwd"), "bad-bundle"),
    "path-above": (reading("../../etc/passwd"), "bad-bundle"),
    "path-of-no-part": (reading("media/2.mp4"), "bad-bundle"),
    "path-above-in-missing": (reading("missing/../../x"), "bad-bundle"),
    "member-above": (named("../evil"), "bad-bundle"),
    "member-absolute": (named("/tmp/evil"), "bad-bundle"),
    "member-of-windows": (named("media\\1.mp4"), "bad-bundle"),
    "member-out-of-order": (named("media/2.mp4"), "bad-bundle"),
    "member-odd-suffix": (named("media/1.mp4/../x"), "bad-bundle"),
    "member-mark": (named(".unpacking"), "bad-bundle"),
    "rezipped": (rezipped(plainly), "bad-bundle"),
    "bomb": (rezipped(deflated), "bad-bundle"),
    "duplicate": (rezipped(twice), "bad-bundle"),
    "unlisted": (rezipped(unlisted), "bad-bundle"),
    "lacking": (rezipped(lacking), "bad-bundle"),
    "link": (rezipped(linked), "bad-bundle"),
    "link-in-place": (link_in_place, "bad-bundle"),
    "overlap": (overlapping, "bad-bundle"),
    "exabyte": (huge, "bad-bundle"),
    "large-manifest": (large_manifest, "bad-bundle"),
    "cut": (changed(lambda data: data[:-1]), "bad-bundle"),
    "cut-in-the-middle": (changed(lambda data: data[: len(data) // 2]), "bad-bundle"),
    "appended": (changed(lambda data: data + b"x"), "bad-bundle"),
    "prepended": (changed(lambda data: b"#!/bin/sh\n" + data), "no-bundle"),
    "empty": (written(b""), "no-bundle"),
    "text": (written(b"no zip at all" * 99), "no-bundle"),
    "other-zip": (written(nested_zip()), "no-bundle"),
    "circle": (with_draft(lambda draft: draft["revisions"][0].update(parent=1)), "bad-bundle"),  # type: ignore[index]
    "no-revision": (with_draft(lambda draft: draft.update(revisions=[])), "bad-bundle"),
    "head-outside": (with_draft(lambda draft: draft.update(head=9)), "bad-bundle"),
    "more-keys": (with_draft(lambda draft: draft.update(run="rm -rf /")), "bad-bundle"),
    "bad-name": (with_draft(lambda draft: draft.update(name="../x")), "bad-name"),
    "bad-tag": (with_draft(lambda draft: draft.update(tags=["a/b"])), "bad-name"),
    "no-project": (with_draft(lambda draft: draft["revisions"][0].update(project={})), "bad-document"),  # type: ignore[index]
    "newer-project": (
        with_draft(lambda draft: draft["revisions"][0]["project"].update(version=99)),  # type: ignore[index]
        "newer-document",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_of_a_hostile_bundle_nothing_is_left(sender: Machine, receiver: Machine, tmp_path: Path, kind: str):
    bundle = packed(tmp_path)
    make, code = HOSTILE[kind]
    make(bundle)
    assert refused(bundle, receiver) == code


def test_a_bundle_of_a_newer_clipkit_is_told(
    sender: Machine, receiver: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bundles, "VERSION", 2)
    bundle = packed(tmp_path)
    monkeypatch.setattr(bundles, "VERSION", 1)
    assert refused(bundle, receiver) == "newer-bundle"


def test_the_forgers_own_bundle_is_taken_when_it_is_true(sender: Machine, receiver: Machine, tmp_path: Path):
    """The negative control: what the tests forge with would be taken, were it not for what they change."""
    bundle = packed(tmp_path)
    with_draft(lambda draft: None)(bundle)
    receiver.use()
    assert ck.drafts.unpack(bundle).files == 1


def test_every_bit_that_flips_in_a_bundle_is_noticed(sender: Machine, receiver: Machine, tmp_path: Path):
    """Row S7: anywhere, headers and names and times included."""
    bundle = packed(tmp_path, history=True)
    whole, chance = bundle.read_bytes(), random.Random(8)
    receiver.use()
    for _ in range(2_000 if LONG else 200):
        data = bytearray(whole)
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        bundle.write_bytes(data)
        assert refusal(lambda: ck.drafts.unpack(bundle)) in ("bad-bundle", "no-bundle"), f"bit {bit}"
        assert receiver.files() == set(), f"bit {bit}"
    assert drafts.names() == ()
    bundle.write_bytes(whole)
    assert ck.drafts.unpack(bundle).revisions == 2


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
import clipkit as ck
try:
    if sys.argv[1] == "pack":
        ck.drafts.pack("holiday", sys.argv[3])
    else:
        ck.drafts.unpack(sys.argv[3])
except ck.StoreError as error:
    print(error.code)
"""


@posix
@pytest.mark.parametrize("word", ["pack", "unpack"])
def test_a_full_disk_leaves_nothing(sender: Machine, receiver: Machine, tmp_path: Path, word: str):
    """Row S4: a limit on the size of files stands for a full disk, at every share of the work."""
    bundle = packed(tmp_path, media=random.Random(9).randbytes(200_000))
    size = bundle.stat().st_size
    if word == "unpack":
        receiver.use()
    for share in range(10 if LONG else 2):
        target = bundle if word == "unpack" else tmp_path / "other.clipkitz"
        limit = str(10_000 + (size - 20_000) * share // 10)
        done = subprocess.run(
            [sys.executable, "-c", FULL, word, limit, str(target)], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "disk-full"
        assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {bundle.name, "take of mine.MP4"}
        assert receiver.files() == set()
        assert not list((receiver.home / "data" / "unpacked").glob("*"))


KILLED = """
import os, signal, sys
from clipkit.store import histories
histories.add = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
import clipkit as ck
ck.drafts.unpack(sys.argv[1])
"""


@posix
def test_what_a_kill_leaves_is_swept_by_the_next(sender: Machine, receiver: Machine, tmp_path: Path):
    bundle = packed(tmp_path)
    receiver.use()
    done = subprocess.run([sys.executable, "-c", KILLED, str(bundle)], check=False)
    assert done.returncode == -9
    assert drafts.names() == ()
    (left,) = (receiver.home / "data" / "unpacked").iterdir()
    kept = ck.drafts.unpack(bundle)
    assert not left.exists()
    ck.drafts.unpack(bundle, name="again")
    assert Path(kept.folder, "1.mp4").exists(), "what is whole stays"


def test_a_draft_that_cannot_be_stored_takes_its_media_with_it(
    sender: Machine, receiver: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bundle = packed(tmp_path)

    def fail(*given: object) -> None:
        raise StoreError("planted", code="planted", hint="none")

    monkeypatch.setattr(histories, "add", fail)
    assert refused(bundle, receiver) == "planted"


def test_a_file_that_changes_while_it_is_packed_is_told(
    sender: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    packed(tmp_path)
    weighed = bundles._weighed

    def meanwhile(content: bundles.Content) -> object:
        found = weighed(content)
        if isinstance(content.source, Path):
            content.source.write_bytes(b"other bytes")
        return found

    monkeypatch.setattr(bundles, "_weighed", meanwhile)
    assert refusal(lambda: ck.drafts.pack("holiday", tmp_path / "y.clipkitz")) == "cannot-pack"
    assert not [path for path in tmp_path.iterdir() if path.name.lstrip(".").startswith("y.")]


def test_a_corrupt_document_is_no_bundle(sender: Machine, tmp_path: Path):
    drafts.save("odd", "no project")
    with pytest.raises(ProjectError):
        ck.drafts.pack("odd", tmp_path / "x.clipkitz")
