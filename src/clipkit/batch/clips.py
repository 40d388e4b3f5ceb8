"""A batch of clips that are there already, rendered on threads of this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from clipkit.api.clip import Clip
from clipkit.api.make import Source
from clipkit.api.make import open as open_clip
from clipkit.batch import outputs
from clipkit.batch.names import source_name
from clipkit.batch.results import BatchItem, BatchProgress, BatchProgressCall, BatchResult, Raised, Stopped, unexpected
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import Cancelled, ClipkitError
from clipkit.plan.needs import media_paths

Export: TypeAlias = Callable[[Clip, Path, int | None, Callable[[Progress], object]], Report]
"""How one clip is written: the clip, where to, on how many threads, and whom to tell."""


def exported(
    clips: Sequence[Source], outs: Sequence[Path], export: Export, tell: BatchProgressCall | None, workers: int | None
) -> BatchResult:
    """Render each clip to its place, several at a time."""
    return _Run(clips, outs, export, tell).all(min(workers or os.cpu_count() or 1, max(1, len(clips))))


@dataclass(slots=True)
class _Run:
    """One batch under way."""

    clips: Sequence[Source]
    outs: Sequence[Path]
    export: Export
    tell: BatchProgressCall | None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _inputs: frozenset[tuple[int, int]] = frozenset()

    def all(self, workers: int) -> BatchResult:
        self._inputs = outputs.identities(_files_read(self.clips))
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
            outputs.refuse_input(out, self._inputs)
            report = self.export(opened, out, threads, lambda progress: self._told(index, source, progress))
        except (Cancelled, Stopped):
            raise
        except Raised as raised:
            raise raised.error from None
        except ClipkitError as error:
            return BatchItem(source, out, error=error)
        except Exception as error:  # noqa: BLE001  one clip's
            return BatchItem(source, out, error=unexpected(error, out))
        return BatchItem(source, out, report)

    def _told(self, index: int, source: str, progress: Progress) -> None:
        if self._stop.is_set():
            raise Stopped
        if self.tell is None:
            return
        with self._lock:
            try:
                self.tell(BatchProgress(index, len(self.clips), source, progress))
            except Exception as error:
                raise Raised(error) from error


def _files_read(clips: Sequence[Source]) -> list[str]:
    """Every file that any clip reads."""
    return [path for clip in clips for path in (media_paths(clip.project) if isinstance(clip, Clip) else (str(clip),))]
