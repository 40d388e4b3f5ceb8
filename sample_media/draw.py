"""Flat drawing with smooth edges: Pillow at a multiple of the size, brought down again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT, FPS = 1080, 1920, 30
Point = tuple[float, float]
Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def towards(origin: Point, degrees: float, length: float) -> Point:
    """The point `length` away from `origin`; 0° is down, 90° is right."""
    angle = math.radians(degrees)
    return origin[0] + math.sin(angle) * length, origin[1] + math.cos(angle) * length


def between(first: Point, second: Point, share: float = 0.5) -> Point:
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share


def knee(hip: Point, foot: Point, upper: float, lower: float, side: float) -> Point:
    """Where a two-bone limb bends; `side` picks the way and, below 1, how much of the bend is seen."""
    dx, dy = foot[0] - hip[0], foot[1] - hip[1]
    reach = max(math.hypot(dx, dy), 1.0)
    along = min((reach**2 + upper**2 - lower**2) / (2 * reach), upper)
    out = math.sqrt(max(upper**2 - along**2, 0.0)) * side
    return hip[0] + dx / reach * along + dy / reach * out, hip[1] + dy / reach * along - dx / reach * out


def spline(points: Sequence[Point], closed: bool, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through `points`."""
    given = np.asarray(points, dtype=float)
    if closed:
        padded = np.concatenate([given[-1:], given, given[:2]])
    else:
        padded = np.concatenate([2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        cubic = -p0 + 3 * p1 - 3 * p2 + p3
        square = 2 * p0 - 5 * p1 + 4 * p2 - p3
        pieces.append(0.5 * (2 * p1 + (p2 - p0) * t + square * t**2 + cubic * t**3))
    curve = np.concatenate(pieces if closed else [*pieces, given[-1:]])
    return [(float(x), float(y)) for x, y in curve]


class Pen:
    """A transparent tile to draw on, in the coordinates of the frame."""

    def __init__(self, box: tuple[int, int, int, int], scale: int = 2) -> None:
        self.left, self.top, right, bottom = box
        self.scale = scale
        self.image = Image.new("RGBA", ((right - self.left) * scale, (bottom - self.top) * scale))
        self.draw = ImageDraw.Draw(self.image)

    def _place(self, points: Sequence[Point]) -> list[Point]:
        return [((x - self.left) * self.scale, (y - self.top) * self.scale) for x, y in points]

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        self.draw.polygon(self._place(points), fill=(*colour, 255))

    def blob(self, points: Sequence[Point], colour: Colour) -> None:
        self.polygon(spline(points, closed=True), colour)

    def ellipse(self, centre: Point, rx: float, ry: float, colour: Colour, degrees: float = 0.0) -> None:
        if degrees == 0.0:
            corners = self._place([(centre[0] - rx, centre[1] - ry), (centre[0] + rx, centre[1] + ry)])
            self.draw.ellipse([*corners[0], *corners[1]], fill=(*colour, 255))
            return
        turn = np.linspace(0, 2 * math.pi, 48, endpoint=False)
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = np.cos(turn) * rx, np.sin(turn) * ry
        self.polygon(
            [(centre[0] + a * cos - b * sin, centre[1] + a * sin + b * cos) for a, b in zip(x, y, strict=True)], colour
        )

    def limb(self, points: Sequence[Point], widths: Sequence[float], colour: Colour, caps: bool = True) -> None:
        """A curve with a body: `widths` are full widths at `points`, the ends are round."""
        line = np.array(spline(points, closed=False))
        at = np.linspace(0, 1, len(widths))
        half = np.interp(np.linspace(0, 1, len(line)), at, widths)[:, None] / 2
        along = np.gradient(line, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
        normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
        outline = np.concatenate([line + normal * half, (line - normal * half)[::-1]])
        self.polygon([(float(x), float(y)) for x, y in outline], colour)
        if caps:
            for end, width in ((line[0], widths[0]), (line[-1], widths[-1])):
                self.ellipse((float(end[0]), float(end[1])), width / 2, width / 2, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, radius: float = 0) -> None:
        corners = self._place([(left, top), (right, bottom)])
        self.draw.rounded_rectangle([*corners[0], *corners[1]], radius * self.scale, fill=(*colour, 255))

    def finish(self) -> Image.Image:
        return self.image.reduce(self.scale)

    def trimmed(self) -> tuple[Image.Image, tuple[int, int]]:
        """What was drawn with a small margin, and where it goes; less to blend than the whole tile."""
        left, top, right, bottom = self.image.getbbox() or (0, 0, 1, 1)
        margin, scale = 12, self.scale
        first = (max(0, left // scale - margin), max(0, top // scale - margin))
        last = (right // scale + margin, bottom // scale + margin)
        tile = self.image.crop((first[0] * scale, first[1] * scale, last[0] * scale, last[1] * scale))
        return tile.reduce(scale), (self.left + first[0], self.top + first[1])


def soften(layer: Image.Image, radius: float) -> Image.Image:
    """A blur that leaves no dark fringe, since clear pixels have no say in the colour."""
    return layer.convert("RGBa").filter(ImageFilter.GaussianBlur(radius)).convert("RGBA")


def gradient(width: int, height: int, stops: Sequence[tuple[float, Colour]]) -> Image.Image:
    """A vertical gradient, dithered so that eight bits show no bands."""
    at = np.linspace(0, 1, height)
    places = [place for place, _ in stops]
    rows = np.stack([np.interp(at, places, [colour[channel] for _, colour in stops]) for channel in range(3)], axis=1)
    grain = np.random.default_rng(7).uniform(-0.5, 0.5, (height, width, 1))
    return Image.fromarray(np.clip(np.rint(rows[:, None] + grain), 0, 255).astype(np.uint8))


def glow(base: Image.Image, centre: Point, radius: float, colour: Colour, strength: float) -> Image.Image:
    """Light added round `centre`, falling off smoothly."""
    y, x = np.mgrid[0 : base.height, 0 : base.width]
    distance = np.hypot(x - centre[0], y - centre[1]) / radius
    light = strength * np.exp(-(distance**2) * 2.2)[..., None]
    pixels = np.asarray(base.convert("RGB"), dtype=float)
    lit = 255 - (255 - pixels) * (1 - light * np.array(colour) / 255)
    grain = np.random.default_rng(8).uniform(-0.5, 0.5, (base.height, base.width, 1))
    return Image.fromarray(np.clip(np.rint(lit + grain), 0, 255).astype(np.uint8))


def _tint(colour: Colour, mask: Image.Image) -> Image.Image:
    tinted = Image.new("RGBA", mask.size, (*colour, 0))
    tinted.putalpha(mask)
    return tinted


def model(figure: Image.Image, light: Point, rim: Colour, shade: Colour, amount: float = 0.55) -> Image.Image:
    """Depth for a flat figure: a bright edge on the side of `light` and a soft shadow on the other."""
    alpha = figure.getchannel("A")
    small = alpha.reduce(4)

    def beyond(reach: float, blur: float) -> Image.Image:
        moved = ImageChops.offset(small, round(-light[0] * reach / 4), round(-light[1] * reach / 4))
        soft = moved.filter(ImageFilter.GaussianBlur(blur / 4))
        return ImageChops.invert(soft).resize(alpha.size, Image.Resampling.BILINEAR)

    def strength(mask: Image.Image, share: float) -> Image.Image:
        return ImageChops.multiply(mask.point([round(value * share) for value in range(256)]), alpha)

    shaded = Image.alpha_composite(figure, _tint(shade, strength(beyond(-34, 26), amount)))
    edged = Image.alpha_composite(shaded, _tint(rim, strength(beyond(9, 5), 0.75)))
    edged.putalpha(alpha)
    return edged


def paste(frame: Image.Image, layer: Image.Image, left: int, top: int) -> None:
    frame.paste(layer, (left, top), layer)


def scroll(frame: Image.Image, strip: Image.Image, shift: int, top: int) -> None:
    """Lays `strip` over the frame, moved left by `shift` and repeating."""
    left = -(shift % strip.width)
    while left < frame.width:
        paste(frame, strip, left, top)
        left += strip.width


def ease(share: float) -> float:
    held = min(max(share, 0.0), 1.0)
    return held * held * (3 - 2 * held)
