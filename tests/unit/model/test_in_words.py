"""What values say of themselves: a few words with their numbers, never a wall of arrays."""

from __future__ import annotations

import numpy as np

import thermokin as tk


def test_channels_are_counted_by_their_baths() -> None:
    model = tk.library.three_level_maser(0.1, 5.0)
    assert repr(model.channels) == "Channels of 3 levels: 2 with 'cold', 2 with 'hot'"
    lossy = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(np.eye(2, k=1), bath=None)])
    assert repr(lossy.channels) == "Channels of 2 levels: 1 with no bath"


def test_spectra_and_starts_say_their_numbers_and_of_a_sweep_the_range() -> None:
    assert repr(tk.Flat(0.1)) == "Flat(rate=0.1)"
    assert repr(tk.Flat(np.linspace(0.1, 0.5, 41))) == "Flat(rate=0.1 ... 0.5 over (41,))"
    assert repr(tk.Ohmic(0.1, cutoff=5.0)) == "Ohmic(strength=0.1, cutoff=5, exponent=1)"
    assert repr(tk.Gibbs(0.5)) == "Gibbs(temperature=0.5)"


def test_a_pair_of_quenches_is_three_lines_and_a_theorem_its_statement() -> None:
    pair = tk.reciprocal(lambda t: tk.library.qubit(gap=1.0, rate=0.01, temperature=t), 0.5, 2.0)
    head, heating, cooling = repr(pair).splitlines()
    assert head == "QuenchPair 'reciprocal': cold 0.5, hot 2"
    assert heating.strip() == f"Quench 'heating' from Gibbs(temperature=0.5): {pair.heating.model!r}"
    assert cooling.strip().startswith("Quench 'cooling' from Gibbs(temperature=2): ")
    theorem = tk.bounds.catalogue()[0]
    assert repr(theorem) == f"Theorem {theorem.name!r} on the {theorem.bounded.name}: {theorem.statement}"
