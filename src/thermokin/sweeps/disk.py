"""What outlives a power failure: files and folders that are seen to be on the disk before anything is built on them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["kept", "put"]


def kept(files: Iterable[Path], folder: Path) -> None:
    """See that files are on the disk, and then all folders on the way to them.

    Args:
        files: what was written, each somewhere below the folder.
        folder: the last one that is seen to.

    Raises:
        OSError: if the disk does not take them.
    """
    files = list(files)
    for file in files:
        _flushed(file)
    above = {one for file in files for one in file.parents if one == folder or folder in one.parents}
    for one in sorted(above, key=lambda path: -len(path.parts)):
        _folder_flushed(one)


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all, and see that it is on the disk.

    Args:
        path: of the file, whose folder is made if it is missing.
        text: what it holds.

    Raises:
        OSError: if the disk does not take it; an earlier file of this name stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _folder_flushed(path.parent)
    _folder_flushed(path.parent.parent)


def _flushed(file: Path) -> None:
    place = os.open(file, os.O_RDWR)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def _folder_flushed(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and its entries are written with their files
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # file systems of a network refuse it, and keep their entries by themselves
            os.fsync(place)
    finally:
        os.close(place)
