"""Moments of the work between two measurements of energy where baths take part: counted maps between both ends."""

from __future__ import annotations

from math import comb

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.cycles.counted_maps import WORK, in_one_unit, moment_map
from thermokin.cycles.driven_generator import real_state, state_matrix
from thermokin.cycles.protocol import Protocol

__all__ = ["end_operators", "of_central", "open_cumulants"]


def end_operators(protocol: Protocol) -> tuple[ComplexArray, ComplexArray]:
    """The operator whose energy is counted, at the beginning and at the end, less the protocol's offset.

    Args:
        protocol: the legs, at one point.

    Returns:
        Both (d, d).
    """
    return protocol.ends(0)[0, 1], protocol.ends(len(protocol.legs) - 1)[1, 1]


def of_central(mean: float, central: FloatArray) -> FloatArray:
    """Cumulants of a mean and central moments.

    Args:
        mean: the mean.
        central: moments about it (order + 1,), from that of order 0.

    Returns:
        The cumulants (order,).
    """
    found = [mean, *central[2:4]]
    if central.size > 4:
        found.append(central[4] - 3.0 * central[2] ** 2)
    return np.array(found)


def open_cumulants(protocol: Protocol, rho: ComplexArray, order: int, tolerance: float) -> tuple[FloatArray, float]:
    """Cumulants of the work of a run that baths take part in.

    Args:
        protocol: the legs, at one point.
        rho: what the first measurement leaves of the start (d, d).
        order: the highest.
        tolerance: of the maps.

    Returns:
        The cumulants (order,) [energy^n], and an estimate of what the maps lack.
    """
    size = protocol.dimension**2
    whole, error = np.eye((order + 1) * size), 0.0
    unit = max(leg.energy_unit for leg in protocol.legs)
    for leg in protocol.legs:
        found = moment_map(leg, WORK, order, tolerance)
        whole, error = in_one_unit(found.maps[0], leg.energy_unit / unit, order) @ whole, error + found.error
    maps = whole.reshape(order + 1, size, order + 1, size)[:, :, 0]
    first, last = (operator / unit for operator in end_operators(protocol))
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
    return of_central(end - start + mean, central) * unit ** np.arange(1, order + 1), error


def _powers(operator: ComplexArray, order: int) -> list[ComplexArray]:
    found = [np.eye(operator.shape[-1], dtype=np.complex128)]
    for _ in range(order):
        found.append(found[-1] @ operator)
    return found


def _hermitian(matrix: ComplexArray) -> ComplexArray:
    return np.asarray(0.5 * (matrix + matrix.conj().T))
