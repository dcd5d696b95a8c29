"""Waits for a jump across a link far below the other rates follow its exponential, however late."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk


@pytest.mark.parametrize("link", [1e-10, 1e-14, 1e-20, 1e-28, 1e-60])
def test_a_wait_across_a_weak_link_is_exponential(link: float) -> None:
    model = tk.rates([[0, 1.0, 0, 0], [1.0, 0, link, 0], [0, link, 0, 1.0], [0, 0, 1.0, 0]])
    places = [tuple(np.argwhere(np.abs(channel.jump) > 0.0)[0]) for channel in model.channels]
    times = np.array([1.0, 3.0, 10.0])
    waits = tk.waiting_times(model, places.index((1, 2)), places.index((2, 1)), times / link)
    # Each side is at rest within long before the next jump, half of the time at the link; corrections are as its rate.
    np.testing.assert_allclose(waits.values, 0.5 * link * np.exp(-0.5 * times), rtol=1e-13 + link)
    np.testing.assert_allclose(waits.survival, np.exp(-0.5 * times), rtol=1e-13 + link)
