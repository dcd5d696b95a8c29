"""Absorption refrigerators of three and of four levels: heat from a hot bath drives heat out of a cold one."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, finite_numbers, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.transition import flip
from thermokin.model.model import Model
from thermokin.model.parameter import Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import common_axes

__all__ = ["four_level_refrigerator", "three_level_refrigerator"]

FOUR = 4
ROUNDING = 1e-13  # relative to the largest rate: asymmetry that is none
Energies: TypeAlias = Annotated[ArrayLike, Parameter("energy", axes=1, length=FOUR)]
Rates: TypeAlias = Annotated[ArrayLike, Parameter("1/time", axes=2)]


@knows_parameters
def three_level_refrigerator(
    work: Temperature,
    hot: Temperature,
    cold: Temperature,
    *,
    gap_cold: Gap = 1.0,
    gap_hot: Gap = 5.0,
    rate_work: Rate = 0.01,
    rate_hot: Rate = 0.01,
    rate_cold: Rate = 0.01,
) -> Model:
    """The three-level absorption refrigerator: each cycle takes one quantum from the cold and gives one to the hot.

    Levels 0, gap_cold and gap_hot; the cold bath links 0-1, the work bath 1-2, the hot bath 0-2. With n_b the
    occupation of bath b at its gap and G_b its rate, u_b = G_b n_b, d_b = G_b (n_b + 1), the cycles per time are
    J = (u_c u_w d_h - d_c d_w u_h) / N, N the sum of the nine products of two rates that lead to one level:
    u_w d_h + d_c d_w + d_c d_h + u_c d_h + d_w u_h + u_c d_w + u_c u_w + u_h u_w + u_h d_c. Heats into the system are
    "heat from cold" J gap_cold, "heat from work" J (gap_hot - gap_cold), "heat from hot" -J gap_hot, and the
    coefficient of performance gap_cold / (gap_hot - gap_cold). It cools where
    gap_cold / gap_hot < (1/T_h - 1/T_w) / (1/T_c - 1/T_w), and reaches Carnot's at the edge.

    Args:
        work: temperature of the bath "work", the hottest, which drives it (...) [energy].
        hot: temperature of the bath "hot", which takes the heat (...) [energy].
        cold: temperature of the bath "cold", which is cooled (...) [energy].
        gap_cold: gap that the cold bath sees (...) [energy], > 0.
        gap_hot: gap that the hot bath sees (...) [energy], above the cold one.
        rate_work: zero-temperature emission rate into the work bath (...) [1/time].
        rate_hot: zero-temperature emission rate into the hot bath (...) [1/time].
        rate_cold: zero-temperature emission rate into the cold bath (...) [1/time].

    Returns:
        The model of dimension 3.

    Raises:
        ArgumentError: if the gaps do not ascend.
        ValueError: if leading axes do not broadcast, or as `Bath` and `Flat`.

    Reference:
        scovil1959, levy2012, segal2018.

    Example:
        >>> import thermokin as tk
        >>> fridge = tk.library.three_level_refrigerator(work=6.0, hot=1.5, cold=1.0)
        >>> found = tk.figures_of_merit(fridge)
        >>> str(found.does), round(float(found.coefficient_of_performance), 12)
        ('absorption refrigerator', 0.25)
    """
    narrow, wide = positive_numbers(gap_cold, "gap_cold"), positive_numbers(gap_hot, "gap_hot")
    common_axes({"gap_cold": narrow.shape, "gap_hot": wide.shape})
    if not (wide > narrow).all():
        raise ArgumentError("`gap_hot` must be > `gap_cold`: the work bath takes the difference.", "gap_hot")
    levels = np.zeros((*np.broadcast_shapes(narrow.shape, wide.shape), 3, 3))
    levels[..., 1, 1], levels[..., 2, 2] = narrow, wide
    return davies(
        levels,
        [
            Contact(Bath("work", work), flip(3, 1, 2), Flat(rate_work)),
            Contact(Bath("hot", hot), flip(3, 0, 2), Flat(rate_hot)),
            Contact(Bath("cold", cold), flip(3, 0, 1), Flat(rate_cold)),
        ],
    )


@knows_parameters
def four_level_refrigerator(
    energies: Energies,
    work: Temperature,
    hot: Temperature,
    cold: Temperature,
    *,
    rates_work: Rates,
    rates_hot: Rates,
    rates_cold: Rates,
) -> Model:
    """Four levels between three baths, each of which may link any of the pairs: a refrigerator of several cycles.

    The bath b links m < n of gap w at R_mn (n_b(w) + 1) down and R_mn n_b(w) up, R its matrix of rates. Natural
    currents are "heat from work", "heat from hot" and "heat from cold", positive into the system. With one pair for
    each bath, closed to a ring, it is tightly coupled as three levels are.

    Args:
        energies: four energies (..., 4) [energy].
        work: temperature of the bath "work" (...) [energy].
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].
        rates_work: zero-temperature emission rates of the pairs into the work bath (..., 4, 4) [1/time]; symmetric,
            >= 0, 0 on the diagonal.
        rates_hot: the same into the hot bath (..., 4, 4) [1/time].
        rates_cold: the same into the cold bath (..., 4, 4) [1/time].

    Returns:
        The model of dimension 4. Pairs of one gap make one collective jump, as in `davies`.

    Raises:
        ArgumentError: if a shape is wrong, or rates are negative, not symmetric, or all 0.
        ValueError: as `Bath` and `davies`.

    Reference:
        correa2014, saryal2021.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> pairs = {"work": (1, 2), "hot": (0, 3), "cold": (0, 1)}
        >>> rates = {name: np.zeros((4, 4)) for name in pairs}
        >>> for name, (low, high) in [*pairs.items(), ("work", (2, 3))]:
        ...     rates[name][low, high] = rates[name][high, low] = 0.001
        >>> levels = [0.0, 1.0, 2.5, 4.5]
        >>> given = {f"rates_{name}": matrix for name, matrix in rates.items()}
        >>> fridge = tk.library.four_level_refrigerator(levels, 8.0, 1.2, 1.0, **given)
        >>> str(tk.figures_of_merit(fridge).does)
        'absorption refrigerator'
    """
    levels = finite_numbers(energies, "energies")
    if levels.shape[-1:] != (FOUR,):
        raise ArgumentError(f"`energies` must have shape (..., 4), got {levels.shape}.", "energies")
    contacts = [
        Contact(Bath(name, temperature), np.sqrt(_pair_rates(rates, f"rates_{name}")), Flat(1.0))
        for name, temperature, rates in (
            ("work", work, rates_work),
            ("hot", hot, rates_hot),
            ("cold", cold, rates_cold),
        )
    ]
    return davies(levels[..., None] * np.eye(FOUR), contacts)


def _pair_rates(rates: ArrayLike, name: str) -> FloatArray:
    matrix = finite_numbers(rates, name)
    if matrix.shape[-2:] != (FOUR, FOUR):
        raise ArgumentError(f"`{name}` must have shape (..., 4, 4), got {matrix.shape}.", name)
    if (matrix < 0.0).any():
        raise ArgumentError(f"`{name}` must hold rates >= 0, got {matrix.min():g}.", name)
    if not matrix.any():
        raise ArgumentError(f"`{name}` must link some levels, got 0 for all pairs.", name)
    if np.abs(matrix - matrix.swapaxes(-1, -2)).max() > ROUNDING * matrix.max():
        raise ArgumentError(f"`{name}` must be symmetric: a pair has one rate.", name)
    if np.diagonal(matrix, axis1=-2, axis2=-1).any():
        raise ArgumentError(f"`{name}` must be 0 on its diagonal: a level is no pair.", name)
    return matrix
