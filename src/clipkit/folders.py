"""Where clipkit keeps a user's things, and where its own shipped data lies."""

from __future__ import annotations

import os
from pathlib import Path


def _home() -> Path | None:
    """`CLIPKIT_HOME` moves every folder below it; unset, each follows the platform's convention."""
    value = os.environ.get("CLIPKIT_HOME")
    return Path(value) if value else None


def data() -> Path:
    """Drafts and what else must not be lost."""
    if home := _home():
        return home / "data"
    import platformdirs

    return Path(platformdirs.user_data_dir("clipkit", appauthor=False))


def config() -> Path:
    """The user's own filters and settings."""
    if home := _home():
        return home / "config"
    import platformdirs

    return Path(platformdirs.user_config_dir("clipkit", appauthor=False))


def cache() -> Path:
    """What can be made again."""
    if home := _home():
        return home / "cache"
    import platformdirs

    return Path(platformdirs.user_cache_dir("clipkit", appauthor=False))


def user_filters() -> Path:
    """The folder of the user's own `.toml` and `.cube` filters; it need not exist."""
    return config() / "filters"


def shipped(name: str) -> Path:
    """A data folder of clipkit itself: `filters` or `sample_media`.

    An installed package carries them inside; in a checkout they stand at the top level.
    """
    package = Path(__file__).parent
    installed = package / name
    return installed if installed.is_dir() else package.parent.parent / name


def shipped_filters() -> dict[str, Path]:
    """The files of the filters that come with clipkit, by name. A `.toml` comes before a `.cube`."""
    return {path.stem: path for suffix in (".cube", ".toml") for path in shipped("filters").glob(f"*/*{suffix}")}
