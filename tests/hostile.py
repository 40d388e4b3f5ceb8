"""Inputs that mean harm: indirect opens, bombs, odd names, damage.

Each builder writes a small file and returns its path (or bytes that tell what it hides). Nothing here imports clipkit,
and nothing is dangerous until somebody opens it carelessly.
"""

from __future__ import annotations

import random
import shutil
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from media import write_clip

CANARY_TEXT: Final = b"canary-7f3a91c2-must-never-leave-this-file"
CANARY_CLIP: Final = 13
"""The clip id that the barcodes of a canary clip carry: seen in an output, it has leaked."""


# --- what must not be reached --------------------------------------------------------------------------------------


def canary_text(path: Path) -> Path:
    """A text that must not be read."""
    path.write_bytes(CANARY_TEXT + b"\n")
    return path


def canary_clip(path: Path) -> Path:
    """A playable clip that must not be read; its suffix chooses the container."""
    return write_clip(path, clip_id=CANARY_CLIP, frames=10, size=(180, 320))


class Listener:
    """A loopback server that answers nothing and counts who knocks; use it in a `with`."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.requests: list[bytes] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    @property
    def hits(self) -> int:
        """How many connections came in."""
        return len(self.requests)

    def url(self, name: str = "canary.mp4", scheme: str = "http") -> str:
        """An address that leads here."""
        return f"{scheme}://127.0.0.1:{self.port}/{name}"

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                peer, _ = self._socket.accept()
            except TimeoutError:
                continue
            self.requests.append(b"")
            with peer:
                self._answer(peer)

    def _answer(self, peer: socket.socket) -> None:
        peer.settimeout(0.5)
        try:
            self.requests[-1] = peer.recv(4096)
            peer.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        except OSError:
            return

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()


# --- indirect opens ------------------------------------------------------------------------------------------------


def playlist(path: Path, *targets: str) -> Path:
    """An HLS playlist whose segments are the targets: paths, file: or http: addresses. Name it .m3u8 or .mp4."""
    segments = "".join(f"#EXTINF:1.0,\n{target}\n" for target in targets)
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
    path.write_text(f"{head}{segments}#EXT-X-ENDLIST\n")
    return path


def keyed_playlist(path: Path, key: str, target: str) -> Path:
    """An HLS playlist that fetches its key from one address and its segment from another."""
    playlist(path, target)
    lines = path.read_text().replace("#EXTINF", f'#EXT-X-KEY:METHOD=AES-128,URI="{key}"\n#EXTINF', 1)
    path.write_text(lines)
    return path


def concat_list(path: Path, *targets: str) -> Path:
    """An FFmpeg concat script; name it .mp4."""
    path.write_text("ffconcat version 1.0\n" + "".join(f"file '{target}'\n" for target in targets))
    return path


def session(path: Path, port: int) -> Path:
    """An SDP text that makes its reader listen on a UDP port; name it .sdp or .mp4."""
    head = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    path.write_text(f"{head}m=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n")
    return path


def dash_manifest(path: Path, target: str) -> Path:
    """A DASH manifest whose only segment is the target."""
    path.write_text(
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" width="16" height="16">'
        f"<BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )
    return path


def vector_picture(path: Path, target: str) -> Path:
    """An SVG that includes another file and an external entity."""
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "{target}">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image xlink:href="{target}" width="16" height="16"/><text>&x;</text></svg>'
    )
    return path


def pattern_pair(folder: Path) -> tuple[Path, Path]:
    """A black picture literally named seq%d.png, and the white canary seq1.png that a pattern reader opens instead."""
    return png(folder / "seq%d.png", 16, 16, level=0), png(folder / "seq1.png", 16, 16, level=255)


def linked_reference(path: Path, target: str) -> Path:
    """A QuickTime file whose media data is said to lie in another file (an external data reference)."""
    alias = _full(b"url ", 0, 0, target.encode() + b"\0")
    path.write_bytes(_tiny_mp4(samples=10, reference=alias))
    return path


ODD_NAMES: Final = (
    "http:x.mp4",
    "concat:a.mp4|b.mp4",
    "file:x.mp4",
    "pipe:0.mp4",
    "subfile,,start,0,end,10,,:x.mp4",
    "-rf.mp4",
    "--help.mp4",
    "new\nline.mp4",
    "tab\there.mp4",
    " blank at both ends .mp4",
    "quote'double\"back\\slash.mp4",
    "$(touch pwned).mp4",
    "`touch pwned`;touch pwned.mp4",
    "per%cent%d%s%n.mp4",
    "[brackets],;=:#?&.mp4",
    "*.mp4",
    "ünïcödé-漢字-🎬.mp4",
    "e\u0301 combining.mp4",
    "right\u202eto-left.mp4",
    "escape\x1b[31mred.mp4",
    "a" * 251 + ".mp4",
    ".mp4",
    "no suffix",
    "UPPER.MP4",
)


def oddly_named(folder: Path, source: Path) -> list[Path]:
    """Copies of a good file under names that tools stumble over; they are fine media and should all just open."""
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(source, folder / name)) for name in ODD_NAMES]


def undecodable_name(folder: Path, source: Path) -> Path:
    """A copy under a name that is not UTF-8, as Linux allows."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(source, folder / b"bad-\xff-name.mp4".decode("utf-8", "surrogateescape")))


# --- bombs ---------------------------------------------------------------------------------------------------------


def gif_bomb(path: Path) -> Path:
    """A GIF of 35 bytes that declares 65535 by 65535 pixels."""
    screen = struct.pack("<HHBBB", 65535, 65535, 0x80, 0, 0)
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, 1, 1, 0)
    path.write_bytes(b"GIF89a" + screen + b"\0\0\0\xff\xff\xff" + image + b"\x02\x02\x44\x01\0" + b";")
    return path


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(path: Path, width: int, height: int, *, level: int = 0, body: bytes | None = None) -> Path:
    """A grey PNG of one level, or one with any compressed body."""
    bits = 8
    packed = zlib.compress((b"\0" + bytes([level]) * width) * height) if body is None else body
    if body is not None:
        bits = 1
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b""))
    return path


def png_bomb(path: Path, side: int = 20000) -> Path:
    """A whole and valid PNG of some 50 KB that holds 400 million pixels."""
    packer, row = zlib.compressobj(9), bytes(1 + (side + 7) // 8)
    parts = [packer.compress(row * 100) for _ in range(side // 100)]
    return png(path, side, side, body=b"".join(parts) + packer.flush())


def png_text_bomb(path: Path) -> Path:
    """A PNG with a compressed comment of 64 MB."""
    packer = zlib.compressobj(9)
    text = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    png(path, 16, 16)
    whole = path.read_bytes()
    path.write_bytes(whole[:33] + _chunk(b"zTXt", b"Comment\0\0" + text) + whole[33:])
    return path


def bmp_bomb(path: Path) -> Path:
    """A BMP of 58 bytes that declares 60000 by 60000 pixels."""
    head = struct.pack("<IiiHHIIiiII", 40, 60000, 60000, 1, 24, 0, 0, 0, 0, 0, 0)
    path.write_bytes(b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + head + bytes(4))
    return path


def wav_bomb(path: Path) -> Path:
    """A WAV of 48 bytes that declares 4 GB of sound in 65535 channels."""
    form = struct.pack("<HHIIHH", 1, 65535, 192000, 4294967295, 65535, 16)
    path.write_bytes(
        b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<I", 16) + form + b"data\xff\xff\xff\xff" + bytes(4)
    )
    return path


def json_deep(path: Path, depth: int = 100_000) -> Path:
    """JSON of 200 KB that nests 100000 deep."""
    path.write_text("[" * depth + "]" * depth)
    return path


def json_wide(path: Path, size: int = 17 << 20) -> Path:
    """JSON of 17 MB: one array of zeros."""
    path.write_text("[" + "0," * (size // 2) + "0]")
    return path


def json_number(path: Path) -> Path:
    """JSON with a whole number of a million digits."""
    path.write_text('{"version": ' + "9" * 1_000_000 + "}")
    return path


def cube_bomb(path: Path) -> Path:
    """A .cube of a few bytes that declares a table of 4096 by 4096 by 4096."""
    path.write_text('TITLE "bomb"\nLUT_3D_SIZE 4096\n0 0 0\n1 1 1\n')
    return path


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)


# A baseline 64 by 64 H.264 stream's parameter sets
_SPS: Final = bytes.fromhex("6742c00ad9044440000003004000000c03c489e0")
_PPS: Final = bytes.fromhex("68cb83cb20")
_UNITY: Final = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def _sample_entry(width: int, height: int) -> bytes:
    avcc = _box(
        b"avcC",
        bytes([1, _SPS[1], _SPS[2], _SPS[3], 0xFF, 0xE1]),
        struct.pack(">H", len(_SPS)) + _SPS,
        b"\1" + struct.pack(">H", len(_PPS)) + _PPS,
    )
    fields = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    return _box(b"avc1", fields, avcc)


def _sample_table(samples: int, width: int, height: int, extra: bytes) -> bytes:
    return _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), _sample_entry(width, height)),
        _full(b"stts", 0, 0, struct.pack(">III", 1, samples, 1)),
        _full(b"stsc", 0, 0, struct.pack(">IIII", 1, 1, samples, 1)),
        _full(b"stsz", 0, 0, struct.pack(">II", 1, samples)),
        _full(b"stco", 0, 0, struct.pack(">II", 1, 40)),
        extra,
    )


def _tiny_mp4(
    *,
    samples: int,
    size: tuple[int, int] = (64, 64),
    reference: bytes | None = None,
    edits: bytes = b"",
    extra: bytes = b"",
    timescale: int = 30,
    matrix: bytes = _UNITY,
) -> bytes:
    """A complete MP4 of some 2 KB by hand, with as many samples declared as one likes."""
    width, height = size
    mvhd = struct.pack(">IIIIIH10x", 0, 0, timescale, samples, 1 << 16, 1 << 8) + _UNITY + bytes(24)
    tkhd = struct.pack(">IIIII8xhhHH", 0, 0, 1, 0, samples, 0, 0, 0, 0) + matrix
    dref = _full(b"dref", 0, 0, struct.pack(">I", 1), reference or _full(b"url ", 0, 1))
    minf = _box(
        b"minf",
        _full(b"vmhd", 0, 1, bytes(8)),
        _box(b"dinf", dref),
        _sample_table(samples, width, height, extra),
    )
    mdhd = struct.pack(">IIIIHH", 0, 0, timescale, samples, 0x55C4, 0)
    hdlr = struct.pack(">I4s12x", 0, b"vide") + b"\0"
    mdia = _box(b"mdia", _full(b"mdhd", 0, 0, mdhd), _full(b"hdlr", 0, 0, hdlr), minf)
    track = _full(b"tkhd", 0, 3, tkhd, struct.pack(">II", width << 16, height << 16))
    moov = _box(b"moov", _full(b"mvhd", 0, 0, mvhd, struct.pack(">I", 2)), _box(b"trak", track, edits, mdia))
    head = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    return head + _box(b"mdat", bytes(1400)) + moov


def sample_bomb(path: Path, samples: int = 20_000_000) -> Path:
    """An MP4 of some 2 KB that declares 20 million samples of one byte; opening it carelessly takes 700 MB."""
    path.write_bytes(_tiny_mp4(samples=samples))
    return path


def offset_bomb(path: Path) -> Path:
    """An MP4 of some 2 KB whose ctts declares four billion entries that are not there."""
    path.write_bytes(_tiny_mp4(samples=10, extra=_full(b"ctts", 0, 0, struct.pack(">I", 0xFFFFFFFF))))
    return path


def edit_bomb(path: Path) -> Path:
    """An MP4 of 1.2 MB with a hundred thousand edits."""
    rows = struct.pack(">IiI", 1, 0, 1 << 16) * 100_000
    path.write_bytes(_tiny_mp4(samples=10, edits=_box(b"edts", _full(b"elst", 0, 0, struct.pack(">I", 100_000), rows))))
    return path


def pixel_bomb(path: Path) -> Path:
    """An MP4 of some 2 KB that declares 65535 by 65535 pixels."""
    path.write_bytes(_tiny_mp4(samples=10, size=(65535, 65535)))
    return path


def endless_clip(path: Path) -> Path:
    """An MP4 whose ten frames are said to last for 49 days each."""
    whole = _tiny_mp4(samples=10, timescale=1)
    path.write_bytes(whole.replace(struct.pack(">III", 1, 10, 1), struct.pack(">III", 1, 10, 0x3FFFFF)))
    return path


def zero_timescale(path: Path) -> Path:
    """An MP4 whose second has no ticks."""
    path.write_bytes(_tiny_mp4(samples=10, timescale=0))
    return path


def flat_matrix(path: Path) -> Path:
    """An MP4 whose display matrix is all zeros."""
    path.write_bytes(_tiny_mp4(samples=10, matrix=bytes(36)))
    return path


def nested_boxes(path: Path, depth: int = 20_000) -> Path:
    """An MP4 whose boxes nest twenty thousand deep."""
    head = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    boxes = b"".join(struct.pack(">I4s", 8 * (depth - n), b"moov" if n == 0 else b"trak") for n in range(depth))
    path.write_bytes(head + boxes)
    return path


def huge_box(path: Path) -> Path:
    """An MP4 whose moov claims eight exabytes."""
    head = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    path.write_bytes(head + struct.pack(">I4sQ", 1, b"moov", (1 << 63) - 1) + bytes(64))
    return path


BOMBS: Final[dict[str, tuple[str, Callable[[Path], Path]]]] = {
    "gif_bomb": (".gif", gif_bomb),
    "png_bomb": (".png", png_bomb),
    "png_text_bomb": (".png", png_text_bomb),
    "bmp_bomb": (".bmp", bmp_bomb),
    "wav_bomb": (".wav", wav_bomb),
    "sample_bomb": (".mp4", sample_bomb),
    "offset_bomb": (".mp4", offset_bomb),
    "edit_bomb": (".mp4", edit_bomb),
    "pixel_bomb": (".mp4", pixel_bomb),
    "endless_clip": (".mp4", endless_clip),
    "zero_timescale": (".mp4", zero_timescale),
    "flat_matrix": (".mp4", flat_matrix),
    "nested_boxes": (".mp4", nested_boxes),
    "huge_box": (".mp4", huge_box),
}
"""Small media files that ask for more than they hold, each with its suffix."""

TEXT_BOMBS: Final[dict[str, tuple[str, Callable[[Path], Path]]]] = {
    "json_deep": (".json", json_deep),
    "json_wide": (".json", json_wide),
    "json_number": (".json", json_number),
    "cube_bomb": (".cube", cube_bomb),
}
"""The same for documents and tables."""


# --- damage --------------------------------------------------------------------------------------------------------


def truncations(source: Path, folder: Path, lengths: tuple[int, ...] = (1, 4, 8, 24, 36, 100, 500)) -> list[Path]:
    """The first few bytes of a file, several times."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = source.read_bytes()
    made = []
    for length in lengths:
        path = folder / f"first-{length}{source.suffix}"
        path.write_bytes(whole[:length])
        made.append(path)
    return made


def noise_with_header(path: Path, seed: int = 0, size: int = 4096) -> Path:
    """Random bytes behind the first box of an MP4."""
    head = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomavc1mp41")
    path.write_bytes(head + random.Random(seed).randbytes(size))
    return path


def noise(path: Path, seed: int = 0, size: int = 4096) -> Path:
    """Random bytes."""
    path.write_bytes(random.Random(seed).randbytes(size))
    return path


def _flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.randint(1, 16)):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _overwrite(data: bytearray, dice: random.Random) -> None:
    start, length = dice.randrange(len(data)), dice.randint(1, 64)
    stop = min(len(data), start + length)
    data[start:stop] = dice.choice((bytes(stop - start), b"\xff" * (stop - start), dice.randbytes(stop - start)))


def _remove(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    del data[start : start + dice.randint(1, 256)]


def _repeat(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data))
    data[start:start] = data[start : start + dice.randint(1, 256)]


def _cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(1, len(data)) :]


def _lie(data: bytearray, dice: random.Random) -> None:
    """Put a telling number where a header is likely: just behind the name of a box, or anywhere."""
    names = (b"stts", b"stsz", b"stsc", b"stco", b"ctts", b"elst", b"mdhd", b"tkhd", b"avcC", b"esds", b"stsd", b"moov")
    at = data.find(dice.choice(names))
    start = at + dice.randrange(-4, 24) if at > 4 else dice.randrange(len(data))
    value = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, dice.getrandbits(32)))
    data[start : start + 4] = struct.pack(">I", value)


MUTATORS: Final = (_flip, _overwrite, _remove, _repeat, _cut, _lie)


def mutations(path: Path, seed: int, count: int, folder: Path | None = None) -> Iterator[Path]:
    """Damaged copies of a file, the same ones for the same seed; each is removed when the next one is asked for."""
    whole, folder = path.read_bytes(), folder or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")
        damaged = folder / f"mutation-{seed}-{number}{path.suffix}"
        damaged.write_bytes(_damage(whole, dice))
        try:
            yield damaged
        finally:
            damaged.unlink(missing_ok=True)


def _damage(whole: bytes, dice: random.Random) -> bytes:
    """At least one mutation, and never the file itself."""
    data = bytearray(whole)
    for _ in range(dice.randint(1, 3)):
        dice.choice(MUTATORS)(data, dice)
        data = data or bytearray(b"\0")
    return bytes(data) if data != whole else bytes(data[:-1])
