"""Every error of libav, and of the system, becomes one of the tree: with a code, a place and advice."""

from __future__ import annotations

import errno
import inspect
import os
import pickle
import re

import av
import av.error
import pytest

from clipkit.engine.bridge import media_error, reading, render_error, writing
from clipkit.errors import Cancelled, ClipkitError, MediaError, RenderError

CLASSES = sorted(
    {kind for kind in vars(av.error).values() if inspect.isclass(kind) and issubclass(kind, av.error.FFmpegError)},
    key=lambda kind: kind.__name__,
)
NUMBERS = sorted(av.error.classes)
SYSTEM = (OSError(errno.EIO, "Input/output error"), OSError("no number"), MemoryError())

READING = {
    "FileNotFoundError": "file-not-found",
    "NotADirectoryError": "file-not-found",
    "PermissionError": "not-readable",
    "IsADirectoryError": "is-folder",
    "DecoderNotFoundError": "unsupported-codec",
    "PatchWelcomeError": "unsupported-codec",
    "DemuxerNotFoundError": "not-media",
    "ProtocolNotFoundError": "not-media",
    "InvalidDataError": "not-media",
    "ArgumentError": "not-media",
    "EOFError": "not-media",
    "MemoryError": "too-large",
}
"""What each class says of an input; every other one is unreadable."""

WRITING = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "too-large",
    errno.EACCES: "cannot-write",
    errno.EPERM: "cannot-write",
    errno.EROFS: "cannot-write",
}
"""What each number says of an output; every other one is a failed write."""


def of_libav(kind: type[av.error.FFmpegError], number: int = errno.EIO) -> av.error.FFmpegError:
    return kind(number, os.strerror(number) if number < 1000 else "what libav said", "log")


def is_told(error: ClipkitError, kind: type[ClipkitError]) -> None:
    """A whole error: its class, a code of words and hyphens, one line of cause, one of advice."""
    assert type(error) is kind
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.code)
    assert error.where == "a/clip.mp4"
    for line in (error.message, error.hint):
        assert line
        assert "\n" not in line
        assert not line.endswith(".")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.to_dict()) == (kind, error.to_dict())


def test_there_is_something_to_enumerate() -> None:
    assert len(CLASSES) > 40
    assert len(NUMBERS) > 100


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_of_libav_when_reading(kind: type[av.error.FFmpegError]) -> None:
    error = media_error(of_libav(kind), "a/clip.mp4")
    is_told(error, MediaError)
    assert error.code == READING.get(kind.__name__, "unreadable")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_of_libav_when_writing(kind: type[av.error.FFmpegError]) -> None:
    error = render_error(of_libav(kind), "a/clip.mp4")
    is_told(error, RenderError)
    assert error.code == "write-failed"
    assert os.strerror(errno.EIO) in error.message


def test_every_number_of_libav_as_it_arises() -> None:
    for number in NUMBERS:
        error = av.error.classes[number](number, "what libav said")
        is_told(media_error(error, "a/clip.mp4"), MediaError)
        told = render_error(error, "a/clip.mp4")
        is_told(told, RenderError)
        assert told.code == WRITING.get(number, "write-failed")


@pytest.mark.parametrize("number", WRITING, ids=errno.errorcode.get)
def test_a_full_or_closed_disk_by_whoever_tells_it(number: int) -> None:
    for error in (OSError(number, os.strerror(number)), of_libav(av.error.OSError, number)):
        told = render_error(error, "a/clip.mp4")
        is_told(told, RenderError)
        assert told.code == WRITING[number]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, "file-not-found"),
        (errno.ENOTDIR, "file-not-found"),
        (errno.EACCES, "not-readable"),
        (errno.EPERM, "not-readable"),
        (errno.EISDIR, "is-folder"),
        (errno.EIO, "unreadable"),
        (errno.ELOOP, "unreadable"),
        (errno.ENAMETOOLONG, "unreadable"),
    ],
)
def test_what_the_system_says_of_an_input(number: int, code: str) -> None:
    told = media_error(OSError(number, os.strerror(number)), "a/clip.mp4")
    is_told(told, MediaError)
    assert told.code == code


@pytest.mark.parametrize("error", SYSTEM, ids=repr)
def test_errors_without_a_number(error: Exception) -> None:
    is_told(media_error(error, "a/clip.mp4"), MediaError)
    is_told(render_error(error, "a/clip.mp4"), RenderError)


@pytest.mark.parametrize(("context", "kind"), [(reading, MediaError), (writing, RenderError)])
def test_inside_a_block(context, kind: type[ClipkitError]) -> None:
    def run(error: BaseException) -> None:
        with context("a/clip.mp4"):
            raise error

    for number in NUMBERS:
        cause = av.error.classes[number](number, "what libav said")
        with pytest.raises(kind) as caught:
            run(cause)
        is_told(caught.value, kind)
        assert caught.value.__cause__ is cause
    # What is told already, what stops the program and what is a bug of ours all pass as they are.
    for error in (Cancelled("stopped", code="cancelled"), KeyboardInterrupt(), AssertionError("a bug")):
        with pytest.raises(type(error)) as passed:
            run(error)
        assert passed.value is error
