"""The store of a sweep: Zarr format 3, whole chunks only, a marker for each of them last."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import SweepError
from thermokin.sweeps.disk import kept, put
from thermokin.sweeps.evaluation import Block
from thermokin.sweeps.grid import Region
from thermokin.sweeps.identity import Identity
from thermokin.sweeps.labels import ERROR, Labels, meanings, theorems

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "BEGUN",
    "IDENTITY",
    "KEY",
    "MARKERS",
    "PLAN",
    "STATE",
    "Store",
    "damaged",
    "identity_of",
    "opened",
    "plan_of",
    "require_zarr",
]

MARKERS: Final = "commits"
IDENTITY, KEY, STATE, PLAN = "identity", "key", "state", "plan"
COMPLETE, BEGUN = "complete", "not complete"
STALE: Final = 600.0  # seconds after which what a killed process has left unfinished is nobody's any more


def require_zarr() -> Any:
    """The package zarr.

    Returns:
        The module.

    Raises:
        SweepError: if it is not installed.
    """
    try:
        import zarr
    except ImportError as error:
        raise SweepError(
            "`store` needs the package zarr, which is not installed: pip install 'thermokin[sweep]'. Without a store "
            "a sweep is kept in memory."
        ) from error
    return zarr


class Store:
    """A folder that holds the numbers of a sweep. Several processes may write into it, each whole chunks.

    Each array is cut into the chunks of the sweep, so that two writers never share a file; the marker of a chunk, a
    group in `commits`, is written when all its numbers are on the disk, and holds how many bytes these have. What has
    no marker, or other bytes than it says, is computed again.

    Args:
        path: the folder.

    Raises:
        SweepError: if there is no store of a sweep.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if identity_of(path) is None:
            raise SweepError(f"`store` {path} is no store of a sweep on {socket.gethostname()}.")
        self.group = require_zarr().open_group(str(path), mode="r+", zarr_format=3)
        self.arrays: dict[str, Any] = {}

    @property
    def is_complete(self) -> bool:
        """Whether all chunks are whole and what is known of them together is said."""
        return bool((_attributes(self.path) or {}).get(STATE) == COMPLETE)

    def has(self, number: int) -> bool:
        """Whether a chunk is whole: it has a marker, and its files have the bytes that this says."""
        marked = self._marked(number)
        if marked is None:
            return False
        sizes: Mapping[str, int] = marked["bytes"]
        return all(_size(self.path / file) == size for file, size in sizes.items())

    def done(self) -> set[int]:
        """The numbers of all chunks that are whole."""
        with suppress(FileNotFoundError):
            found = [entry.name for entry in os.scandir(self.path / MARKERS)]
            return {int(name) for name in found if name.isdecimal() and self.has(int(name))}
        return set()

    def failed(self, number: int) -> int:
        """How many points of a whole chunk failed."""
        return int((self._marked(number) or {"failed": 0})["failed"])

    def write(self, number: int, region: Region, block: Block) -> None:
        """Write a chunk, and its marker once all of it is on the disk.

        Args:
            number: of the chunk.
            region: its points.
            block: its numbers.
        """
        files = []
        for name, values in (*block.values.items(), (ERROR, block.error)):
            array = self._array(name)
            array[region] = values
            place = [part.start // size for part, size in zip(region, array.chunks, strict=False)]
            own = array.ndim - len(region)
            files.append(Path(name, "c", *map(str, place), *("0" for _ in range(own))))
        written = [self.path / one for one in files if (self.path / one).exists()]  # what is all NaN has no file
        kept(written, self.path)
        told = {
            "failed": block.failed,
            "texts": {str(code): block.texts[code] for code in sorted(block.texts)},
            "bytes": {one.as_posix(): _size(self.path / one) for one in files},
        }
        if not (self.path / MARKERS / "zarr.json").exists():
            put(self.path / MARKERS / "zarr.json", _group({}))
        put(self._marker(number), _group(told))  # another process may have computed the same, and written the same

    def seal(self, labels: Labels) -> None:
        """Say of a store whose chunks are all whole what is known of them together.

        Args:
            labels: its variables.
        """
        if self.is_complete:
            return
        texts: dict[int, str] = {}
        for number in labels.grid.chunks:
            texts |= {int(code): text for code, text in (self._marked(number) or {"texts": {}})["texts"].items()}

        def parts(name: str) -> Iterator[NDArray[Any]]:
            for number in labels.grid.chunks:
                yield np.asarray(self._array(name)[labels.grid.region(number)])

        for name, theorem in theorems(labels, parts).items():
            self._say(name, "theorem", theorem)
        self._say(ERROR, "meanings", meanings(texts))
        self._say("", STATE, COMPLETE)
        self.clear_stale()

    def clear_stale(self) -> None:
        """Remove what killed writers have left: files that nobody has touched for minutes, which nothing reads."""
        for left in self.path.rglob("*.partial"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE:
                    left.unlink()

    def dataset(self) -> xr.Dataset:
        """The data; numbers are read when they are asked for."""
        import xarray as xr

        try:
            data = xr.open_zarr(str(self.path), consolidated=False, chunks=None)
            order = [head["name"] for head in plan_of(self.path)["heads"]]
            found: xr.Dataset = data[[*order, ERROR]]
        except (ValueError, KeyError, TypeError) as error:
            raise SweepError(damaged(self.path)) from error
        for name in (KEY, PLAN):
            found.attrs.pop(name, None)
        return found

    def _say(self, name: str, key: str, value: str) -> None:
        """Set an attribute of an array, or of all with no name."""
        path = self.path / name / "zarr.json"
        about = json.loads(path.read_text(encoding="utf-8"))
        about["attributes"][key] = value
        put(path, json.dumps(about, indent=2))

    def _marker(self, number: int) -> Path:
        return self.path / MARKERS / str(number) / "zarr.json"

    def _marked(self, number: int) -> dict[str, Any] | None:
        """What the marker of a chunk says; None if there is none that can be read."""
        try:
            found: dict[str, Any] = json.loads(self._marker(number).read_text(encoding="utf-8"))["attributes"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if {"failed", "texts", "bytes"} <= set(found) else None

    def _array(self, name: str) -> Any:
        if name not in self.arrays:
            try:
                self.arrays[name] = self.group[name]
            except (ValueError, KeyError, TypeError) as error:
                raise SweepError(damaged(self.path)) from error
        return self.arrays[name]


def damaged(path: Path) -> str:
    """What is said of a store whose own descriptions cannot be read."""
    return (
        f"`store` {path} is damaged: what it says of itself or of its arrays cannot be read. Remove it, or name "
        "another folder."
    )


def _size(file: Path) -> int:
    """How many bytes a file has; 0 if there is none."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _group(about: Mapping[str, Any]) -> str:
    """A group of Zarr's, as the text of its file."""
    return json.dumps({"attributes": about, "zarr_format": 3, "node_type": "group"}, indent=2)


def identity_of(path: Path) -> Identity | None:
    """What the store in a folder belongs to.

    Args:
        path: the folder.

    Returns:
        What was recorded; None if there is no store of a sweep.
    """
    attributes = _attributes(path)
    try:
        return None if attributes is None else Identity.from_text(attributes[IDENTITY])
    except (ValueError, AttributeError, TypeError):
        return None


def plan_of(path: Path) -> dict[str, Any]:
    """How the sweep in a store is cut and evaluated.

    Args:
        path: the folder.

    Returns:
        What was recorded.

    Raises:
        SweepError: if it cannot be read.
    """
    try:
        found: dict[str, Any] = json.loads((_attributes(path) or {})[PLAN])
    except (ValueError, KeyError, TypeError) as error:
        raise SweepError(damaged(path)) from error
    return found


def _attributes(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((path / "zarr.json").read_text(encoding="utf-8"))["attributes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    whole = isinstance(found, dict) and {IDENTITY, KEY, STATE, PLAN} <= set(found)
    return found if whole else None


def opened(path: Path, key: str) -> Store:
    """The store that a worker writes into, opened once in each process.

    Args:
        path: its folder.
        key: of the sweep that it must hold.

    Returns:
        The store.

    Raises:
        SweepError: if it is not there, or holds another sweep.
    """
    attributes = _attributes(path)
    if attributes is None:
        raise SweepError(
            f"`store` {path} is not to be seen by a worker on {socket.gethostname()}; workers on several machines need "
            "a folder that all of them share."
        )
    if attributes[KEY] != key:
        raise SweepError(f"`store` {path} was replaced while the sweep was running.")
    return _kept(path, (path / "zarr.json").stat().st_ino)


@lru_cache(maxsize=4)
def _kept(path: Path, _inode: int) -> Store:
    return Store(path)
