"""Chains of FFmpeg's own filters, each fitted to a look; every one takes yuv420p and gives yuv420p.

`eq`, `hue` and `curves` are not listed on their own: whatever they do is a case of `lutyuv` or of `matrix-lutrgb` here,
fitted freely instead of by their few knobs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.colours import Floats, Frame, halved

Doubles = NDArray[np.float64]
_DEGREE = 5
_DEGREE_2D = 4
_SAMPLES = 200_000
# Ways to RGB and back. Without `accurate_rnd` swscale rounds down, and luma comes back one step too dark.
_RGB_WAYS = {
    "default": ("scale", "scale"),
    "fast": ("scale=flags=fast_bilinear", "scale=flags=fast_bilinear"),
    "rounded": ("scale=flags=fast_bilinear+accurate_rnd", "scale=flags=fast_bilinear+accurate_rnd"),
    "accurate": (
        "scale=flags=neighbor+accurate_rnd+full_chroma_int+full_chroma_inp",
        "scale=flags=area+accurate_rnd",
    ),
}


@dataclass(frozen=True, slots=True)
class Samples:
    """Colours before and after the look: at chroma sites as (y, u, v), and of whole pixels as R′G′B′; all 0 to 1."""

    yuv: Doubles
    graded_yuv: Doubles
    rgb: Doubles
    graded_rgb: Doubles


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chain by name."""

    name: str
    chain: str


def sample(pairs: Sequence[tuple[Frame, Frame]]) -> Samples:
    """Draw colours from frames (before, after), the same ones in every run."""
    yuv, graded_yuv = (np.concatenate([_sites(pair[side]) for pair in pairs]) for side in (0, 1))
    rgb, graded_rgb = (np.concatenate([pair[side].rgb()[::2, ::2].reshape(-1, 3) for pair in pairs]) for side in (0, 1))
    chosen = np.random.default_rng(0).choice(len(yuv), min(_SAMPLES, len(yuv)), replace=False)
    return Samples(
        yuv[chosen], graded_yuv[chosen], rgb[chosen].astype(np.float64), graded_rgb[chosen].astype(np.float64)
    )


def candidates(samples: Samples, cube: Path) -> list[Candidate]:
    """All chains worth trying."""
    in_rgb = {"matrix-lutrgb": _matrix_lutrgb(samples), "lut3d": f"lut3d=file='{cube}'"}
    return [
        Candidate("lutyuv", _lutyuv(samples)),
        Candidate("lut2", _lut2(samples, cross=False)),
        Candidate("lut2-cross", _lut2(samples, cross=True)),
        *(
            Candidate(f"{name}, {way}", f"{there},format=gbrp,{chain},{back},format=yuv420p")
            for name, chain in in_rgb.items()
            for way, (there, back) in _RGB_WAYS.items()
        ),
    ]


def write_cube(look: Callable[[Floats], Floats], size: int, path: Path) -> None:
    """Bake a look into a .cube of size³; red runs fastest."""
    steps = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    values = look(np.stack([red, green, blue], axis=-1)).reshape(-1, 3)
    with path.open("w", encoding="ascii") as file:
        file.write(f"LUT_3D_SIZE {size}\n")
        np.savetxt(file, np.clip(values, 0, 1), fmt="%.6f")


def _sites(frame: Frame) -> Doubles:
    luma = halved(frame.y.astype(np.float32))
    return np.stack([luma, frame.u, frame.v], axis=-1).reshape(-1, 3).astype(np.float64) / 255


def _lutyuv(samples: Samples) -> str:
    """One curve for each plane: the cheapest there is."""
    curves = [_curve(_fit(samples.yuv[:, n], samples.graded_yuv[:, n]), "(val/255)") for n in range(3)]
    return "lutyuv=" + ":".join(f"{plane}='{curve}'" for plane, curve in zip("yuv", curves, strict=True))


def _lut2(samples: Samples, *, cross: bool) -> str:
    """A curve for luma, and for each chroma plane a table over itself and luma; `cross` adds the other chroma."""
    y, u, v = samples.yuv.T
    graded_y, graded_u, graded_v = samples.graded_yuv.T
    luma = _curve(_fit(y, graded_y), "(val/255)")
    blue, blue_rest = _surface(u, y, graded_u)
    red, red_rest = _surface(v, y, graded_v)
    planes = f"[cu][lu]lut2=c0='{blue}'[u];[cv][lv]lut2=c0='{red}'[v]"
    if cross:
        planes = (
            f"[cu]split[cu1][cu2];[cv]split[cv1][cv2];"
            f"[cu1][lu]lut2=c0='{blue}'[u0];[cv1][lv]lut2=c0='{red}'[v0];"
            f"[u0][cv2]lut2=c0='{_added(v, blue_rest)}'[u];[v0][cu2]lut2=c0='{_added(u, red_rest)}'[v]"
        )
    merge = "mergeplanes=map0s=0:map0p=0:map1s=1:map1p=0:map2s=2:map2p=0:format=yuv420p"
    return (
        f"extractplanes=y+u+v[y0][cu][cv];[y0]split[y1][y2];[y1]lut=c0='{luma}'[y];"
        f"[y2]scale=iw/2:ih/2:flags=area,split[lu][lv];{planes};[y][u][v]{merge}"
    )


def _matrix_lutrgb(samples: Samples) -> str:
    """A 3×3 matrix on R′G′B′, then a curve for each channel; fitted in turns."""
    matrix = np.eye(3)
    curves: list[Doubles] = []
    for _ in range(4):
        mixed = np.clip(samples.rgb @ matrix.T, 0, 1)
        curves = [_fit(mixed[:, n], samples.graded_rgb[:, n]) for n in range(3)]
        wanted = np.stack([_unbent(curve, samples.graded_rgb[:, n]) for n, curve in enumerate(curves)], axis=-1)
        matrix = np.clip(np.linalg.lstsq(samples.rgb, wanted, rcond=None)[0].T, -2, 2)
    mixed = np.clip(samples.rgb @ matrix.T, 0, 1)
    curves = [_fit(mixed[:, n], samples.graded_rgb[:, n]) for n in range(3)]
    mixer = ":".join(f"{out}{into}={matrix[i, j]:.5f}" for i, out in enumerate("rgb") for j, into in enumerate("rgb"))
    tables = ":".join(f"{name}='{_curve(curve, '(val/255)')}'" for name, curve in zip("rgb", curves, strict=True))
    return f"colorchannelmixer={mixer},lutrgb={tables}"


def _fit(x: Doubles, y: Doubles, degree: int = _DEGREE) -> Doubles:
    """The least-squares polynomial, constant first."""
    return np.asarray(np.linalg.lstsq(np.vander(x, degree + 1, increasing=True), y, rcond=None)[0], np.float64)


def _surface(a: Doubles, luma: Doubles, wanted: Doubles) -> tuple[str, Doubles]:
    """An expression over `x` (the plane) and `y` (luma) for `wanted`, and what it leaves unexplained."""
    powers = [(i, j) for i in range(_DEGREE_2D + 1) for j in range(_DEGREE_2D + 1 - i)]
    columns = np.stack([(a - 0.5) ** i * luma**j for i, j in powers], axis=-1)
    weights = np.linalg.lstsq(columns, wanted, rcond=None)[0]
    terms = "+".join(f"({w:.6g})*pow(x/255-0.5,{i})*pow(y/255,{j})" for w, (i, j) in zip(weights, powers, strict=True))
    return f"clip(255*({terms})+0.5,0,255)", wanted - columns @ weights


def _added(other: Doubles, rest: Doubles) -> str:
    """An expression that adds to `x` what the other chroma plane `y` explains of the rest."""
    return f"clip(x+0.5+255*{_horner(_fit(other, rest), '(y/255)')},0,255)"


def _unbent(curve: Doubles, values: Doubles) -> Doubles:
    """The inverse of a curve that rises, by table."""
    x = np.linspace(0, 1, 1025)
    y = np.maximum.accumulate(np.polynomial.polynomial.polyval(x, curve))
    return np.asarray(np.interp(values, y, x), np.float64)


def _curve(coefficients: Doubles, variable: str) -> str:
    # FFmpeg's tables cut the fraction off, so half is added.
    return f"clip(255*{_horner(coefficients, variable)}+0.5,0,255)"


def _horner(coefficients: Doubles, variable: str) -> str:
    text = f"({coefficients[-1]:.6g})"
    for value in coefficients[-2::-1]:
        text = f"({value:.6g}+{variable}*{text})"
    return text
