"""Arrays in .npy and .npz files: never unpickled, and read only once the header says what the file holds."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArrayFileError", "load_array"]

LONGEST_AXIS = 10_000
_ARRAY, _ARCHIVE, _PICKLE = b"\x93NUMPY", b"PK", b"\x80"
_UNREADABLE = (ValueError, EOFError, OSError, SyntaxError, RuntimeError, KeyError, zipfile.BadZipFile, zlib.error)


class ArrayFileError(ValueError):
    """A file that is no array, or not the array it should be; the message is the need and the finding."""


def load_array(path: Path, name: str, dimensions: int) -> NDArray[Any]:
    """The array in a file.

    Args:
        path: a .npy file, or a .npz file that holds one array, or one of the name asked for.
        name: of the array in a .npz file.
        dimensions: how many axes it must have.

    Returns:
        Numbers, of the file's dtype and shape.

    Raises:
        ArrayFileError: if the file is missing, is not what its name says, was cut short, holds no numbers, or has the
            wrong number of axes or one of more than 10000.
    """
    kind = path.suffix.lower()
    if kind not in {".npy", ".npz"}:
        raise ArrayFileError(f"must name a .npy or .npz file, got one that ends in {kind!r}")
    try:
        if not path.exists():
            raise ArrayFileError("must name a file, and there is none of this name")
        if not path.is_file():
            raise ArrayFileError("must name a file, got something else, such as a folder")
        with path.open("rb") as stream:
            _refuse_other_kind(stream, kind)
            if kind == ".npy":
                return _from_array(stream, dimensions, path.stat().st_size)
            return _from_archive(stream, name, dimensions)
    except ArrayFileError:
        raise
    except PermissionError as error:
        raise ArrayFileError("must name a file that can be read, and permission is denied") from error
    except _UNREADABLE as error:
        reason = str(error) or type(error).__name__
        raise ArrayFileError(f"must name a whole {kind} file, got one that can't be read: {reason}") from error


def _refuse_other_kind(stream: IO[bytes], kind: str) -> None:
    start = stream.read(6)
    stream.seek(0)
    if not start:
        raise ArrayFileError(f"must be a {kind} file, got an empty file")
    if start.startswith(_PICKLE):
        raise ArrayFileError(f"must be a {kind} file, got a pickle, which is never read; use numpy.save")
    if kind == ".npy" and start.startswith(_ARCHIVE):
        raise ArrayFileError("must be a .npy file, got a zip archive; if numpy.savez wrote it, name it .npz")
    if kind == ".npz" and start.startswith(_ARRAY):
        raise ArrayFileError("must be a .npz file, got a single array; if numpy.save wrote it, name it .npy")
    if not start.startswith(_ARRAY if kind == ".npy" else _ARCHIVE):
        raise ArrayFileError(f"must be a {kind} file, got something else by its first bytes")


def _from_archive(stream: IO[bytes], name: str, dimensions: int) -> NDArray[Any]:
    with zipfile.ZipFile(stream) as archive:
        names = [member.removesuffix(".npy") for member in archive.namelist()]
        if len(names) != 1 and name not in names:
            listed = ", ".join(sorted(names)[:5]) or "nothing"
            raise ArrayFileError(f"must hold one array, or one named {name}, got {listed}")
        member = archive.infolist()[0 if len(names) == 1 else names.index(name)]
        with archive.open(member) as inner:
            if inner.read(6) != _ARRAY:
                raise ArrayFileError(f"must hold arrays, got something else under the name {member.filename}")
        with archive.open(member) as inner:
            return _from_array(inner, dimensions, member.file_size)


def _from_array(stream: IO[bytes], dimensions: int, size: int) -> NDArray[Any]:
    """The array, once its header and the file's size agree with what is allowed."""
    version = np.lib.format.read_magic(stream)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(stream)
    if dtype.hasobject:
        raise ArrayFileError("must hold numbers, got Python objects, which are never read")
    if dtype.kind not in "biufc":
        raise ArrayFileError(f"must hold numbers, got dtype {dtype}")
    if len(shape) != dimensions or 0 in shape:
        axes = "one axis" if dimensions == 1 else f"{dimensions} axes"
        raise ArrayFileError(f"must have {axes} and not be empty, got shape {shape}")
    if max(shape) > LONGEST_AXIS:
        raise ArrayFileError(f"must have at most {LONGEST_AXIS} entries along an axis, got shape {shape}")
    missing = stream.tell() + dtype.itemsize * int(np.prod(shape)) - size
    if missing > 0:
        raise ArrayFileError(f"must be whole, and {missing} bytes are missing at its end")
    stream.seek(0, os.SEEK_SET)
    return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))
