"""`host.mp4`: a presenter at a desk, in a room full of plants."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from draw import (
    FPS,
    HEIGHT,
    WIDTH,
    Colour,
    Pen,
    Point,
    between,
    ease,
    glow,
    gradient,
    mix,
    model,
    paste,
    soften,
    towards,
)
from PIL import Image, ImageChops, ImageFilter
from sound import Signal, fade, highpass, lowpass, master, reverb
from voice import Speaker, Speech, speak

DURATION = 18.0
MARGIN = 60
Mapping = Callable[[float, float], Point]
DESK = 1560

SKIN, SKIN_DARK, SKIN_LIGHT = (246, 192, 156), (222, 150, 122), (255, 214, 182)
HAIR, HAIR_LIGHT = (112, 52, 40), (164, 84, 54)
JUMPER, JUMPER_DARK, JUMPER_LIGHT = (240, 172, 52), (212, 130, 40), (252, 202, 98)
SHIRT, SHIRT_DARK = (252, 248, 242), (212, 220, 230)
WALL: Colour = (44, 112, 116)
INK: Colour = (46, 36, 62)
WINDOW = (110, 230, 560, 830)


# --- the room ---


def _outside() -> Image.Image:
    """A bright day beyond the window: sky, hills and trees."""
    wide, high = WINDOW[2] - WINDOW[0] + 160, WINDOW[3] - WINDOW[1] + 40
    view = gradient(
        wide, high, [(0.0, (86, 172, 236)), (0.6, (178, 222, 246)), (0.8, (252, 236, 206)), (1.0, (250, 232, 200))]
    )
    pen = Pen((0, 0, wide, high))
    pen.blob([(-60, high), (-20, 470), (150, 405), (330, 480), (480, 420), (700, 470), (720, high)], (142, 196, 184))
    pen.blob([(-60, high + 40), (-20, 560), (190, 500), (420, 560), (700, 510), (720, high + 40)], (92, 168, 128))
    for x, y, size in ((70, 560, 46), (130, 580, 38), (460, 560, 52), (530, 575, 40)):
        pen.ellipse((x, y), size, size * 1.12, (58, 138, 106))
        pen.ellipse((x - size * 0.25, y - size * 0.3), size * 0.55, size * 0.6, (94, 172, 122))
    paste(view, pen.finish(), 0, 0)
    return view


def _cloud() -> Image.Image:
    pen = Pen((0, 0, 340, 130))
    for x, y, size in ((80, 84, 40), (140, 62, 54), (206, 74, 46), (256, 92, 32)):
        pen.ellipse((x, y), size, size, (255, 255, 255))
    pen.box(46, 84, 288, 124, (255, 255, 255), 20)
    return soften(pen.finish(), 1.5)


def _books(pen: Pen, left: float, right: float, foot: float, random: np.random.Generator) -> None:
    palette: list[Colour] = [
        (236, 96, 84), (250, 196, 92), (246, 238, 222), (36, 74, 116), (122, 190, 168), (176, 84, 124), (240, 140, 76),
    ]  # fmt: skip
    x = left
    while x < right - 18:
        wide, tall = random.uniform(18, 36), random.uniform(92, 142)
        cover = palette[int(random.integers(len(palette)))]
        pen.box(x, foot - tall, x + wide - 3, foot, cover, 4)
        pen.box(x, foot - tall, x + 6, foot, mix(cover, INK, 0.22), 3)
        pen.box(x + 7, foot - tall + 16, x + wide - 8, foot - tall + 26, mix(cover, (255, 250, 236), 0.6))
        x += wide


def _trailing(pen: Pen, root: Point, length: float, random: np.random.Generator) -> None:
    """Ivy that hangs from a shelf."""
    for strand in range(4):
        x = root[0] - 44 + strand * 30
        reach = length * random.uniform(0.55, 1.0)
        pen.limb([(x, root[1]), (x + 9, root[1] + reach * 0.5), (x - 4, root[1] + reach)], [5, 4, 3], (34, 104, 84))
        for step in range(int(reach / 24)):
            y = root[1] + 8 + step * 24
            side = 1 if step % 2 else -1
            tone = mix((50, 138, 96), (126, 196, 112), random.uniform(0, 1))
            pen.ellipse((x + side * 13, y), 16, 10, tone, side * 35)


def _shelf(pen: Pen, left: float, right: float, row: float) -> None:
    pen.box(left, row + 20, right, row + 42, (34, 88, 94), 6)
    pen.box(left - 10, row, right + 10, row + 24, (196, 130, 86), 5)
    pen.box(left - 10, row, right + 10, row + 7, (226, 164, 112), 4)


def _pot(pen: Pen, centre: Point, wide: float, tall: float, colour: Colour) -> None:
    x, y = centre
    pen.polygon([(x - wide, y), (x + wide, y), (x + wide * 0.74, y + tall), (x - wide * 0.74, y + tall)], colour)
    shade = mix(colour, INK, 0.25)
    pen.polygon([(x - wide, y), (x - wide * 0.4, y), (x - wide * 0.34, y + tall), (x - wide * 0.74, y + tall)], shade)
    pen.box(x - wide - 8, y - 14, x + wide + 8, y + 12, mix(colour, (255, 240, 220), 0.2), 6)


def _furniture(pen: Pen) -> None:
    random = np.random.default_rng(12)
    for row, books in ((420, (700, 900)), (680, (800, 1040))):
        _shelf(pen, 680, 1160, row)
        _books(pen, *books, row, random)
    _pot(pen, (1000, 345), 46, 75, (238, 120, 92))
    for angle in (-150, -170, 170, 148, 128, -128):
        tip = towards((1000, 340), angle, 120)
        bend = between((1000, 340), tip, 0.6)
        pen.limb([(1000, 340), bend, tip], [8, 34, 3], mix((44, 128, 92), (108, 184, 112), random.uniform(0, 1)), False)
    _pot(pen, (742, 612), 36, 68, (250, 236, 214))
    _trailing(pen, (748, 600), 300, random)
    pen.ellipse((1080, 655), 24, 24, (250, 196, 92))
    # A picture of hills under a sun.
    pen.box(690, 120, 900, 262, (250, 240, 222), 4)
    pen.box(704, 134, 886, 248, (255, 206, 160))
    pen.ellipse((830, 176), 24, 24, (240, 104, 84))
    pen.polygon([(704, 248), (704, 214), (760, 186), (820, 226), (886, 200), (886, 248)], (56, 124, 132))


def _lamp(pen: Pen) -> None:
    pen.box(1010, 1010, 1022, 1600, (56, 44, 66), 4)
    pen.polygon([(956, 860), (1076, 860), (1130, 1020), (902, 1020)], (255, 226, 164))
    pen.polygon([(956, 860), (990, 860), (956, 1020), (902, 1020)], (250, 204, 132))


def _room() -> Image.Image:
    """The wall with a hole for the window, as a layer."""
    wide = WIDTH + 2 * MARGIN
    wall = gradient(
        wide, HEIGHT, [(0.0, mix(WALL, (20, 60, 84), 0.45)), (0.45, WALL), (1.0, mix(WALL, (24, 52, 72), 0.5))]
    )
    lit = glow(glow(wall, (340, 620), 760, (150, 190, 160), 0.38), (1076, 960), 520, (255, 190, 104), 0.62)
    pen = Pen((-MARGIN, 0, WIDTH + MARGIN, HEIGHT))
    left, top, right, bottom = WINDOW
    pen.box(left - 26, top - 26, right + 26, bottom + 26, (250, 242, 228), 8)
    pen.box(left - 48, bottom + 18, right + 48, bottom + 52, (255, 250, 240), 8)
    pen.box(left - 48, bottom + 42, right + 48, bottom + 52, (206, 204, 198), 8)
    _furniture(pen)
    _lamp(pen)
    for x in (left - 96, right + 20):
        for fold in range(4):
            tone = mix((250, 150, 120), (222, 106, 96), (fold % 2) * 0.8)
            pen.limb(
                [(x + 12 + fold * 22, top - 60), (x + 10 + fold * 23, 600), (x + 8 + fold * 26, bottom + 210)],
                [28, 26, 34],
                tone,
                caps=False,
            )
    pen.box(left - 130, top - 84, right + 130, top - 66, (206, 150, 96), 8)
    layer = pen.finish()
    panes = Pen((-MARGIN, 0, WIDTH + MARGIN, HEIGHT))
    half, mid = (left + right) / 2, top + (bottom - top) * 0.42
    for box in (
        (left, top, half - 8, mid - 8),
        (half + 8, top, right, mid - 8),
        (left, mid + 8, half - 8, bottom),
        (half + 8, mid + 8, right, bottom),
    ):
        panes.box(*box, INK, 4)
    hole = ImageChops.invert(panes.finish().getchannel("A"))
    # The curtains hang before the glass, so they fill the hole again.
    room = Image.alpha_composite(lit.convert("RGBA"), layer)
    room.putalpha(hole)
    return room


def _beam() -> Image.Image:
    """Sunlight that falls through the panes and lies across the wall, as a mask."""
    pen = Pen((0, 0, 900, 640), 1)
    for x, y in ((60, 40), (250, 40), (60, 290), (250, 290)):
        pen.polygon(
            [(x + y * 0.5, y), (x + 170 + y * 0.5, y), (x + 280 + y * 0.5, y + 220), (x + 110 + y * 0.5, y + 220)], INK
        )
    soft = pen.finish().getchannel("A").filter(ImageFilter.GaussianBlur(9))
    return soft.point([round(value * 0.13) for value in range(256)])


def _monstera(pen: Pen, root: Point, degrees: float, length: float, tone: Colour) -> None:
    """A big leaf with a notched edge."""
    tip = towards(root, degrees, length)
    pen.limb([root, between(root, tip, 0.5)], [9, 7], (38, 96, 72))
    heart = between(root, tip, 0.62)
    size = length * 0.36

    def at(angle: float, reach: float) -> Point:
        return towards(heart, degrees + angle, size * reach)

    edge = [at(0, 1.25)]
    for angle in (28, 58, 88, 118):
        edge += [at(angle - 8, 1.05), at(angle, 0.98), at(angle + 8, 0.55 if angle < 110 else 0.8)]
    edge += [at(158, 0.95), at(180, 0.55), at(-158, 0.95)]
    for angle in (118, 88, 58, 28):
        edge += [at(-angle - 8, 0.55 if angle < 110 else 0.8), at(-angle, 0.98), at(-angle + 8, 1.05)]
    pen.blob(edge, tone)
    pen.limb([at(180, 0.5), at(0, 1.1)], [7, 3], mix(tone, (196, 232, 150), 0.5))
    for angle in (42, 72, 102):
        for side in (-1, 1):
            pen.limb([at(0, 0.5 - angle / 130), at(side * angle, 0.8)], [4, 2], mix(tone, (196, 232, 150), 0.35))


def _plant(time: float) -> tuple[Image.Image, tuple[int, int]]:
    """The big plant to the right, stirred by the air from the window."""
    pen = Pen((620, 760, WIDTH + 2 * MARGIN, DESK + 60))
    root = (1000.0, 1500.0)
    for number, (angle, length) in enumerate(((232, 300), (120, 330), (208, 420), (146, 440), (178, 500), (252, 230))):
        sway = 2.4 * math.sin(2 * math.pi * time / 4.5 + number * 1.1)
        tone = mix((26, 104, 82), (74, 164, 98), number / 5)
        _monstera(pen, root, angle + sway, length, tone)
    return pen.trimmed()


def _desk() -> Image.Image:
    """The desk with a mug, a plant and the stand of the microphone."""
    pen = Pen((-100, 1180, WIDTH + 100, HEIGHT))
    pen.box(-100, DESK, WIDTH + 100, HEIGHT, (186, 112, 76))
    pen.box(-100, DESK, WIDTH + 100, DESK + 16, (230, 160, 112))
    for row, reach in ((1640, 0.5), (1706, 0.35), (1790, 0.45), (1862, 0.4)):
        pen.limb(
            [(-100, row), (300, row + 8), (700, row - 6), (1200, row + 6)],
            [5, 7, 6, 5],
            mix((186, 112, 76), INK, reach * 0.35),
        )
    # An open notebook and a pencil.
    pen.polygon([(600, 1660), (860, 1640), (920, 1790), (630, 1816)], (252, 246, 234))
    pen.polygon([(600, 1660), (730, 1650), (774, 1803), (630, 1816)], (232, 226, 222))
    for line in range(4):
        pen.limb([(766 + line * 9, 1676 + line * 30), (856 + line * 10, 1669 + line * 30)], [5, 5], (150, 190, 196))
    pen.limb([(880, 1850), (1010, 1780)], [14, 14], (240, 104, 84))
    pen.limb([(1010, 1780), (1026, 1772)], [12, 3], (250, 220, 180))
    # The mug.
    pen.ellipse((462, 1756), 44, 46, (36, 74, 116))
    pen.ellipse((462, 1756), 24, 27, (186, 112, 76))
    pen.box(314, 1676, 456, 1840, (36, 74, 116), 26)
    pen.box(314, 1676, 354, 1840, (26, 54, 92), 22)
    pen.ellipse((385, 1680), 71, 18, (62, 106, 150))
    pen.ellipse((385, 1682), 60, 13, (92, 54, 44))
    pen.ellipse((390, 1764), 24, 24, (250, 196, 92))
    return pen.finish()


def _microphone() -> Image.Image:
    pen = Pen((0, 1180, 520, 1720))
    pen.limb([(120, 1700), (96, 1480), (196, 1372)], [20, 18, 16], (40, 34, 56))
    pen.ellipse((120, 1700), 86, 20, (40, 34, 56))
    pen.ellipse((300, 1318), 68, 52, (58, 48, 76), -22)
    pen.limb([(196, 1366), (318, 1316)], [96, 104], (58, 48, 76))
    pen.limb([(196, 1346), (318, 1292)], [20, 22], (112, 98, 130))
    pen.limb([(244, 1396), (206, 1306)], [12, 12], (240, 104, 84))
    return pen.trimmed()[0]


def _near_leaves() -> Image.Image:
    """Out of focus, close to the lens, in the lower right corner."""
    pen = Pen((640, 1380, WIDTH + 260, HEIGHT + 40), 1)
    for angle, reach in ((150, 430), (176, 360), (196, 470), (220, 420), (238, 300)):
        _monstera(pen, (1160, 2000), angle, reach, mix((16, 66, 66), (40, 116, 84), reach / 470))
    return soften(pen.finish(), 9)


# --- the presenter ---


@dataclass(frozen=True)
class Gesture:
    """Angles of both arms: 0 down, 90 out to the side; upper arm, then forearm."""

    left: tuple[float, float]
    right: tuple[float, float]


FOLDED = Gesture((12, -72), (12, -78))
OPEN = Gesture((14, 132), (14, 136))
WAVE = Gesture((12, -72), (24, 166))
COUNT = Gesture((12, -76), (8, 156))
WELCOME = Gesture((22, 112), (22, 112))
SMALL = Gesture((16, -116), (16, -108))

# When each gesture is reached.
GESTURES: list[tuple[float, Gesture]] = [
    (0.0, FOLDED), (0.7, WAVE), (2.2, WAVE), (3.0, OPEN), (4.3, FOLDED), (5.3, SMALL), (6.2, OPEN), (7.2, SMALL),
    (8.3, FOLDED), (9.2, COUNT), (10.6, COUNT), (11.2, OPEN), (12.3, SMALL), (13.4, FOLDED), (14.3, WELCOME),
    (15.6, SMALL), (16.6, WAVE), (18.0, WAVE),
]  # fmt: skip

LINES = [
    (0.5, "HH EH0 L OW2 , EH1 V R IY0 W AH1 N"),
    (2.3, "W EH2 L K AH0 M B AE1 K T UW0 M AY1 L IH1 T AH0 L R UH2 M"),
    (5.0, "T UH0 D EY2 , W IY0 AA0 R G OW1 IH0 NG T UW0 M EY2 K AH0 M UW1 V IY0"),
    (8.6, "AO1 L Y UW0 N IY2 D , IH0 Z W AH2 N S AO1 NG , AH0 N D W AH2 N F R EH1 N D"),
    (12.2, "S OW2 , P UH1 SH DH AH0 CH EH1 R Z AH0 S AY2 D"),
    (14.3, "AH0 N D D AE2 N S W IH1 DH M IY2"),
    (16.2, "L EH1 T S G OW2"),
]


def _arms(time: float) -> Gesture:
    for (start, first), (end, last) in pairwise(GESTURES):
        if start <= time <= end:
            share = ease((time - start) / min(end - start, 0.75))
            pairs = [
                (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                for a, b in ((first.left, last.left), (first.right, last.right))
            ]
            return Gesture(pairs[0], pairs[1])
    return GESTURES[-1][1]


@dataclass(frozen=True)
class Moment:
    """How the presenter holds himself at one time."""

    time: float
    head: Point
    tilt: float
    turn: float
    lift: float
    breath: float
    mouth: tuple[float, float]
    blink: float
    arms: Gesture


def _moment(time: float, speech: Speech) -> Moment:
    nod = sum(weight * math.exp(-(((time - at - 0.04) / 0.13) ** 2)) for at, weight in speech.accents)
    lift = sum(weight * math.exp(-(((time - at) / 0.22) ** 2)) for at, weight in speech.accents if weight > 0.8)
    turn = 0.45 * math.sin(2 * math.pi * time / 6.1 + 0.5) + 0.2 * math.sin(2 * math.pi * time / 2.3)
    breath = math.sin(2 * math.pi * time / 3.6)
    head = (540 + 26 * turn, 800 + 15 * min(nod, 1.4) - 3 * breath)
    tilt = 3.2 * math.sin(2 * math.pi * time / 4.7) + 2.2 * min(nod, 1.2)
    blink = max(max(0.0, 1 - abs(time - at) / 0.085) for at in (1.9, 4.6, 7.1, 8.4, 11.6, 14.0, 14.35, 17.4))
    arms = _arms(time)
    if time > 0.9:
        waving = 14 * math.sin(2 * math.pi * time * 2.1) * max(0.0, (arms.right[1] - 110) / 48)
        arms = Gesture(arms.left, (arms.right[0], arms.right[1] + waving))
    return Moment(time, head, tilt, turn, min(lift, 1.0), breath, speech.mouth(time), blink, arms)


def _head(pen: Pen, now: Moment) -> None:
    x, y = now.head
    cos, sin = math.cos(math.radians(now.tilt)), math.sin(math.radians(now.tilt))

    def at(across: float, down: float) -> Point:
        return x + across * cos - down * sin, y + across * sin + down * cos

    drop = 16 * now.mouth[0]
    for side in (-1, 1):
        ear = at(side * 143 - 10 * now.turn, 16)
        pen.ellipse(ear, 28, 38, SKIN_DARK, now.tilt)
        pen.ellipse(ear, 19, 28, SKIN, now.tilt)
    pen.blob(
        [
            at(-146, -90),
            at(-152, 0),
            at(-136, 92),
            at(-92, 154 + drop * 0.7),
            at(0, 184 + drop),
            at(92, 154 + drop * 0.7),
            at(136, 92),
            at(152, 0),
            at(146, -90),
            at(80, -176),
            at(-80, -176),
        ],
        SKIN,
    )
    # The side away from the window.
    pen.blob(
        [
            at(146, -90),
            at(152, 0),
            at(136, 92),
            at(92, 154 + drop * 0.7),
            at(24, 174 + drop),
            at(76, 120),
            at(110, 40),
            at(112, -60),
        ],
        SKIN_DARK,
    )
    off = 26 * now.turn
    for side in (-1, 1):
        pen.ellipse(at(side * 88 + off, 70), 34, 22, mix(SKIN, (240, 110, 100), 0.42), now.tilt)
    _eyes(pen, now, at, off)
    pen.limb([at(off * 1.3 + 4, 6), at(off * 1.3 + 20, 50), at(off * 1.3 - 4, 58)], [9, 14, 9], SKIN_DARK)
    _lips(pen, now, at, off)
    _hair(pen, now, at)


def _eyes(pen: Pen, now: Moment, at: Mapping, off: float) -> None:
    for side in (-1, 1):
        across = side * 62 + off
        eye, lid = at(across, 4), 25 * (1 - 0.92 * now.blink)
        pen.ellipse(at(across, 4), 52, 50, INK, now.tilt)
        pen.ellipse(at(across, 4), 44, 42, mix(SKIN, (255, 255, 255), 0.12), now.tilt)
        pen.ellipse(eye, 24, lid, (255, 253, 250), now.tilt)
        if lid > 8:
            pupil = at(across + 7 * now.turn, 5)
            pen.ellipse(pupil, 14, min(16.0, lid), (66, 120, 112))
            pen.ellipse(pupil, 8, min(9.5, lid), INK)
            pen.ellipse((pupil[0] - 5, pupil[1] - 6), 4, 4, (255, 255, 255))
        lash = [
            at(across + reach, 3 - lid * rise)
            for reach, rise in ((-27, 0), (-17, 0.62), (0, 0.95), (17, 0.62), (27, 0))
        ]
        pen.limb(lash, [5, 9, 10, 9, 5], INK)
        brow = -66 - 15 * now.lift
        pen.limb(
            [
                at(across - 36, brow + 12 - side * 3),
                at(across - side * 4, brow - 4),
                at(across + 36, brow + 12 + side * 3),
            ],
            [10, 17, 10],
            HAIR,
        )
    pen.limb([at(off - 13, -2), at(off, -8), at(off + 13, -2)], [8, 8, 8], INK)
    for side in (-1, 1):
        pen.limb([at(side * 112 + off, -4), at(side * 143, 0)], [8, 8], INK)


def _lips(pen: Pen, now: Moment, at: Mapping, off: float) -> None:
    opening, spread = now.mouth
    wide, deep = 50 + 16 * spread, 4 + 54 * opening
    row, smile = 104.0, 9 * (1 - opening * 0.6)
    left, right = at(off - wide, row - smile), at(off + wide, row - smile)
    if opening < 0.06:
        pen.limb([left, at(off, row + 7), right], [7, 11, 7], (176, 74, 78))
        return
    outline = [
        left,
        at(off - wide * 0.45, row - 3),
        at(off, row),
        at(off + wide * 0.45, row - 3),
        right,
        at(off + wide * 0.72, row + deep * 0.62),
        at(off, row + deep),
        at(off - wide * 0.72, row + deep * 0.62),
    ]
    rim = [
        (px + (px - at(off, row + deep / 2)[0]) * 0.13, py + (py - at(off, row + deep / 2)[1]) * 0.2 + 1)
        for px, py in outline
    ]
    pen.blob(rim, (206, 96, 92))
    pen.blob(outline, (104, 24, 44))
    if opening > 0.28:
        pen.ellipse(at(off, row + deep * 0.84), wide * 0.5, deep * 0.2, (226, 92, 98), now.tilt)
    teeth = min(13.0, deep * 0.42)
    pen.blob(
        [
            at(off - wide * 0.74, row - 1),
            at(off, row + 1),
            at(off + wide * 0.74, row - 1),
            at(off + wide * 0.6, row + teeth * 0.8),
            at(off, row + teeth),
            at(off - wide * 0.6, row + teeth * 0.8),
        ],
        (255, 252, 246),
    )


def _hair(pen: Pen, now: Moment, at: Mapping) -> None:
    sway = 5 * math.sin(2 * math.pi * now.time / 1.9)
    pen.blob(
        [
            at(-154, -20),
            at(-170, -110),
            at(-136, -200),
            at(-60 + sway, -262),
            at(60 + sway, -286),
            at(150 + sway, -226),
            at(176, -120),
            at(156, -20),
            at(142, -92),
            at(112, -136),
            at(20, -118),
            at(-70, -140),
            at(-128, -104),
        ],
        HAIR,
    )
    for number in range(5):
        start, end = -104 + number * 42, -76 + number * 42
        pen.limb(
            [at(start, -140), at(start + 6, -206), at(end + 34 + sway, -250 + abs(number - 2) * 10)],
            [4, 13, 4],
            HAIR_LIGHT,
        )


def _arm(pen: Pen, shoulder: Point, angles: tuple[float, float], side: int) -> None:
    elbow = towards(shoulder, side * angles[0], 258)
    hand = towards(elbow, side * angles[1], 222)
    wrist = between(elbow, hand, 0.86)
    direction = side * angles[1]
    palm = towards(hand, direction, 8)
    pen.limb([wrist, hand], [62, 58], SKIN)
    pen.ellipse(palm, 45, 42, SKIN)
    for spread, reach in ((-30, 76), (-10, 90), (9, 92), (28, 82)):
        pen.limb([palm, towards(palm, direction + spread, reach)], [27, 19], SKIN)
    pen.limb([palm, towards(palm, direction + side * -72, 66)], [28, 20], SKIN_DARK)
    inner = (between(shoulder, elbow, 0.3)[0] - side * 13, between(shoulder, elbow, 0.3)[1] + 8)
    pen.limb([inner, (elbow[0] - side * 11, elbow[1])], [156, 134], JUMPER_DARK)
    pen.limb([shoulder, elbow], [172, 132], JUMPER)
    pen.limb([elbow, wrist], [132, 96], JUMPER)
    # The shaded side of the sleeve is the one that faces down.
    below = direction + (90 if math.sin(math.radians(direction)) < 0 else -90)
    start, end = towards(towards(elbow, direction, 24), below, 42), towards(wrist, below, 30)
    pen.limb([start, end], [40, 26], JUMPER_DARK)
    pen.limb([between(elbow, wrist, 0.88), wrist], [100, 96], JUMPER_LIGHT, caps=False)


def _torso(pen: Pen, now: Moment, chest: Point) -> None:
    x, y = chest
    up = 5 * now.breath
    pen.blob(
        [
            (x - 250, y + 60 - up),
            (x - 130, y - 40 - up),
            (x, y - 58),
            (x + 130, y - 40 - up),
            (x + 250, y + 60 - up),
            (x + 244, y + 330),
            (x + 236, DESK + 60),
            (x - 236, DESK + 60),
            (x - 244, y + 330),
        ],
        JUMPER,
    )
    pen.blob(
        [
            (x + 250, y + 70 - up),
            (x + 244, y + 330),
            (x + 236, DESK + 60),
            (x + 128, DESK + 60),
            (x + 160, y + 330),
            (x + 196, y + 150),
        ],
        JUMPER_DARK,
    )
    for row in range(4):
        line = y + 190 + row * 112
        pen.limb([(x - 236, line), (x, line + 22), (x + 236, line)], [11, 13, 11], mix(JUMPER, JUMPER_LIGHT, 0.75))
    pen.limb([(x, y + 30), (x + 16 * now.turn, now.head[1] + 110)], [150, 138], SKIN_DARK)
    pen.blob(
        [
            (x - 96, y - 52),
            (x, y + 62),
            (x + 96, y - 52),
            (x + 128, y - 30),
            (x + 44, y + 92),
            (x, y + 78),
            (x - 44, y + 92),
            (x - 128, y - 30),
        ],
        SHIRT,
    )
    pen.blob([(x + 96, y - 52), (x + 6, y + 66), (x + 44, y + 92), (x + 128, y - 30)], SHIRT_DARK)


def _figure(now: Moment) -> tuple[Image.Image, tuple[int, int]]:
    pen = Pen((-40, 420, WIDTH + 40, DESK + 60))
    chest = (540 + 9 * now.turn, 1074.0)
    _torso(pen, now, chest)
    _head(pen, now)
    for side, angles in ((-1, now.arms.left), (1, now.arms.right)):
        _arm(pen, (chest[0] + side * 206, chest[1] + 98 - 4 * now.breath), angles, side)
    figure, corner = pen.trimmed()
    return model(figure, (-0.8, -0.45), (255, 246, 222), (92, 36, 84), 0.42), corner


class Host:
    """Frames of the clip, and its sound."""

    frames = round(DURATION * FPS)

    def __init__(self) -> None:
        self.speech = speak(LINES, Speaker(pitch=112, tract=0.97, pace=1.08, seed=71), DURATION)
        self.outside, self.cloud = _outside(), _cloud()
        self.room, self.beam = _room(), _beam()
        self.desk, self.microphone, self.leaves = _desk(), _microphone(), _near_leaves()

    def picture(self, index: int) -> Image.Image:
        time = index / FPS
        # The lens drifts by whole pixels: flat walls then stay as sharp, and as cheap, as when it rests.
        drift = math.sin(2 * math.pi * time / 12)
        frame = Image.new("RGB", (WIDTH, HEIGHT), WALL)
        frame.paste(self.outside, (WINDOW[0] - 80 + round(4 * drift), WINDOW[1] - 20))
        paste(frame, self.cloud, WINDOW[0] - 150 + index // 2, WINDOW[1] + 70)
        paste(frame, self.cloud.resize((204, 78)), WINDOW[0] + 330 - index // 3, WINDOW[1] + 210)
        paste(frame, self.room, -MARGIN - round(12 * drift), 0)
        frame.paste((255, 240, 200), (40 - round(12 * drift), 900), self.beam)
        plant, corner = _plant(time)
        paste(frame, plant, corner[0] - round(22 * drift), corner[1])
        figure, corner = _figure(_moment(time, self.speech))
        paste(frame, figure, corner[0] - round(30 * drift), corner[1])
        paste(frame, self.desk, -100 - round(44 * drift), 1180)
        paste(frame, self.microphone, 36 - round(48 * drift), 1236)
        paste(frame, self.leaves, 700 - round(80 * drift), 1400)
        return frame

    def sound(self) -> Signal:
        spoken = highpass(self.speech.samples, 80)
        stereo = np.stack([spoken, spoken])
        air = lowpass(np.random.default_rng(73).standard_normal((2, spoken.size)), 500, 1)
        room = reverb(stereo, 0.35, 5000, 79, predelay=0.006)
        mixed = stereo + 0.12 * room + 0.0012 * air / air.std()
        return master(fade(mixed, 0.02, 0.2), -18.0, -4.5)
