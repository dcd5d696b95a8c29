"""A search on disk: one small JSON file for each generation, so that a search that was killed goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["FrontStore", "opened"]

SEARCH = "search.json"


@dataclass(frozen=True, eq=False)
class FrontStore:
    """The folder of one search, or none.

    Args:
        folder: where; None keeps nothing.
    """

    folder: Path | None

    def load(self, name: str) -> Any:
        """What was kept under a name; None if nothing was."""
        path = None if self.folder is None else self.folder / f"{name}.json"
        if path is None or not path.exists():
            return None
        return json.loads(path.read_text(encoding="utf-8"))

    def keep(self, name: str, found: Any) -> None:
        """Keep something under a name, whole or not at all.

        Args:
            name: of the file, without its ending.
            found: numbers, texts, lists and mappings.

        Raises:
            OSError: if the disk is full; what was kept before stays.
        """
        if self.folder is None:
            return
        partial, path = self.folder / f"{name}.partial", self.folder / f"{name}.json"
        with partial.open("w", encoding="utf-8") as file:
            # Python writes each double with as many digits as bring it back, bit for bit.
            json.dump(found, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    @property
    def generation(self) -> int:
        """Number of the last generation that was kept; -1 if none was."""
        if self.folder is None:
            return -1
        return max((int(path.stem.partition("_")[2]) for path in self.folder.glob("generation_*.json")), default=-1)


def opened(folder: str | Path | None, search: Mapping[str, Any]) -> FrontStore:
    """The store of a search, made if there is none.

    Args:
        folder: where; None keeps nothing.
        search: what is searched, by which it is known again.

    Returns:
        The store.

    Raises:
        FileExistsError: if the folder holds another search, or something else.
    """
    if folder is None:
        return FrontStore(None)
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    store = FrontStore(path)
    told, known = json.loads(json.dumps(search)), store.load(SEARCH.removesuffix(".json"))
    if known is None:
        if any(one.suffix != ".partial" for one in path.iterdir()):
            raise FileExistsError(f"`store` {str(path)!r} holds something that is no search; name another folder.")
        store.keep(SEARCH.removesuffix(".json"), told)
    elif known != told:
        key = next(key for key in {**told, **known} if told.get(key) != known.get(key))
        raise FileExistsError(
            f"`store` {str(path)!r} holds another search: its {key} was {known.get(key)}, and is {told.get(key)} now; "
            "name another folder, or remove this one."
        )
    return store
