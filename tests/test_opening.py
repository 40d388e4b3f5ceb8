"""Whatever lies in a file: it opens right or is refused with words, and nothing else is read, reached or run.

What may be dangerous is opened in a process of its own (`victim`), under limits.
"""

from __future__ import annotations

import ast
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import clipkit
import clipkit as ck
import hostile
from clipkit.engine.opening import DECODERS, FORMATS, guard, open_media
from clipkit.errors import ClipkitError, MediaError
from hostile import BOMBS, CANARY_CLIP, CANARY_TEXT, Listener, mutations
from measure import frame_codes, frame_readings, luma_of, video_frames
from media import BROKEN, Shelf
from victim import Answer, Victim

LONG = bool(os.environ.get("CLIPKIT_LONG"))
SMALL = (180, 320)
posix = pytest.mark.skipif(os.name == "nt", reason="limits and names of POSIX")


@pytest.fixture
def victim() -> Iterator[Victim]:
    with Victim() as process:
        yield process


def refused(path: Path) -> MediaError:
    """The error with which a file is refused, by the probe and by an export alike."""
    out = path.with_name("out.mp4")
    with pytest.raises(MediaError) as probed:
        ck.probe(str(path))
    with pytest.raises(MediaError) as exported:
        ck.open(path).trim(0, 1).export(out, quality="draft")
    assert not out.exists()
    assert exported.value.code == probed.value.code
    assert probed.value.hint
    assert probed.value.where == str(path)
    assert CANARY_TEXT.decode() not in str(probed.value)
    return probed.value


# ---- one door ------------------------------------------------------------------------------------------------------

WRITERS = {"engine/muxer.py", "engine/remux.py", "engine/soundfile.py", "engine/gif.py", "engine/lossless.py"}
"""The modules that write media."""


def opens(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each call in which PyAV opens a container: its line, and `w` or `r`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if ast.unparse(node.func) in {"av.open", "av.container.open", "InputContainer", "OutputContainer"}:
            modes = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "mode")]
            yield node.lineno, modes[0].value if modes and isinstance(modes[0], ast.Constant) else "r"


def renamed(tree: ast.AST) -> list[str]:
    """Imports through which `av.open` could be called by another name."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "av":
            found += [alias.name for alias in node.names if alias.name in {"open", "container"}]
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] == "av" and alias.asname]
    return found


def test_all_inputs_come_through_one_door() -> None:
    root = Path(clipkit.__file__).parent
    readers, writers = set(), set()
    for path in root.rglob("*.py"):
        tree, name = ast.parse(path.read_text(encoding="utf-8")), path.relative_to(root).as_posix()
        assert not renamed(tree), name
        for _, mode in opens(tree):
            (writers if mode == "w" else readers).add(name)
    assert readers == {"engine/opening.py"}
    assert writers <= WRITERS


def test_the_search_for_doors_can_fail() -> None:
    def found(text: str) -> list[str]:
        return [mode for _, mode in opens(ast.parse(text))]

    assert found("av.open(x)") == found("av.open(x, mode='r')") == found("av.open(x, mode=mode)") == ["r"]
    assert found("av.open(x, 'w', format='gif')") == found("av.open(x, mode='w')") == ["w"]
    assert renamed(ast.parse("from av import open")) == ["open"]
    assert renamed(ast.parse("import av as libav")) == ["av"]


def test_the_lists_name_nothing_that_opens_something_else() -> None:
    formats = {name for names in FORMATS for name in names.split(",")}
    assert not formats & {"hls", "concat", "sdp", "rtsp", "rtp", "dash", "image2", "lavfi", "tedcaptions", "imf"}
    assert not set(DECODERS) & {"magicyuv", "apac", "flic", "ansi", "exr", "svg", "librsvg"}


def test_the_decoders_are_limited(shelf: Shelf) -> None:
    source = shelf.clip(seconds=1, size=SMALL)
    with open_media(str(source)) as container:
        stream = container.streams.video[0]
        guard(stream)
        assert int(stream.codec_context.options["max_pixels"]) < 1 << 27
        assert "h264" in stream.codec_context.options["codec_whitelist"].split(",")


# ---- indirect opens ------------------------------------------------------------------------------------------------

Lure = Callable[[Path, str], Path]
"""Writes a file that refers to the target, and returns its path."""

LURES: dict[str, Lure] = {
    "playlist.m3u8": lambda folder, target: hostile.playlist(folder / "lure.m3u8", target),
    "playlist.mp4": lambda folder, target: hostile.playlist(folder / "lure.mp4", target),
    "playlist of two": lambda folder, target: hostile.playlist(folder / "lure.ts", target, target),
    "key": lambda folder, target: hostile.keyed_playlist(folder / "lure.m3u8", target, target),
    "key.mp4": lambda folder, target: hostile.keyed_playlist(folder / "lure.mp4", target, target),
    "concat.mp4": lambda folder, target: hostile.concat_list(folder / "lure.mp4", target),
    "concat.ffconcat": lambda folder, target: hostile.concat_list(folder / "lure.ffconcat", target),
    "dash.mpd": lambda folder, target: hostile.dash_manifest(folder / "lure.mpd", target),
    "dash.mp4": lambda folder, target: hostile.dash_manifest(folder / "lure.mp4", target),
    "picture.svg": lambda folder, target: hostile.vector_picture(folder / "lure.svg", target),
    "picture.png": lambda folder, target: hostile.vector_picture(folder / "lure.png", target),
    "reference.mov": lambda folder, target: hostile.linked_reference(folder / "lure.mov", target),
}


@pytest.mark.parametrize("lure", LURES)
@pytest.mark.parametrize("canary", ["clip", "text"])
@pytest.mark.parametrize("form", ["name", "path", "file:", "http", "https", "tcp"])
def test_nothing_else_is_opened(tmp_path: Path, lure: str, canary: str, form: str) -> None:
    """A playlist, a script, a manifest, a reference: none leads to the canary, on disk or on the network."""
    if canary == "clip":
        target = hostile.canary_clip(tmp_path / "canary.ts")
    else:
        target = hostile.canary_text(tmp_path / "canary.txt")
    with Listener() as listener:
        address = {"name": target.name, "path": str(target), "file:": f"file:{target}"}.get(form)
        refused(LURES[lure](tmp_path, address or listener.url(target.name, form)))
        assert listener.hits == 0


def test_the_listener_hears() -> None:
    with Listener() as listener:
        socket.create_connection(("127.0.0.1", listener.port)).close()
        time.sleep(0.1)
        assert listener.hits == 1


@pytest.mark.parametrize("suffix", [".sdp", ".mp4"])
def test_a_session_does_not_make_it_listen(tmp_path: Path, suffix: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    refused(hostile.session(tmp_path / f"lure{suffix}", port))
    assert time.monotonic() - began < 2


def test_a_pattern_is_a_name(tmp_path: Path) -> None:
    """A file named seq%d.png is that file, or is refused, but is never seq1.png."""

    def levels(path: Path) -> list[float]:
        out = tmp_path / "out.mp4"
        ck.open(path).trim(0, 1).export(out, quality="draft", force=True)
        return [float(luma_of(frame).mean()) for _, frame in video_frames(out)]

    own, canary = hostile.pattern_pair(tmp_path)
    assert min(levels(canary)) > 220
    try:
        assert max(levels(own)) < 30
    except MediaError as error:
        assert error.code == "not-media"  # noqa: PT017  either is right


@posix
def test_odd_names_are_names(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is found by its path and by its bare name, and shows what it holds."""
    source = shelf.clip(frames=5, size=SMALL, clip_id=3)
    files = hostile.oddly_named(tmp_path / "odd", source)
    monkeypatch.chdir(tmp_path / "odd")
    with Listener() as listener:
        for number, path in enumerate(files):
            for name in (path, Path(path.name)):
                assert ck.probe(str(name)).picture is not None
                out = tmp_path / f"out-{number}.mp4"
                ck.open(name).export(out, quality="draft", force=True)
                assert [(r.clip, r.frame) if r else None for r in frame_readings(out)] == [(3, n) for n in range(5)]
        assert listener.hits == 0
    assert sorted(path.name for path in (tmp_path / "odd").iterdir()) == sorted(path.name for path in files)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text(shelf: Shelf, tmp_path: Path) -> None:
    """It opens, or it is refused with words."""
    path = hostile.undecodable_name(tmp_path / "odd", shelf.clip(frames=5, size=SMALL))
    try:
        ck.probe(str(path))
        ck.open(path).export(tmp_path / "out.mp4", quality="draft")
    except ClipkitError as error:
        assert error.hint  # noqa: PT017  either is right
    else:
        assert frame_codes(tmp_path / "out.mp4") == list(range(5))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nowhere.mp4", "file-not-found"),
        ("nowhere/clip.mp4", "file-not-found"),
        ("file.txt/clip.mp4", "file-not-found"),
        ("folder", "is-folder"),
        ("empty.mp4", "empty-file"),
        ("file.txt", "not-media"),
        ("http://127.0.0.1/x.mp4", "file-not-found"),
        ("", "is-folder"),
    ],
)
def test_what_is_no_media_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "file.txt").write_text("words, words\n" * 50)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MediaError) as caught:
        ck.probe(name)
    assert caught.value.code == code
    assert caught.value.hint
    with pytest.raises(MediaError):
        ck.open(name).export("out.mp4")
    assert not Path("out.mp4").exists()


NULL = pytest.param(
    "a\0b.mp4",
    id="null",
)


@pytest.mark.parametrize("name", [NULL, pytest.param("n" * 300, id="long")])
def test_a_name_that_no_file_can_have(name: str) -> None:
    """One cannot be asked for at all, the other only by systems with longer names."""
    for act in (lambda: ck.probe(name), lambda: ck.open(name).plan()):
        with pytest.raises(ClipkitError) as caught:
            act()
        assert caught.value.hint


def test_a_stream_of_an_unknown_codec(shelf: Shelf, tmp_path: Path) -> None:
    """Sound that nobody knows is left out with a notice; a picture that nobody knows is refused."""
    whole = shelf.clip(".mkv", seconds=1, size=SMALL, sound="tones").read_bytes()
    path = tmp_path / "clip.mkv"
    path.write_bytes(whole.replace(b"A_AAC", b"A_ZZZ"))
    facts = ck.probe(str(path))
    assert facts.sound is None
    assert "does not decode" in facts.notices[0]
    ck.open(path).export(tmp_path / "good.mp4", quality="draft")
    assert frame_codes(tmp_path / "good.mp4") == list(range(30))
    path.write_bytes(whole.replace(b"V_MPEG4/ISO/AVC", b"V_ZZZZZ/ZZZ/ZZZ"))
    assert refused(path).code == "unsupported-codec"


@posix
def test_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    assert refused(tmp_path / "pipe.mp4").code == "not-media"
    assert refused(Path("/dev/zero")).code == "not-media"
    with pytest.raises(MediaError):
        ck.probe(str(tmp_path / "loop.mp4"))


# ---- bombs and damage ----------------------------------------------------------------------------------------------


def is_typed(answer: Answer, name: str) -> None:
    assert not answer.bug, f"{name}: {answer.text}"


@posix
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_go_off(tmp_path: Path, victim: Victim, name: str) -> None:
    suffix, build = BOMBS[name]
    path = build(tmp_path / f"bomb{suffix}")
    victim.handle(path.with_name("nowhere.mp4"))  # it is ready now
    answer = victim.handle(path)
    is_typed(answer, name)
    assert answer.megabytes <= 300
    assert answer.cpu <= 2
    both = victim.handle(path, tmp_path / "out.mp4")
    is_typed(both, name)
    assert both.megabytes <= 300
    assert both.cpu <= 4
    if both.export == "fine":
        assert frame_readings(tmp_path / "out.mp4")
    else:
        assert not (tmp_path / "out.mp4").exists()


@posix
def test_the_measure_of_memory_can_fail(tmp_path: Path) -> None:
    """A picture that is allowed, 8000 by 8000, costs what it must, and that is seen."""
    packer = hostile.zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1001) * 100) for _ in range(80)) + packer.flush()
    path = hostile.png(tmp_path / "large.png", 8000, 8000, body=body)
    with Victim() as process:
        answer = process.handle(path)
    assert answer.probe == "fine"
    assert answer.megabytes > 6


@posix
def test_damage_is_told(shelf: Shelf, tmp_path: Path, victim: Victim) -> None:
    """Files that are cut off, files of noise, headers without a body."""
    source = shelf.clip(seconds=1, size=SMALL, sound="tones")
    files = hostile.truncations(source, tmp_path / "cut")
    files += [hostile.noise(tmp_path / f"noise-{seed}.mp4", seed) for seed in range(8)]
    files += [hostile.noise(tmp_path / f"noise{suffix}") for suffix in (".mp3", ".png", ".gif", ".webm", ".wav")]
    files += [hostile.noise_with_header(tmp_path / f"headed-{seed}.mp4", seed) for seed in range(8)]
    files += [shelf.odd(name) for name in BROKEN if name != "truncated"]
    for path in files:
        answer = victim.handle(path, tmp_path / "out.mp4")
        assert answer.probe.startswith("MediaError "), f"{path.name}: {answer}"
        assert answer.export.startswith("MediaError "), f"{path.name}: {answer}"
        assert answer.cpu < 2
        assert not (tmp_path / "out.mp4").exists()


def sources(shelf: Shelf) -> list[Path]:
    return [
        shelf.clip(".mp4", seconds=1, size=SMALL, sound="tones", bframes=2, rotation=90),
        shelf.clip(".webm", seconds=1, size=SMALL, sound="tones"),
        shelf.clip(".mov", seconds=1, size=SMALL, sound="tones", muxer=(("movflags", "+frag_keyframe+empty_moov"),)),
    ]


@posix
@pytest.mark.timeout(3600)
def test_mutations_kill_nothing(shelf: Shelf, tmp_path: Path, victim: Victim) -> None:
    """Thirty damaged files (three hundred in the long run): typed errors or an output, each within ten seconds."""
    out, count, bugs = tmp_path / "out.mp4", 100 if LONG else 10, []
    for seed, source in enumerate(sources(shelf)):
        for path in mutations(source, seed, count, tmp_path / "mutations"):
            answer = victim.handle(path, out)
            if answer.bug:
                bugs.append(f"{source.suffix} {path.name}: {answer.text.splitlines()[-1]}")
            assert answer.seconds <= 10, path.name
            assert answer.megabytes <= 2048, path.name
            assert out.exists() == (answer.export == "fine"), path.name
            if out.exists():
                assert not any(reading and reading.clip == CANARY_CLIP for reading in frame_readings(out))
                out.unlink()
    assert not bugs, "\n".join(bugs)
    assert not list(tmp_path.glob("*.part*"))
