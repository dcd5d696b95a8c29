"""Kernels forked from one process that has imported what pages import: sixty pages do not import it sixty times.

The nursery is started once a build. For each page it forks a keeper, and the keeper a kernel: the keeper tells the
build when the kernel ends, and ends the kernel when the build does.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

__all__ = ["ForkedKernel", "Nursery"]

KNOWN = (
    "IPython.display",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "scipy.linalg",
    "scipy.optimize",
    "xarray",
)


class ForkedKernel:
    """A kernel as `jupyter_client` handles one: what it uses of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, address: str, job: dict[str, Any]) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(address)
        self._file = self._line.makefile("rw", encoding="utf-8")
        self._file.write(json.dumps(job) + "\n")
        self._file.flush()
        self.pid = int(self._file.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code of a kernel that has ended."""
        if self.returncode is None and select.select([self._line], [], [], 0.0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """The exit code, once the kernel has ended."""
        if self.returncode is None:
            self.returncode = int(self._file.readline() or -signal.SIGKILL)
            self._file.close()
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to a kernel that has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that kernels are forked from; it ends when the last process of the build does."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="nursery-")
        self.address = str(Path(self._folder.name) / "door")
        self._process = subprocess.Popen(
            [sys.executable, __file__, self.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if self._process.stdout is None or not self._process.stdout.readline():
            raise RuntimeError("the process that kernels are forked from did not start")

    def launch(self, command: list[str], **given: Any) -> ForkedKernel:
        """Start a kernel, in place of `jupyter_client.launcher.launch_kernel`.

        Args:
            command: the words that would start it.
            given: its folder and environment, and what `subprocess.Popen` would get besides.

        Returns:
            The kernel.
        """
        job = {"file": command[command.index("-f") + 1], "cwd": given["cwd"], "env": dict(given["env"])}
        return ForkedKernel(self.address, job)


def warm() -> None:
    """Import what pages import."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel sets it before its first page
    for name in KNOWN:
        importlib.import_module(name)
    package = importlib.import_module("thermokin")
    for name in package.__all__:  # the package is lazy
        value = getattr(package, name)
        for inner in getattr(value, "__all__", ()):
            getattr(value, inner)
    gc.collect()
    gc.freeze()  # kernels share these pages until they write to them


def become_kernel(job: dict[str, Any]) -> None:
    """Be the kernel of one page, in a session of its own."""
    from ipykernel.kernelapp import launch_new_instance

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    launch_new_instance(argv=["-f", job["file"], f"--IPKernelApp.parent_handle={os.getppid()}"])


def keep(line: socket.socket) -> None:
    """Fork one kernel, and tell when it ends; end it when nobody is there to be told."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    file = line.makefile("rw", encoding="utf-8")
    job = json.loads(file.readline())
    lives, life = os.pipe()  # closed by whatever way the kernel ends
    kernel = os.fork()
    if kernel == 0:
        os.close(lives)
        os.setsid()
        file.write(f"{os.getpid()}\n")  # only now: its group is its own, and may be killed
        file.flush()
        file.close()
        line.close()
        become_kernel(job)
        return
    os.close(life)
    if line in select.select([line, lives], [], [])[0]:
        os.killpg(kernel, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
    file.write(f"{code}\n")
    file.flush()


def serve(address: str) -> None:
    """Fork keepers until the standard input is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need not be waited for
    warm()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        os.write(1, b"ready\n")
        os.dup2(2, 1)  # nobody reads the pipe any more
        while sys.stdin not in (asked := select.select([door, sys.stdin], [], [])[0]):
            line, _ = asked[0].accept()
            if os.fork() == 0:
                door.close()
                keep(line)
                return
            line.close()


if __name__ == "__main__":
    sys.path.pop(0)  # this folder
    serve(sys.argv[1])
