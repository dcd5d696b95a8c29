"""A Bloch-Redfield equation over time: matrices, heats, and for how long they are no states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin._verbs import answers
from thermokin.master_equations.redfield_equation import Redfield
from thermokin.master_equations.redfield_motion import RedfieldMotion, Slip, slip_of
from thermokin.master_equations.redfield_rest import DENSE_UP_TO
from thermokin.master_equations.redfield_state import INSTEAD, ROUNDING, UNSTABLE, warn_of
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.motion.initial import Initial, initial_state
from thermokin.motion.observable import Observed, hermitian_parts
from thermokin.motion.time_grid import checked_times
from thermokin.operators.as_numbers import common_axes, in_sweep

__all__ = ["RedfieldEvolution", "evolve"]

OVERFLOWS = 300.0  # exponent of what is no longer followed


@dataclass(frozen=True, eq=False)
class RedfieldEvolution(Observed, Result):
    """Matrices over time, which need not be states.

    The slip is looked for from time 0 until nothing moves any more, whatever the times asked for: just after it, at
    1200 times, 16 to a period of the fastest motion, and at 600 later ones, refined at the six lowest minima and where
    an eigenvalue changes its sign.

    Args:
        equation: the equation.
        times: (..., t).
        matrices: (..., t, d, d) in the frame.
        lowest: the smallest eigenvalue on the whole way (...).
        when_lowest: the time of that (...).
        slip_duration: how long in all an eigenvalue is negative (...) [time]; inf where it stays so.
        slip_end: when it is negative for the last time (...) [time]; 0 if never.
        growth: largest real part of the exponents (...) [1/time]; above 0 the equation runs away.

    Example:
        >>> import warnings, numpy as np, thermokin as tk
        >>> one = tk.Contact(tk.Bath("bath", 0.1), tk.operators.pauli().x, tk.Flat(0.1))
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        ...     moved = tk.evolve(tk.redfield(np.diag([0.0, 1.0]), [one]), tk.Ket(np.sqrt([0.9, 0.1])), [0.0, 1.0])
        >>> bool(moved.lowest < 0.0 < moved.slip_duration < 40.0)
        True
    """

    equation: Redfield
    times: FloatArray
    matrices: ComplexArray
    lowest: FloatArray
    when_lowest: FloatArray
    slip_duration: FloatArray
    slip_end: FloatArray
    growth: FloatArray

    @property
    def model(self) -> Model:
        """Hamiltonian, baths and frame, without jumps."""
        return self.equation.carrier

    @property
    def states(self) -> ComplexArray:
        """The matrices (..., t, d, d) in the user's basis."""
        frame = self.model.frame
        if frame is None:
            return self.matrices
        frame = frame[..., None, :, :]
        return np.asarray(frame @ self.matrices @ frame.conj().swapaxes(-1, -2))

    _density_matrices = states

    @property
    def populations(self) -> FloatArray:
        """(..., t, d) in the frame."""
        return np.asarray(np.diagonal(self.matrices, axis1=-2, axis2=-1).real)

    @cached_property
    def lowest_eigenvalues(self) -> FloatArray:
        """The smallest eigenvalue at each time (..., t)."""
        return np.asarray(np.linalg.eigvalsh(self.matrices)[..., 0])

    @cached_property
    def heat_rate(self) -> FloatArray:
        """Heat from each bath at each time, tr((H - mu N) D_b rho) (..., t, b) [energy/time]."""
        moved = np.moveaxis(self.matrices, -3, 0)  # time first: the numbers of the equation have leading axes alone
        return np.asarray(np.moveaxis(np.stack([self.equation.heats(one) for one in moved]), 0, -2))

    @property
    def energy(self) -> FloatArray:
        """tr(H rho) (..., t) [energy]; its derivative is the sum of the energies that baths give."""
        levels = self.model.energies[..., None, :]
        return np.asarray((self.populations * levels).sum(axis=-1))

    def _parts(self, operator: OperatorLike | FrameOperator) -> tuple[FrameOperator, FrameOperator | None]:
        return hermitian_parts(self.model, operator, ("evolution", self.matrices.shape[:-3]))

    def _mean(self, operator: FrameOperator) -> FloatArray:
        dense = operator.dense.swapaxes(-1, -2)[..., None, :, :]
        return np.asarray((self.matrices * dense).sum(axis=(-2, -1)).real)


@answers(Redfield, "evolve")
def evolve(model: Redfield, initial: Initial, times: ArrayLike) -> RedfieldEvolution:
    """A Bloch-Redfield equation over time.

    Args:
        model: the equation, of up to 20 levels.
        initial: where it starts, as `evolve` takes it.
        times: (..., t), ascending and >= 0 [time].

    Returns:
        Matrices, heats and the slip; a ValidityWarning says where they are no states, or run away.

    Raises:
        ValueError: if the initial state or the times are not valid.
        ArgumentError: of more than 20 levels, or if the equation runs away beyond all numbers.
    """
    size = model.dimension
    if size > DENSE_UP_TO:
        raise ArgumentError(
            f"the Bloch-Redfield equation is followed over time for up to {DENSE_UP_TO} levels, got {size}; "
            "`nearest`, the unified model, has no such limit.",
            "model",
        )
    grid, start = checked_times(times), initial_state(model.carrier, initial)
    diagonal = start.populations[..., None] * np.eye(size, dtype=np.complex128)
    matrix = np.asarray(diagonal if start.matrix is None else start.matrix, dtype=np.complex128)
    generator = model.generator.matrix
    batch = common_axes({"model": generator.shape[:-2], "initial": matrix.shape[:-2], "times": grid.shape[:-1]})
    every = (
        np.broadcast_to(generator, (*batch, size**2, size**2)).reshape(-1, size**2, size**2),
        np.broadcast_to(matrix, (*batch, size, size)).reshape(-1, size, size),
        np.broadcast_to(grid, (*batch, grid.shape[-1])).reshape(-1, grid.shape[-1]),
    )
    with few_threads(size**2):
        points = [_moved(RedfieldMotion(one, state), own) for one, state, own in zip(*every, strict=True)]
    states = np.array([point[0] for point in points]).reshape(*batch, grid.shape[-1], size, size)
    slips = [point[1] for point in points]
    numbers = {
        "lowest": [slip.lowest for slip in slips],
        "when_lowest": [slip.when for slip in slips],
        "slip_duration": [slip.duration for slip in slips],
        "slip_end": [slip.last for slip in slips],
        "growth": [point[2] for point in points],
    }
    found = RedfieldEvolution(
        model, grid, states, **{name: np.array(values).reshape(batch) for name, values in numbers.items()}
    )
    _told(found)
    return found


def _moved(motion: RedfieldMotion, times: FloatArray) -> tuple[ComplexArray, Slip, float]:
    if motion.growth * times[-1] > OVERFLOWS:
        raise ArgumentError(
            f"`times` go too far: the Bloch-Redfield equation runs away with e^({motion.growth:.3g} t); follow it up "
            f"to {OVERFLOWS / motion.growth:.3g}. {INSTEAD}.",
            "times",
        )
    return motion.at(times), slip_of(motion, times, ROUNDING), motion.growth


def _told(found: RedfieldEvolution) -> None:
    """Warn of what is no state, and of what runs away."""
    negative = np.asarray(found.lowest < -ROUNDING)
    if negative.any():
        worst = np.unravel_index(int(found.lowest.argmin()), found.lowest.shape)
        lasts = found.slip_duration[worst]
        for_ever = "and stays negative" if np.isinf(lasts) else f"negative for {lasts:.3g} in all"
        warn_of(
            f"the Bloch-Redfield equation does not keep the state positive{in_sweep(negative)}: its lowest eigenvalue "
            f"is {found.lowest[worst]:.6g} at time {found.when_lowest[worst]:.3g}, {for_ever}"
        )
    runs = np.asarray(found.growth > UNSTABLE * np.asarray(found.equation.generator.fastest))
    if runs.any():
        warn_of(
            f"the Bloch-Redfield equation runs away{in_sweep(runs)}: one of its exponents is "
            f"{found.growth.max():.3g} > 0"
        )
