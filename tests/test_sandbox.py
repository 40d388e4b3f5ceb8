"""What a codec that a file has taken over could do: crash, which is told; or reach out, which the system refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clipkit.sandbox import landlock, limits, seccomp, supervised
from media import Shelf

linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp are Linux's")
pytestmark = linux

# In a process of its own: what is given up there does not come back.
IN_A_CHILD = """
import os, socket, subprocess, sys
from pathlib import Path
from clipkit.sandbox import landlock, limits, seccomp
"""


def tried(code: str) -> list[str]:
    """What lines of code print in a process of their own."""
    done = subprocess.run([sys.executable, "-c", IN_A_CHILD + code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def outcome(statement: str) -> str:
    """Code that does something and prints how that ended."""
    return f"try:\n    {statement}\n    print('done')\nexcept OSError as error:\n    print(type(error).__name__)\n"


REACHES = {
    "a socket": "socket.socket()",
    "a local socket": "socket.socket(socket.AF_UNIX)",
    "a program": "subprocess.run(['/bin/true'], check=True)",
}


@pytest.mark.skipif(not seccomp.available(), reason="no seccomp here")
@pytest.mark.parametrize("reach", REACHES)
def test_a_decoder_reaches_nothing(reach: str) -> None:
    assert tried(f"assert seccomp.restrict(programs=False)\n{outcome(REACHES[reach])}") == ["PermissionError"]
    assert tried(outcome(REACHES[reach])) == ["done"], "without, it would: the test can fail"


@pytest.mark.skipif(not seccomp.available(), reason="no seccomp here")
def test_a_batch_may_start_processes_and_open_no_socket() -> None:
    code = f"assert seccomp.restrict(programs=True)\n{outcome(REACHES['a program'])}{outcome(REACHES['a socket'])}"
    assert tried(code) == ["done", "PermissionError"]


@pytest.mark.skipif(not landlock.version(), reason="no Landlock here")
def test_files_are_written_where_that_was_said_and_nowhere_else(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    (other / "there").write_text("as it was")
    statements = (
        f"Path({str(mine)!r}, 'new').write_text('x')",
        f"os.rename({str(mine / 'new')!r}, {str(mine / 'moved')!r})",
        f"os.link({str(mine / 'moved')!r}, {str(mine / 'linked')!r})",
        f"Path({str(other)!r}, 'there').read_text()",
        "Path(os.devnull).write_text('x')",
        f"Path({str(other)!r}, 'new').write_text('x')",
        f"Path({str(other)!r}, 'there').write_text('x')",
        f"os.truncate({str(other / 'there')!r}, 0)",
        f"Path({str(other)!r}, 'there').unlink()",
        f"os.rename({str(mine / 'moved')!r}, {str(other / 'moved')!r})",
        f"Path({str(other)!r}, 'folder').mkdir()",
    )
    code = f"assert landlock.restrict([Path({str(mine)!r}), Path(os.devnull)])\n" + "".join(map(outcome, statements))
    ends = tried(code)
    assert ends[:5] == ["done"] * 5
    assert set(ends[5:]) <= {"PermissionError", "OSError"}, ends
    assert len(ends) == len(statements)
    assert (other / "there").read_text() == "as it was"
    assert [path.name for path in other.iterdir()] == ["there"]


def test_limits_hold(tmp_path: Path) -> None:
    code = (
        "limits.ADDRESS_SPACE, limits.FILE_SIZE = 1 << 30, 1 << 16\n"
        "limits.restrict()\n"
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        "try:\n    bytearray(1 << 31)\nexcept MemoryError:\n    print('MemoryError')\n"
        f"large = Path({str(tmp_path / 'large')!r})\n"
        "try:\n    large.write_bytes(bytes(1 << 17))\nexcept OSError:\n    print('OSError')\n"
    )
    assert tried(code) == ["0", "MemoryError", "OSError"]
    assert limits.available()


# ---- a child that may be lost ----------------------------------------------------------------------------------------


def supervised_end(body: str) -> str:
    code = "import os, signal, sys\nfrom clipkit.sandbox import supervised\n"
    code += f"def work():\n    {body}\nprint(supervised.run(work))\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def test_the_childs_end_is_told() -> None:
    assert supervised_end("return 7") == "End(code=7, signal='')"
    assert supervised_end("os.kill(os.getpid(), signal.SIGSEGV)") == "End(code=139, signal='SIGSEGV')"
    assert supervised.available()


CRASHING = """
import os, signal, sys
from pathlib import Path
from clipkit.cli import _guard
from clipkit.store.atomic import replacing
out = Path(sys.argv[1])
def work():
    with replacing(out, force=False) as part:
        part.write_bytes(b"half of it")
        os.kill(os.getpid(), signal.SIGSEGV)
    return 0
sys.exit(_guard.guarded(work, ["make", "take.mp4", "-o", str(out), *sys.argv[2:]]))
"""


def test_a_codec_that_crashes_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CRASHING, str(tmp_path / "out.mp4")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "SIGSEGV" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
    told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert json.loads(told.stdout or told.stderr)["code"] == "crashed"


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, time, sys\nfrom clipkit.sandbox import supervised\n"
        "def work():\n    print(os.getpid(), flush=True)\n    time.sleep(60)\n    return 0\nsupervised.run(work)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(200):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return
        if state == "Z":
            return
        time.sleep(0.02)
    raise AssertionError("the child lives on")


SPY = """
import sys
import clipkit.cli as cli

def look():
    told = [line for line in open("/proc/self/status") if line.startswith("Seccomp:")]
    print("seccomp", told[0].split()[1], file=sys.stderr)
    try:
        open({planted!r}, "w")
        print("written", file=sys.stderr)
    except OSError as error:
        print(type(error).__name__, file=sys.stderr)

kept = cli.run

def spying(args):
    code = kept(args)
    look()
    return code

cli.run = spying
"""


def test_commands_run_under_it(shelf: Shelf, tmp_path: Path) -> None:
    """The command itself: its child has a filter, and cannot write where no word of it points."""
    clip = shelf.clip(seconds=1, size=(96, 128), sound="tones")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    spy = tmp_path / "sitecustomize.py"
    spy.write_text(SPY.format(planted=str(elsewhere / "planted")))
    out = tmp_path / "out" / "made.mp4"
    out.parent.mkdir()
    environment = {
        **os.environ,
        "CLIPKIT_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "TMPDIR": str(tmp_path / "out"),
    }
    command = [sys.executable, "-m", "clipkit", "filter", str(clip), "noir", "-o", str(out), "--quality", "draft"]
    done = subprocess.run(command, env=environment, cwd=clip.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert out.exists()
    assert "seccomp 2" in done.stderr
    assert "PermissionError" in done.stderr
    assert list(elsewhere.iterdir()) == []
