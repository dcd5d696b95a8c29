"""Heat as the change of a level's energy, against closed forms, where the likely levels could drown in rounding."""

from __future__ import annotations

import numpy as np
import pytest

import systems
import thermokin as tk


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize("times", [[0.0, 2.0, 7.0, 20.0], [7.0], list(np.linspace(0.0, 20.0, 41))])
def test_a_cooling_oscillator_has_the_heat_variance_of_a_lossy_channel_on_any_grid(times: list[float]) -> None:
    """The upper levels weigh e^80 times more in the symmetrised basis; a sum over modes alone was off by 4e-6."""
    closed = systems.OscillatorQuench(1.0, 0.1, 2.0, 0.5)
    model = tk.library.oscillator(levels=80, frequency=1.0, rate=0.1, temperature=0.5)
    cumulants = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(2.0), times)
    # Levels above the 80th hold e^-40 of the start: their share in the variance is below 1e-13.
    assert cumulants[..., 1] == pytest.approx(np.asarray(closed.heat_variance(np.array(times))), abs=1e-12)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_a_sweep_mixes_points_that_modes_resolve_with_points_that_they_do_not() -> None:
    temperatures = np.array([0.5, 1.9])
    model = tk.library.oscillator(levels=80, frequency=1.0, rate=0.1, temperature=temperatures)
    times = [0.0, 2.0, 7.0, 20.0]
    swept = tk.integrated_cumulants(model, tk.heat(model), tk.Gibbs(2.0), times)
    for point, temperature in enumerate(temperatures):
        closed = systems.OscillatorQuench(1.0, 0.1, 2.0, float(temperature))
        assert swept[point, :, 1] == pytest.approx(np.asarray(closed.heat_variance(np.array(times))), abs=1e-12)
