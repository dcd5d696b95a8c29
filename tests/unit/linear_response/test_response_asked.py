"""What `response` takes and gives: words and functions, rows and sweeps, states, gaps, views, and what it refuses."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

import thermokin as tk

Array = np.ndarray[Any, Any]
lib = tk.library
MASER = tk.Family(lib.three_level_maser, {"cold": 1.0})
AT = {"drive": 0.05, "hot": 5.0}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def differences(number: Callable[[tk.Model], Any], family: tk.Family, at: dict[str, float], name: str) -> Any:
    """Of fourth order, in doubles."""
    step = 1e-3 * at[name]

    def moved(times: float) -> Any:
        return np.asarray(number(family.at({**at, name: at[name] + times * step})))

    return (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * step)


def test_words_functions_and_their_sums_say_the_same() -> None:
    found = tk.response(
        MASER,
        AT,
        ["drive", "hot"],
        {
            "words": "heat from hot + heat from cold",
            "function": lambda model: tk.heat(model, "hot") + tk.heat(model, "cold"),
            "mean": lambda model: tk.outputs.Mean(tk.heat(model)),
            "noise": "noise of entropy_flow",
            "its function": lambda model: tk.outputs.Noise(tk.entropy_flow(model)),
            "covariance": "covariance of heat from hot and 2 activity",
            "its two": lambda model: tk.outputs.Covariance(tk.heat(model, "hot"), 2.0 * tk.activity(model)),
            "with itself": lambda model: tk.outputs.Covariance(tk.entropy_flow(model), tk.entropy_flow(model)),
        },
    )
    for one, other in (
        ("words", "function"),
        ("words", "mean"),
        ("noise", "its function"),
        ("covariance", "its two"),
        ("noise", "with itself"),
    ):
        places = [found.outputs.index(name) for name in (one, other)]
        np.testing.assert_allclose(found.values[places[0]], found.values[places[1]], rtol=1e-10, atol=0)
        np.testing.assert_allclose(found.numbers[places[0]], found.numbers[places[1]], rtol=1e-12, atol=0)


def test_two_currents_that_count_alike_at_a_point_move_by_their_own() -> None:
    # At a gap of 1 a count of quanta and the heat are the same numbers; beside it they are not.
    def build(gap: float) -> tk.Model:
        return lib.qubit(gap, 0.02, 1.1)

    weights = np.array([-1.0, 1.0])

    def two(model: tk.Model) -> tuple[tk.Current, tk.Current]:
        return 2.0 * tk.heat(model) + tk.activity(model), tk.current(model, 2.0 * weights) + tk.activity(model)

    outputs = {
        "heat": lambda model: tk.outputs.Noise(two(model)[0]),
        "count": lambda model: tk.outputs.Noise(two(model)[1]),
        "mixed": lambda model: tk.outputs.Covariance(*two(model)),
    }
    found = tk.response(build, {"gap": 1.0}, ["gap"], outputs)
    mixed = differences(lambda model: tk.covariance(model, two(model))[0, 1], tk.Family(build), {"gap": 1.0}, "gap")
    np.testing.assert_allclose(found.of("mixed", "gap"), mixed, rtol=1e-8, atol=0)
    half = 0.5 * (found.of("heat", "gap") + found.of("count", "gap"))
    np.testing.assert_allclose(found.of("mixed", "gap"), half, rtol=1e-10, atol=0)


@pytest.mark.parametrize("driven", ["upper", "lower"])
def test_the_gap_and_the_state_move_as_differences_say(driven: str) -> None:
    family = tk.Family(lib.three_level_maser, {"cold": 1.0, "driven_pair": driven})
    at = {"drive": 0.05, "hot": 5.0, "detuning": 0.02, "gap_hot": 2.5}
    found = tk.response(family, at, list(at), ["gap"])
    assert found.state.shape == (4, 3, 3)
    for place, name in enumerate(at):
        gap = differences(lambda model: tk.modes(model).gap, family, at, name)
        np.testing.assert_allclose(found.values[0, place], gap, rtol=1e-6, atol=1e-11)
        state = differences(lambda model: tk.steady_state(model).state, family, at, name)
        np.testing.assert_allclose(found.state[place], state, rtol=0, atol=1e-9 * np.abs(state).max())
    np.testing.assert_allclose(np.trace(found.state, axis1=1, axis2=2), 0.0, rtol=0, atol=1e-14)


def test_the_state_turns_with_the_eigenstates() -> None:
    at = {"gaps": [1.0, 1.3], "coupling": 0.2, "rate": 0.002, "hot": 1.1, "cold": 0.7}
    found = tk.response(lib.coupled_qubits, at, ["coupling", "hot"], ["activity"])
    family = tk.Family(lib.coupled_qubits, {name: at[name] for name in ("gaps", "rate", "cold")})
    for place, name in enumerate(["coupling", "hot"]):
        numbers = {"coupling": 0.2, "hot": 1.1}
        state = differences(lambda model: tk.steady_state(model).state, family, numbers, name)
        np.testing.assert_allclose(found.state[place], state, rtol=0, atol=1e-9)
    reads = np.diag([0.0, 1.0, 2.0, 3.0]) + 0.5 * np.eye(4)[::-1]
    mean = tk.response(lib.coupled_qubits, at, ["coupling", "hot"], {"A": lambda _: tk.outputs.Expectation(reads)})
    np.testing.assert_allclose(mean.values[0], np.einsum("ij,pji->p", reads, found.state).real, rtol=1e-10, atol=0)


def test_a_coherence_that_a_parameter_wakes() -> None:
    raising = np.diag([1.0, 1.0], -1)

    def build(drive: float, loss: float) -> tk.Model:
        hamiltonian = np.diag([0.0, 1.0, 2.2]) + drive * (raising + raising.T)
        return tk.Model(hamiltonian, [tk.Channel(loss * raising.T, None), tk.Channel(0.2 * raising, None)])

    found = tk.response(build, {"drive": 0.0, "loss": 0.5}, ["drive", "loss"], ["activity"])
    step = 1e-3
    ends = [tk.steady_state(build(sign * step, 0.5)).state for sign in (1.0, -1.0)]
    np.testing.assert_allclose(found.state[0], (ends[0] - ends[1]) / (2.0 * step), rtol=0, atol=1e-5)
    assert np.abs(found.state[0]).max() > 0.1
    assert abs(found.of("activity", "drive")) < 1e-12
    reads = np.array([[0.5, 1.0 - 0.3j, 0.0], [1.0 + 0.3j, -0.2, 0.0], [0.0, 0.0, 0.7]])
    mean = tk.response(
        build, {"drive": 0.0, "loss": 0.5}, ["drive", "loss"], {"A": lambda _: tk.outputs.Expectation(reads)}
    )
    np.testing.assert_allclose(mean.values[0], np.einsum("ij,pji->p", reads, found.state).real, rtol=1e-12, atol=0)
    assert abs(mean.values[0, 0]) > 0.05


def test_a_classical_network_its_own_weights_and_its_entropy() -> None:
    ring = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])

    def build(force: float, pace: float) -> tk.Model:
        rates = pace * (np.exp(0.5 * force) * ring + np.exp(-0.5 * force) * ring.T)
        return tk.rates(rates, weights={"turns": (ring - ring.T) / 3.0, "paid": force * (ring - ring.T)})

    at = {"force": 0.8, "pace": 1.5}
    outputs = {
        "J": lambda model: tk.current(model, "turns"),
        "paid": lambda model: tk.current(model, "paid"),
        "ep": "entropy production",
        "D": lambda model: tk.outputs.Noise(tk.current(model, "turns")),
        "gap": "gap",
    }
    found = tk.response(build, at, list(at), outputs)
    # Uniform ring: J = 2 pace sinh(F/2)/3, D = 2 pace cosh(F/2)/9, sigma = 3 F J.
    sinh, cosh = np.sinh(0.4), np.cosh(0.4)
    np.testing.assert_allclose(found.values[0], [1.5 * cosh / 3.0, 2.0 * sinh / 3.0], rtol=1e-13, atol=0)
    slopes = [3.0 * (2.0 * 1.5 * sinh / 3.0 + 0.8 * 1.5 * cosh / 3.0), 3.0 * 0.8 * 2.0 * sinh / 3.0]
    np.testing.assert_allclose(found.values[1], slopes, rtol=1e-13, atol=0)
    np.testing.assert_allclose(found.values[2], slopes, rtol=1e-13, atol=0)
    np.testing.assert_allclose(found.values[3], [1.5 * sinh / 9.0, 2.0 * cosh / 9.0], rtol=1e-13, atol=0)
    # Its modes turn: two of them decay at 3 pace cosh(F/2), as one another's conjugate.
    np.testing.assert_allclose(found.values[4], [1.5 * 1.5 * sinh, 3.0 * cosh], rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    "spectrum",
    [
        lambda a, b: tk.Flat(a),
        lambda a, b: tk.Ohmic(a, 4.0 * b, 1.0 + 0.2 * b),
        lambda a, b: tk.Drude(a, 2.0 * b),
        lambda a, b: tk.Lorentzian(a, 1.2 * b, 0.4 * b),
        lambda a, b: tk.Band(a, -b, 3.0 * b, 0.3 * b),
        lambda a, b: OwnSpectrum(a, b),  # noqa: PLW0108 - it is defined below
    ],
    ids=["flat", "ohmic", "drude", "lorentzian", "band", "own"],
)
def test_every_spectrum_moves_with_its_numbers_and_with_the_gaps(
    spectrum: Callable[[float, float], tk.Spectrum],
) -> None:
    coupling = np.array([[0.0, 1.0, 0.4], [1.0, 0.0, 0.7], [0.4, 0.7, 0.0]])

    def build(a: float, b: float, gap: float, hot: float) -> tk.Model:
        baths = [
            tk.Contact(tk.Bath("hot", hot), coupling, spectrum(a, b)),
            tk.Contact(tk.Bath("cold", 0.6), coupling**2, tk.Ohmic(0.01)),
        ]
        return tk.davies(np.diag([0.0, gap, 2.3]), baths)

    at, family = {"a": 0.02, "b": 1.1, "gap": 0.9, "hot": 1.4}, tk.Family(build)
    found = tk.response(build, at, list(at), ["heat from hot", "noise of heat from hot"])
    for place, name in enumerate(at):
        right = differences(lambda model: tk.cumulants(model, tk.heat(model, "hot"))[:], family, at, name)
        np.testing.assert_allclose(found.values[:, place], right, rtol=1e-7, atol=1e-12)
    if spectrum(1.0, 1.0).__class__ is tk.Flat:
        assert (found.values[:, 1] == 0.0).all()


class OwnSpectrum(tk.Spectrum):
    """A user's own: a w^2 exp(-(w/b)^2)."""

    def __init__(self, strength: float, width: float) -> None:
        self.strength, self.width = np.asarray(strength), np.asarray(width)

    def __call__(self, frequency: Array) -> Array:
        return np.asarray(self.strength * frequency**2 * np.exp(-((frequency / self.width) ** 2)))

    @property
    def at_zero(self) -> Array:
        return np.zeros(())

    @property
    def slope_at_zero(self) -> Array:
        return np.zeros(())

    @property
    def scale(self) -> Array:
        return self.width


def test_leads_with_chemical_potentials() -> None:
    one, two = tk.operators.annihilators(2)
    count = one.conj().T @ one + two.conj().T @ two

    def build(hop: float, meeting: float, left: float, right: float, warm: float) -> tk.Model:
        hamiltonian = (
            0.3 * one.conj().T @ one - 0.2 * two.conj().T @ two + hop * (one.conj().T @ two + two.conj().T @ one)
        )
        hamiltonian = hamiltonian + meeting * one.conj().T @ one @ two.conj().T @ two
        leads = [
            tk.Contact(tk.Bath("left", warm, left, tk.Fermi()), one, tk.Flat(0.01)),
            tk.Contact(tk.Bath("right", 0.5, right, tk.Fermi()), two, tk.Lorentzian(0.02, 0.1, 1.5)),
        ]
        return tk.davies(hamiltonian, leads, number_operator=count)

    at, family = {"hop": 0.25, "meeting": 0.4, "left": 0.5, "right": -0.4, "warm": 0.8}, tk.Family(build)
    words = [
        "particles from left",
        "heat from left",
        "entropy production",
        "noise of particles from left",
        "energy from right",
    ]
    found = tk.response(build, at, list(at), words)

    def numbers(model: tk.Model) -> list[float]:
        currents = [
            tk.particles(model, "left"),
            tk.heat(model, "left"),
            tk.entropy_flow(model),
            tk.energy(model, "right"),
        ]
        first = [float(tk.cumulants(model, current, order=1)[0]) for current in currents]
        return [*first[:3], float(tk.cumulants(model, currents[0])[1]), first[3]]

    for place, name in enumerate(at):
        right = differences(numbers, family, at, name)
        np.testing.assert_allclose(found.values[:, place], right, rtol=2e-8, atol=1e-13)


def test_a_row_is_all_its_elements_or_one_of_them() -> None:
    at = {"gaps": [1.0, 1.3], "coupling": 0.2, "rate": 0.002, "hot": 1.1, "cold": 0.7}
    whole = tk.response(lib.coupled_qubits, at, ["gaps", "hot"], ["activity"])
    assert whole.parameters == ("gaps[0]", "gaps[1]", "hot")
    one = tk.response(lib.coupled_qubits, at, ["gaps[1]"], ["activity"])
    np.testing.assert_array_equal(one.values[0, 0], whole.values[0, 1])
    own = tk.response(lambda g: lib.coupled_qubits(g, 0.2, 0.002, 1.1, 0.7), {"g": [1.0, 1.3]}, ["g[1]"], ["activity"])
    np.testing.assert_allclose(own.values, one.values, rtol=1e-12, atol=0)


def test_a_sweep_is_the_loop_over_its_points() -> None:
    drives, hots = np.array([0.05, 0.1, 0.2]), np.array([[4.0], [6.0]])
    found = tk.response(MASER, {"drive": drives, "hot": hots}, ["drive", "hot"], ["heat from hot", "gap"])
    assert found.shape == (2, 3, 2, 2)
    assert found.state.shape == (2, 3, 2, 3, 3)
    alone = tk.response(MASER, {"drive": 0.1, "hot": 6.0}, ["drive", "hot"], ["heat from hot", "gap"])
    np.testing.assert_array_equal(found.values[1, 1], alone.values)
    np.testing.assert_array_equal(found.at[1, 1], [0.1, 6.0])
    data = found.to_xarray()
    assert data.derivative.sizes == {"hot": 2, "drive": 3, "output": 2, "parameter": 2}
    np.testing.assert_array_equal(data.drive, drives)
    assert not found.lost.any()


def test_what_a_default_says_to_be_a_number_is_swept() -> None:
    def built(rate: float, tilt: float = 0.2) -> tk.Model:
        assert np.ndim(tilt) == 0
        return tk.rates(np.array([[0.0, rate * np.exp(tilt)], [2.0 * np.exp(-tilt), 0.0]]))

    found = tk.response(built, {"rate": 0.7, "tilt": [0.1, 0.4]}, ["rate"], ["activity"])
    up, down = 2.0 * np.exp([-0.1, -0.4]), 0.7 * np.exp([0.1, 0.4])
    np.testing.assert_allclose(found.values[:, 0, 0], 2.0 * up**2 / (up + down) ** 2 * np.exp([0.1, 0.4]), rtol=1e-12)


def test_arrays_of_a_function_of_ones_own_are_swept_and_its_matrices_are_not() -> None:
    def build(coupling: Array | float, hot: Array | float, shape: Array) -> tk.Model:
        gap = np.zeros((*np.broadcast_shapes(np.shape(coupling), np.shape(hot)), 2, 2))
        gap[..., 1, 1], gap[..., 0, 1], gap[..., 1, 0] = 1.0, coupling, coupling
        baths = [
            tk.Contact(tk.Bath(*bath), shape, tk.Ohmic(0.01, cutoff=5.0)) for bath in (("hot", hot), ("cold", 0.5))
        ]
        return tk.davies(gap, baths)

    shape, couplings = np.array([[0.3, 1.0], [1.0, 0.0]]), np.array([0.1, 0.3])
    at = {"coupling": couplings, "hot": 1.5, "shape": shape}
    found = tk.response(build, at, ["hot"], ["heat from hot"])
    assert found.shape == (2, 1, 1)
    for place, one in enumerate(couplings):
        alone = tk.response(build, {**at, "coupling": one}, ["hot"], ["heat from hot"])
        np.testing.assert_array_equal(found.values[place], alone.values)
    hot = np.array([1.0, 1.5, 2.0])[:, None]
    assert tk.response(build, {**at, "hot": hot}, ["hot"], ["heat from hot"]).shape == (3, 2, 1, 1)


def test_how_it_looks() -> None:
    found = tk.response(MASER, AT, ["drive", "hot"], ["heat from hot", "noise of heat from hot"])
    assert str(found).splitlines()[0] == "Response of 2 outputs to 2 parameters"
    assert "heat from hot" in str(found)
    assert "drive: 0.00415173" in str(found)
    data = found.to_xarray()
    assert data.derivative.dims == ("output", "parameter")
    assert list(data.parameter.values) == ["drive", "hot"]
    assert "derivative_error" in data
    np.testing.assert_allclose(data.logarithmic, found.values * found.at / found.numbers[:, None], rtol=1e-15, atol=0)
    figure, axes = found.plot()
    assert len(axes.ravel()[0].patches) == 4
    plt.close(figure)
    assert found.of("heat from hot", "drive") == found.values[0, 0]
    with pytest.raises(ValueError, match="`output` must be one of 'heat from hot'"):
        found.of("heat", "drive")


def refused(match: str, *arguments: Any, error: type[Exception] = ValueError) -> None:
    with pytest.raises(error, match=match):
        tk.response(*arguments)


def junction(x: float) -> Any:
    leads = [tk.Bath(name, 0.1, 0.0, tk.Fermi()) for name in "ab"]
    return tk.transport.Junction(tk.transport.resonant_level(x, 0.1, 0.1), leads)


def test_what_is_refused_says_why() -> None:
    heat = ["heat from hot"]
    refused("`family` must be a Family or a function", 3.0, AT, ["drive"], heat, error=TypeError)
    refused("`at` must map names to numbers", MASER, 0.05, ["drive"], heat, error=TypeError)
    refused("`parameters` must be a list of names", MASER, AT, "drive", heat, error=TypeError)
    refused("`parameters` must be names", MASER, AT, [3], heat, error=TypeError)
    refused("`parameters` must be numbers of Family", MASER, AT, ["cold"], heat)
    refused("`parameters` must name at least one", MASER, AT, [], heat)
    refused("'drive' twice", MASER, AT, ["drive", "drive"], heat)
    refused("'driven_pair' is one of several words", MASER, AT, ["driven_pair"], heat, error=TypeError)
    refused("`at` must give 'hot'", MASER, {"drive": 0.05}, ["hot"], heat)
    refused("`outputs` must be a list of words", MASER, AT, ["drive"], "heat", error=TypeError)
    refused("`outputs` must name at least one", MASER, AT, ["drive"], [])
    refused("'heat from hot' twice", MASER, AT, ["drive"], [*heat, *heat])
    refused("must count one of heat, energy", MASER, AT, ["drive"], ["watts"])
    refused("must read", MASER, AT, ["drive"], ["heat  from hot"])
    refused('"covariance of', MASER, AT, ["drive"], ["covariance of heat"])
    refused("words or a function", MASER, AT, ["drive"], {"x": 3.0}, error=TypeError)
    refused("must give a current", MASER, AT, ["drive"], {"x": lambda _: 3.0}, error=TypeError)
    refused("no bath|one of 'hot'|`bath` must be", MASER, AT, ["drive"], ["heat from work"])
    other = MASER.at(AT)
    refused("one of another model", MASER, AT, ["drive"], {"x": lambda _: tk.heat(other)})
    refused("the end of its range", MASER, {"drive": 0.05, "hot": 0.0}, ["hot"], heat)
    modes = {"levels": 4, "frequency": 1.0, "rate": 0.1, "temperature": 1.0}
    refused("'levels' is a whole number", lib.oscillator, modes, ["levels"], ["activity"], error=TypeError)
    pairs = {"energies": [0.0, 1.0], "coupling": np.ones((2, 2))}
    refused("'coupling' is a matrix", lib.levels, pairs, ["coupling"], ["activity"], error=TypeError)
    qubits = {"gaps": [1.0, 1.3], "coupling": 0.2, "rate": 0.1, "hot": 1.0, "cold": 1.0}
    refused("'gaps' has 2 elements", lib.coupled_qubits, qubits, ["gaps[2]"], ["activity"])
    refused("`at` makes a sweep", lambda x: lib.qubit(x, [0.1, 0.2], 1.0), {"x": 1.0}, ["x"], ["activity"])
    refused("must make a Model, got Junction", junction, {"x": 0.1}, ["x"], ["particles from a"], error=TypeError)


def test_what_has_no_derivative_is_refused() -> None:
    def jumping(x: float) -> tk.Model:
        jump = np.diag([1.0, 1.0 if x > 0.0 else 0.0], 1)
        return tk.Model(
            np.diag([0.0, 1.0, 2.0]), [tk.Channel(jump, None), tk.Channel(0.5 * np.diag([1.0, 1.0], -1), None)]
        )

    refused("change the structure of the model", jumping, {"x": 0.0}, ["x"], ["activity"])

    def merging(x: float) -> tk.Model:
        contacts = [tk.Contact(tk.Bath("a", 1.0), np.eye(2)[::-1], tk.Flat(0.01))]
        if x > 1.0:
            contacts.append(tk.Contact(tk.Bath("b", 2.0), np.eye(2)[::-1], tk.Flat(0.01)))
        return tk.davies(np.diag([0.0, 1.0]), contacts)

    refused("change which contacts the model has", merging, {"x": 1.0}, ["x"], ["activity"])

    ring = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    tilted = np.triu(ring)
    refused("decay rate of 2 modes", lambda k: tk.rates(ring + k * tilted), {"k": 0.0}, ["k"], ["gap"])

    def frozen(cold: float) -> tk.Model:
        contacts = [
            tk.Contact(tk.Bath("a", 1.0), np.eye(2)[::-1], tk.Flat(0.01)),
            tk.Contact(tk.Bath("b", max(cold, 0.0)), np.eye(2)[::-1], tk.Flat(0.01)),
        ]
        return tk.davies(np.diag([0.0, 1.0]), contacts)

    refused("away from 0|temperature", frozen, {"cold": 0.0}, ["cold"], ["heat from a"])


def test_a_builder_that_makes_other_models_on_the_way() -> None:
    def build(hot: float, gap: float) -> tk.Model:
        helper = lib.qubit(gap, 0.1, hot)  # what it has at rest is a number of the model
        excited = tk.steady_state(helper).populations[1]
        return lib.coupled_qubits([gap, 1.3 + excited], 0.2, 0.002, hot, 0.7)

    at, family = {"hot": 1.1, "gap": 1.0}, tk.Family(build)
    found = tk.response(build, at, ["hot", "gap"], ["heat from hot"])
    for place, name in enumerate(at):
        right = differences(lambda m: tk.cumulants(m, tk.heat(m, "hot"), order=1)[0], family, at, name)
        np.testing.assert_allclose(found.values[0, place], right, rtol=1e-7, atol=0)


def test_steep_and_bent_parameters_of_a_builder_of_ones_own() -> None:
    def build(x: float) -> tk.Model:
        up = np.exp(-40.0 / x)
        return tk.rates(np.array([[0.0, 1.0], [up, 0.0]]))

    found = tk.response(build, {"x": 2.0}, ["x"], ["activity"])
    up = np.exp(-20.0)
    np.testing.assert_allclose(found.values[0, 0], 2.0 / (1.0 + up) ** 2 * up * 40.0 / 4.0, rtol=1e-10, atol=0)


@pytest.mark.parametrize("rate", [1e-7, 1e-9, 1e-12])
def test_jumps_that_are_weak_beside_the_hamiltonian_are_answered_for_between_its_eigenstates(rate: float) -> None:
    # Weak rates scale all currents and noises and nothing else, so that logarithmic derivatives do not hang on them.
    family, at = tk.Family(lib.three_level_maser), {"drive": 0.1, "hot": 5.0, "detuning": 0.05}

    def answers(strength: float) -> tk.results.Response:
        rates = {"rate_hot": strength, "rate_cold": 2.0 * strength}
        outputs = {
            "activity": "activity",
            "noise": "noise of heat from hot",
            "own": lambda model: tk.outputs.Noise(tk.heat(model, "hot")),
            "state": lambda _: tk.outputs.Expectation(np.diag([0.0, 1.0, 2.0])),
        }
        return tk.response(family, {**at, **rates}, [*at, *rates], outputs)

    weak, strong = answers(rate), answers(1e-5)
    np.testing.assert_allclose(weak.logarithmic, strong.logarithmic, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(weak.values[1], weak.values[2], rtol=1e-8, atol=1e-8 * np.abs(weak.values[1]).max())
    np.testing.assert_allclose(weak.logarithmic[:2, 3:].sum(axis=-1), 1.0, rtol=1e-9, atol=0)


def test_weak_jumps_in_any_basis() -> None:
    random = np.random.default_rng(2)
    base, change, *jumps = (random.normal(size=(3, 3)) + 1j * random.normal(size=(3, 3)) for _ in range(4))
    base, change = base + base.conj().T, change + change.conj().T
    counts = np.array([1.0, -0.4])

    def build(x: float, rate: float) -> tk.Model:
        return tk.Model(base + x * change, [tk.Channel(np.sqrt(rate) * (1.0 + 0.3 * x) * jump, None) for jump in jumps])

    outputs = {
        "noise": lambda model: tk.outputs.Noise(tk.current(model, counts)),
        "mean": lambda model: tk.current(model, counts),
        "state": lambda _: tk.outputs.Expectation(change),
    }
    weak, strong = (tk.response(build, {"x": 0.3, "rate": rate}, ["x", "rate"], outputs) for rate in (1e-10, 3e-5))
    np.testing.assert_allclose(weak.logarithmic[:, 0], strong.logarithmic[:, 0], rtol=1e-3, atol=0)
    np.testing.assert_allclose(weak.logarithmic[:2, 1], 1.0, rtol=1e-6, atol=0)
    assert (weak.error[:, 0] <= 1e-3 * np.abs(weak.values[:, 0])).all()
