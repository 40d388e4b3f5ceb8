"""What encoders and cameras say inside the packets of picture and sound, and packets without it."""

from __future__ import annotations

from collections.abc import Iterator

from clipkit.engine import h264, hevc, nal
from clipkit.engine.nal import Malformed
from clipkit.engine.remux import Cleaning, coded_packets
from clipkit.privacy import jpeg, vorbis
from clipkit.privacy.finding import Finding, words_in

_UNITS = {"h264": h264, "hevc": hevc}
_DOLBY_VISION = 62  # HEVC's unit types 62 and 63 hold its reference processing units and its second layer
_PARAMETER_SETS = (32, 33, 34)


def cleaning_of(codec: str, header: bytes) -> _Cleaning:
    """How packets of a codec are cleaned."""
    if codec in _UNITS:
        return _Units(codec, header)
    return {"aac": _Aac, "mjpeg": _Jpeg, "mpeg4": _UserData, "vorbis": _Vorbis}.get(codec, _Cleaning)()


def findings(path: str) -> Iterator[Finding]:
    """What packets of a file say, each thing once, where it stands first."""
    cleanings: dict[int, _Cleaning] = {}
    once: set[tuple[int, str]] = set()
    for packet in coded_packets(path):
        first = packet.stream not in cleanings
        cleaning = cleanings.setdefault(packet.stream, cleaning_of(packet.codec, packet.header))
        said = cleaning.said(packet.data)
        if first:
            said = said or cleaning.said_in_header(packet.header)
        if said and (packet.stream, said) not in once:
            once.add((packet.stream, said))
            yield Finding("software", f"stream {packet.stream} {packet.codec}", said, packet.at)


def _lost(data: bytes, clean: bytes) -> str:
    """The words that cleaning took, as far as there are any."""
    if data == clean:
        return ""
    start = next((at for at, (one, two) in enumerate(zip(data, clean, strict=False)) if one != two), len(clean))
    taken = data[start : start + max(len(data) - len(clean), 0) + 512]
    return words_in(taken) or f"{abs(len(data) - len(clean)) or len(taken)} bytes"


class _Cleaning(Cleaning):
    """Nothing to take out, and nothing said."""

    def said(self, data: bytes) -> str:
        """The words in a packet that cleaning takes."""
        return _lost(data, self.packet(data))

    def said_in_header(self, data: bytes) -> str:
        """The words in a header that cleaning takes."""
        return _lost(data, self.header(data))


class _Units(_Cleaning):
    """H.264 and HEVC: supplemental information by an allow-list, and units of no known kind not at all."""

    def __init__(self, codec: str, header: bytes) -> None:
        self._codec = _UNITS[codec]
        self._vision = codec == "hevc"
        try:
            self._size = self._codec.read_config(header).length_size
        except Malformed:
            self._size = 4 if header[:1] == b"\1" else 0

    def header(self, data: bytes) -> bytes:
        """Of `hvcC` (ISO/IEC 14496-15 §8.3.3.1) the parameter sets: encoders put their settings beside them."""
        if data[:1] != b"\1":
            return self.packet(data) if data else data
        if not self._vision or len(data) < 23:
            return data
        arrays, at = [], 23
        for _ in range(data[22]):
            start, count = at, int.from_bytes(data[at + 1 : at + 3], "big")
            at += 3
            for _ in range(count):
                at += 2 + int.from_bytes(data[at : at + 2], "big")
            if data[start : start + 1] and data[start] & 63 in _PARAMETER_SETS:
                arrays.append(data[start:at])
        return data[:22] + bytes([len(arrays)]) + b"".join(arrays)

    def packet(self, data: bytes) -> bytes:
        try:
            units = self._split(data)
            cleaned = [self._unit(unit) for unit in units]
        except Malformed:
            return data
        if cleaned == units:
            return data
        kept = [unit for unit in cleaned if unit]
        if not self._size:
            return b"".join(b"\0\0\0\1" + unit for unit in kept)
        return b"".join(len(unit).to_bytes(self._size, "big") + unit for unit in kept)

    def said(self, data: bytes) -> str:
        try:
            units = [unit for unit in self._split(data) if self._codec.kind(unit) == "sei"]
            messages = [message for unit in units for message in nal.messages(unit, self._codec.SEI_HEADER)]
        except Malformed:
            return ""
        return "; ".join(words for kind, payload in messages if (words := _message(kind, payload)))

    def _split(self, data: bytes) -> list[bytes]:
        return nal.split_lengths(data, self._size) if self._size else nal.split_start_codes(data)

    def _unit(self, unit: bytes) -> bytes:
        kind = self._codec.kind(unit)
        if kind == "sei":
            return nal.scrubbed_sei(unit, self._codec.SEI_HEADER)
        if kind == "other":
            number = unit[0] >> 1 & 63 if self._vision else unit[0] & 31
            return unit if number >= _DOLBY_VISION or (not self._vision and number < 24) else b""
        return unit


_REGISTERED, _UNREGISTERED, _TIME_CODE = 4, 5, 136
_UUID = 16


def _message(kind: int, payload: bytes) -> str:
    """What a message of supplemental information tells that no player needs."""
    if kind == _UNREGISTERED:
        return words_in(payload[_UUID:]) or f"{len(payload)} bytes of user data"
    if kind == _REGISTERED:
        return "captions" if b"GA94" in payload[:8] else f"{len(payload)} bytes of registered user data"
    return "a time code" if kind == _TIME_CODE else ""


_FILL = 0b110
_FILL_DATA = 0


class _Aac(_Cleaning):
    """AAC (ISO/IEC 14496-3 §4.4.1.1): a fill element may begin a block, where libav's encoder signs its work."""

    def packet(self, data: bytes) -> bytes:
        start, end = self._filling(data)
        size = 8 * len(data)
        mask = (1 << (end - start)) - 1 << (size - end)
        return (int.from_bytes(data, "big") & ~mask).to_bytes(len(data), "big") if mask else data

    def said(self, data: bytes) -> str:
        start, end = self._filling(data)
        filled = data[-(-start // 8) : end // 8]
        return words_in(filled, 4) or f"{len(filled)} bytes of filling" if filled.strip(b"\0") else ""

    @staticmethod
    def _filling(data: bytes) -> tuple[int, int]:
        """The bits that only fill, [start, end), after its head and kind; none where none begins the block."""
        if len(data) < 3 or data[0] >> 5 != _FILL:
            return 0, 0
        count, bits = data[0] >> 1 & 15, 7
        if count == 15:
            count, bits = 14 + ((data[0] & 1) << 7 | data[1] >> 1), 15
        end = bits + 8 * count
        kind = int.from_bytes(data[:4].ljust(4, b"\0"), "big") >> (28 - bits) & 15
        return (bits + 4, end) if kind == _FILL_DATA and count and end <= 8 * len(data) else (0, 0)


class _Jpeg(_Cleaning):
    """Motion JPEG: each frame is a photo."""

    def packet(self, data: bytes) -> bytes:
        return jpeg.joined(part.clean for part in jpeg.parts(data)) if jpeg.recognised(data[:3]) else data


class _UserData(_Cleaning):
    """MPEG-4 part 2 (ISO/IEC 14496-2 §6.2.2.1): user data stand between start codes."""

    def header(self, data: bytes) -> bytes:
        return self.packet(data)

    def packet(self, data: bytes) -> bytes:
        pieces = data.split(b"\0\0\1")
        return b"\0\0\1".join([pieces[0], *(piece for piece in pieces[1:] if piece[:1] != b"\xb2")])


class _Vorbis(_Cleaning):
    """Vorbis: the second of the three headers holds the comments."""

    def header(self, data: bytes) -> bytes:
        return vorbis.without_comments(data)

    def said_in_header(self, data: bytes) -> str:
        return ""  # where its comments stand in the file is told by who reads the container
