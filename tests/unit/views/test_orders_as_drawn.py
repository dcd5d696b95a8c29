"""Cumulants of several orders stand beside one another, each with a unit of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import thermokin as tk
from thermokin.views.counting import CumulantsView

LAB = tk.units(energy="GHz", temperature="mK", time="us", power="aW")


def counted(order: int) -> tk.results.Cumulants:
    model = tk.library.heat_rectifier(
        LAB.energy(np.linspace(4.0, 6.0, 5)), LAB.rate(1.6), LAB.rate(0.8), LAB("300 mK"), LAB("30 mK")
    )
    return tk.cumulants(model, tk.heat(model, "left"), order=order)


def test_lines_name_each_order_with_its_unit() -> None:
    rows = [line.split() for line in str(LAB.show(counted(3))).splitlines()]
    assert [row[0] for row in rows[1:4]] == ["mean", "noise", "third"]
    assert [row[-1] for row in rows[1:4]] == ["[aW]", "us]", "us^2]"]
    natural = str(counted(2))
    assert "[amount/time]" in natural
    assert "[amount^2/time]" in natural


def test_a_figure_along_a_sweep_names_each_order_with_its_unit() -> None:
    _, axes = LAB.show(counted(2)).plot()
    ax = axes[0, 0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["mean [aW]", "noise [aW^2 us]"]
    assert ax.get_ylabel() == "cumulant per time"
    shown = LAB.of(counted(2).noise, "energy^2/time")
    np.testing.assert_allclose(ax.get_lines()[1].get_ydata(), shown, rtol=1e-12)
    alone = LAB.show(counted(1)).plot()[1][0, 0]
    assert alone.get_legend() is None
    assert alone.get_ylabel() == "mean [aW]"


def test_baths_and_channels_say_themselves_without_walls_of_numbers() -> None:
    model = tk.library.qubit(1.0, 0.01, np.array([0.3, 0.5]))
    assert repr(model.baths[0]) == "Bath 'bath' at temperature 0.3 ... 0.5 over (2,), Bose"
    assert repr(model.channels[0]) == "Channel of 2 levels, bath 'bath', a jump gives energy -1"
    lead = tk.Bath("lead", 0.2, 0.1, tk.Fermi())
    assert repr(lead) == "Bath 'lead' at temperature 0.2, chemical potential 0.1, Fermi"
    contact = tk.Contact(lead, np.array([[0.0, 1.0], [0.0, 0.0]]), tk.Flat(0.1))
    assert repr(contact).startswith("Contact of 2 levels with bath 'lead', Flat(")
    assert str(model.validity[0]).startswith("The secular assumption is met: ")
    assert repr(model.validity[0]).startswith("<the secular assumption is met: ")


def test_parameters_of_a_page_have_the_units_that_were_asked_for(tmp_path: Path) -> None:
    dot = tk.library.single_dot(1.0, left=0.2, right=0.1, potential_left=0.5)
    found = tk.cumulants(dot, tk.particles(dot, "left"), order=1)
    said = dict(CumulantsView().about(found))
    assert said["left"] == "0.2 energy"
    assert said["potential_left"] == "0.5 energy"
    page = LAB.show(counted(1)).report(tmp_path / "out") / "report.html"
    assert "mK" in page.read_text(encoding="utf-8")


def test_lines_of_junctions_and_gaussian_models_are_those_of_models() -> None:
    leads = [tk.Bath(name, 0.2, mu, tk.Fermi()) for name, mu in (("left", 0.5), ("right", -0.5))]
    junction = tk.transport.Junction(tk.transport.chain([0.0, 0.1], 0.3, 0.02, 0.02), leads)
    contacts = [tk.gaussian.NormalModeContact(lead, site, tk.Flat(0.02)) for site, lead in enumerate(leads)]
    dots = tk.gaussian.fermions(np.array([[0.0, 0.3], [0.3, 0.1]]), contacts)
    for system in (junction, dots):
        found = tk.cumulants(system, tk.particles(system, "left"), order=3)
        rows = str(found).splitlines()[1:4]
        assert [row.split()[0] for row in rows] == ["mean", "noise", "third"]
        assert rows[1].split()[1:] == [f"{found.noise:.6g}", "[amount^2/time]"]
        assert "cumulants" in found.to_xarray()
