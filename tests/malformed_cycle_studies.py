"""Study files about cycles that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from malformed_studies import Malformed
from malformed_transport_studies import changed

OTTO = """\
[model]
name = "qubit"
gap = 2.0
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.02
[[baths]]
name = "cold"
temperature = 0.5
rate = 0.02
[[legs]]
name = "heating"
duration = 60.0
baths = ["hot"]
[[legs]]
name = "expansion"
duration = 10.0
stop = { "model.gap" = 1.0 }
[[legs]]
name = "cooling"
duration = 60.0
baths = ["cold"]
[[legs]]
name = "compression"
duration = 10.0
stop = { "model.gap" = 2.0 }
[cycle]
currents = ["work", "heat from hot"]
"""

DRIVEN = (
    OTTO.replace('name = "qubit"\ngap = 2.0', "hamiltonian = [[0, 0], [0, 2.0]]")
    .replace("rate = 0.02", "rate = 0.02\ncoupling = [[0, 1], [1, 0]]")
    .replace('stop = { "model.gap" = 1.0 }', "hamiltonian = [[0, 0.3], [0.3, 1.0]]")
    .replace('stop = { "model.gap" = 2.0 }', "hamiltonian = [[0, 0], [0, 2.0]]")
)

CORPUS: list[Malformed] = []


def wrong(name: str, text: str, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(name, text, lines))


wrong(
    "no legs",
    OTTO[: OTTO.index("[[legs]]")] + OTTO[OTTO.index("[cycle]") :],
    ": legs: must be given: one table [[legs]] for each part of the cycle",
)
wrong(
    "no cycle",
    OTTO[: OTTO.index("[cycle]")],
    ": must ask a question of a driven model: a table [cycle], [floquet] (thermokin new writes an example)",
)
wrong(
    "a leg of no bath",
    changed(OTTO, ('baths = ["hot"]', 'baths = ["hto"]')),
    ':15: legs[0].baths[0]: must be one of the baths (hot, cold), got "hto" (did you mean "hot"?)',
)
wrong(
    "no period",
    changed(OTTO, ('stop = { "model.gap" = 2.0 }\n', "")),
    ':19: legs[1].stop."model.gap": must come back to 2, where the first leg begins, got 1: no period (let legs meet, or set cycle.quench = true, which books the work of the jump)',
)
wrong(
    "another period",
    changed(OTTO, ('stop = { "model.gap" = 2.0 }', 'stop = { "model.gap" = 2.1 }')),
    ':27: legs[3].stop."model.gap": must come back to 2, where the first leg begins, got 2.1: no period (let legs meet, or set cycle.quench = true, which books the work of the jump)',
)
wrong(
    "legs that do not meet",
    changed(
        OTTO, ('name = "cooling"\nduration = 60.0', 'name = "cooling"\nduration = 60.0\nstart = { "model.gap" = 1.5 }')
    ),
    ':23: legs[2].start."model.gap": must be 1, where the leg before ends, got 1.5 (let legs meet, or set cycle.quench = true, which books the work of the jump)',
)
wrong(
    "a number misspelt",
    changed(OTTO, ('"model.gap" = 1.0', '"model.gpa" = 1.0')),
    ':19: legs[1].stop."model.gpa": must name a number of the model that can be driven (did you mean model.gap?)',
)
wrong(
    "a number without its table",
    changed(OTTO, ('"model.gap" = 1.0', "gap = 1.0")),
    ":19: legs[1].stop.gap: must name a number of the model that can be driven (did you mean model.gap?)",
)
wrong(
    "a gap below nothing",
    changed(OTTO, ('"model.gap" = 1.0', '"model.gap" = -1.0')),
    ':19: legs[1].stop."model.gap": must be > 0, got -1',
)
wrong(
    "a gap as text",
    changed(OTTO, ('"model.gap" = 1.0', '"model.gap" = "1.0"')),
    ':19: legs[1].stop."model.gap": must be a number, got "1.0"',
)
wrong(
    "a temperature that is driven",
    changed(OTTO, ('"model.gap" = 1.0', '"baths.hot.temperature" = 1.0')),
    ':19: legs[1].stop."baths.hot.temperature": must not be what a bath is, which stays as it is (a leg of its own on another of [[baths]] does that)',
)
wrong(
    "a duration of nothing",
    changed(OTTO, ('duration = 10.0\nstop = { "model.gap" = 1.0 }', 'duration = 0\nstop = { "model.gap" = 1.0 }')),
    ":18: legs[1].duration: must be > 0, got 0",
)
wrong(
    "a leg twice",
    changed(OTTO, ('name = "cooling"', 'name = "heating"')),
    ':21: legs[2].name: must be a name of its own, got "heating" again',
)
wrong(
    "heat from no bath",
    changed(OTTO, ('"heat from hot"', '"heat from hto"')),
    ':29: cycle.currents[1]: must be one of "work", "heat from hot", "heat from cold", got "heat from hto" (did you mean "heat from hot"?)',
)
wrong(
    "a swing out of range",
    changed(OTTO, ('stop = { "model.gap" = 1.0 }', 'stop = { "model.gap" = 1.0 }\nswing = { "model.gap" = 3.0 }')),
    ':20: legs[1].swing."model.gap": must keep model.gap in its range, which swings from -2 to 5: must be > 0, got -2',
)
wrong(
    "a swing with a phase",
    changed(
        OTTO,
        (
            'stop = { "model.gap" = 1.0 }',
            'stop = { "model.gap" = 1.0 }\nswing = { "model.gap" = { amplitude = 0.1, phase = 1.0 } }',
        ),
    ),
    ':20: legs[1].swing."model.gap": must begin at 0, a phase of 0 or pi, beside other legs (let legs meet, or set cycle.quench = true, which books the work of the jump)',
)
wrong(
    "a hamiltonian of a qubit",
    changed(OTTO, ('stop = { "model.gap" = 1.0 }', 'stop = { "model.gap" = 1.0 }\nhamiltonian = [[0, 0], [0, 1]]')),
    ':20: legs[1].hamiltonian: must be left out for model "qubit" (start, stop and swing drive its numbers)',
)
wrong(
    "hamiltonians without period",
    DRIVEN.replace("hamiltonian = [[0, 0], [0, 2.0]]\n[cycle]", "hamiltonian = [[0, 0], [0, 2.1]]\n[cycle]"),
    ":28: legs[3].hamiltonian: must come back to the Hamiltonian with which the first leg begins: no period (let legs meet, or set cycle.quench = true, which books the work of the jump)",
)
wrong(
    "a hamiltonian that is not hermitian",
    DRIVEN.replace("[[0, 0.3], [0.3, 1.0]]", "[[0, 0.3], [0.2, 1.0]]"),
    ":20: legs[1].hamiltonian: must be Hermitian, but element [0][1] is 0.3 and [1][0] is 0.2",
)
wrong(
    "a hamiltonian of another size",
    DRIVEN.replace("[[0, 0.3], [0.3, 1.0]]", "[[0]]"),
    ":20: legs[1].hamiltonian: must act on at least 2 levels, got 1",
)
wrong(
    "baths of a maser",
    changed(OTTO, ('name = "qubit"\ngap = 2.0', 'name = "three_level_maser"\nhot = 4.0\ndrive = 0.1')),
    ':5: baths: must be left out for model "three_level_maser", which has baths of its own (their temperatures are model.hot and cold)',
    ":16: legs[0].baths: must be left out for a model with baths of its own, all of which it touches",
    ":24: legs[2].baths: must be left out for a model with baths of its own, all of which it touches",
)
wrong(
    "bath instead of baths",
    changed(
        OTTO,
        ('[[baths]]\nname = "hot"\ntemperature = 2.0\nrate = 0.02\n[[baths]]\nname = "cold"', '[bath]\nname = "cold"'),
    ),
    ":4: bath: is nothing that a study file knows (did you mean [baths]?)",
)
wrong(
    "several wrongs of a cycle",
    changed(
        OTTO,
        ('duration = 60.0\nbaths = ["hot"]', 'durration = 60.0\nbaths = ["hto"]'),
        ('"model.gap" = 1.0', '"model.gpa" = 1.0'),
        ('currents = ["work"', 'currents = ["wrok"'),
    ),
    ":14: legs[0].durration: is no key of this table (did you mean duration?)",
    ':29: cycle.currents[0]: must be one of "work", "heat from hot", "heat from cold", got "wrok" (did you mean "work"?)',
)
wrong(
    "a quench beside legs",
    OTTO + '[quench]\nkind = "reciprocal"\ncold = 0.5\nhot = 1.0\ntimes = { stop = 1.0, points = 3 }\n',
    ":30: quench: is no table of this study (it is asked of a model on baths, this is a driven model, whose questions are [cycle], "
    "[floquet])",
)
wrong(
    "too many cycles",
    OTTO
    + '[sweep]\n"cycle.stretch" = { start = 0.1, stop = 10.0, points = 200000 }\n"legs.heating.duration" = { start = 1.0, stop = 10.0, points = 200000 }\n',
    ":30: sweep: must hold at most 1000000000 points, got 40000000000",
)
wrong(
    "sweep breaks the period",
    OTTO + '[sweep]\n"model.gap" = [2.0, 3.0]\n',
    ":30: sweep: must make a cycle: the Hamiltonian jumps by 1 from the last leg back to the first: no period; let legs meet, or set cycle.quench = true, which books the work of the jump",
)
wrong(
    "no leg on a bath",
    changed(OTTO, ('baths = ["hot"]\n', ""), ('baths = ["cold"]\n', ""), (', "heat from hot"', "")),
    ':12: legs: must touch a bath in one of them at least, or every state repeats itself (baths = ["hot"] in the leg that does)',
)
wrong(
    "a number for a table",
    changed(OTTO, ('stop = { "model.gap" = 1.0 }', "stop = 1.0")),
    ":19: legs[1].stop: must be a table, got 1.0",
)

SHAKEN = """\
[model]
name = "qubit"
gap = 1.0
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.001
[[legs]]
name = "shaking"
duration = 4.0
baths = ["hot"]
swing = { "model.gap" = 0.2 }
[floquet]
currents = ["heat from hot"]
"""
wrong(
    "a periodic drive without a leg",
    SHAKEN[: SHAKEN.index("[[legs]]")] + "[floquet]\n",
    ": legs: must be given: one table [[legs]] for each part of the cycle",
)
wrong(
    "a periodic drive of two legs",
    changed(SHAKEN, ("[floquet]", '[[legs]]\nname = "rest"\nduration = 1.0\n[floquet]')),
    ":13: legs[1]: must be left out: a periodic drive is one leg, in which numbers swing ([cycle] takes several legs, and rates that swing)",
)
wrong(
    "a periodic drive that stands still",
    changed(SHAKEN, ('swing = { "model.gap" = 0.2 }\n', "")),
    ':8: legs[0].swing: must be given: numbers that swing, as { "model.gap" = 0.1 }',
)
wrong(
    "a rate that swings between Floquet modes",
    changed(SHAKEN, ('"model.gap" = 0.2', '"baths.hot.rate" = 0.0001')),
    ':12: legs[0].swing."baths.hot.rate": must be of the Hamiltonian: baths stay as they are ([cycle] takes several legs, and rates that swing)',
)
wrong(
    "currents of a periodic drive",
    changed(SHAKEN, ('["heat from hot"]', '["heat from hto", "work", "power", "power"]')),
    ':14: floquet.currents[0]: must come from a bath of the model (hot), got "hto" (did you mean hot?)',
    ':14: floquet.currents[1]: must count one of heat, energy, particles, entropy_flow, activity, power, ticks, magnetisation, entering, got "work"',
    ':14: floquet.currents[3]: must be named once, got "power" again',
)
wrong(
    "a periodic drive of a model with baths of its own",
    '[model]\nname = "three_level_maser"\nhot = 4.0\ndrive = 0.1\n'
    '[[legs]]\nname = "a"\nduration = 4.0\nswing = { "model.drive" = 0.05 }\n[floquet]\n',
    ':2: model.name: must be a model between [[baths]], which "three_level_maser" is not',
)
wrong(
    "an operator whose energy baths would see beside a periodic drive",
    """\
[model]
hamiltonian = [[0, 0], [0, 1.0]]
energy_operator = [[0, 0], [0, 1.0]]
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.001
coupling = [[0, 1], [1, 0]]
[[legs]]
name = "shaking"
duration = 4.0
baths = ["hot"]
swing_hamiltonian = [[0, 0.1], [0.1, 0]]
[floquet]
""",
    ":3: model.energy_operator: must be left out: baths give and take quanta of the driven system",
)
