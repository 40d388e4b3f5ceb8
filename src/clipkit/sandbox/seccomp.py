"""seccomp (docs.kernel.org/userspace-api/seccomp_filter.html): calls that decoding never needs are refused."""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from clipkit.sandbox import syscalls

_PR_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_X32 = 0x40000000
"""Numbers from here on are of another interface of x86-64, with calls of its own."""

# socket, connect, bind, listen, accept; ptrace, process_vm_readv and _writev; mount, umount2, pivot_root, chroot;
# loading of modules and kernels, bpf, perf_event_open, userfaultfd; unshare, setns; keyrings; io_uring, reboot,
# open_by_handle_at.
_REFUSED = {
    "x86_64": (
        41, 42, 49, 50, 43, 288, 101, 310, 311, 165, 166, 155, 161, 175, 313, 176, 246, 320, 321, 298, 323, 272, 308,
        250, 248, 249, 425, 169, 304,
    ),
    "aarch64": (
        198, 203, 200, 201, 202, 242, 117, 270, 271, 40, 39, 41, 51, 105, 273, 106, 104, 294, 280, 241, 282, 97, 268,
        219, 217, 218, 425, 142, 265,
    ),
}  # fmt: skip
_PROGRAMS = {"x86_64": (59, 322), "aarch64": (221, 281)}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def available() -> bool:
    """Whether this system has it, on a processor whose numbers are known here."""
    return syscalls.supported() and platform.machine() in _REFUSED


def restrict(*, programs: bool) -> bool:
    """Refuse, from now on and for all that this process starts, sockets and what else no decoder needs.

    Args:
        programs: Whether other programs may be started.

    Returns:
        Whether that holds.
    """
    if not available():
        return False
    code = _program(platform.machine(), programs)
    buffer = ctypes.create_string_buffer(code, len(code))

    class _Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    try:
        syscalls.no_new_privileges()
        syscalls.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.cast(ctypes.byref(program), ctypes.c_void_p))
    except OSError:
        return False
    return True


def _program(machine: str, programs: bool) -> bytes:
    """The filter, in classic BPF: the architecture, then the call's number against each that is refused."""
    refused = _REFUSED[machine] + (() if programs else _PROGRAMS[machine])
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _ARCHITECTURE[machine]), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in refused:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
