"""Work by two measurements of energy, at the beginning and at the end, and the heat counted between."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import comb

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.arguments import checked_tolerance
from thermokin.cycles.counted_maps import WORK, in_one_unit, moment_map, tilted_map
from thermokin.cycles.driven_evolution import start_matrix
from thermokin.cycles.driven_generator import real_state, state_matrix
from thermokin.cycles.leg import Leg
from thermokin.cycles.measured_state import dephased, diagonal_in
from thermokin.cycles.protocol import Protocol, require_protocol
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
        cumulants: of the work (order,) [energy^n].
        values: what it can be (v,) [energy], ascending, where no bath is touched; else None.
        probabilities: of these (v,); None with baths, between which the work is continuous.
        initial: what the first measurement leaves of the start (d, d).
        error: estimate of what the maps lack.
        tolerance: of the maps.
    """

    protocol: Protocol
    cumulants: FloatArray
    values: FloatArray | None
    probabilities: FloatArray | None
    initial: ComplexArray = field(repr=False)
    error: float
    tolerance: float

    @property
    def mean(self) -> float:
        """Mean work [energy]."""
        return float(self.cumulants[0])

    @property
    def variance(self) -> float:
        """Variance of the work [energy^2]."""
        return float(self.cumulants[1])

    def exponential_average(self, temperature: float) -> float:
        """<exp(-W/T)>: of a start in equilibrium with one bath at T it is Z1/Z0, at any speed (Jarzynski).

        Args:
            temperature: T [energy].

        Returns:
            The average.

        Raises:
            ValueError: if the temperature is not one number > 0.

        Reference:
            jarzynski1997.
        """
        warmth = _temperature(temperature)
        first, last = _end_operators(self.protocol)
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

    def free_energy_difference(self, temperature: float) -> float:
        """-T ln(Z1/Z0) between the Hamiltonians at the two ends.

        Args:
            temperature: T [energy].

        Returns:
            The difference [energy].

        Raises:
            ValueError: if the temperature is not one number > 0.
        """
        warmth = _temperature(temperature)
        first, last = (np.linalg.eigvalsh(operator) for operator in _end_operators(self.protocol))
        logs = [np.log(np.exp(-(e - e[0]) / warmth).sum()) - e[0] / warmth for e in (first, last)]
        return float(-warmth * (logs[1] - logs[0]))


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
        protocol: the legs.
        initial: anything `evolve` takes.
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
        Without baths propagators of d x d, else maps of (order + 1) d^2 coordinates.

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
    protocol = require_protocol(protocol, single=True)
    highest = as_whole(order, "order", 2, HIGHEST)
    first = _end_operators(protocol)[0]
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
        return _unitary(protocol, measured, highest, UNITARY if tolerance is None else checked_tolerance(tolerance))
    return _open(protocol, measured, highest, checked_tolerance(tolerance))


def _unitary(protocol: Protocol, rho: ComplexArray, order: int, tolerance: float) -> TwoPointWork:
    whole, error = np.eye(protocol.dimension, dtype=np.complex128), 0.0
    for leg in protocol.legs:
        found = leg.unitary_maps(np.array([0.0, leg.duration]), tolerance)
        whole, error = found.maps[0] @ whole, error + found.error
    first, last = _end_operators(protocol)
    (starts, before), (ends, after) = np.linalg.eigh(first), np.linalg.eigh(last)
    before = diagonal_in(starts, before, rho)
    passed = np.abs(after.conj().T @ whole @ before) ** 2
    # Rows of a unitary map sum to one; what the integration lacks of that is taken off.
    passed = passed / passed.sum(axis=0)
    chances = passed * np.real(np.einsum("ai,ab,bi->i", before.conj(), rho, before))
    work = (ends[:, None] - starts).reshape(-1)
    values, probabilities = _merged(work, chances.reshape(-1))
    return TwoPointWork(
        protocol, _cumulants_of(values, probabilities, order), values, probabilities, rho, error, tolerance
    )


def _merged(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values that are one to rounding, with their weights together."""
    ranking = np.argsort(values, kind="stable")
    values, weights = values[ranking], weights[ranking]
    new = np.concatenate([[True], np.diff(values) > EQUAL * np.abs(values).max(initial=0.0)])
    label = np.cumsum(new) - 1
    return values[new], np.bincount(label, weights=weights).astype(np.float64)


def _cumulants_of(values: FloatArray, weights: FloatArray, order: int) -> FloatArray:
    mean = float((weights * values).sum())
    central = np.array([(weights * (values - mean) ** power).sum() for power in range(order + 1)])
    return _of_central(mean, central)


def _of_central(mean: float, central: FloatArray) -> FloatArray:
    """Cumulants of a mean and central moments (order + 1,)."""
    found = [mean, *central[2:4]]
    if central.size > 4:
        found.append(central[4] - 3.0 * central[2] ** 2)
    return np.array(found)


def _open(protocol: Protocol, rho: ComplexArray, order: int, tolerance: float) -> TwoPointWork:
    size = protocol.dimension**2
    whole, error = np.eye((order + 1) * size), 0.0
    unit = max(leg.energy_unit for leg in protocol.legs)
    for leg in protocol.legs:
        found = moment_map(leg, WORK, order, tolerance)
        whole, error = in_one_unit(found.maps[0], leg.energy_unit / unit, order) @ whole, error + found.error
    maps = whole.reshape(order + 1, size, order + 1, size)[:, :, 0]
    first, last = (operator / unit for operator in _end_operators(protocol))
    one = np.eye(protocol.dimension)

    def moments(start: float, end: float) -> FloatArray:
        """Of the work less (end - start)."""
        before, after = _powers(start * one - first, order), _powers(last - end * one, order)
        inside = [real_state(_hermitian(power @ rho)) for power in before]
        found = np.zeros(order + 1)
        for total in range(order + 1):
            for early in range(total + 1):
                for late in range(total - early + 1):
                    middle = total - early - late
                    state = state_matrix(maps[middle] @ inside[early], protocol.dimension)
                    share = comb(total, early) * comb(total - early, late)
                    found[total] += share * float(np.trace(after[late] @ state).real)
        return found

    # Powers of large numbers cancel less about the means.
    start = float(np.trace(first @ rho).real)
    end = float(np.trace(last @ state_matrix(maps[0] @ real_state(rho), protocol.dimension)).real)
    about = moments(start, end)
    mean = about[1]
    central = np.array(
        [sum(comb(n, k) * about[k] * (-mean) ** (n - k) for k in range(n + 1)) for n in range(order + 1)]
    )
    return TwoPointWork(
        protocol,
        _of_central(end - start + mean, central) * unit ** np.arange(1, order + 1),
        None,
        None,
        rho,
        error,
        tolerance,
    )


def _powers(operator: ComplexArray, order: int) -> list[ComplexArray]:
    found = [np.eye(operator.shape[-1], dtype=np.complex128)]
    for _ in range(order):
        found.append(found[-1] @ operator)
    return found


def _hermitian(matrix: ComplexArray) -> ComplexArray:
    return np.asarray(0.5 * (matrix + matrix.conj().T))


def _end_operators(protocol: Protocol) -> tuple[ComplexArray, ComplexArray]:
    """The operator whose energy is counted, at the beginning and at the end, less the protocol's offset."""
    return protocol.ends(0)[0, 1], protocol.ends(len(protocol.legs) - 1)[1, 1]


def _function(operator: ComplexArray, function: object) -> ComplexArray:
    energies, frame = np.linalg.eigh(operator)
    return np.asarray((frame * function(energies)) @ frame.conj().T)  # type: ignore[operator]


def _temperature(value: object) -> float:
    number = as_real(value, "temperature")
    if number.ndim or not number > 0.0:
        raise ArgumentError(f"`temperature` must be one number > 0, got {shown(value)}.", "temperature")
    return float(number)
