"""Starting and stopping what a comparison runs, on loopback, with ports of its own."""

import contextlib
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """The comparison cannot be made; the message says what is wrong and what to do."""


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One server of the comparison: its children are counted with it, and it is stopped by process id."""

    def __init__(self, name: str, command: list[str], folder: pathlib.Path, cpus: set[int]):
        self.name = name
        self._log = folder / f"{name}.log"
        libc = ctypes.CDLL(None, use_errno=True)

        def before_exec() -> None:
            os.sched_setaffinity(0, cpus)
            # Should this script be killed outright, its servers go too.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

        with open(self._log, "ab") as log:
            # A session of its own: Ctrl-C reaches this script alone, which then stops the servers in order.
            self._child = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=before_exec)

    @property
    def pid(self) -> int:
        return self._child.pid

    def pids(self) -> list[int]:
        """The process and all of its descendants."""
        found, unseen = [], [self.pid]
        while unseen:
            pid = unseen.pop()
            found.append(pid)
            for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    unseen += [int(child) for child in children.read_text().split()]
        return found

    def wait_until_listening(self, port: int, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._child.poll() is not None:
                raise CannotRun(f"{self.name} ended with status {self._child.returncode}:\n{self.last_words()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        raise CannotRun(f"{self.name} does not listen on port {port} after {seconds:.0f} s:\n{self.last_words()}")

    def check_alive(self) -> None:
        if self._child.poll() is not None:
            raise CannotRun(f"{self.name} ended with status {self._child.returncode} while it was measured:\n"
                            f"{self.last_words()}")

    def last_words(self, lines: int = 12) -> str:
        text = self._log.read_text(errors="replace").splitlines()
        return "\n".join("    " + line for line in text[-lines:])

    def stop(self) -> None:
        if self._child.poll() is not None:
            return
        family = self.pids()
        self._child.terminate()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._child.wait()
