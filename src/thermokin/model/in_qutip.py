"""A model as what QuTiP's solvers take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray
from thermokin.operators.outside import Dims
from thermokin.operators.to_qutip import elements_to_qutip, to_qutip

if TYPE_CHECKING:
    from thermokin.model.channel import Channel

__all__ = ["InQutip"]


class InQutip:
    """Base of what has a Hamiltonian, channels and the parts of its space."""

    if TYPE_CHECKING:
        dims: Dims

        @property
        def batch_shape(self) -> tuple[int, ...]:
            """Leading axes."""

        @property
        def hamiltonian(self) -> ComplexArray:
            """H (..., d, d)."""

        @property
        def channels(self) -> Sequence[Channel]:
            """The jumps."""

    def to_qutip(self) -> tuple[Any, list[Any]]:
        """The Hamiltonian and the collapse operators as QuTiP takes them, with their dims.

        Returns:
            (H, c_ops), as for `qutip.mesolve(H, rho0, tlist, c_ops)`: one Qobj for each channel, in their order, the
            root of its rate inside.

        Raises:
            ModuleNotFoundError: if QuTiP is not installed.
            ArgumentError: if the model is swept.

        Example:
            >>> import thermokin as tk
            >>> H, c_ops = tk.library.qubit(1.0, 0.01, 0.7).to_qutip()
            >>> H.dims, len(c_ops)
            ([[2], [2]], 2)
        """
        if self.batch_shape:
            raise ArgumentError(
                f"`model` must be one model to become QuTiP's, got a sweep over {self.batch_shape}; build it at one "
                "point.",
                "model",
            )
        whole = to_qutip(self.hamiltonian, self.dims)
        return whole, [elements_to_qutip(channel.elements, self.dims) for channel in self.channels]
