"""Names at the ends of lines: at their height, in their colour, and none over another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermokin.report.line_ends import apart, name_line_ends
from thermokin.report.significant import digits_that_decide
from thermokin.report.style import figure


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=9), st.floats(0.01, 0.3))
def test_names_keep_their_distance_and_stay_as_near_as_they_can(wanted: list[float], least: float) -> None:
    places = np.sort(wanted)
    found = apart(places, least)
    assert (np.diff(found) >= least - 1e-12).all()
    assert found.mean() == pytest.approx(places.mean())  # pooling keeps the mean
    if (np.diff(places) >= least).all():
        np.testing.assert_allclose(found, places, atol=1e-12)
    # No single place can move towards where it is wanted without coming too close to its neighbour.
    for number, (place, want) in enumerate(zip(found, places, strict=True)):
        if want > place + 1e-9:
            assert number + 1 < found.size
            assert found[number + 1] - place == pytest.approx(least)


def test_each_name_has_the_height_and_the_colour_of_its_line() -> None:
    _, axes = figure()
    ax = axes[0, 0]
    times = np.linspace(0.0, 1.0, 5)
    lines = {
        name: ax.plot(times, height * times, color=colour)[0]
        for name, height, colour in (("low", 1.0, "#1b7f5f"), ("high", 3.0, "#8350a0"), ("away", 9.0, "#a67a00"))
    }
    lines["nothing"] = ax.plot(times, np.full(5, np.nan))[0]
    ax.set_ylim(0.0, 4.0)
    made = name_line_ends(ax, lines)
    assert [one.get_text() for one in made] == ["low", "high", "away"]
    assert [one.xy[1] for one in made] == pytest.approx([0.25, 0.75, 1.0])
    assert [one.get_color() for one in made] == ["#1b7f5f", "#8350a0", "#a67a00"]


@pytest.mark.parametrize(
    ("one", "other", "digits"),
    [(1.0, 2.0, 4), (1.00001, 1.00002, 6), (1.0, 1.0, 10), (0.0, 0.0, 4), ("never", 1.0, 4), (np.inf, np.inf, 4)],
)
def test_as_many_digits_as_decide(one: float | str, other: float | str, digits: int) -> None:
    assert digits_that_decide(one, other, 4) == digits
