"""The single-electron pump: a dot whose level and barriers are turned, at one phase of its cycle."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin.model.bath import finite_numbers, positive_numbers
from thermokin.model.library.dots import single_dot
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Number, Parameter, Rate, Temperature, knows_parameters
from thermokin.operators.as_numbers import common_axes

__all__ = ["electron_pump"]

STEEPEST = 300.0  # beyond it a barrier's rate is no double
Contrast: TypeAlias = Annotated[ArrayLike, Parameter(least=-STEEPEST, most=STEEPEST)]


@knows_parameters
def electron_pump(
    phase: Number,
    amplitude: Energy,
    contrast: Contrast,
    rate: Rate,
    left: Temperature,
    right: Temperature,
    *,
    energy: Energy = 0.0,
    potential_left: Energy = 0.0,
    potential_right: Energy = 0.0,
) -> Annotated[Model, NOT_THERMAL]:
    """One level between two leads at one phase x of a cycle that pumps an electron, if it is slow and deep.

    Its energy is energy - amplitude cos(2 pi x), its barriers have the rates rate exp(+-contrast sin(2 pi x)), left
    and right. A falling level takes an electron in through the right barrier if the contrast is negative, while x is
    above 1/2, and lets it out through the left one: one electron a cycle goes against the sign of the contrast.
    As a leg of a cycle of a given period: `tk.Leg(period, lambda t: tk.library.electron_pump(t / period, ...))`. The
    occupation p obeys dp/dt = G_l f_l + G_r f_r - (G_l + G_r) p. The electrons that go from left to right in a cycle
    are the chemical work of its ledger over potential_left - potential_right; the work of the drive pays for it.

    Args:
        phase: x of the cycle, of period 1 (...).
        amplitude: of the level (...) [energy].
        contrast: logarithm of the rates' modulation (...), -300 to 300.
        rate: of both barriers in the middle (...) [1/time].
        left: temperature of the lead "left" (...) [energy].
        right: temperature of the lead "right" (...) [energy].
        energy: of the level in the middle (...) [energy].
        potential_left: chemical potential of the left lead (...) [energy].
        potential_right: chemical potential of the right lead (...) [energy].

    Returns:
        The model of dimension 2, with its particle number.

    Raises:
        ArgumentError: if the contrast is out of range.
        ValueError: if leading axes do not broadcast, or as `single_dot`.

    Reference:
        pekola2013.

    Example:
        >>> import thermokin as tk
        >>> def pump(time):
        ...     return tk.library.electron_pump(time / 20.0, 10.0, 4.0, 1.0, 1.0, 1.0, potential_left=1.0)
        >>> cycle = tk.limit_cycle(tk.Protocol([tk.Leg(20.0, pump)]))
        >>> round(float(cycle.ledger.chemical_work.sum()), 3)
        -0.986
    """
    turn = 2.0 * np.pi * finite_numbers(phase, "phase")
    depth, steep = finite_numbers(amplitude, "amplitude"), finite_numbers(contrast, "contrast")
    middle, speed = finite_numbers(energy, "energy"), positive_numbers(rate, "rate")
    common_axes(
        {
            "phase": turn.shape,
            "amplitude": depth.shape,
            "contrast": steep.shape,
            "rate": speed.shape,
            "energy": middle.shape,
        }
    )
    if (np.abs(steep) > STEEPEST).any():
        raise ArgumentError(f"`contrast` must be from -{STEEPEST:g} to {STEEPEST:g}.", "contrast")
    opening = steep * np.sin(turn)
    return single_dot(
        middle - depth * np.cos(turn),
        left,
        right,
        potential_left=potential_left,
        potential_right=potential_right,
        rate_left=speed * np.exp(opening),
        rate_right=speed * np.exp(-opening),
    )
