"""Study files about states, parts and slow changes that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from malformed_studies import Malformed
from malformed_transport_studies import changed

SYSTEM = """\
[model]
name = "qubit"
gap = 1.0
rate = 0.001
[bath]
temperature = 2.0
"""
ERGOTROPY = (
    SYSTEM
    + """\
[ergotropy]
start = { populations = [0.4, 0.6] }
times = { stop = 10.0, points = 3 }
"""
)
FRICTION = (
    SYSTEM
    + """\
[friction]
controls = ["model.gap"]
"""
)

CORPUS: list[Malformed] = []


def wrong(name: str, text: str, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(name, text, lines))


wrong(
    "times of a steady state",
    changed(ERGOTROPY, ("start = { populations = [0.4, 0.6] }\n", "")),
    ":8: ergotropy.times: must be left out without a start: the steady state stays as it is",
)
wrong(
    "a start that is two",
    changed(ERGOTROPY, ("{ populations = [0.4, 0.6] }", "{ populations = [0.4, 0.6], temperature = 1.0 }")),
    ":8: ergotropy.start: must hold one of temperature, populations, ket or matrix, got temperature and populations",
)
wrong(
    "a start of another size",
    changed(ERGOTROPY, ("[0.4, 0.6]", "[0.4, 0.4, 0.2]")),
    ":8: ergotropy.start: must be a state of the model: `initial` must have shape (..., 2), got (3,)",
)
wrong(
    "times of ergotropy that run backwards",
    changed(ERGOTROPY, ("stop = 10.0, points = 3", "values = [3.0, 1.0]")),
    ":9: ergotropy.times.values[1]: must be > 3, the time before it, got 1",
)
wrong(
    "ergotropy, all at once",
    changed(
        ERGOTROPY,
        ("stop = 10.0", "stop = 0.0"),
        ("[ergotropy]", "[ergotropy]\ncopies = 0\ntemperature = -1.0\ncopy = 2"),
    ),
    ":8: ergotropy.copies: must be >= 1, got 0",
    ":9: ergotropy.temperature: must be >= 0, got -1.0",
    ":10: ergotropy.copy: is no key of this table (did you mean copies?)",
)
wrong(
    "copies that cannot be sorted",
    changed(ERGOTROPY, ("[ergotropy]", "[ergotropy]\ncopies = 60")),
    ":8: ergotropy.copies: must be so few that their levels can be sorted: 60 copies of 2 levels at 3 points are too many…",
)
wrong(
    "two chemical potentials and a thermal start",
    """\
[model]
name = "fermionic_level"
energy = 0.5
[[baths]]
name = "left"
temperature = 0.3
chemical_potential = 0.2
rate = 0.05
[[baths]]
name = "right"
temperature = 0.3
rate = 0.02
[ergotropy]
start = { temperature = 1.0 }
""",
    ":14: ergotropy.start.temperature: must be left out where baths have different chemical potentials: no Gibbs state is meant",
)
wrong(
    "a control that is none",
    changed(FRICTION, ('"model.gap"]', '"model.gpa", "bath.tempreature", "model.gap", "model.gap"]')),
    ':8: friction.controls[3]: must be named once, got "model.gap" again',
    ":8: friction.controls[0]: must name a number of the system that may vary (did you mean model.gap?)",
    ":8: friction.controls[1]: must name a number of the system that may vary (did you mean bath.temperature?)",
)
wrong(
    "no control",
    changed(FRICTION, ('["model.gap"]', "[]")),
    ":8: friction.controls: must hold at least 1 value, got 0",
)
wrong(
    "a control at the end of its range",
    changed(FRICTION, ('"model.gap"', '"bath.temperature"'), ("temperature = 2.0", "temperature = 0.0")),
    ":8: friction.controls[0]: must not be at the end of its range, 0, where it can move to one side alone",
)
wrong(
    "a control at the end of its range at a point of the sweep",
    changed(FRICTION, ('"model.gap"', '"bath.temperature"')) + '[sweep]\n"bath.temperature" = [0.0, 1.0]\n',
    ":8: friction.controls[0]: must not be at the end of its range, 0, where it can move to one side alone",
)
wrong(
    "friction of a junction",
    '[model]\nname = "resonant_level"\nenergy = 0.2\nleft = 0.05\nright = 0.05\n'
    '[[leads]]\nname = "left"\ntemperature = 0.2\n[[leads]]\nname = "right"\ntemperature = 0.1\n'
    '[transport]\ncurrents = ["heat from left"]\n[friction]\ncontrols = ["model.energy"]\n',
    ":14: friction: is no table of this study (it is asked of a model on baths, this is a junction of leads, whose questions are "
    "[transport], [ledger], [bounds])",
)

PAIR = """\
[model]
name = "coupled_qubits"
gaps = [1.0, 1.3]
coupling = 0.1
rate = 0.001
hot = 2.0
cold = 0.5
"""
PARTS = (
    PAIR
    + """\
[parts]
dims = [2, 2]
start = { ket = [0.0, 0.0, 1.0, 0.0] }
times = { stop = 20.0, points = 3 }
baths = { hot = 0, cold = 1 }
"""
)
wrong(
    "parts of another size",
    changed(PARTS, ("dims = [2, 2]", "dims = [2, 3]")),
    ":9: parts.dims: must have the product 4, the levels of the system, got 6",
)
wrong(
    "one part, and parts of one level",
    changed(PARTS, ("dims = [2, 2]", "dims = [1]")),
    ":9: parts.dims[0]: must be >= 2, got 1",
)
wrong(
    "a part that is not given",
    changed(PARTS, ("dims = [2, 2]\n", "")),
    ":8: parts.dims: must be given: levels of each part, as [2, 2], whose product is that of the system",
)
wrong(
    "baths of parts at rest",
    changed(PARTS, ("start = { ket = [0.0, 0.0, 1.0, 0.0] }\ntimes = { stop = 20.0, points = 3 }\n", "")),
    ":10: parts.baths: must be left out without times: it is entropy produced since time 0",
)
wrong(
    "currents on the bonds of a start alone",
    changed(
        PARTS, ("times = { stop = 20.0, points = 3 }\n", ""), ("baths = { hot = 0, cold = 1 }", 'bonds = "energy"')
    ),
    ":11: parts.bonds: must be left out of a start alone: what flows is told at rest, or with times",
)
wrong(
    "particles on bonds of what has none",
    changed(PARTS, ("baths = { hot = 0, cold = 1 }", 'bonds = "particles"')),
    ':12: parts.bonds: must be "energy" or "bare energy" of a system that counts no particles',
)
wrong(
    "baths of no part and parts of no bath",
    changed(PARTS, ("hot = 0, cold = 1", "hto = 0, cold = 2")),
    ":12: parts.baths.cold: must be a part from 0 to 1, got 2",
    ':12: parts.baths.hto: must be a bath of the model (hot, cold), got "hto" (did you mean hot?)',
)
wrong(
    "a bath without a part",
    changed(PARTS, ("hot = 0, cold = 1", "hot = 0")),
    ":12: parts.baths: must say the part of every bath, cold as well",
)
wrong(
    "a bath at zero temperature whose entropy is asked",
    changed(PARTS, ("cold = 0.5", "cold = 0.0")),
    ":12: parts.baths.cold: must not be a bath at temperature 0, whose entropy is infinite",
)
wrong(
    "parts as text",
    changed(PARTS, ("cold = 1", 'cold = "1"')),
    ':12: parts.baths.cold: must be a whole number, got "1" (take the quotes off)',
)

CHARGING = (
    PAIR
    + """\
[charging]
start = { ket = [0.0, 0.0, 1.0, 0.0] }
times = { stop = 20.0, points = 3 }
battery = [[0.0, 0.0], [0.0, 1.3]]
dims = [2, 2]
part = 1
"""
)
wrong(
    "a battery that is never charged",
    changed(CHARGING, ("start = { ket = [0.0, 0.0, 1.0, 0.0] }\ntimes = { stop = 20.0, points = 3 }\n", "")),
    ":8: charging.start: must be given: the state at time 0: a table with temperature, populations, ket or matrix",
    ":8: charging.times: must be given: a table: start, stop, points and spacing, or values",
)
wrong(
    "a battery that is a part of nothing",
    changed(CHARGING, ("dims = [2, 2]\n", "")),
    ":8: charging.dims: must be given beside part: a battery that is a part has both",
)
wrong(
    "a battery beside the parts",
    changed(CHARGING, ("part = 1", "part = 2")),
    ":13: charging.part: must be a part from 0 to 1, got 2",
)
wrong(
    "a battery without energies",
    changed(CHARGING, ("battery = [[0.0, 0.0], [0.0, 1.3]]\n", "")),
    ":8: charging.battery: must be given beside part: the Hamiltonian of the part",
)
wrong(
    "a battery of another size",
    changed(CHARGING, ("[[0.0, 0.0], [0.0, 1.3]]", "[[0.0, 0.0, 0.0], [0.0, 1.3, 0.0], [0.0, 0.0, 2.0]]")),
    ":11: charging.battery: must have 2 rows and columns, as the part that it is has levels, got 3",
)
wrong(
    "a battery that is a part and is taken for the whole",
    changed(CHARGING, ("dims = [2, 2]\npart = 1\n", "")),
    ":11: charging.battery: must have 4 rows and columns, as the system has levels, got 2 (dims and part say which part of the system it is)",
)
wrong(
    "a battery that is not Hermitian",
    changed(CHARGING, ("[[0.0, 0.0], [0.0, 1.3]]", "[[0.0, 0.1], [0.0, 1.3]]")),
    ":11: charging.battery: must be Hermitian, but element [0][1] is 0.1 and [1][0] is 0",
)
wrong(
    "charger and battery of another size",
    changed(CHARGING, ("dims = [2, 2]", "dims = [3, 2]")),
    ":12: charging.dims: must have the product 4, the levels of the system, got 6",
)

DRIVE = (
    SYSTEM
    + """\
[slow_drive]
stop = { "model.gap" = 2.0 }
durations = [1e5]
"""
)
wrong(
    "a slow drive to nowhere",
    changed(DRIVE, ('{ "model.gap" = 2.0 }', "{}")),
    ':8: slow_drive.stop: must name a number that moves, as { "model.gap" = 2.0 }',
)
wrong(
    "a slow drive that stays",
    changed(DRIVE, ("= 2.0 }", "= 1.0 }")),
    ":8: slow_drive.stop: must be another point than the start, got the same numbers",
)
wrong(
    "a slow drive of what is not there",
    changed(DRIVE, ('"model.gap" = 2.0', '"model.gpa" = 2.0, "bath.temperature" = 0.0, "model.rate" = -1.0')),
    ':8: slow_drive.stop."model.gpa": must name a number of the system that may vary (did you mean model.gap?)',
    ':8: slow_drive.stop."bath.temperature": must not be at the end of its range, 0, where it can move to one side alone',
    ':8: slow_drive.stop."model.rate": must be > 0, got -1',
)
wrong(
    "a slow drive of text, with a start that has no end",
    changed(DRIVE, ('"model.gap" = 2.0 }', '"model.gap" = "2" }\nstart = { "bath.temperature" = 1.0 }')),
    ':8: slow_drive.stop."model.gap": must be a finite number, got "2"',
    ':9: slow_drive.start."bath.temperature": must have an end in slow_drive.stop as well',
)
wrong(
    "a slow drive, all at once",
    changed(DRIVE, ("[1e5]", '[-1.0]\npath = "strait"\nduration = 3.0')),
    ":9: slow_drive.durations[0]: must be > 0, got -1.0",
    ':10: slow_drive.path: must be one of "straight", "smooth", "geodesic", got "strait" (did you mean "straight"?)',
    ":11: slow_drive.duration: is no key of this table (did you mean durations?)",
)
wrong(
    "a slow drive of what is swept",
    DRIVE + '[sweep]\n"model.gap" = [1.0, 1.5]\n',
    ':8: slow_drive.stop."model.gap": must be no number of [sweep], whose values the drive would replace',
)
wrong(
    "a geodesic of a control that no force answers",
    changed(DRIVE, ('"model.gap" = 2.0 }', '"model.rate" = 0.002 }\npath = "geodesic"')),
    ":7: slow_drive: must be a drive that can be slow: …",
)
