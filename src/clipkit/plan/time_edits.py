"""Edits of time, worked out."""

from __future__ import annotations

from clipkit.plan.strip import Gathered, Strip, check_start
from clipkit.project.time_edits import Speed, Trim
from clipkit.project.timemap import TimeMap
from clipkit.time import clock


def applied(edit: Trim | Speed, strip: Strip, gathered: Gathered, where: str) -> Strip:
    """A strip after an edit of time."""
    match edit:
        case Trim():
            return _trimmed(strip, edit, gathered, where)
        case Speed():
            follows = edit.pitch == "follow"
            return strip.through(TimeMap.speed(strip.duration, edit.factor, pitch_follows=follows))


def _trimmed(strip: Strip, trim: Trim, gathered: Gathered, where: str) -> Strip:
    check_start(trim.start, strip.duration, where)
    end = min(trim.end or strip.duration, strip.duration)
    if trim.end is not None and trim.end > strip.duration:
        gathered.notices.append(f"the input ends at {clock(strip.duration)}: cut there, not at {clock(trim.end)}")
    return strip.through(TimeMap.trim(trim.start, end))
