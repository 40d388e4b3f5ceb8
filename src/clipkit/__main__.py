"""`python -m clipkit` is `clipkit`."""

from __future__ import annotations

from clipkit.cli import main

if __name__ == "__main__":
    main()
