"""The one thing pyproject.toml cannot say for sure: an optional C library, called through ctypes."""

from __future__ import annotations

import sys
import sysconfig

from setuptools import Extension, setup

# The library knows nothing of Python, so one build serves every version: `_kernel.abi3.so` in a wheel `cp311-abi3-…`.
# Only a Python without the GIL wants a wheel of its own.
ANY_VERSION = not sysconfig.get_config_var("Py_GIL_DISABLED")

setup(
    ext_modules=[
        Extension(
            "clipkit.colour._kernel",
            ["src/clipkit/colour/_kernel.c"],
            extra_compile_args=[] if sys.platform == "win32" else ["-O3"],
            optional=True,  # without a compiler numpy does the same, more slowly
            py_limited_api=ANY_VERSION,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if ANY_VERSION else {},
)
