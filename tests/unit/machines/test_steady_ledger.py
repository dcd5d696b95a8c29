"""The ledger at rest: against the evolution that has come to rest, closed forms, and the laws over random machines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FEW = settings(max_examples=20, deadline=None)
LONG = 1e5  # of every relaxation time here: what is left is below rounding


def dot(left: float, right: float, bias: float) -> tk.Model:
    return tk.library.quantum_dot(0.3, left, right, potential_left=bias, rate_left=0.02, rate_right=0.01)


@pytest.mark.parametrize(
    "model",
    [
        tk.library.three_level_maser(drive=0.02, hot=6.0, rate_hot=0.01, rate_cold=0.02),
        dot(0.5, 0.2, 0.4),
        tk.library.double_dot(0.05, 0.4, 0.2, potential_left=0.5),
        tk.rates([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]]),
    ],
    ids=["driven", "a dot", "coherent", "without a bath"],
)
def test_at_rest_every_rate_is_the_last_of_a_long_evolution(model: tk.Model) -> None:
    rest = tk.ledger(model)
    start = tk.Populations(np.full(model.dimension, 1.0 / model.dimension))
    along = tk.ledger(model, tk.evolve(model, start, [0.0, LONG]))
    last = {name: rate[-1] for name, rate in along.heat_rate.items()}
    assert rest.heat == pytest.approx([last[name] for name in rest.names], rel=1e-8, abs=1e-14)
    # Two roads to the work: energies of the jumps, and the commutator of what drives.
    assert rest.drive_power == pytest.approx(-along.work_rate[-1], rel=1e-7, abs=1e-13)
    assert rest.entropy_production == pytest.approx(along.entropy_production_rate[-1], rel=1e-7)
    assert rest.activity == pytest.approx([along.activity_rate[name][-1] for name in rest.names], rel=1e-9)
    assert rest.total_activity == pytest.approx(along.total_activity_rate[-1], rel=1e-9)


def test_a_dot_at_a_large_bias_has_the_closed_forms_of_one_way_rates() -> None:
    # In by rate a, out by b, never back: J = ab/(a+b), F = (a^2+b^2)/(a+b)^2,
    # c_3/c_1 = (a^4 - 2a^3 b + 6a^2 b^2 - 2ab^3 + b^4)/(a+b)^4.
    a, b = 2.0 * 0.02, 0.01  # either spin enters, one at a time
    found = tk.ledger(dot(0.01, 0.01, 100.0))
    assert found.particles == pytest.approx([a * b / (a + b), -a * b / (a + b)], rel=1e-9)
    assert found.fano_factor == pytest.approx((a**2 + b**2) / (a + b) ** 2, rel=1e-9)
    third = a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4
    assert found.skewness == pytest.approx(third / (a + b) ** 4, rel=1e-9)
    assert found.chemical_power == pytest.approx(-100.0 * a * b / (a + b), rel=1e-9)


@FEW
@given(st.floats(0.1, 2.0), st.floats(0.1, 2.0), st.floats(-1.0, 1.0))
def test_the_laws_hold_within_the_errors(left: float, right: float, bias: float) -> None:
    found = tk.ledger(dot(left, right, bias))
    error = found.power_error + found.chemical_power_error + found.drive_power_error
    assert abs(found.power - found.chemical_power - found.drive_power) <= 4.0 * error + 1e-300
    assert found.entropy_production >= -found.entropy_production_error
    assert abs(found.entropy_flow.sum() - found.entropy_production) <= 4.0 * (
        found.entropy_flow_error.sum() + found.entropy_production_error
    )
    assert abs(found.particles.sum()) <= 4.0 * found.particles_error.sum()


def test_what_nothing_undoes_costs_infinitely_much_and_what_never_happens_nothing() -> None:
    decay, lift = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])
    pumped = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(decay, None), tk.Channel(0.5 * decay + 0.3 * lift, None)])
    assert tk.ledger(pumped).entropy_production == np.inf
    still = tk.ledger(tk.Model(np.diag([0.0, 1.0]), [tk.Channel(decay, None)]))
    assert still.entropy_production == 0.0
    assert still.total_activity == 0.0


def test_a_junction_books_as_its_currents_do_and_carries_no_jumps() -> None:
    leads = [tk.Bath("left", 0.2, 0.5, tk.Fermi()), tk.Bath("right", 0.1, 0.0, tk.Fermi())]
    junction = tk.transport.Junction(tk.transport.resonant_level(0.2, 0.05, 0.05), leads)
    found = tk.ledger(junction)
    counted = tk.cumulants(junction, tk.entropy_flow(junction), order=1)
    assert found.entropy_production == pytest.approx(float(counted.mean), rel=1e-9)
    assert found.chemical_power == pytest.approx(found.power, rel=1e-9)
    assert not found.has_activity
    assert not {"activity", "drive_power"} & set(found.to_xarray())


def test_gaussian_modes_book_what_their_evolution_ends_at() -> None:
    contacts = [tk.gaussian.SiteContact(tk.Bath(name, at), n, tk.Flat(0.02)) for n, (name, at) in enumerate(TWO)]
    pair = tk.gaussian.bosons([[1.0, 0.02], [0.02, 1.0]], contacts)
    found = tk.ledger(pair)
    along = tk.ledger(pair, tk.evolve(pair, tk.Gibbs(0.3), [0.0, LONG]))
    assert found.heat == pytest.approx([along.heat_rate[name][-1] for name, _ in TWO], rel=1e-8)
    assert found.entropy_production == pytest.approx(float(along.entropy_production_rate[-1]), rel=1e-8)


TWO = (("hot", 0.5), ("cold", 0.25))


def test_a_sweep_has_the_numbers_of_its_points_and_draws_one_axis() -> None:
    drives = np.array([0.01, 0.02, 0.05])
    swept = tk.ledger(tk.library.three_level_maser(drives, 6.0))
    for place, drive in enumerate(drives):
        alone = tk.ledger(tk.library.three_level_maser(float(drive), 6.0))
        assert swept.heat[place] == pytest.approx(alone.heat, rel=1e-10)
        assert swept.activity[place] == pytest.approx(alone.activity, rel=1e-10)
    assert {line.get_label() for line in swept.plot()[1].flat[0].lines} >= {"heat from hot", "work on the drive"}
    with pytest.raises(ValueError, match="one axis"):
        tk.ledger(tk.library.three_level_maser(drives[:, None], np.array([5.0, 6.0]))).plot()


def test_what_it_takes_and_what_it_does_not() -> None:
    model = dot(0.5, 0.2, 0.4)
    start = tk.Populations([1.0] + [0.0] * (model.dimension - 1))
    evolution = tk.evolve(model, start, [0.0, 1.0])
    with pytest.raises(TypeError, match="an evolution has a start of its own"):
        tk.ledger(model, evolution, initial=start)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="`model` must be a model, a junction or a Gaussian model"):
        tk.ledger(np.eye(2))  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="`evolution` must be what `evolve` returns"):
        tk.ledger(model, 3.0)  # type: ignore[call-overload]
