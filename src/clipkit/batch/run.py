"""A recipe over many rows: what is done is skipped, what is alike is rendered once, what fails fails alone."""

from __future__ import annotations

import dataclasses
import os
import shutil
import threading
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from clipkit.batch import outputs
from clipkit.batch.items import Item
from clipkit.batch.jobs import Given, Here, Job, Runner
from clipkit.batch.journal import Journal
from clipkit.batch.processes import Processes
from clipkit.batch.results import (
    BatchItem,
    BatchItemCall,
    BatchProgress,
    BatchProgressCall,
    BatchResult,
    Raised,
    unexpected,
)
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import Cancelled, ClipkitError, RenderError
from clipkit.store.atomic import replacing
from clipkit.store.oserrors import explained


@dataclass(slots=True)
class Run:
    """One batch under way."""

    items: list[Item]
    folder: Path
    workers: int | None
    executor: Executor | None
    resume: bool
    force: bool
    progress: BatchProgressCall | None
    finished: BatchItemCall | None
    copy: bool
    _journal: Journal = field(init=False)
    _results: dict[int, BatchItem] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def all(self) -> BatchResult:
        """Do what is to be done, and tell of all.

        Raises:
            Cancelled: Ctrl-C.
            RenderError: The folder or the journal cannot be written.
        """
        outputs.make(self.folder)
        self._journal = Journal(self.folder)
        self._refuse()
        try:
            left = [self._rest(group) for group in self._groups()]
            self._render([group for group in left if group])
        except KeyboardInterrupt:
            message = "stopped; the files that are complete stay, and --resume (resume=True) goes on from there"
            raise Cancelled(message, code="cancelled") from None
        except Raised as raised:
            raise raised.error from None
        return BatchResult(tuple(self._results[index] for index in range(len(self.items))))

    # ---- before the work -----------------------------------------------------------------------------------------

    def _refuse(self) -> None:
        """Settle the items that cannot be begun."""
        inputs = outputs.identities(path for item in self.items for path in item.reads)
        for index, item in enumerate(self.items):
            try:
                if item.error is not None:
                    raise item.error
                outputs.refuse_input(item.out, inputs)
                if os.path.lexists(item.out) and not self._may_replace(item):
                    raise RenderError(
                        "there is a file of that name already",
                        code="file-exists",
                        where=str(item.out),
                        hint="--resume (resume=True) goes on with an earlier batch; --force (force=True) replaces",
                    )
            except ClipkitError as error:
                self._settle(index, error=error)

    def _may_replace(self, item: Item) -> bool:
        """A batch that goes on may replace what it left itself, such as a file that was damaged since."""
        return self.force or (self.resume and self._journal.owns(item.out.name))

    def _groups(self) -> list[list[int]]:
        """The items that are left, those whose files will be equal together."""
        groups: dict[str, list[int]] = {}
        for index, item in enumerate(self.items):
            if index not in self._results:
                groups.setdefault(item.key, []).append(index)
        return list(groups.values())

    def _rest(self, group: list[int]) -> list[int]:
        """Those of a group that are to be rendered: when one is there from an earlier run, all are."""
        if not self.resume:
            return group
        entries = {index: self._journal.done(self.items[index].key, self.items[index].out.name) for index in group}
        whole = {index: entry.report(self.folder) for index, entry in entries.items() if entry is not None}
        for index, report in whole.items():
            self._settle(index, report, skipped=True)
        missing = [index for index in group if index not in whole]
        if not whole or not missing:
            return missing
        self._copy(next(iter(whole.values())), missing)
        return []

    # ---- the work ------------------------------------------------------------------------------------------------

    def _render(self, groups: list[list[int]]) -> None:
        """Render the first of each group, and copy its file for the others."""
        if not groups:
            return
        runner, threads = self._runner(len(groups))
        try:
            futures = {self._submit(runner, group[0], threads): group for group in groups}
            pending = set(futures)
            while pending:  # waits with a limit, so that Ctrl-C is heard on every system
                done, pending = wait(pending, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in done:
                    self._end(futures[future], future)
        finally:
            runner.close()

    def _runner(self, jobs: int) -> tuple[Runner, int | None]:
        """Who renders, and on how many threads each: processes share the cores; a batch of one needs none."""
        if self.executor is not None:
            return Given(self.executor), 1
        if len(self.items) == 1:
            return Here(), None
        cores = os.cpu_count() or 1
        count = min(self.workers or cores, jobs)
        return Processes(count), max(1, cores // count)

    def _submit(self, runner: Runner, index: int, threads: int | None) -> Future[Report]:
        item = self.items[index]
        job = Job(item.document, str(item.out), self._may_replace(item), threads, self.copy)
        self._journal.begin(item.out.name)
        return runner.submit(job, lambda progress: self._told(index, progress))

    def _end(self, group: list[int], future: Future[Report]) -> None:
        first, *others = group
        try:
            report = future.result()
            self._journal.finish(self.items[first].key, report)
        except (Cancelled, Raised):
            raise
        except Exception as error:  # noqa: BLE001  of one job: the others may do
            for index in group:
                told = error if isinstance(error, ClipkitError) else unexpected(error, self.items[index].out)
                self._settle(index, error=told)
        else:
            self._settle(first, report)
            self._copy(report, others)

    def _copy(self, report: Report, others: list[int]) -> None:
        """Files that would come out alike are made once."""
        for index in others:
            item = self.items[index]
            copied = dataclasses.replace(report, path=str(item.out), seconds=0.0)
            force = self._may_replace(item)
            try:
                self._journal.begin(item.out.name)
                with replacing(item.out, force=force) as part:
                    shutil.copyfile(report.path, part)
                self._journal.finish(item.key, copied)
            except ClipkitError as error:
                self._settle(index, error=error)
            except OSError as error:
                self._settle(index, error=explained(error, item.out, RenderError))
            else:
                self._settle(index, copied)

    # ---- telling -------------------------------------------------------------------------------------------------

    def _told(self, index: int, progress: Progress) -> None:
        """On a thread of the runner's."""
        if self.progress is not None:
            with self._lock:
                try:
                    self.progress(BatchProgress(index, len(self.items), self.items[index].source, progress))
                except Exception as error:
                    raise Raised(error) from error

    def _settle(
        self, index: int, report: Report | None = None, *, error: ClipkitError | None = None, skipped: bool = False
    ) -> None:
        item = self.items[index]
        self._results[index] = settled = BatchItem(item.source, item.out, report, error, skipped)
        if self.finished is not None:
            with self._lock:
                self.finished(index, settled)
