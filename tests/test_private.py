"""Private mode: what is private is nowhere in plain, only its key opens it, and what was tampered with is refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest

import clipkit as ck
from clipkit.errors import ClipkitError
from clipkit.store import cache, database, drafts, media, private, upkeep
from media import Shelf

LONG = bool(os.environ.get("CLIPKIT_LONG"))
WORDS = "correct horse battery staple é"
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and memory folders")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    private.lock()


@pytest.fixture
def key(home: Path, tmp_path: Path) -> Path:
    """Private mode is on, for a key file; the drafts are unlocked."""
    private.on(key_file=tmp_path / "my.key")
    return tmp_path / "my.key"


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose private draft `secret` has a passphrase: made once, as the passphrase is slow on purpose."""
    made = tmp_path_factory.mktemp("worded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLIPKIT_HOME", str(made))
        private.on(passphrase=WORDS)
        drafts.save("secret", "1")
        private.lock()
    return made


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ClipkitError) as caught:
        act()
    assert caught.value.hint
    return caught.value.code


def document(path: str, factor: int = 2) -> str:
    node = {"source": {"kind": "media", "path": path}, "edits": [{"kind": "speed", "factor": str(factor)}]}
    return json.dumps({"version": 1, "root": node})


def clipkit(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clipkit", *words], input=stdin, capture_output=True, encoding="utf-8", check=False
    )


# ---- the switch ----------------------------------------------------------------------------------------------------


def test_new_drafts_are_private_while_it_is_on(key: Path, home: Path):
    private.off()
    drafts.save("plain", "1")
    private.on()
    for number in range(1, 6):
        drafts.save("secret", f"{number}")
    drafts.save("plain", "2")
    assert {draft.name: draft.private for draft in drafts.names()} == {"plain": False, "secret": True}
    private.off()
    drafts.save("secret", "6")
    drafts.save("third", "1")
    assert {draft.name for draft in drafts.names() if draft.private} == {"secret"}
    assert drafts.undo("secret", 3).text == "3"
    assert drafts.redo("secret").text == "4"
    assert drafts.tag("secret", ("done",)) == ("done",)
    drafts.rename("secret", "other")
    drafts.copy("other", "copy")
    assert refusal(lambda: drafts.rename("other", "plain")) == refusal(lambda: drafts.copy("other", "plain"))
    drafts.delete("other")
    assert [draft.private for draft in drafts.names(trash=True)] == [True]
    drafts.restore("other")
    drafts.delete("copy")
    assert drafts.purge() == 1
    assert len(drafts.history("other")) == 6
    assert private.status() == private.Status(False, True, 1)
    assert upkeep.check() == ()


def test_locked_drafts_are_counted_and_nothing_else_is_told(key: Path):
    drafts.save("secret", "1")
    drafts.save("secret too", "1")
    private.lock()
    assert drafts.names() == ()
    assert private.status() == private.Status(True, False, 2)
    assert refusal(lambda: drafts.load("secret")) == refusal(lambda: drafts.load("none")) == "unknown-draft"
    with pytest.raises(ClipkitError) as caught:
        drafts.load("secret")
    assert "unlock" in caught.value.hint
    assert refusal(lambda: drafts.save("third", "1")) == refusal(lambda: private.change(WORDS)) == "private-locked"
    private.unlock(key_file=key)
    assert {draft.name for draft in drafts.names()} == {"secret", "secret too"}


def test_a_wrong_key_tells_nothing(home: Path, worded: Path, tmp_path: Path):
    shutil.copytree(worded, home)
    other = tmp_path / "other.key"
    other.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    wrong: list[Callable[[], object]] = [
        lambda: private.unlock("wrong"),
        lambda: private.unlock(""),
        lambda: private.unlock(key_file=other),
        lambda: private.unlock(key_file=tmp_path / "none"),
        lambda: private.unlock(key_file=home / "data" / "private" / "key.age"),
    ]
    told = set()
    for act in wrong:
        with pytest.raises(ClipkitError) as caught:
            act()
        told.add((caught.value.code, str(caught.value), caught.value.hint))
    assert len(told) == 1
    private.unlock(WORDS)
    private.change(key_file=tmp_path / "new.key")
    private.lock()
    assert refusal(lambda: private.unlock(WORDS)) == "wrong-key"
    private.unlock(key_file=tmp_path / "new.key")
    assert drafts.load("secret").text == "1"
    assert (tmp_path / "new.key").stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_the_first_time_a_key_is_needed(home: Path):
    assert refusal(private.on) == "no-key"
    assert refusal(lambda: private.unlock(WORDS)) == "no-private"
    assert private.status() == private.Status(False, False, 0)


# ---- nothing in plain ----------------------------------------------------------------------------------------------

WORK = """
import json, os, signal, sys
from pathlib import Path
from clipkit.store import drafts, media, private, cache
folder, key, words, mode = Path(sys.argv[1]), sys.argv[2], sys.argv[3:-1], sys.argv[-1]
if mode == "private":
    private.unlock(key_file=key)
name, tag, said, file, content = words
path = folder / f"{file}.mp4"
path.write_text(content * 50)
def document(n):
    edits = [{"kind": "speed", "factor": str(n), "note": said}]
    return json.dumps({"version": 1, "root": {"source": {"kind": "media", "path": str(path)}, "edits": edits}})
for n in range(1, 9):
    drafts.save(name, document(n) + " " * 500)
    drafts.tag(name, (tag,))
    media.note([str(path)], is_private=drafts.find(name).private)
    cache.put(cache.key(name, str(n)), content.encode() * 50)
drafts.save(name + " gone", document(1))
drafts.delete(name + " gone")
drafts.purge()
drafts.undo(name, 2)
path.unlink()
from clipkit.store import atomic
move = Path.replace
if mode == "private":
    Path.replace = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
else:
    from clipkit.store import rows
    rows.update = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
drafts.save(name, document(99))
"""


def found(folder: Path, words: list[str]) -> set[str]:
    """Which words stand anywhere below a folder, in names or content, in ASCII or UTF-16."""
    hits = set()
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for word in words:
            forms = (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
            if word in path.name or any(form in data for form in forms):
                hits.add(word)
    return hits


@posix
def test_nothing_private_is_anywhere_in_plain_after_a_kill(home: Path, tmp_path: Path, key: Path):
    """Row P5: five markers a round, in a name, a tag, a document, a file's name and a file's content."""
    for round_number in range(100 if LONG else 1):
        words = [f"MARKER-{round_number}-{kind}-Zq7" for kind in ("name", "tag", "said", "file", "content")]
        environment = {**os.environ, "TMPDIR": str(tmp_path / "temp")}
        (tmp_path / "temp").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", WORK, str(tmp_path), str(key), *words, "private"], env=environment, check=False
        )
        assert done.returncode == -signal.SIGKILL
        assert list((home / "data" / "private").glob("*.part*")), "it was killed in the middle of a save"
        assert found(tmp_path, words) == set()
        assert drafts.undo(words[0]).text.startswith('{"version": 1')
        assert drafts.names()[0].tags == (words[1],)
        assert drafts.load(words[0], 1).text.count(words[3]) == 1


@posix
def test_without_private_mode_the_same_search_finds_them(home: Path, tmp_path: Path, key: Path):
    """The negative control."""
    private.off()
    words = [f"MARKER-{kind}-Zq7" for kind in ("name", "tag", "said", "file", "content")]
    done = subprocess.run([sys.executable, "-c", WORK, str(tmp_path), str(key), *words, "plain"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert found(tmp_path, words) >= {words[0], words[1], words[3], words[4]}, "documents are compressed"


def test_rendering_keeps_no_footage(key: Path, home: Path, shelf: Shelf, tmp_path: Path):
    clip = ck.open(shelf.clip(seconds=1, size=(96, 128))).speed("2").filter("noir")
    ck.drafts.save("secret", clip)
    ck.drafts.open("secret").export(tmp_path / "out.mp4", workers=1)
    assert cache.info().entries == 0
    private.off()
    ck.drafts.open("secret").export(tmp_path / "out.mp4", workers=1, force=True)
    assert cache.info().entries == 0
    ck.drafts.delete("secret")
    ck.drafts.purge()
    clip.export(tmp_path / "out.mp4", workers=1, force=True)
    assert cache.info().entries > 0


def test_media_is_noted_among_private_drafts_only(key: Path, home: Path, shelf: Shelf, tmp_path: Path):
    path = tmp_path / "take.mp4"
    shutil.copy(shelf.clip(seconds=1, size=(96, 128)), path)
    ck.drafts.save("secret", ck.open(path))
    assert [medium.state for medium in ck.drafts.media("secret")] == ["there"]
    assert not (home / "data" / database.NAME).exists()
    path.rename(tmp_path / "moved.mp4")
    assert ck.drafts.relink("secret", [tmp_path]) == ((str(path), str(tmp_path / "moved.mp4")),)
    assert refusal(lambda: media.note([str(tmp_path / "moved.mp4")], keep=True, is_private=True)) == "private-media"


# ---- tampering -----------------------------------------------------------------------------------------------------


def tampered(home: Path) -> Path:
    return home / "data" / "private" / "drafts.age"


def test_what_was_tampered_with_is_refused(key: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Flipped, cut, its 64 KiB chunks reordered or doubled, another account's, an older one in a newer store."""
    file = tampered(home)
    drafts.save("secret", "".join(map(chr, range(0x4E00, 0x4E00 + 20_000))) * 8)
    older = file.read_bytes()
    drafts.save("secret", "2")
    whole = file.read_bytes()
    state = file.with_name("state.json").read_bytes()
    chunk = (64 << 10) + 16
    head = len(whole) % chunk if len(whole) > 2 * chunk else 0
    assert len(whole) > 3 * chunk
    body = len(whole) - 2 * chunk
    changed = {
        "older": older,
        "cut": whole[:-1],
        "cut at a chunk": whole[: len(whole) - head],
        "empty": b"",
        "swapped chunks": whole[: body - chunk] + whole[body : body + chunk] + whole[body - chunk : body]
        + whole[body + chunk :],
        "doubled chunk": whole[:body] + whole[body - chunk : body] + whole[body:],
        "longer": whole + b"x",
        "no age": b"drafts",
    }  # fmt: skip
    for at in range(0, len(whole), max(1, len(whole) // (400 if LONG else 40))):
        changed[f"byte {at}"] = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    for what, data in changed.items():
        file.write_bytes(data)
        assert refusal(lambda: drafts.load("secret")) == "corrupt-store", what
        assert refusal(lambda: drafts.save("secret", "3")) == "corrupt-store", what
        assert file.read_bytes() == data, what
        assert upkeep.check(), what
    file.unlink()
    assert refusal(lambda: drafts.load("secret")) == "corrupt-store"
    file.write_bytes(whole)
    for forged in (b"{}", b"", state.replace(b'"number": 2', b'"number": 1'), b'{"number": 0}'):
        assert forged != state
        file.with_name("state.json").write_bytes(forged)
        assert refusal(lambda: drafts.load("secret")) == "corrupt-store", forged
    file.with_name("state.json").write_bytes(state)
    assert drafts.load("secret").text == "2"
    with monkeypatch.context() as patch:
        patch.setenv("CLIPKIT_HOME", str(tmp_path / "other"))
        private.on(key_file=key)
        for number in range(5):
            drafts.save("secret", f"planted {number}")
        other = tampered(tmp_path / "other").read_bytes()
        private.lock()
    file.write_bytes(other)
    assert refusal(lambda: drafts.load("secret")) == "corrupt-store"


def test_two_who_save_at_once_lose_nothing(key: Path, home: Path):
    code = (
        "import sys\nfrom clipkit.store import drafts, private\nprivate.unlock(key_file=sys.argv[1])\n"
        "for n in range(10): drafts.save(f'draft {sys.argv[2]}', f'{n}')\n"
    )
    crowd = [subprocess.Popen([sys.executable, "-c", code, str(key), name]) for name in "abcd"]
    assert [process.wait() for process in crowd] == [0] * 4
    assert {draft.name: draft.revisions for draft in drafts.names()} == {f"draft {name}": 10 for name in "abcd"}


def test_a_store_of_a_newer_clipkit_is_left_alone(key: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "VERSION", 2)
    drafts.save("secret", "1")
    monkeypatch.setattr(database, "VERSION", 1)
    assert refusal(lambda: drafts.load("secret")) == "newer-store"


def test_the_store_moves_with_its_private_drafts(key: Path, tmp_path: Path):
    drafts.save("secret", "1")
    upkeep.move(tmp_path / "elsewhere")
    private.unlock(key_file=key)
    assert drafts.load("secret").text == "1"


# ---- commands, and the passphrase ----------------------------------------------------------------------------------


def test_age_opens_what_lies_on_disk(worded: Path, tmp_path: Path):
    """With nothing of clipkit's: the passphrase opens the key, the key opens the drafts."""
    folder = worded / "data" / "private"
    identity = pyrage.passphrase.decrypt((folder / "key.age").read_bytes(), WORDS).decode().strip()
    content = pyrage.decrypt((folder / "drafts.age").read_bytes(), [pyrage.x25519.Identity.from_str(identity)])
    assert b"SQLite format 3\0" in content[:64]
    assert b"secret" in content
    if tool := shutil.which("age"):
        (tmp_path / "identity").write_text(identity)
        done = subprocess.run([tool, "-d", "-i", tmp_path / "identity", folder / "drafts.age"], capture_output=True)
        assert done.stdout == content


@posix
def test_commands_unlock_for_a_while_and_the_passphrase_is_nowhere(home: Path, tmp_path: Path, shelf: Shelf):
    clip = str(shelf.clip(seconds=1, size=(96, 128)))
    said = []

    def told(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        done = clipkit(*words, stdin=stdin)
        said.append(done.stdout + done.stderr)
        return done

    try:
        assert told("private", "on", stdin=f"{WORDS}\n").returncode == 0
        assert "they are lost" in said[-1]
        assert told("draft", "new", clip, "--name", "secret").returncode == 0
        assert "secret (private)" in told("draft", "list").stdout
        assert told("draft", "lock").returncode == 0
        listing = told("draft", "list")
        assert "secret" not in listing.stdout
        assert "1 private drafts are locked" in listing.stderr
        assert told("draft", "show", "secret").returncode == 6
        os.environ["CLIPKIT_DEBUG"] = "1"
        assert told("draft", "unlock", stdin=f"{WORDS}x\n").returncode == 6
        del os.environ["CLIPKIT_DEBUG"]
        assert "Traceback" in said[-1], "the traceback was looked at too"
        assert told("draft", "unlock", "--minutes", "5", stdin=f"{WORDS}\n").returncode == 0
        shared = private._shared()
        assert shared.stat().st_mode & 0o077 == shared.parent.stat().st_mode & 0o077 == 0
        assert told("draft", "show", "secret").returncode == 0
        until, identity = shared.read_text().split()
        shared.write_text(f"{float(until) - 3600} {identity}")
        assert told("draft", "show", "secret").returncode == 6
        assert not shared.exists(), "its time has passed"
    finally:
        os.environ.pop("CLIPKIT_DEBUG", None)
        private.lock()
    assert not any(WORDS in each or "AGE-SECRET-KEY" in each for each in said)
    assert found(tmp_path, [WORDS, "AGE-SECRET-KEY-1"]) == set()


WAITING = """
import resource, sys
from clipkit.store import private
private.unlock(sys.stdin.readline().rstrip())
print(*resource.getrlimit(resource.RLIMIT_CORE), flush=True)
sys.stdin.readline()
"""


@posix
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_a_process_that_holds_the_key_shows_it_nowhere(home: Path, worded: Path):
    shutil.copytree(worded, home)
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    waiting.stdin.write(f"{WORDS}\n")
    waiting.stdin.flush()
    assert waiting.stdout.readline().split() == ["0", "0"], "no core dump"
    for place in ("environ", "cmdline"):
        assert WORDS.encode() not in Path(f"/proc/{waiting.pid}/{place}").read_bytes()
    waiting.communicate("\n")


# ---- bundles -------------------------------------------------------------------------------------------------------


def test_a_private_draft_travels_encrypted(key: Path, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ck.drafts.save("secret", ck.open(shelf.clip(seconds=1, size=(96, 128))).speed("2"))
    bundle = tmp_path / "x.clipkitz"
    assert refusal(lambda: ck.drafts.pack("secret", bundle)) == "private-bundle"
    ck.drafts.pack("secret", bundle, passphrase=WORDS)
    assert found(tmp_path / "home", ["secret"]) == set()
    assert b"secret" not in bundle.read_bytes()
    opened = tmp_path / "opened.clipkitz"
    opened.write_bytes(pyrage.passphrase.decrypt(bundle.read_bytes(), WORDS))
    assert refusal(lambda: ck.drafts.unpack(bundle, name="back")) == "private-media"
    monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path / "elsewhere"))
    assert refusal(lambda: ck.drafts.unpack(bundle)) == "encrypted-bundle"
    assert refusal(lambda: ck.drafts.unpack(bundle, passphrase="wrong")) == "wrong-key"
    assert drafts.names() == ()
    assert ck.drafts.unpack(bundle, passphrase=WORDS).files == 1
    assert ck.drafts.open("secret").duration == 0.5
    private.on(key_file=key)
    assert ck.drafts.unpack(opened, name="mine", into=tmp_path / "mine").files == 1
    assert {draft.name: draft.private for draft in drafts.names()} == {"secret": False, "mine": True}
    private.lock()
