"""`dancer.mp4`: a roller skater who dances along a promenade at sunset."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
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
    knee,
    mix,
    model,
    paste,
    scroll,
    soften,
    towards,
)
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter
from sound import RATE, Signal, bell, fade, highpass, lowpass, master, reverb, seconds
from voice import Speaker, Speech, speak

DURATION = 24.0
BEAT = 0.5
HORIZON, RAIL, GROUND = 1130, 1395, 1640
# Paving stones; a whole number of steps of the scroll, so that few pictures of them are needed.
PERIOD = 216

SKIN, SKIN_DARK = (158, 97, 70), (124, 70, 58)
HAIR, HAIR_LIGHT = (54, 30, 48), (92, 48, 66)
JACKET, JACKET_DARK, JACKET_LIGHT = (22, 168, 166), (13, 122, 138), (76, 205, 190)
TOP, TROUSERS, TROUSERS_DARK, TROUSERS_LIGHT = (255, 206, 84), (124, 58, 168), (88, 40, 136), (150, 82, 190)
SCARF, SCARF_DARK = (255, 96, 92), (214, 62, 88)
BOOT, BOOT_DARK, WHEEL, SOLE = (252, 244, 236), (216, 196, 208), (255, 132, 66), (60, 40, 84)
SUN = (690, 840)


# --- the place ---


def _sky() -> Image.Image:
    stops: list[tuple[float, Colour]] = [
        (0.0, (46, 36, 98)),
        (0.22, (96, 52, 132)),
        (0.40, (188, 76, 136)),
        (0.50, (246, 116, 108)),
        (0.565, (255, 178, 112)),
        (0.589, (255, 212, 142)),
        (0.590, (250, 166, 126)),
        (0.66, (176, 96, 138)),
        (0.74, (104, 66, 132)),
        (1.0, (70, 48, 104)),
    ]
    sky = gradient(WIDTH, HEIGHT, stops)
    above = sky.crop((0, 0, WIDTH, HORIZON))
    above = glow(glow(above, SUN, 760, (255, 160, 96), 0.55), SUN, 330, (255, 214, 150), 0.75)
    sky.paste(above, (0, 0))
    pen = Pen((SUN[0] - 220, SUN[1] - 220, SUN[0] + 220, SUN[1] + 220))
    pen.ellipse(SUN, 170, 170, (255, 238, 190))
    paste(sky, pen.finish(), SUN[0] - 220, SUN[1] - 220)
    random = np.random.default_rng(5)
    stars = Pen((0, 0, WIDTH, 520))
    for _ in range(46):
        size = random.uniform(1.2, 3.0)
        stars.ellipse((random.uniform(0, WIDTH), 480 * random.uniform(0, 1) ** 1.6), size, size, (214, 190, 226))
    paste(sky, stars.finish(), 0, 0)
    return sky


def _clouds() -> Image.Image:
    """A strip that repeats; the last row of each cloud is flat, as it is on a still evening."""
    width, random = 1800, np.random.default_rng(11)
    strip = Image.new("RGBA", (width, 620))
    for index in range(8):
        length, depth = random.uniform(240, 430), random.uniform(26, 46)
        x, y = 60 + index * 212 + random.uniform(-40, 40), 150 + 400 * ((index * 0.382) % 1)
        if x + length > width - 20:
            continue
        warm = y / 620
        body = mix((150, 76, 148), (255, 150, 128), warm)
        pen = Pen((0, 0, width, 620), 2)
        for lift, colour in ((0.0, body), (10.0, mix(body, (255, 208, 168), 0.45))):
            points = [(x, y), (x + length, y)]
            for step in range(9, -1, -1):
                share = step / 9
                bump = math.sin(math.pi * share) ** 0.7 * depth * (1 + 0.5 * math.sin(7 * share + index))
                points.append((x + length * (0.04 + 0.92 * share), y - bump + lift * (1 - share)))
            if lift:
                points = [(px, min(py + 9, y)) for px, py in points]
                colour = mix(body, (96, 56, 130), 0.28)
            pen.blob(points, colour)
        strip.alpha_composite(pen.finish())
    soft = soften(strip, 2.0)
    soft.putalpha(soft.getchannel("A").point([round(value * 0.82) for value in range(256)]))
    return soft


def _skyline(height: int, widths: tuple[int, int], tallest: int, body: Colour, foot: Colour, seed: int) -> Image.Image:
    """Towers with lit windows, hazy towards the ground."""
    random = np.random.default_rng(seed)
    length = 2160
    pen = Pen((0, 0, length, height))
    x = 0
    while x < length - 20:
        wide = min(int(random.integers(*widths)), length - x)
        tall = int(tallest * random.uniform(0.35, 1.0))
        tone = mix(body, foot, random.uniform(0, 0.25))
        pen.box(x, height - tall, x + wide, height + 10, tone, 6)
        if random.random() < 0.35 and wide > 60:
            pen.box(x + wide * 0.3, height - tall - 34, x + wide * 0.7, height - tall + 8, tone, 4)
            pen.box(x + wide * 0.49, height - tall - 92, x + wide * 0.51, height - tall, tone)
        # The side that faces the sun.
        pen.box(x + wide - 9, height - tall + 4, x + wide - 1, height, mix(tone, (255, 178, 128), 0.55), 3)
        for row in range(height - tall + 22, height - 24, 25):
            for column in range(x + 14, x + wide - 26, 22):
                if random.random() < 0.3:
                    pen.box(column, row, column + 9, row + 13, mix(tone, (255, 220, 140), random.uniform(0.3, 0.95)), 2)
        x += wide + int(random.integers(0, 8))
    strip = pen.finish()
    haze = gradient(length, height, [(0.0, foot), (1.0, foot)]).convert("RGBA")
    rise = Image.linear_gradient("L").resize((length, height)).point([round(value * 0.75) for value in range(256)])
    haze.putalpha(ImageChops.multiply(rise, strip.getchannel("A")))
    return Image.alpha_composite(strip, haze)


def _palm(pen: Pen, base: Point, tall: float, lean: float, random: np.random.Generator) -> None:
    crown = (base[0] + lean, base[1] - tall)
    trunk, light = (88, 50, 92), (150, 84, 104)
    middle = (base[0] + lean * 0.25, base[1] - tall * 0.5)
    pen.limb([base, middle, crown], [44, 30, 22], trunk)
    pen.limb([(base[0] + 11, base[1]), (middle[0] + 8, middle[1]), (crown[0] + 6, crown[1])], [10, 7, 5], light)
    for index, angle in enumerate((-162, -128, -95, -66, 66, 92, 122, 156, 180)):
        swing = angle + random.uniform(-8, 8)
        reach = random.uniform(190, 240)
        far = towards(crown, swing, reach)
        tip = (far[0] + (far[0] - crown[0]) * 0.12, far[1] + 92)
        bend = between(crown, far, 0.6)
        bend = (bend[0], bend[1] - 30)
        colour = (26, 96, 104) if index % 2 else (20, 76, 96)
        pen.limb([crown, bend, tip], [10, 46, 4], colour, caps=False)
        pen.limb([crown, (bend[0], bend[1] - 8), tip], [4, 7, 2], (88, 166, 132), caps=False)
    for dx, dy in ((-13, 8), (12, 10), (0, 18)):
        pen.ellipse((crown[0] + dx, crown[1] + dy), 13, 14, (120, 62, 60))


def _lamp(pen: Pen, base: Point) -> None:
    dark = (58, 40, 92)
    pen.box(base[0] - 7, base[1] - 640, base[0] + 7, base[1], dark, 5)
    pen.box(base[0] - 20, base[1] - 50, base[0] + 20, base[1], dark, 8)
    for side in (-1, 1):
        end = (base[0] + side * 86, base[1] - 640)
        pen.limb([(base[0], base[1] - 600), (base[0] + side * 50, base[1] - 668), end], [9, 8, 7], dark)
        pen.ellipse((end[0], end[1] + 18), 27, 29, (255, 226, 160))
        pen.ellipse((end[0] - 5, end[1] + 12), 14, 15, (255, 246, 216))
        pen.box(end[0] - 24, end[1] - 16, end[0] + 24, end[1] - 4, dark, 6)


def _halo(strip: Image.Image, centres: list[Point], radius: int) -> Image.Image:
    light = Image.radial_gradient("L").resize((2 * radius, 2 * radius), Image.Resampling.BILINEAR)
    light = light.point([round(max(0, 1 - value / 180) ** 2.2 * 120) for value in range(256)])
    disc = Image.new("RGBA", light.size, (255, 212, 140, 0))
    disc.putalpha(light)
    layer = Image.new("RGBA", strip.size)
    for x, y in centres:
        layer.alpha_composite(disc, (max(0, round(x) - radius), max(0, round(y) - radius)))
    return Image.alpha_composite(strip, layer)


def _promenade() -> tuple[Image.Image, int]:
    """Palms, lamps and the railing, and the row of the frame they start at."""
    top, random = 420, np.random.default_rng(23)
    pen = Pen((0, top, 2160, RAIL + 40))
    base = RAIL + 26
    _palm(pen, (330, base), 720, 60, random)
    _palm(pen, (1280, base), 600, -50, random)
    _palm(pen, (1390, base), 790, 40, random)
    for x in (820, 1900):
        _lamp(pen, (x, base))
    rail, lit = (74, 46, 104), (214, 118, 126)
    for x in range(0, 2160, 54):
        pen.box(x + 22, RAIL - 118, x + 32, RAIL + 30, rail, 3)
    for row, thick in ((RAIL - 132, 20), (RAIL - 30, 10)):
        pen.box(-20, row, 2180, row + thick, rail)
        pen.box(-20, row, 2180, row + thick * 0.3, lit)
    pen.box(-20, RAIL + 18, 2180, RAIL + 60, (96, 62, 116))
    pen.box(-20, RAIL + 18, 2180, RAIL + 24, (232, 142, 128))
    strip = pen.finish()
    bulbs: list[Point] = [(x + side * 86, base - 622 - top) for x in (820, 1900) for side in (-1, 1)]
    return _halo(strip, bulbs, 130), top


def _foreground() -> Image.Image:
    """Soft leaves close to the lens."""
    random = np.random.default_rng(31)
    pen = Pen((0, 0, 3240, 420), 1)
    for middle in (500, 1900, 2650):
        for _ in range(9):
            angle = random.uniform(-70, 70) + 180
            tip = towards((middle, 440), angle, random.uniform(190, 350))
            bend = between((middle, 440), tip, 0.55)
            tone = mix((48, 26, 84), (32, 70, 100), random.uniform(0, 1))
            pen.limb([(middle, 440), (bend[0], bend[1] - 26), tip], [18, 62, 6], tone, caps=False)
    return soften(pen.finish(), 7)


@cache
def _paving(shift: int) -> Image.Image:
    """Joints of the paving in perspective; the rows nearer the lens pass faster."""
    top = RAIL + 40
    pen = Pen((0, top, WIDTH, HEIGHT))
    line = (112, 76, 132)
    depths = [0.0, 0.13, 0.30, 0.52, 0.80, 1.0]
    rows = [top + (HEIGHT - top) * depth for depth in depths]
    for row, depth in zip(rows[1:-1], depths[1:-1], strict=True):
        pen.box(-5, row, WIDTH + 5, row + 2 + 3 * depth, line)
    for index, (upper, lower) in enumerate(pairwise(rows)):
        offset = shift + (PERIOD / 2 if index % 2 else 0)
        for number in range(-6, 14):
            x = number * PERIOD - offset
            near, far = ((x - 540) * (0.86 + 0.62 * (row - top) / (HEIGHT - top)) + 540 for row in (lower, upper))
            wide = 1.5 + 2.0 * depths[index]
            pen.polygon([(far - wide, upper), (far + wide, upper), (near + wide, lower), (near - wide, lower)], line)
    return pen.finish()


def _shimmer(index: int) -> Image.Image:
    """The path of the sun on the water."""
    top = HORIZON
    pen = Pen((0, top, WIDTH, RAIL - 90))
    random = np.random.default_rng(3)
    for number in range(34):
        depth = (number + 0.5) / 34
        y = top + 6 + depth * (RAIL - 110 - top)
        phase, pace = random.uniform(0, 2 * math.pi), random.uniform(0.7, 1.5)
        wave = math.sin(phase + 2 * math.pi * pace * index / FPS * 0.6)
        wide = (34 + 110 * depth) * (0.62 + 0.38 * wave)
        x = SUN[0] + random.normal(0, 16 + 80 * depth) + 8 * wave
        tone = mix((255, 226, 160), (255, 158, 132), depth)
        pen.ellipse((x, y), wide, 1.8 + 3.4 * depth, tone)
    return pen.finish()


class Place:
    """Everything behind and before the skater; each layer is drawn once and slides by whole pixels."""

    def __init__(self) -> None:
        self.sky = _sky()
        self.clouds = _clouds()
        self.far = _skyline(330, (64, 120), 300, (142, 74, 138), (246, 140, 122), 17)
        self.near = _skyline(230, (90, 170), 200, (88, 50, 122), (206, 98, 124), 19)
        self.props, self.props_top = _promenade()
        self.leaves = _foreground()

    def behind(self, index: int) -> Image.Image:
        frame = self.sky.copy()
        scroll(frame, self.clouds, index // 2, 60)
        scroll(frame, self.far, index, HORIZON - 330)
        scroll(frame, self.near, 2 * index + 400, HORIZON - 230)
        paste(frame, _shimmer(index), 0, HORIZON)
        scroll(frame, self.props, 6 * index, self.props_top)
        paste(frame, _paving(8 * index % PERIOD), 0, RAIL + 40)
        return frame

    def before(self, frame: Image.Image, index: int) -> None:
        scroll(frame, self.leaves, 15 * index, HEIGHT - 330)


# --- the dance ---


@dataclass(frozen=True)
class Pose:
    """Angles in degrees (0 down, 90 out to the side, 180 up), feet from under the hip, the rest in pixels."""

    hip: float = 0.0
    crouch: float = 26.0
    lean: float = 0.0
    turn: float = 12.0
    head: float = 0.0
    arm_left: tuple[float, float] = (28.0, 40.0)
    arm_right: tuple[float, float] = (28.0, 40.0)
    foot_left: tuple[float, float] = (-92.0, 0.0)
    foot_right: tuple[float, float] = (92.0, 0.0)

    def mirrored(self) -> Pose:
        return Pose(
            -self.hip,
            self.crouch,
            -self.lean,
            -self.turn,
            -self.head,
            self.arm_right,
            self.arm_left,
            (-self.foot_right[0], self.foot_right[1]),
            (-self.foot_left[0], self.foot_left[1]),
        )

    def values(self) -> NDArray[np.float64]:
        flat = [self.hip, self.crouch, self.lean, self.turn, self.head]
        return np.array([*flat, *self.arm_left, *self.arm_right, *self.foot_left, *self.foot_right], dtype=float)

    @staticmethod
    def of(values: NDArray[np.float64]) -> Pose:
        hip, crouch, lean, turn, head, *limbs = (float(value) for value in values)
        pairs = list(zip(limbs[::2], limbs[1::2], strict=True))
        return Pose(hip, crouch, lean, turn, head, pairs[0], pairs[1], pairs[2], pairs[3])


REST = Pose()
SWING = Pose(-46, 44, 7, -20, -7, (58, 132), (24, -62), (-96, 0), (128, 34))
WAVE = Pose(-52, 30, -9, -16, 10, (158, 204), (128, 160), (-100, 0), (104, 0))
POINT = Pose(-50, 38, -8, 16, -8, (52, -48), (148, 152), (-110, 0), (120, 18))
CROSS = Pose(46, 58, 10, -14, 12, (52, -48), (-6, -52), (-116, 0), (104, 0))
CLAP = Pose(-20, 46, -4, 10, 8, (12, -122), (12, -122), (-96, 0), (110, 26))
OPEN = Pose(24, 26, 4, -8, -6, (66, 104), (66, 104), (-110, 20), (96, 0))
GLIDE = Pose(-64, 62, -16, 24, -10, (104, 92), (96, 112), (-52, 0), (238, 96))
HIGH = Pose(0, 14, 0, 0, -6, (164, 172), (164, 172), (-88, 0), (88, 0))

# One pose a beat; a bar is a line.
BARS: list[tuple[Pose, Pose, Pose, Pose]] = [
    (SWING, SWING.mirrored(), SWING, SWING.mirrored()),
    (SWING, SWING.mirrored(), OPEN, CLAP),
    (WAVE, WAVE.mirrored(), WAVE, WAVE.mirrored()),
    (POINT, CROSS, POINT, CROSS),
    (GLIDE, GLIDE, GLIDE.mirrored(), GLIDE.mirrored()),
    (OPEN, CLAP, OPEN.mirrored(), CLAP.mirrored()),
    (SWING, SWING.mirrored(), HIGH, HIGH),
    (POINT, CROSS, POINT.mirrored(), CROSS.mirrored()),
    (WAVE, WAVE.mirrored(), WAVE, HIGH),
    (GLIDE.mirrored(), GLIDE.mirrored(), OPEN, CLAP),
    (SWING, SWING.mirrored(), WAVE, WAVE.mirrored()),
    (OPEN, CLAP, POINT, POINT),
]
POSES = [pose for bar in BARS for pose in bar]
# Beats at which a full turn starts.
SPINS = (26, 35)


def pose_at(time: float) -> Pose:
    """The pose between beats: it arrives on the beat and hangs there a little, as dancers do."""
    beat = time / BEAT
    number = math.floor(beat)
    share = ease((beat - number - 0.12) / 0.88)
    first, last = POSES[number % len(POSES)], POSES[(number + 1) % len(POSES)]
    values = first.values() * (1 - share) + last.values() * share
    values[1] += 13 * (0.5 + 0.5 * math.cos(2 * math.pi * beat)) - 5
    for start in SPINS:
        values[3] += 360 * ease((beat - start) / 1.6) if beat < start + 1.6 else 0
    return Pose.of(values)


@dataclass(frozen=True)
class Body:
    """Where the joints are, in pixels of the frame."""

    hip: Point
    chest: Point
    head: Point
    facing: float
    aside: float
    shoulders: tuple[Point, Point]
    elbows: tuple[Point, Point]
    hands: tuple[Point, Point]
    hips: tuple[Point, Point]
    knees: tuple[Point, Point]
    feet: tuple[Point, Point]
    lean: float
    tilt: float


def body_at(time: float) -> Body:
    pose = pose_at(time)
    facing, aside = math.cos(math.radians(pose.turn)), math.sin(math.radians(pose.turn))
    centre = 520 + 24 * math.sin(2 * math.pi * time / 8)
    hip = (centre + pose.hip, GROUND - 78 - 488 + pose.crouch)
    chest = towards(hip, 180 + pose.lean, 262)
    head = towards(chest, 180 + pose.lean * 0.4 - pose.head * 0.6, 138)
    arms: list[tuple[Point, Point, Point]] = []
    legs: list[tuple[Point, Point, Point]] = []
    for side, (upper, lower), foot in (
        (-1, pose.arm_left, pose.foot_left),
        (1, pose.arm_right, pose.foot_right),
    ):
        shoulder = (chest[0] + side * 92 * facing, chest[1] + 10 + side * pose.lean * 0.9)
        elbow = towards((0, 0), upper, 142)
        hand = towards((0, 0), lower, 140)
        wide = side * (facing if abs(facing) > 0.35 else math.copysign(0.35, facing))
        bent = (shoulder[0] + elbow[0] * wide, shoulder[1] + elbow[1])
        arms.append((shoulder, bent, (bent[0] + hand[0] * wide, bent[1] + hand[1])))
        joint = (hip[0] + side * 50 * (0.4 + 0.6 * abs(facing)), hip[1] + 8)
        ankle = (centre + foot[0] * (0.5 + 0.5 * abs(facing)), GROUND - 78 - foot[1])
        legs.append((joint, knee(joint, ankle, 252, 246, -0.55 if side < 0 else 0.9), ankle))
    return Body(
        hip, chest, head, facing, aside,
        (arms[0][0], arms[1][0]), (arms[0][1], arms[1][1]), (arms[0][2], arms[1][2]),
        (legs[0][0], legs[1][0]), (legs[0][1], legs[1][1]), (legs[0][2], legs[1][2]),
        pose.lean, -pose.head * 0.8 - pose.lean * 0.3,
    )  # fmt: skip


def _leg(pen: Pen, hip: Point, bend: Point, foot: Point, near: bool) -> None:
    cloth = TROUSERS if near else mix(TROUSERS, TROUSERS_DARK, 0.4)
    _skate(pen, foot, near)
    hem = (foot[0] - 2, foot[1] + 14)
    pen.limb([hip, bend, between(bend, hem, 0.55), hem], [132, 104, 102, 164], cloth, caps=False)
    pen.ellipse(hip, 66, 60, cloth)
    shift = 17
    shadow = [(point[0] - shift, point[1]) for point in (bend, between(bend, hem, 0.55), (hem[0] - 18, hem[1]))]
    pen.limb([(hip[0] - 22, hip[1] + 40), *shadow], [12, 34, 34, 62], TROUSERS_DARK, caps=False)
    if near:
        shine = [(point[0] + 22, point[1]) for point in (bend, between(bend, hem, 0.55), (hem[0] + 18, hem[1]))]
        pen.limb([(hip[0] + 22, hip[1] + 40), *shine], [4, 12, 11, 14], TROUSERS_LIGHT, caps=False)


def _skate(pen: Pen, foot: Point, near: bool) -> None:
    x, y = foot
    boot = BOOT if near else BOOT_DARK
    pen.blob(
        [(x - 44, y - 30), (x + 36, y - 30), (x + 48, y + 8), (x + 96, y + 22), (x + 104, y + 46), (x - 46, y + 46)],
        boot,
    )
    pen.blob([(x - 46, y + 4), (x - 20, y + 16), (x - 12, y + 44), (x - 46, y + 46)], BOOT_DARK)
    pen.limb([(x + 56, y + 14), (x + 82, y + 30)], [8, 8], SCARF)
    pen.box(x - 50, y + 36, x + 106, y + 50, SCARF, 6)
    pen.box(x - 34, y + 48, x + 90, y + 60, SOLE, 4)
    for dx in (-22, 74):
        pen.ellipse((x + dx, y + 58), 25, 25, WHEEL if near else mix(WHEEL, SOLE, 0.35))
        pen.ellipse((x + dx, y + 58), 11, 11, (255, 224, 170))
        pen.ellipse((x + dx, y + 58), 4, 4, SOLE)


def _arm(pen: Pen, shoulder: Point, elbow: Point, hand: Point, near: bool) -> None:
    sleeve = JACKET if near else JACKET_DARK
    skin = SKIN if near else SKIN_DARK
    palm = between(elbow, hand, 1.1)
    pen.limb([between(elbow, hand, 0.6), hand], [44, 36], skin)
    pen.ellipse(palm, 27, 25, skin)
    reach = math.degrees(math.atan2(hand[0] - elbow[0], hand[1] - elbow[1]))
    for spread in (-26, -8, 10):
        pen.limb([palm, towards(palm, reach + spread, 45)], [16, 12], skin)
    pen.limb([palm, towards(palm, reach + 62, 34)], [16, 12], skin)
    cuff = between(elbow, hand, 0.74)
    pen.limb([shoulder, elbow], [82, 66], sleeve)
    pen.limb([elbow, cuff], [66, 62], sleeve)
    pen.limb([between(elbow, hand, 0.68), cuff], [64, 62], TOP, caps=False)
    dark = JACKET_DARK if near else mix(JACKET_DARK, (20, 60, 100), 0.4)
    pen.limb([(shoulder[0] - 20, shoulder[1] + 18), (elbow[0] - 15, elbow[1] + 10)], [22, 18], dark)


def _torso(pen: Pen, body: Body) -> None:
    wide = max(abs(body.facing), 0.52)
    (hx, hy), (cx, cy) = body.hip, body.chest

    def at(across: float, up: float) -> Point:
        """A point of the trunk: `across` from −1 to 1, `up` from the hip (0) to the shoulders (1)."""
        return hx + (cx - hx) * up + across * wide * 100, hy + (cy - hy) * up

    pen.blob(
        [at(-0.86, -0.12), at(-0.72, 0.3), at(0.72, 0.3), at(0.86, -0.12), at(0, -0.2)],
        mix(TROUSERS, TROUSERS_DARK, 0.2),
    )
    pen.blob([at(-0.62, 0.2), at(-0.66, 0.42), at(0.66, 0.42), at(0.62, 0.2)], SKIN)
    pen.blob([at(-0.70, 0.36), at(-0.92, 0.9), at(-0.4, 1.05), at(0.4, 1.05), at(0.92, 0.9), at(0.70, 0.36)], TOP)
    pen.blob([at(-0.70, 0.36), at(-0.2, 0.34), at(-0.3, 0.6), at(-0.7, 0.62)], (236, 168, 74))
    pen.limb([at(-0.74, 0.26), at(0, 0.22), at(0.74, 0.26)], [30, 30, 30], TROUSERS_DARK)
    pen.box(at(0, 0.22)[0] - 17, at(0, 0.22)[1] - 14, at(0, 0.22)[0] + 17, at(0, 0.22)[1] + 14, TOP, 6)
    if body.facing < 0:
        pen.blob([at(-1, 0.3), at(-1.02, 0.9), at(-0.5, 1.08), at(0.5, 1.08), at(1.02, 0.9), at(1, 0.3)], JACKET)
        pen.blob([at(-1, 0.3), at(-1.0, 0.7), at(-0.6, 0.6), at(-0.5, 0.3)], JACKET_DARK)
        return
    open_by = body.aside * 0.35
    left, right = -0.40 + open_by, 0.40 + open_by
    pen.blob(
        [
            at(left, 1.04),
            at(-0.6, 1.09),
            at(-1.04, 0.92),
            at(-0.98, 0.6),
            at(-1.06, 0.3),
            at(left - 0.12, 0.30),
            at(left - 0.02, 0.62),
        ],
        JACKET,
    )
    pen.blob([at(-1.0, 0.8), at(-0.98, 0.6), at(-1.05, 0.31), at(-0.76, 0.3), at(-0.78, 0.6)], JACKET_DARK)
    pen.blob(
        [
            at(right, 1.04),
            at(0.6, 1.09),
            at(1.04, 0.92),
            at(0.98, 0.6),
            at(1.04, 0.3),
            at(right + 0.12, 0.30),
            at(right + 0.02, 0.62),
        ],
        JACKET,
    )
    pen.limb([at(left, 1.0), at(left - 0.03, 0.62), at(left - 0.12, 0.32)], [10, 12, 10], JACKET_LIGHT)
    pen.limb([at(right, 1.0), at(right + 0.03, 0.62), at(right + 0.12, 0.32)], [10, 12, 10], JACKET_LIGHT)


def _hair(pen: Pen, body: Body, bounce: float) -> None:
    x, y = body.head[0] - 6, body.head[1] - 34 + bounce
    for ring, (radius, size, colour) in enumerate(((112, 62, HAIR), (64, 82, HAIR))):
        for step in range(13):
            angle = step * 360 / 13 + ring * 14 + body.tilt
            centre = towards((x, y), angle, radius)
            pen.ellipse((centre[0], centre[1] - 12), size, size, colour)
    for step in range(6):
        centre = towards((x, y), 118 + step * 19 + body.tilt, 112)
        pen.ellipse((centre[0], centre[1] - 12), 30, 30, HAIR_LIGHT)
        pen.ellipse((centre[0] - 10, centre[1]), 31, 31, HAIR)


def _face(pen: Pen, body: Body, mouth: tuple[float, float], blink: float) -> None:
    x, y = body.head
    tilt = body.tilt

    def at(across: float, down: float) -> Point:
        cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
        return x + across * cos - down * sin, y + across * sin + down * cos

    pen.blob([at(-74, -40), at(-70, 28), at(-42, 78), at(0, 96), at(42, 78), at(70, 28), at(74, -40), at(0, -92)], SKIN)
    if body.facing < 0:
        pen.blob([at(-84, -60), at(-80, 40), at(-40, 84), at(40, 84), at(80, 40), at(84, -60), at(0, -110)], HAIR)
        return
    off = 34 * body.aside + 5
    pen.blob([at(-74, -40), at(-70, 28), at(-42, 78), at(-8, 95), at(-36, 50), at(-52, 0)], SKIN_DARK)
    for side in (-1, 1):
        pen.ellipse(at(side * 42 + off, 34), 17, 11, (205, 104, 86), tilt)
        eye = at(side * 31 + off, -4)
        lid = 14.5 * (1 - blink)
        if lid > 4:
            pen.ellipse(eye, 14, lid, (255, 250, 244), tilt)
            pen.ellipse((eye[0] + 3, eye[1] + 1), 8.5, min(10.5, lid), (46, 24, 34))
            pen.ellipse((eye[0] + 6, eye[1] - 4), 3, 3, (255, 255, 255))
        lash = [at(side * 31 + off - 18, -2), at(side * 31 + off, -6 - lid * 0.85), at(side * 31 + off + 18, -2)]
        pen.limb(lash, [4, 7, 4], (40, 20, 36))
        brow = [at(side * 31 + off - 19, -28), at(side * 31 + off, -38), at(side * 31 + off + 19, -29)]
        pen.limb(brow, [6, 9, 6], HAIR)
    pen.limb([at(off + 2, 4), at(off + 10, 24), at(off, 28)], [4, 7, 5], SKIN_DARK)
    _mouth(pen, at, off, mouth)
    for side in (-1, 1):
        ear = at(side * 74, 42)
        pen.ellipse(ear, 15, 17, (255, 196, 72))
        pen.ellipse(ear, 9, 11, HAIR)


def _mouth(pen: Pen, at: Callable[[float, float], Point], off: float, mouth: tuple[float, float]) -> None:
    opening, spread = mouth
    wide, deep = 28 + 7 * spread, 9 + 24 * opening
    pen.blob(
        [
            at(off - wide, 46),
            at(off, 50),
            at(off + wide, 46),
            at(off + wide * 0.55, 50 + deep),
            at(off, 54 + deep),
            at(off - wide * 0.55, 50 + deep),
        ],
        (120, 24, 50),
    )
    pen.blob(
        [
            at(off - wide * 0.8, 48),
            at(off, 51),
            at(off + wide * 0.8, 48),
            at(off + wide * 0.5, 57),
            at(off, 59),
            at(off - wide * 0.5, 57),
        ],
        (255, 250, 244),
    )
    if opening > 0.3:
        pen.ellipse(at(off, 50 + deep), wide * 0.4, deep * 0.26, (232, 84, 96))


def _band(pen: Pen, body: Body) -> None:
    if body.facing < 0:
        return
    x, y = body.head
    pen.limb([(x - 84, y - 40), (x - 40, y - 70), (x + 40, y - 70), (x + 84, y - 40)], [26, 30, 30, 26], SCARF)


def _scarf(pen: Pen, body: Body, time: float) -> None:
    """It trails behind: she rolls to the right."""
    x, y = body.chest[0], body.chest[1] - 8
    for tail, (length, phase, colour) in enumerate(((330, 0.0, SCARF_DARK), (290, 0.9, SCARF))):
        points = []
        for step in range(8):
            share = step / 7
            wave = math.sin(2 * math.pi * (time * 1.1 - share * 0.95) + phase) * 44 * share
            points.append((x - 30 - length * share, y + 24 * share + tail * 22 * share + wave))
        pen.limb(points, [36, 42, 48, 52, 54], colour, caps=False)


def _figure(time: float, speech: Speech) -> tuple[Image.Image, tuple[int, int]]:
    body = body_at(time)
    lag = (body_at(max(0.0, time - 0.07)).head[1] - body.head[1]) * 0.35
    blink = max(0.0, 1 - abs((time % 2.7) - 1.3) / 0.09)
    pen = Pen((40, 330, 1060, 1730))
    _scarf(pen, body, time)
    _hair(pen, body, lag)
    far, near = (0, 1) if body.aside * body.facing <= 0 else (1, 0)
    crossing = [
        abs(body.hands[side][0] - body.chest[0]) < 130 and body.hands[side][1] > body.chest[1] for side in (0, 1)
    ]
    for side in (far, near):
        if not crossing[side]:
            _arm(pen, body.shoulders[side], body.elbows[side], body.hands[side], side == near)
    order = (0, 1) if body.feet[0][1] <= body.feet[1][1] else (1, 0)
    for side in order:
        _leg(pen, body.hips[side], body.knees[side], body.feet[side], side == order[1])
    pen.limb([(body.chest[0], body.chest[1] + 14), between(body.chest, body.head, 0.7)], [58, 50], SKIN_DARK)
    _torso(pen, body)
    pen.limb(
        [(body.chest[0] - 52, body.chest[1] - 6), (body.chest[0], body.chest[1] + 18),
         (body.chest[0] + 52, body.chest[1] - 6)], [34, 46, 34], SCARF,
    )  # fmt: skip
    for side in (far, near):
        if crossing[side]:
            _arm(pen, body.shoulders[side], body.elbows[side], body.hands[side], True)
    _face(pen, body, speech.mouth(time), blink)
    _band(pen, body)
    figure, corner = pen.trimmed()
    return model(figure, (0.78, -0.5), (255, 214, 150), (74, 28, 104), 0.5), corner


def _shadow(figure: Image.Image) -> Image.Image:
    """The long shadow towards the lens: the figure laid down, softened and thinned out."""
    wide, deep = figure.width // 4, 90
    flat = figure.getchannel("A").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((wide, deep))
    room = Image.new("L", (wide + 60, deep))
    room.paste(flat, (30, 0))
    leant = room.transform(room.size, Image.Transform.AFFINE, (1, 0.32, -6, 0, 1, 0), Image.Resampling.BILINEAR)
    fall = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(room.size)
    thin = ImageChops.multiply(leant.filter(ImageFilter.GaussianBlur(2.5)), fall)
    shade = thin.resize((4 * room.width, 4 * deep), Image.Resampling.BICUBIC)
    return shade.point([round(value * 0.62) for value in range(256)])


class Dancer:
    """Frames of the clip, and its sound."""

    frames = round(DURATION * FPS)

    def __init__(self) -> None:
        self.place = Place()
        self.speech = speak(LINES, Speaker(pitch=205, tract=1.14, pace=1.12, seed=41), DURATION)

    def picture(self, index: int) -> Image.Image:
        frame = self.place.behind(index)
        figure, corner = _figure(index / FPS, self.speech)
        shadow = _shadow(figure)
        frame.paste((38, 18, 74), (corner[0] - 120, GROUND - 44), shadow)
        paste(frame, figure, *corner)
        self.place.before(frame, index)
        return frame

    def sound(self) -> Signal:
        return _mix(self.speech)


# --- the sound ---

LINES = [
    (0.55, "HH EY2 , K AH1 M AA2 N"),
    (3.05, "W AH2 N , T UW2 , DH ER0 IY1 , G OW2"),
    (7.05, "HH AE2 N D Z AH1 P"),
    (9.05, "S L AY2 D , AH0 N D G L AY2 D"),
    (12.1, "HH EY2 , HH OW2"),
    (13.3, "S P IH2 N"),
    (15.05, "L UH1 K AE1 T M IY2 G OW2"),
    (18.05, "W AH2 N M AO1 R T AY2 M"),
    (20.5, "Y EH2 AE1 , DH AE1 T S IH2 T"),
]


def _clap(random: np.random.Generator) -> Signal:
    time = seconds(0.22)
    envelope = sum(np.exp(-np.maximum(time - at, 0) / 0.007) * (time >= at) for at in (0.0, 0.009, 0.019))
    envelope = envelope + 0.4 * np.exp(-time / 0.05)
    return fade(bell(random.standard_normal(time.size) * envelope, 1700, 0.8), 0.0005, 0.05)


def _step(random: np.random.Generator) -> Signal:
    time = seconds(0.16)
    thump = np.sin(2 * np.pi * (95 * time + 3.2 * (1 - np.exp(-time / 0.02)))) * np.exp(-time / 0.035)
    scuff = bell(random.standard_normal(time.size), 900, 0.9) * np.exp(-time / 0.025)
    return fade(0.8 * thump + 1.4 * scuff, 0.001, 0.04)


def _snap(random: np.random.Generator) -> Signal:
    time = seconds(0.12)
    ring = np.sin(2 * np.pi * 1900 * time) * np.exp(-time / 0.012)
    return fade(0.5 * ring + 2.0 * bell(random.standard_normal(time.size), 2600, 0.5) * np.exp(-time / 0.01), 0.0005)


def _evening(length: int) -> Signal:
    """Waves that come and go, and the wheels on the paving."""
    random = np.random.default_rng(53)
    time = np.arange(length) / RATE
    sea = lowpass(highpass(random.standard_normal((2, length)), 250, 1), 900, 1)
    swell = 0.35 + 0.65 * (0.5 - 0.5 * np.cos(2 * np.pi * time / 6.5)) ** 2
    wheels = bell(random.standard_normal((2, length)), 420, 0.55) * (0.7 + 0.3 * np.sin(2 * np.pi * time / (2 * BEAT)))
    return 0.006 * sea / sea.std() * swell + 0.003 * wheels / wheels.std()


def _mix(speech: Speech) -> Signal:
    random = np.random.default_rng(59)
    length = round(DURATION * RATE)
    stereo = _evening(length)

    def add(sound: Signal, at: float, level: float, pan: float) -> None:
        first = round(at * RATE)
        kept = sound[: max(0, length - first)]
        sides = np.array([[math.cos((pan + 1) * math.pi / 4)], [math.sin((pan + 1) * math.pi / 4)]])
        stereo[:, first : first + kept.size] += level * sides * kept

    for number, pose in enumerate(POSES):
        at = number * BEAT
        add(_step(random), at, 0.16 * random.uniform(0.8, 1.1), 0.25 if number % 2 else -0.25)
        if pose.arm_left == CLAP.arm_left:
            add(_clap(random), at, 0.5, 0.0)
        elif number % 2:
            add(_snap(random), at, 0.16 * random.uniform(0.8, 1.1), 0.15)
    called = speech.samples * 0.20
    stereo += called
    wet = reverb(stereo, 0.9, 4200, 61, predelay=0.03)
    return master(fade(stereo + 0.16 * wet, 0.02, 0.25), -18.0, -4.5)
