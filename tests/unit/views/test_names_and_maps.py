"""Numbers that are shown with their names: in a line, in the columns of a page, over a map."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from thermokin.views.axis_words import in_lines

TIMES = np.linspace(0.0, 40.0, 9)


def test_many_levels_over_time_are_drawn_as_a_map_with_time_along_it() -> None:
    model = tk.rates(np.ones((40, 40)) - np.eye(40))
    figure, axes = tk.evolve(model, np.eye(40)[3], TIMES).plot()
    assert axes[0, 0].get_xlabel() == "time"
    assert len(figure.axes) == 2  # the map and its colour bar
    (mesh,) = axes[0, 0].collections
    assert mesh.get_array().shape == (40, TIMES.size)


def test_each_of_a_few_numbers_along_an_axis_of_names_is_said_with_its_name() -> None:
    model = tk.library.three_level_maser(0.1, 4.0)
    account = tk.ledger(model)
    cold, hot = (f"{float(value):.6g}" for value in account.heat)
    assert f"cold {cold}, hot {hot}  [energy/time]" in repr(account)


def test_a_page_of_bounds_at_rest_has_a_column_for_each_number(tmp_path: Path) -> None:
    for drive in (0.1, np.array([0.05, 0.1])):
        model = tk.library.three_level_maser(drive, 4.0)
        found = tk.bounds.evaluate(model, tk.heat(model, "hot"))
        page = (found.report(tmp_path / str(np.size(drive))) / "report.html").read_text(encoding="utf-8")
        heads = re.findall(r"<th[^>]*>([^<]+)</th>", page)
        assert [head.strip() for head in heads[:6]] == [
            "bound", "value/limit", "limit", "response", "cost", "theorem here",
        ]  # fmt: skip
        assert "value/limit 1" not in page


def test_a_result_in_units_says_where_its_natural_numbers_are() -> None:
    model = tk.library.three_level_maser(0.1, 4.0)
    shown = tk.units(energy="GHz", time="us").show(tk.cumulants(model, tk.heat(model, "hot")))
    with pytest.raises(AttributeError, match=r"natural numbers: `result\.mean` of this one, which units\.of"):
        _ = shown.mean  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="Cumulants in units of the lab has no attribute 'median'"):
        _ = shown.median  # type: ignore[attr-defined]
    assert repr(copy.copy(shown)) == repr(shown)


def test_a_unit_stays_on_one_line() -> None:
    assert in_lines("noise of heat from hot [aW^2 us]", 26) == "noise of heat from hot\n[aW^2 us]"
    assert in_lines("noise of heat [aW^2 us]", 26) == "noise of heat [aW^2 us]"
