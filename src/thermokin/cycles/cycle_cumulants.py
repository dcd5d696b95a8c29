"""How heat and work of a cycle fluctuate in the long run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import comb

import numpy as np

from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._result import ArrayResult
from thermokin._typing import FloatArray
from thermokin.cycles.counted_maps import WORK, in_one_unit, moment_map
from thermokin.cycles.driven_generator import trace_row
from thermokin.cycles.leg import Leg
from thermokin.cycles.limit_cycle import LimitCycle, bordered, limit_cycle
from thermokin.cycles.protocol import Protocol, require_protocol
from thermokin.cycles.swept_leg import over_points
from thermokin.operators.as_numbers import as_whole, shown

__all__ = ["CycleCumulants", "cycle_cumulants"]

HIGHEST = 6  # the moments' map has (order + 1) d^2 coordinates
FLOOR = 4.0  # times the tolerance: maps that lack more are at rounding, and a finer one changes nothing
LEAST = 1e-10  # of the energies exchanged, what is rounding


@dataclass(frozen=True, eq=False)
class CycleCumulants(ArrayResult):
    """Cumulants per cycle of an amount exchanged in many cycles.

    Args:
        values: (order,) per cycle [energy^n].
        error: estimate of what each lacks (order,).
        counted: of what: a bath's name, or "work".
        cycle: the limit cycle.
    """

    values: FloatArray
    error: FloatArray
    counted: str
    cycle: LimitCycle

    @property
    def per_time(self) -> FloatArray:
        """The same per time (order,) [energy^n/time]."""
        return np.asarray(self.values / np.asarray(self.cycle.period)[..., None])


def cycle_cumulants(
    protocol: Protocol | Leg | LimitCycle, counted: str, *, order: int = 2, tolerance: float | None = None
) -> CycleCumulants:
    """Cumulants per cycle, in the long run, of the heat from a bath or of the work.

    Heat is counted by jumps. Work on the operator whose energy is counted is the change of energy less all heat and
    chemical work; over many cycles the energy stays within bounds, so that its cumulants are those of minus the rest.
    The scaled generating function is ln of the leading eigenvalue of the tilted map of a cycle, whose derivatives
    follow from the moments M_r of the map, one linear equation an order:
    (1 - M_0) x_n = sum over j < n of binom(n, j) (M_(n-j) - lambda_(n-j)) x_j.

    Args:
        protocol: the legs of a cycle, or its limit cycle.
        counted: name of a bath, or "work".
        order: the highest cumulant, 1 to 6.
        tolerance: of the maps; 1e-10 if None, or that of the limit cycle.

    Returns:
        The cumulants, per cycle and per time, with the leading axes of a swept protocol. Where frequencies are merged
        by a tolerance, the work that jumps count is `work_on_counted` and `merged` together.

    Raises:
        ArgumentError: if the name is none of the protocol's, the order is out of range, or the protocol has no period.
        DegenerateSteadyStateError: if the cycle has several periodic states.
        NotConvergedError: if a cumulant has no digits left, or panels become too many.

    Cost:
        A map of (order + 1) d^2 coordinates a leg.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> X = [[0, 1], [1, 0]]
        >>> def qubit(gap, name, temperature):
        ...     return tk.davies(np.diag([0.0, gap]), [tk.Contact(tk.Bath(name, temperature), X, tk.Flat(0.01))])
        >>> engine = tk.Protocol(
        ...     [tk.Leg(50.0, qubit(2.0, "hot", 2.0)), tk.Leg(50.0, qubit(1.0, "cold", 0.5))], quench=True)
        >>> tk.cycle_cumulants(engine, "work").values.round(6)
        array([-0.05781,  0.12033])
    """
    cycle = protocol if isinstance(protocol, LimitCycle) else None
    swept = cycle.protocol if cycle is not None else require_protocol(protocol)
    if swept.batch_shape:
        near = cycle.tolerance if cycle is not None and tolerance is None else tolerance
        return over_points(swept, partial(cycle_cumulants, counted=counted, order=order, tolerance=near))
    legs = cycle.protocol if cycle is not None else require_protocol(protocol)
    _require_name(legs, counted)
    order = as_whole(order, "order", 1, HIGHEST)
    if cycle is None or tolerance is not None:
        cycle = limit_cycle(legs, tolerance=tolerance)
    size = legs.dimension**2
    whole, error = np.eye((order + 1) * size), 0.0
    if counted == WORK and np.abs(cycle.ledger.bathless).max() > LEAST * np.abs(cycle.ledger.energy_change).max():
        raise ArgumentError(
            "`counted` must be a bath here: jumps without a bath give energy that is neither heat nor counted work; "
            "give them a bath.",
            "counted",
        )
    unit = max(leg.energy_unit for leg in legs.legs)
    for leg in legs.legs:
        found = moment_map(leg, counted, order, cycle.tolerance)
        whole, error = in_one_unit(found.maps[0], leg.energy_unit / unit, order) @ whole, error + found.error
    moments = whole.reshape(order + 1, size, order + 1, size)[:, :, 0]
    values = _of_moments(moments, legs.dimension)
    # What maps lack enters each order through the resolvent, once more than the order before.
    amplified = 1.0 / max(1.0 - cycle.relaxation, 1e-300)
    scale = np.array([np.abs(moments[n]).max() * amplified**n for n in range(1, order + 1)])
    lacks = (error + 1e-15) * scale * 10.0
    floor = error > FLOOR * cycle.tolerance * len(legs.legs)
    _require_digits(values, lacks, scale, counted, at_floor=floor)
    powers = unit ** np.arange(1, order + 1)
    return CycleCumulants(values * powers, lacks * powers, counted, cycle)


def _require_digits(values: FloatArray, lacks: FloatArray, scale: FloatArray, counted: str, *, at_floor: bool) -> None:
    """Refuse cumulants whose error is as large as they are, and as a Gaussian's spread makes a power of that order."""
    spread = np.sqrt(max(values[1], 0.0)) if values.size > 1 else 0.0
    natural = np.maximum(np.abs(values), spread ** np.arange(1, values.size + 1))
    if (lacks > np.maximum(natural, LEAST * scale)).any():
        raise NotConvergedError(
            f"the cumulants of {counted!r} have no digits left: they are smaller than what the maps lack.",
            float(lacks.max()),
            "Ask for fewer orders; maps of legs that are so long are known no better, whatever the tolerance."
            if at_floor
            else "Ask for fewer orders, or for a finer tolerance.",
        )


def _require_name(protocol: Protocol, counted: object) -> None:
    if counted == WORK and WORK in protocol.bath_names:
        raise ArgumentError(
            "`counted` is 'work', which is the work of a cycle and the name of a bath; give that bath another name.",
            "counted",
        )
    if counted != WORK and counted not in protocol.bath_names:
        names = ", ".join(map(repr, (*protocol.bath_names, WORK)))
        raise ArgumentError(f"`counted` must be one of {names}, got {shown(counted)}.", "counted")


def _of_moments(moments: FloatArray, dimension: int) -> FloatArray:
    """Cumulants (order,) of the moments M_r (order + 1, d^2, d^2) of a map."""
    order, size = moments.shape[0] - 1, dimension**2
    matrix, trace = bordered(moments[0], dimension), trace_row(dimension)

    def solved(source: FloatArray, total: float) -> FloatArray:
        return np.asarray(np.linalg.solve(matrix, np.append(source, total))[:size])

    vectors = [solved(np.zeros(size), 1.0)]
    values = [1.0]  # derivatives of the leading eigenvalue
    for power in range(1, order + 1):
        parts = [comb(power, low) * (moments[power - low] @ vectors[low]) for low in range(power)]
        values.append(float(trace @ sum(parts)))
        source = sum(parts) - sum(comb(power, low) * values[power - low] * vectors[low] for low in range(power))
        vectors.append(solved(-source, 0.0))
    return _logarithm(np.array(values))


def _logarithm(derivatives: FloatArray) -> FloatArray:
    """Derivatives (order,) of ln f from those of f (order + 1,), f(0) = 1: cumulants from moments."""
    found = np.zeros(derivatives.size)
    for power in range(1, derivatives.size):
        lower = sum(comb(power - 1, low - 1) * found[low] * derivatives[power - low] for low in range(1, power))
        found[power] = derivatives[power] - lower
    return found[1:]
