"""The output folder of a run: there whole or not at all, and never in place of something else."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, TypeAlias

MARKER: Final = ".thermokin.json"
"""The file by which a folder is known to be thermokin's; it lists the files that were written."""
_WRITER = "thermokin"
_PARTIAL = ".partial"
_PREVIOUS = ".previous.partial"
LONGEST_STEM: Final = 128
"""Bytes of a name that fit beside machine, process and ending into the 255 that a file's name may have."""


@dataclass(frozen=True)
class Refuse:
    """An existing folder that is not empty is left alone, and the run refused."""


@dataclass(frozen=True)
class Replace:
    """An existing folder is replaced if thermokin wrote it and nothing has been added to it."""


Existing: TypeAlias = Refuse | Replace
"""What happens to a folder that is already there."""


class OutputFolder:
    """A folder that appears when everything in it has been written.

    Within the `with` block files go into a temporary folder beside the target, whose path the block is given. At its
    end the temporary folder is renamed to the target. After an exception, Ctrl-C included, it is removed; after a kill
    it stays, hidden, until the next run with the same target clears it away. A folder that is replaced is kept until
    the new one is complete, and is put back by the next run if a kill falls between the two renames.

        with OutputFolder("out") as folder:
            (folder / "report.html").write_text(page, encoding="utf-8")

    Attributes:
        target: the folder's absolute path.
        existing: what happens to a folder that is already there.
    """

    def __init__(self, target: str | Path, existing: Existing = Refuse()) -> None:
        with _named(target):
            self.target = _resolved(target)
        self.existing = existing
        self._partial: Path | None = None
        self._made: list[Path] = []

    def check(self) -> None:
        """Refuse the target now rather than after a long calculation; entering the `with` block does it too.

        Raises:
            FileExistsError: if the target is a file, or a folder that must not be replaced.
            OSError: if it cannot be looked into, or cannot be replaced because a file system is mounted there.
        """
        with _named(self.target):
            self._check()

    def _check(self) -> None:
        target = self.target
        if not target.exists():
            return
        if not target.is_dir():
            raise FileExistsError(f"`{target}` must be a folder, but a file of that name exists; name another folder.")
        if target.is_mount():
            raise OSError(f"`{target}` is a mount point and cannot be replaced as a whole; name a folder inside it.")
        if not any(target.iterdir()):
            return
        if isinstance(self.existing, Refuse):
            raise FileExistsError(f"`{target}` is not empty; name another folder, or ask for it to be replaced.")
        written = _written_files(target)
        if written is None:
            raise FileExistsError(f"`{target}` was not written by thermokin and is left alone; name another folder.")
        added = sorted(_files(target) - written)
        if added:
            raise FileExistsError(
                f"`{target}` also holds {added[0]!r}, which thermokin did not write; move it, or name another folder."
            )

    def __enter__(self) -> Path:
        with _named(self.target):
            _recover(self.target)
            self._check()
            self._made = _make_parents(self.target.parent)
            partial = _beside(self.target, _PARTIAL)
            try:
                self._check()  # a name may be too long for a folder that was not there before
                partial.mkdir()
            except BaseException:
                _remove_empty(self._made)
                raise
        self._partial = partial
        return partial

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        partial = self._partial
        if partial is None:
            return
        try:
            if kind is None:
                self._publish(partial)
        finally:
            # Gone already where the folder was published.
            shutil.rmtree(partial, ignore_errors=True)
            if kind is not None:
                _remove_empty(self._made)
            self._partial = None

    def _publish(self, partial: Path) -> None:
        _mark(partial)
        try:
            self.check()
        except OSError as refusal:
            # Another run came first. What this one has calculated is not thrown away.
            spare = self.target.with_name(f"{_stem(self.target.name)}-{uuid.uuid4().hex[:8]}")
            partial.rename(spare)
            raise FileExistsError(f"{refusal} The results of this run are in `{spare}`.") from refusal
        if not self.target.exists():
            partial.rename(self.target)
            return
        previous = _beside(self.target, _PREVIOUS)
        try:
            self.target.rename(previous)
            partial.rename(self.target)
        except BaseException:
            if previous.exists() and not self.target.exists():
                previous.rename(self.target)
            raise
        shutil.rmtree(previous, ignore_errors=True)


@contextmanager
def _named(target: str | Path) -> Iterator[None]:
    """A context in which what the system refuses is said of the folder that was asked for, with the reason."""
    try:
        yield
    except OSError as refusal:
        if refusal.errno is None:  # said by us
            raise
        kind = FileNotFoundError if isinstance(refusal, FileExistsError) else type(refusal)
        raise kind(f"`{target}` cannot be a folder of results: {refusal.strerror}; name another folder.") from refusal


def _resolved(target: str | Path) -> Path:
    try:
        return Path(os.path.abspath(target)).resolve()
    except RuntimeError as circle:  # so before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from circle


def _stem(name: str) -> str:
    """A name, cut short where what is put around it would make it longer than file systems allow."""
    if len(os.fsencode(name)) <= LONGEST_STEM:
        return name
    return f"{name[: LONGEST_STEM // 8]}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"


def _beside(target: Path, ending: str) -> Path:
    """A hidden name beside the target that says who made it: the machine and the process."""
    return target.with_name(f".{_stem(target.name)}.{_host()}.{os.getpid()}.{uuid.uuid4().hex[:8]}{ending}")


def _host() -> str:
    return socket.gethostname().replace(".", "-")


def _recover(target: Path) -> None:
    """Put right what dead runs with the same target have left."""
    if not target.parent.is_dir():
        return
    left = [path for path in target.parent.iterdir() if _is_left_over(path.name, target.name)]
    for path in sorted(left, key=lambda path: path.name.endswith(_PREVIOUS), reverse=True):
        if path.name.endswith(_PREVIOUS) and not target.exists():
            path.rename(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _is_left_over(name: str, target: str) -> bool:
    """Whether a name is one that `_beside` gave in a process of this machine that lives no more."""
    prefix = f".{_stem(target)}.{_host()}."
    if not (name.startswith(prefix) and name.endswith(_PARTIAL)):
        return False
    process, _, rest = name.removeprefix(prefix).partition(".")
    token = rest.removesuffix(_PREVIOUS).removesuffix(_PARTIAL)
    return process.isdecimal() and len(token) == 8 and not _is_alive(int(process))


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        # Elsewhere signal 0 is not a question but a signal: nothing is cleared away there.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make_parents(folder: Path) -> list[Path]:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    if any(path.is_file() for path in folder.parents) or (folder.exists() and not folder.is_dir()):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _mark(folder: Path) -> None:
    content = {"written by": _WRITER, "files": sorted(_files(folder))}
    (folder / MARKER).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()} - {MARKER}


def _written_files(folder: Path) -> set[str] | None:
    """The files that the marker lists, or None where there is no marker of ours."""
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return {str(name) for name in content["files"]} if content["written by"] == _WRITER else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
