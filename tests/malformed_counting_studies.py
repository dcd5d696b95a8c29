"""Counting studies that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from malformed_studies import Malformed

SOUND = """\
[model]
name = "qubit"
gap = 1.0
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.01
[[baths]]
name = "cold"
temperature = 0.5
rate = 0.02
[counting]
currents = ["heat from hot", "activity"]
order = 3
[spectrum]
stop = 1.0
points = 11
[distribution]
times = [10.0, 20.0]
[rate_function]
start = -1.0
stop = 1.0
points = 11
"""
CHAIN = """\
[model]
name = "xxz_chain"
sites = 3
anisotropy = 0.5
rate = 0.01
left = 2.0
right = 0.5
[counting]
currents = ["heat from left"]
"""
LEVELS = """\
[model]
energies = [0.0, 1.0, 2.5]
[[baths]]
name = "hot"
temperature = 2.0
rate = 0.01
coupling = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
[counting]
currents = ["activity"]
"""

CORPUS: list[Malformed] = []


def changed(*edits: tuple[str, str], text: str = SOUND) -> str:
    """A sound counting study with parts exchanged."""
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def wrong(name: str, text: str, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(f"counting, {name}", text, lines))


wrong(
    "no bath",
    SOUND[: SOUND.index("[[baths]]")] + SOUND[SOUND.index("[counting]") :],
    ': baths: must be given for model "qubit": one table [[baths]] for each bath',
)
wrong(
    "baths as one table",
    changed(text=LEVELS).replace("[[baths]]", "[baths]"),
    ":3: baths: must be one or more tables [[baths]], got a table",
)
wrong(
    "a bath without a temperature",
    changed(("temperature = 2.0\n", "")),
    ":4: baths[0].temperature: must be given: its temperature, >= 0 [energy]",
)
wrong(
    "a negative temperature",
    changed(("temperature = 0.5", "temperature = -0.5")),
    ":10: baths[1].temperature: must be >= 0, got -0.5",
)
wrong(
    "a bath without a rate",
    changed(("rate = 0.02\n", "")),
    ":8: baths[1].rate: must be given: rate of a flat spectrum, > 0, or else a table spectrum",
)
wrong(
    "a rate and a spectrum of one bath",
    changed(("rate = 0.02", 'rate = 0.02\nspectrum = { kind = "flat", rate = 1.0 }')),
    ":11: baths[1].rate: must be left out beside a spectrum",
)
wrong(
    "a spectrum of no kind",
    changed(("rate = 0.02", 'spectrum = { kind = "omic" }')),
    ':11: baths[1].spectrum.kind: must be one of "flat", "ohmic", "drude", "lorentzian", "brownian", "band", "tabulated", got "omic" (did you mean "ohmic"?)',
)
wrong(
    "two baths of one name",
    changed(('"cold"', '"hot"')),
    ':9: baths[1].name: must be a name of its own, got "hot" again',
)
wrong(
    "a bath with a name of two words",
    changed(('"cold"', '"cold bath"')),
    ':9: baths[1].name: must be one to forty letters, digits, - and _, got "cold bath"',
)
wrong(
    "a bath's key misspelt",
    changed(("temperature = 0.5", "temprature = 0.5")),
    ":10: baths[1].temprature: is no key of this table (did you mean temperature?)",
)
wrong(
    "an electron bath on a qubit",
    changed(("rate = 0.02", 'rate = 0.02\nstatistics = "fermi"')),
    ':12: baths[1].statistics: must be "bose" or "spin" for model "qubit", got "fermi" (a bath of two-level systems is "spin")',
)
wrong(
    "a chemical potential of a bose bath",
    changed(("rate = 0.02", "rate = 0.02\nchemical_potential = 0.1")),
    ':12: baths[1].chemical_potential: must be 0 for a "bose" bath, which exchanges no particles, got 0.1',
)
wrong(
    "a coupling to a qubit",
    changed(("rate = 0.02", "rate = 0.02\ncoupling = [[0, 1], [1, 0]]")),
    ':12: baths[1].coupling: must be left out for model "qubit", which has one coupling (levels and operators take any coupling)',
)
wrong(
    "baths of a chain",
    changed(("[counting]", '[[baths]]\nname = "hot"\ntemperature = 1.0\nrate = 0.1\n[counting]'), text=CHAIN),
    ':8: baths: must be left out for model "xxz_chain", which has baths of its own (their temperatures are model.left and right)',
)
wrong(
    "one temperature of a chain",
    changed(("right = 0.5\n", ""), text=CHAIN),
    ':1: model.right: must be given: temperature of the bath "right", >= 0 [energy]',
)
wrong(
    "temperatures in a table of their own key",
    changed(("gap = 1.0", "gap = 1.0\ntemperatures = [2.0, 0.5]")),
    ":4: model.temperatures: is no key of this table (each of [[baths]] has its own, and models between two baths have theirs in [model])",
)
wrong(
    "a model of one bath",
    changed(('"qubit"\ngap = 1.0', '"random_levels"\ncount = 5\nseed = 1')),
    ':2: model.name: must not be "random_levels" in this study: give "levels" with a coupling in each of [[baths]], or one table [bath]',
)
wrong(
    "a rate of a qubit",
    changed(("gap = 1.0", "gap = 1.0\nrate = 0.1")),
    ":4: model.rate: is no key of this table (each of [[baths]] has its own)",
)
wrong(
    "a coupling of the wrong size",
    changed(("[[0, 1, 0], [1, 0, 1], [0, 1, 0]]", "[[0, 1], [1, 0]]"), text=LEVELS),
    ":7: baths[0].coupling: must have 3 rows and columns, as energies has, got 2",
)
wrong(
    "a coupling that is not symmetric",
    changed(("[[0, 1, 0], [1, 0, 1], [0, 1, 0]]", "[[0, 1, 0], [2, 0, 1], [0, 1, 0]]"), text=LEVELS),
    ":7: baths[0].coupling: must be Hermitian, but element [0][1] is 1 and [1][0] is 2",
)
wrong(
    "a coupling of zeros",
    changed(("[[0, 1, 0], [1, 0, 1], [0, 1, 0]]", "[[0, 0, 0], [0, 0, 0], [0, 0, 0]]"), text=LEVELS),
    ":7: baths[0].coupling: must link at least two levels, got zeros",
)
wrong(
    "operators without a coupling",
    changed(
        ("energies = [0.0, 1.0, 2.5]", "hamiltonian = [[0, 0], [0, 1]]"),
        ("coupling = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]\n", ""),
        text=LEVELS,
    ),
    ":3: baths[0].coupling: must be given: what the bath couples to, rows of numbers or a file",
)
wrong(
    "a fermi bath without particle number",
    changed(
        ("energies = [0.0, 1.0, 2.5]", "hamiltonian = [[0, 0], [0, 1]]"),
        ("coupling = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]", 'coupling = [[0, 1], [0, 0]]\nstatistics = "fermi"'),
        text=LEVELS,
    ),
    ':1: model.number_operator: must be given for a "fermi" bath, which exchanges particles',
)
LEADS = """\
[model]
hamiltonian = [[0, 0], [0, 0.3]]
number_operator = [[0, 0], [0, 1]]
[[baths]]
name = "left"
temperature = 0.2
chemical_potential = 1.0
statistics = "fermi"
rate = 0.01
coupling = [[0, 1], [0, 0]]
[[baths]]
name = "right"
temperature = 0.2
chemical_potential = -1.0
statistics = "fermi"
rate = 0.01
coupling = [[0, 2], [0, 0]]
[counting]
currents = ["particles from left"]
"""
wrong(
    "leads on c + c^+",
    LEADS.replace("[[0, 1], [0, 0]]", "[[0, 1], [1, 0]]").replace("[[0, 2], [0, 0]]", "[[0, 2], [2, 0]]"),
    ':10: baths[0].coupling: must remove one particle for a "fermi" bath, but it changes the number by -1 and +1 (give the annihilation part: keep [0][1] and set the others to 0)',
    ':17: baths[1].coupling: must remove one particle for a "fermi" bath, but it changes the number by -1 and +1 (give the annihilation part: keep [0][1] and set the others to 0)',
)
wrong(
    "leads on a level that a drive fills",
    changed(("hamiltonian = [[0, 0], [0, 0.3]]", "hamiltonian = [[0, 0.1], [0.1, 0.3]]"), text=LEADS),
    ":3: model.number_operator: must commute with the Hamiltonian (pairing may break it, by two particles; what breaks it by one, such as a drive, can be put on a lead in Python only, without a number operator)",
)
wrong(
    "a lead on a creation operator",
    changed(("[[0, 2], [0, 0]]", "[[0, 0], [2, 0]]"), text=LEADS),
    ':17: baths[1].coupling: must remove one particle for a "fermi" bath, but it changes the number by +1 (it is the creation part; give the annihilation part, its transposed complex conjugate)',
)
wrong(
    "a lead on the occupation",
    changed(("[[0, 2], [0, 0]]", "[[0, 0], [0, 2]]"), text=LEADS),
    ':17: baths[1].coupling: must remove one particle for a "fermi" bath, but it changes the number by 0 (give the annihilation part)',
)
wrong(
    "leads and a third of a particle",
    changed(("number_operator = [[0, 0], [0, 1]]", "number_operator = [[0, 0], [0, 0.25]]"), text=LEADS),
    ":3: model.number_operator: must have whole numbers as eigenvalues, since it counts particles, got 0.25",
)
wrong(
    "a table of rates too short",
    changed(
        ("rate = 0.01", 'spectrum = { kind = "tabulated", frequencies = [0.0, 2.0], rates = [0.1, 0.1] }'), text=LEVELS
    ).replace("[0, 1, 0], [1, 0, 1], [0, 1, 0]", "[0, 1, 1], [1, 0, 1], [1, 1, 0]"),
    ":3: baths: must have spectra that cover the model's gaps: the tabulated spectrum covers 0 to 2, but the model needs frequencies from 1 to 2.5; extend the table",
)
wrong(
    "no currents",
    changed(('["heat from hot", "activity"]', "[]")),
    ":13: counting.currents: must hold at least 1 value, got 0",
)
wrong(
    "a current that is a number",
    changed(('"activity"]', "3]")),
    ":13: counting.currents[1]: must be a string, got 3",
)
wrong(
    "an unknown quantity",
    changed(('"activity"', '"heet from hot"')),
    ':13: counting.currents[1]: must count one of heat, energy, particles, entropy_flow, activity, power, ticks, magnetisation, entering, got "heet" (did you mean heat?)',
)
wrong(
    "a current that cannot be read",
    changed(('"activity"', '"heat into hot"')),
    ':13: counting.currents[1]: must read "[factor] quantity [from bath]", terms joined by " + " or " - ", got "heat into hot" (as in "heat from hot - heat from cold")',
)
wrong(
    "a factor that is no number",
    changed(('"activity"', '"1.2.3 heat"')),
    ':13: counting.currents[1]: must have numbers as factors, got "1.2.3 heat" (as in "heat from hot - heat from cold")',
)
wrong(
    "a current of no bath",
    changed(('"activity"', '"heat from warm"')),
    ':13: counting.currents[1]: must come from a bath of the model (hot, cold), got "warm"',
)
wrong(
    "a bath misspelt",
    changed(('"activity"', '"heat from cld"')),
    ':13: counting.currents[1]: must come from a bath of the model (hot, cold), got "cld" (did you mean cold?)',
)
wrong(
    "a sum of two units",
    changed(('"activity"', '"heat from hot - activity"')),
    ':13: counting.currents[1]: must add amounts of one unit, got "heat from hot - activity"',
)
wrong(
    "a current twice",
    changed(('"activity"', '"heat from hot"')),
    ':13: counting.currents[1]: must be named once, got "heat from hot" again',
)
wrong(
    "entropy into a bath at temperature 0",
    changed(("temperature = 0.5", "temperature = 0"), ('"activity"', '"entropy_flow"')),
    ":13: counting.currents[1]: must not count entropy that flows into a bath at temperature 0: it is infinite",
)
wrong(
    "no order",
    changed(("order = 3", "order = 0")),
    ":14: counting.order: must be >= 1, got 0",
)
wrong(
    "half an order",
    changed(("order = 3", "order = 2.5")),
    ":14: counting.order: must be a whole number, got 2.5",
)
wrong(
    "an unknown method",
    changed(("order = 3", 'order = 3\nmethod = "lu"')),
    ':15: counting.method: must be one of "auto", "dense", "sparse", "krylov", got "lu"',
)
wrong(
    "a method that gives no rate function",
    changed(("order = 3", 'order = 3\nmethod = "krylov"')),
    ':15: counting.method: must be "auto", "dense" or "sparse" beside a table [rate_function], got "krylov"',
)
wrong(
    "frequencies that end before they start",
    changed(("stop = 1.0\npoints = 11\n[dist", "start = 2.0\nstop = 1.0\npoints = 11\n[dist")),
    ":17: spectrum.stop: must be > spectrum.start = 2, got 1",
)
wrong(
    "logarithmic frequencies from zero",
    changed(("[spectrum]", '[spectrum]\nspacing = "log"')),
    ':15: spectrum.start: must be > 0 for spacing "log", got 0',
)
wrong(
    "a negative frequency",
    changed(("[spectrum]", "[spectrum]\nstart = -1.0")),
    ":16: spectrum.start: must be >= 0, got -1.0",
)
wrong(
    "times out of order",
    changed(("[10.0, 20.0]", "[20.0, 10.0]")),
    ":19: distribution.times[1]: must be > 20, the time before it, got 10",
)
wrong(
    "a time of zero",
    changed(("[10.0, 20.0]", "[0.0, 10.0]")),
    ":19: distribution.times[0]: must be > 0, got 0.0",
)
wrong(
    "too many times",
    changed(("[10.0, 20.0]", "[1.0, 2.0, 3.0, 4.0, 5.0]")),
    ":19: distribution.times: must hold at most 4 values, got 5",
)
wrong(
    "bins of no width",
    changed(("[10.0, 20.0]", "[10.0]\nwidth = 0.0")),
    ":20: distribution.width: must be > 0, got 0.0",
)
wrong(
    "counting fields that end before they start",
    changed(("start = -1.0", "start = 3.0")),
    ":22: rate_function.stop: must be > rate_function.start = 3, got 1",
)
wrong(
    "a spectrum of what is not counted",
    changed(("[spectrum]", '[spectrum]\ncurrents = ["heat from cold"]')),
    ':16: spectrum.currents[0]: must be one of counting.currents, "heat from hot" or "activity", got "heat from cold"',
)
wrong(
    "a Gibbs state of two chemical potentials",
    changed(
        ('"qubit"\ngap = 1.0', '"fermionic_level"\nenergy = 1.0'),
        ("rate = 0.02", "rate = 0.02\nchemical_potential = 0.1"),
        ("[10.0, 20.0]", "[10.0]\ninitial_temperature = 1.0"),
    ),
    ":21: distribution.initial_temperature: must be left out where baths have different chemical potentials: no Gibbs state is meant",
)
wrong(
    "a table of another kind of study",
    SOUND + "[times]\nstop = 3.0\n",
    ":24: times: is no table of this study (it belongs to a study with a table [protocol])",
)
wrong(
    "half a protocol beside counting",
    SOUND + '[protocol]\nkind = "reciprocal"\n',
    ": times: the table [times] must be given",
    ":24: protocol.cold: must be given: the lower temperature, > 0 [energy]",
    ":24: protocol.hot: must be given: the higher temperature, > cold [energy]",
)
wrong(
    "the table that says what is counted, misspelt",
    changed(("[counting]", "[countin]")),
    ":12: countin: is nothing that a study file knows (did you mean [counting]?)",
)
wrong(
    "a table misspelt",
    changed(("[spectrum]", "[spectrm]")),
    ":15: spectrm: is nothing that a study file knows (did you mean [spectrum]?)",
)
wrong(
    "a key of another table",
    changed(("order = 3", "order = 3\ninitial_temperature = 1.0")),
    ":15: counting.initial_temperature: is no key of this table (it belongs in [distribution])",
)
wrong(
    "a figure switch that is a number",
    SOUND + "[report]\nfigures = 1\n",
    ":25: report.figures: must be true or false, got 1",
)
wrong(
    "all at once",
    changed(
        ("gap = 1.0", "gap = -1.0"),
        ("temperature = 2.0", "temperature = -2.0"),
        ('"activity"', '"activty"'),
        ("stop = 1.0\npoints = 11\n[dist", "stop = -1.0\npoints = 11\n[dist"),
    ),
    ":3: model.gap: must be > 0, got -1.0",
    ":6: baths[0].temperature: must be >= 0, got -2.0",
    ':13: counting.currents[1]: must count one of heat, energy, particles, entropy_flow, activity, power, ticks, magnetisation, entering, got "activty" (did you mean activity?)',
    ":16: spectrum.stop: must be > spectrum.start = 0, got -1",
)
