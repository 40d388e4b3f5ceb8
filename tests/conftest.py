"""What all tests share: how hard property tests try."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from media import Shelf

# `make test` repeats the same examples everywhere; `make test-long` looks for new ones. Deadlines would measure the
# machine, not the code.
os.environ.pop("CLIPKIT_HOME", None)
settings.register_profile("share", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("long", deadline=None, max_examples=600)
settings.load_profile("long" if os.environ.get("CLIPKIT_LONG") else "share")


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Clips that carry their own answer, each made once a session."""
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the folders of whoever runs it."""
    if "CLIPKIT_HOME" not in os.environ:  # a module may have set its own
        monkeypatch.setenv("CLIPKIT_HOME", str(tmp_path_factory.mktemp("home")))
