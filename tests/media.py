"""Media that carries its own answer.

Every frame shows its own number as a barcode of blocks, every second of sound can have a tone of its own, and a mark is
a white frame together with a click on one exact sample. What a renderer did to a clip can so be read off its output:
which frame of which source stands where, and when. Nothing here imports clipkit; with `measure` this is the independent
oracle of the tests.

The barcode is a square in the middle of the picture, `CODE_SHARE` of the shorter side wide, of 10 by 10 cells: a black
ring, a white ring (the finder), and 6 by 6 cells of data: 4 corner cells, 16 bits of frame, 4 bits of clip, 12 bits of
checksum. It stays whole in every centred "cover" fit that keeps half of the shorter side (portrait in half a portrait
duet), and in 16:9 cropped to 9:16.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import av
import numpy as np
from numpy.typing import NDArray

av.logging.set_level(None)

Plane = NDArray[np.uint8]
"""One 8-bit plane of a picture, rows first."""
Samples = NDArray[np.float32]
"""Sound as (samples, channels)."""
Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""
SoundKind = Literal["marks", "tones", "bursts"]

CELLS: Final = 10
DATA: Final = 6
CODE_SHARE: Final = Fraction(12, 25)
BLACK: Final = 20
WHITE: Final = 230
FLASH: Final = 235
FRAME_BITS: Final = 16
CLIP_BITS: Final = 4
CHECK_BITS: Final = 12
CLICK_SECONDS: Final = Fraction(1, 1000)
CLICK_PEAK: Final = 0.9
TONE_LEVEL: Final = 0.25
BURST_HZ: Final = 1000
BURST_SECONDS: Final = Fraction(1, 10)

BT709: Final = (1, 1, 1, 1)
BT601: Final = (6, 6, 6, 1)
HLG: Final = (9, 18, 9, 1)
PQ: Final = (9, 16, 9, 1)


# --- the barcode ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a barcode lies in a picture, black ring included, in pixels that need not be whole."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the code, which is the middle of the source's picture."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> Place:
        """The same code elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a barcode says, and where it was seen."""

    clip: int
    frame: int
    place: Place


def _checksum(frame: int, clip: int) -> int:
    return zlib.crc32(bytes((frame >> 8, frame & 255, clip))) >> (32 - CHECK_BITS)


@lru_cache(maxsize=4096)
def code_bits(frame: int, clip: int = 0) -> tuple[int, ...]:
    """The 36 data cells, row by row; the corners are 1, 0, 0, 0."""
    if not (0 <= frame < 1 << FRAME_BITS and 0 <= clip < 1 << CLIP_BITS):
        raise ValueError(f"frame {frame} of clip {clip} does not fit the barcode")
    word = ((frame << CLIP_BITS | clip) << CHECK_BITS) | _checksum(frame, clip)
    payload = [word >> n & 1 for n in reversed(range(FRAME_BITS + CLIP_BITS + CHECK_BITS))]
    middle = payload[4:28]
    return (1, *payload[:4], 0, *middle, 0, *payload[28:], 0)


def _decode_bits(bits: Sequence[int]) -> tuple[int, int] | None:
    corners = (bits[0], bits[5], bits[30], bits[35])
    if corners != (1, 0, 0, 0):
        return None
    payload = (*bits[1:5], *bits[6:30], *bits[31:35])
    word = int("".join(map(str, payload)), 2)
    check, rest = word & (1 << CHECK_BITS) - 1, word >> CHECK_BITS
    frame, clip = rest >> CLIP_BITS, rest & (1 << CLIP_BITS) - 1
    return (frame, clip) if _checksum(frame, clip) == check else None


def code_place(width: int, height: int, sar: Fraction = Fraction(1)) -> Place:
    """Where the code is drawn in a stored picture, so that it is a square once the pixels are square."""
    side = min(Fraction(width) * sar, Fraction(height)) * CODE_SHARE
    code_width = float(side / sar)
    return Place((width - code_width) / 2, (height - float(side)) / 2, code_width, float(side))


def _edges(start: float, length: float) -> list[int]:
    return [round(start + length * n / CELLS) for n in range(CELLS + 1)]


def barcode(frame: int, width: int, height: int, *, clip_id: int = 0, sar: Fraction = Fraction(1)) -> Plane:
    """A luma plane of that size that shows `frame` of `clip_id` on a plain dark ground."""
    luma = np.full((height, width), 64, np.uint8)
    _draw_code(luma, frame, clip_id, sar)
    return luma


def _draw_code(luma: Plane, frame: int, clip_id: int, sar: Fraction) -> None:
    place = code_place(luma.shape[1], luma.shape[0], sar)
    xs, ys = _edges(place.x, place.width), _edges(place.y, place.height)
    luma[ys[0] : ys[10], xs[0] : xs[10]] = BLACK
    luma[ys[1] : ys[9], xs[1] : xs[9]] = WHITE
    for n, bit in enumerate(code_bits(frame, clip_id)):
        row, column = divmod(n, DATA)
        luma[ys[row + 2] : ys[row + 3], xs[column + 2] : xs[column + 3]] = WHITE if bit else BLACK


def read_barcode(luma: NDArray[Any], box: Box | None = None) -> int | None:
    """The frame number that the picture, or that box of it, shows upright; None where no sound code is seen."""
    reading = read_code(luma, box)
    return None if reading is None else reading.frame


def read_code(luma: NDArray[Any], box: Box | None = None, hint: Place | None = None) -> Reading | None:
    """Find and read one barcode at any size and place; `hint` (of the whole picture) is where one was seen before."""
    x, y, width, height = box or (0, 0, luma.shape[1], luma.shape[0])
    part = np.rint(luma[y : y + height, x : x + width]).astype(np.int32)
    if part.size == 0 or int(part.max() - part.min()) < 24:
        return None
    sight = _Sight(part)
    for place in _candidates(sight, None if hint is None else hint.moved(-x, -y)):
        found = sight.read(place)
        if found is not None:
            return Reading(found[1], found[0], sight.exact(place).moved(x, y))
    return None


def _candidates(sight: _Sight, hint: Place | None) -> Iterator[Place]:
    """Likely places, the likeliest and cheapest first."""
    if hint is not None:
        yield hint
        yield sight.refine(hint)
    yield from sight.centred()
    for stretch in (1.0, 4 / 3, 3 / 4):
        yield from sight.anywhere(stretch)


class _Sight:
    """One picture with its running sums, so that the mean of any rectangle costs four look-ups."""

    SMALLEST = 30.0
    STEP = 1.07

    def __init__(self, luma: NDArray[np.int32]) -> None:
        self.height, self.width = luma.shape
        self.sums = np.zeros((self.height + 1, self.width + 1), np.int32)
        np.cumsum(np.cumsum(luma, axis=0, dtype=np.int32), axis=1, out=self.sums[1:, 1:])
        self.shrink = max(1, round(max(luma.shape) / 640))

    # strips: (x, y, width, height) in cells; the middle half of each ring side
    WHITES = ((1.5, 1.25, 7, 0.5), (1.5, 8.25, 7, 0.5), (1.25, 1.5, 0.5, 7), (8.25, 1.5, 0.5, 7))
    BLACKS = ((0.5, 0.25, 9, 0.5), (0.5, 9.25, 9, 0.5), (0.25, 0.5, 0.5, 9), (9.25, 0.5, 0.5, 9))

    def mean(self, x: float, y: float, width: float, height: float) -> float:
        """Mean luma of a rectangle; NaN where it leaves the picture."""
        x0, y0 = round(x), round(y)
        x1, y1 = max(x0 + 1, round(x + width)), max(y0 + 1, round(y + height))
        if x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height:
            return math.nan
        top, bottom = self.sums[y0], self.sums[y1]
        total = int(bottom[x1]) - int(top[x1]) - int(bottom[x0]) + int(top[x0])
        return total / ((x1 - x0) * (y1 - y0))

    def _strips(self, place: Place, strips: Iterable[tuple[float, float, float, float]]) -> list[float]:
        cx, cy = place.width / CELLS, place.height / CELLS
        return [self.mean(place.x + a * cx, place.y + b * cy, w * cx, h * cy) for a, b, w, h in strips]

    def score(self, place: Place) -> float:
        """How far the darkest side of the white ring lies above the lightest side of the black one."""
        value = min(self._strips(place, self.WHITES)) - max(self._strips(place, self.BLACKS))
        return value if math.isfinite(value) else -math.inf

    def read(self, place: Place) -> tuple[int, int] | None:
        """Frame and clip, if a code with a right checksum lies at that place."""
        if place.width < self.SMALLEST / 2 or self.score(place) < 16:
            return None
        middle = (np.median(self._strips(place, self.WHITES)) + np.median(self._strips(place, self.BLACKS))) / 2
        cells = [(c + 2.25, r + 2.25, 0.5, 0.5) for r, c in itertools.product(range(DATA), repeat=2)]
        return _decode_bits([int(level > middle) for level in self._strips(place, cells)])

    def refine(self, place: Place) -> Place:
        """Climb to the best fitting place near by, in ever smaller steps."""
        best, score = place, self.score(place)
        for share in (0.3, 0.15, 0.07):
            for _ in range(4):
                moved = max(_neighbours(best, share / CELLS), key=self.score)
                if self.score(moved) <= score:
                    break
                best, score = moved, self.score(moved)
        return best

    def exact(self, place: Place) -> Place:
        """The place by the outer edges of the white ring, to a fraction of a pixel."""
        black, white = np.median(self._strips(place, self.BLACKS)), np.median(self._strips(place, self.WHITES))

        def reach(x: float, y: float, width: float, height: float) -> float:
            """How much of a strip across an edge is white."""
            return float((self.mean(x, y, width, height) - black) / (white - black))

        cx, cy = round(place.width / CELLS), round(place.height / CELLS)
        x, y, right, bottom = (round(n) for n in (place.x, place.y, place.x + place.width, place.y + place.height))
        rows, columns = (y + 2 * cy, bottom - y - 4 * cy), (x + 2 * cx, right - x - 4 * cx)
        left = x + 1.5 * cx - (reach(x + cx // 2, rows[0], cx, rows[1]) * cx + (0.5 * cx - cx // 2))
        top = y + 1.5 * cy - (reach(columns[0], y + cy // 2, columns[1], cy) * cy + (0.5 * cy - cy // 2))
        start, low = right - cx - (cx + 1) // 2, bottom - cy - (cy + 1) // 2
        right_edge = start + reach(start, rows[0], cx, rows[1]) * cx
        bottom_edge = low + reach(columns[0], low, columns[1], cy) * cy
        width, height = (right_edge - left) / 0.8, (bottom_edge - top) / 0.8
        return Place(left - width / CELLS, top - height / CELLS, width, height)

    def centred(self) -> Iterator[Place]:
        """Places in the middle of the picture, large ones first."""
        for side in self._sides(1):
            place = Place((self.width - side) / 2, (self.height - side) / 2, side, side)
            if self.score(place) >= 12:
                yield self.refine(place)

    def _sides(self, shrink: int) -> list[float]:
        largest = min(self.width, self.height) / shrink
        count = max(0, int(math.log(max(1.0, largest / self.SMALLEST), self.STEP)) + 1)
        return [largest / self.STEP**n for n in range(count)]

    def anywhere(self, stretch: float) -> list[Place]:
        """The most ring-like places of the whole picture; `stretch` is the width of a cell over its height."""
        n = self.shrink
        small = self.sums[::n, ::n]
        found: list[tuple[float, Place]] = []
        for side in self._sides(n):
            width, height = side * min(1.0, stretch), side / max(1.0, stretch)
            score, x, y = _best_ring(small, width, height)
            if score >= 12 * n * n:
                found.append((score, Place(x * n, y * n, width * n, height * n)))
        found.sort(key=lambda entry: entry[0], reverse=True)
        return [self.refine(place) for _, place in found[:8]]


def _neighbours(place: Place, share: float) -> list[Place]:
    dx, dy = place.width * share, place.height * share
    moves = ((1, 0, 0, 0), (-1, 0, 0, 0), (0, 1, 0, 0), (0, -1, 0, 0))
    sizes = ((-0.5, 0, 1, 0), (0.5, 0, -1, 0), (0, -0.5, 0, 1), (0, 0.5, 0, -1), (-0.5, -0.5, 1, 1), (0.5, 0.5, -1, -1))
    return [
        Place(place.x + a * dx, place.y + b * dy, place.width + c * dx, place.height + d * dy)
        for a, b, c, d in (*moves, *sizes)
    ]


def _best_ring(sums: NDArray[np.int32], width: float, height: float) -> tuple[float, int, int]:
    """The best ring score of one code size over all positions, and where it is: score, x, y."""
    stride = max(1, int(min(width, height) / CELLS / 4))
    columns, rows = sums.shape[1] - 1 - math.ceil(width), sums.shape[0] - 1 - math.ceil(height)
    if columns < 1 or rows < 1:
        return -math.inf, 0, 0

    def means(strip: tuple[float, float, float, float]) -> NDArray[np.float32]:
        x0, y0 = round(strip[0] * width / CELLS), round(strip[1] * height / CELLS)
        w, h = max(1, round(strip[2] * width / CELLS)), max(1, round(strip[3] * height / CELLS))

        def at(dx: int, dy: int) -> NDArray[np.int32]:
            return sums[dy : dy + rows : stride, dx : dx + columns : stride]

        total = at(x0 + w, y0 + h) - at(x0, y0 + h) - at(x0 + w, y0) + at(x0, y0)
        return total * np.float32(1 / (w * h))

    white = np.minimum.reduce([means(strip) for strip in _Sight.WHITES])
    score = white - np.maximum.reduce([means(strip) for strip in _Sight.BLACKS])
    row, column = divmod(int(score.argmax()), score.shape[1])
    return float(score[row, column]), column * stride, row * stride


# --- pictures ------------------------------------------------------------------------------------------------------


def tint(clip_id: int) -> tuple[int, int]:
    """The U and V of a clip's ground; different clips have different ones."""
    angle = 2 * math.pi * clip_id / (1 << CLIP_BITS)
    return 128 + round(40 * math.cos(angle)), 128 + round(40 * math.sin(angle))


@cache
def _ground(width: int, height: int, clip_id: int) -> Plane:
    steps = np.arange(height) * 6 // max(1, height)
    column = (48 + 4 * (clip_id % 4) + 10 * steps).astype(np.uint8)
    return np.repeat(column[:, None], width, axis=1)


def draw_luma(frame: int, width: int, height: int, *, clip_id: int, flash: bool, sar: Fraction) -> Plane:
    """One upright picture: the ground (white in a flash), a bar that moves a little each frame, and the code."""
    luma = _ground(width, height, clip_id).copy()
    bar = max(2, height // 40)
    top = (frame * 4) % max(1, height // 6)
    luma[top : top + bar] = 150
    if flash:
        luma[:] = FLASH
    _draw_code(luma, frame, clip_id, sar)
    return luma


def _draw_chroma(width: int, height: int, value: int, luma_size: tuple[int, int], sar: Fraction) -> Plane:
    """One chroma plane: the clip's tint, and none under the code."""
    plane = np.full((height, width), value, np.uint8)
    place = code_place(*luma_size, sar)
    across, down = width / luma_size[0], height / luma_size[1]
    left, top = math.floor(place.x * across), math.floor(place.y * down)
    right, bottom = math.ceil((place.x + place.width) * across), math.ceil((place.y + place.height) * down)
    plane[top:bottom, left:right] = 128
    return plane


def stored(picture: NDArray[Any], rotation: int, mirrored: bool) -> NDArray[Any]:
    """An upright picture as it must be stored so that turning it clockwise, then mirroring, shows it upright."""
    return np.rot90(np.fliplr(picture) if mirrored else picture, rotation // 90)


def upright(picture: NDArray[Any], rotation: int, mirrored: bool) -> NDArray[Any]:
    """A stored picture as it must be shown; the inverse of `stored`."""
    turned = np.rot90(picture, -(rotation // 90))
    return np.fliplr(turned) if mirrored else turned


def display_matrix(rotation: int, mirrored: bool, width: int, height: int) -> tuple[int, ...]:
    """The MP4 matrix of a stored picture of that size: turn clockwise by `rotation`, then mirror left to right."""
    a, b, c, d = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[rotation]
    if mirrored:
        a, c = -a, -c
    x = -min(0, a * width) - min(0, c * height)
    y = -min(0, b * width) - min(0, d * height)
    one = 1 << 16
    return (a * one, b * one, 0, c * one, d * one, 0, x * one, y * one, 1 << 30)


def fill(frame: av.VideoFrame, index: int, picture: Plane, depth: int) -> None:
    plane: Any = frame.planes[index]
    if depth == 8:
        np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width] = picture
    else:
        wide = picture.astype(np.uint16) << (depth - 8)
        np.frombuffer(plane, np.uint16).reshape(-1, plane.line_size // 2)[: plane.height, : plane.width] = wide


# --- what is to be written -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Spec:
    """Everything about one clip. `size` is the stored picture before any rotation is undone, that is: as it is seen,
    in stored pixels; a clip that is rotated by 90 is stored with width and height changed over."""

    fps: Fraction = Fraction(30)
    frames: int | None = None
    seconds: Fraction = Fraction(2)
    size: tuple[int, int] = (360, 640)
    clip_id: int = 0
    timestamps: tuple[Fraction, ...] | None = None
    """Variable rate: when each frame is shown; the last one lasts 1/fps. Exact in MP4 and MOV."""
    codec: str | None = None
    quality: int = 23
    gop: int = 30
    bframes: int = 0
    open_gop: bool = False
    pix_fmt: str = "yuv420p"
    colour: tuple[int, int, int, int] = BT709
    """Primaries, transfer, matrix, range, as in ITU-T H.273 and FFmpeg."""
    sar: Fraction = Fraction(1)
    rotation: int = 0
    """How many degrees clockwise a player has to turn the stored picture."""
    mirrored: bool = False
    """Whether it has to be mirrored left to right after that."""
    first_pts: Fraction = Fraction(0)
    picture: bool = True
    sound: tuple[SoundKind, ...] = ()
    marks: tuple[Fraction, ...] | None = None
    """When to flash and click, in seconds of the file; without it, at the first frame of each second but the first."""
    flash: bool = True
    sound_codec: str | None = None
    sound_rate: int = 48000
    channels: int = 2
    sound_seconds: Fraction | None = None
    sound_start: Fraction = Fraction(0)
    muxer: tuple[tuple[str, str], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    container: str | None = None

    @property
    def times(self) -> tuple[Fraction, ...]:
        """When each frame is shown."""
        if self.timestamps is not None:
            return tuple(self.first_pts + t for t in self.timestamps)
        count = self.frames if self.frames is not None else math.ceil(self.seconds * self.fps)
        return tuple(self.first_pts + n / self.fps for n in range(count))

    @property
    def end(self) -> Fraction:
        """When the last frame has been shown."""
        return self.times[-1] + 1 / self.fps if self.times else self.first_pts

    @property
    def mark_times(self) -> tuple[Fraction, ...]:
        """When it flashes and clicks."""
        if self.marks is not None:
            return self.marks
        if "marks" not in self.sound:
            return ()
        starts = (next((t for t in self.times if t >= second), None) for second in range(1, math.ceil(self.end)))
        return tuple(sorted({t for t in starts if t is not None}))

    @property
    def flash_frames(self) -> frozenset[int]:
        """The frames that are on show at the marks."""
        shown = (max((n for n, t in enumerate(self.times) if t <= mark), default=None) for mark in self.mark_times)
        return frozenset(n for n in shown if n is not None) if self.flash else frozenset()

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height in the file."""
        return self.size[::-1] if self.rotation % 180 else self.size

    @property
    def time_base(self) -> Fraction:
        """A time base in which every frame time is whole."""
        if self.timestamps is None and self.first_pts * self.fps % 1 == 0:
            return 1 / self.fps
        return Fraction(1, math.lcm(self.fps.numerator, *(t.denominator for t in self.times)))


def spec_of(**words: Any) -> Spec:
    """A `Spec` from plain words: numbers become fractions, lists tuples, and `sound` may be one word or "none"."""
    exact = {"fps", "seconds", "sar", "first_pts", "sound_seconds", "sound_start"}
    told: dict[str, Any] = {
        name: Fraction(value) if name in exact and value is not None else value for name, value in words.items()
    }
    for name in ("timestamps", "marks"):
        if told.get(name) is not None:
            told[name] = tuple(Fraction(t) for t in told[name])
    sound = told.get("sound", ())
    told["sound"] = (() if sound == "none" else (sound,)) if isinstance(sound, str) else tuple(sound)
    return Spec(**told)


# --- sound ---------------------------------------------------------------------------------------------------------


def tone_of(second: int, clip_id: int = 0) -> float:
    """The frequency of one second of a clip, in Hz: 36 semitones from 220 Hz, shuffled; no two clips agree at once."""
    return 220.0 * 2 ** ((5 * second + 7 * clip_id) % 36 / 12)


def tones(count: int, rate: int, clip_id: int = 0) -> Samples:
    """Mono sound in which each second has its own frequency, with a phase that never jumps."""
    seconds = math.ceil(count / rate)
    steps = np.repeat([tone_of(second, clip_id) for second in range(seconds)], rate)[:count]
    phase = np.concatenate([[0.0], np.cumsum(steps[:-1])]) * (2 * np.pi / rate) if count else steps
    return (TONE_LEVEL * np.sin(phase)).astype(np.float32)


def click_pulse(rate: int) -> Samples:
    """One raised cosine of a millisecond, of odd length: its peak is its middle sample."""
    half = int(CLICK_SECONDS / 2 * rate)
    shape = (1 + np.cos(np.pi * np.arange(-half, half + 1) / (half + 1))) / 2
    return (CLICK_PEAK * shape).astype(np.float32)


def _place(sound: Samples, piece: Samples, at: int) -> None:
    start, stop = max(0, at), min(len(sound), at + len(piece))
    if start < stop:
        sound[start:stop] += piece[start - at : stop - at]


def click_track(count: int, rate: int, times: Iterable[Fraction]) -> Samples:
    """Silence with a click that peaks on the sample nearest to each time."""
    sound, pulse = np.zeros(count, np.float32), click_pulse(rate)
    for t in times:
        _place(sound, pulse, round(t * rate) - len(pulse) // 2)
    return sound


def burst_times(spec: Spec) -> tuple[Fraction, ...]:
    """When the bursts of a clip begin: at its marks, or every half second from a quarter."""
    if spec.marks is not None:
        return spec.marks
    return tuple(Fraction(2 * n + 1, 4) for n in range(int(spec.end * 2)))


def burst_track(count: int, rate: int, times: Iterable[Fraction]) -> Samples:
    """Silence with bursts of 1 kHz that start on one sample and fade in their last 5 ms."""
    n = np.arange(int(BURST_SECONDS * rate))
    fade = np.clip((len(n) - n) / (0.005 * rate), 0, 1)
    burst = (0.7 * np.cos(2 * np.pi * BURST_HZ * n / rate) * fade).astype(np.float32)
    sound = np.zeros(count, np.float32)
    for t in times:
        _place(sound, burst, round(t * rate))
    return sound


def sound_of(spec: Spec) -> Samples:
    """The sound of a clip before it is encoded, as (samples, channels), from `sound_start` on."""
    seconds = spec.sound_seconds if spec.sound_seconds is not None else spec.end - spec.sound_start
    count, rate = round(seconds * spec.sound_rate), spec.sound_rate
    mono = np.zeros(count, np.float32)
    if "tones" in spec.sound:
        mono += tones(count, rate, spec.clip_id)
    if "marks" in spec.sound:
        mono += click_track(count, rate, [t - spec.sound_start for t in spec.mark_times])
    if "bursts" in spec.sound:
        mono += burst_track(count, rate, [t - spec.sound_start for t in burst_times(spec)])
    return np.repeat(np.clip(mono, -1, 1)[:, None], spec.channels, axis=1)


# --- encoding ------------------------------------------------------------------------------------------------------


@cache
def _steady_x264() -> str:
    """x264 parameters that give the same bytes on every run (its AVX-512 code does not)."""
    cpu = Path("/proc/cpuinfo")
    wide = cpu.exists() and "avx512f" in cpu.read_text(errors="replace")
    return "asm=avx2:" if wide else ""


VIDEO_CODECS: Final = {".webm": "libvpx-vp9"}
SOUND_CODECS: Final = {".webm": "libopus", ".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame"}


def _codec_options(codec: str, spec: Spec) -> dict[str, str]:
    if codec == "libx264":
        params = f"{_steady_x264()}scenecut=0:b-adapt=0:open-gop={int(spec.open_gop)}"
        return {
            "preset": "superfast",
            "crf": str(spec.quality),
            "bf": str(spec.bframes),
            "g": str(spec.gop),
            "keyint_min": str(spec.gop),
            "x264-params": params,
        }
    if codec == "libx265":
        own = f"log-level=error:pools=1:frame-threads=1:scenecut=0:keyint={spec.gop}:min-keyint={spec.gop}"
        own += f":bframes={spec.bframes}:open-gop={int(spec.open_gop)}"
        return {"preset": "ultrafast", "crf": str(spec.quality), "x265-params": own}
    if codec.startswith("libvpx"):
        quick = {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0", "lag-in-frames": "0"}
        return {**quick, "crf": str(spec.quality), "b": "2M", "g": str(spec.gop)}
    return {"g": str(spec.gop), "b": "4M"}


def _video_stream(container: av.container.OutputContainer, spec: Spec, codec: str) -> av.VideoStream:
    stream = container.add_stream(codec, rate=spec.fps, options=_codec_options(codec, spec))
    assert isinstance(stream, av.VideoStream)
    context = stream.codec_context
    stream.width, stream.height = spec.stored_size
    stream.pix_fmt = spec.pix_fmt
    stream.thread_count, stream.thread_type = 1, "FRAME"
    context.time_base = stream.time_base = spec.time_base
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = spec.colour
    context.sample_aspect_ratio = 1 / spec.sar if spec.rotation % 180 else spec.sar
    if codec == "libx265":
        context.codec_tag = "hvc1"
    if spec.rotation or spec.mirrored:
        stream.set_display_matrix(display_matrix(spec.rotation, spec.mirrored, *spec.stored_size))
    return stream


def _video_frame(spec: Spec, index: int) -> av.VideoFrame:
    """One frame as it is stored, with its timestamp."""
    width, height = spec.size
    frame = av.VideoFrame(*spec.stored_size, spec.pix_fmt)
    depth = frame.format.components[0].bits
    flash = index in spec.flash_frames
    luma = draw_luma(index, width, height, clip_id=spec.clip_id, flash=flash, sar=spec.sar)
    fill(frame, 0, stored(luma, spec.rotation, spec.mirrored), depth)
    hues = (128, 128) if flash else tint(spec.clip_id)
    for number, value in enumerate(hues, start=1):
        plane = frame.planes[number]
        seen = (plane.height, plane.width) if spec.rotation % 180 else (plane.width, plane.height)
        chroma = _draw_chroma(*seen, value, (width, height), spec.sar)
        fill(frame, number, stored(chroma, spec.rotation, spec.mirrored), depth)
    frame.pts, frame.time_base = int(spec.times[index] / spec.time_base), spec.time_base
    frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range = spec.colour
    return frame


def _video_packets(stream: av.VideoStream, spec: Spec) -> list[av.Packet[Any]]:
    shown = [*spec.times, spec.end]
    lasts = {int(a / spec.time_base): int((b - a) / spec.time_base) for a, b in itertools.pairwise(shown)}
    packets: list[av.Packet[Any]] = []
    for index in range(len(spec.times)):
        packets += stream.encode(_video_frame(spec, index))
    packets += stream.encode(None)
    for packet in packets:
        packet.duration = lasts[packet.pts or 0]
    return packets


def _sound_stream(container: av.container.OutputContainer, spec: Spec, codec: str) -> av.AudioStream:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[spec.channels]
    stream = container.add_stream(codec, rate=spec.sound_rate)
    assert isinstance(stream, av.AudioStream)
    stream.layout = layout
    if not codec.startswith(("pcm", "flac")):
        stream.bit_rate = 128_000 * max(1, spec.channels)
    return stream


def _sound_packets(stream: av.AudioStream, spec: Spec) -> list[av.Packet[Any]]:
    whole = stream.format.name in ("s16", "s16p") and stream.codec_context.name.startswith("pcm")
    sound, rate = sound_of(spec), spec.sound_rate
    first = round(spec.sound_start * rate)
    packets: list[av.Packet[Any]] = []
    for start in range(0, len(sound), 1024):
        piece = np.ascontiguousarray(sound[start : start + 1024].T)
        if whole:
            packed = np.round(piece.T * 32767).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=stream.layout.name)
        else:
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=stream.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = rate, first + start, Fraction(1, rate)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _packet_time(packet: av.Packet[Any]) -> Fraction:
    stamp = packet.dts if packet.dts is not None else packet.pts
    return (stamp or 0) * packet.time_base


def _muxer_options(path: Path, spec: Spec) -> dict[str, str]:
    """Bit-exact, and in MP4 a movie timescale in which every edit is whole: the default of 1000 shifts late sound."""
    options = {"fflags": "+bitexact"}
    scale = math.lcm(spec.time_base.denominator, spec.sound_rate)
    if (spec.container or path.suffix.lstrip(".")) in ("mp4", "mov", "m4a") and scale < 1 << 31:
        options["movie_timescale"] = str(scale)
    return {**options, **dict(spec.muxer)}


def write_clip(path: Path, spec: Spec | None = None, **words: Any) -> Path:
    """Write one clip and return its path; the words are the fields of `Spec`, the suffix chooses the container."""
    spec = spec or spec_of(**words)
    path = Path(path)
    options = _muxer_options(path, spec)
    with av.open(f"file:{path.absolute()}", "w", format=spec.container, options=options) as container:
        container.metadata.update(dict(spec.metadata))
        video = spec.picture and _video_stream(container, spec, spec.codec or VIDEO_CODECS.get(path.suffix, "libx264"))
        sound = spec.sound and _sound_stream(container, spec, spec.sound_codec or SOUND_CODECS.get(path.suffix, "aac"))
        runs = [_video_packets(video, spec)] if video else []
        runs += [_sound_packets(sound, spec)] if sound else []
        order = {id(packet): n for n, packet in enumerate(itertools.chain(*runs))}
        for packet in sorted(itertools.chain(*runs), key=lambda p: (_packet_time(p), order[id(p)])):
            container.mux(packet)
    return path


# --- odd inputs ----------------------------------------------------------------------------------------------------

UNEVEN_STEPS: Final = (1, 1, 3, 2, 1, 4, 1, 2, 2, 1)
"""How long the frames of `variable_rate` last, in sixtieths of a second, over and over."""


def uneven_times(count: int) -> tuple[Fraction, ...]:
    """When the frames of a variable-rate clip are shown."""
    steps = itertools.islice(itertools.cycle(UNEVEN_STEPS), count - 1)
    return tuple(Fraction(n, 60) for n in itertools.accumulate(steps, initial=0))


def _odd(**fixed: Any) -> Callable[..., Path]:
    def build(path: Path, **words: Any) -> Path:
        return write_clip(path, **{"sound": "tones", **fixed, **words})

    return build


variable_rate = _odd(timestamps=uneven_times(60), fps=60, sound=("marks", "tones"))
rotated_90 = _odd(rotation=90)
rotated_180 = _odd(rotation=180)
rotated_270 = _odd(rotation=270)
mirrored = _odd(mirrored=True)
rotated_90_mirrored = _odd(rotation=90, mirrored=True)
odd_size = _odd(size=(351, 639), pix_fmt="yuv444p")
odd_size_420 = _odd(size=(351, 639), codec="libvpx-vp9")
b_frames = _odd(bframes=3)
open_gop = _odd(bframes=2, open_gop=True, gop=15)
gop_250 = _odd(gop=250, seconds=9, bframes=2, size=(180, 320))
no_audio = _odd(sound="none")
short_audio = _odd(sound_seconds=Fraction(4, 5))
mono_96k = _odd(sound_rate=96000, channels=1, sound=("marks", "tones"))
cd_rate = _odd(sound_rate=44100, sound=("marks", "tones"))
late_start = _odd(first_pts=Fraction(1, 2), sound=("marks", "tones"))
late_sound = _odd(sound_start=Fraction(2, 5), sound=("marks",))
ntsc_rate = _odd(fps=Fraction(30000, 1001), sound=("marks",))
anamorphic = _odd(sar=Fraction(4, 3), size=(360, 480))
full_range = _odd(colour=(1, 1, 1, 2), pix_fmt="yuvj420p")
picture_only = no_audio
audio_only = _odd(picture=False, sound=("marks", "tones"))
hdr_hlg = _odd(pix_fmt="yuv420p10le", colour=HLG, codec="libx265", seconds=1, size=(180, 320))
hdr_hlg_h264 = _odd(pix_fmt="yuv420p10le", colour=HLG, codec="libx264", seconds=1, size=(180, 320))
hdr_pq = _odd(pix_fmt="yuv420p10le", colour=PQ, codec="libx265", seconds=1, size=(180, 320))


def truncated(path: Path, **words: Any) -> Path:
    """An MP4 with its header in front whose last two fifths are missing."""
    write_clip(path, **{"sound": "tones", "muxer": (("movflags", "+faststart"),), **words})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 3 // 5])
    return path


def headless(path: Path, **words: Any) -> Path:
    """An MP4 as it lies there after a crash: media data, but the header that should follow is missing."""
    write_clip(path, **{"sound": "tones", **words})
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rindex(b"moov") - 4])
    return path


def wrong_suffix(path: Path, **words: Any) -> Path:
    """An MP4, whatever its name says."""
    return write_clip(path, **{"sound": "tones", "container": "mp4", "codec": "libx264", "sound_codec": "aac", **words})


def text_file(path: Path) -> Path:
    """Words where media is expected."""
    path.write_text("This is not a film.\n" * 20)
    return path


def empty_file(path: Path) -> Path:
    """A file of no bytes."""
    path.write_bytes(b"")
    return path


ODD: Final[dict[str, tuple[str, Callable[..., Path]]]] = {
    "variable_rate": (".mp4", variable_rate),
    "rotated_90": (".mp4", rotated_90),
    "rotated_180": (".mp4", rotated_180),
    "rotated_270": (".mov", rotated_270),
    "mirrored": (".mp4", mirrored),
    "rotated_90_mirrored": (".mp4", rotated_90_mirrored),
    "odd_size": (".mp4", odd_size),
    "odd_size_420": (".webm", odd_size_420),
    "b_frames": (".mp4", b_frames),
    "open_gop": (".mp4", open_gop),
    "gop_250": (".mp4", gop_250),
    "no_audio": (".mp4", no_audio),
    "short_audio": (".mp4", short_audio),
    "mono_96k": (".mp4", mono_96k),
    "cd_rate": (".mp4", cd_rate),
    "late_start": (".mp4", late_start),
    "late_sound": (".mp4", late_sound),
    "ntsc_rate": (".mp4", ntsc_rate),
    "anamorphic": (".mp4", anamorphic),
    "full_range": (".mp4", full_range),
    "audio_only": (".m4a", audio_only),
    "hdr_hlg": (".mp4", hdr_hlg),
    "hdr_hlg_h264": (".mp4", hdr_hlg_h264),
    "hdr_pq": (".mp4", hdr_pq),
    "wrong_suffix": (".mkv", wrong_suffix),
}
"""Odd inputs that can be read, each with the suffix it takes."""

BROKEN: Final[dict[str, tuple[str, Callable[..., Path]]]] = {
    "truncated": (".mp4", truncated),
    "headless": (".mp4", headless),
    "text_file": (".mp4", text_file),
    "empty_file": (".mp4", empty_file),
}
"""Inputs that cannot be read, or not to their end."""


# --- the shelf -----------------------------------------------------------------------------------------------------


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def _own_hash() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """A folder in which every clip is made once; ask again with the same words and the same file comes back.

    Never write to what it returns: `copy` gives a file of your own."""

    folder: Path

    def clip(self, suffix: str = ".mp4", **words: Any) -> Path:
        """A clip by the words of `Spec`."""
        spec = spec_of(**words)
        facts = [(field.name, getattr(spec, field.name)) for field in fields(spec)]
        return self._keep(f"clip-{_key(suffix, facts, _own_hash())}{suffix}", lambda path: write_clip(path, spec))

    def odd(self, name: str, **words: Any) -> Path:
        """An odd or broken input by its name."""
        suffix, build = {**ODD, **BROKEN}[name]
        key = _key(name, sorted(words.items()), _own_hash())
        return self._keep(f"{name}-{key}{suffix}", lambda path: build(path, **words))

    def copy(self, path: Path, to: Path) -> Path:
        """A copy that may be changed."""
        return Path(shutil.copyfile(path, to))

    def _keep(self, name: str, build: Callable[[Path], Path]) -> Path:
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            making = self.folder / f"making-{id(self)}-{name}"
            build(making).replace(path)
        return path
