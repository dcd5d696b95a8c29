"""Arrays in .npy and .npz files: never unpickled, and read only once the header says what the file holds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArrayFile", "ArrayFileError", "array_file"]

LONGEST_AXIS = 10_000
LONGEST_HEADER = 12_000  # bytes; numpy refuses headers of more than 10000
MOST_AT_ONCE = 1_000_000  # bytes of an archive's directory: thousands of arrays
_LONGEST = 40  # characters of a name that a message repeats
_ARRAY, _ARCHIVE, _PICKLE = b"\x93NUMPY", b"PK", b"\x80"
_UNREADABLE = (ValueError, EOFError, OSError, SyntaxError, RuntimeError, KeyError, zipfile.BadZipFile, zlib.error)


class ArrayFileError(ValueError):
    """A file that is no array, or not the array it should be; the message is the need and the finding."""


@dataclass(frozen=True)
class ArrayFile:
    """An array in a file whose header has been read and whose numbers have not.

    Args:
        path: the file.
        name: of the array in a .npz file.
        shape: of the array.
        dtype: of its numbers.
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def read(self) -> NDArray[Any]:
        """The numbers.

        Returns:
            An array of this shape and dtype.

        Raises:
            ArrayFileError: if they cannot be read.
        """
        with _opened(self.path, self.name) as (stream, _):
            return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def array_file(path: Path, name: str, dimensions: int) -> ArrayFile:
    """What the header of an array file says.

    Args:
        path: a .npy file, or a .npz file that holds one array, or one of the name asked for.
        name: of the array in a .npz file.
        dimensions: how many axes it must have.

    Returns:
        The file, ready to be read.

    Raises:
        ArrayFileError: if the file is missing, is not what its name says, was cut short, holds no numbers, or has the
            wrong number of axes or one of more than 10000.
    """
    with _opened(path, name) as (stream, size):
        shape, dtype = _header(stream, dimensions, size)
    return ArrayFile(path, name, shape, dtype)


class _Frugal(io.BufferedReader):
    """A stream that refuses to read much at once: the directory of an archive is read whole before it is looked at."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to so many bytes."""
        if size is not None and size > MOST_AT_ONCE:
            raise ArrayFileError(f"must hold few arrays, got an archive with a directory of {size} bytes")
        return super().read(size)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """The stream of an array, at its beginning, and its size in bytes."""
    kind = path.suffix.lower()
    if kind not in {".npy", ".npz"}:
        raise ArrayFileError(f"must name a .npy or .npz file, got one that ends in {kind[:_LONGEST]!r}")
    try:
        if not path.exists():
            raise ArrayFileError("must name a file, and there is none of this name")
        if not path.is_file():
            raise ArrayFileError("must name a file, got something else, such as a folder")
        with path.open("rb", buffering=0) as raw, _Frugal(raw) as stream:
            _refuse_other_kind(stream, kind)
            if kind == ".npy":
                yield stream, path.stat().st_size
            else:
                with zipfile.ZipFile(stream) as archive:
                    member = _member(archive, name)
                    with archive.open(member) as inner:
                        yield inner, member.file_size
    except ArrayFileError:
        raise
    except PermissionError as error:
        raise ArrayFileError("must name a file that can be read, and permission is denied") from error
    except _UNREADABLE as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
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


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    names = [member.removesuffix(".npy") for member in archive.namelist()]
    if len(names) != 1 and name not in names:
        listed = ", ".join(one[:_LONGEST] for one in sorted(names)[:5]) or "nothing"
        raise ArrayFileError(f"must hold one array, or one named {name}, got {listed}")
    member = archive.infolist()[0 if len(names) == 1 else names.index(name)]
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others inflate without a limit
        raise ArrayFileError("must be packed as numpy.savez or numpy.savez_compressed does, got another compression")
    with archive.open(member) as inner:
        if inner.read(6) != _ARRAY:
            raise ArrayFileError(f"must hold arrays, got something else under the name {member.filename[:_LONGEST]}")
    return member


def _header(stream: IO[bytes], dimensions: int, size: int) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Shape and dtype, where they and the file's size agree with what is allowed."""
    start = io.BytesIO(stream.read(LONGEST_HEADER))  # whatever length the header gives itself
    version = np.lib.format.read_magic(start)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(start)
    if dtype.hasobject:
        raise ArrayFileError("must hold numbers, got Python objects, which are never read")
    if dtype.kind not in "biufc":
        raise ArrayFileError(f"must hold numbers, got dtype {dtype}")
    if len(shape) != dimensions or 0 in shape:
        axes = "one axis" if dimensions == 1 else f"{dimensions} axes"
        raise ArrayFileError(f"must have {axes} and not be empty, got shape {shape}")
    if max(shape) > LONGEST_AXIS:
        raise ArrayFileError(f"must have at most {LONGEST_AXIS} entries along an axis, got shape {shape}")
    missing = start.tell() + dtype.itemsize * int(np.prod(shape)) - size
    if missing > 0:
        raise ArrayFileError(f"must be whole, and {missing} bytes are missing at its end")
    return shape, dtype
