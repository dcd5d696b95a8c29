"""Three-level systems that touch one bath: the ladder, V and Lambda."""

from __future__ import annotations

from typing import Annotated, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.library.one_bath import Parts, made_of
from thermokin.model.model import Model
from thermokin.model.parameter import Parameter, Rate, Temperature, knows_parameters
from thermokin.model.statistics import Statistics
from thermokin.operators.as_numbers import common_axes

__all__ = ["qutrit_ladder", "qutrit_lambda", "qutrit_v"]

Pair = tuple[int, int]
Energies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1, length=3)]
Couplings: TypeAlias = Annotated[ArrayLike, Parameter(axes=1, length=2)]


ARGUMENTS = """

    Args:
        rate: zero-temperature emission rate of a unit coupling (...) [1/time].
        temperature: of the bath, which is named "bath" (...) [energy].
        energies: three energies, ascending (..., 3) [energy].
        couplings: elements of {} and {} (..., 2).
        statistics: `Bose()` if None; with `Fermi()` every quantum of the system is a particle of the bath.

    Returns:
        The model; leading axes broadcast.

    Raises:
        ArgumentError: if energies descend or are equal across a link, or a link has no element at any point.
        ValueError: if a shape is wrong, or as `davies`, `Bath` and `Flat`.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> p = tk.steady_state(tk.library.{}(rate=0.01, temperature=0.5)).populations
        >>> (0.5 * np.log(p[0] / p)).round(8).tolist()  # the energies above: temperature times ln of odds
        {}
    """


class Qutrit(Protocol):
    """A builder of three levels with two links, on one bath."""

    def __call__(
        self,
        rate: Rate,
        temperature: Temperature,
        *,
        energies: Energies = ...,
        couplings: Couplings = ...,
        statistics: Statistics | None = ...,
    ) -> Model:
        """The model; its arguments are those of `qutrit_ladder`."""


def _qutrit(name: str, links: tuple[Pair, Pair], standard: tuple[float, float, float], about: str) -> Qutrit:
    """The builder for two links, with the energies that it takes unless told otherwise."""

    def build(
        rate: Rate,
        temperature: Temperature,
        *,
        energies: Energies = standard,
        couplings: Couplings = (1.0, 1.0),
        statistics: Statistics | None = None,
    ) -> Model:
        return parts(energies, couplings).on(Bath("bath", temperature, statistics=statistics), rate)

    def parts(energies: ArrayLike, couplings: ArrayLike) -> Parts:
        levels, elements = finite_numbers(energies, "energies"), finite_numbers(couplings, "couplings")
        lowering = _lowering(levels, elements, links)
        return Parts(levels[..., None] * np.eye(3), lowering)

    build.__name__ = build.__qualname__ = name
    build.__doc__ = about + ARGUMENTS.format(*(f"{low}-{high}" for low, high in links), name, list(standard))
    return knows_parameters(made_of(parts)(build))


def _lowering(levels: FloatArray, elements: FloatArray, links: tuple[Pair, Pair]) -> FloatArray:
    """The lowering operator (..., 3, 3) with the elements (..., 2) on the links."""
    if levels.shape[-1:] != (3,):
        raise ValueError(f"`energies` must have shape (..., 3), got {levels.shape}.")
    if elements.shape[-1:] != (2,):
        raise ValueError(f"`couplings` must have shape (..., 2), got {elements.shape}.")
    common_axes({"energies": levels.shape[:-1], "couplings": elements.shape[:-1]})
    ascending = np.asarray((np.diff(levels) >= 0.0).all(axis=-1))
    for low, high in links:
        ascending = ascending & (levels[..., low] < levels[..., high])
    if not ascending.all():
        raise ArgumentError(f"`energies` must be ascending, got {levels[~ascending][0].tolist()}.", "energies")
    if not elements.reshape(-1, 2).any(axis=0).all():
        raise ArgumentError(f"`couplings` must not be 0, got {elements.reshape(-1, 2)[0].tolist()}.", "couplings")
    operator = np.zeros((*elements.shape[:-1], 3, 3))
    for position, (low, high) in enumerate(links):
        operator[..., low, high] = elements[..., position]
    return operator


qutrit_ladder = _qutrit(
    "qutrit_ladder",
    ((0, 1), (1, 2)),
    (0.0, 1.0, 2.0),
    "Three levels linked 0-1 and 1-2. Equal gaps make one collective jump.",
)
qutrit_v = _qutrit(
    "qutrit_v",
    ((0, 1), (0, 2)),
    (0.0, 1.0, 1.2),
    "Three levels linked 0-1 and 0-2: two excited states share the ground state.",
)
qutrit_lambda = _qutrit(
    "qutrit_lambda",
    ((0, 2), (1, 2)),
    (0.0, 0.2, 1.0),
    "Three levels linked 0-2 and 1-2: two lower states share the excited state.",
)
