"""Makes docs/effects.md, filters.md, layouts.md and targets.md with their pictures from what the collections hold.

    python docs/pages.py            # or `make docs`

Each picture shows a frame of the sample media before and after. The times are CPU milliseconds a frame of 1080×1920 on
one core of the machine that made the pages, medians of 9 frames: a filter's and a point effect's is that of its table,
which they share with all others on the clip.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

import clipkit as ck
from clipkit import effects, layouts, targets
from clipkit.catalog.effect import FramingEffect, PointEffect
from clipkit.cli._parameters import parameter_rows
from clipkit.engine.compose import Painter
from clipkit.engine.tables import Tables
from clipkit.library import filters
from clipkit.plan.types import Plan
from clipkit.project.model import Composition, Input, Node, Project

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "sample_media"
MOMENT = Fraction(2)
HEIGHT = 260
SHOWN: dict[str, dict[str, object]] = {
    # What the defaults change nothing of is shown with values that do.
    "blur-fill": {"shape": "1:1"},
    "colour-fill": {"shape": "1:1"},
    "contrast": {"amount": 0.5},
    "curves": {"master": [[0, 0], [0.3, 0.2], [0.7, 0.82], [1, 1]]},
    "exposure": {"stops": 0.8},
    "fade": {"amount": 0.8},
    "hue": {"degrees": 60},
    "hue-band": {"centre": 210, "degrees": 60, "saturation": 1.5},
    "saturation": {"amount": 1.6},
    "split-tone": {"shadow_amount": 0.6, "highlight_amount": 0.6},
    "temperature": {"shift": 0.6},
    "tint": {"shift": 0.6},
    "vibrance": {"amount": 0.8},
}


def main() -> int:
    mine, other = (ck.open(SAMPLES / name) for name in ("host.mp4", "dancer.mp4"))
    before = frame(mine)
    _effects(mine, before)
    _filters(mine, before)
    _layouts(mine, other)
    _targets()
    return 0


def _effects(mine: ck.Clip, before: Image.Image) -> None:
    page = [
        "# Effects",
        "",
        "`clipkit effect IN NAME --param KEY=VALUE -o OUT`; any number is animated by `--key NAME=T:V,T:V`. Lengths in",
        "pixels are for a picture 1080 wide and scale with it. The time is CPU a frame of 1080×1920 (`docs/pages.py`",
        "measures it). Made by `make docs`.",
        "",
    ]
    for kind in effects.names():
        cls = effects.effect_class(kind)
        values = SHOWN.get(kind, {})
        clip = mine.effect(kind, **values)
        picture(f"effects/{kind}", before, frame(clip, _moment(kind)))
        nature = "point" if issubclass(cls, PointEffect) else "framing" if issubclass(cls, FramingEffect) else "spatial"
        shown = f", shown with {', '.join(f'{key} {value}' for key, value in values.items())}" if values else ""
        size = ""
        if issubclass(cls, FramingEffect):
            size = f" A clip of 1080×1920 becomes {str(clip.plan('mp4', copy=False).output.size).replace('x', '×')}."
        page += [f"### {kind}", "", f"{_about(cls)}{size} *{nature}, {cost(clip, mine):.1f} ms{shown}*", ""]
        page += [f"![{kind}: before and after](images/effects/{kind}.jpg)", ""]
        page += table(("parameter", "may be", "default", "about"), parameter_rows(cls))
    write("effects", page)


def _moment(kind: str) -> Fraction:
    """A moment at which something of a moving effect is to be seen."""
    return {"ken-burns": Fraction(5), "strobe": Fraction(2), "glitch": Fraction(7, 3)}.get(kind, MOMENT)


def _filters(mine: ck.Clip, before: Image.Image) -> None:
    page = ["# Filters", "", "`clipkit filter IN NAME --strength 0.8 -o OUT`. Made by `make docs`.", ""]
    looks = [look for look in filters.listed() if look.category != filters.USER]
    for look in looks:
        clip = mine.filter(look.name)
        picture(f"filters/{look.name}", before, frame(clip))
        kinds = ", ".join(effect.kind for effect in look.effects)
        page += [f"### {look.name}", "", f"{look.title} ({look.category}): {look.about}.", ""]
        page += [f"*{kinds}; {cost(clip, mine):.1f} ms*", ""]
        page += [f"![{look.name}: before and after](images/filters/{look.name}.jpg)", ""]
    write("filters", page)


def _layouts(mine: ck.Clip, other: ck.Clip) -> None:
    page = ["# Layouts", "", "`clipkit layout NAME IN … -o OUT`. Made by `make docs`.", ""]
    for kind in layouts.names():
        cls = layouts.layout_class(kind)
        count = next(count for count in range(1, 9) if cls.takes(count))
        parts = [mine if index % 2 == 0 else other for index in range(count)]
        inputs = tuple(Input(node=part.project.root) for part in parts)
        clip = ck.Clip(Project(root=Node(source=Composition(layout=cls(), inputs=inputs))))
        sources = np.concatenate([np.asarray(small(frame(part))) for part in parts], axis=1)
        picture(f"layouts/{kind}", Image.fromarray(sources), frame(clip))
        page += [f"### {kind}", "", f"{_about(cls)} *Takes {cls.roles()}.*", ""]
        page += [f"![{kind}: the videos and what becomes of them](images/layouts/{kind}.jpg)", ""]
        page += table(("parameter", "may be", "default", "about"), parameter_rows(cls))
    write("layouts", page)


def _targets() -> None:
    page = ["# Targets", "", "`clipkit export IN --target NAME -o OUT`. Made by `make docs`.", ""]
    for name in targets.names():
        target = targets.find(name)
        page += [f"### {name}", "", f"{target.about} *{target.source}*", ""]
    write("targets", page)


# ---- pictures and times --------------------------------------------------------------------------------------------


def frame(clip: ck.Clip, moment: Fraction = MOMENT) -> Image.Image:
    """The picture of a clip at a moment."""
    return clip.frame(moment)


def small(image: Image.Image) -> Image.Image:
    return image.resize((round(image.width * HEIGHT / image.height), HEIGHT), Image.Resampling.LANCZOS)


def picture(name: str, before: Image.Image, after: Image.Image) -> None:
    """Two pictures side by side as `docs/images/<name>.jpg`."""
    left, right = small(before), small(after)
    sheet = Image.new("RGB", (left.width + 6 + right.width, HEIGHT), "white")
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + 6, 0))
    path = DOCS / "images" / f"{name}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=82, optimize=True)


def cost(clip: ck.Clip, plain: ck.Clip) -> float:
    """How much more a frame of the clip costs than one of the plain clip, in milliseconds."""
    return max(0.0, _milliseconds(_plan(clip)) - _milliseconds(_plan(plain)))


def _plan(clip: ck.Clip) -> Plan:
    return clip.with_output(target="source").plan("mp4", copy=False)


def _milliseconds(plan: Plan) -> float:
    times = []
    with Painter(plan, Tables()) as painter:
        for index in range(12):
            start = time.process_time()
            painter.paint(60 + index)
            times.append((time.process_time() - start) * 1000)
    return statistics.median(times[3:])


# ---- text ----------------------------------------------------------------------------------------------------------


def _about(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as Markdown."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return [*lines, ""]


def write(name: str, page: Sequence[str]) -> None:
    (DOCS / f"{name}.md").write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
