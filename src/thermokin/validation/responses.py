"""Cases on what a steady state answers: derivatives by any parameter, transport coefficients, correlations, spectra."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin.linear_response.channel_response import channel_response
from thermokin.linear_response.correlation import correlation
from thermokin.linear_response.emission_spectrum import emission_spectrum
from thermokin.linear_response.fluctuation_dissipation import fluctuation_dissipation
from thermokin.linear_response.onsager import onsager
from thermokin.linear_response.outputs import Mean, Noise, Output
from thermokin.linear_response.response import Response, response
from thermokin.model.bath import Bath
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.current import current, entropy_flow
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.rates import rates
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import Fermi
from thermokin.motion.evolution import evolve
from thermokin.motion.steady_state import steady_state
from thermokin.validation.case import Case, reference, table_row

__all__ = ["derivatives_at_rest", "fluctuation_and_response", "resonance_lines", "thermoelectric_level"]

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
Wanted = Mapping[str, "str | Callable[[Model], Output]"]


def derivatives_at_rest() -> list[Case]:
    """A qubit between baths, an interacting dot and a driven qubit, by all their parameters."""
    return [*_two_bath_qubit(), *_interacting_dot(), *_driven_qubit()]


def _derived(name: str, family: Callable[..., Model], outputs: Wanted) -> tuple[Response, dict[str, ArrayLike]]:
    """Outputs and their derivatives, by the names that the reference has for them."""
    given = reference(name).parameters
    order: Sequence[str] = given["order"]
    found = response(family, {key: given[key] for key in order}, order, outputs)
    values = {key: found.numbers[place] for place, key in enumerate(outputs)}
    return found, {**values, **{f"d_{key}": found.values[place] for place, key in enumerate(outputs)}}


def _two_bath_qubit() -> list[Case]:
    def qubit(w: float, g_h: float, g_c: float, T_h: float, T_c: float) -> Model:  # noqa: N803 - as the reference
        swap = LOWER + LOWER.T
        contacts = [Contact(Bath("hot", T_h), swap, Flat(g_h)), Contact(Bath("cold", T_c), swap, Flat(g_c))]
        return davies(np.diag([0.0, w]), contacts)

    words = {"J": "heat from hot", "D_J": "noise of heat from hot"}
    words |= {"sigma": "entropy production", "A": "activity", "gap": "gap"}
    found, ours = _derived("two_bath_qubit", qubit, words)
    ours |= _populations(found)
    return reference("two_bath_qubit").cases("qubit between two baths", ours)


def _interacting_dot() -> list[Case]:
    up, down = np.kron(np.eye(2), LOWER), np.kron(LOWER, np.diag([1.0, -1.0]))

    def dot(eps: float, U: float, G_L: float, G_R: float, T_L: float, T_R: float, mu_L: float, mu_R: float) -> Model:  # noqa: N803 - as the reference
        leads = [(Bath("left", T_L, mu_L, Fermi()), G_L), (Bath("right", T_R, mu_R, Fermi()), G_R)]
        contacts = [Contact(lead, spin, Flat(rate)) for lead, rate in leads for spin in (up, down)]
        return davies(np.diag([0.0, eps, eps, 2.0 * eps + U]), contacts, number_operator=np.diag([0.0, 1.0, 1.0, 2.0]))

    words = {"J": "particles from left", "D_J": "noise of particles from left"}
    words |= {"heat_L": "heat from left", "D_heat_L": "noise of heat from left"}
    words |= {"sigma": "entropy production", "A": "activity", "gap": "gap"}
    found, ours = _derived("interacting_dot", dot, words)
    ours |= _populations(found)
    return reference("interacting_dot").cases("interacting dot between leads", ours)


def _driven_qubit() -> list[Case]:
    def qubit(Omega: float, gamma: float, n: float, Delta: float) -> Model:  # noqa: N803 - as the reference
        gap, bath = np.log((n + 1.0) / n), Bath("bath", 1.0)
        return Model(
            0.5 * Omega * (LOWER + LOWER.T) + np.diag([0.0, Delta]),
            [
                Channel(np.sqrt(gamma * (n + 1.0)) * LOWER, bath, -gap),
                Channel(np.sqrt(gamma * n) * LOWER.T, bath, gap),
            ],
            energy_operator=np.diag([0.0, gap]),
        )

    wanted: Wanted = {
        "J": lambda model: Mean(current(model, [1.0, -1.0])),
        "D_J": lambda model: Noise(current(model, [1.0, -1.0])),
        "sigma": "entropy production",
        "A": "activity",
        "gap": "gap",
    }
    found, ours = _derived("driven_qubit", qubit, wanted)
    at = np.asarray(steady_state(found.family.at(found.given)))
    ours |= {"steady": _elements(at), "d_steady": _elements(found.state)}
    return reference("driven_qubit").cases("driven thermal qubit", ours)


def _populations(found: Response) -> dict[str, ArrayLike]:
    diagonal = np.diagonal(found.state, axis1=-2, axis2=-1)
    return {"steady": steady_state(found.family.at(found.given)).populations, "d_steady": diagonal.real}


def _elements(state: np.ndarray) -> np.ndarray:
    """Both populations, and the coherence in its two parts."""
    coherence = state[..., 0, 1]
    parts = (state[..., 0, 0].real, state[..., 1, 1].real, coherence.real, coherence.imag)
    return np.stack(parts, axis=-1)


def thermoelectric_level() -> list[Case]:
    """One level between leads, whose heat goes with particles alone."""
    expected = reference("seebeck_single_level")
    given = expected.parameters
    leads = [Bath(name, given["T"], given["mu"], Fermi()) for name in ("left", "right")]
    contacts = [Contact(lead, LOWER, Flat(given[rate])) for lead, rate in zip(leads, ("G_L", "G_R"), strict=True)]
    level = davies(np.diag([0.0, given["eps"]]), contacts, number_operator=np.diag([0.0, 1.0]))
    found = onsager(level).thermoelectric
    ours: dict[str, ArrayLike] = {
        "conductance": found.conductance,
        "seebeck": found.seebeck,
        "L": found.matrix,
        "thermal_conductance": found.thermal_conductance,
    }
    return expected.cases("one level between leads", ours)


def resonance_lines() -> list[Case]:
    """The three lines of a strongly driven two-level system, and how its photons follow one another."""
    expected = reference("mollow_triplet")
    given = expected.parameters
    model = Model(0.5 * given["Omega"] * (LOWER + LOWER.T), [Channel(np.sqrt(given["gamma"]) * LOWER, None)])
    found = emission_spectrum(model, LOWER, given["w"])
    (later,) = correlation(model, LOWER.T, LOWER, [1.0]).values
    excited = np.asarray(steady_state(model))[1, 1].real
    # A photon leaves the ground state behind, from which the next comes.
    after = evolve(model, np.diag([1.0, 0.0]), [0.3, 0.8, 3.0]).states[:, 1, 1].real
    ours: dict[str, ArrayLike] = {
        "S": found.values,
        "elastic": found.coherent,
        "incoherent": found.incoherent,
        "excited": excited,
        "correlation_tau_1": [later.real, later.imag],
        "g2": after / excited,
    }
    return expected.cases("resonance fluorescence", ours)


def fluctuation_and_response() -> list[Case]:
    """A ring in and out of equilibrium, and a network whose noise is the sum of what each of its jumps answers."""
    expected = reference("fdt_violation_ring")
    given = expected.parameters
    ours: dict[str, Any] = {}
    for name, force in zip(("eq", "driven"), given["F"], strict=True):
        model = _ring(given["E"], given["k"], force)
        found = fluctuation_dissipation(model, np.diag(given["B"]), given["w"])
        answer = found.susceptibility
        ours[f"{name}_S"], ours[f"{name}_violation"] = found.spectrum, found.values
        ours[f"{name}_chi"] = np.stack([answer.real, answer.imag], axis=-1)
        if name == "driven":
            flow = entropy_flow(model)
            ours["driven_chi_static"], ours["driven_sigma"] = found.static, flow.mean(found.steady_state)
    return [*expected.cases("ring of four states", ours), *_network(), _mutual_linearity()]


def _ring(energies: Sequence[float], barriers: Sequence[float], force: float) -> Model:
    size = len(energies)
    matrix = np.zeros((size, size))
    for source, barrier in enumerate(barriers):
        to = (source + 1) % size
        tilt = force / 8.0 - (energies[to] - energies[source]) / 2.0
        matrix[to, source], matrix[source, to] = barrier * np.exp(tilt), barrier * np.exp(-tilt)
    return rates(matrix)


def _network() -> list[Case]:
    model = rates(np.array([[0.0, 2.0, 0.5], [0.3, 0.0, 1.5], [1.1, 0.4, 0.0]]))
    watched = np.diag([1.0, 0.0, -0.5])
    answers = channel_response(model, watched, frequencies=[0.8])
    by_jumps = (np.abs(answers.values) ** 2 / answers.rates).sum(axis=-1)
    (spectrum,) = fluctuation_dissipation(model, watched, [0.8]).spectrum
    numbers = {
        "noise of an observable": ("0.290750424814", spectrum),
        "the same by the responses to its jumps": ("0.290750424814", by_jumps[0]),
    }
    return table_row("three states, frequency 0.8", "arXiv:2605.05038, closed form", numbers)


def _mutual_linearity() -> Case:
    """All currents beside one of them, while a rate of a third edge takes seven values."""
    matrix = np.random.default_rng(6).exponential(size=(6, 6)) * (1.0 - np.eye(6))
    several = np.repeat(matrix[None], 7, axis=0)
    several[:, 1, 0] = np.geomspace(0.05, 20.0, 7)
    model = rates(several)
    flows = several * steady_state(model).populations[:, None, :]
    net = (flows - flows.swapaxes(-1, -2))[:, *np.triu_indices(6, 1)][:, 1:]
    share = (net[:, :1] - net[:1, :1]) / (net[-1:, :1] - net[:1, :1])
    off = np.abs(net - net[:1] - share * (net[-1:] - net[:1])).max() / np.abs(net).max()
    quantity = "distance of 14 currents from straight lines"
    return Case("network of six states", quantity, 0.0, float(off), 1e-12, "arXiv:2402.13193, mutual linearity")
