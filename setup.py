"""The one thing pyproject.toml cannot say for sure: an optional C library, called through ctypes."""

from __future__ import annotations

import sys

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "clipkit.colour._kernel",
            ["src/clipkit/colour/_kernel.c"],
            extra_compile_args=[] if sys.platform == "win32" else ["-O3"],
            optional=True,  # without a compiler numpy does the same, more slowly
        )
    ]
)
