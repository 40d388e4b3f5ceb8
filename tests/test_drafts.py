"""Drafts: nothing that was saved is lost, whatever stops it; undo, trash, names, moved media; damage is told."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

import clipkit as ck
from clipkit.errors import StoreError
from clipkit.project.difference import differences
from clipkit.store import database, drafts, media, rows, upkeep
from disk import Call, Disk, connected, states
from media import Shelf

LONG = bool(os.environ.get("CLIPKIT_LONG"))
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and permissions")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Path:
    """The file of the store."""
    return home / "data" / database.NAME


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        act()
    assert caught.value.hint
    return caught.value.code


# ---- save and load -----------------------------------------------------------------------------------------------


def test_a_draft_comes_back_as_it_was(store: Path):
    drafts.save("Holiday in Öland", '{"version": 1}\n')
    assert drafts.load("Holiday in Öland").text == '{"version": 1}\n'
    assert [draft.name for draft in drafts.names()] == ["Holiday in Öland"]


@posix
def test_nobody_else_may_look_into_it(store: Path):
    drafts.save("holiday", "{}")
    assert store.parent.stat().st_mode & 0o077 == 0
    assert store.stat().st_mode & 0o077 == 0


def test_every_save_is_kept_and_the_same_again_is_none(home: Path):
    for number in range(1, 151):
        assert drafts.save("holiday", f'{{"version": {number}}}').revision == number
    assert drafts.save("holiday", '{"version": 150}').revision == 150
    assert [step.text for step in drafts.history("holiday")] == [f'{{"version": {n}}}' for n in range(1, 151)]
    assert drafts.load("holiday", 77).text == '{"version": 77}'
    assert refusal(lambda: drafts.load("holiday", 151)) == "unknown-revision"


def test_a_new_draft_takes_no_name_that_is_taken(home: Path):
    drafts.save("holiday", "old")
    assert refusal(lambda: drafts.save("holiday", "new", new=True)) == "draft-exists"
    assert drafts.load("holiday").text == "old"


def test_they_are_listed_last_changed_first(home: Path, monkeypatch: pytest.MonkeyPatch):
    assert drafts.names() == ()
    for name, when in (("oldest", 1.0), ("newest", 3.0), ("older", 2.0)):
        monkeypatch.setattr(rows.time, "time", lambda when=when: 1_700_000_000 + when)
        drafts.save(name, "{}")
    assert [draft.name for draft in drafts.names()] == ["newest", "older", "oldest"]
    assert drafts.names()[0].modified.timestamp() == 1_700_000_003


def test_a_clock_that_jumps_back_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch):
    for number, when in enumerate((2e9, 1e9, 0.0, 3e9)):
        monkeypatch.setattr(rows.time, "time", lambda when=when: when)
        drafts.save("holiday", f"text {number}")
    assert drafts.load("holiday").text == "text 3"
    assert [step.text for step in drafts.history("holiday")] == [f"text {n}" for n in range(4)]
    assert drafts.undo("holiday", 3).text == "text 0"


@pytest.mark.parametrize("act", [drafts.load, drafts.delete, drafts.history, drafts.undo])
def test_an_unknown_draft_is_answered_with_the_nearest(home: Path, act: Callable[[str], object]):
    assert refusal(lambda: act("holiday")) == "unknown-draft"
    assert not list(home.rglob("*.db")), "asking makes nothing"
    drafts.save("holiday", "{}")
    with pytest.raises(StoreError, match="holidya") as caught:
        act("holidya")
    assert "holiday" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [("x" * (drafts.MAX_TEXT_BYTES + 1), "draft-too-large"), ("\ud800", "bad-text")],
    ids=["large", "odd"],
)
def test_what_could_not_be_read_back_is_not_saved(home: Path, text: str, code: str):
    assert refusal(lambda: drafts.save("holiday", text)) == code
    assert drafts.names() == ()


BAD_NAMES = [
    "", "x" * 101, "字" * 81, ".hidden", "..", "a/b", "a\\b", "../../etc/passwd", "C:clip", "what?", "a\x00b", "a\nb",
    "trailing.", "trailing ", " leading", "con", "NUL", "com1.backup", "LPT9", "\ud800", "a\u2028b",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_bad_name_is_refused_by_every_word(home: Path, name: str):
    drafts.save("fine", "{}")
    for act in (
        lambda: drafts.save(name, "{}"),
        lambda: drafts.load(name),
        lambda: drafts.delete(name),
        lambda: drafts.rename("fine", name),
        lambda: drafts.copy("fine", name),
        lambda: drafts.tag("fine", (name,)),
    ):
        assert refusal(act) == "bad-name"


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"CLIPKIT_HOME": folder}):
        yield Path(folder)


ODD_NAMES = ["con", "a", "..", "é", "e\u0301", "👩‍👧", "nul.x", "x" * 100, "a'; DROP TABLE drafts; --"]


@given(
    name=st.one_of(st.text(max_size=120), st.sampled_from(ODD_NAMES)),
    texts=st.lists(st.text(max_size=200), min_size=1, max_size=5),
)
def test_any_name_and_texts_come_back_or_are_refused(shared_home: Path, name: str, texts: list[str]):
    try:
        for text in texts:
            drafts.save(name, text)
    except StoreError as error:
        code = error.code
    else:
        code = ""
    assert code in ("", "bad-name")
    if code:
        return
    kept = [text for n, text in enumerate(texts) if n == 0 or text != texts[n - 1]]
    assert [step.text for step in drafts.history(name)] == kept
    assert unicodedata.normalize("NFC", name) in [draft.name for draft in drafts.names()]
    inside = {path.name for path in shared_home.rglob("*") if path.is_file()}
    assert inside == {database.NAME}
    drafts.delete(name)
    drafts.purge()
    assert drafts.names() == drafts.names(trash=True) == ()


# ---- undo, redo, conflicts ---------------------------------------------------------------------------------------


class Twin:
    """What the history of a draft should be, kept simply."""

    def __init__(self, text: str) -> None:
        self.texts, self.parents = [text], [0]
        self.head = self.tip = 1

    def save(self, text: str) -> None:
        if self.texts[self.head - 1] != text:
            self.texts.append(text)
            self.parents.append(self.head)
            self.head = self.tip = len(self.texts)

    def line(self, number: int) -> list[int]:
        return [] if number == 0 else [number, *self.line(self.parents[number - 1])]

    def undo(self, steps: int) -> bool:
        line = self.line(self.head)
        if len(line) > steps:
            self.head = line[steps]
        return len(line) > steps

    def redo(self, steps: int) -> bool:
        ahead = self.line(self.tip)
        ahead = ahead[: ahead.index(self.head)][::-1]
        if len(ahead) >= steps:
            self.head = ahead[steps - 1]
        return len(ahead) >= steps


STEPS = st.lists(st.tuples(st.sampled_from(["save", "undo", "redo"]), st.integers(1, 4)), max_size=25)


@given(steps=STEPS)
def test_undo_and_redo_lose_nothing(shared_home: Path, steps: list[tuple[str, int]]):
    for draft in drafts.names():
        drafts.delete(draft.name)
    drafts.save("a", "0")
    twin = Twin("0")
    for count, (word, number) in enumerate(steps, 1):
        if word == "save":
            drafts.save("a", f"{count}")
            twin.save(f"{count}")
        elif getattr(twin, word)(number):
            getattr(drafts, word)("a", number)
        else:
            assert refusal(lambda word=word, number=number: getattr(drafts, word)("a", number)) == f"nothing-to-{word}"
        assert drafts.load("a").text == twin.texts[twin.head - 1]
    assert [(step.text, step.parent) for step in drafts.history("a")] == list(
        zip(twin.texts, twin.parents, strict=True)
    )


def test_of_two_writers_the_later_is_told_and_both_are_kept(home: Path):
    drafts.save("holiday", "begun")
    base = drafts.load("holiday").revision
    drafts.save("holiday", "hers", base=base)
    with pytest.raises(StoreError) as caught:
        drafts.save("holiday", "his", base=base)
    assert caught.value.code == "draft-conflict"
    assert "revision 3" in caught.value.hint
    assert drafts.load("holiday").text == "hers"
    assert [(step.text, step.parent) for step in drafts.history("holiday")] == [("begun", 0), ("hers", 1), ("his", 1)]


# ---- names, tags, trash ------------------------------------------------------------------------------------------


def test_rename_copy_and_tag(home: Path):
    drafts.save("a", "1")
    drafts.save("a", "2")
    drafts.save("taken", "x")
    assert refusal(lambda: drafts.rename("a", "taken")) == refusal(lambda: drafts.copy("a", "taken")) == "draft-exists"
    drafts.rename("a", "b")
    drafts.copy("b", "c")
    assert drafts.undo("c").text == "1"
    assert drafts.load("b").text == "2"
    assert drafts.tag("b", ("done", "idea")) == ("done", "idea")
    assert drafts.tag("b", (), ("idea",)) == ("done",)
    assert {draft.name: draft.tags for draft in drafts.names()} == {"b": ("done",), "c": (), "taken": ()}
    assert refusal(lambda: drafts.tag("b", tuple(f"tag {n}" for n in range(40)))) == "bad-tag"


def test_the_trash_gives_back_and_is_emptied(store: Path):
    drafts.save("a", "first of that name")
    drafts.delete("a")
    drafts.save("a", "second " * 50)
    drafts.delete("a")
    assert drafts.names() == ()
    assert [draft.name for draft in drafts.names(trash=True)] == ["a", "a"]
    drafts.restore("a")
    assert drafts.load("a").text == "second " * 50
    assert refusal(lambda: drafts.restore("a")) == "draft-exists"
    drafts.restore("a", "b")
    assert drafts.load("b").text == "first of that name"
    assert refusal(lambda: drafts.restore("a")) == refusal(lambda: drafts.purge("a")) == "unknown-draft"
    drafts.delete("b")
    drafts.delete("a")
    assert drafts.purge("b") == 1
    assert drafts.purge() == 1
    assert upkeep.check() == ()


def test_what_is_purged_is_not_in_the_file_any_more(store: Path):
    """The packs are compressed; so their own bytes are looked for."""
    drafts.save("secret", "a text that shall be gone")
    with sqlite3.connect(store) as connection:
        (data,) = connection.execute("SELECT data FROM packs").fetchone()
    assert data in store.read_bytes()
    drafts.delete("secret")
    drafts.purge()
    assert data not in store.read_bytes()
    assert b"secret" not in store.read_bytes()


# ---- nothing is lost: kill, power, errors, crowds, damage --------------------------------------------------------

SAVER = """
import sys
from clipkit.store import drafts
for number in range(1, 10_000):
    drafts.save("draft", f"text {number} " + "x" * (number % 700))
    print(number, flush=True)
"""


@posix
def test_a_kill_loses_no_save_that_was_acknowledged(home: Path):
    """Row S1: the parent knows the last number that it was told."""
    chance = random.Random(1)
    for round_number in range(300 if LONG else 30):
        name = home / str(round_number)
        environment = {**os.environ, "CLIPKIT_HOME": str(name)}
        saver = subprocess.Popen([sys.executable, "-c", SAVER], stdout=subprocess.PIPE, text=True, env=environment)
        assert saver.stdout is not None
        told = 0
        for _ in range(chance.randrange(1, 25)):
            told = int(saver.stdout.readline())
        saver.send_signal(signal.SIGKILL)
        rest = saver.stdout.read().split()
        saver.wait()
        told = int(rest[-1]) if rest else told
        with patch.dict(os.environ, {"CLIPKIT_HOME": str(name)}):
            saved = drafts.load("draft")
            assert saved.revision in (told, told + 1), "the save under way may have been done"
            assert saved.text.startswith(f"text {saved.revision} ")
            assert len(drafts.history("draft")) == saved.revision


def made(connection: apsw.Connection) -> None:
    """The tables, in one transaction as clipkit makes them."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in database.SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={database.VERSION}")
    connection.execute("COMMIT")


def noted_saves(folder: Path, pragmas: tuple[str, ...], saves: int) -> tuple[Disk, list[tuple[int, int]]]:
    """Saves on a disk that notes them; after how many of its calls each was acknowledged."""
    disk = Disk()
    connection, vfs = connected(disk, folder / database.NAME, pragmas)
    made(connection)
    acknowledged = []
    row = None
    for number in range(1, saves + 1):
        text = f"text {number} " + "y" * (37 * number % 900)
        connection.execute("BEGIN IMMEDIATE")
        if row is None:
            row = rows.insert(connection, rows.Row.new("draft", 1.0), text)  # type: ignore[arg-type]
        else:
            new = rows.append(connection, row, text, row.head)  # type: ignore[arg-type]
            row = replace(row, head=new.number, tip=new.number, last=new.number)
            rows.update(connection, row)  # type: ignore[arg-type]
        connection.execute("COMMIT")
        acknowledged.append((len(disk.calls), number))
    connection.close()
    del vfs
    return disk, acknowledged


def lost_after_power(folder: Path, disk: Disk, acknowledged: list[tuple[int, int]], count: int, seed: int) -> list[str]:
    """What a loss of power costs, a line for each state of the disk in which anything is lost or damaged."""
    bad = []
    for number, (stop, files) in enumerate(states(disk, count, seed)):
        place = folder / "state" / "data"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name, data in files.items():
            (place / name).write_bytes(data)
        told = max((saved for calls, saved in acknowledged if calls <= stop), default=0)
        with patch.dict(os.environ, {"CLIPKIT_HOME": str(folder / "state")}):
            try:
                found = drafts.find("draft") if database.NAME in files else None
                revision = drafts.load("draft").revision if found else 0
                sound = upkeep.check() == ()
            except StoreError as error:
                bad.append(f"state {number} after {stop} calls: {error}")
                continue
        if revision < told or not sound:
            bad.append(f"state {number} after {stop} calls: {told} acknowledged, {revision} there, sound: {sound}")
    return bad


def test_a_loss_of_power_loses_nothing(tmp_path: Path):
    """Row S2."""
    disk, acknowledged = noted_saves(tmp_path, database.PRAGMAS, 70)
    assert lost_after_power(tmp_path, disk, acknowledged, 5_000 if LONG else 500, seed=2) == []


def test_without_syncs_a_loss_of_power_is_seen_to_lose(tmp_path: Path):
    """The negative control: the test above can fail."""
    careless = tuple(pragma.replace("synchronous=EXTRA", "synchronous=OFF") for pragma in database.PRAGMAS)
    assert careless != database.PRAGMAS
    disk, acknowledged = noted_saves(tmp_path, careless, 40)
    assert lost_after_power(tmp_path, disk, acknowledged, 100, seed=2)


def test_an_error_at_any_call_leaves_the_old_draft(tmp_path: Path):
    """Row S3: EIO and ENOSPC at the first, second, … call of a save, until none is left to fail."""
    reached = 0
    for failure in (apsw.IOError, apsw.FullError):
        nth = 0
        while True:
            nth += 1
            folder = tmp_path / f"{failure.__name__}-{nth}" / "data"
            folder.mkdir(parents=True)
            disk = Disk()
            connection, vfs = connected(disk, folder / database.NAME, database.PRAGMAS)
            made(connection)
            row = rows.insert(connection, rows.Row.new("draft", 1.0), "old")  # type: ignore[arg-type]
            left = [nth]

            def fail(call: Call, left: list[int] = left, failure: type[Exception] = failure) -> None:
                left[0] -= 1
                if left[0] == 0:
                    raise failure("planted")

            disk.before = fail
            failed = False
            try:
                connection.execute("BEGIN IMMEDIATE")
                new = rows.append(connection, row, "new", 1)  # type: ignore[arg-type]
                rows.update(connection, replace(row, head=2, tip=2, last=new.number))  # type: ignore[arg-type]
                connection.execute("COMMIT")
            except apsw.Error:
                failed = True
            disk.before = lambda call: None
            connection.close()
            del vfs
            with patch.dict(os.environ, {"CLIPKIT_HOME": str(folder.parent)}):
                assert drafts.load("draft").text in ("old", "new")
                assert failed or drafts.load("draft").text == "new"
                assert upkeep.check() == ()
            if left[0] > 0:
                break
            reached += 1
    assert reached >= 8, "the failures were not met"


@posix
def test_a_full_disk_is_told_and_costs_nothing(home: Path):
    """Row S4: a limit on the size of files stands for a full disk."""
    drafts.save("holiday", "old")
    size = (home / "data" / database.NAME).stat().st_size
    code = (
        "import resource, random, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from clipkit.store import drafts\n"
        "from clipkit.errors import StoreError\n"
        "try:\n"
        "    drafts.save('holiday', ''.join(random.Random(1).choices('abcdefghij', k=200_000)))\n"
        "except StoreError as error:\n"
        "    print(error.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("disk-full", "cannot-write")
    assert drafts.load("holiday").text == "old"
    assert upkeep.check() == ()


def crowd(name: str, edits: int) -> None:
    """Add so many lines of one's own to a draft, each on top of what is there."""
    for number in range(edits):
        while True:
            saved = drafts.load("shared")
            try:
                drafts.save("shared", f"{saved.text}{name}:{number}\n", base=saved.revision)
            except StoreError as error:
                if error.code != "draft-conflict":
                    raise
            else:
                break


def test_a_crowd_of_writers_loses_no_edit(home: Path):
    """Row S6: eight processes on one draft; each edit that was acknowledged is there, once and in order."""
    drafts.save("shared", "")
    edits = 500 if LONG else 12
    context = multiprocessing.get_context("spawn")
    crowd_of = [context.Process(target=crowd, args=(name, edits)) for name in "abcdefgh"]
    for process in crowd_of:
        process.start()
    for process in crowd_of:
        process.join()
    assert [process.exitcode for process in crowd_of] == [0] * 8
    lines = drafts.load("shared").text.splitlines()
    assert len(lines) == 8 * edits
    for name in "abcdefgh":
        assert [line for line in lines if line.startswith(name)] == [f"{name}:{n}" for n in range(edits)]
    assert upkeep.check() == ()


def test_damage_is_detected_and_harms_no_other_draft(store: Path, tmp_path: Path):
    """Row S7: a bit flips anywhere in the file. Either all comes back as it was, or that is told."""
    chance = random.Random(7)
    texts = {f"draft {n}": [f"{n}: {chance.random()} " * chance.randrange(1, 60) for _ in range(9)] for n in range(12)}
    for name, saves in texts.items():
        for text in saves:
            drafts.save(name, text)
    whole = store.read_bytes()
    harmed = 0
    for _ in range(2_000 if LONG else 200):
        data = bytearray(whole)
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        store.write_bytes(data)
        found, told = {}, 0
        for name in texts:
            try:
                found[name] = [step.text for step in drafts.history(name)]
            except StoreError:
                told += 1
        wrong = {name for name, saves in found.items() if saves != texts[name]}
        assert not wrong, f"bit {bit} changed {wrong} and nobody was told"
        assert told in (0, 1, len(texts)) or upkeep.check(), f"bit {bit} cost {told} drafts"
        if told:
            harmed += 1
            assert upkeep.check(), f"bit {bit} cost {told} drafts, and the check finds nothing"
    assert harmed > 20, "the flips hit nothing"


def test_one_damaged_draft_hides_no_other(store: Path):
    for name in "abc":
        drafts.save(name, name)
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE drafts SET tip = 7 WHERE name = 'b'")
    assert {draft.name for draft in drafts.names()} == {"a", "c"}
    assert drafts.damaged() == 1
    assert refusal(lambda: drafts.load("b")) == "corrupt-draft"
    assert any("damaged" in line for line in upkeep.check())


def test_repair_saves_what_can_be_read(store: Path):
    for name in "abc":
        for number in range(100):
            drafts.save(name, f"{name} {number}")
    drafts.tag("b", ("kept",))
    with sqlite3.connect(store) as connection:
        identity = connection.execute("SELECT id FROM drafts WHERE name = 'a'").fetchone()[0] << rows.PACK_BITS
        connection.execute(
            "UPDATE packs SET data = CAST(x'00' || substr(data, 2) AS BLOB) WHERE id = ?", (identity + 1,)
        )
    assert refusal(lambda: drafts.load("a")) == "corrupt-draft"
    assert drafts.load("b").text == "b 99"
    assert any("draft a" in line for line in upkeep.check())
    assert upkeep.repair() == ("draft a: some of its revisions",)
    assert upkeep.check() == ()
    assert drafts.load("a").text == "a 95"
    assert [step.text for step in drafts.history("b")] == [f"b {n}" for n in range(100)]
    assert drafts.find("b") is not None
    assert next(draft.tags for draft in drafts.names() if draft.name == "b") == ("kept",)
    assert len(list(store.parent.glob("*.damaged-*"))) == 1


# ---- versions, places, copies ------------------------------------------------------------------------------------


def test_plain_drafts_move_in_unharmed(home: Path):
    old = home / "data" / "drafts"
    old.mkdir(parents=True)
    for name, text in (("holiday", '{"a": 1}'), ("cut", '{"b": 2}')):
        (old / f"{name}.clipkit").write_text(text)
        os.utime(old / f"{name}.clipkit", (1_700_000_000, 1_700_000_000))
    (old / "broken.clipkit").write_bytes(b"\xff\xfe\x00")
    assert {draft.name: draft.modified.timestamp() for draft in drafts.names()} == dict.fromkeys(
        ("holiday", "cut"), 1_700_000_000
    )
    assert drafts.load("holiday").text == '{"a": 1}'
    drafts.save("holiday", '{"a": 2}')
    assert drafts.undo("holiday").text == '{"a": 1}'
    kept = home / "data" / "drafts-before-the-store"
    assert (kept / "holiday.clipkit").read_text() == '{"a": 1}'
    assert (kept / "broken.clipkit").read_bytes() == b"\xff\xfe\x00"


def test_a_newer_store_is_refused_untouched(store: Path):
    drafts.save("holiday", "{}")
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version=99")
    before = store.read_bytes()
    for act in (lambda: drafts.load("holiday"), lambda: drafts.save("a", "{}"), drafts.names, upkeep.stats):
        assert refusal(act) == "newer-store"
    assert store.read_bytes() == before


def test_what_is_no_database_is_told(store: Path):
    store.parent.mkdir(parents=True)
    store.write_bytes(b"this is no database at all, but some other file\n" * 50)
    before = store.read_bytes()
    assert refusal(drafts.names) == refusal(lambda: drafts.save("a", "{}")) == "corrupt-store"
    assert store.read_bytes() == before


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(store: Path):
    drafts.save("holiday", "old")
    store.chmod(0o400)
    store.parent.chmod(0o500)
    try:
        assert refusal(lambda: drafts.save("holiday", "new")) == "cannot-write"
        assert drafts.load("holiday").text == "old"
    finally:
        store.parent.chmod(0o700)


def test_a_backup_is_whole_while_others_save(store: Path, tmp_path: Path):
    """A store that is copied while it is in use."""
    drafts.save("shared", "")
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=crowd, args=("a", 60))
    writer.start()
    copies = []
    while writer.is_alive() and len(copies) < 12:
        copies.append(tmp_path / f"copy-{len(copies)}" / "data" / database.NAME)
        copies[-1].parent.mkdir(parents=True)
        upkeep.backup(copies[-1])
    writer.join()
    assert copies
    for copy in copies:
        with patch.dict(os.environ, {"CLIPKIT_HOME": str(copy.parent.parent)}):
            assert upkeep.check() == ()
            lines = drafts.load("shared").text.splitlines()
            assert lines == [f"a:{n}" for n in range(len(lines))]
    assert refusal(lambda: upkeep.backup(copies[0])) == "file-exists"


def test_the_store_moves_with_all_it_keeps(home: Path, tmp_path: Path):
    drafts.save("holiday", "1")
    drafts.save("holiday", "2")
    song = tmp_path / "song.bin"
    song.write_bytes(b"bytes of a song")
    media.note([str(song)], keep=True)
    upkeep.move(tmp_path / "elsewhere")
    assert not (home / "data" / database.NAME).exists()
    assert drafts.undo("holiday").text == "1"
    assert upkeep.stats().folder == str(tmp_path / "elsewhere")
    song.unlink()
    (medium,) = media.media([str(song)])
    assert medium.state == "kept"
    assert Path(str(medium.found)).read_bytes() == b"bytes of a song"
    assert refusal(lambda: upkeep.move(tmp_path / "elsewhere")) == "store-exists"


# ---- clips, media, words -----------------------------------------------------------------------------------------


def test_a_clip_is_edited_in_a_block(home: Path, shelf: Shelf):
    clip = shelf.clip(seconds=1, size=(96, 128))
    ck.drafts.save("holiday", ck.open(clip))
    with ck.drafts.edit("holiday") as draft:
        draft.clip = draft.clip.trim("0.2", "0.8")
    with ck.drafts.edit("holiday") as draft:
        draft.clip = draft.clip.speed("1.5")
        draft.clip = draft.clip.filter("noir", 0.5)
    with pytest.raises(StoreError), ck.drafts.edit("holiday") as draft:
        draft.clip = ck.drafts.open("nothing of that name")
    assert [step.changes for step in ck.drafts.history("holiday")] == [
        (f"begun with {clip.name}",),
        ("trim 0.2–0.8 s",),
        ("speed 1.5×", "filter noir 0.5"),
    ]
    assert ck.drafts.undo("holiday") == ck.open(clip).trim("0.2", "0.8")
    assert ck.drafts.open("holiday", 3) == ck.open(clip).trim("0.2", "0.8").speed("1.5").filter("noir", 0.5)
    with pytest.raises(StoreError, match="somebody else"), ck.drafts.edit("holiday") as draft:
        draft.clip = ck.drafts.redo("holiday").speed("3")
    assert [draft.name for draft in ck.drafts] == ["holiday"]


def test_media_that_moved_is_found_and_what_is_gone_destroys_nothing(home: Path, shelf: Shelf, tmp_path: Path):
    folder = tmp_path / "videos"
    folder.mkdir()
    clip = folder / "take.mp4"
    shutil.copy(shelf.clip(seconds=1, size=(96, 128)), clip)
    ck.drafts.save("holiday", ck.open(clip).speed("2"))
    assert [medium.state for medium in ck.drafts.media("holiday")] == ["there"]
    moved = tmp_path / "archive" / "renamed.mp4"
    moved.parent.mkdir()
    clip.rename(moved)
    assert [medium.state for medium in ck.drafts.media("holiday")] == ["offline"]
    assert ck.drafts.open("holiday").project.root.edits
    (tmp_path / "archive" / "decoy.mp4").write_bytes(bytes(moved.stat().st_size))
    assert ck.drafts.relink("holiday", [folder]) == ()
    assert ck.drafts.relink("holiday", [tmp_path / "archive"]) == ((str(clip), str(moved)),)
    assert ck.drafts.open("holiday").duration == ck.open(moved).speed("2").duration
    assert ck.drafts.history("holiday")[-1].changes == ("path take.mp4 → renamed.mp4",)
    moved.write_bytes(b"other bytes")
    assert [medium.state for medium in ck.drafts.media("holiday")] == ["changed"]


def test_kept_media_is_used_when_the_file_is_gone(home: Path, shelf: Shelf, tmp_path: Path):
    clip = tmp_path / "take.mp4"
    shutil.copy(shelf.clip(seconds=1, size=(96, 128)), clip)
    ck.drafts.save("holiday", ck.open(clip), keep_media=True)
    duration = ck.open(clip).duration
    clip.unlink()
    assert ck.drafts.open("holiday").duration == duration
    kept = next(media.objects())
    kept.write_bytes(kept.read_bytes()[:-1] + b"\0")
    assert any("kept file" in line for line in upkeep.check())


def document(*edits: dict[str, object], path: str = "/videos/take.mp4", **output: object) -> dict[str, object]:
    root = {"source": {"kind": "media", "path": path}, "edits": list(edits)}
    return {"version": 1, "root": root, "output": output}


def test_differences_are_told_in_words():
    trim = {"kind": "trim", "start": "0", "end": "3"}
    speed = {"kind": "speed", "factor": "1", "pitch": "keep"}
    noir = {"kind": "filter", "name": "noir", "digest": "a", "strength": 1.0, "effects": []}
    two = {
        "version": 1,
        "root": {
            "source": {
                "kind": "composition",
                "layout": {"kind": "react", "scale": 0.33},
                "inputs": [{"node": document(trim)["root"], "gain_db": 0.0}],
            },
            "edits": [],
        },
        "output": {},
    }
    quieter = json.loads(json.dumps(two))
    quieter["root"]["source"]["inputs"][0]["gain_db"] = -6.0
    quieter["root"]["source"]["layout"]["scale"] = 0.5
    quieter["root"]["source"]["inputs"][0]["node"]["edits"][0]["end"] = "7/2"
    for before, after, told in (
        (None, document(), ("begun with take.mp4",)),
        (document(speed), document({**speed, "factor": "3/2"}), ("speed 1× → 1.5×",)),
        (document(trim), document(trim, speed, noir), ("speed 1×", "filter noir")),
        (document(trim, speed), document(speed), ("without trim 0–3 s",)),
        (document(trim), document({**trim, "end": "4"}), ("trim end 3 → 4",)),
        (document(noir), document({**noir, "name": "neon", "strength": 0.5}), ("filter noir → filter neon 0.5",)),
        (document(noir), document({**noir, "strength": 0.5}), ("filter strength 1 → 0.5",)),
        (document(), document(path="/videos/other.mp4"), ("path take.mp4 → other.mp4",)),
        (document(), document(target="reels"), ("output target none → reels",)),
        (document({"kind": "sparkle", "x": 1}), document({"kind": "sparkle", "x": 2}), ("sparkle x 1 → 2",)),
        (two, quieter, ("source 1: trim end 3 → 3.5", "source 1: gain db 0 → -6", "layout scale 0.33 → 0.5")),
        (document(trim), document(trim), ()),
    ):
        assert differences(before, after) == told  # type: ignore[arg-type]


def test_a_pack_knows_where_it_belongs(store: Path):
    """The bytes of one draft under the name of another are refused."""
    for name in "ab":
        drafts.save(name, f"of {name}")
    with sqlite3.connect(store) as connection:
        (one, first), (two, second) = connection.execute("SELECT id, data FROM packs ORDER BY id").fetchall()
        connection.execute("UPDATE packs SET data = ? WHERE id = ?", (second, one))
        connection.execute("UPDATE packs SET data = ? WHERE id = ?", (first, two))
    assert refusal(lambda: drafts.load("a")) == refusal(lambda: drafts.load("b")) == "corrupt-draft"
