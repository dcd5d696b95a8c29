"""Exponentials of stacks of matrices, and tilted blocks by two routes."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

import thermokin as tk
from thermokin.counting import tilted_block as module
from thermokin.counting.tilted_block import TiltedBlock
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import population_blocks
from thermokin.numerics.propagator_ladder import stacked_exponential

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


@pytest.mark.parametrize("scale", [0.0, 1e-9, 0.3, 4.0, 300.0])
def test_a_stack_has_the_exponentials_of_its_matrices(scale: float) -> None:
    random = np.random.default_rng(3)
    matrices = random.normal(size=(4, 3, 5, 5)) + 1j * random.normal(size=(4, 3, 5, 5))
    # Anti-Hermitian, so that the exponential keeps length one at any scale; and one without that.
    matrices = scale * (matrices - matrices.conj().swapaxes(-1, -2))
    found = stacked_exponential(matrices)
    expected = np.array([[scipy.linalg.expm(one) for one in row] for row in matrices])
    # Squaring doubles the rounding of a norm of about 20 scales.
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=1e-14 * (1.0 + 20.0 * scale))
    small = np.array([[0.0, scale], [0.0, 0.0]])
    np.testing.assert_array_equal(stacked_exponential(small), np.eye(2) + small)


def test_matrices_of_one_stack_are_squared_as_often_as_each_needs() -> None:
    small, large = np.array([[-1e-8, 0.0], [1e-8, 0.0]]), np.array([[-1e6, 0.0], [1e6, 0.0]])
    found = stacked_exponential(np.stack([small, large]))
    # Squared thirty times as the large one is, the small one would keep eight digits of its motion.
    assert found[0, 1, 0] == pytest.approx(-np.expm1(-1e-8), rel=1e-7)
    np.testing.assert_array_equal(found[0], stacked_exponential(small))
    np.testing.assert_allclose(found[1], [[0.0, 0.0], [1.0, 1.0]], atol=1e-9)


def test_products_side_by_side_agree_with_stacked_exponentials(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tk.library.oscillator(6, 1.0, 0.01, 2.0)
    drive = 0.02 * (tk.operators.create(6) + tk.operators.destroy(6))
    driven = tk.Model(np.diag(np.arange(6.0)) + drive, list(model.channels), energy_operator=np.diag(np.arange(6.0)))
    factors = np.exp(1j * np.linspace(0.0, 3.0, 5))[:, None] * np.ones(2)
    factors[1] = [3.0, 0.2]
    loss = np.linspace(-0.02, 0.05, 5)
    times = np.array([0.0, 1.0, 2.0, 40.0])
    for some in (model, driven):
        (block,) = population_blocks(Liouvillian(some))
        group = np.where(some.table.energy > 0.0, 0, 1)
        start = block.elements(np.full(6, 1.0 / 6.0), None)
        dense = TiltedBlock(block, group, start).traces(factors, times, loss)
        with monkeypatch.context() as patch:
            patch.setattr(module, "SMALL", 0)
            patch.setattr(module, "PRODUCTS", 0.0)
            thin = TiltedBlock(block, group, start).traces(factors, times, loss)
        # A substep loses two digits to cancellation; the tilted trace of [3, 0.2] grows to e^5.
        np.testing.assert_allclose(thin, dense, rtol=1e-11, atol=1e-12)


def test_a_loss_takes_its_exponential_off_the_trace() -> None:
    model = tk.library.oscillator(3, 1.0, 0.01, np.array([0.5, 2.0]))
    (block,) = population_blocks(Liouvillian(model))
    part = TiltedBlock(block, np.zeros(model.table.channel.max() + 1, dtype=np.int64), np.full(3, 1.0 / 3.0))
    factors, times = np.array([[0.5], [2.0]]), np.array([1.0, 7.0])
    loss = np.array([[0.1, -0.2], [0.3, 0.0]])
    expected = part.traces(factors, times) * np.exp(-loss[..., None] * times)
    np.testing.assert_allclose(part.traces(factors, times, loss), expected, rtol=1e-13)
