"""Where the result of an operation goes: a rendered file, a picture, a saved project, a draft, or a pipe."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import click

from clipkit.cli._errors import WrongUse, printable
from clipkit.cli._input import DRAFT, draft_read, files_read
from clipkit.cli._progress import shown
from clipkit.errors import ProjectError
from clipkit.geometry import Fit, Size

if TYPE_CHECKING:
    from PIL import Image

    from clipkit.api.clip import Clip
    from clipkit.engine.render import Report
    from clipkit.project.model import Kept, Quality

Found: TypeAlias = Mapping[str, object]
"""What a command has found out, as it stands in JSON."""

NOTHING: Found = MappingProxyType({})

PICTURES = (".png", ".jpg", ".jpeg")
KINDS = "name it *.mp4, *.mov, *.webm or *.gif; *.png or *.jpg with --frame T; *.clipkit, draft:NAME or -"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The render options, as every operation takes them."""

    output: str | None
    frame: str | None
    target: str | None
    size: Size | None
    fps: Fraction | None
    fit: Fit | None
    quality: Quality | None
    keep_hdr: bool | None
    keep_metadata: tuple[Kept, ...]
    normalise: bool | None
    workers: int | None
    no_cache: bool
    no_copy: bool
    force: bool
    quiet: bool
    json: bool

    def applied(self, clip: Clip) -> Clip:
        """The clip with what was said about its output; the rest stays as its project has it."""
        if self.target is not None:
            from clipkit import targets

            targets.find(self.target)  # a wrong name is told here, not by the last command of a pipe
        fps = None if self.fps is None else str(self.fps)
        return clip.with_output(
            target=self.target,
            size=self.size,
            fps=fps,
            fit=self.fit,
            quality=self.quality,
            keep_hdr=self.keep_hdr or None,
            keep_metadata=self.keep_metadata or None,
            normalise=self.normalise,
        )


def deliver(clip: Clip, wanted: Wanted, found: Found = NOTHING) -> None:
    """Make of a clip what the command line asks for. What the command has `found` out stands in its JSON too."""
    clip = wanted.applied(clip)
    out = wanted.output
    if wanted.frame is not None:
        _picture(clip, wanted, wanted.frame, found)
    elif out is None and sys.stdout.isatty():
        _announce(clip, wanted)
    elif out is None or out == "-":
        _pipe(clip)
    elif out.startswith(DRAFT):
        _draft(clip, out, wanted, found)
    elif Path(out).suffix.lower() == ".clipkit":
        refuse_inputs(Path(out))
        clip.save(out, force=wanted.force)
        _tell_saved(out, wanted, found)
    else:
        _render(clip, out, wanted, found)


# ---- kinds of output ------------------------------------------------------------------------------------------


def _pipe(clip: Clip) -> None:
    from clipkit.project import document

    click.echo(document.dumps(clip.project).encode(), nl=False)


def _draft(clip: Clip, out: str, wanted: Wanted, found: Found) -> None:
    keep_draft(clip, out.removeprefix(DRAFT), force=wanted.force)
    _tell_saved(out, wanted, found)


def keep_draft(clip: Clip, name: str, *, force: bool, keep_media: bool = False) -> None:
    """Save a clip as a draft. One that is there goes on where that is seen: where this command has read it, or the
    clip begins with all that it holds. Anything else asks for --force, although nothing would be lost.
    """
    from clipkit.api.drafts import drafts

    base = draft_read(name)
    new = base is None and not force and name in drafts and not drafts.continued(name, clip)
    drafts.save(name, clip, base=base, new=new, keep_media=keep_media)


def _announce(clip: Clip, wanted: Wanted) -> None:
    """On a terminal: what would be done, and what to add so that it is."""
    from clipkit.plan import describe

    plan = clip.plan(copy=not wanted.no_copy)
    if wanted.json:
        echo_json(describe.document(plan))
        return
    for line in describe.lines(plan):
        click.echo(printable(line))
    notice("nothing is written yet: add -o out.mp4 to render, or -o name.clipkit to keep the project", wanted.quiet)


def _render(clip: Clip, out: str, wanted: Wanted, found: Found) -> None:
    _check_suffix(out)
    with shown(Path(out).name, quiet=wanted.quiet) as progress:
        report = clip.export(
            out,
            force=wanted.force,
            workers=wanted.workers,
            cache=not wanted.no_cache,
            copy=not wanted.no_copy,
            progress=progress,
        )
    tell_report(report, wanted, found)


def _check_suffix(out: str) -> None:
    suffix = Path(out).suffix.lower()
    if suffix in PICTURES:
        hint = "say which moment: add --frame T"
        raise ProjectError("a picture is of one moment", code="no-frame", where=out, hint=hint)
    if not suffix:
        raise ProjectError("this name does not say what to write", code="unknown-output", where=out, hint=KINDS)


def _picture(clip: Clip, wanted: Wanted, moment: str, found: Found) -> None:
    out = wanted.output
    if out is None or Path(out).suffix.lower() not in PICTURES:
        raise WrongUse("--frame writes a picture", "name one with -o, such as -o cover.png or -o cover.jpg")
    refuse_sources(clip, Path(out))
    save_picture(clip.frame(moment), Path(out), force=wanted.force)
    _tell_saved(out, wanted, found)


def save_picture(image: Image.Image, path: Path, *, force: bool) -> None:
    """Write a PNG or JPEG, whole or not at all, with nothing in it but the picture."""
    from clipkit.store.atomic import replacing

    refuse_inputs(path)
    kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
    with replacing(path, force=force) as part:
        image.save(part, kind, **({} if kind == "PNG" else {"quality": 92, "subsampling": 0}))


# ---- inputs are never outputs ------------------------------------------------------------------------------------


def refuse_inputs(path: Path) -> None:
    """What the command has read is never its output, not even with --force."""
    from clipkit.store.atomic import refuse_input

    refuse_input(path, files_read())


def refuse_sources(clip: Clip, path: Path) -> None:
    """No media of a project is ever the output."""
    from clipkit.plan.needs import media_paths
    from clipkit.store.atomic import refuse_input

    refuse_input(path, media_paths(clip.project))


# ---- what is said ------------------------------------------------------------------------------------------------


def tell_report(report: Report, wanted: Wanted, found: Found = NOTHING) -> None:
    """The result of a render: an object for programs, a line for people."""
    for line in report.notices:
        notice(f"note: {line}", wanted.quiet)
    if wanted.json:
        echo_json({**dataclasses.asdict(report), **found})
    else:
        notice(summary(report), wanted.quiet)


def summary(report: Report) -> str:
    """A rendered file in a line."""
    size = f"{report.bytes / 1e6:.1f} MB" if report.bytes >= 100_000 else f"{report.bytes / 1e3:.1f} kB"
    copied = f" ({report.copied} copied)" if report.copied else ""
    return f"{report.path}: {report.duration:.2f} s, {report.frames} frames{copied}, {size}, in {report.seconds:.1f} s"


def _tell_saved(out: str, wanted: Wanted, found: Found) -> None:
    if wanted.json:
        echo_json({"path": out, **found})
    else:
        notice(f"{out}: saved", wanted.quiet)


def notice(text: str, quiet: bool = False) -> None:
    """A line on standard error."""
    if not quiet:
        click.echo(printable(text), err=True)


def echo_json(value: object) -> None:
    """A result for programs."""
    click.echo(json.dumps(value, indent=2))
