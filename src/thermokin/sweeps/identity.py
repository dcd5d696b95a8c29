"""What a sweep is, so that a store refuses another: its task, its grid, its seed and the versions that compute it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import numpy as np

from thermokin import __version__
from thermokin._typing import FloatArray

__all__ = ["Identity", "identity", "values_in_words"]

FORMAT = "2"  # 2: markers say how many bytes the files of their chunk have
SHOWN = 60  # letters of an entry that a message shows


@dataclass(frozen=True, eq=False)
class Identity:
    """What a sweep is.

    Args:
        entries: in words, by name; those that a file cannot say are digests.
    """

    entries: Mapping[str, str]

    @cached_property
    def text(self) -> str:
        """All entries as JSON."""
        return json.dumps(dict(self.entries), indent=1)

    @cached_property
    def key(self) -> str:
        """A digest of all entries."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def from_text(cls, text: str) -> Identity:
        """What was written as JSON."""
        return cls({str(name): str(value) for name, value in json.loads(text).items()})

    def unlike(self, other: Identity) -> str:
        """The first entry in which another differs from this one, in words.

        Args:
            other: what is asked for now.

        Returns:
            The difference; empty if there is none.
        """
        for name in dict.fromkeys((*self.entries, *other.entries)):
            held, asked = self.entries.get(name, "none"), other.entries.get(name, "none")
            if held != asked:
                one, two = _unlike(held.splitlines(), asked.splitlines())
                return f"its {name} is {_short(one)}, and {_short(two)} is asked for"
        return ""


def _unlike(one: list[str], two: list[str]) -> tuple[str, str]:
    """The first lines in which texts differ."""
    found = next((pair for pair in zip_longest(one, two, fillvalue="nothing") if pair[0] != pair[1]), ("", ""))
    return found


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} ... {text[-SHOWN // 2 :]}"


def identity(task: Mapping[str, str], axes: Mapping[str, FloatArray], seed: int) -> Identity:
    """What a sweep is.

    Args:
        task: what its task says of itself.
        axes: its values.
        seed: of its random numbers.

    Returns:
        All of it, with the versions.
    """
    import scipy

    values = {f"list of values of {name}": values_in_words(numbers) for name, numbers in axes.items()}
    versions = {
        "format of the store": FORMAT,
        "version of thermokin": __version__,
        "version of numpy": np.__version__,
        "version of scipy": scipy.__version__,
        "version of Python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    return Identity({**task, **values, "seed": str(seed), **versions})


def values_in_words(values: FloatArray) -> str:
    """How many values, from where to where, and a digest of all of them."""
    digest = hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()[:12]
    return f"{values.size} from {values[0]:.6g} to {values[-1]:.6g} ({digest})"
