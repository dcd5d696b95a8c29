"""Machines as pictures and sentences: arrows the way heat goes, no text over text, colours that follow the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

import thermokin as tk
from thermokin.report.figures import svg
from thermokin.report.inline_svg import COLOUR_NAMES
from thermokin.report.level_scheme import APART, heights
from thermokin.report.style import figure
from thermokin.views.machine_sketch import MachineSketch
from thermokin.views.machine_words import headline, sentence

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def flip(size: int, *pairs: tuple[int, int]) -> np.ndarray:
    operator = np.zeros((size, size))
    for low, high in pairs:
        operator[low, high] = operator[high, low] = 1.0
    return operator


def between(energies: list[float], *baths: tuple[str, float, tuple[int, int]]) -> tk.Model:
    size = len(energies)
    contacts = [tk.Contact(tk.Bath(name, at), flip(size, pair), tk.Flat(0.01)) for name, at, pair in baths]
    return tk.davies(np.diag(energies), contacts)


def refrigerator(hot: float = 8.0, room: float = 1.0, cold: float = 0.6) -> tk.Model:
    return between([0.0, 1.0, 3.0], ("cold", cold, (0, 1)), ("hot", hot, (1, 2)), ("room", room, (0, 2)))


def three_qubits() -> tk.Model:
    """Of cold, room and hot: a quantum of each of the outer two makes one of the inner."""
    one, number, flips = np.eye(2), np.diag([0.0, 1.0]), flip(2, (0, 1))

    def on(place: int, operator: np.ndarray) -> np.ndarray:
        parts = [operator if place == other else one for other in range(3)]
        return np.kron(np.kron(parts[0], parts[1]), parts[2])

    bare = sum(gap * on(place, number) for place, gap in enumerate((1.0, 3.5, 2.5)))
    baths = tk.Bath("cold", 1.0), tk.Bath("room", 1.5), tk.Bath("hot", 4.0)
    contacts = [tk.Contact(bath, on(place, flips), tk.Flat(0.01)) for place, bath in enumerate(baths)]
    return tk.local(bare + 0.02 * flip(8, (0b101, 0b010)), contacts, bare)


def double_dot() -> tk.Model:
    lower, sign = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    left, right = np.kron(lower, np.eye(2)), np.kron(sign, lower)
    number = left.T @ left + right.T @ right
    leads = tk.Bath("left", 1.0, 0.4, tk.Fermi()), tk.Bath("right", 0.4, 0.7, tk.Fermi())
    contacts = [tk.Contact(lead, dot, tk.Flat(0.01)) for lead, dot in zip(leads, (left, right), strict=True)]
    return tk.local(number + 0.05 * (left.T @ right + right.T @ left), contacts, number, number_operator=number)


def maser(hot: float) -> tk.Model:
    return tk.library.three_level_maser(drive=0.02, hot=hot, rate_hot=0.01, rate_cold=0.02)


def junction() -> tk.transport.Junction:
    leads = [tk.Bath("hot", 1.0, 0.0, tk.Fermi()), tk.Bath("cold", 0.5, 0.3, tk.Fermi())]
    return tk.transport.Junction(tk.transport.resonant_level(1.5, 0.01, 0.01), leads)


MACHINES: dict[str, Callable[[], Any]] = {
    "qubit": lambda: between([0.0, 1.0], ("hot", 2.0, (0, 1)), ("cold", 0.5, (0, 1))),
    "maser": lambda: maser(6.0),
    "maser backwards": lambda: maser(2.0),
    "maser as a heater": lambda: maser(1.0),
    "three levels": refrigerator,
    "double dot": double_dot,
    "three qubits": three_qubits,
    "degenerate levels": lambda: between(
        [0.0, 1.0, 1.0, 1.0], ("a", 2.0, (0, 1)), ("b", 1.0, (0, 2)), ("a bath of a long name", 0.5, (0, 3))
    ),
    "all levels alike": lambda: tk.davies(
        np.zeros((2, 2)), [tk.Contact(tk.Bath("bath", 1.0), flip(2, (0, 1)), tk.Ohmic(0.1, 10.0))]
    ),
    "many levels": lambda: tk.library.oscillator(40, 1.0, 0.01, 0.5),
    "ladder": lambda: tk.library.oscillator(12, 1.0, 0.01, 0.5),
    "one bath": lambda: tk.library.qubit(1.0, 0.05, 0.7),
    "four baths": lambda: between(
        [0.0, 1.0, 2.2, 4.1], ("a", 1.0, (0, 1)), ("b", 2.0, (1, 2)), ("c", 3.0, (2, 3)), ("d", 0.5, (0, 3))
    ),
    "nine baths": lambda: between([0.0, 1.0], *((f"bath {one}", 1.0 + one, (0, 1)) for one in range(9))),
    "no currents": lambda: refrigerator(1.0, 1.0, 1.0),
    "tiny": lambda: between([0.0, 1e-12], ("hot", 2e-12, (0, 1)), ("cold", 1e-12, (0, 1))),
    "huge": lambda: between([0.0, 1e12], ("hot", 2e12, (0, 1)), ("cold", 1e12, (0, 1))),
    "junction": junction,
}


@pytest.mark.parametrize("name", MACHINES)
def test_no_text_lies_over_text_and_all_of_it_on_the_sheet(name: str) -> None:
    drawing, axes = tk.figures_of_merit(MACHINES[name]()).plot()
    drawing.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes[0, 0].texts if text.get_text()]
    whole = drawing.bbox
    for box in boxes:
        assert box.x0 >= whole.x0 - 1.0
        assert box.x1 <= whole.x1 + 1.0
        assert box.y0 >= whole.y0
        assert box.y1 <= whole.y1
    for (place, one), (other, two) in combinations(enumerate(boxes), 2):
        across = min(one.x1, two.x1) - max(one.x0, two.x0)
        up = min(one.y1, two.y1) - max(one.y0, two.y0)
        said = [axes[0, 0].texts[index].get_text() for index in (place, other)]
        assert across <= 0.5 or up <= 0.5, said


@pytest.mark.parametrize("name", ["maser", "three qubits", "no currents", "junction"])
def test_every_colour_is_one_that_follows_the_page_into_the_dark(name: str) -> None:
    drawing, _ = tk.figures_of_merit(MACHINES[name]()).plot()
    assert set(re.findall(r"#[0-9a-f]{6}\b", svg(drawing))) <= set(COLOUR_NAMES)


def test_small_axes_make_small_text() -> None:
    found = tk.figures_of_merit(maser(6.0))
    drawing, axes = figure(width=43.0)
    found.plot(axes[0, 0])
    sizes = {text.get_fontsize() for text in axes[0, 0].texts}
    assert max(sizes) < 3.0
    drawing.draw_without_rendering()


def test_arrows_point_the_way_that_heat_and_quanta_go() -> None:
    sketch = MachineSketch(tk.figures_of_merit(refrigerator()))
    amounts = {one.name: one.amount for one in (*sketch.sheet.left, *sketch.sheet.right)}
    assert amounts["hot"] > 0.0
    assert amounts["cold"] > 0.0
    assert amounts["room"] == pytest.approx(-amounts["hot"] - amounts["cold"])
    assert sketch.sheet.below is None
    _, axes = figure()
    sketch.draw(axes[0, 0])
    arrows = [one for one in axes[0, 0].patches if isinstance(one, FancyArrowPatch)]
    ends = [one._posA_posB for one in arrows]  # type: ignore[attr-defined]
    # From the left: the hot bath lifts 1 to 2, the room takes 2 to 0, the cold bath lifts 0 to 1.
    assert [end[1] > begin[1] for begin, end in ends] == [True, False, True]
    work = MachineSketch(tk.figures_of_merit(maser(6.0))).sheet.below
    assert work is not None
    assert work.amount < 0.0
    assert work.note == "delivered"


def test_levels_are_true_to_scale_where_labels_allow_it() -> None:
    np.testing.assert_allclose(heights([0.0, 1.0, 4.0], 0.0, 40.0), [0.0, 10.0, 40.0])
    close = heights([0.0, 0.0, 0.1, 9.9, 10.0, 10.0], 0.0, 40.0)
    assert (np.diff(close) >= APART - 1e-9).all()
    assert close[0] >= 0.0
    assert close[-1] <= 40.0
    assert np.ptp(heights([1.0, 1.0], 0.0, 40.0)) == pytest.approx(APART)


SENTENCES = {
    "maser": "An engine: delivers 2.08×10⁻³ energy/time of work from 3.47×10⁻³ of heat drawn from hot (T = 6); "
    "efficiency 0.6, 72 % of Carnot's 0.833; entropy production 8.11×10⁻⁴ nats/time.",
    "maser backwards": "A refrigerator: draws 3.69×10⁻⁴ energy/time of heat from cold (T = 1) for 5.53×10⁻⁴ of work; "
    "coefficient of performance 0.667, 66.7 % of Carnot's 1; entropy production 9.21×10⁻⁵ nats/time.",
    "maser as a heater": "A heater: turns 1.83×10⁻³ energy/time of work into heat; entropy production 1.83×10⁻³ "
    "nats/time.",
    "three levels": "An absorption refrigerator: draws 4.33×10⁻⁴ energy/time of heat from cold (T = 0.6) for "
    "8.66×10⁻⁴ from hot (T = 8); coefficient of performance 0.5, 38.1 % of Carnot's 1.31; entropy production "
    "4.69×10⁻⁴ nats/time.",
    "qubit": "A conductor: lets 2.57×10⁻³ energy/time of heat from hot (T = 2) through without work; entropy "
    "production 3.85×10⁻³ nats/time.",
    "no currents": "At rest: no heat flows and no work is done; entropy production 0 nats/time.",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_says_what_a_machine_does(name: str) -> None:
    assert sentence(tk.figures_of_merit(MACHINES[name]())) == SENTENCES[name]


def test_every_kind_of_machine_has_a_sentence_and_a_headline() -> None:
    lifted, pushed = tk.figures_of_merit(refrigerator(8.0, 1.0, 0.2)), tk.figures_of_merit(maser(0.6))
    assert sentence(lifted).startswith("A heat transformer: lifts 4.33×10⁻⁴ energy/time of heat to hot (T = 8), drawn")
    assert headline(lifted) == "Heat transformer: efficiency 0.667, 81.2 % of Carnot's 0.821"
    assert "accelerator: takes" in sentence(pushed)
    assert headline(pushed) == "Accelerator"
    mixed = tk.figures_of_merit(MACHINES["four baths"]())
    assert sentence(mixed).startswith("A machine of several kinds at once: draws 1.5×10⁻³ energy/time of heat from a ")


def test_a_report_begins_with_the_sentence_and_the_sketch(tmp_path: Path) -> None:
    tk.figures_of_merit(maser(6.0)).report(tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.index("An engine: delivers") < page.index("<svg") < page.index("work delivered per time")
    assert (tmp_path / "out" / "figures" / "machine.png").stat().st_size > 10_000


def test_sweeps_are_lines_and_maps_and_no_more_than_that() -> None:
    hot, cold, drive = np.linspace(0.5, 6.0, 12), np.array([0.7, 1.0, 1.4])[:, None], np.array([0.01, 0.02])
    model = tk.library.three_level_maser(drive=0.02, hot=hot, rate_hot=0.01, rate_cold=0.02)
    _, axes = tk.figures_of_merit(model).plot()
    assert [line.get_label() for line in axes[0, 0].get_lines()][:3] == ["power", "heat from cold", "heat from hot"]
    model = tk.library.three_level_maser(drive=0.02, hot=hot, cold=cold, rate_hot=0.01, rate_cold=0.02)
    _, axes = tk.figures_of_merit(model).plot()
    assert axes[0, 0].get_xlabel() == "hot [energy]"
    assert axes[0, 0].get_ylabel() == "cold [energy]"
    model = tk.library.three_level_maser(drive=drive[:, None, None], hot=hot, cold=cold)
    with pytest.raises(ValueError, match="a figure shows a sweep of up to 2 axes"):
        tk.figures_of_merit(model).plot()


@pytest.mark.parametrize(
    ("hot", "cold"),
    [
        (np.array([6.0]), 1.0),
        (np.array([3.0, 1.0, 6.0]), 1.0),
        (np.array([[6.0]]), 1.0),
        (np.array([3.0, 1.0, 6.0]), np.array([[1.0], [3.0], [2.0]])),
        (np.linspace(6.0, 0.5, 5), np.linspace(3.0, 0.5, 4)[:, None]),
        (np.array([2.0, 4.0]), 0.0),
    ],
)
def test_short_descending_and_shuffled_sweeps_are_drawn_as_well(hot: np.ndarray, cold: Any) -> None:
    model = tk.library.three_level_maser(drive=0.02, hot=hot, cold=cold)
    drawing, _ = tk.figures_of_merit(model).plot()
    drawing.draw_without_rendering()
