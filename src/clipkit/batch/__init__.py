"""Many clips, each rendered for itself: one that fails takes no other with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, overload

from clipkit.api.clip import Clip
from clipkit.api.make import Source
from clipkit.batch import outputs
from clipkit.batch.clips import exported
from clipkit.batch.items import items_of
from clipkit.batch.names import output_names
from clipkit.batch.recipe import Recipe
from clipkit.batch.recipe import recipe as read_recipe
from clipkit.batch.results import BatchItem, BatchItemCall, BatchProgress, BatchProgressCall, BatchResult
from clipkit.batch.rows import Inputs, expanded
from clipkit.batch.run import Run
from clipkit.engine.progress import Progress
from clipkit.engine.render import Report
from clipkit.errors import ProjectError
from clipkit.geometry import Fit, Size
from clipkit.project.model import Quality


@overload
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
    copy: bool = True,
    progress: BatchProgressCall | None = None,
) -> BatchResult: ...


@overload
def batch(
    recipe: Recipe | str | Path,
    inputs: Inputs,
    out: str | Path,
    /,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    resume: bool = False,
    force: bool = False,
    copy: bool = True,
    progress: BatchProgressCall | None = None,
    finished: BatchItemCall | None = None,
) -> BatchResult: ...


def batch(*given: Any, workers: int | None = None, **options: Any) -> BatchResult:
    """Render many clips into a folder, several at a time. What is wrong with one is in its item, and in no other.

    Either ``batch(clips, out)``, for clips that are there already, on threads of this process; or
    ``batch(recipe, inputs, out)``, for a recipe (see `clipkit.recipe`) filled from each of the inputs. The latter is
    rendered in spawned processes when there is more than one item, so that a library that crashes over a broken file
    ends one item only; identical items are rendered once; and a journal in the folder
    makes `resume` skip what is there. The files' bytes do not depend on `workers`.

    Args:
        clips: Clips, or paths of media and projects.
        recipe: A `Recipe`, or the path of one.
        inputs: Files, folders (all videos in them), `.csv` or `.jsonl` files of rows, and rows themselves: mappings
            with the key `input`.
        out: The folder; it is made if it is not there.
        workers: Clips rendered at a time; by default as many as there are CPUs. One clip at a time uses them all.
        executor: Renders the items of a recipe; any `concurrent.futures.Executor` whose processes see the same files.
            Progress is told of each item at its end only.
        resume: Skip the items of a recipe that an earlier run finished and whose files are as they were left; what
            else that run began is made again.
        names: Of the clips' files, one for each; without a suffix, `.mp4` is added. By default each has the name of
            its main source, counted up where it comes again.
        target: As for `Clip.export`; so are `size`, `fps`, `fit` and `quality`. A recipe has keys for them.
        size: See `target`.
        fps: See `target`.
        fit: See `target`.
        quality: See `target`.
        force: Replace files that are there. A file that any of the clips reads is never replaced.
        copy: As for `Clip.export`.
        progress: Called with a `BatchProgress`, by one thread at a time. What it raises stops the batch.
        finished: Called with the index of each item of a recipe and its `BatchItem` as soon as it is settled.

    Raises:
        ProjectError: ``wrong-names``, ``bad-name``, ``repeated-name``, ``bad-workers``, or a recipe or rows that are
            wrong: nothing was begun.
        RenderError: The folder cannot be made.
        Cancelled: Ctrl-C; the clips that are complete stay.
    """
    if workers is not None and workers < 1:
        raise ProjectError(f"{workers} workers cannot do anything", code="bad-workers", hint="give 1 or more")
    return (_of_recipe if len(given) == 3 else _of_clips)(*given, workers=workers, **options)


def _of_clips(
    clips: Sequence[Source],
    out: str | Path,
    *,
    workers: int | None,
    names: Sequence[str] | None = None,
    force: bool = False,
    progress: BatchProgressCall | None = None,
    **output: Any,  # noqa: ANN401  as `Clip.export` takes them
) -> BatchResult:
    folder = Path(out)
    outs = [folder / name for name in output_names(clips, names)]
    outputs.make(folder)

    def export(clip: Clip, path: Path, threads: int | None, tell: Callable[[Progress], object]) -> Report:
        return clip.export(path, force=force, workers=threads, progress=tell, **output)

    return exported(clips, outs, export, progress, workers)


def _of_recipe(
    recipe: Recipe | str | Path,
    inputs: Inputs,
    out: str | Path,
    *,
    workers: int | None,
    executor: Executor | None = None,
    resume: bool = False,
    force: bool = False,
    copy: bool = True,
    progress: BatchProgressCall | None = None,
    finished: BatchItemCall | None = None,
) -> BatchResult:
    ready = recipe if isinstance(recipe, Recipe) else read_recipe(recipe)
    folder = Path(out)
    items = items_of(ready, expanded(inputs), folder)
    return Run(items, folder, workers, executor, resume, force, progress, finished, copy).all()


class _Room(ModuleType):
    """Importing this room puts it into `clipkit.batch`, where the function is looked for: so both are called alike."""

    __call__ = staticmethod(batch)


sys.modules[__name__].__class__ = _Room

__all__ = ["BatchItem", "BatchItemCall", "BatchProgress", "BatchProgressCall", "BatchResult", "Recipe", "batch"]
