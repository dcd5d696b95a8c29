"""Conductance over gate and bias, and power against what bounds it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize, minimize_scalar

import thermokin as tk
from thermokin.machines.thermoelectric_map import AT_MOST


def dot(level: object, bias: object, warmth: float = 0.05) -> tk.transport.Junction:
    leads = [tk.Bath("left", warmth, bias, tk.Fermi()), tk.Bath("right", warmth, 0.0, tk.Fermi())]
    return tk.transport.Junction(tk.transport.resonant_level(level, 0.02, 0.03), leads)


def engine(level: object, bias: object, cold: float = 0.2) -> tk.transport.Junction:
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", cold, bias, tk.Fermi())]
    return tk.transport.Junction(tk.transport.resonant_level(level, 0.3, 0.3), leads)


@pytest.mark.parametrize("bias", [0.0, 0.31, -0.7])
def test_conductance_is_the_transmission_seen_through_the_thermal_window(bias: float) -> None:
    """dJ/dmu = int dE/2 pi T(E) (-df/dE), by another quadrature."""

    def spectral(energy: float) -> float:
        transmission = 0.02 * 0.03 / ((energy - 0.3) ** 2 + 0.05**2 / 4.0)
        return float(transmission / (4.0 * 0.05 * np.cosh((energy - bias) / 0.1) ** 2) / (2.0 * np.pi))

    edges = sorted({0.3, bias, bias - 0.5, bias + 0.5})
    expected, _ = quad(spectral, bias - 2.5, bias + 2.5, points=edges, epsabs=1e-16, epsrel=1e-12, limit=500)
    found = tk.differential_conductance(lambda at: dot(0.3, at), bias, "left")
    assert float(found.values) == pytest.approx(expected, rel=1e-7)
    assert abs(float(found.values) - expected) <= float(found.error)


def test_conductance_of_a_model_is_the_exact_response_of_its_current() -> None:
    def model(potential: object) -> tk.Model:
        c = np.array([[0.0, 1.0], [0.0, 0.0]])
        leads = [tk.Bath("left", 0.1, potential, tk.Fermi()), tk.Bath("right", 0.2, 0.0, tk.Fermi())]
        contacts = [tk.Contact(lead, c, tk.Flat(rate)) for lead, rate in zip(leads, (0.01, 0.03), strict=True)]
        return tk.davies(np.diag([0.0, 0.4]), contacts, number_operator=np.diag([0.0, 1.0]))

    potentials = np.linspace(-0.5, 1.5, 9)
    found = tk.differential_conductance(model, potentials, "left")
    expected = tk.response(tk.Family(model), {"potential": potentials}, ["potential"], ["particles from left"])
    np.testing.assert_allclose(found.values, expected.values[..., 0, 0], rtol=1e-6, atol=1e-12)


def test_conductance_over_gate_and_bias_is_a_stability_diagram() -> None:
    gate, bias = np.linspace(-1.0, 1.0, 5)[:, None], np.linspace(-1.0, 1.0, 7)
    found = tk.differential_conductance(lambda at: dot(-gate, at), bias, "left")
    assert found.values.shape == (5, 7)
    one = tk.differential_conductance(lambda at: dot(-gate[1, 0], at), bias[2], "left")
    assert found.values[1, 2] == pytest.approx(float(one.values), rel=1e-10)
    figure, axes = found.plot()
    assert axes.ravel()[0].get_ylabel().startswith("left chemical potential")
    assert len(figure.axes) == 2  # the map and its colour bar
    data = found.to_xarray()
    assert data["conductance"].attrs["units"] == "1/(energy time)"
    assert data["conductance"].dims == ("energy", "left_chemical_potential")


def test_conductance_refuses_what_has_no_derivative() -> None:
    with pytest.raises(ValueError, match=r"`step` must be given where a bath has temperature 0"):
        tk.differential_conductance(lambda at: dot(0.3, at, 0.0), 0.1, "left")
    with pytest.raises(ValueError, match=r"`step` must be positive, got -1"):
        tk.differential_conductance(lambda at: dot(0.3, at), 0.1, "left", step=-1.0)
    with pytest.raises(ValueError, match=r"`potential` must be finite"):
        tk.differential_conductance(lambda at: dot(0.3, at), np.nan, "left")
    with pytest.raises(TypeError, match=r"`build` must be a function from the potential of the lead"):
        tk.differential_conductance(dot(0.3, 0.1), 0.1, "left")  # type: ignore[arg-type]


def test_one_channel_delivers_at_most_what_a_threshold_does() -> None:
    """The number is the maximum of x ln(1 + e^-x), and a threshold reaches it at its best level and bias."""
    best = minimize_scalar(lambda x: -x * np.log1p(np.exp(-x)), bounds=(0.5, 3.0), options={"xatol": 1e-12})
    assert pytest.approx(-best.fun, rel=1e-12) == AT_MOST

    def loss(at: np.ndarray) -> float:
        leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.4, at[1], tk.Fermi())]
        found = tk.thermoelectric_map(tk.transport.Junction(tk.transport.step(at[0]), leads))
        return -float(found.power / found.largest_power)

    found = minimize(loss, [1.0, 0.5], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12})
    assert -found.fun == pytest.approx(1.0, rel=1e-8)


def test_efficiency_stays_below_carnot_and_below_what_the_noise_allows() -> None:
    level, bias = np.linspace(0.0, 5.0, 21)[:, None], np.linspace(0.05, 4.0, 20)
    for cold in (0.05, 0.2, 0.9):
        found = tk.thermoelectric_map(engine(level, bias, cold))
        held = found.engine
        assert held.any()
        assert (found.share_of_carnot[held] <= found.allowed_by_noise[held] * (1.0 + 1e-9)).all()
        assert (found.allowed_by_noise[held] <= 1.0).all()
        assert (found.power <= found.largest_power).all()
        assert np.isnan(found.share_of_carnot[~held]).all()
        np.testing.assert_allclose(found.efficiency, found.share_of_carnot * (1.0 - cold), rtol=1e-10)


def test_noise_allows_what_a_narrow_level_reaches_at_full_bias() -> None:
    """A narrow boxcar with D = |J| / sinh(sigma / 2|J|) saturates the bound: T = 1 within, equal filling sums."""
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.2, 0.7, tk.Fermi())]
    centre = 0.7 / 1.2  # where E / T_h = -(E - mu) / T_c
    window = tk.transport.boxcar(centre - 1e-6, centre + 1e-6)
    junction = tk.transport.Junction(window, leads)
    bound = tk.bounds.evaluate(junction, tk.particles(junction, "hot"))["coherent fermions"]
    assert float(bound.ratio) == pytest.approx(1.0, rel=1e-6)


def test_a_thermoelectric_map_draws_one_and_two_axes_and_no_others() -> None:
    level, bias = np.linspace(0.5, 4.0, 9)[:, None], np.linspace(0.1, 3.0, 8)
    for junction in (engine(level, bias), engine(1.5, bias)):
        figure, axes = tk.thermoelectric_map(junction).plot()
        assert all(ax.has_data() for ax in axes.ravel())
        assert figure is axes.ravel()[0].figure
    with pytest.raises(ValueError, match="shows one or two axes of a sweep, got 0"):
        tk.thermoelectric_map(engine(1.5, 0.5)).plot()


def test_a_map_is_of_two_leads_of_electrons() -> None:
    leads = [tk.Bath(name, warmth) for name, warmth in (("hot", 1.0), ("cold", 0.5))]
    with pytest.raises(tk.errors.HypothesisError, match="two leads of fermions"):
        tk.thermoelectric_map(tk.transport.Junction(tk.transport.constant(0.5), leads))
    with pytest.raises(TypeError, match=r"`junction` must be a junction of tk\.transport"):
        tk.thermoelectric_map(3)
