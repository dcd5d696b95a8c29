"""Certificates: enclosures by ball arithmetic hold what an independent evaluation with sixty digits finds."""

from __future__ import annotations

import sys
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import thermokin as tk
from thermokin.errors import NotConvergedError

pytest.importorskip("flint")
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

SIZE = 3


def random_model(seed: int, scale: float = 1.0) -> tk.Model:
    rng = np.random.default_rng(seed)

    def matrix() -> np.ndarray:
        return rng.normal(size=(SIZE, SIZE)) + 1j * rng.normal(size=(SIZE, SIZE))

    hamiltonian = matrix()
    channels = [tk.Channel(np.sqrt(scale) * matrix(), bath=None) for _ in range(2)]
    return tk.Model(scale * (hamiltonian + hamiltonian.conj().T), channels)


def exact_matrix(array: np.ndarray) -> Any:
    return mp.matrix([[mp.mpc(complex(one).real, complex(one).imag) for one in row] for row in array])


def kron(one: Any, two: Any) -> Any:
    size = one.rows
    found = mp.zeros(size**2)
    for i in range(size):
        for j in range(size):
            for k in range(size):
                for m in range(size):
                    found[i * size + k, j * size + m] = one[i, j] * two[k, m]
    return found


def tilted(model: tk.Model, weights: np.ndarray, chi: Any) -> Any:
    """The dense generator over rows of rho, with counting field chi."""
    unit, hamiltonian = mp.eye(model.dimension), exact_matrix(model.hamiltonian)
    found = -1j * (kron(hamiltonian, unit) - kron(unit, hamiltonian.T))
    for channel, weight in zip(model.channels, weights, strict=True):
        jump = exact_matrix(channel.jump if isinstance(channel.jump, np.ndarray) else channel.jump.dense)
        product = jump.H * jump
        found += mp.exp(chi * mp.mpf(float(weight))) * kron(jump, jump.conjugate())
        found -= (kron(product, unit) + kron(unit, product.T)) / 2
    return found


def largest_eigenvalue(matrix: Any) -> Any:
    return max(mp.eig(matrix, left=False, right=False), key=lambda one: one.real)


def within(certificate: Any, exact: Any, index: int = 0) -> bool:
    """Whether the enclosure holds a number of sixty digits, and is narrower than thirty-five."""
    text = certificate.digits[index].strip("[]").split(" +/- ")
    middle, radius = mp.mpf(text[0]), mp.mpf(text[1]) if len(text) > 1 else mp.mpf(0)
    value = mp.mpf(float(certificate.value.ravel()[index]))
    wide = mp.mpf(float(certificate.radius.ravel()[index]))
    narrow = radius <= mp.mpf("1e-35") * abs(middle)
    return bool(abs(exact - middle) <= radius + mp.mpf("1e-38") * abs(exact) and abs(exact - value) <= wide and narrow)


@pytest.mark.parametrize(("seed", "scale"), [(0, 1.0), (1, 1e-12), (2, 1e12)])
def test_cumulants_hold_the_derivatives_of_the_tilted_eigenvalue(seed: int, scale: float) -> None:
    model, weights = random_model(seed, scale), np.array([1.0, -0.3])
    found = tk.cumulants(model, tk.current(model, weights), certify=True)
    with mp.workdps(110):
        step = mp.mpf("1e-20")
        behind, here, ahead = (largest_eigenvalue(tilted(model, weights, sign * step)) for sign in (-1, 0, 1))
        mean, noise = ((ahead - behind) / (2 * step)).real, ((ahead - 2 * here + behind) / step**2).real
        assert abs(here) < mp.mpf("1e-60") * scale
        assert within(found.certificate, mean)
        assert within(found.certificate, noise, 1)
    assert np.all(np.abs(found.values - found.certificate.value) <= 1e-12 * np.abs(found.values))


def test_gap_and_state_hold_the_dense_generator() -> None:
    model = random_model(3)
    gap, state = tk.modes(model, certify=True), tk.steady_state(model, certify=True)
    with mp.workdps(60):
        generator = tilted(model, np.zeros(2), 0)
        values = sorted(mp.eig(generator, left=False, right=False), key=lambda one: -one.real)
        assert within(gap.certificate, -values[1].real)
        fixed = generator.copy()
        for column in range(SIZE**2):
            fixed[0, column] = 1 if column % (SIZE + 1) == 0 else 0
        exact = mp.lu_solve(fixed, mp.matrix([1, *[0] * (SIZE**2 - 1)]))
        for place in range(SIZE**2):
            value, radius = state.certificate.value.ravel()[place], state.certificate.radius.ravel()[place]
            missed = abs(exact[place] - mp.mpc(complex(value).real, complex(value).imag))
            assert missed <= mp.mpf(float(radius))
    assert state.certificate.radius.max() < 1e-15


def test_the_maser_has_the_digits_of_an_independent_evaluation() -> None:
    """D sigma/J^2 = 2.04114229269652525319, independent 40-digit evaluation of the rates.

    The certificate is of the model as its doubles give it, whose amplitudes are rounded square roots of those rates.
    """
    maser = tk.library.three_level_maser(0.01, 3.0, 0.5)
    heat = tk.heat(maser, "hot")
    noise = tk.cumulants(maser, heat, certify=True).certificate.digits[1]
    slack = tk.bounds.evaluate(maser, heat, certify=True)["bare thermodynamic"].certificate.digits[0]
    with mp.workdps(40):
        variance, left = (mp.mpf(text.strip("[]").split(" ")[0]) for text in (noise, slack))
        assert abs(2 * variance / (variance - left) - mp.mpf("2.04114229269652525319")) < mp.mpf("1e-15")


OF_MASERS = (
    "thermo-kinetic",
    "thermodynamic",
    "kinetic",
    "bare thermo-kinetic",
    "bare kinetic",
    "thermo-kinetic, exact information",
    "optimal scores",
    "scaled forces",
    "response to the Hamiltonian",
    "dynamical activity",
)


@pytest.mark.parametrize("name", OF_MASERS)
@pytest.mark.parametrize("pair", ["upper", "lower"])
def test_slacks_of_bounds_agree_with_doubles(name: str, pair: Any) -> None:
    maser = tk.library.three_level_maser(np.array([0.003, 0.02]), 3.0, 0.5, driven_pair=pair)
    bound = tk.bounds.evaluate(maser, tk.heat(maser, "hot"), theorems=name, outside=True, certify=True)[name]
    assert bound.certificate.value == pytest.approx(bound.slack, rel=1e-10)
    assert (np.abs(bound.slack - bound.certificate.value) <= bound.error + bound.certificate.radius).all()


def test_closed_populations_and_sweeps() -> None:
    ring = tk.rates([[0, 1, 2], [1.5, 0, 0.4], [1, 2, 0]])
    bounds = tk.bounds.evaluate(ring, tk.current(ring, [0.0, 1, 2, 3, 4, 5]), certify=True)
    assert bounds["kinetic"].certificate.value == pytest.approx(bounds["kinetic"].slack, rel=1e-12)
    for name in ("clock", "optimal scores", "scaled forces", "dynamical activity", "thermo-kinetic, exact information"):
        bound = bounds[name]
        assert abs(bound.slack - bound.certificate.value) <= bound.error + 1e-14
    assert (
        tk.bounds.evaluate(maser := tk.library.three_level_maser(0.01, 3.0), tk.heat(maser), certify=True)[
            "inverse"
        ].certificate
        is None
    )
    swept = tk.library.levels([0.0, 1.0, 2.2], rate=1e-3, temperature=np.array([0.5, 2.0]))
    found = tk.steady_state(swept, certify=True)
    assert found.certificate.value.shape == (2, 3, 3)
    assert found.certificate.value.real == pytest.approx(found.matrix.real, abs=1e-15)
    assert tk.modes(swept, certify=True).certificate.value == pytest.approx(tk.modes(swept).gap, rel=1e-13)


def test_what_cannot_be_certified_is_refused() -> None:
    split = tk.Model(np.diag([0.0, 1.0, 2.0]), [tk.Channel(np.eye(3, k=1) * [[0], [0], [0]], bath=None)])
    with pytest.raises((NotConvergedError, tk.errors.DegenerateSteadyStateError), match="steady state"):
        tk.steady_state(split, certify=True)
    maser = tk.library.three_level_maser(0.01, 3.0, 0.5)
    with pytest.raises(ValueError, match="leave `initial` out"):
        tk.steady_state(maser, initial=tk.Gibbs(1.0), certify=True)
    with pytest.raises(ValueError, match="up to 256 unknowns"):
        tk.steady_state(tk.library.random_levels(300, seed=1), certify=True)
    with pytest.raises(ValueError, match="leave `perturbation` out"):
        tk.bounds.evaluate(maser, tk.heat(maser), perturbation=np.diag([0.0, 0.0, 1.0]), certify=True)
    with pytest.raises(ValueError, match="leave `times`"):
        tk.bounds.evaluate(maser, tk.heat(maser), tk.Gibbs(1.0), 1.0, certify=True)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ImportError, match=r"thermokin\[certify\]"):
        tk.steady_state(tk.library.three_level_maser(0.01, 3.0), certify=True)
