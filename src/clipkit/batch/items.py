"""The items of a recipe's batch: each row with its file name, and its project or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clipkit.batch.holes import Row
from clipkit.batch.journal import key_of
from clipkit.batch.names import counted, distinct, file_name
from clipkit.batch.recipe import Recipe
from clipkit.batch.rows import INPUT, STEM
from clipkit.errors import ClipkitError, ProjectError
from clipkit.plan.needs import media_paths
from clipkit.project import document


@dataclass(slots=True)
class Item:
    """One row on its way: `error` says why it goes no further."""

    source: str
    out: Path
    document: str = ""
    reads: tuple[str, ...] = ()
    """Every file that it is made of."""

    key: str = ""
    """Equal for items whose files will be equal."""

    error: ClipkitError | None = None


def items_of(recipe: Recipe, rows: Sequence[Row], folder: Path) -> list[Item]:
    """An item for each row. What is wrong with one row is in its item.

    Raises:
        ProjectError: ``empty-hole``: no row at all fills a hole; ``repeated-name``.
    """
    _check_holes(recipe, rows)
    names = _names(recipe, rows)
    return [_item(recipe, row, folder, name) for row, name in zip(rows, names, strict=True)]


def _check_holes(recipe: Recipe, rows: Sequence[Row]) -> None:
    """A name that no row has is a slip of the recipe's: told once, not for each of a thousand clips."""
    there = {name for row in rows for name in row}
    if rows and (missing := sorted(recipe.holes - there)):
        raise ProjectError(
            f"nothing fills the hole {{{missing[0]}}}",
            code="empty-hole",
            where=recipe.where,
            hint=f"there are {', '.join(sorted(there))}; other names are columns of --rows",
        )


def _names(recipe: Recipe, rows: Sequence[Row]) -> list[str | ClipkitError]:
    if recipe.name is None:
        return list(counted([str(row[STEM]) for row in rows]))
    names = [_name(recipe, row) for row in rows]
    distinct([name for name in names if isinstance(name, str)], "write {stem}, {index} or a column into the name")
    return names


def _name(recipe: Recipe, row: Row) -> str | ClipkitError:
    try:
        return file_name(recipe.file_name(row) or "")
    except ProjectError as error:
        return error


def _item(recipe: Recipe, row: Row, folder: Path, name: str | ClipkitError) -> Item:
    source = str(row[INPUT])
    if isinstance(name, ClipkitError):
        return Item(source, folder, error=name)
    item = Item(source, folder / name)
    try:
        project = recipe.fill(row).project
        item.document, item.reads = document.dumps(project), (*media_paths(project), source)
        item.key = key_of(item.document, media_paths(project), item.out.suffix.lower())
    except ClipkitError as error:
        item.error = error
    return item
