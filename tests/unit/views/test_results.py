"""All that is calculated is a result: a few lines, a table, labelled data with named axes and units, and a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.linspace(0.0, 40.0, 9)
START = tk.Populations([0.0, 1.0, 0.0])
LOWEST = np.eye(3)[:, [1, 2, 0]] * [[1.0], [0.0], [0.0]]
LIFT = np.diag([1.0, 1.0], -1)
DRIVES, HOT = np.array([0.05, 0.3]), np.array([3.0, 4.0, 5.0])


def maser() -> tk.Model:
    return tk.library.three_level_maser(0.3, 4.0)


def swept_maser() -> tk.Model:
    return tk.library.three_level_maser(DRIVES[:, None], HOT)


def two_currents(model: tk.Model) -> list[tk.Current]:
    return [tk.heat(model, "hot"), tk.heat(model, "cold")]


Make = Callable[[tk.Model], Any]
SWEPT: dict[str, Make] = {
    "evolution": lambda m: tk.evolve(m, START, TIMES),
    "ledger": lambda m: tk.ledger(m, tk.evolve(m, START, TIMES)),
    "ledger at rest": tk.ledger,
    "kinematics": lambda m: tk.kinematics(m, tk.evolve(m, START, TIMES)),
    "ergotropy": lambda m: tk.ergotropy(tk.evolve(m, START, TIMES)),
    "modes": tk.modes,
    "steady state": tk.steady_state,
    "cumulants": lambda m: tk.cumulants(m, tk.heat(m, "hot"), order=3),
    "covariance": lambda m: tk.covariance(m, two_currents(m)),
    "noise spectrum": lambda m: tk.spectrum(m, tk.heat(m, "hot"), np.linspace(0.0, 1.0, 5)),
    "correlation": lambda m: tk.correlation(m, LIFT.T, LIFT, TIMES),
    "susceptibility": lambda m: tk.susceptibility(m, LIFT + LIFT.T, LIFT, np.linspace(0.0, 1.0, 5)),
    "emission": lambda m: tk.emission_spectrum(m, LIFT.T, np.linspace(0.0, 1.0, 5)),
    "channel response": lambda m: tk.channel_response(m, tk.heat(m, "hot")),
    "channel response spectrum": lambda m: tk.channel_response(m, tk.heat(m, "hot"), frequencies=[0.1, 1.0]),
    "noise spectrum by channel": lambda m: tk.noise_by_channel(m, tk.heat(m, "hot"), frequencies=[0.1, 1.0]),
    "noise by channel": lambda m: tk.noise_by_channel(m, tk.heat(m, "hot")),
    "resolved balance": lambda m: tk.fluctuation_dissipation(m, LOWEST, np.linspace(0.5, 1.5, 5), temperature=1.0),
    "generating function": lambda m: tk.cumulant_generating_function(m, tk.heat(m, "hot"), np.linspace(-0.2, 0.2, 5)),
    "rate function": lambda m: SWEPT["generating function"](m).rate_function(),
    "waiting times": lambda m: tk.waiting_times(m, 0, 1, TIMES),
    "integrated cumulants": lambda m: tk.integrated_cumulants(m, tk.heat(m, "hot"), START, TIMES, order=3),
    "integrated covariance": lambda m: tk.integrated_covariance(m, two_currents(m), START, TIMES),
    "bounds": lambda m: tk.bounds.evaluate(m, tk.heat(m, "hot"), START, TIMES),
    "one bound": lambda m: tk.bounds.evaluate(m, tk.heat(m, "hot"), START, TIMES)["kinetic"],
}
ALONE: dict[str, Make] = {
    "local ergotropy": lambda _: tk.local_ergotropy(np.eye(4) / 4.0, np.diag([0.0, 1.0, 1.0, 2.0]), (2, 2)),
    "charging": lambda _: tk.charging(two_qubit_run(), np.diag([0.0, 1.0]), (2, 2), 0),
    "part correlations": lambda _: tk.part_correlations(two_qubit_run(), (2, 2)),
    "local temperatures": lambda _: tk.local_temperatures(two_qubit_run(), dims=(2, 2)),
    "local entropy production": lambda _: tk.local_entropy_production(two_qubit_run(), {"a": 0, "b": 1}, (2, 2)),
    "bond currents": lambda _: tk.bond_currents(tk.steady_state(two_qubit_run().model), (2, 2)),
    "bond currents over time": lambda _: tk.bond_currents(two_qubit_run(), (2, 2)),
    "bond currents that are secular": lambda _: tk.bond_currents(secular_pair(), (2, 2)),
    "ergotropy at rest": lambda m: tk.ergotropy(tk.steady_state(m)),
    "friction": lambda _: tk.friction(tk.library.qubit, {"gap": 1.0, "temperature": 0.5, "rate": 0.01}, ["gap"]),
    "slow drive": lambda _: tk.slow_drive(qubit_of_gap(), {"gap": (1.0, 2.0)}),
    "geodesic": lambda _: tk.geodesic(qubit_of_gap(), {"gap": 1.0}, {"gap": 2.0}),
    "geodesics": lambda _: tk.geodesic(qubit_of_gap(), {"gap": 1.0}, {"gap": np.array([2.0, 3.0])}),
    "distribution": lambda m: tk.distribution(m, tk.activity(m, "hot"), START, TIMES[1:3]),
    "distribution at one time": lambda m: tk.distribution(m, tk.activity(m, "hot"), START, 5.0),
    "fluctuation dissipation": lambda _: tk.fluctuation_dissipation(two_bath_qubit(), np.diag([0.0, 1.0]), [0.0, 1.0]),
    "onsager": lambda _: tk.onsager(two_bath_qubit()),
    "thermoelectric": lambda _: tk.onsager(two_bath_qubit()).thermoelectric,
    "symmetry": lambda m: SWEPT["generating function"](m).gallavotti_cohen(affinity=0.1),
    "trajectories": lambda m: tk.unravel(m, tk.Ket([0, 1, 0]), TIMES, trajectories=20),
    "trajectory": lambda m: tk.unravel(m, tk.Ket([0, 1, 0]), TIMES, trajectories=20)[3],
    "sample cumulants": lambda m: tk.unravel(m, tk.Ket([0, 1, 0]), TIMES, trajectories=20).cumulants(tk.activity(m)),
    "diffusive": lambda m: tk.unravel(m, START, [0.0, 1.0], trajectories=3, detection=tk.Homodyne(0, step=0.5)),
    "comparison": lambda _: tk.compare(qubit_pair(), TIMES[:5]),
    "branch": lambda _: tk.compare(qubit_pair(), TIMES[:5]).heating,
    "spectral account": lambda _: tk.compare(qubit_pair(), TIMES[:5]).spectral,
    "truncated cumulants": lambda _: tk.truncated_cumulants(damped, levels=[4, 6, 9, 13, 19]),
    "heat distribution": lambda _: tk.exact.QubitQuench(1.0, 0.05, 0.5, 2.0).heat_distribution(TIMES),
    "floquet states": lambda _: shaken(0.5),
    "strongly coupled": lambda _: strongly(0.5),
    "swept strongly coupled": lambda _: strongly(np.array([0.3, 0.5])),
    "mean force": lambda _: tk.mean_force(np.diag([0.0, 1.0]), strong_contacts(0.5), levels=6),
    "swept mean force": lambda _: tk.mean_force(np.diag([0.0, 1.0]), strong_contacts([0.3, 0.5]), levels=6),
    "level convergence": lambda _: strongly(0.5).convergence([3, 5, 8]),
    "swept floquet states": lambda _: shaken(np.array([0.3, 0.5])),
    "mpemba": lambda _: tk.mpemba(tk.library.levels([0.0, 1.0, 1.7], rate=0.01, temperature=1.0), tk.Gibbs(3.0)),
}


def damped(levels: int) -> tk.Current:
    return tk.activity(tk.library.oscillator(levels, 1.0, 0.1, 0.5))


def shaken(temperature: Any) -> tk.results.FloquetStates:
    flip, gap = np.ones((2, 2)) - np.eye(2), np.diag([0.0, 1.0])
    contacts = [tk.Contact(tk.Bath("bath", temperature), flip, tk.Ohmic(1e-3))]
    return tk.floquet([gap, [0.4 * gap, np.cos]], contacts, 2.0 * np.pi)


def strong_contacts(temperature: Any) -> list[tk.Contact]:
    return [tk.Contact(tk.Bath("bath", temperature), np.ones((2, 2)) - np.eye(2), tk.Brownian(0.2, 1.4, 1e-3))]


def strongly(temperature: Any) -> tk.results.StronglyCoupled:
    return tk.reaction_coordinate(np.diag([0.0, 1.0]), strong_contacts(temperature), levels=6)


def qubit_of_gap() -> tk.Family:
    return tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})


def two_bath_qubit() -> tk.Model:
    contacts = [tk.Contact(tk.Bath(name, 0.7), np.ones((2, 2)) - np.eye(2), tk.Flat(0.1)) for name in ("a", "b")]
    return tk.davies(np.diag([0.0, 1.0]), contacts)


def two_qubit_run() -> tk.results.Evolution:
    level, flip = np.diag([0.0, 1.0]), np.ones((2, 2)) - np.eye(2)
    on = [[tk.operators.embed(one, part, (2, 2)) for part in (0, 1)] for one in (level, flip)]
    contacts = [tk.Contact(tk.Bath(name, 0.7), on[1][part], tk.Flat(0.01)) for part, name in enumerate("ab")]
    return tk.evolve(tk.davies(on[0][0] + 2.0 * on[0][1], contacts), np.full((4, 4), 0.25), TIMES)


def secular_pair() -> tk.Model:
    plus, level, flip = np.diag([1.0], -1), np.diag([0.0, 1.0]), np.ones((2, 2)) - np.eye(2)
    on = [[tk.operators.embed(one, part, (2, 2)) for part in (0, 1)] for one in (level, flip, plus)]
    hop = on[2][0] @ on[2][1].T
    baths = tk.Bath("a", 0.7), tk.Bath("b", 0.3)
    contacts = [tk.Contact(bath, on[1][part], tk.Flat(1e-3)) for part, bath in enumerate(baths)]
    return tk.davies(on[0][0] + on[0][1] + 0.1 * (hop + hop.T), contacts)


def qubit_pair(cold: float | Array = 0.5) -> tk.QuenchPair:
    return tk.reciprocal(lambda t: tk.library.qubit(1.0, 0.05, t), cold, 2.0)


@pytest.mark.parametrize("name", [*SWEPT, *ALONE])
def test_a_result_is_a_few_lines_a_table_labelled_data_and_a_figure(name: str) -> None:
    result = (SWEPT | ALONE)[name](maser())
    assert isinstance(result, tk.results.Result)
    lines = repr(result).splitlines()
    assert len(lines) <= 15
    assert max(map(len, lines)) < 320
    assert "array(" not in repr(result)
    assert "<table>" in result._repr_html_()
    data = result.to_xarray()
    for variable in data.variables.values():
        assert variable.attrs.get("long_name") or variable.dims == ("process",)
    for variable in data.data_vars.values():
        assert variable.attrs["units"]
    figure, axes = result.plot()
    assert all(ax.has_data() or name == "trajectory" for ax in np.ravel(axes))
    assert figure is np.ravel(axes)[0].figure


@pytest.mark.parametrize("name", SWEPT)
def test_the_axes_of_a_sweep_are_named_after_its_parameters(name: str) -> None:
    data = SWEPT[name](swept_maser()).to_xarray()
    np.testing.assert_array_equal(data["drive"], DRIVES)
    np.testing.assert_array_equal(data["hot"], HOT)
    assert data["hot"].attrs["units"] == "energy"
    first = next(iter(data.data_vars.values()))
    assert first.dims[:2] == ("drive", "hot")


@pytest.mark.parametrize("name", SWEPT)
def test_labelled_data_of_a_sweep_are_those_of_its_points(name: str) -> None:
    swept = SWEPT[name](swept_maser()).to_xarray()
    point = SWEPT[name](tk.library.three_level_maser(DRIVES[1], HOT[2])).to_xarray()
    for key in ("populations", "cumulants", "covariance", "noise", "limit", "density", "entropy_production", "length"):
        if key in point:
            found = swept[key].isel(drive=1, hot=2).values
            # The panels of a length are chosen for all points together; its own error is a few 1e-9 here.
            np.testing.assert_allclose(found, point[key], rtol=1e-8, atol=1e-13, err_msg=key)


def test_the_account_of_a_sweep_of_quenches_is_that_of_its_points() -> None:
    swept = tk.compare(qubit_pair(np.array([0.3, 0.5])), TIMES[:5]).spectral.to_xarray()
    point = tk.compare(qubit_pair(), TIMES[:5]).spectral.to_xarray()
    assert set(swept.data_vars) == set(point.data_vars)
    assert swept["gaps"].dims == ("initial_temperature", "process")
    for name in ("gaps", "slow_overlaps", "slow_trace_overlaps", "initial_mode_rates", "carrier"):
        one = swept[name].isel(initial_temperature=1).values
        np.testing.assert_allclose(one, point[name].values, rtol=1e-9, err_msg=name)


def test_the_truncations_of_a_sweep_have_their_own_axes() -> None:
    found = tk.truncated_cumulants(
        lambda levels: tk.activity(tk.library.oscillator(levels, 1.0, 0.1, [0.3, 0.5])), levels=[4, 6, 9, 13, 19]
    )
    data = found.to_xarray()
    assert data["cumulants"].dims == ("temperature", "levels", "order")
    np.testing.assert_array_equal(data["cumulants"].isel(levels=-1), found.cumulants.values)
    np.testing.assert_array_equal(data["error"], found.cumulants.error)
    np.testing.assert_array_equal(data["grown_to"], found.levels[1:])


def test_what_costs_more_than_looking_is_not_made_by_looking() -> None:
    ledger = SWEPT["ledger"](maser())
    repr(ledger)
    assert "entropy" not in vars(ledger)
    assert "on demand" in repr(ledger)
    _ = ledger.entropy
    assert "  entropy  " in repr(ledger)


def test_axes_along_which_nothing_named_varies_are_numbered() -> None:
    jumps = np.multiply.outer([0.1, 0.2, 0.3], np.eye(2)[::-1])
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(jumps, None)])
    data = tk.evolve(model, tk.Populations([1.0, 0.0]), TIMES).to_xarray()
    np.testing.assert_array_equal(data["axis_0"], [0, 1, 2])


def test_a_parameter_that_shares_its_name_with_a_number_keeps_both() -> None:
    model = tk.library.qubit(gap=[0.5, 1.0], rate=0.01, temperature=1.0)
    data = tk.modes(model).to_xarray()
    np.testing.assert_array_equal(data["model_gap"], [0.5, 1.0])
    assert data["gap"].dims == ("model_gap",)


def test_a_figure_takes_axes_that_are_given_and_refuses_another_number_of_them() -> None:
    figure, axes = SWEPT["steady state"](maser()).plot()
    again, _ = SWEPT["modes"](maser()).plot(ax=axes[0, 0])
    assert again is figure
    with pytest.raises(ValueError, match="`ax` must hold 2 axes, got 1"):
        SWEPT["generating function"](maser()).plot(ax=axes[0, 0])


def test_a_figure_of_too_many_points_says_how_to_select_some() -> None:
    model = tk.library.three_level_maser(np.linspace(0.1, 0.3, 15), 4.0)
    with pytest.raises(ValueError, match=r"up to 12 lines, but populations has 45 along drive, level; select some"):
        tk.evolve(model, START, TIMES).plot()


def test_a_result_writes_a_page_with_its_figure_and_data(tmp_path: Path) -> None:
    folder = SWEPT["cumulants"](maser()).report(tmp_path / "out")
    assert {path.name for path in folder.iterdir()} == {".thermokin.json", "data.nc", "figures", "report.html"}
    assert "Cumulants per time of heat from hot" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cumulants", "covariance", "integrated cumulants", "integrated covariance"])
def test_a_result_that_reads_as_an_array_enters_expressions(name: str) -> None:
    result = SWEPT[name](maser())
    values = np.asarray(result)
    for found, expected in (
        (2.0 * result - result, values),
        (np.exp(result), np.exp(values)),
        (result[..., 0] + result[..., 1], values[..., 0] + values[..., 1]),
        (result.swapaxes(-1, 0), values.swapaxes(-1, 0)),
        (result - values, 0.0 * values),
        (np.stack([result, result]), np.stack([values, values])),
    ):
        np.testing.assert_array_equal(found, expected)
    assert result.shape == values.shape
    assert result.ndim == values.ndim
    assert isinstance(hash(result), int)
    with pytest.raises(AttributeError, match="has no attribute 'heet'"):
        result.heet  # noqa: B018


@dataclass(frozen=True, eq=False)
class Purity(tk.results.Result):
    purity: float


def test_a_result_without_a_view_says_what_to_write() -> None:
    with pytest.raises(TypeError, match=r"nothing says how Purity looks; write a `thermokin.results.View` of it"):
        repr(Purity(0.5))


def test_small_matrices_are_written_out_in_latex_with_their_labels() -> None:
    leads = [tk.Bath(name, 0.5, 0.1, tk.Fermi()) for name in ("left", "right")]
    contacts = [tk.Contact(lead, np.array([[0.0, 1.0], [0.0, 0.0]]), tk.Flat(0.3)) for lead in leads]
    dot = tk.davies(np.diag([0.0, 0.35]), contacts, number_operator=np.diag([0.0, 1.0]))
    found = tk.onsager(dot)
    scalars, matrix, *_ = found.to_latex().split("\n\n")
    assert "onsager" not in scalars
    assert "asymmetry" in scalars
    lines = matrix.splitlines()
    assert lines[2].startswith(r"onsager [amount\textasciicircum{}2/time] & particles from left & heat from left &")
    assert lines[4].startswith(f"particles from left & {found.values[0, 0]:.6g} & {found.values[0, 1]:.6g} & ")
    counts = tk.covariance(dot, [tk.particles(dot, "left"), tk.heat(dot, "right")])
    assert f"heat from right & {counts.values[1, 0]:.6g} & {counts.values[1, 1]:.6g} \\\\" in counts.to_latex()
    eight, nine = (tk.evolve(dot, tk.Populations([0.3, 0.7]), np.arange(float(size))) for size in (8, 9))
    assert "\n7 & " in eight.to_latex()
    assert "9 x 2, " in nine.to_latex()
