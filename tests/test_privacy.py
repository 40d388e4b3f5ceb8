"""Audits find what is planted; scrubbed files and exports hold none of it; nothing seen or heard changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

import carriers
import clipkit as ck
from clipkit.cli._run import run
from clipkit.errors import MediaError, PlanError
from clipkit.privacy.finding import Finding
from clipkit.privacy.words import summary
from media import Shelf

REAL = os.environ.get("CLIPKIT_REAL_MEDIA")
LONG = bool(os.environ.get("CLIPKIT_LONG"))
real = pytest.mark.skipif(not REAL, reason="no real clips")
PHOTOS = {".jpg", ".png", ".webp", ".gif", ".avif"}


@pytest.fixture(scope="session")
def clip(shelf: Shelf) -> Path:
    return shelf.clip(seconds=1, size=(96, 128), sound="tones")


@pytest.fixture(params=carriers.CARRIERS, ids=lambda name: name.replace(" ", "-"))
def carrier(request: pytest.FixtureRequest, clip: Path, tmp_path: Path) -> Path:
    made: Path = carriers.CARRIERS[request.param](clip, tmp_path)
    return made


def decoded(path: Path, most: int = 10_000) -> dict[str, list[bytes]]:
    """Pixels and samples of each kind of stream that people see and hear, the first frames of each."""
    out: dict[str, list[bytes]] = {}
    with av.open(str(path)) as container:
        streams = [s for s in container.streams if s.type in ("video", "audio") and not s.disposition & 0x400]
        try:
            for packet in container.demux(streams):
                frames = out.setdefault(packet.stream.type, [])
                frames += [frame.to_ndarray().tobytes() for frame in packet.decode()]
                if len(out) == len(streams) and all(len(frames) >= most for frames in out.values()):
                    break
        except av.error.FFmpegError:  # some real clips are damaged; both files are, in the same place
            pass
    return out


def told_by_exiftool(path: Path) -> list[str]:
    """What exiftool tells of a file that its bytes must not: anything that was planted."""
    command = ["exiftool", "-a", "-G1", "-s", "-ee", "-json", "--System:all", "--ExifTool:all", str(path)]
    tags = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)[0]
    known = [trace for name, trace in carriers.traces() if name.startswith("ASCII")]
    return [f"{key}: {value}" for key, value in tags.items() if any(trace in str(value).encode() for trace in known)]


needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="no exiftool")


def test_there_are_forty_carriers() -> None:
    assert len(carriers.CARRIERS) >= 40


def test_an_audit_finds_what_is_planted(carrier: Path) -> None:
    audit = ck.audit(str(carrier))
    size = carrier.stat().st_size
    assert not audit.clean
    assert all(0 <= finding.at < size for finding in audit.findings)
    assert carriers.found_in(carrier.read_bytes()) or carrier.suffix == ".mov", "nothing was planted"
    # The clip itself reveals its encoder: what was planted must be told, or the track or picture that holds it.
    told = " ".join(finding.value for finding in audit.findings).lower()
    kinds = {finding.what for finding in audit.findings}
    assert any(word in told for word in ("planted", "37.77", "2019-07-13")) or kinds & {"data", "picture", "text"}


@needs_exiftool
def test_a_scrubbed_file_holds_nothing_of_it(carrier: Path, tmp_path: Path) -> None:
    clean = tmp_path / f"clean{carrier.suffix}"
    ck.scrub(str(carrier), clean)
    assert ck.audit(str(clean)).clean
    assert carriers.found_in(clean.read_bytes()) == []
    assert told_by_exiftool(clean) == []


def test_what_is_seen_and_heard_stays(carrier: Path, tmp_path: Path) -> None:
    clean = tmp_path / f"clean{carrier.suffix}"
    ck.scrub(str(carrier), clean)
    if carrier.suffix in PHOTOS:
        before, after = (ImageOps.exif_transpose(Image.open(path)) for path in (carrier, clean))
        assert np.array_equal(np.asarray(before.convert("RGB")), np.asarray(after.convert("RGB")))
    else:
        assert decoded(clean) == decoded(carrier)


def test_an_export_holds_nothing_of_it(carrier: Path, clip: Path, tmp_path: Path) -> None:
    """Copied, and encoded; a song laid under a clip, a photo shown as one."""
    out = tmp_path / "export.mp4"
    audio = carrier.suffix in {".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"}
    if carrier.suffix == ".avif":
        pytest.skip("AVIF is no input yet")
    if audio:
        ck.open(clip).music(carrier).export(out, target="source", quality="draft")
        assert carriers.found_in(out.read_bytes()) == []
        assert ck.audit(str(out)).clean
        return
    for copy in (True, False):
        ck.open(carrier).export(out, target="source", quality="draft", copy=copy, force=True)
        assert carriers.found_in(out.read_bytes()) == []
        assert ck.audit(str(out)).clean


@needs_exiftool
def test_the_search_can_fail(clip: Path, tmp_path: Path) -> None:
    carrier = carriers.CARRIERS["QuickTime user data"](clip, tmp_path)
    assert {"ASCII PlantedMake", "ASCII 37.7749"} <= set(carriers.found_in(carrier.read_bytes()))
    assert told_by_exiftool(carrier)
    assert "date >I 3645820800" in carriers.found_in(carriers.CARRIERS["dates of boxes"](clip, tmp_path).read_bytes())
    assert decoded(carrier) != decoded(carriers.CARRIERS["AVI with MPEG-4"](clip, tmp_path))


# --- real clips -----------------------------------------------------------------------------------------------------


def real_files() -> list[Path]:
    return sorted(path for path in Path(REAL).iterdir() if path.suffix != ".md") if REAL else []


@real
@needs_exiftool
@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.stem)
def test_a_real_clip_is_scrubbed(path: Path, tmp_path: Path) -> None:
    clean = tmp_path / f"clean{path.suffix}"
    before = ck.scrub(str(path), clean).before
    assert ck.audit(str(clean)).clean
    data = clean.read_bytes()
    for finding in before.findings:
        assert not _still_there(finding, data), finding
    command = ["exiftool", "-a", "-G1", "-s", "-json", str(clean)]
    tags = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
    assert [tag for tag in tags if tag.split(":")[-1] in ("GPSCoordinates", "Make", "Model", "SerialNumber")] == []
    dates = [value for tag, value in tags.items() if "Date" in tag and not tag.startswith(("System", "File"))]
    assert set(dates) <= {"0000:00:00 00:00:00"}
    most = 10_000 if LONG else 24
    kept, before_it = decoded(clean, most), decoded(path, most)
    assert kept.keys() == before_it.keys()
    for kind, frames in before_it.items():  # a frame that only primes the sound's decoder may show up again
        starts = (0, 1) if kind == "audio" else (0,)
        common = min(len(frames), len(kept[kind])) - len(starts) + 1
        assert any(kept[kind][start:][:common] == frames[:common] for start in starts)
        assert not LONG or 0 <= len(kept[kind]) - len(frames) < len(starts)


def _still_there(finding: Finding, data: bytes) -> bool:
    """Whether a value is left that nobody could have by chance."""
    text = finding.value.encode()
    return len(text) >= 6 and finding.what in ("location", "device", "serial", "person", "identifier") and text in data


@real
@pytest.mark.parametrize("path", real_files(), ids=lambda path: path.stem)
def test_an_export_of_a_real_clip_reveals_nothing(path: Path, tmp_path: Path, clip: Path) -> None:
    out = tmp_path / "out.mp4"
    if path.suffix in (".mp3", ".flac"):
        ck.open(clip).music(path).export(out, target="source", quality="draft")
    else:
        ck.open(path).trim(0, "0.2").export(out, target="source", quality="draft")
    assert ck.audit(str(out)).findings == ()


@real
def test_what_a_phone_says_is_told_in_words() -> None:
    path = str(Path(str(REAL)) / "iphone14pro-hlg-dolbyvision-rot90-gps.mov")
    told = summary(ck.audit(path).findings)
    assert told.startswith("taken at 51.53, −0.13 on 9 May 2023 with an Apple iPhone 14 Pro")


@real
def test_telemetry_tells_where_a_camera_was() -> None:
    found = ck.audit(str(Path(str(REAL)) / "gopro-max-gps-track.mp4")).findings
    assert ("serial", "C3353424500199") in {(finding.what, finding.value) for finding in found}
    assert any(finding.what == "location" and finding.value == "+33.12677, -117.32734" for finding in found)


# --- what may stay, and what is refused -----------------------------------------------------------------------------


def test_what_is_asked_for_stays_and_nothing_else(clip: Path, tmp_path: Path) -> None:
    carrier = carriers.CARRIERS["Apple keys"](clip, tmp_path)
    out = tmp_path / "out.mp4"
    ck.open(carrier).export(out, target="source", keep_metadata=["location", "device"])
    found = ck.audit(str(out)).findings
    assert {finding.value for finding in found} == {carriers.PLACE, carriers.MAKE, carriers.MODEL}
    again = tmp_path / "again.mp4"
    ck.open(carrier).export(again, target="source", keep_metadata=["title"])
    assert ck.audit(str(again)).clean


def test_a_photo_stays_as_it_is_turned(clip: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean.jpg"
    ck.scrub(str(carriers.CARRIERS["JPEG with Exif"](clip, tmp_path)), clean)
    assert dict(Image.open(clean).getexif()) == {0x0112: 6}


@pytest.mark.parametrize("value", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_photo_is_shown_as_its_exif_says(suffix: str, value: int, tmp_path: Path) -> None:
    """Three quarters of the picture have a colour of their own."""
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:16, :32], pixels[16:, :32], pixels[:16, 32:] = (200, 40, 40), (40, 200, 40), (40, 40, 200)
    exif = Image.Exif()
    exif[0x0112] = value
    path = tmp_path / f"photo.{suffix}"
    Image.fromarray(pixels).save(path, exif=exif)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), np.int16)
    shown = np.asarray(ck.open(path).frame(0), np.int16)
    assert shown.shape == wanted.shape
    assert np.abs(shown - wanted).mean() < 8  # 4:2:0 at the edges; another orientation differs by 60 and more


def test_what_cannot_be_scrubbed_is_refused(clip: Path, tmp_path: Path) -> None:
    text = tmp_path / "words.txt"
    text.write_text("no media at all")
    for source, out, kind, code in (
        (text, "out.mp4", MediaError, "not-media"),
        (clip, "out.png", PlanError, "other-kind"),
        (carriers.CARRIERS["PNG"](clip, tmp_path), "out.jpg", PlanError, "other-kind"),
        (tmp_path / "none.mp4", "out.mp4", MediaError, "file-not-found"),
    ):
        with pytest.raises(kind) as caught:
            ck.scrub(str(source), tmp_path / out)
        assert caught.value.code == code
        assert not (tmp_path / out).exists()
    with pytest.raises(MediaError) as caught:
        ck.scrub(str(clip), clip, force=True)
    assert caught.value.code == "own-input"


def test_one_file_that_cannot_be_read_keeps_nobody_from_the_others(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carrier = carriers.CARRIERS["iTunes tags"](clip, tmp_path)
    assert run(["privacy", str(tmp_path / "none.jpg"), str(carrier)]) == 3
    told = capsys.readouterr()
    assert carriers.PERSON in told.out
    assert "there is no such file" in told.err


def test_the_commands_tell_programs(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    carrier = carriers.CARRIERS["iTunes tags"](clip, tmp_path)
    assert run(["scrub", str(carrier), "-o", str(tmp_path / "clean.mp4"), "--json"]) == 0
    before = json.loads(capsys.readouterr().out)["before"]
    told = [(each["what"], each["key"], each["value"]) for each in before["reveals"]]
    assert ("person", "©ART", carriers.PERSON) in told
    assert run(["privacy", str(tmp_path / "clean.mp4"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["reveals"] == []
