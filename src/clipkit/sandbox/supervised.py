"""Work in a child that may be lost: a codec that crashes ends it, and the parent says so.

The child is forked before anything is loaded, which costs two milliseconds and shares all memory; Linux only.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from clipkit.sandbox import syscalls

_SENT_BY_A_PROCESS = 0
"""si_code of a signal that somebody sent; the terminal's reach the child by themselves."""


@dataclass(frozen=True, slots=True)
class End:
    """How the child ended: with an exit code, or (not its own doing) by a signal."""

    code: int
    signal: str = ""


def available() -> bool:
    """Whether this system can: it must tell who sent a signal."""
    return syscalls.supported() and hasattr(signal, "sigwaitinfo")


def run(work: Callable[[], int]) -> End:
    """Do work in a child of this process, and wait for it. Signals sent to the parent go on to the child, which ends
    when the parent does. For use before any thread is started.
    """
    watched = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        syscalls.die_with_parent(signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os._exit(work())
    while True:
        told = signal.sigwaitinfo(watched)
        if told.si_signo != signal.SIGCHLD:
            if told.si_code == _SENT_BY_A_PROCESS:
                os.kill(child, told.si_signo)
            continue
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended == child:
            break
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return End(128 + number, signal.Signals(number).name)
    return End(os.waitstatus_to_exitcode(status))
