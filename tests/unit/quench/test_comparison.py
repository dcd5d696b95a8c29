"""Branches and comparisons: what is asked of a quench, at any times, and what the labelled data hold."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import counting_oracles as counting
import oracles
import systems
import thermokin as tk
from thermokin.quench.branch import DISTANCES, Branch, branch
from thermokin.quench.comparison import Comparison, leading_shape

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.ValidityWarning")

TIMES = np.array([0.0, 0.2, 1.0])
HEATING = systems.TwoStateQuench()
QUENCHES = (HEATING, HEATING.reversed())


@functools.cache
def qubit_pair() -> tk.QuenchPair:
    return tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), 0.5, 2.0)


@functools.cache
def compared() -> Comparison:
    return tk.compare(qubit_pair(), TIMES)


def sides() -> tuple[Branch, Branch]:
    return compared().heating, compared().cooling


def test_a_branch_holds_the_closed_form_of_its_quench() -> None:
    for side, quench in zip(sides(), QUENCHES, strict=True):
        # Closed forms of two levels against closed forms in fifty digits.
        rates = quench.entropy_production_rate(TIMES)
        np.testing.assert_allclose(side.ledger.entropy_production_rate, rates, rtol=1e-12)
        np.testing.assert_allclose(side.ledger.entropy_production, quench.entropy_production(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.mean, quench.heat_mean(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.variance, quench.heat_variance(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.heat.deviation, np.sqrt(quench.heat_variance(TIMES)), rtol=1e-12)
        np.testing.assert_allclose(side.ledger.total_activity, quench.activity(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.distances["relative entropy"], quench.divergence(TIMES), rtol=1e-12)
        np.testing.assert_allclose(side.kinematics.length, quench.length(TIMES), rtol=1e-12)
        assert float(side.total_heat) == pytest.approx(float(quench.heat_mean(np.inf)), rel=1e-13)
        assert float(side.modes.gap) == pytest.approx(quench.relaxation, rel=1e-14)
        assert side.heat.relative_variance[0] == np.inf
        np.testing.assert_array_equal(side.times, TIMES)


def test_the_distances_of_a_branch_are_those_of_its_density_matrices() -> None:
    model = tk.library.qutrit_ladder(1.0, 2.0)
    side = branch(tk.Quench("heating", model, tk.Gibbs(0.5)), TIMES, [*DISTANCES, tk.WignerYanase()])
    final = np.diag(oracles.gibbs_populations(np.arange(3.0), 2.0))
    names = {
        "trace distance": "trace_distance",
        "Bures angle": "bures_angle",
        "Hilbert-Schmidt distance": "hilbert_schmidt",
        "Wigner-Yanase angle": "wigner_yanase_angle",
    }
    assert set(side.distances) == {"relative entropy", *names}
    for index, state in enumerate(side.evolution.states):
        by_definition = oracles.distances(state, final)
        for name, key in names.items():
            # arccos near 1 loses half the digits in the oracle.
            assert side.distances[name][index] == pytest.approx(by_definition[key], rel=1e-9, abs=1e-8)
        divergence = oracles.relative_entropy(state, final)
        assert side.distances["relative entropy"][index] == pytest.approx(divergence, rel=1e-9, abs=1e-14)
    for measure in side.measures:
        start = side.distances[measure.name][0]
        assert float(side.initial_distances[measure.name]) == pytest.approx(float(start), rel=1e-12)
        np.testing.assert_allclose(side.remaining(measure), side.distances[measure.name] / start, rtol=1e-12)


def test_distances_at_late_times_keep_their_own_digits() -> None:
    """After 60 decay times a qubit's trace distance is e^-60 of its first: far below the rounding of its state."""
    late = 60.0 / HEATING.relaxation
    side = compared().heating.at([late])
    expected = float(oracles.gibbs_populations([0.0, 1.0], 2.0)[1] - oracles.gibbs_populations([0.0, 1.0], 0.5)[1])
    # The rate of a decay over sixty e-foldings to 1e-15 each.
    assert side.distances["trace distance"][0] == pytest.approx(expected * np.exp(-60.0), rel=1e-12)
    assert side.distances["relative entropy"][0] == pytest.approx(
        (expected * np.exp(-60.0)) ** 2 / (2 * 0.3775406687981454 * (1 - 0.3775406687981454)), rel=1e-9
    )


def test_a_branch_at_other_times_is_the_same_quench() -> None:
    side = compared().heating.at([0.7])
    assert side.quench is compared().heating.quench
    np.testing.assert_allclose(side.heat.mean, HEATING.heat_mean([0.7]), rtol=1e-13)
    with pytest.raises(ValueError, match="times"):
        compared().heating.at([1.0, 0.5])


def test_a_coherent_branch_ends_in_the_steady_state_of_both_baths() -> None:
    rng = np.random.default_rng(3)
    contacts = []
    for name, temperature in (("cold", 0.6), ("hot", 1.5)):
        coupling = rng.normal(size=(3, 3))
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + coupling.T, tk.Ohmic(0.02)))
    H = rng.normal(size=(3, 3))
    H = H + H.T
    model = tk.davies(H, contacts)
    root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = root @ root.conj().T
    state /= np.trace(state).real
    side = branch(tk.Quench("by hand", model, state), [0.0, 5.0])
    jumps = [oracles.Jump(c.jump, frequency=-float(c.energy)) for c in model.channels]
    steady = oracles.steady_state(H, jumps)
    np.testing.assert_allclose(model.from_frame(side.final_matrix), steady, rtol=0, atol=1e-12)
    energies = np.linalg.eigvalsh(H)
    assert float(side.total_heat) == pytest.approx(np.trace(H @ (steady - state)).real, abs=1e-12)
    assert np.ptp(energies) > 0
    generator = oracles.liouvillian(H, jumps)
    moved = oracles.unvec(oracles.propagate(generator, oracles.vec(state), 5.0))
    by_definition = oracles.distances(moved, steady)
    assert side.distances["trace distance"][1] == pytest.approx(by_definition["trace_distance"], rel=1e-9)
    assert side.distances["Bures angle"][1] == pytest.approx(by_definition["bures_angle"], rel=1e-7)
    divergence = oracles.relative_entropy(moved, steady)
    assert side.distances["relative entropy"][1] == pytest.approx(divergence, rel=1e-9)
    gains = counting.liouvillian_gains(jumps, [-jump.frequency for jump in jumps], 2)
    first, second = counting.integrated_moments(generator, gains, oracles.vec(np.eye(3)), oracles.vec(state), 5.0)[1:]
    assert side.heat.mean[1] == pytest.approx(first, rel=1e-9)
    assert side.heat.variance[1] == pytest.approx(second - first**2, rel=1e-9)


def test_a_comparison_names_its_crossings_and_verdicts() -> None:
    assert set(compared().crossings) == {
        "entropy production rate",
        "entropy production",
        "completion",
        *(measure.name for measure in DISTANCES),
    }
    assert compared().verdict("gap").name == "gap"
    with pytest.raises(ValueError, match=r"`name` must be one of 'initial rate', 'gap', .*, got 'luck'\."):
        compared().verdict("luck")


def test_a_comparison_follows_the_distances_it_is_told() -> None:
    comparison = tk.compare(qubit_pair(), TIMES, [tk.WignerYanase()])
    assert list(comparison.heating.distances) == ["Wigner-Yanase angle"]
    assert "ahead in Wigner-Yanase angle" in [verdict.name for verdict in comparison.verdicts]
    assert "Wigner-Yanase angle" in comparison.crossings


@pytest.mark.parametrize(
    ("times", "message"),
    [([1.0, 0.5], "ascending"), ([-1.0, 0.5], ">= 0"), ([], "times"), ([0.0, np.nan], "times")],
)
def test_times_that_are_none_are_refused(times: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.compare(qubit_pair(), times)


def test_a_start_that_is_no_state_is_refused() -> None:
    model = qubit_pair().heating.model
    broken = tk.QuenchPair(tk.Quench("a", model, tk.Populations([0.5, 0.6])), qubit_pair().cooling, "by hand", {})
    with pytest.raises(ValueError, match="sum"):
        tk.compare(broken, TIMES)


def test_the_labelled_data_hold_every_number_with_its_unit() -> None:
    data = compared().to_xarray()
    assert data.sizes["process"] == 2
    np.testing.assert_array_equal(data["time"], TIMES)
    for name in data.data_vars:
        assert data[name].attrs["units"], name
        assert data[name].attrs["long_name"], name
    fields: dict[str, Any] = {
        "energy": "population",
        "entropy_production_rate": "entropy_production_rate",
        "entropy_production": "entropy_production",
        "heat_rate": "heat_rate",
        "heat_mean": "heat_mean",
        "heat_variance": "heat_variance",
        "activity_rate": "activity_rate",
        "activity": "activity",
        "velocity": "velocity",
        "length": "length",
        "completion": "completion",
        "distance_relative_entropy": "divergence",
    }
    for process, quench in zip(("heating", "cooling"), QUENCHES, strict=True):
        chosen = data.sel(process=process)
        for name, key in fields.items():
            np.testing.assert_allclose(chosen[name], getattr(quench, key)(TIMES), rtol=1e-11, err_msg=name)
        np.testing.assert_allclose(chosen["populations"][:, 1], quench.population(TIMES), rtol=1e-13)
        assert float(chosen["gap"]) == pytest.approx(quench.relaxation, rel=1e-13)
        assert float(chosen["total_length"]) == pytest.approx(quench.total_length, rel=1e-12)
        total = float(quench.entropy_production(np.inf))
        assert float(chosen["total_entropy_production"]) == pytest.approx(total, rel=1e-12)
        p = quench.population(TIMES)
        np.testing.assert_allclose(chosen["entropy"], -(p * np.log(p) + (1 - p) * np.log(1 - p)), rtol=1e-12)
    for name, value in compared().crossings.items():
        found = data["crossing_" + name.replace(" ", "_").replace("-", "_")]
        np.testing.assert_array_equal(found, value)
    for verdict in compared().verdicts:
        found = data["verdict_" + verdict.name.replace(" ", "_").replace("-", "_")]
        assert bool(found) == bool(verdict.holds)
        assert found.attrs["long_name"] == verdict.statement
    assert "reciprocal" in data.attrs["title"]


def test_the_labelled_data_of_a_sweep_carry_its_axes(tmp_path: Path) -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), [[0.5], [0.7]], [1.0, 1.5, 2.0])
    comparison = tk.compare(pair, TIMES)
    assert leading_shape(comparison) == (2, 3)
    data = comparison.to_xarray()
    assert data["heat_mean"].dims == ("process", "axis_0", "axis_1", "time")
    assert data["gap"].dims == ("process", "axis_0", "axis_1")
    assert data["verdict_gap"].dims == ("axis_0", "axis_1")
    assert data["populations"].sizes["level"] == 2
    data.to_netcdf(tmp_path / "data.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "data.nc", engine="h5netcdf") as read:
        xr.testing.assert_allclose(read["heat_mean"].load(), data["heat_mean"])
        assert read["heat_mean"].attrs["units"] == "energy"


def test_times_of_their_own_for_each_point_are_a_coordinate_of_two_axes() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(1.0, 1.0, t), [0.5, 0.7], 2.0)
    data = tk.compare(pair, [[0.0, 1.0], [0.5, 2.0]]).to_xarray()
    assert data["times"].dims == ("axis_0", "time")
    np.testing.assert_array_equal(data["times"], [[0.0, 1.0], [0.5, 2.0]])
    assert "time" not in data.coords


def test_what_is_not_defined_between_two_baths_is_left_out_of_the_data() -> None:
    contacts = [
        tk.Contact(tk.Bath(name, temperature), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(0.5))
        for name, temperature in (("cold", 0.5), ("hot", 1.5))
    ]
    model = tk.davies(np.diag([0.0, 1.0]), contacts)
    one, two = (tk.Quench(name, model, tk.Gibbs(t)) for name, t in (("a", 0.2), ("b", 3.0)))
    data = tk.compare(tk.QuenchPair(one, two, "by hand", {}), TIMES).to_xarray()
    assert "total_entropy_production" not in data
    assert "verdict_total" not in data
    system = systems.TwoBathQubit(1.0, (1.5, 0.5), (0.5, 0.5))
    start = oracles.gibbs_populations([0.0, 1.0], 0.2)[1]
    assert float(data["total_heat"].sel(process="heating")) == pytest.approx(system.excited - start, rel=1e-11)
