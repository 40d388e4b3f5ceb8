"""Check this installation: what is there, and what is missing.

Shows versions, encoders, filters, folders, which files are opened and how that is guarded. Ends with exit code 1 where
something that clipkit needs is not there.
"""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from clipkit import folders
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json
from clipkit.cli._tables import pairs

_LIBRARIES = ("av", "numpy", "pillow", "pydantic", "click", "rich", "platformdirs", "moviepy", "pydub")
_OPTIONAL = {
    "moviepy": "needed for MoviePy's effects and clips: pip install moviepy",
    "pydub": "needed for pydub's segments: pip install pydub",
}
# Python lost this module in 3.13, and pydub needs it.
_AUDIOOP = "pydub needs audioop, which Python 3.13 no longer has: pip install audioop-lts"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that clipkit uses."""

    name: str
    path: str
    exists: bool
    writable: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is missing or does not work, and how to mend it. Without what is `needed`, clipkit fails."""

    what: str
    remedy: str
    needed: bool


@plain(__doc__, examples=("clipkit doctor", "clipkit doctor --json"))
@click.option("--json", "as_json", is_flag=True, help="print it as JSON")
def command(as_json: bool) -> None:
    found = _examined()
    if as_json:
        echo_json(found)
    else:
        _show(found)
    if any(problem["needed"] for problem in found["problems"]):
        raise click.exceptions.Exit(1)


def _examined() -> dict[str, Any]:
    from clipkit.colour import kernel
    from clipkit.engine import build
    from clipkit.library import filters

    encoders, compiled = build.encoders(), kernel.available()
    looks, broken = filters.listed(), filters.broken()
    places = _places()
    problems = [*_missing_libraries(), *_missing_encoders(encoders), *_unwritable(places)]
    if not compiled:
        problems.append(Problem("the compiled colour kernel", _KERNEL_REMEDY, needed=False))
    problems += [Problem(f"filter {file.name}: {file.error.message}", file.error.hint, needed=False) for file in broken]
    return {
        "versions": _versions() | build.libraries(),
        "encoders": encoders,
        "formats": list(build.formats()),
        "decoders": list(build.decoders()),
        "colour_kernel": "compiled" if compiled else "numpy",
        "filters": {"shipped": sum(look.category != filters.USER for look in looks), "usable": len(looks)},
        "folders": [asdict(place) for place in places],
        "devices": {"cpus": os.cpu_count() or 1, "capture": "not used", "gpu": "not used"},
        "protections": _PROTECTIONS | _worker(),
        "sample_media": (folders.shipped("sample_media") / "dancer.mp4").is_file(),
        "problems": [asdict(problem) for problem in problems],
    }


# Medians of CPU time on real frames, one core of an EPYC.
_KERNEL_REMEDY = (
    "looks cost about 8 ms a 1080p frame with numpy instead of 2 ms, HDR 50 ms instead of 4 ms; install gcc, clang or "
    "MSVC and run `pip install --force-reinstall --no-deps .` in the sources"
)
_PROTECTIONS = {
    "opening": "only local files, only the formats and codecs listed; no playlists, devices or network",
    "limits": "pictures of at most 8192x8192, declared samples checked against the file's size, projects of 16 MiB",
    "writing": "verified beside the target, then moved in place; never onto an input",
}


def _worker() -> dict[str, str]:
    """What holds the process that decodes, on this system."""
    from clipkit.sandbox import landlock, limits, seccomp, supervised

    version = landlock.version()
    return {
        "worker": "each command runs in a child that may crash" if supervised.available() else "not on this system",
        "resource limits": "address space, file size, no core dumps" if limits.available() else "not on this system",
        "landlock": f"writes only where a command says (ABI {version})" if version else "not on this system",
        "seccomp": "no sockets, no other programs" if seccomp.available() else "not on this system",
    }


def _versions() -> dict[str, str]:
    """What is installed, by its metadata: nothing is imported for it."""
    from clipkit import __version__

    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    versions = {"clipkit": __version__, "python": platform.python_version(), "system": system}
    return versions | {name: _version(name) or "missing" for name in _LIBRARIES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _missing_libraries() -> list[Problem]:
    from importlib.util import find_spec

    gone = [Problem(name, _OPTIONAL[name], needed=False) for name in _OPTIONAL if _version(name) is None]
    if _version("pydub") is not None and find_spec("audioop") is None:
        gone.append(Problem("audioop", _AUDIOOP, needed=False))
    return gone


def _missing_encoders(encoders: dict[str, bool]) -> list[Problem]:
    from clipkit.engine.build import ENCODERS

    remedy = "this PyAV was built without it: `pip install --force-reinstall --only-binary av av`"
    return [
        Problem(f"encoder {name} ({ENCODERS[name]})", remedy, needed=name in ("libx264", "aac"))
        for name, there in encoders.items()
        if not there
    ]


def _places() -> list[Place]:
    named = {
        "drafts": folders.data() / "drafts",
        "your filters": folders.user_filters(),
        "cache": folders.cache(),
        "here": Path.cwd(),
    }
    return [Place(name, str(path), path.is_dir(), _writable(path)) for name, path in named.items()]


def _writable(path: Path) -> bool:
    """Whether files can be made in a folder; one that does not exist counts by the nearest above it that does."""
    there = next((place for place in (path, *path.parents) if place.exists()), path)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _unwritable(places: list[Place]) -> list[Problem]:
    remedy = "change its permissions, or set CLIPKIT_HOME to another folder"
    return [
        Problem(f"the folder of {place.name}, {place.path}, cannot be written to", remedy, needed=False)
        for place in places
        if not place.writable
    ]


# ---- for people --------------------------------------------------------------------------------------------------


def _show(found: dict[str, Any]) -> None:
    sections = {
        "versions": found["versions"].items(),
        "encoders": ((name, "there" if there else "MISSING") for name, there in found["encoders"].items()),
        "colour": [("kernel", found["colour_kernel"])],
        "filters": [("usable", str(found["filters"]["usable"])), ("shipped", str(found["filters"]["shipped"]))],
        "folders": ((place["name"], _described(place)) for place in found["folders"]),
        "files that are opened": [("formats", ", ".join(found["formats"])), ("codecs", ", ".join(found["decoders"]))],
        "protections": found["protections"].items(),
        "devices": ((name, str(value)) for name, value in found["devices"].items()),
    }
    for title, rows in sections.items():
        click.echo(f"{title}:")
        pairs([(f"  {name}", value) for name, value in rows])
    if not found["problems"]:
        click.echo("nothing is missing")
        return
    click.echo("missing, and how to get it:")
    pairs([(f"  {problem['what']}", problem["remedy"]) for problem in found["problems"]])


def _described(place: dict[str, Any]) -> str:
    state = "writable" if place["writable"] else "NOT WRITABLE"
    return f"{place['path']} ({state}{'' if place['exists'] else ', made when needed'})"
