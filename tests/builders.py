"""Plain data and exactly solvable systems made into models of the package."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import oracles
import systems
import thermokin as tk
from oracles import Array
from strategies import BathData, CoherentData, LevelsData

STATISTICS = {"bose": tk.Bose(), "spin": tk.SpinBath(), "fermi": tk.SpinBath()}


def bath(data: BathData, name: str = "bath") -> tk.Bath:
    """A bath by its data."""
    return tk.Bath(name, data.temperature, statistics=STATISTICS[data.statistics])


def levels(data: LevelsData) -> tk.Model:
    """Thermal levels, each transition a channel of its own, on the bath "bath"."""
    return tk.library.levels(
        data.energies,
        data.coupling,
        data.bath.strength,
        data.bath.temperature,
        statistics=STATISTICS[data.bath.statistics],
    )


def coherent(data: CoherentData) -> tk.Model:
    """The Davies model of a Hamiltonian and baths "0", "1", ... with Ohmic spectra."""
    contacts = [
        tk.Contact(bath(some, str(index)), coupling, tk.Ohmic(some.strength))
        for index, (some, coupling) in enumerate(zip(data.baths, data.couplings, strict=True))
    ]
    return tk.davies(data.hamiltonian, contacts)


def channels(
    hamiltonian: Array, baths: Sequence[tuple[Sequence[oracles.Jump], float]], energy: Array | None = None
) -> tk.Model:
    """A model of hand-written channels out of an oracle's jumps, baths "0", "1", ... given as (jumps, temperature)."""
    made = []
    for index, (jumps, temperature) in enumerate(baths):
        some = tk.Bath(str(index), temperature)
        made += [tk.Channel(jump.operator, some, -jump.frequency) for jump in jumps]
    return tk.Model(hamiltonian, made, energy_operator=energy)


def two_state(system: systems.TwoStateQuench) -> tk.Model:
    """The model of a two-state quench at its bath temperature: a qubit, or one ground and several excited levels."""
    kind = STATISTICS[system.statistics]
    if system.degeneracy == 1:
        return tk.library.qubit(system.gap, system.rate, system.bath_temperature, statistics=kind)
    size = system.degeneracy + 1
    coupling = np.zeros((size, size))
    coupling[0, 1:] = coupling[1:, 0] = 1.0
    energies = np.array([0.0] + [system.gap] * system.degeneracy)
    return tk.library.levels(energies, coupling, system.rate, system.bath_temperature, statistics=kind)


def oscillator(system: systems.OscillatorQuench, size: int) -> tk.Model:
    """The model of an oscillator quench at its bath temperature, cut off at `size` levels."""
    kind = STATISTICS[system.statistics]
    return tk.library.oscillator(size, system.frequency, system.rate, system.bath_temperature, statistics=kind)


def initial(system: systems.Quench) -> tk.Gibbs:
    """The start of a quench."""
    return tk.Gibbs(system.initial_temperature)


def two_bath_qubit(system: systems.TwoBathQubit) -> tk.Model:
    """A qubit between the baths "hot" and "cold"."""
    contacts = [
        tk.Contact(tk.Bath(name, temperature), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(rate))
        for name, temperature, rate in zip(("hot", "cold"), system.temperatures, system.hot_and_cold_rates, strict=True)
    ]
    return tk.davies(np.diag([0.0, system.gap]), contacts)


def absorption_refrigerator(system: systems.AbsorptionRefrigerator) -> tk.Model:
    """Three levels between the baths "cold", "hot" and "work"."""
    contacts = []
    links = ((0, 1), (0, 2), (1, 2))
    for name, temperature, link in zip(("cold", "hot", "work"), system.temperatures, links, strict=True):
        coupling = np.zeros((3, 3))
        coupling[link] = coupling[link[::-1]] = 1.0
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling, tk.Flat(system.rate)))
    return tk.davies(np.diag([0.0, system.cold_gap, system.cold_gap + system.work_gap]), contacts)
