from __future__ import annotations

import numpy as np
import pytest

import builders
import thermokin as tk
from counted_systems import (
    MASER_AFFINITY,
    fluorescence,
    heat_engine,
    leading,
    maser_tilted,
    poisson,
    switching,
    switching_generating,
    switching_rings,
    transistor,
    transistor_generating,
)
from counting_oracles import scaled_cumulants
from reference_cases import case
from systems import TwoBathQubit
from thermokin.counting.dense_tilting import by_spectrum

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

# A few roundings of an eigenvalue, relative to rates of order one.
ROUNDING = 1e-13


def test_the_two_bath_qubit_has_its_closed_form() -> None:
    system = TwoBathQubit()
    model = builders.two_bath_qubit(system)
    s = np.linspace(-4.0, 3.0, 29)
    found = tk.cumulant_generating_function(model, tk.heat(model, "hot"), s)
    np.testing.assert_allclose(found.values, [float(system._generating(x)) for x in s], atol=ROUNDING)


def test_the_reference_values_of_the_two_bath_qubit_come_out() -> None:
    reference = case("qubit_two_baths_cumulants")
    given = reference.parameters
    system = TwoBathQubit(given["w"], (given["T_h"], given["T_c"]), (given["g_h"], given["g_c"]))
    model = builders.two_bath_qubit(system)
    affinity = 1.0 / given["T_c"] - 1.0 / given["T_h"]
    found = tk.cumulant_generating_function(model, tk.heat(model, "hot"), [-affinity - 0.3, 0.3])
    reference.agrees("lam_GC", found.values[0])
    reference.agrees("lam_03", found.values[1])


def test_the_single_electron_transistor_has_its_closed_form_with_its_derivatives() -> None:
    model = transistor()
    s = np.linspace(-3.0, 3.0, 25)
    found = tk.cumulant_generating_function(model, tk.current(model, "out"), s)
    np.testing.assert_allclose(found.values, transistor_generating(s), atol=ROUNDING)
    root = np.sqrt(0.6**2 + 4.0 * 0.05 * np.expm1(s))
    slope = 0.05 * np.exp(s) / root
    np.testing.assert_allclose(found.mean, slope, rtol=1e-12)
    np.testing.assert_allclose(found.noise, slope - 2.0 * 0.05 * np.exp(s) * slope / root**2, rtol=1e-11)


def test_the_maser_agrees_with_the_spectrum_of_its_whole_generator() -> None:
    model = heat_engine()
    heat = tk.heat(model, "hot")
    s = np.linspace(-2.0, 1.5, 15)
    found = tk.cumulant_generating_function(model, heat, s)
    np.testing.assert_allclose(found.values, leading(maser_tilted(heat.weights), s), atol=ROUNDING)
    assert found.residual.max() < 1e-14
    assert found.condition.min() >= 1.0 - 1e-12


def test_derivatives_at_zero_field_are_the_cumulants() -> None:
    model = heat_engine()
    heat = tk.heat(model, "hot")
    nodes = np.sort(np.append(0.2 * np.cos(np.pi * (np.arange(16) + 0.5) / 16), 0.0))
    found = tk.cumulant_generating_function(model, heat, nodes)
    cumulants = tk.cumulants(model, heat, order=4).values
    zero = int(np.flatnonzero(nodes == 0.0)[0])
    np.testing.assert_allclose([found.mean[zero], found.noise[zero]], cumulants[:2], rtol=1e-12)
    bend = np.polynomial.Chebyshev.fit(nodes, found.noise, 13)
    # The polynomial's error at its degree, and rounding over the interval's width squared.
    np.testing.assert_allclose([bend.deriv(1)(0.0), bend.deriv(2)(0.0)], cumulants[2:], rtol=1e-8)
    np.testing.assert_allclose(cumulants, scaled_cumulants(maser_tilted(heat.weights), 4), rtol=1e-8)


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()], ids=["dense", "sparse"])
def test_field_by_field_newton_finds_the_branch_that_the_whole_spectrum_has(method: tk.Dense | tk.Sparse) -> None:
    model = tk.library.xxz_chain(4, 0.5, 1.0, 2.0, 0.5)
    heat = tk.heat(model, model.baths[0].name)
    s = np.linspace(-3.0, 2.0, 11)
    found = tk.cumulant_generating_function(model, heat, s, method=method)
    block = found.envelope.tiltings[0].generator
    assert block.block.size == 70
    spectrum = np.linalg.eigvals(block.matrix(s)).real.max(axis=-1)
    # Eigenvalues of a generator whose elements reach four.
    np.testing.assert_allclose(found.values, spectrum, atol=1e-13)
    assert found.residual.max() < 1e-12
    # Derivatives from all eigenvectors: their conditions enter, some hundreds here.
    whole = by_spectrum(block, s)
    np.testing.assert_allclose(found.mean, whole.slope, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(found.noise, whole.curvature, rtol=1e-9)


@pytest.mark.parametrize("method", [tk.Dense(), tk.Sparse()], ids=["dense", "sparse"])
@pytest.mark.parametrize("back", [None, 0.1])
def test_the_branch_is_left_where_another_takes_the_lead(method: tk.Dense | tk.Sparse, back: float | None) -> None:
    # Without `back` the phases change at s = 0; with it the slow one leads until e^s = 1 + 0.1/0.95.
    switch = 1e-6
    model = switching_rings(switch, switch if back is None else back, 25)
    for s in (np.linspace(-1.0, 1.0, 11), np.array([-2.0]), np.array([0.05, 0.11, 0.15])):
        found = tk.cumulant_generating_function(model, tk.current(model, "flips"), s, method=method)
        np.testing.assert_allclose(found.values, switching_generating(s, switch, back), atol=1e-12)


def test_far_fields_at_once_need_no_neighbour() -> None:
    model = tk.library.xxz_chain(4, 0.5, 1.0, 2.0, 0.5)
    heat = tk.heat(model, model.baths[0].name)
    near = tk.cumulant_generating_function(model, heat, np.linspace(0.0, 6.0, 13), method=tk.Sparse())
    far = [tk.cumulant_generating_function(model, heat, [6.0], method=method) for method in (tk.Sparse(), tk.Dense())]
    for found in far:
        np.testing.assert_allclose(found.values[0], near.values[-1], rtol=1e-12)


def test_sweeps_are_leading_axes() -> None:
    drives, s = np.array([0.1, 0.4, 1.0]), np.array([-0.5, 0.0, 0.3])
    single = []
    for drive in drives:
        model = heat_engine(drive)
        single.append(tk.cumulant_generating_function(model, tk.heat(model, "hot"), s))
    hamiltonian = np.stack([heat_engine(drive).hamiltonian for drive in drives])
    swept = tk.Model(hamiltonian, list(heat_engine().channels), energy_operator=np.diag([0.0, 1.0, 2.0]))
    found = tk.cumulant_generating_function(swept, tk.heat(swept, "hot"), s)
    assert found.shape == (3, 3)
    for name in ("values", "mean", "noise"):
        np.testing.assert_allclose(getattr(found, name), [getattr(one, name) for one in single], atol=ROUNDING)
    assert found.rate_function().shape == (3, 3)
    symmetry = found.gallavotti_cohen()
    np.testing.assert_allclose(symmetry.affinity, MASER_AFFINITY, rtol=1e-9)
    assert symmetry.holds.all()
    with pytest.raises(ValueError, match="one point"):
        _ = found.kinks


def test_a_sweep_of_weights_is_a_leading_axis_too() -> None:
    model = transistor()
    out = tk.current(model, "out")
    factors = np.array([1.0, 2.0, -0.5])
    s = np.linspace(-1.0, 1.0, 5)
    found = tk.cumulant_generating_function(model, tk.current(model, factors[:, None] * out.weights), s)
    np.testing.assert_allclose(found.values, transistor_generating(factors[:, None] * s), atol=ROUNDING)


def test_the_selected_states_are_states() -> None:
    model = heat_engine()
    found = tk.cumulant_generating_function(model, tk.heat(model, "hot"), [-1.0, 0.0, 1.0])
    assert found.tilted_states.shape == (3, 3, 3)
    np.testing.assert_allclose(np.trace(found.tilted_states, axis1=-2, axis2=-1), 1.0, atol=ROUNDING)
    assert np.linalg.eigvalsh(found.tilted_states).min() > 0.0
    # The state that no field changes is the steady state.
    np.testing.assert_allclose(found.tilted_states[1], tk.steady_state(model).matrix, atol=ROUNDING)


def test_jumps_at_one_rate_are_a_poisson_process() -> None:
    model = poisson(0.7)
    s = np.linspace(-5.0, 5.0, 21)
    found = tk.cumulant_generating_function(model, tk.activity(model), s)
    np.testing.assert_allclose(found.values, 0.7 * np.expm1(s), rtol=1e-12, atol=ROUNDING)


def test_levels_that_are_left_for_good_count_while_they_last() -> None:
    # Level 2 flips with 3 at rate 5 before it decays to 0 at rate 1; at a large field staying there pays.
    rates = np.zeros((4, 4))
    rates[3, 2] = rates[2, 3] = 5.0
    rates[0, 2] = rates[0, 3] = 1.0
    rates[0, 1] = rates[1, 0] = 0.1
    model = tk.rates(rates)
    s = np.array([-1.0, 0.0, 0.1, 0.5])
    found = tk.cumulant_generating_function(model, tk.activity(model), s)
    expected = np.maximum(0.1 * np.expm1(s), 5.0 * np.exp(s) - 6.0)
    np.testing.assert_allclose(found.values, expected, atol=ROUNDING)
    (kink,) = found.kinks
    np.testing.assert_allclose(kink.s, np.log(5.9 / 4.9), rtol=1e-12)
    assert kink.gap == 0.0
    inside = tk.cumulant_generating_function(model, tk.activity(model), s, initial=tk.Populations([1.0, 0, 0, 0]))
    np.testing.assert_allclose(inside.values, 0.1 * np.expm1(s), atol=ROUNDING)


def test_the_symmetry_finds_the_masers_affinity() -> None:
    model = heat_engine()
    found = tk.cumulant_generating_function(model, tk.heat(model, "hot"), np.linspace(-1.0, 1.0, 9))
    fitted, given = found.gallavotti_cohen(), found.gallavotti_cohen(affinity=MASER_AFFINITY)
    np.testing.assert_allclose(fitted.affinity, MASER_AFFINITY, rtol=1e-10)
    assert fitted.holds
    assert given.holds
    assert not found.gallavotti_cohen(affinity=1.1 * MASER_AFFINITY).holds


def test_two_independent_currents_have_no_symmetry_each() -> None:
    # Three baths: the heat from one does not determine the entropy that the others produce.
    contacts = []
    for name, temperature, link in (("cold", 0.5, (0, 1)), ("hot", 3.0, (0, 2)), ("work", 1.0, (1, 2))):
        coupling = np.zeros((3, 3))
        coupling[link] = coupling[link[::-1]] = 1.0
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + 0.3 * (1 - np.eye(3)), tk.Flat(0.02)))
    model = tk.davies(np.diag([0.0, 1.0, 2.7]), contacts)
    found = tk.cumulant_generating_function(model, tk.heat(model, "cold"), np.linspace(-1.0, 2.0, 7))
    symmetry = found.gallavotti_cohen()
    assert not symmetry.holds
    assert symmetry.deviation > 1e-6


def test_a_current_that_only_grows_has_no_affinity() -> None:
    model = fluorescence(1.0)
    found = tk.cumulant_generating_function(model, tk.activity(model), [-1.0, 0.0, 1.0])
    with pytest.raises(ValueError, match="has no affinity"):
        found.gallavotti_cohen()


def test_a_symmetry_is_found_once_or_the_reason_why_there_is_none() -> None:
    engine = heat_engine()
    found = tk.cumulant_generating_function(engine, tk.heat(engine, "hot"), [-0.2, 0.0, 0.1])
    assert found.symmetry is found.symmetry
    assert found.symmetry.why == ""
    assert float(found.symmetry.affinity) == float(found.gallavotti_cohen().affinity)
    activity = tk.cumulant_generating_function(engine, tk.activity(engine), [-0.2, 0.0, 0.1])
    assert activity.symmetry.why == "a jump and its reverse count alike"
    assert not activity.symmetry.holds
    alone = tk.library.qubit(1.0, 0.01, 2.0)
    still = tk.cumulant_generating_function(alone, tk.heat(alone), [-0.2, 0.0, 0.1])
    assert still.is_still
    assert still.symmetry.why == "nothing flows or fluctuates over long times"


def test_heat_from_a_single_bath_does_not_grow_and_has_no_affinity() -> None:
    model = tk.library.levels([0.0, 1.0, 1.7], rate=0.02, temperature=1.0)
    found = tk.cumulant_generating_function(model, tk.heat(model), [-1.0, 0.0, 1.0])
    np.testing.assert_allclose(found.values, 0.0, atol=1e-15)
    with pytest.raises(ValueError, match="does not fluctuate"):
        found.gallavotti_cohen()


@pytest.mark.parametrize(
    ("s", "message"),
    [
        ([[0.0]], r"`s` must be finite and have shape \(f,\)"),
        ([], "`s` must hold at least one number"),
        ([0.0, np.inf], "`s` must be finite"),
        ([1.0, 0.0], "`s` must be strictly ascending"),
        ([400.0], r"`s` times the largest weight must be within \+-300, got 400"),
    ],
)
def test_fields_are_checked(s: object, message: str) -> None:
    model = transistor()
    with pytest.raises(ValueError, match=message):
        tk.cumulant_generating_function(model, tk.activity(model), s)


def test_other_arguments_are_checked() -> None:
    model, other = transistor(), transistor()
    with pytest.raises(TypeError, match="`model` must be a Model"):
        tk.cumulant_generating_function(None, tk.activity(model), [0.0])
    with pytest.raises(TypeError, match="`current` must be a Current"):
        tk.cumulant_generating_function(model, "heat", [0.0])
    with pytest.raises(ValueError, match="belongs to another model"):
        tk.cumulant_generating_function(model, tk.activity(other), [0.0])
    with pytest.raises(ValueError, match=r"solved by Dense\(\) or Sparse\(\)"):
        tk.cumulant_generating_function(model, tk.activity(model), [0.0], method=tk.Krylov())
    with pytest.raises(TypeError, match="`method` must be"):
        tk.cumulant_generating_function(model, tk.activity(model), [0.0], method="dense")


def test_several_steady_states_need_a_start() -> None:
    model = switching(0.0)
    flips = tk.current(model, "flips")
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="not unique"):
        tk.cumulant_generating_function(model, flips, [0.5])
    slow = tk.cumulant_generating_function(model, flips, [0.5], initial=tk.Populations([0, 0, 0.5, 0.5]))
    np.testing.assert_allclose(slow.values, 0.05 * np.expm1(0.5), rtol=1e-12)


def test_a_level_that_no_jump_touches_exchanges_nothing_at_any_counting_field() -> None:
    model = tk.rates([[0.0]])
    made = tk.cumulant_generating_function(model, tk.activity(model), [-0.1, 0.0, 0.1])
    np.testing.assert_array_equal(np.asarray(made), 0.0)
