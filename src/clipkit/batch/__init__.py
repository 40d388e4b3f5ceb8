"""Many clips, each rendered for itself: one that fails takes no other with it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from clipkit.api.clip import Clip
from clipkit.api.make import Source
from clipkit.api.make import open as open_clip
from clipkit.batch.names import output_names, source_name
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import Cancelled, ClipkitError, MediaError, ProjectError, RenderError
from clipkit.geometry import Fit, Size
from clipkit.plan.needs import media_paths
from clipkit.project.model import Quality
from clipkit.store.oserrors import explained


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one clip: a report of what was written, or why there is none."""

    source: str
    """The name of its main file."""

    out: Path
    report: Report | None = None
    error: ClipkitError | None = None

    @property
    def ok(self) -> bool:
        return self.error is None

    def __str__(self) -> str:
        return f"{self.source} → {self.out}" if self.error is None else f"{self.source}: {self.error}"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """One item for each clip, in the order of the clips."""

    items: tuple[BatchItem, ...]

    def __iter__(self) -> Iterator[BatchItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> BatchItem:
        return self.items[index]

    @property
    def ok(self) -> tuple[BatchItem, ...]:
        """The items that were written."""
        return tuple(item for item in self.items if item.ok)

    @property
    def failed(self) -> tuple[BatchItem, ...]:
        """The items that were not."""
        return tuple(item for item in self.items if not item.ok)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far one item of a batch is."""

    index: int
    total: int
    source: str
    progress: Progress

    def __str__(self) -> str:
        return f"[{self.index + 1}/{self.total}] {self.source}: {self.progress}"


BatchProgressCall: TypeAlias = Callable[[BatchProgress], object]


def batch(
    clips: Sequence[Source],
    out: str | Path,
    *,
    workers: int | None = None,
    names: Sequence[str] | None = None,
    target: str | None = None,
    size: str | Size | tuple[int, int] | None = None,
    fps: float | str | Fraction | None = None,
    fit: Fit | None = None,
    quality: Quality | None = None,
    force: bool = False,
    progress: BatchProgressCall | None = None,
) -> BatchResult:
    """Render clips into a folder, several at a time. What is wrong with one is in its item, and in no other.

    The files' bytes do not depend on `workers`.

    Args:
        clips: Clips, or paths of media and projects.
        out: The folder; it is made if it is not there.
        workers: Clips rendered at a time; by default as many as there are CPUs. One clip at a time uses them all.
        names: Of the files, one for each clip; without a suffix, `.mp4` is added. By default each has the name of
            its main source, counted up where it comes again.
        target: As for `Clip.export`; so are `size`, `fps`, `fit`, `quality` and `force`.
        size: See `target`.
        fps: See `target`.
        fit: See `target`.
        quality: See `target`.
        force: See `target`. A file that any of the clips reads is never replaced.
        progress: Called with a `BatchProgress`, by one thread at a time. What it raises stops the batch.

    Raises:
        ProjectError: ``wrong-names``, ``bad-name``, ``repeated-name`` or ``bad-workers``: nothing was begun.
        RenderError: The folder cannot be made.
        Cancelled: Ctrl-C; the clips that are complete stay.
    """
    if workers is not None and workers < 1:
        raise ProjectError(f"{workers} workers cannot do anything", code="bad-workers", hint="give 1 or more")
    folder = Path(out)
    outs = [folder / name for name in output_names(clips, names)]
    _make(folder)

    def export(clip: Clip, path: Path, threads: int | None, tell: Callable[[Progress], object]) -> Report:
        return clip.export(
            path,
            target=target,
            size=size,
            fps=fps,
            fit=fit,
            quality=quality,
            force=force,
            workers=threads,
            progress=tell,
        )

    return _Run(clips, outs, export, progress).all(min(workers or os.cpu_count() or 1, max(1, len(clips))))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, folder, RenderError) from error


_Export: TypeAlias = Callable[[Clip, Path, int | None, Callable[[Progress], object]], Report]


class _Stopped(Exception):  # noqa: N818  it is no error: the batch is to end
    """Raised inside a render, by way of its progress, to leave it; it tidies up after itself."""


@dataclass(slots=True)
class _Run:
    """One batch under way."""

    clips: Sequence[Source]
    outs: Sequence[Path]
    export: _Export
    tell: BatchProgressCall | None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _inputs: frozenset[tuple[int, int]] = frozenset()

    def all(self, workers: int) -> BatchResult:
        self._inputs = _files_read(self.clips)
        if workers == 1:
            return BatchResult(tuple(self._item(index, None) for index in range(len(self.clips))))
        return BatchResult(self._side_by_side(workers))

    def _side_by_side(self, workers: int) -> tuple[BatchItem, ...]:
        """Several at a time, each render on one worker."""
        pool = ThreadPoolExecutor(workers, thread_name_prefix="clipkit-batch")
        try:
            futures = [pool.submit(self._item, index, 1) for index in range(len(self.clips))]
            pending = set(futures)
            while pending:  # waits with a limit, so that Ctrl-C is heard on every system
                done, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
            return tuple(future.result() for future in futures)
        except KeyboardInterrupt:
            raise Cancelled("stopped; the clips that are complete stay", code="cancelled") from None
        finally:
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _item(self, index: int, threads: int | None) -> BatchItem:
        source, out = source_name(self.clips[index]), self.outs[index]
        try:
            clip = self.clips[index]
            opened = clip if isinstance(clip, Clip) else open_clip(clip)
            self._refuse_input(out)
            report = self.export(opened, out, threads, lambda progress: self._told(index, source, progress))
        except (Cancelled, _Stopped):
            raise
        except _Raised as raised:
            raise raised.error from None
        except ClipkitError as error:
            return BatchItem(source, out, error=error)
        except Exception as error:  # noqa: BLE001  a fault of ours in one clip must not lose the night's other ones
            return BatchItem(source, out, error=_unexpected(error, out))
        return BatchItem(source, out, report)

    def _refuse_input(self, out: Path) -> None:
        with suppress(OSError):
            status = out.stat()
            if (status.st_dev, status.st_ino) in self._inputs:
                raise MediaError(
                    "an input of the batch cannot be its output", code="own-input", where=str(out), hint="use `names`"
                )

    def _told(self, index: int, source: str, progress: Progress) -> None:
        if self._stop.is_set():
            raise _Stopped
        if self.tell is None:
            return
        with self._lock:
            try:
                self.tell(BatchProgress(index, len(self.clips), source, progress))
            except Exception as error:
                raise _Raised(error) from error


class _Raised(Exception):  # noqa: N818  it carries an error
    """What the caller's own `progress` raised, on its way out."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _files_read(clips: Sequence[Source]) -> frozenset[tuple[int, int]]:
    """Device and inode of every file that any clip reads."""
    found = set()
    for clip in clips:
        for path in media_paths(clip.project) if isinstance(clip, Clip) else (str(clip),):
            with suppress(OSError):
                status = Path(path).stat()
                found.add((status.st_dev, status.st_ino))
    return frozenset(found)


def _unexpected(error: Exception, out: Path) -> RenderError:
    wrapped = RenderError(
        f"unexpected: {type(error).__name__}: {error}",
        code="unexpected",
        where=str(out),
        hint="please report this with the plan (`clipkit plan --json`)",
    )
    wrapped.__cause__ = error
    return wrapped


class _Room(ModuleType):
    """Importing this room puts it into `clipkit.batch`, where the function is looked for: so both are called alike."""

    __call__ = staticmethod(batch)


sys.modules[__name__].__class__ = _Room

__all__ = ["BatchItem", "BatchProgress", "BatchProgressCall", "BatchResult", "batch"]
