"""Dots in series between two leads: two of them and more, with one electron at most or with neighbours that repel."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.model.bath import finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.library.dots import Charging, charging_energy, leads
from thermokin.model.library.transition import unit
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.fock import annihilators

__all__ = ["dot_chain", "double_dot"]

MOST_SITES = 10


@knows_parameters
def dot_chain(
    sites: Annotated[int, Parameter(least=2, most=8, levels=lambda sites: 2**sites)],
    hopping: Energy,
    left: Temperature,
    right: Temperature,
    *,
    energy: Energy = 0.0,
    detuning: Energy = 0.0,
    interaction: Charging = 0.0,
    potential_left: Energy = 0.0,
    potential_right: Energy = 0.0,
    rate_left: Rate = 0.01,
    rate_right: Rate = 0.01,
) -> Annotated[Model, NOT_THERMAL]:
    """Spinless dots in series between two leads, coherent inside, in the local generator.

    H = sum_i e_i n_i + hopping sum_i (c_i^+ c_{i+1} + h.c.) + interaction sum_i n_i n_{i+1}, with e_i falling evenly
    from energy + detuning / 2 to energy - detuning / 2; the left lead fills and empties the first dot, the right one
    the last, at the energies that these have without hopping. An infinite interaction leaves room for one electron in
    the whole chain (Coulomb blockade). Natural currents "particles from left", I, and "heat from left", positive into
    the chain; work against the potentials is (potential_right - potential_left) I. With a detuning or a finite
    interaction hopping works on the dots' own energy, which is what heat is counted with, so that "power", the sum of
    the heats, holds that too. Without interaction and detuning all statistics of particles are Landauer's with
    T(E) = G_l G_r |G_1n(E)|^2 and the leads' occupations at the dots' energy; of two dots
    I = (f_l - f_r) 4 t^2 G_l G_r / [(G_l + G_r)(4 t^2 + G_l G_r)].

    Args:
        sites: how many dots, n >= 2.
        hopping: between neighbours, t (...) [energy], much smaller than what the leads resolve.
        left: temperature of the lead "left" (...) [energy].
        right: temperature of the lead "right" (...) [energy].
        energy: of the dots, their mean (...) [energy].
        detuning: of the first dot above the last (...) [energy].
        interaction: of neighbours (...) [energy], >= 0; infinite for one electron at most.
        potential_left: chemical potential of the left lead (...) [energy].
        potential_right: chemical potential of the right lead (...) [energy].
        rate_left: tunnelling rate of the left barrier (...) [1/time].
        rate_right: tunnelling rate of the right barrier (...) [1/time].

    Returns:
        The model with its particle number, of dimension 2^n; n + 1 if blockaded.

    Raises:
        ArgumentError: if the interaction is negative, or infinite at some points of a sweep alone.
        ValueError: if there are fewer than two dots, or as `local`.

    Reference:
        stoof1996, elattari2002.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.library.dot_chain(3, 0.02, 0.5, 0.5, potential_left=1.0, potential_right=-1.0)
        >>> chain.dimension, bool(tk.cumulants(chain, tk.particles(chain, "left"), order=1).mean > 0.0)
        (8, True)
    """
    count = as_whole(sites, "sites", 2, MOST_SITES)
    charge = charging_energy(interaction, "interaction")
    removing = annihilators(count) if charge is not None else _one_electron(count)
    filled = [one.conj().T @ one for one in removing]
    mean, step, link = (
        finite_numbers(value, name)[..., None, None]
        for value, name in ((energy, "energy"), (detuning, "detuning"), (hopping, "hopping"))
    )
    axes = {"energy": mean.shape[:-2], "detuning": step.shape[:-2], "hopping": link.shape[:-2]}
    common_axes(axes if charge is None else {**axes, "interaction": charge.shape})
    slope = 0.5 - np.arange(count) / (count - 1.0)
    bare = sum((mean + step * slope[site]) * filled[site] for site in range(count))
    if charge is not None and charge.any():
        bare = bare + charge[..., None, None] * sum(filled[site] @ filled[site + 1] for site in range(count - 1))
    hop = sum(removing[site].conj().T @ removing[site + 1] for site in range(count - 1))
    one, other = leads(left, right, potential_left, potential_right)
    return local(
        np.asarray(bare + link * (hop + np.asarray(hop).conj().T)),
        [Contact(one, removing[0], Flat(rate_left)), Contact(other, removing[-1], Flat(rate_right))],
        bare=np.asarray(bare),
        number_operator=np.asarray(sum(filled)),
    )


def _one_electron(count: int) -> list[ComplexArray]:
    """What removes the only electron from each dot; the state 0 is empty."""
    return [np.asarray(unit(count + 1, 0, site + 1), dtype=np.complex128) for site in range(count)]


@knows_parameters
def double_dot(
    hopping: Energy,
    left: Temperature,
    right: Temperature,
    *,
    energy: Energy = 0.0,
    detuning: Energy = 0.0,
    interaction: Charging = np.inf,
    potential_left: Energy = 0.0,
    potential_right: Energy = 0.0,
    rate_left: Rate = 0.01,
    rate_right: Rate = 0.01,
) -> Annotated[Model, NOT_THERMAL]:
    """Two dots in series between two leads, blockaded unless an interaction is given: `dot_chain` of two.

    At infinite bias and blockaded, "particles from left" is Stoof's and Nazarov's
    I = t^2 G_r / [t^2 (2 + G_r / G_l) + G_r^2 / 4 + detuning^2].

    Args:
        hopping: between the dots, t (...) [energy].
        left: temperature of the lead "left" (...) [energy].
        right: temperature of the lead "right" (...) [energy].
        energy: of the dots, their mean (...) [energy].
        detuning: of the left dot above the right one (...) [energy].
        interaction: of two electrons (...) [energy], >= 0; infinite for one electron at most.
        potential_left: chemical potential of the left lead (...) [energy].
        potential_right: chemical potential of the right lead (...) [energy].
        rate_left: tunnelling rate of the left barrier (...) [1/time].
        rate_right: tunnelling rate of the right barrier (...) [1/time].

    Returns:
        The model with its particle number, of dimension 4; 3 if blockaded.

    Raises:
        ArgumentError, ValueError: as `dot_chain`.

    Reference:
        stoof1996.

    Example:
        >>> import thermokin as tk
        >>> bias = {"potential_left": 400.0, "potential_right": -400.0, "rate_left": 0.0075, "rate_right": 0.0075}
        >>> dots = tk.library.double_dot(0.006, 1.0, 1.0, detuning=0.005, **bias)
        >>> round(float(tk.cumulants(dots, tk.particles(dots, "left"), order=1).mean), 8)
        0.00183595
    """
    return dot_chain(
        2,
        hopping,
        left,
        right,
        energy=energy,
        detuning=detuning,
        interaction=interaction,
        potential_left=potential_left,
        potential_right=potential_right,
        rate_left=rate_left,
        rate_right=rate_right,
    )
