"""Work by two measurements of energy, at the beginning and at the end, and the heat counted between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.arguments import checked_tolerance
from thermokin.cycles.counted_maps import tilted_map
from thermokin.cycles.driven_evolution import start_matrix
from thermokin.cycles.driven_generator import real_state, state_matrix
from thermokin.cycles.leg import Leg
from thermokin.cycles.measured_state import dephased, diagonal_in
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.swept_leg import over_points
from thermokin.cycles.work_moments import end_operators, of_central, open_cumulants
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import as_real, as_whole, shown

__all__ = ["TwoPointWork", "two_point_work"]

COHERENT = 1e-10  # of a state: what lies between different energies and is no rounding
EQUAL = 1e-10  # of the largest: values of the work that are one
HIGHEST = 4
UNITARY = 1e-12  # tolerance of the propagator of a Hamiltonian: d x d, so that digits cost little


@dataclass(frozen=True, eq=False)
class TwoPointWork(Result):
    """The work of one run: the difference of two measured energies, less the energy that baths gave between.

    Args:
        protocol: the protocol.
        cumulants: of the work (..., order) [energy^n].
        values: what it can be (..., v) [energy], ascending, where no bath is touched; else None. In a sweep v is d^2,
            equal values apart, since other points may have fewer that are.
        probabilities: of these (..., v); None with baths, between which the work is continuous.
        initial: what the first measurement leaves of the start (..., d, d).
        error: estimate of what the maps lack (...).
        tolerance: of the maps.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ramp = tk.Leg(1.0, lambda t: tk.Model(np.diag([0.0, 1.0 + t]), []))
        >>> work = tk.two_point_work(ramp, tk.Gibbs(1.0))
        >>> round(work.exponential_average(1.0), 8), round((1.0 + math.exp(-2.0)) / (1.0 + math.exp(-1.0)), 8)
        (0.8299966, 0.8299966)
    """

    protocol: Protocol
    cumulants: FloatArray
    values: FloatArray | None
    probabilities: FloatArray | None
    initial: ComplexArray = field(repr=False)
    error: float | FloatArray
    tolerance: float

    @property
    def mean(self) -> float | FloatArray:
        """Mean work (...) [energy]."""
        return self._of_order(1)

    @property
    def variance(self) -> float | FloatArray:
        """Variance of the work (...) [energy^2]."""
        return self._of_order(2)

    def exponential_average(self, temperature: float) -> float | FloatArray:
        """<exp(-W/T)>: of a start in equilibrium with one bath at T it is Z1/Z0, at any speed (Jarzynski).

        Args:
            temperature: T [energy].

        Returns:
            The average (...).

        Raises:
            ValueError: if the temperature is not one number > 0.

        Reference:
            jarzynski1997.
        """
        warmth = _temperature(temperature)
        if self.protocol.batch_shape:
            return self._at_points(lambda one: one.exponential_average(warmth))
        first, last = end_operators(self.protocol)
        low, high = np.linalg.eigvalsh(first)[-1], np.linalg.eigvalsh(last)[0]
        if self.values is not None and self.probabilities is not None:
            least = float(self.values.min())
            tilted = (self.probabilities * np.exp(-(self.values - least) / warmth)).sum()
            return float(np.exp(-least / warmth) * tilted)
        # Energies are shifted so that no exponential exceeds one.
        rho = _function(first, lambda e: np.exp((e - low) / warmth)) @ self.initial
        now = real_state(0.5 * (rho + rho.conj().T))
        for leg in self.protocol.legs:
            found = tilted_map(leg, warmth, self.tolerance)
            now = found.maps[0] @ now
        end = _function(last, lambda e: np.exp(-(e - high) / warmth)) @ state_matrix(now, self.protocol.dimension)
        return float(np.trace(end).real * np.exp((low - high) / warmth))

    def free_energy_difference(self, temperature: float) -> float | FloatArray:
        """-T ln(Z1/Z0) between the Hamiltonians at the two ends.

        Args:
            temperature: T [energy].

        Returns:
            The difference (...) [energy].

        Raises:
            ValueError: if the temperature is not one number > 0.
        """
        warmth = _temperature(temperature)
        if self.protocol.batch_shape:
            return self._at_points(lambda one: one.free_energy_difference(warmth))
        first, last = (np.linalg.eigvalsh(operator) for operator in end_operators(self.protocol))
        logs = [np.log(np.exp(-(e - e[0]) / warmth).sum()) - e[0] / warmth for e in (first, last)]
        return float(-warmth * (logs[1] - logs[0]))

    def _of_order(self, order: int) -> float | FloatArray:
        found = np.asarray(self.cumulants[..., order - 1])
        return found if found.ndim else float(found)

    def _at_points(self, answer: Callable[[TwoPointWork], float | FloatArray]) -> FloatArray:
        """A number of every point of a sweep."""
        shape, points, error = self.protocol.batch_shape, self.protocol.points, np.asarray(self.error)
        found = np.empty(shape)
        for at in np.ndindex(*shape):
            values, chances = (None if one is None else one[at] for one in (self.values, self.probabilities))
            alone: Any = None if points is None else points[at]
            here = TwoPointWork(
                alone, self.cumulants[at], values, chances, self.initial[at], float(error[at]), self.tolerance
            )
            found[at] = answer(here)
        return found


def two_point_work(
    protocol: Protocol | Leg,
    initial: Initial,
    *,
    order: int = 2,
    dephase_first: bool = False,
    tolerance: float | None = None,
) -> TwoPointWork:
    """The statistics of the work of one run, by energy measured at its beginning and at its end.

    W = E_end - E_start - (energy that jumps took from baths). The first measurement destroys coherence between
    energies; a start that has some is refused unless that is wanted.

    Args:
        protocol: the legs, perhaps over a sweep.
        initial: anything `evolve` takes, one start for all points.
        order: the highest cumulant, 2 to 4.
        dephase_first: whether a coherent start may be measured; the mean is then not that of the unmeasured run.
        tolerance: of the maps; 1e-10 if None, 1e-12 without baths.

    Returns:
        Cumulants, and without baths values and probabilities.

    Raises:
        ArgumentError: if the start is coherent, jumps have no bath, or an argument is out of range.
        TypeError: if an argument is of the wrong type.
        NotConvergedError: if panels become too many.

    Cost:
        Without baths propagators of d x d, else maps of (order + 1) d^2 coordinates; of a sweep, point by point.

    Reference:
        talkner2007.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> sz, sx = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> stroke = tk.Leg(2.0, lambda t: tk.Model(0.5 * sz + 0.3 * t * sx, []))
        >>> work = tk.two_point_work(stroke, tk.Gibbs(0.7))
        >>> bool(np.isclose(work.exponential_average(0.7), np.exp(-work.free_energy_difference(0.7) / 0.7), rtol=1e-11))
        True
    """
    protocol, highest = require_protocol(protocol), as_whole(order, "order", 2, HIGHEST)
    near = None if tolerance is None else checked_tolerance(tolerance)
    ask = partial(_of_a_point, initial=initial, order=highest, dephase_first=dephase_first, tolerance=near)
    return over_points(protocol, partial(ask, merge=False)) if protocol.batch_shape else ask(protocol, merge=True)


def _of_a_point(
    protocol: Protocol, initial: Initial, *, order: int, dephase_first: bool, tolerance: float | None, merge: bool
) -> TwoPointWork:
    first = end_operators(protocol)[0]
    rho = start_matrix(protocol, initial)
    if rho.ndim != 2:
        raise ArgumentError(f"`initial` must be one state here, got leading axes {rho.shape[:-2]}.", "initial")
    measured = dephased(rho, first)
    if np.abs(measured - rho).max() > COHERENT and not dephase_first:
        raise ArgumentError(
            "`initial` has coherence between different energies, which the first measurement destroys; pass "
            "dephase_first=True for the work of the measured run, or take the mean of the unmeasured one by tk.evolve.",
            "initial",
        )
    nodes = [leg.nodes(np.array([0.0, 0.5 * leg.duration])) for leg in protocol.legs]
    if any((part.bath < 0).any() and part.jumps[part.bath < 0].any() for part in nodes):
        raise ArgumentError("`protocol` has jumps without a bath, whose energy is neither heat nor work.", "protocol")
    if not any(leg.has_jumps for leg in protocol.legs):
        return _unitary(protocol, measured, order, UNITARY if tolerance is None else tolerance, merge=merge)
    near = checked_tolerance(tolerance)
    found, error = open_cumulants(protocol, measured, order, near)
    return TwoPointWork(protocol, found, None, None, measured, error, near)


def _unitary(protocol: Protocol, rho: ComplexArray, order: int, tolerance: float, *, merge: bool) -> TwoPointWork:
    whole, error = np.eye(protocol.dimension, dtype=np.complex128), 0.0
    for leg in protocol.legs:
        found = leg.unitary_maps(np.array([0.0, leg.duration]), tolerance)
        whole, error = found.maps[0] @ whole, error + found.error
    first, last = end_operators(protocol)
    (starts, before), (ends, after) = np.linalg.eigh(first), np.linalg.eigh(last)
    before = diagonal_in(starts, before, rho)
    passed = np.abs(after.conj().T @ whole @ before) ** 2
    # Rows of a unitary map sum to one; what the integration lacks of that is taken off.
    passed = passed / passed.sum(axis=0)
    chances = passed * np.real(np.einsum("ai,ab,bi->i", before.conj(), rho, before))
    work = (ends[:, None] - starts).reshape(-1)
    ranking = np.argsort(work, kind="stable")
    values, probabilities = work[ranking], chances.reshape(-1)[ranking]
    if merge:
        values, probabilities = _merged(values, probabilities)
    return TwoPointWork(
        protocol, _cumulants_of(values, probabilities, order), values, probabilities, rho, error, tolerance
    )


def _merged(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of ascending values those that are one to rounding, with their weights together."""
    new = np.concatenate([[True], np.diff(values) > EQUAL * np.abs(values).max(initial=0.0)])
    label = np.cumsum(new) - 1
    return values[new], np.bincount(label, weights=weights).astype(np.float64)


def _cumulants_of(values: FloatArray, weights: FloatArray, order: int) -> FloatArray:
    mean = float((weights * values).sum())
    central = np.array([(weights * (values - mean) ** power).sum() for power in range(order + 1)])
    return of_central(mean, central)


def _function(operator: ComplexArray, function: object) -> ComplexArray:
    energies, frame = np.linalg.eigh(operator)
    return np.asarray((frame * function(energies)) @ frame.conj().T)  # type: ignore[operator]


def _temperature(value: object) -> float:
    number = as_real(value, "temperature")
    if number.ndim or not number > 0.0:
        raise ArgumentError(f"`temperature` must be one number > 0, got {shown(value)}.", "temperature")
    return float(number)
