"""The Krylov method (being written)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thermokin.liouville.block import Block
from thermokin.solvers.method import Krylov

__all__ = ["KrylovResolvent"]


@dataclass(frozen=True, eq=False)
class KrylovResolvent:
    """Placeholder until the matrix-free solver lands.

    Args:
        block: the block.
        method: its tolerances.
    """

    block: Block
    method: Krylov

    def __getattr__(self, name: str) -> Any:
        """Nothing is here yet."""
        raise NotImplementedError("the Krylov method is not written yet.")
