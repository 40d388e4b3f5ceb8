"""What all tests share: how hard property tests try."""

from __future__ import annotations

import os

from hypothesis import settings

# `make test` repeats the same examples everywhere; `make test-long` looks for new ones. Deadlines would measure the
# machine, not the code.
settings.register_profile("share", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("long", deadline=None, max_examples=600)
settings.load_profile("long" if os.environ.get("CLIPKIT_LONG") else "share")
