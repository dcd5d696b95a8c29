"""A model: a Hamiltonian, jump channels that know their baths, and the frame in which they are sparse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.channel_table import channel_table, distinct_baths, listed_channels
from thermokin.model.channels import Channels
from thermokin.model.contact import Contact
from thermokin.model.declared import declared_lines
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.in_qutip import InQutip
from thermokin.model.jump_table import JumpTable, require_moderate_rates
from thermokin.model.origin import Origin
from thermokin.model.parameter import Known
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.outside import Dims, common_dims, dims_of

__all__ = ["Model", "require_model"]

KEPT = 4096  # levels up to which operators of contacts are kept
_DRIVEN = (
    "a Hamiltonian of time is a leg, tk.Leg(duration, tk.Drive(H)) without baths, or with them tk.Leg(duration, lambda "
    "t: tk.davies(drive(t), contacts)), drive = tk.Drive(H)"
)
_REMEDY = (
    "of a Hamiltonian H and jump operators L make tk.Model(H, [tk.Channel(L, bath=None)]), or tk.from_qutip(H, c_ops), "
    "which sees the baths of thermal rates, of H and the operators that baths touch tk.davies(H, contacts), or "
    "tk.local(H, contacts, bare)"
)


@final
@dataclass(frozen=True, eq=False, init=False)
class Model(InQutip):
    """A Markovian open quantum system, d rho/dt = -i[H, rho] + sum_k D[L_k] rho. Construction means valid.

    Args:
        hamiltonian: H (..., d, d) [energy], Hermitian.
        channels: the jumps; every thermal one with the channel that undoes it.
        energy_operator: the operator whose energy is counted (..., d, d); the Hamiltonian if None. It differs from
            the Hamiltonian in local and in driven models.
        number_operator: particle number (..., d, d), where baths have chemical potentials.

    A jump of a bath gives the energy operator what its channel declares, [H_E, L] = w L, and a jump of a lead the
    number likewise. Where it has no quantum of its own (H_E holds a drive, the bath is squeezed, H is that of the
    interaction picture), if only at some points of a sweep, a line of `validity` gives the size of the mismatch.

    Raises:
        ValueError: if a shape, the dims of QuTiP objects, Hermiticity or local detailed balance fails, a jump of a bath
            has another quantum than declared, leading axes do not broadcast, or the rates are so large or so small that
            products of them are not numbers.
        TypeError: if a channel is not a `Channel`.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> spin, bath = tk.operators.pauli(), tk.Bath("bath", temperature=0.5)
        >>> down = tk.Channel(math.sqrt(0.01) * spin.minus, bath, energy=-1.0)
        >>> up = tk.Channel(math.sqrt(0.01 * math.exp(-1.0 / 0.5)) * spin.plus, bath, energy=1.0)  # else it is refused
        >>> round(float(tk.modes(tk.Model(np.diag([0.0, 1.0]), [down, up])).gap), 8)  # the sum of both rates
        0.01135335
    """

    generator: FrameOperator
    energy: FrameOperator
    number: FrameOperator | None
    frame: ComplexArray | None
    table: JumpTable
    baths: tuple[Bath, ...]
    validity: tuple[Assumption, ...]
    named_weights: Mapping[str, FloatArray]
    dims: Dims
    parameters: Mapping[str, Known]
    origin: Origin | None
    contacts: tuple[Contact, ...] = ()  # that a builder made it of
    notes: tuple[str, ...] = ()  # what a reader of objects of another package has made of them

    def __init__(
        self,
        hamiltonian: OperatorLike,
        channels: Sequence[Channel],
        *,
        energy_operator: OperatorLike | None = None,
        number_operator: OperatorLike | None = None,
    ) -> None:
        generator = FrameOperator.of(hamiltonian, "hamiltonian")
        dimension = generator.dimension
        energy = generator
        if energy_operator is not None:
            energy = FrameOperator.of(energy_operator, "energy_operator", dimension)
        number = None
        if number_operator is not None:
            number = FrameOperator.of(number_operator, "number_operator", dimension)
        listed = listed_channels(channels)
        common_axes(
            {
                "hamiltonian": generator.diagonal.shape[:-1],
                "energy_operator": energy.diagonal.shape[:-1],
                "number_operator": () if number is None else number.diagonal.shape[:-1],
                **{f"channels[{position}]": channel.batch_shape for position, channel in enumerate(listed)},
            }
        )
        dims = common_dims(
            {
                "hamiltonian": dims_of(hamiltonian, "hamiltonian"),
                "energy_operator": dims_of(energy_operator, "energy_operator"),
                "number_operator": dims_of(number_operator, "number_operator"),
                **{f"channels[{position}].jump": channel.dims for position, channel in enumerate(listed)},
            }
        )
        baths = distinct_baths(listed)
        table = channel_table(listed, baths, dimension)
        counted_as = "hamiltonian" if energy_operator is None else "energy_operator"
        lines = declared_lines(table, baths, energy, counted_as, number)
        unknown: dict[str, object] = {"frame": None, "named_weights": {}, "parameters": {}, "origin": None}
        known: dict[str, object] = {**unknown, "dims": dims, "validity": lines}
        self._fill(generator=generator, energy=energy, number=number, table=table, baths=baths, **known)

    @classmethod
    def from_table(
        cls,
        generator: FrameOperator,
        energy: FrameOperator,
        table: JumpTable,
        baths: Sequence[Bath],
        *,
        number: FrameOperator | None = None,
        frame: ComplexArray | None = None,
        validity: Sequence[Assumption] = (),
        named_weights: Mapping[str, FloatArray] | None = None,
        dims: Dims = None,
        origin: Origin | None = None,
        contacts: Sequence[Contact] = (),
    ) -> Model:
        """A model from parts that a builder has already validated, all of them in the frame.

        Args:
            generator: the Hamiltonian of the master equation.
            energy: the operator whose energy is counted.
            table: the jumps.
            baths: the baths, in the order the table counts them.
            number: particle number, or None.
            frame: unitary (..., d, d) whose columns are the frame's states in the user's basis; None for identity.
            validity: the builder's assumptions; those in doubt are warned of here.
            named_weights: weights (..., k) per channel that `current` finds by name.
            dims: the parts of the user's space, where QuTiP objects have said them.
            origin: which contacts made the entries of the table, where contacts did.
            contacts: how baths touch it, kept of models of up to 4096 levels.

        Returns:
            The model.
        """
        model = object.__new__(cls)
        known: dict[str, object] = {
            "number": number,
            "frame": frame,
            "dims": dims,
            "validity": tuple(validity),
            "parameters": {},
            "origin": origin,
            "contacts": tuple(contacts) if generator.dimension <= KEPT else (),
        }
        named = {} if named_weights is None else dict(named_weights)
        model._fill(generator=generator, energy=energy, table=table, baths=tuple(baths), named_weights=named, **known)
        for assumption in model.validity:
            assumption.warn(model.batch_shape)
        return model

    def _fill(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        require_moderate_rates(self.table)

    def __repr__(self) -> str:
        baths = ", ".join(repr(bath.name) for bath in self.baths)
        swept = f", swept over {self.batch_shape}" if self.batch_shape else ""
        channels = "1 channel" if self.table.size == 1 else f"{self.table.size} channels"
        head = f"Model of {self.dimension} levels, {channels}, baths {baths or 'none'}{swept}"
        return "\n  ".join((head, *self.notes))

    @property
    def dimension(self) -> int:
        """Dimension d of the Hilbert space."""
        return self.energy.dimension

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of the model: the shape of its parameter sweep."""
        return np.broadcast_shapes(
            self.generator.diagonal.shape[:-1],
            self.energy.diagonal.shape[:-1],
            self.table.amplitude.shape[:-1],
            self.table.energy.shape[:-1],
            *(bath.batch_shape for bath in self.baths),
        )

    @property
    def energies(self) -> FloatArray:
        """Eigenvalues (..., d) of the operator whose energy is counted."""
        return self.energy.diagonal if self.energy.is_diagonal else self.energy.eigen[0]

    @property
    def hamiltonian(self) -> ComplexArray:
        """The Hamiltonian of the master equation (..., d, d), in the user's basis."""
        return self.from_frame(self.generator.dense)

    @property
    def channels(self) -> Channels:
        """The jump channels as a sequence; a `Channel` is made when somebody looks at one."""
        return Channels(self)

    def bath(self, name: str) -> Bath:
        """The bath of that name.

        Args:
            name: a bath's name.

        Returns:
            The bath.

        Raises:
            ValueError: if no bath has that name.
        """
        return self.baths[self.bath_position(name)]

    def bath_position(self, name: str) -> int:
        """Where the bath of that name stands in `baths`; a ValueError if no bath has it."""
        names = [bath.name for bath in self.baths]
        if name not in names:
            raise ValueError(f"`bath` must be one of {', '.join(map(repr, names)) or 'no baths'}, got {name!r}.")
        return names.index(name)

    def to_frame(self, operator: ComplexArray) -> ComplexArray:
        """An operator (..., d, d) of the user's basis, in the model's frame."""
        if self.frame is None:
            return operator
        return np.asarray(self.frame.conj().swapaxes(-1, -2) @ operator @ self.frame)

    def from_frame(self, operator: ComplexArray) -> ComplexArray:
        """An operator (..., d, d) of the model's frame, in the user's basis."""
        if self.frame is None:
            return operator
        return np.asarray(self.frame @ operator @ self.frame.conj().swapaxes(-1, -2))


def require_model(model: object) -> None:
    """Refuse what is no model.

    Args:
        model: what was given as one.

    Raises:
        TypeError: if it is not a `Model`.
    """
    if not isinstance(model, Model):
        terms = model if isinstance(model, list) else []
        driven = type(model).__name__ in {"QobjEvo", "Drive"} or any(isinstance(term, list) for term in terms)
        held = isinstance(getattr(model, "model", None), Model)
        remedy = "pass the model that it holds, its `.model`" if held else _DRIVEN if driven else _REMEDY
        raise TypeError(f"`model` must be a Model, got {shown(model)}; {remedy}.")
