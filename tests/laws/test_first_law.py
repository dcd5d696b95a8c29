"""Energy is conserved: heat counted jump by jump against the energy of states moved by another program.

The change of energy comes from density matrices that a dense exponential of the oracle's generator has moved; the heat
from integrals over the package's channels and from its moment hierarchy. Nothing here is an identity.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import counting_oracles as counting
import oracles
import strategies
import thermokin as tk
from engines import ENGINES, evolved
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from strategies import CoherentData, LevelsData
from thermokin.counting.moments import hierarchy_moments
from thermokin.model.jump_entropy import heat_weights
from thermokin.thermo.time_integral import time_integral

FEW = settings(max_examples=12, deadline=None)
LATE = 3.0  # in units of a model's time unit


def energies_of(hamiltonian: Array, jumps: list[oracles.Jump], start: Array, times: Array) -> Array:
    """tr(H rho) over time, rho moved by the dense exponential of the whole generator."""
    generator = oracles.liouvillian(hamiltonian, jumps)
    states = [oracles.unvec(oracles.propagate(generator, oracles.vec(start), time)) for time in times]
    return np.array([np.trace(hamiltonian @ state).real for state in states])


@FEW
@given(strategies.models_with_states(number_of_baths=2), strategies.time_grids(3))
def test_the_heats_of_two_baths_add_up_to_the_energy_of_a_coherent_state(
    drawn: tuple[CoherentData, Array], grid: Array
) -> None:
    data, state = drawn
    times = grid * data.time_unit
    model = builders.coherent(data)
    ledger = tk.ledger(model, tk.evolve(model, state, times))
    energies = energies_of(data.hamiltonian, [j for jumps, _ in data.oracle_baths() for j in jumps], state, times)
    # The oracle's exponential turns phases of ten thousand radians in doubles.
    np.testing.assert_allclose(ledger.heat["0"] + ledger.heat["1"], energies - energies[0], rtol=0, atol=1e-10)
    np.testing.assert_allclose(ledger.energy, energies, rtol=0, atol=1e-10)
    # Davies jumps change the energy by their own frequency: nothing is left for work.
    np.testing.assert_allclose(ledger.work_rate * data.time_unit, 0.0, rtol=0, atol=1e-10)


@FEW
@given(strategies.models_with_states(number_of_baths=2, largest=3))
def test_the_counted_heat_of_each_bath_is_the_integral_of_its_current(drawn: tuple[CoherentData, Array]) -> None:
    data, state = drawn
    model = builders.coherent(data)
    time = LATE * data.time_unit
    ledger = tk.ledger(model, tk.evolve(model, state, [time]))
    both = data.oracle_baths()
    jumps = [jump for some, _ in both for jump in some]
    generator = oracles.liouvillian(data.hamiltonian, jumps)
    trace = oracles.vec(np.eye(data.dimension))
    for index in range(2):
        weights = [-jump.frequency if jump.bath == index else 0.0 for jump in jumps]
        gains = counting.liouvillian_gains(jumps, weights, 1)
        moment = counting.integrated_moments(generator, gains, trace, oracles.vec(state), time)[1]
        counted = tk.integrated_cumulants(model, tk.heat(model, str(index)), state, [time], order=1)[0, 0]
        # Exponentials of twice the size with phases of ten thousand radians.
        assert ledger.heat[str(index)][0] == pytest.approx(moment, abs=1e-10)
        assert counted == pytest.approx(moment, abs=1e-10)


@pytest.mark.parametrize("engine", ENGINES)
@FEW
@given(strategies.levels_with_populations(), strategies.time_grids(3))
def test_three_roads_to_the_heat_of_thermal_levels_meet(
    engine: str, drawn: tuple[LevelsData, Array], grid: Array
) -> None:
    """The change of the levels' energy, the integral of the jumps' current, and the first moment of their count."""
    data, start = drawn
    times = grid * data.time_unit
    model = builders.levels(data)
    evolution = evolved(engine, model, tk.Populations(start), times)
    weights = heat_weights(model)
    moved = [oracles.uniformised(data.rate_matrix(), start, time) for time in times]
    change = (np.array(moved) - start) @ data.energies
    by_jumps = time_integral(evolution, evolution.liouvillian.observable(weights))
    by_moments = hierarchy_moments(evolution, weights, 1)[..., 0]
    for heat in (tk.ledger(model, evolution).heat["bath"], by_jumps, by_moments):
        # Energies of order three, moved in doubles; the integral adds up to ten quanta in either direction.
        np.testing.assert_allclose(heat, change, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_energy_of_a_library_model_is_paid_by_heat_work_and_particles(name: str) -> None:
    """dE = sum of heats + mu times particles + work, each integrated over the same grid by its own road."""
    model = example(name)
    start = random_density_matrix(model.dimension, 3)
    end = 3.0 / float(tk.modes(model).gap)
    evolution = tk.evolve(model, start, [end])
    ledger = tk.ledger(model, evolution)
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    generator = oracles.liouvillian(model.hamiltonian, jumps)
    energy = model.from_frame(model.energy.dense)
    last = oracles.unvec(oracles.propagate(generator, oracles.vec(start), end))
    change = np.trace(energy @ (last - start)).real
    paid = sum(ledger.heat[bath.name][0] for bath in model.baths)
    for bath in model.baths:
        if bath.chemical_potential.any():
            count = tk.integrated_cumulants(model, tk.particles(model, bath.name), start, [end], order=1)[0, 0]
            paid = paid + bath.chemical_potential * count
    # Work of the coupling between parts: the current of [H, E], integrated by nodes that its phases need.
    nodes, shares = np.polynomial.legendre.leggauss(400)
    at = 0.5 * end * (nodes + 1.0)
    work = 0.5 * end * float(shares @ tk.ledger(model, evolution.at(at)).work_rate)
    # Phases of thousands of radians in the oracle; four hundred nodes resolve a hundred turns of the coupling.
    assert change == pytest.approx(float(paid) + work, abs=1e-8)


def test_particles_carry_energy_that_is_not_heat() -> None:
    """A level at energy e on a bath at chemical potential mu: every electron brings e, of which e - mu is heat."""
    energy, mu, rate = -0.3, 0.2, 0.02
    model = tk.library.fermionic_level(energy, rate, 0.7, mu)
    ledger = tk.ledger(model, tk.evolve(model, tk.Populations([0.9, 0.1]), [0.0, 11.0, 60.0]))
    filled = 1.0 / (np.exp((energy - mu) / 0.7) + 1.0)
    count = (filled - 0.1) * -np.expm1(-rate * ledger.times)  # electrons that came in, in closed form
    np.testing.assert_allclose(ledger.energy - ledger.energy[0], energy * count, rtol=0, atol=1e-15)
    (heat,) = ledger.heat.values()
    np.testing.assert_allclose(heat, (energy - mu) * count, rtol=0, atol=1e-15)
    np.testing.assert_allclose(ledger.work_rate, 0.0, rtol=0, atol=1e-16)
