"""Spectra: their values, their limits at zero frequency, and every refusal."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import ArrayLike

import thermokin as tk

SPECTRA = [
    tk.Flat(0.2),
    tk.Ohmic(0.2),
    tk.Ohmic(0.2, 5.0),
    tk.Ohmic(0.2, 5.0, 3.0),
    tk.Drude(0.2, 5.0),
    tk.Lorentzian(0.2, 1.0, 0.5),
    tk.Brownian(0.2, 1.0, 0.5),
    tk.Tabulated([0.0, 0.5, 1.0, 4.0], [0.0, 0.1, 0.3, 0.05]),
    tk.Tabulated([-2.0, -0.5, 1.0, 4.0], [0.0, 0.1, 0.3, 0.05]),
    tk.Band(0.2, -1.0, 3.0),
    tk.Band(0.2, 0.0, 3.0),
    tk.Band(0.2, -1.0, 0.0),
    tk.Band(0.2, -1.0, 0.5, 0.1),
    tk.Band(0.2, -np.inf, 0.5, 0.1),
]


def test_each_spectrum_is_its_formula() -> None:
    w = np.array([0.3, 2.0])
    np.testing.assert_allclose(tk.Flat(0.2)(w), [0.2, 0.2], rtol=1e-15)
    np.testing.assert_allclose(tk.Ohmic(0.2, 5.0, 0.5)(w), 0.2 * np.sqrt(w) * np.exp(-w / 5), rtol=1e-15)
    np.testing.assert_allclose(tk.Drude(0.2, 5.0)(w), 0.2 * w / (1 + w**2 / 25), rtol=1e-15)
    np.testing.assert_allclose(tk.Lorentzian(0.2, 1.0, 0.5)(w), 0.2 / (1 + ((w - 1) / 0.25) ** 2), rtol=1e-14)
    response = 2.0 * 1.1 / (1.1**2 - w**2 - 0.5j * w)  # of a + a^+, damped
    np.testing.assert_allclose(tk.Brownian(0.2, 1.1, 0.5)(w), 2.0 * 0.2**2 * response.imag, rtol=1e-14)


def test_a_damped_mode_falls_to_half_its_height_half_a_width_off_its_centre() -> None:
    np.testing.assert_allclose(tk.Lorentzian(0.2, 1.0, 0.5)(np.array([0.75, 1.0, 1.25])), [0.1, 0.2, 0.1], rtol=1e-15)


@pytest.mark.parametrize("spectrum", SPECTRA, ids=repr)
def test_a_spectrum_leaves_zero_frequency_as_it_says(spectrum: tk.Flat) -> None:
    h = np.array([1e-6])
    near = spectrum(h)[0]
    # The next term is of relative order h.
    assert near == pytest.approx(float(spectrum.at_zero + h[0] * spectrum.slope_at_zero), rel=1e-5, abs=1e-17)


def test_a_sub_ohmic_spectrum_rises_vertically_at_zero() -> None:
    assert tk.Ohmic(0.2, exponent=0.5).slope_at_zero == np.inf


def test_a_table_is_met_at_its_points_and_does_not_overshoot_between() -> None:
    table = tk.Tabulated([0.0, 1.0, 2.0, 3.0], [0.0, 0.0, 1.0, 1.0])
    np.testing.assert_allclose(table(table.frequencies), table.rates, rtol=0, atol=1e-16)
    between = table(np.linspace(0.0, 3.0, 301))
    assert between.min() >= 0.0
    assert between.max() <= 1.0


def test_a_table_continues_as_zero_where_only_an_integral_asks() -> None:
    table = tk.Tabulated([1.0, 2.0], [0.3, 0.4])
    np.testing.assert_array_equal(table.continued(np.array([0.5, 1.0, 2.0, 9.0])), [0.0, 0.3, 0.4, 0.0])


def test_a_table_does_not_extrapolate() -> None:
    with pytest.raises(ValueError, match=r"covers 1 to 2, but the model needs frequencies from 0.5 to 3; extend the"):
        tk.Tabulated([1.0, 2.0], [0.3, 0.4])(np.array([0.5, 3.0]))


@pytest.mark.parametrize(
    ("frequencies", "rates", "message"),
    [
        ([0.0], [1.0], r"must be 1-D, of one length >= 2, got \(1,\) and \(1,\)"),
        ([0.0, 1.0], [1.0], r"must be 1-D, of one length >= 2, got \(2,\) and \(1,\)"),
        ([[0.0, 1.0]], [[1.0, 1.0]], r"must be 1-D"),
        ([0.0, 0.0], [1.0, 1.0], r"`frequencies` must be finite, >= 0 and strictly increasing"),
        ([0.0, np.inf], [1.0, 1.0], r"`frequencies` must be finite, >= 0 and strictly increasing"),
        ([0.0, 1.0], [1.0, -1.0], r"`rates` must be finite, >= 0 and not all zero"),
        ([0.0, 1.0], [1.0, np.inf], r"`rates` must be finite, >= 0 and not all zero"),
        ([0.0, 1.0], [0.0, 0.0], r"`rates` must be finite, >= 0 and not all zero"),
        ([0.0, np.nan], [1.0, 1.0], r"`frequencies` must be a number, got NaN"),
    ],
)
def test_a_table_that_is_none_is_refused(frequencies: ArrayLike, rates: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.Tabulated(frequencies, rates)


@pytest.mark.parametrize("spectrum", [tk.Ohmic(0.2), tk.Drude(0.2, 5.0)], ids=repr)
def test_a_spectrum_of_a_thermal_bath_has_no_negative_frequencies(spectrum: tk.Ohmic) -> None:
    kind = type(spectrum).__name__
    with pytest.raises(ValueError, match=f"{kind} spectrum is defined for frequencies >= 0, got -1; use Flat"):
        spectrum(np.array([-1.0]))


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_spectrum_that_vanishes_or_is_negative_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=rf"`rate` of a spectrum must be > 0, got {value:g}"):
        tk.Flat(value)
    with pytest.raises(ValueError, match=rf"`strength` of a spectrum must be > 0, got {value:g}"):
        tk.Ohmic(value)
    with pytest.raises(ValueError, match=rf"`cutoff` of a spectrum must be > 0, got {value:g}"):
        tk.Drude(1.0, value)
    with pytest.raises(ValueError, match=rf"`width` of a spectrum must be > 0, got {value:g}"):
        tk.Lorentzian(1.0, 1.0, value)
    with pytest.raises(ValueError, match=rf"`exponent` of a spectrum must be > 0, got {value:g}"):
        tk.Ohmic(1.0, exponent=value)


def test_an_infinite_spectrum_is_refused() -> None:
    with pytest.raises(ValueError, match="`rate` of a spectrum must be finite"):
        tk.Flat(np.inf)
    with pytest.raises(ValueError, match="`rate` must be a number, got NaN"):
        tk.Flat(np.nan)


def test_a_band_has_its_rate_between_its_edges() -> None:
    w = np.array([-1.1, -1.0, 0.0, 2.0, 2.1])
    np.testing.assert_array_equal(tk.Band(0.2, -1.0, 2.0)(w), [0.0, 0.2, 0.2, 0.2, 0.0])
    np.testing.assert_array_equal(tk.Band(0.2, -np.inf, 2.0)(w), [0.2, 0.2, 0.2, 0.2, 0.0])
    np.testing.assert_array_equal(tk.Band([[0.2], [0.4]], [-1.0, 0.0], 2.0)(w[:3])[..., 1], [[0.2, 0.0], [0.4, 0.0]])


def test_soft_edges_of_a_band_are_fermi_steps() -> None:
    w = np.linspace(-3.0, 4.0, 15)
    steps = 0.2 / ((1 + np.exp((w - 2.0) / 0.3)) * (1 + np.exp((-1.0 - w) / 0.3)))
    np.testing.assert_allclose(tk.Band(0.2, -1.0, 2.0, 0.3)(w), steps, rtol=1e-14)


def test_a_band_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="`lower` edge of a band must lie below `upper`, got 2 and 1"):
        tk.Band(0.2, 2.0, 1.0)
    with pytest.raises(ValueError, match=r"`edge` of a band must be >= 0, got -0\.1"):
        tk.Band(0.2, 0.0, 1.0, -0.1)


LOWER, COUNT = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([0.0, 1.0])


@pytest.mark.parametrize("energy", [-1.5, -1.0, 0.0, 0.4, 1.7])
@pytest.mark.parametrize(
    "spectrum",
    [
        tk.Flat(0.1),
        tk.Tabulated([-2.0, 0.0, 2.0], [0.1, 0.3, 0.1]),
        tk.Tabulated([-9.0, -0.9], [0.1, 0.2]),
        tk.Lorentzian(0.1, -1.0, 0.5),
        tk.Band(0.1, -5.0, 5.0),
        tk.Band(0.1, -1.0, 1.0, 0.2),
    ],
    ids=repr,
)
def test_a_level_on_a_lead_of_any_spectrum_is_filled_by_fermi_at_that_rate(energy: float, spectrum: tk.Flat) -> None:
    lead = tk.Bath("L", 0.5, 0.1, tk.Fermi())
    if isinstance(spectrum, tk.Tabulated) and energy > spectrum.frequencies[-1]:
        with pytest.raises(ValueError, match=r"covers -9 to -0.9, but the model needs frequencies from .*; extend"):
            tk.davies(energy * COUNT, [tk.Contact(lead, LOWER, spectrum)], number_operator=COUNT)
        return
    model = tk.davies(energy * COUNT, [tk.Contact(lead, LOWER, spectrum)], number_operator=COUNT)
    filled = 1 / (np.exp((energy - 0.1) / 0.5) + 1)
    np.testing.assert_allclose(tk.steady_state(model).populations, [1 - filled, filled], rtol=1e-14)
    relaxing = -tk.modes(model).values[1].real
    assert relaxing == pytest.approx(float(spectrum(np.array([energy]))[0]), rel=1e-13)


def test_the_remedy_for_a_spectrum_without_negative_frequencies_changes_nothing_else() -> None:
    lead = tk.Bath("L", 0.5, 0.1, tk.Fermi())
    with pytest.raises(
        ValueError, match=r"got -1; use Flat, Lorentzian, Band or Tabulated, .* from the bottom of the band"
    ):
        tk.davies(-1.0 * COUNT, [tk.Contact(lead, LOWER, tk.Ohmic(0.1))], number_operator=COUNT)
    raised = tk.Bath("L", 0.5, 0.1 + 3.0, tk.Fermi())
    model = tk.davies(2.0 * COUNT, [tk.Contact(raised, LOWER, tk.Ohmic(0.1))], number_operator=COUNT)
    filled = 1 / (np.exp((-1.0 - 0.1) / 0.5) + 1)
    assert tk.steady_state(model).populations[1] == pytest.approx(filled, rel=1e-14)


def test_negative_frequencies_of_a_table_are_refused_for_a_bath_without_particles() -> None:
    table, flip = tk.Tabulated([-2.0, 2.0], [0.1, 0.1]), LOWER + LOWER.T
    message = (
        r"`spectrum` of the contact with bath 'b' is a table from -2 on, .* leave out the negative frequencies, or use"
    )
    for statistics in (tk.Bose(), tk.SpinBath()):
        with pytest.raises(ValueError, match=message):
            tk.Contact(tk.Bath("b", 0.5, statistics=statistics), flip, table)
    with pytest.raises(ValueError, match="bath 'bath' is a table from -2 on"):
        tk.library.levels([0.0, 1.0], spectrum=table)


def test_a_spectrum_of_words_is_refused() -> None:
    with pytest.raises(TypeError, match="`rate` must be a real number or an array of them, got 'fast'"):
        tk.Flat("fast")


def test_parameters_sweep_along_leading_axes() -> None:
    strengths = np.array([0.1, 0.2, 0.4])
    batch = tk.Ohmic(strengths[:, None], 5.0)(np.array([0.5, 1.0]))
    one_by_one = [[tk.Ohmic(g, 5.0)(np.array([0.5, 1.0]))] for g in strengths]
    np.testing.assert_array_equal(batch, one_by_one)


@pytest.mark.parametrize("unit", [1.0, 1e-9, 1e9])
def test_a_table_reaches_its_edges_whatever_rounding_makes_of_them(unit: float) -> None:
    """A level at .1 + .2 stands one rounding above a table that ends at .3."""
    table = tk.Tabulated(unit * np.array([-1.0, 0.3]), [0.1, 0.2])
    for edge, rate in ((0.1 + 0.2, 0.2), (-0.7 - 0.2 - 0.1, 0.1), (-1.0 - 3e-16, 0.1)):
        assert table(np.array([unit * edge])) == pytest.approx(rate, rel=1e-12)
        assert table.continued(np.array([unit * edge])) == pytest.approx(rate, rel=1e-12)
    with pytest.raises(ValueError, match=r"but the model needs frequencies from .*; extend the table"):
        table(np.array([unit * (0.3 + 1e-9)]))
    assert table.continued(np.array([unit * (0.3 + 1e-9)])) == 0.0
    filled = np.diag([0.0, 1.0])
    lead = tk.Bath("lead", 0.2 * unit, 0.5 * unit, tk.Fermi())
    contact = tk.Contact(lead, np.array([[0.0, 1.0], [0.0, 0.0]]), table)
    model = tk.davies((0.1 + 0.2) * unit * filled, [contact], number_operator=filled)
    assert tk.steady_state(model).populations[1] == pytest.approx(1.0 / (1.0 + np.exp(-1.0)), rel=1e-9)


def test_what_lies_just_outside_a_table_is_told_from_its_edge() -> None:
    with pytest.raises(
        ValueError, match=r"covers -1 to 0.3, but the model needs frequencies from 0.300000001 to 0.3000"
    ):
        tk.Tabulated([-1.0, 0.3], [0.1, 0.2])(np.array([0.3 + 1e-9]))
