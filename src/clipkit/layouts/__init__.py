"""Layouts, one file each: `left_right.py` holds the layout of kind `left-right`."""

from __future__ import annotations

from clipkit.catalog import folder
from clipkit.catalog.layout import Layout


def names() -> tuple[str, ...]:
    """The kinds of all layouts, sorted."""
    return folder.names(__name__)


def layout_class(kind: str) -> type[Layout]:
    """The class of a layout, imported when asked for.

    Raises:
        ProjectError: ``unknown-layout``, with the nearest names.
    """
    return folder.find(__name__, kind, Layout, word="layout")
