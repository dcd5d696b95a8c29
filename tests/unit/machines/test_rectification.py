"""How heat is rectified: what the factor is, its error, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import thermokin as tk

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
DIODE = tk.Family(tk.library.spin_diode, {"field_left": 2.0, "coupling": 1.0})


def test_a_sweep_is_its_points_and_exchanging_the_baths_turns_the_ratio_round() -> None:
    hot = np.array([0.8, 1.0, 2.0])
    swept, back = tk.rectification(DIODE, hot, 0.1), tk.rectification(DIODE, hot, 0.1, baths=("right", "left"))
    assert swept.factor.shape == (3,)
    np.testing.assert_allclose(swept.ratio * back.ratio, 1.0, rtol=1e-10)
    np.testing.assert_allclose(swept.factor, back.factor, rtol=1e-12)
    one = tk.rectification(DIODE, 1.0, 0.1)
    assert swept.factor[1] == pytest.approx(float(one.factor), rel=1e-13)
    shared = (1.0 + swept.factor) * (swept.forward_error + swept.backward_error) / swept.forward
    np.testing.assert_allclose(swept.factor_error, shared, rtol=1e-12)
    assert (swept.factor_error > 0.0).all()
    assert (swept.factor_error < 1e-10).all()


def test_what_is_alike_at_both_ends_rectifies_nothing_within_its_error() -> None:
    chain = tk.Family(tk.library.ising_chain, {"sites": 2, "field": 1.0, "coupling": 0.4, "rate": 0.001})
    found = tk.rectification(chain, 1.2, 0.4)
    assert found.factor <= found.factor_error
    assert found.factor_error < 1e-9


def test_it_is_shown_with_its_factor_first_and_as_labelled_data() -> None:
    found = tk.rectification(DIODE, [1.0, 2.0], 0.1)
    assert repr(found).splitlines()[0] == "Rectification of heat between left and right"
    assert found.to_xarray()["factor"].dims == ("left",)


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: tk.rectification(3.0, 1.0, 0.5), TypeError, "`family` must be a Family or a function"),  # type: ignore[arg-type]
        (lambda: tk.rectification(DIODE, 0.5, 1.0), ValueError, "`hot` must be above `cold`"),
        (lambda: tk.rectification(DIODE, [1.0, np.nan], 0.5), ValueError, "`hot` must be"),
        (
            lambda: tk.rectification(DIODE, 1.0, 0.5, baths=("left", "top")),
            ValueError,
            "`baths` must name temperatures",
        ),
        (lambda: tk.rectification(DIODE, "warm", 0.5), TypeError, "`hot` must be"),
    ],
)
def test_what_cannot_be_rectified_is_refused(call: Callable[[], Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()
