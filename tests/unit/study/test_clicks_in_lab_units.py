"""Records of clicks in microseconds, and temperatures in mK that make them most likely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lab_studies import SIZES, UNITS
from thermokin.study.infer import study_of_clicks

STUDY = """
[model]
name = "levels"
energies = [0.0, 5.0]

[[baths]]
name = "warm"
temperature = 150.0
rate = 1.0

[infer]
parameters = ["baths.warm.temperature", "baths.warm.rate"]
begin = 0.0

[infer.channels]
"down" = [0]
"up" = [1]
"""


def record(path: Path) -> None:
    """Jumps of a qubit of 5 GHz on a bath at 200 mK and 2 per us, drawn by hand."""
    chance = np.random.default_rng(3)
    filling = 1.0 / np.expm1(5.0 * SIZES["GHz"] / (200.0 * SIZES["mK"]))
    waits = np.stack([chance.exponential(1.0 / (2.0 * rate), 250) for rate in (filling, 1.0 + filling)], axis=-1)
    times = np.cumsum(waits.ravel())
    lines = [f"{time!r},{'down' if place % 2 else 'up'}" for place, time in enumerate(times.tolist())]
    path.write_text("\n".join(["time,channel", *lines]), encoding="utf-8")


@pytest.mark.slow
def test_records_in_microseconds_give_a_temperature_in_millikelvin(tmp_path: Path) -> None:
    record(tmp_path / "clicks.csv")
    (tmp_path / "study.toml").write_text(STUDY + UNITS, encoding="utf-8")
    file, _ = study_of_clicks(tmp_path / "clicks.csv", tmp_path / "study.toml")
    answer = file.study.answer(lambda what, fraction: None)
    data = answer.dataset()
    found = data["fit_values"].sel(parameter="baths.warm.temperature")
    error = data["fit_values_error"].sel(parameter="baths.warm.temperature")
    assert abs(float(found) - 200.0) < 4.0 * float(error) < 150.0
    assert abs(float(data["fit_values"].sel(parameter="baths.warm.rate")) - 2.0) < 0.7
    assert data["parameter_unit"].values.tolist() == ["mK", "1/us"]
    lines = answer.findings()
    assert any("baths.warm.temperature" in line and "[mK]" in line for line in lines)
    assert not any("natural" in line for line in lines)
