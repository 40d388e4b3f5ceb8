"""Files with something planted in every place where cameras, editors and encoders put what gives people away.

What is planted is the same everywhere, so that one search of a file's bytes tells whether any of it is left.
"""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import av
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image, TiffImagePlugin

from clipkit.engine.boxes import walk

LATITUDE, LONGITUDE = 37.7749, -122.4194
PLACE = "+37.7749-122.4194/"
MAKE, MODEL, SERIAL = "PlantedMake", "PlantedModel", "PLANTED-SN-0042"
PERSON, FOLDER, WORDS = "Planted Person", "/home/planted/secret-project", "planted words of somebody"
DAY = "2019-07-13"
SECONDS = 1_562_976_000  # of that day, since 1970
SINCE_1904 = SECONDS + 2_082_844_800
UUID = bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef") + b"planted!"

Build = Callable[[Path, Path], Path]
"""Makes a carrier in a folder, out of a small clip with picture and sound."""


def traces() -> Iterator[tuple[str, bytes]]:
    """All forms of what is planted, by name: text in ASCII and UTF-16, integers and floats in both orders."""
    for text in (PLACE, "37.7749", MAKE, MODEL, SERIAL, PERSON, "planted", "Planted", DAY, DAY.replace("-", ":")):
        yield f"ASCII {text}", text.encode()
        yield f"UTF-16-LE {text}", text.encode("utf-16-le")
        yield f"UTF-16-BE {text}", text.encode("utf-16-be")
    for order in "<>":
        for seconds in (SECONDS, SINCE_1904):
            yield f"date {order}I {seconds}", struct.pack(f"{order}I", seconds)
        for degrees in (LATITUDE, LONGITUDE):
            yield f"place {order}d", struct.pack(f"{order}d", degrees)
            yield f"place {order}f", struct.pack(f"{order}f", degrees)
            yield f"place {order}i", struct.pack(f"{order}i", round(degrees * 10_000_000))
            yield f"place 16.16 {order}", struct.pack(f"{order}i", round(degrees * 65536))


def found_in(data: bytes) -> list[str]:
    """The traces that bytes hold."""
    return [name for name, trace in traces() if trace in data]


# --- what is planted in ---------------------------------------------------------------------------------------------


def xmp() -> bytes:
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        b'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        b'xmlns:xmp="http://ns.adobe.com/xap/1.0/" exif:GPSLatitude="37.7749" '
        b'xmp:CreateDate="2019-07-13T00:00:00" tiff:Make="PlantedMake"><tiff:Artist>Planted Person</tiff:Artist>'
        b"</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )


def exif_bytes() -> bytes:
    """Exif with all of it: place, make, model, serial numbers, dates, names, a maker's note, a thumbnail."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = MAKE, MODEL, DAY.replace("-", ":") + " 00:00:00"
    exif[0x013B], exif[0x8298], exif[0x010E] = PERSON, PERSON, WORDS
    exif[0x0112] = 6
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = DAY.replace("-", ":") + " 00:00:00"
    inner[0xA431], inner[0xA435] = SERIAL, SERIAL
    inner[0x927C] = b"PLANTED-SN-0042 of the maker"
    gps = exif.get_ifd(0x8825)
    rational = TiffImagePlugin.IFDRational
    gps[1], gps[2] = "N", (rational(37), rational(46), rational(2964, 100))
    gps[3], gps[4] = "W", (rational(122), rational(25), rational(984, 100))
    gps[0x1D] = DAY.replace("-", ":")
    return exif.tobytes()


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8) + kind + data


def _international(kind: bytes, text: str) -> bytes:
    return box(kind, struct.pack(">HH", len(text.encode()), 0x15C7), text.encode())


def _put(path: Path, within: tuple[bytes, ...], content: bytes) -> None:
    """Put a box at the end of another one, in a file whose `moov` stands last."""
    data = bytearray(path.read_bytes())
    start, end = 0, len(data)
    heads = []
    for kind in within:
        at = start
        while data[at + 4 : at + 8] != kind:
            at += struct.unpack_from(">I", data, at)[0]
            assert at < end, f"there is no {kind!r}"
        heads.append(at)
        start, end = at + 8, at + struct.unpack_from(">I", data, at)[0]
    data[end:end] = content
    for at in heads:
        struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + len(content))
    path.write_bytes(data)


def _copied(clip: Path, folder: Path, name: str) -> Path:
    made = folder / name
    made.write_bytes(clip.read_bytes())
    return made


def _ffmpeg(*words: str | Path) -> None:
    subprocess.run([get_ffmpeg_exe(), "-v", "error", "-y", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def _boxed(*, within: tuple[bytes, ...], content: Callable[[], bytes], suffix: str = "mp4") -> Build:
    def build(clip: Path, folder: Path) -> Path:
        made = _copied(clip, folder, f"carrier.{suffix}")
        _put(made, within, content())
        return made

    return build


def _behind(content: Callable[[], bytes]) -> Build:
    def build(clip: Path, folder: Path) -> Path:
        made = _copied(clip, folder, "carrier.mp4")
        made.write_bytes(made.read_bytes() + content())
        return made

    return build


def _remade(name: str, *options: str) -> Build:
    def build(clip: Path, folder: Path) -> Path:
        _ffmpeg("-i", clip, *options, folder / name)
        return folder / name

    return build


def _keys() -> bytes:
    names = ("location.ISO6709", "make", "model", "creationdate", "author")
    values = (PLACE, MAKE, MODEL, f"{DAY}T00:00:00Z", PERSON)
    listed = [box(b"mdta", f"com.apple.quicktime.{name}".encode()) for name in names]
    items = [
        box(struct.pack(">I", n + 1), box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for n, value in enumerate(values)
    ]
    handler = box(b"hdlr", bytes(8), b"mdta", bytes(13))
    return box(b"meta", handler, box(b"keys", struct.pack(">II", 0, len(names)), *listed), box(b"ilst", *items))


def _itunes() -> bytes:
    items = [
        box(kind, box(b"data", struct.pack(">II", 1, 0), value.encode()))
        for kind, value in ((b"\xa9ART", PERSON), (b"\xa9day", DAY), (b"\xa9cmt", WORDS), (b"\xa9too", MAKE))
    ]
    handler = box(b"hdlr", bytes(8), b"mdir", b"appl", bytes(9))
    return box(b"udta", box(b"meta", bytes(4), handler, box(b"ilst", *items)))


def _loci() -> bytes:
    place = struct.pack(">iii", round(LONGITUDE * 65536), round(LATITUDE * 65536), 0)
    return box(b"udta", box(b"loci", bytes(4), struct.pack(">H", 0x15C7), b"Planted town\0\0", place, b"earth\0\0"))


def _dated(clip: Path, folder: Path) -> Path:
    """All dates of the boxes that have one."""
    made = _copied(clip, folder, "carrier.mp4")
    data = bytearray(made.read_bytes())
    with made.open("rb") as file:
        for found in walk(file, 0, len(data)):
            if found.kind in (b"mvhd", b"tkhd", b"mdhd"):
                struct.pack_into(">II", data, found.start + 4, SINCE_1904, SINCE_1904)
    made.write_bytes(data)
    return made


def _named_handlers(clip: Path, folder: Path) -> Path:
    made = _copied(clip, folder, "carrier.mp4")
    made.write_bytes(
        made.read_bytes().replace(b"VideoHandler", b"Planted Cam1").replace(b"SoundHandler", b"Planted Mic1")
    )
    return made


def _named_compressor(clip: Path, folder: Path) -> Path:
    made = _copied(clip, folder, "carrier.mp4")
    data = bytearray(made.read_bytes())
    at = data.index(b"avc1", data.index(b"stsd")) + 4 + 42
    data[at : at + 32] = b"\x0fPLANTED-SN-0042".ljust(32, b"\0")
    made.write_bytes(data)
    return made


def _telemetry(clip: Path, folder: Path) -> Path:
    """A data track as GoPro's: the place, and the serial number of the camera."""

    def value(key: bytes, kind: bytes, size: int, data: bytes) -> bytes:
        return (
            key
            + kind
            + bytes([size])
            + struct.pack(">H", len(data) // size)
            + data.ljust(-(-len(data) // 4) * 4, b"\0")
        )

    scale = value(b"SCAL", b"l", 4, struct.pack(">5i", 10_000_000, 10_000_000, 1000, 1000, 100))
    places = struct.pack(">5i", round(LATITUDE * 10_000_000), round(LONGITUDE * 10_000_000), 0, 0, 0)
    stream = scale + value(b"GPS5", b"l", 20, places) + value(b"CASN", b"c", 1, SERIAL.encode())
    block = value(b"DEVC", b"\0", 1, value(b"STRM", b"\0", 1, stream))
    # A subtitle of the same length becomes it.
    words = folder / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:00,900\n" + "X" * (len(block) - 2) + "\n")
    made = folder / "carrier.mp4"
    _ffmpeg("-i", clip, "-i", words, "-c", "copy", "-c:s", "mov_text", made)
    data = made.read_bytes()
    sample = struct.pack(">H", len(block) - 2) + b"X" * (len(block) - 2)
    assert sample in data
    made.write_bytes(data.replace(sample, block).replace(b"tx3g", b"gpmd").replace(b"sbtl", b"meta"))
    return made


def _user_data(codec: str) -> Build:
    """Unregistered user data in the first packet, as cameras put it there."""

    def build(clip: Path, folder: Path) -> Path:
        payload = UUID[:16] + f"{SERIAL} {WORDS}".encode()
        message = bytes([5, len(payload)]) + payload + b"\x80"
        unit = (b"\x06" if codec == "h264" else b"\x4e\x01") + message
        source = clip
        if codec == "hevc":
            source = folder / "hevc.mp4"
            _ffmpeg("-i", clip, "-c:v", "libx265", "-x265-params", "log-level=none:info=1", "-c:a", "copy", source)
        made = folder / "carrier.mp4"
        with av.open(str(source)) as read, av.open(str(made), "w") as out:
            streams = {stream.index: out.add_stream_from_template(stream) for stream in read.streams}
            first = True
            for packet in read.demux():
                if packet.dts is None:
                    continue
                if packet.stream.type == "video" and first:
                    fresh = av.Packet(struct.pack(">I", len(unit)) + unit + bytes(packet))
                    fresh.pts, fresh.dts, fresh.duration = packet.pts, packet.dts, packet.duration
                    fresh.time_base, fresh.is_keyframe = packet.time_base, True
                    fresh.stream, first = streams[packet.stream.index], False
                    out.mux(fresh)
                    continue
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
        return made

    return build


# --- photos ---------------------------------------------------------------------------------------------------------


def _picture() -> Image.Image:
    return Image.radial_gradient("L").convert("RGB").resize((64, 48))


def _photo(suffix: str, **words: object) -> Build:
    def build(clip: Path, folder: Path) -> Path:
        made = folder / f"carrier.{suffix}"
        _picture().save(made, **words)  # type: ignore[arg-type]
        return made

    return build


def _jpeg_segments(clip: Path, folder: Path) -> Path:
    """XMP, IPTC and a comment."""
    plain = BytesIO()
    _picture().save(plain, "JPEG")
    data = plain.getvalue()

    def segment(marker: int, content: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content

    iptc = b"".join(
        b"\x1c\x02" + bytes([n]) + struct.pack(">H", len(value)) + value
        for n, value in ((80, PERSON.encode()), (90, b"Planted town"), (55, DAY.encode()))
    )
    resource = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    extra = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()) + segment(0xED, resource)
    made = folder / "carrier.jpg"
    made.write_bytes(data[:2] + extra + segment(0xFE, WORDS.encode()) + data[2:])
    return made


def _motion_photo(clip: Path, folder: Path) -> Path:
    plain = BytesIO()
    _picture().save(plain, "JPEG")
    made = folder / "carrier.jpg"
    made.write_bytes(plain.getvalue() + box(b"ftyp", b"isom", bytes(4)) + box(b"free", SERIAL.encode()))
    return made


def _png_chunks(clip: Path, folder: Path) -> Path:
    plain = BytesIO()
    _picture().save(plain, "PNG")
    data = plain.getvalue()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    extra = [
        chunk(b"tEXt", b"Author\0" + PERSON.encode()),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(WORDS.encode())),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp()),
        chunk(b"tIME", struct.pack(">H5B", 2019, 7, 13, 0, 0, 0)),
        chunk(b"eXIf", exif_bytes().removeprefix(b"Exif\0\0")),
        chunk(b"prVt", SERIAL.encode()),
    ]
    made = folder / "carrier.png"
    made.write_bytes(data[:33] + b"".join(extra) + data[33:])
    return made


def _gif(clip: Path, folder: Path) -> Path:
    plain = BytesIO()
    _picture().save(plain, "GIF")
    data = plain.getvalue().removesuffix(b";")
    comment = b"\x21\xfe" + bytes([len(WORDS)]) + WORDS.encode() + b"\0"
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    made = folder / "carrier.gif"
    made.write_bytes(data + comment + b"\x21\xff\x0bXMP DataXMP" + xmp() + trailer + b";")
    return made


# --- songs ----------------------------------------------------------------------------------------------------------


def _mp3(*, ape: bool = False) -> Build:
    def build(clip: Path, folder: Path) -> Path:
        made = folder / "carrier.mp3"
        tags = [f"artist={PERSON}", f"date={DAY}", f"comment={WORDS}", f"location={PLACE}", "encoded_by=PlantedMake"]
        given = [word for tag in tags for word in ("-metadata", tag)]
        _ffmpeg("-i", clip, "-vn", "-c:a", "libmp3lame", *given, "-write_id3v1", "1", made)
        if ape:
            item = struct.pack("<II", len(SERIAL), 0) + b"Serial\0" + SERIAL.encode()
            size = len(item) + 32
            head = struct.pack("<8sIIII8x", b"APETAGEX", 2000, size, 1, 0xA0000000)
            foot = struct.pack("<8sIIII8x", b"APETAGEX", 2000, size, 1, 0x80000000)
            made.write_bytes(made.read_bytes() + head + item + foot)
        return made

    return build


def _wav(clip: Path, folder: Path) -> Path:
    made = folder / "carrier.wav"
    tags = [f"artist={PERSON}", f"date={DAY}", f"comment={WORDS}", f"originator={MAKE}", f"description={SERIAL}"]
    given = [word for tag in tags for word in ("-metadata", tag)]
    _ffmpeg("-i", clip, "-vn", "-c:a", "pcm_s16le", *given, "-write_bext", "1", made)
    return made


def _tagged(name: str, *options: str) -> Build:
    tags = (f"title={WORDS}", f"artist={PERSON}", f"creation_time={DAY}T00:00:00Z", f"location={PLACE}", f"make={MAKE}")
    given = [word for tag in tags for word in ("-metadata", tag)]
    return _remade(name, *options, *given, "-metadata:s:0", f"title={SERIAL}")


def _attached(clip: Path, folder: Path) -> Path:
    note = folder / "note.txt"
    note.write_text(f"{WORDS} {FOLDER}")
    made = folder / "carrier.mkv"
    _ffmpeg("-i", clip, "-c", "copy", "-attach", note, "-metadata:s:t", "mimetype=text/plain", made)
    return made


def _chaptered(name: str) -> Build:
    def build(clip: Path, folder: Path) -> Path:
        words = folder / "chapters.txt"
        words.write_text(f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=900\ntitle={WORDS}\n")
        _ffmpeg("-i", clip, "-i", words, "-map_metadata", "1", "-map_chapters", "1", "-c", "copy", folder / name)
        return folder / name

    return build


def _subtitled(clip: Path, folder: Path) -> Path:
    words = folder / "words.srt"
    words.write_text(f"1\n00:00:00,000 --> 00:00:00,900\nGPS ({PLACE}) {SERIAL}\n")
    _ffmpeg("-i", clip, "-i", words, "-c", "copy", "-c:s", "mov_text", folder / "carrier.mp4")
    return folder / "carrier.mp4"


def _covered(clip: Path, folder: Path) -> Path:
    cover = folder / "cover.jpg"
    _picture().save(cover, exif=exif_bytes())
    made = folder / "carrier.mp4"
    _ffmpeg("-i", clip, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic", made)
    return made


CARRIERS: dict[str, Build] = {
    "QuickTime user data": _boxed(
        within=(b"moov",),
        content=lambda: box(
            b"udta",
            _international(b"\xa9xyz", PLACE),
            _international(b"\xa9mak", MAKE),
            _international(b"\xa9mod", MODEL),
            _international(b"\xa9day", DAY),
            box(b"SNum", SERIAL.encode()),
        ),
    ),
    "3GPP place": _boxed(within=(b"moov",), content=_loci),
    "3GPP author and title": _boxed(
        within=(b"moov",),
        content=lambda: box(b"udta", box(b"auth", bytes(6), PERSON.encode()), box(b"titl", bytes(6), WORDS.encode())),
    ),
    "Apple keys": _boxed(within=(b"moov",), content=_keys, suffix="mov"),
    "Apple keys of a track": _boxed(within=(b"moov", b"trak"), content=_keys),
    "iTunes tags": _boxed(within=(b"moov",), content=_itunes),
    "dates of boxes": _dated,
    "handler names": _named_handlers,
    "compressor name": _named_compressor,
    "XMP box": _behind(lambda: box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), xmp())),
    "Exif box": _behind(
        lambda: box(b"uuid", bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"), exif_bytes().removeprefix(b"Exif\0\0"))
    ),
    "a maker's box": _behind(lambda: box(b"uuid", UUID[:16], SERIAL.encode(), struct.pack(">d", LATITUDE))),
    "free room": _behind(lambda: box(b"free", f"{FOLDER} {SERIAL}".encode())),
    "a trailer": _behind(lambda: b"\0\0\0\0" + SERIAL.encode() + b"SEFT"),
    "telemetry": _telemetry,
    "subtitles with places": _subtitled,
    "time code": _remade(
        "carrier.mov", "-c", "copy", "-timecode", "01:02:03:04", "-metadata:s:0", f"reel_name={SERIAL}"
    ),
    "chapters": _chaptered("carrier.mp4"),
    "cover art with Exif": _covered,
    "user data in H.264": _user_data("h264"),
    "user data in HEVC": _user_data("hevc"),
    "tags of MOV": _tagged("carrier.mov", "-c", "copy", "-movflags", "use_metadata_tags"),
    "tags of Matroska": _tagged("carrier.mkv", "-c", "copy"),
    "tags of WebM, and Vorbis in it": _tagged(
        "carrier.webm",
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
        "-c:a",
        "libvorbis",
        "-metadata:s:1",
        f"artist={PERSON}",
    ),
    "an attachment": _attached,
    "chapters of Matroska": _chaptered("carrier.mkv"),
    "AVI with MPEG-4": _tagged("carrier.avi", "-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "motion JPEG": _tagged("carrier.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"),
    "MPEG-TS": _tagged("carrier.ts", "-c", "copy", "-metadata", f"service_provider={PERSON}"),
    "ID3": _mp3(),
    "APE": _mp3(ape=True),
    "FLAC": _tagged("carrier.flac", "-vn", "-c:a", "flac"),
    "Ogg Vorbis": _tagged("carrier.ogg", "-vn", "-c:a", "libvorbis"),
    "Opus": _tagged("carrier.opus", "-vn", "-c:a", "libopus"),
    "M4A": _tagged("carrier.m4a", "-vn", "-c:a", "copy"),
    "broadcast WAVE": _wav,
    "JPEG with Exif": _photo("jpg", exif=exif_bytes()),
    "JPEG with XMP, IPTC and a comment": _jpeg_segments,
    "motion photo": _motion_photo,
    "PNG": _png_chunks,
    "WebP": _photo("webp", exif=exif_bytes(), xmp=xmp()),
    "GIF": _gif,
    "AVIF": _photo("avif", exif=exif_bytes(), xmp=xmp()),
}
"""What to plant in, by what carries it."""
