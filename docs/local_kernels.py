"""Notebook kernels that talk over sockets in a folder of their own: two builds at once cannot take each other's ports.

A kernel is started with port numbers that were free when they were drawn; another kernel may have them by the time it
binds them, and the build fails with "Address already in use". Nobody else knows the names in a temporary folder.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from forked_kernels import Nursery
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import local_provisioner
from myst_nb.core.execute import direct
from sphinx.application import Sphinx
from zmq import IPC_PATH_MAX_LEN, has

__all__ = ["LocalKernelManager", "setup"]

LONGEST_NAME = len("/kernel-ipc-9")
LONGEST_DOOR = len("/nursery-12345678/door")


class LocalKernelManager(AsyncKernelManager):
    """A manager whose kernel is reached through a temporary folder, or by TCP where sockets have no names."""

    def __init__(self, **options: Any) -> None:
        self._folder = TemporaryDirectory(prefix="kernel-")
        file = Path(self._folder.name) / "kernel.json"
        if has("ipc") and len(str(file.parent)) + LONGEST_NAME < IPC_PATH_MAX_LEN:
            options |= {"transport": "ipc", "connection_file": str(file)}
        super().__init__(**options)

    def cleanup_connection_file(self) -> None:
        """Remove the folder with the file and the sockets in it."""
        super().cleanup_connection_file()
        self._folder.cleanup()


def setup(app: Sphinx) -> dict[str, bool]:
    """Hand the manager to what executes the pages, and fork kernels where forking is safe.

    Args:
        app: the build.

    Returns:
        That pages may be read in parallel.
    """
    app.setup_extension("myst_nb")
    direct.single_nb_execution = functools.partial(direct.single_nb_execution, kernel_manager_class=LocalKernelManager)
    if sys.platform == "linux" and len(gettempdir()) + LONGEST_DOOR < IPC_PATH_MAX_LEN:
        local_provisioner.launch_kernel = Nursery().launch
    return {"parallel_read_safe": True}
