"""What all verbs of a clip rest on: an edit made from words and added, and times in words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ValidationError

from clipkit.errors import ProjectError
from clipkit.project.model import Edit, Project
from clipkit.time import Frames, exact, parse_time

Snap: TypeAlias = Literal["beats", "bars"]
"""What times snap to."""

Time: TypeAlias = float | int | str | Fraction
"""Seconds, or text such as ``"0:03.5"``, ``"3500ms"``, ``"90f"`` (frames of what it is applied to)."""


class Verbs(ABC):
    """A value that edits can be added to."""

    __slots__ = ()

    project: Project

    @abstractmethod
    def edited(self, *new: Edit) -> Self:
        """The same with more edits."""

    @property
    @abstractmethod
    def duration(self) -> Fraction:
        """Seconds, exactly."""

    @abstractmethod
    def seconds(self, time: Time) -> Fraction:
        """A time given in words as seconds of this clip; ``90f`` counts its frames."""

    def _stretch(self, start: Time, end: Time | None, length: Time | None) -> tuple[Fraction, Fraction | None]:
        """Where a stretch of this clip begins and ends, in seconds; None for its own end."""
        if end is not None and length is not None:
            raise ProjectError("give an end or a length, not both", code="end-and-length", hint="leave one of them out")
        first = self.seconds(start)
        if length is not None:
            return first, first + self.seconds(length)
        return first, self.seconds(end) if end is not None else None


def made(kind: type[BaseModel], **values: object) -> Any:  # noqa: ANN401  the kind that was asked for
    """A value of the document from words; what is wrong with them is told as a ProjectError."""
    try:
        return kind(**values)
    except ValidationError as error:
        raise bad_value(error) from error


def bad_value(error: ValidationError) -> ProjectError:
    """What a model says of a value, as an error of ours."""
    first = error.errors()[0]
    message = first["msg"].removeprefix("Value error, ")
    message = f"{message[:1].lower()}{message[1:]}"
    if first["type"] == "nested":  # within one of the values: then there is a place to point at
        where = "".join(f"/{part}" for part in (*first["loc"], *first["ctx"]["steps"]))
        hint = first["ctx"].get("hint", "choose a value within the limits")
        return ProjectError(message, code="bad-value", where=where, hint=hint)
    name = ".".join(str(part) for part in first["loc"])
    said = f"{name}: {message}" if name else message
    return ProjectError(said, code="bad-value", hint="choose a value within the limits")


def seconds_of(time: Time) -> Fraction:
    """A time that counts no frames."""
    parsed = parse_time(time) if isinstance(time, str) else exact(time)
    if isinstance(parsed, Frames):
        raise ProjectError(
            "frames of what? write this time in seconds", code="bad-time", hint="3, 3.5, 0:03.5 or 3500ms"
        )
    return parsed
