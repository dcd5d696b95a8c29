"""How a current of particles answers to the potential of its lead, near equilibrium or far from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import Result
from thermokin._typing import FloatArray
from thermokin.counting.counting import cumulants
from thermokin.model.current import particles
from thermokin.operators.as_numbers import as_real, require_finite, shown

__all__ = ["DifferentialConductance", "differential_conductance"]

STEP = 0.06  # of the lowest temperature: order six leaves 1e-8 of what varies on its scale
WEIGHTS = np.array([45.0, -9.0, 1.0]) / 60.0  # of differences over one, two and three steps
COARSE = np.array([8.0, -1.0]) / 12.0
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class DifferentialConductance(Result):
    """dJ/dmu of the particles that leave a lead, by the potential of that lead alone.

    Args:
        system: at the potentials that were asked for.
        lead: its name.
        potential: of the lead (...) [energy].
        current: of particles out of it (...) [1/time].
        values: dJ/dmu (...) [1/(energy time)]; times 2 pi, the transmission of a cold junction.
        error: of the differences, those of the currents included (...).
    """

    system: Any
    lead: str
    potential: FloatArray
    current: FloatArray
    values: FloatArray
    error: FloatArray


def differential_conductance(
    build: Callable[[FloatArray], Any], potential: ArrayLike, lead: str, *, step: float | None = None
) -> DifferentialConductance:
    """dJ/dmu of the particles that leave a lead, for any bias: by differences of order six of the current.

    Args:
        build: function from the potential of the lead (...) to a system, a model or a junction, of that sweep.
        potential: where it is asked for (...) [energy].
        lead: whose potential varies, and whose particles are counted.
        step: of the differences [energy]; .06 of the lowest temperature if None.

    Returns:
        The conductance, with the current.

    Raises:
        ValueError: if a potential is not finite, the step is not positive, or a bath has temperature 0 and there is no
            step.
        TypeError: if `build` is no function.
        NotConvergedError: if rounding leaves too few digits of a current.

    Cost:
        Seven currents a point, all points together.

    Example:
        >>> import thermokin as tk
        >>> def junction(bias):
        ...     leads = [tk.Bath("left", 0.05, bias, tk.Fermi()), tk.Bath("right", 0.05, 0.0, tk.Fermi())]
        ...     return tk.transport.Junction(tk.transport.resonant_level(0.5, 0.02, 0.02), leads)
        >>> found = tk.differential_conductance(junction, [0.0, 0.5, 1.0], "left")
        >>> found.values.round(6)
        array([0.000297, 0.040855, 0.000297])
    """
    if not callable(build):
        raise TypeError(f"`build` must be a function from the potential of the lead to a system, got {shown(build)}.")
    at = as_real(potential, "potential")
    require_finite(at, "potential")
    system = build(at)
    if step is None:
        baths: Any = getattr(system, "baths", None) or getattr(system, "leads", ())
        step = STEP * min((float(np.min(bath.temperature)) for bath in baths), default=0.0)
        if step == 0.0:
            raise ValueError("`step` must be given where a bath has temperature 0: the current may have kinks.")
    elif not (np.isfinite(step) and step > 0.0):
        raise ValueError(f"`step` must be positive, got {step!r}.")

    def current(one: Any) -> tuple[FloatArray, FloatArray]:
        found = cumulants(one, particles(one, lead), order=1)
        return np.asarray(found.values[..., 0]), np.asarray(found.error)[..., 0]

    pairs = [(current(build(at + far * step)), current(build(at - far * step))) for far in (1, 2, 3)]
    differences = np.stack([up[0] - down[0] for up, down in pairs], axis=-1) / step
    values = differences @ WEIGHTS
    known = np.stack([np.broadcast_to(up[1] + down[1], up[0].shape) for up, down in pairs], axis=-1) / step
    moved = EPSILON * np.abs(at)[..., None] / step * np.abs(differences)
    error = np.abs(values - differences[..., :2] @ COARSE) + (known + moved).sum(axis=-1)
    return DifferentialConductance(system, lead, np.broadcast_to(at, values.shape), current(system)[0], values, error)
