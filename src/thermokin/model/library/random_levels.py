"""Thermal N-level systems with energies and couplings at random."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from thermokin.model.library.levels import levels
from thermokin.model.model import Model
from thermokin.model.parameter import Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Spectrum
from thermokin.model.statistics import Statistics
from thermokin.operators.as_numbers import as_real, as_whole, require_moderate, shown

__all__ = ["random_levels"]

MOST = 20_000  # levels

Count: TypeAlias = Annotated[int, Parameter(least=2, most=10_000, levels=lambda count: count)]
Seed: TypeAlias = Annotated[int, Parameter(least=0, most=2**63 - 1)]


@knows_parameters
def random_levels(
    count: Count,
    seed: Seed,
    rate: Rate = 1.0,
    temperature: Temperature = 1.0,
    *,
    width: Annotated[float, Parameter("energy", above=0.0)] = 4.0,
    statistics: Statistics | None = None,
    spectrum: Spectrum | None = None,
) -> Model:
    """N levels with energies uniform in [0, width] and couplings normal, the ground state at 0. The seed reproduces it.

    Args:
        count: how many levels, N >= 2.
        seed: of the random numbers; one seed is one system at every temperature.
        rate: of the flat spectrum (...) [1/time], unless a spectrum is given.
        temperature: of the bath, which is named "bath" (...) [energy].
        width: of the spectrum [energy], > 0.
        statistics: `Bose()` if None.
        spectrum: G(w); `Flat(rate)` if None.

    Returns:
        The model.

    Raises:
        ValueError: if there are fewer than two levels or the width is not positive, or as `levels`.
        TypeError: if a number is not one.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> cold, hot = (tk.library.random_levels(5, seed=7, rate=1e-4, temperature=warmth) for warmth in (1.0, 2.0))
        >>> bool(np.array_equal(cold.energies, hot.energies))  # one system on two baths
        True
    """
    count, spread = as_whole(count, "count", 2, MOST), as_real(width, "width")
    require_moderate(spread, "width")
    if spread.ndim or not spread > 0.0:
        raise ValueError(f"`width` must be one number > 0, got {shown(width)}.")
    random = np.random.default_rng(as_whole(seed, "seed", 0))
    energies, elements = np.sort(random.uniform(0.0, float(spread), count)), random.normal(size=(count, count))
    coupling = (elements + elements.T) / np.sqrt(2.0)
    return levels(energies - energies[0], coupling, rate, temperature, statistics=statistics, spectrum=spectrum)
