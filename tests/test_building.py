"""The kernel is built where a compiler is, and does without one; wheels are made for every system."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from clipkit.colour import kernel
from clipkit.colour.planes import DeepPlanes, Planes
from clipkit.colour.reference import apply10

ROOT = Path(__file__).parent.parent
C_SOURCE = "src/clipkit/colour/_kernel.c"
WORKFLOW = ROOT / ".github/workflows/wheels.yml"

needs_compiler = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("cc"), reason="there is no compiler named cc"
)


def built(folder: Path, compiler: str) -> tuple[subprocess.CompletedProcess[str], list[Path]]:
    """What `pip install` does of the kernel, in a folder of its own, and the libraries that come out."""
    pytest.importorskip("setuptools")
    (folder / C_SOURCE).parent.mkdir(parents=True)
    for name in ("setup.py", C_SOURCE):
        shutil.copy(ROOT / name, folder / name)
    done = subprocess.run(
        [sys.executable, "setup.py", "build_ext", "--build-lib", "out"],
        cwd=folder,
        env=os.environ | {"CC": compiler},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, [path for path in (folder / "out").rglob("_kernel*") if path.is_file()]


@needs_compiler
def test_with_a_compiler_there_is_a_kernel_for_any_python(tmp_path, monkeypatch):
    done, libraries = built(tmp_path, "cc")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in libraries] == ["_kernel.abi3.so"]
    assert loaded(libraries[0], monkeypatch) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="MSVC is not named by CC")
@pytest.mark.parametrize("compiler", ["false", "no-such-compiler"])
def test_without_one_the_installation_goes_on(tmp_path, compiler):
    done, libraries = built(tmp_path, compiler)
    assert done.returncode == 0, done.stderr
    assert libraries == []
    assert "failed" in done.stderr + done.stdout


def loaded(library: Path, monkeypatch) -> kernel.Kernel | None:
    """What `kernel.load` makes of a library."""
    monkeypatch.setattr(kernel, "__file__", str(library.with_name("kernel.py")))
    kernel.load.cache_clear()
    try:
        return kernel.load()
    finally:
        kernel.load.cache_clear()


@needs_compiler
@pytest.mark.parametrize("text", ["return 1;", ""])
def test_a_kernel_of_another_version_is_not_used(tmp_path, monkeypatch, text):
    source, library = tmp_path / "old.c", tmp_path / "_kernel.abi3.so"
    whole = (ROOT / C_SOURCE).read_text(encoding="utf-8")
    assert whole.count("return 2;") == 1
    old = whole.replace("return 2;", text) if text else "int nothing;"
    source.write_text(old, encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    assert loaded(library, monkeypatch) is None


@needs_compiler
@pytest.mark.parametrize("flags", [["-DCLIPKIT_PORTABLE", "-O3"], ["-DCLIPKIT_PORTABLE", "-O0"], ["-O1"]])
def test_c_without_vectors_agrees_bit_for_bit(tmp_path, monkeypatch, flags):
    """As on any processor but x86-64, where nobody wrote them by hand."""
    library = tmp_path / "_kernel.abi3.so"
    warnings = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror"]
    subprocess.run(["cc", *flags, *warnings, "-shared", "-fPIC", "-o", library, ROOT / C_SOURCE], check=True)
    portable = loaded(library, monkeypatch)
    assert portable is not None
    rng = np.random.default_rng(8)
    index = rng.integers(0, 50, 128 * 128, np.uint32)
    rows = rng.integers(0, 255 * 128 + 1, (50, 4 * (257 + 66 + 66)), np.int16)
    for height, width in ((1, 1), (67, 45), (64, 130)):
        cells = ((height + 1) // 2, (width + 1) // 2)
        source = DeepPlanes(*(rng.integers(0, 65536, shape, np.uint16) for shape in ((height, width), cells, cells)))
        outs = [Planes(*(np.zeros(plane.shape, np.uint8) for plane in (source.y, source.u, source.v))) for _ in "ab"]
        portable.apply10(source, outs[0], index, rows)
        apply10(source, outs[1], index, rows)
        for name in "yuv":
            np.testing.assert_array_equal(getattr(outs[0], name), getattr(outs[1], name))


# ---- wheels ------------------------------------------------------------------------------------------------------


def test_wheels_are_made_for_every_system():
    """Read line by line: PyYAML is no dependency. The file is checked as YAML where it is installed."""
    text = WORKFLOW.read_text(encoding="utf-8")
    (systems,) = (line for line in text.splitlines() if line.strip().startswith("os: ["))
    for system in ("ubuntu-latest", "ubuntu-24.04-arm", "macos-latest", "macos-15-intel", "windows-latest"):
        assert system in systems
    assert "uses: pypa/cibuildwheel@" in text


def test_the_workflows_are_yaml():
    yaml = pytest.importorskip("yaml")
    for path in WORKFLOW.parent.glob("*.yml"):
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"name", "permissions", "jobs"} <= found.keys()
        for job in found["jobs"].values():
            assert job["runs-on"]
            assert job["timeout-minutes"]
            assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_a_wheel_is_tested_to_hold_the_kernel():
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheels = data["tool"]["cibuildwheel"]
    assert wheels["build"] == "cp311-*"  # the oldest Python that is supported; the wheel is for all later ones
    assert data["project"]["requires-python"] == ">=3.11"
    assert "kernel.available()" in wheels["test-command"]
