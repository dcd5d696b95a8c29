"""Claims and what came out: a benchmark fails where results disagree or a ratio is missed."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

EXACT = 1e-9
"""Largest difference from an independent route, relative to the largest number."""


@dataclass
class Claims:
    """Collects checks, prints each, and ends the script with 0 only if all hold."""

    missed: list[str] = field(default_factory=list)

    def _note(self, text: str, *, holds: bool) -> None:
        print(f"  {'ok    ' if holds else 'MISSED'} {text}", flush=True)
        if not holds:
            self.missed.append(text)

    def agree(self, what: str, ours: ArrayLike, other: ArrayLike, within: float = EXACT) -> None:
        """Two routes to one quantity agree, relative to its largest number.

        Args:
            what: the quantity and the other route.
            ours: of this package.
            other: of the other route.
            within: relative difference allowed.
        """
        ours, other = np.asarray(ours), np.asarray(other)
        scale = float(np.abs(other).max())
        gap = float(np.abs(ours - other).max()) / scale if ours.shape == other.shape and scale > 0.0 else np.inf
        self._note(f"{what}: differs by {gap:.1e} (allowed {within:.0e})", holds=gap <= within)

    def small(self, what: str, value: float, limit: float, unit: str = "") -> None:
        """A number (a residual, a time, a size) stays below its limit.

        Args:
            what: what it is.
            value: found.
            limit: claimed.
            unit: of both.
        """
        self._note(f"{what}: {value:.3g} {unit} (claimed: below {limit:.3g} {unit})", holds=bool(value <= limit))

    def often(self, what: str, held: int, times: int, least: float) -> None:
        """Something happens at least so often, within two standard deviations of the count.

        Args:
            what: what does.
            held: how often it did.
            times: how often it could.
            least: share claimed.
        """
        share = held / times
        error = max(float(np.sqrt(share * (1.0 - share) / times)), 0.5 / times)
        text = f"{what} {100.0 * share:5.1f} +- {100.0 * error:3.1f} of 100"
        self._note(text, holds=share + 2.0 * error >= least)

    def faster(self, what: str, ours: float, peer: float, times: float) -> None:
        """The peer takes at least so many times as long.

        Args:
            what: whose time is compared.
            ours: seconds of this package.
            peer: seconds of the peer.
            times: ratio claimed.
        """
        ratio = peer / ours
        self._note(f"{what}: {ratio:.0f} times (claimed: at least {times:.0f})", holds=ratio >= times)

    def finish(self) -> NoReturn:
        """Leave with 0 if every check held, else with 1."""
        if self.missed:
            print(f"{len(self.missed)} missed:", *self.missed, sep="\n  ")
        sys.exit(1 if self.missed else 0)
