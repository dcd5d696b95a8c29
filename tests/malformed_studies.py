"""Study files that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from dataclasses import dataclass

SOUND = """\
[model]
name = "qubit"
gap = 1.0
rate = 0.01
[bath]
statistics = "bose"
[protocol]
kind = "reciprocal"
cold = 0.5
hot = 2.0
[times]
stop = 10.0
points = 11
"""


@dataclass(frozen=True)
class Malformed:
    """A wrong study file and what must be said about it, `study.toml` in front of each line left out.

    Where a line ends with "…", another floor says the rest.
    """

    name: str
    text: str | bytes
    lines: tuple[str, ...]


def changed(*edits: tuple[str, str]) -> str:
    """The sound study with parts exchanged."""
    text = SOUND
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_model(model: str, rest: str = "") -> str:
    """The sound study with another model."""
    return model + SOUND[SOUND.index("[bath]") :] + rest


CORPUS: list[Malformed] = []


def wrong(name: str, text: str | bytes, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(name, text, lines))


wrong(
    "negative temperature",
    changed(("cold = 0.5", "cold = -0.5")),
    ":9: protocol.cold: must be > 0, got -0.5",
)
wrong(
    "zero temperature",
    changed(("cold = 0.5", "cold = 0")),
    ":9: protocol.cold: must be > 0, got 0",
)
wrong(
    "temperatures exchanged",
    changed(("cold = 0.5", "cold = 3")),
    ":10: protocol.hot: must be > protocol.cold = 3, got 2 (exchange the two)",
)
wrong(
    "equal temperatures",
    changed(("cold = 0.5", "cold = 2.0")),
    ":10: protocol.hot: must be > protocol.cold = 2, got 2 (equal temperatures leave nothing to compare)",
)
wrong(
    "NaN temperature",
    changed(("hot = 2.0", "hot = nan")),
    ":10: protocol.hot: must be finite, got nan",
)
wrong(
    "infinite temperature",
    changed(("hot = 2.0", "hot = inf")),
    ":10: protocol.hot: must be finite, got inf",
)
wrong(
    "temperature as text",
    changed(("hot = 2.0", 'hot = "2.0"')),
    ':10: protocol.hot: must be a number, got "2.0" (take the quotes off)',
)
wrong(
    "temperature as a truth",
    changed(("hot = 2.0", "hot = true")),
    ":10: protocol.hot: must be a number, got true",
)
wrong(
    "temperature as a date",
    changed(("hot = 2.0", "hot = 2024-01-01")),
    ":10: protocol.hot: must be a number, got 2024-01-01",
)
wrong(
    "temperature as an array",
    changed(("hot = 2.0", "hot = [2.0]")),
    ":10: protocol.hot: must be a number, got an array of 1",
)
wrong(
    "a gap as a range",
    changed(("gap = 1.0", "gap = { start = 1.0, stop = 2.0 }")),
    ':3: model.gap: must be a number, got a table (several values stand in a table [sweep], as "model.gap")',
)
wrong(
    "a gap as a list",
    changed(("gap = 1.0", "gap = [1.0, 2.0]")),
    ':3: model.gap: must be a number, got an array of 2 (several values stand in a table [sweep], as "model.gap")',
)
wrong(
    "temperature in the bath",
    changed(('statistics = "bose"', "temperature = 2.0")),
    ":6: bath.temperature: is no key of this table (the temperatures of a study are those of [protocol])",
)
wrong(
    "a key misspelt",
    changed(("gap", "gapp")),
    ":3: model.gapp: is no key of this table (did you mean gap?)",
)
wrong(
    "a key misspelt beside the right one",
    changed(("gap = 1.0", "gap = 1.0\ngapp = 1.0")),
    ":4: model.gapp: is no key of this table (did you mean gap?)",
)
wrong(
    "a key of another table",
    changed(('statistics = "bose"', "cold = 1.0")),
    ":6: bath.cold: is no key of this table (it belongs in [protocol])",
)
wrong(
    "a key of another model",
    changed(("gap = 1.0", "gap = 1.0\nlevels = 3")),
    ':4: model.levels: is no key of this table (it belongs to name = "oscillator")',
)
wrong(
    "an unknown key",
    changed(("gap = 1.0", "gap = 1.0\nzzz = 3")),
    ":4: model.zzz: is no key of this table (the keys here are name, gap, rate)",
)
wrong(
    "a key with a line break",
    changed(("gap = 1.0", 'gap = 1.0\n"a\\nb" = 3')),
    ':4: model."a\\nb": is no key of this table (the keys here are name, gap, rate)',
)
wrong(
    "a table misspelt",
    changed(("[protocol]", "[protocoll]")),
    ":7: protocoll: is nothing that a study file knows (did you mean [protocol]?)",
)
wrong(
    "a table missing",
    SOUND[: SOUND.index("[times]")],
    ": times: the table [times] must be given",
)
wrong(
    "a refinement of nothing",
    SOUND + "[sweep.refine]\ntolerance = 0.1\n",
    ":14: sweep: must be a table of numbers to sweep, got a table",
)
wrong(
    "a refinement that is none",
    SOUND + '[sweep]\n"model.gap" = [1.0, 2.0]\n[sweep.refine]\ntolerance = 0.0\nmost = 3\nbi = ["x"]\n',
    ":17: sweep.refine.tolerance: must be > 0, got 0.0",
    ":19: sweep.refine.bi: is no key of this table (the keys here are tolerance, most, by)",
)
wrong(
    "a refinement of two values",
    SOUND + '[sweep]\n"model.gap" = [1.0, 2.0]\n[sweep.refine]\n',
    ":16: sweep.refine: must stand beside an axis of three values or more: two have no bend",
)
wrong(
    "a refinement that adds nothing",
    SOUND + '[sweep]\n"model.gap" = [1.0, 2.0, 3.0]\n[sweep.refine]\nmost = 3\n',
    ":17: sweep.refine.most: must be more than the 3 points that are there without it, got 3",
)
wrong(
    "an unknown table",
    SOUND + "[zzz]\n",
    ":14: zzz: is nothing that a study file knows (its tables are [model], [bath], [baths], [channels], [sweep], [protocol], [times], [report], [units])",
)
wrong(
    "a key above all tables",
    "gap = 1.0\n" + SOUND,
    ":1: gap: is nothing that a study file knows (it belongs in [model])",
)
wrong(
    "a table that is a number",
    "model = 3\n" + SOUND[SOUND.index("[bath]") :],
    ":1: model: must be a table, got 3",
)
wrong(
    "a missing key",
    changed(("rate = 0.01\n", "")),
    ":1: model.rate: must be given: zero-temperature emission rate of a unit coupling, > 0 [1/time]",
)
wrong(
    "an unknown model",
    changed(('"qubit"', '"qbit"')),
    ':2: model.name: must be one of "collective_spins", "coupled_qubits", "fermionic_level", "four_level_refrigerator", "heat_rectifier", "ising_chain", "levels", "oscillator", "qubit", "qutrit_ladder", "qutrit_lambda", "qutrit_v", "random_levels", "spin", "spin_diode", "thermal_transistor", "three_level_refrigerator", "operators", got "qbit" (did you mean "qubit"?)',
)
wrong(
    "a model that is a number",
    changed(('name = "qubit"', "name = 3")),
    ':2: model.name: must be one of "collective_spins", "coupled_qubits", "fermionic_level", "four_level_refrigerator", "heat_rectifier", "ising_chain", "levels", "oscillator", "qubit", "qutrit_ladder", "qutrit_lambda", "qutrit_v", "random_levels", "spin", "spin_diode", "thermal_transistor", "three_level_refrigerator", "operators", got 3',
)
wrong(
    "no model named",
    changed(('name = "qubit"\n', "")),
    ':1: model.name: must be given: one of "collective_spins", "coupled_qubits", "fermionic_level", "four_level_refrigerator", "heat_rectifier", "ising_chain", "levels", "oscillator", "qubit", "qutrit_ladder", "qutrit_lambda", "qutrit_v", "random_levels", "spin", "spin_diode", "thermal_transistor", "three_level_refrigerator", "operators"',
)
wrong(
    "a chain between two baths",
    with_model('[model]\nname = "xxz_chain"\nsites = 3\n'),
    ':2: model.name: must not be "xxz_chain" in this study: it does not relax to a Gibbs state of the energy that it counts, so a quench from one temperature to another is not defined; use another model, or a family of your own in Python',
)
wrong(
    "unknown statistics",
    changed(('"bose"', '"boson"')),
    ':6: bath.statistics: must be one of "bose", "fermi", "spin", got "boson" (did you mean "bose"?)',
)
wrong(
    "a fermionic bath for a qubit",
    changed(('"bose"', '"fermi"')),
    ':6: bath.statistics: must be "bose" or "spin" for model "qubit", got "fermi" (a bath of two-level systems is "spin")',
)
wrong(
    "a chemical potential of a bose bath",
    changed(('"bose"', '"bose"\nchemical_potential = 0.3')),
    ':7: bath.chemical_potential: must be 0 for a "bose" bath, which exchanges no particles, got 0.3',
)
wrong(
    "a spectrum for a qubit",
    changed(('"bose"', '"bose"\nspectrum = { kind = "flat", rate = 1.0 }')),
    ':7: bath.spectrum: must be left out for model "qubit", whose spectrum follows from model.rate (levels, random_levels and operators take any spectrum)',
)
wrong(
    "zero rate",
    changed(("rate = 0.01", "rate = 0")),
    ":4: model.rate: must be > 0, got 0",
)
wrong(
    "negative gap",
    changed(("gap = 1.0", "gap = -1")),
    ":3: model.gap: must be > 0, got -1",
)
wrong(
    "a gap of too many digits",
    changed(("gap = 1.0", "gap = 1" + "0" * 400)),
    ":3: model.gap: must be a number, got a whole number of about 400 digits",
)
wrong(
    "one level only",
    with_model('[model]\nname = "oscillator"\nlevels = 1\nfrequency = 1.0\nrate = 0.1\n'),
    ":3: model.levels: must be >= 2, got 1",
)
wrong(
    "half a level",
    with_model('[model]\nname = "oscillator"\nlevels = 4.5\nfrequency = 1.0\nrate = 0.1\n'),
    ":3: model.levels: must be a whole number, got 4.5",
)
wrong(
    "too many levels",
    with_model('[model]\nname = "oscillator"\nlevels = 1000000\nfrequency = 1.0\nrate = 0.1\n'),
    ":3: model.levels: must be <= 10000, got 1000000",
)
wrong(
    "a spin of no kind",
    with_model('[model]\nname = "spin"\nJ = 0.7\ngap = 1.0\nrate = 0.1\n'),
    ":3: model.J: must be a multiple of 0.5, got 0.7",
)
wrong(
    "energies out of order",
    with_model('[model]\nname = "qutrit_v"\nenergies = [0.0, 2.0, 1.0]\nrate = 0.1\n'),
    ":3: model.energies: must be ascending, got [0.0, 2.0, 1.0]",
)
wrong(
    "two energies of three",
    with_model('[model]\nname = "qutrit_v"\nenergies = [0.0, 2.0]\nrate = 0.1\n'),
    ":3: model.energies[2]: must be given",
)
wrong(
    "four energies of three",
    with_model('[model]\nname = "qutrit_v"\nenergies = [0.0, 1.0, 2.0, 3.0]\nrate = 0.1\n'),
    ":3: model.energies: must hold at most 3 values, got 4",
)
wrong(
    "a coupling of the wrong size",
    with_model("[model]\nenergies = [0.0, 1.0, 2.0]\ncoupling = [[0, 1], [1, 0]]\nrate = 0.1\n"),
    ":3: model.coupling: must have 3 rows and columns, as energies has, got 2",
)
wrong(
    "a ragged coupling",
    with_model(
        "[model]\nenergies = [0.0, 1.0, 2.0]\ncoupling = [\n  [0, 1, 1],\n  [1, 0],\n  [1, 1, 0],\n]\nrate = 0.1\n"
    ),
    ":5: model.coupling[1]: must hold 3 numbers, one for each row, got 2",
)
wrong(
    "a coupling that is not symmetric",
    with_model("[model]\nenergies = [0.0, 1.0]\ncoupling = [[0, 1], [2, 0]]\nrate = 0.1\n"),
    ":3: model.coupling: must be Hermitian, but element [0][1] is 1 and [1][0] is 2",
)
wrong(
    "text in a coupling",
    with_model('[model]\nenergies = [0.0, 1.0]\ncoupling = [\n  [0, 1],\n  [1, "x"],\n]\nrate = 0.1\n'),
    ':5: model.coupling[1][1]: must be a number, got "x"',
)
wrong(
    "a coupling of zeros",
    with_model("[model]\nenergies = [0.0, 1.0]\ncoupling = [[0, 0], [0, 0]]\nrate = 0.1\n"),
    ":3: model.coupling: must link at least two levels, got zeros",
)
wrong(
    "a coupling of equal energies",
    with_model("[model]\nenergies = [0.0, 1.0, 1.0]\nrate = 0.1\n"),
    ":1: model.coupling: links levels 1 and 2, which have one energy…",
)
wrong(
    "no rate and no spectrum",
    with_model("[model]\nenergies = [0.0, 1.0]\n"),
    ":1: model.rate: must be given: rate of a flat spectrum, > 0, or else a table [bath.spectrum]",
)
wrong(
    "a rate and a spectrum",
    with_model("[model]\nenergies = [0.0, 1.0]\nrate = 0.1\n", '[bath.spectrum]\nkind = "ohmic"\nstrength = 0.1\n'),
    ":3: model.rate: must be left out beside a table [bath.spectrum]",
)
wrong(
    "an unknown spectrum",
    with_model("[model]\nenergies = [0.0, 1.0]\n", '[bath.spectrum]\nkind = "omic"\n'),
    ':13: bath.spectrum.kind: must be one of "flat", "ohmic", "drude", "lorentzian", "brownian", "band", "tabulated", got "omic" (did you mean "ohmic"?)',
)
wrong(
    "a spectrum of zeros",
    with_model(
        "[model]\nenergies = [0.0, 1.0]\n",
        '[bath.spectrum]\nkind = "tabulated"\nfrequencies = [0.0, 2.0]\nrates = [0.0, 0.0]\n',
    ),
    ":15: bath.spectrum.rates: must not all be 0: a bath without a spectrum couples nothing",
)
wrong(
    "a table out of order",
    with_model(
        "[model]\nenergies = [0.0, 1.0]\n",
        '[bath.spectrum]\nkind = "tabulated"\nfrequencies = [0.0, 2.0, 1.0]\nrates = [0.0, 1.0]\n',
    ),
    ":14: bath.spectrum.frequencies[2]: must be > 2, the frequency before it, got 1",
)
wrong(
    "a table too short",
    with_model(
        "[model]\nenergies = [0.0, 3.0]\n",
        '[bath.spectrum]\nkind = "tabulated"\nfrequencies = [0.0, 2.0]\nrates = [0.0, 1.0]\n',
    ),
    ":14: bath.spectrum.frequencies: must cover the model's gaps: …",
)
wrong(
    "negative frequencies of a bath without particles",
    with_model(
        "[model]\nenergies = [0.0, 1.0]\n",
        '[bath.spectrum]\nkind = "tabulated"\nfrequencies = [-1.0, 2.0]\nrates = [1.0, 1.0]\n',
    ),
    ':14: bath.spectrum.frequencies[0]: must be >= 0 for a "bose" bath, which moves no particles, got -1 '
    '(only a "fermi" bath is asked below 0)',
)
wrong(
    "a negative spectrum",
    with_model(
        "[model]\nenergies = [0.0, 1.0]\n",
        '[bath.spectrum]\nkind = "tabulated"\nfrequencies = [0.0, 2.0]\nrates = [1.0, -1.0]\n',
    ),
    ":15: bath.spectrum.rates[1]: must be >= 0, got -1",
)
wrong(
    "a flat spectrum with a cutoff",
    with_model("[model]\nenergies = [0.0, 1.0]\n", '[bath.spectrum]\nkind = "flat"\nrate = 1.0\ncutoff = 3.0\n'),
    ':15: bath.spectrum.cutoff: is no key of this table (it belongs to kind = "ohmic" or "drude")',
)
wrong(
    "a Hamiltonian that is not Hermitian",
    with_model("[model]\nhamiltonian = [[0, 1], [2, 0]]\ncoupling = [[0, 1], [1, 0]]\nrate = 0.1\n"),
    ":2: model.hamiltonian: must be Hermitian, but element [0][1] is 1 and [1][0] is 2",
)
wrong(
    "a coupling without matrix elements",
    with_model("[model]\nhamiltonian = [[0, 0], [0, 1]]\ncoupling = [[1, 0], [0, 0]]\nrate = 0.1\n"),
    ":3: model.coupling: has elements between levels of equal energy…",
)
wrong(
    "an operator file that is missing",
    with_model('[model]\nhamiltonian = "h.npy"\ncoupling = "a.npy"\nrate = 0.1\n'),
    ":2: model.hamiltonian: must name a file, and there is none of this name (the file is h.npy)",
    ":3: model.coupling: must name a file, and there is none of this name (the file is a.npy)",
)
wrong(
    "an operator file of another kind",
    with_model('[model]\nhamiltonian = "h.csv"\ncoupling = [[0, 1], [1, 0]]\nrate = 0.1\n'),
    ":2: model.hamiltonian: must name a .npy or .npz file, got one that ends in '.csv' (the file is h.csv)",
)
wrong(
    "a fermi bath without particle number",
    with_model("[model]\nhamiltonian = [[0, 0], [0, 1]]\ncoupling = [[0, 1], [0, 0]]\nrate = 0.1\n").replace(
        '"bose"', '"fermi"'
    ),
    ':1: model.number_operator: must be given for a "fermi" bath, which exchanges particles',
)
FERMI = "[model]\nhamiltonian = [[0, 0], [0, 1]]\ncoupling = [[0, 1], [0, 0]]\nnumber_operator = [[0, 0], [0, 1]]\nrate = 0.1\n"
wrong(
    "a fermi bath on c + c^+",
    with_model(FERMI.replace("[[0, 1], [0, 0]]", "[[0, 1], [1, 0]]")).replace('"bose"', '"fermi"'),
    ':3: model.coupling: must remove one particle for a "fermi" bath, but it changes the number by -1 and +1 (give the annihilation part: keep [0][1] and set the others to 0)',
)
wrong(
    "a fermi bath on a creation operator",
    with_model(FERMI.replace("[[0, 1], [0, 0]]", "[[0, 0], [1, 0]]")).replace('"bose"', '"fermi"'),
    ':3: model.coupling: must remove one particle for a "fermi" bath, but it changes the number by +1 (it is the creation part; give the annihilation part, its transposed complex conjugate)',
)
wrong(
    "a fermi bath and half a particle",
    with_model(FERMI.replace("number_operator = [[0, 0], [0, 1]]", "number_operator = [[0, 0], [0, 0.5]]")).replace(
        '"bose"', '"fermi"'
    ),
    ":4: model.number_operator: must have whole numbers as eigenvalues, since it counts particles, got 0.5",
)
PAIRING = """\
[model]
hamiltonian = [[0, 0, 0, 0.1], [0, 0.3, 0, 0], [0, 0, 0.3, 0], [0.1, 0, 0, 1.1]]
coupling = [[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
number_operator = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 2]]
rate = 0.1
"""
wrong(
    "pairing beside a chemical potential",
    with_model(PAIRING).replace('"bose"', '"fermi"\nchemical_potential = 0.2'),
    ":8: bath.chemical_potential: must be 0 where pairing breaks the particle number, got 0.2 (measure the energies of levels from it)",
)
wrong(
    "pairing and c + c^+",
    with_model(PAIRING.replace("[0, 0, 0, 0], [0, 0, 0, 0]]\nnumber", "[1, 0, 0, 0], [0, 1, 0, 0]]\nnumber")).replace(
        '"bose"', '"fermi"'
    ),
    ':3: model.coupling: must remove one particle for a "fermi" bath, but it changes the number by -1 and +1 (give the annihilation part: keep [0][2], [1][3] and set the others to 0)',
)
wrong(
    "a partner that does not exist",
    changed(('kind = "reciprocal"\ncold = 0.5\nhot = 2.0', 'kind = "equidistant"\ncold = 0.1\ntarget = 2.0')),
    ":9: protocol.cold: must have a hot partner, but no start hotter than the target is farther from it than 0.0309298 (raise protocol.cold or lower protocol.target)",
)
wrong(
    "a hot key for the equidistant protocol",
    changed(
        ('kind = "reciprocal"\ncold = 0.5\nhot = 2.0', 'kind = "equidistant"\ncold = 0.5\nhot = 2.0\ntarget = 1.0')
    ),
    ':10: protocol.hot: is no key of this table (it belongs to kind = "reciprocal")',
)
wrong(
    "an unknown distance",
    changed(
        (
            'kind = "reciprocal"\ncold = 0.5\nhot = 2.0',
            'kind = "equidistant"\ncold = 0.5\ntarget = 1.0\ndistance = "entropy"',
        )
    ),
    ':11: protocol.distance: must be one of "relative_entropy", "trace", "bures", "hilbert_schmidt", "wigner_yanase", got "entropy" (did you mean "relative_entropy"?)',
)
wrong(
    "no protocol kind",
    changed(('kind = "reciprocal"\n', "")),
    ':7: protocol.kind: must be given: one of "reciprocal", "equidistant"',
)
wrong(
    "no times",
    changed(("stop = 10.0\npoints = 11", "values = []")),
    ":12: times.values: must hold at least 2 values, got 0",
)
wrong(
    "times out of order",
    changed(("stop = 10.0\npoints = 11", "values = [\n  0.0,\n  2.0,\n  1.0,\n]")),
    ":15: times.values[2]: must be > 2, the time before it, got 1",
)
wrong(
    "a negative time",
    changed(("stop = 10.0\npoints = 11", "values = [-1.0, 2.0]")),
    ":12: times.values[0]: must be >= 0, got -1.0",
)
wrong(
    "times listed and on a grid",
    changed(("stop = 10.0\npoints = 11", "values = [0.0, 2.0]\nstop = 3.0")),
    ":13: times.stop: is no key of this table (give either values or start, stop and points)",
)
wrong(
    "a grid that ends before it starts",
    changed(("stop = 10.0", "start = 20.0\nstop = 10.0")),
    ":13: times.stop: must be > times.start = 20, got 10",
)
wrong(
    "a logarithmic grid from zero",
    changed(("points = 11", 'points = 11\nspacing = "log"')),
    ':11: times.start: must be > 0 for spacing "log", got 0',
)
wrong(
    "too many times",
    changed(("points = 11", "points = 1000000000")),
    ":13: times.points: must be <= 100000, got 1000000000",
)
wrong(
    "an unknown spacing",
    changed(("points = 11", 'points = 11\nspacing = "logarithmic"')),
    ':14: times.spacing: must be "linear" or "log", got "logarithmic"',
)
wrong(
    "an empty title",
    SOUND + '[report]\ntitle = ""\n',
    ":15: report.title: must have at least 1 character, got none",
)
wrong(
    "an unknown distance to report",
    SOUND + '[report]\ndistances = ["trace", "burez"]\n',
    ':15: report.distances[1]: must be one of "relative_entropy", "trace", "bures", "hilbert_schmidt", "wigner_yanase", got "burez" (did you mean "bures"?)',
)
wrong(
    "a report switch that is a number",
    SOUND + "[report]\nbounds = 1\n",
    ":15: report.bounds: must be true or false, got 1",
)
wrong(
    "laboratory units",
    SOUND + '[units]\nsystem = "SI"\n',
    ':15: units.system: must be "reduced", got "SI"',
)
wrong(
    "units that are none, or measure something else",
    SOUND + '[units]\nenergy = "ghz"\ntime = "mK"\nrate = "MHz"\npower = "aw"\nentropy = "J"\n',
    ':15: units.energy: must be a unit of energy, got "ghz" (did you mean "GHz"?)',
    ':16: units.time: must be a unit of time, got "mK" (that measures energy or temperature; time is in s, ms, us, ns, ps, fs)',
    ':17: units.rate: must be a unit of rate, got "MHz" (a rate in MHz can be either: "1/us" is so many per us, "2 pi MHz" 2 pi times as many)',
    ':18: units.power: must be a unit of power, got "aw" (did you mean "aW"?)',
    ':19: units.entropy: must be a unit of entropy, got "J" (that measures energy or temperature; entropy is in nats, k_B, bits, J/K, mJ/K, uJ/K, nJ/K, pJ/K, fJ/K, aJ/K, zJ/K, yJ/K)',
)
wrong(
    "units of energy alone, beside reduced ones",
    SOUND + '[units]\nsystem = "reduced"\nenergy = "GHz"\n',
    ':14: units.time: must be given beside energy, as time = "us"',
    ":15: units.system: must be left out beside units of the lab",
)
wrong(
    "a swept exponent in units of the lab",
    """\
[model]
name = "qubit"
gap = 5.0
[[baths]]
name = "hot"
temperature = 50.0
spectrum = { kind = "ohmic", strength = 0.001 }
[sweep]
"baths.hot.spectrum.exponent" = [1.0, 2.0]
[counting]
currents = ["activity"]
[units]
energy = "GHz"
time = "ns"
""",
    ':9: sweep."baths.hot.spectrum.exponent": must be no exponent in units of the lab, since the unit of the strength depends on it',
)
wrong(
    "broken TOML",
    changed(("gap = 1.0", "gap = ")),
    ":3: must be valid TOML: invalid value at column 7",
)
wrong(
    "a key twice",
    changed(("gap = 1.0", "gap = 1.0\ngap = 2.0")),
    ":4: must be valid TOML: a key or table is given twice, at column 10",
)
wrong(
    "arrays too deep",
    "x = " + "[" * 3000 + "]" * 3000,
    ": must be valid TOML, but its arrays or tables are nested too deeply",
)
wrong(
    "not UTF-8",
    SOUND.encode().replace(b"bose", b"bos\xff"),
    ":6: must be UTF-8 text, got the byte 0xff (save the file as UTF-8)",
)
wrong(
    "UTF-16",
    SOUND.encode("utf-16"),
    ":1: must be UTF-8 text, got the byte 0xff (save the file as UTF-8)",
)
wrong(
    "an empty file",
    "",
    ": must ask a question of a model on baths: a table [quench], [machine], [ledger], [counting], [bounds], [response], "
    "[spectrum], [distribution], [rate_function], [infer], [design], [ergotropy], [charging], [parts], [friction], "
    "[slow_drive], [strong_coupling], [mean_force], [redfield], [hierarchy] (thermokin new writes an example)",
    ": model: the table [model] must be given",
)
wrong(
    "a model that is asked nothing",
    SOUND.partition("[protocol]")[0],
    ": must ask a question of a model on baths: a table [quench], [machine], [ledger], [counting], [bounds], [response], "
    "[spectrum], [distribution], [rate_function], [infer], [design], [ergotropy], [charging], [parts], [friction], "
    "[slow_drive], [strong_coupling], [mean_force], [redfield], [hierarchy] (thermokin new writes an example)",
)
wrong(
    "a strong bath without a mode",
    SOUND.partition("[protocol]")[0].replace('statistics = "bose"', "temperature = 0.5")
    + "[strong_coupling]\nlevels = 1\n",
    ":8: strong_coupling.levels: must be >= 2, got 1",
)
wrong(
    "a hierarchy without tiers, and one that tolerates all",
    SOUND.partition("[protocol]")[0].replace('statistics = "bose"', "temperature = 0.5")
    + "[hierarchy]\ndepth = 0\ntolerance = 1.0\n",
    ":8: hierarchy.depth: must be >= 1, got 0",
    ":9: hierarchy.tolerance: must be < 1, got 1.0",
)
wrong(
    "a Lamb shift by number, and a key of the other equation",
    SOUND.partition("[protocol]")[0].replace('statistics = "bose"', "temperature = 0.5")
    + "[redfield]\nlamb_shift = 1\ndepth = 3\n",
    ":8: redfield.lamb_shift: must be true or false, got 1",
    ":9: redfield.depth: is no key of this table (the keys here are lamb_shift)",
)
wrong(
    "another equation in a rotating frame",
    '[model]\nname = "three_level_maser"\ndrive = 0.1\nhot = 5.0\n[redfield]\n',
    ":5: redfield: must be asked of a system that baths touch by operators, and in no rotating frame",
)
wrong(
    "all at once",
    changed(("gap", "gapp"), ('"bose"', '"boze"'), ("cold = 0.5", "cold = -0.5"), ("points = 11", "points = 1")),
    ":3: model.gapp: is no key of this table (did you mean gap?)",
    ':6: bath.statistics: must be one of "bose", "fermi", "spin", got "boze" (did you mean "bose"?)',
    ":9: protocol.cold: must be > 0, got -0.5",
    ":13: times.points: must be >= 2, got 1",
)
wrong(
    "temperatures far below the gap",
    changed(("gap = 1.0", "gap = 1e3")),
    ":7: protocol: must lead from one state to another, but at 0.5 and 2 populations differ by less than 1e-100 (choose temperatures nearer to the energies of the model)",
)
wrong(
    "temperatures far above the gap",
    changed(("gap = 1.0", "gap = 1e-101")),
    ":7: protocol: must lead from one state to another, but at 0.5 and 2 populations differ by less than 1e-100 (choose temperatures nearer to the energies of the model)",
)
wrong(
    "rates beyond all units",
    changed(("gap = 1.0", "gap = 1e-200")),
    ":1: model: must make a model: the largest of the rates of the model must lie between 1e-100 and 1e+100…",
)
wrong(
    "a coupling that commutes with the Hamiltonian",
    with_model('[model]\nname = "ising_chain"\nsites = 3\nfield = 0.0\ncoupling = 0.3\nrate = 0.001\n'),
    ":1: model: must be coupled so that jumps change its energy, but none does, and no heat is exchanged (choose a coupling that does not commute with the Hamiltonian)",
)
INFER = with_model('[model]\nname = "qubit"\ngap = 1.0\nrate = 0.01\n').replace(
    "[protocol]", "temperature = 1.0\n[protocol]"
)
INFER = INFER[: INFER.index("[protocol]")]
wrong(
    "a detector that clicks too often",
    INFER
    + '[infer]\nparameters = ["model.gapp", "model.gap", "model.gap"]\nbegin = 2.0\nend = 1.0\nefficiency = 1.5\n',
    ":12: infer.efficiency: must be <= 1, got 1.5",
)
wrong(
    "numbers that are none, and an end before the beginning",
    INFER + '[infer]\nparameters = ["model.gapp", "model.gap", "model.gap"]\nbegin = 2.0\nend = 1.0\n',
    ':9: infer.parameters[0]: must name a number of the system that may vary, got "model.gapp" (did you mean model.gap?)',
    ':9: infer.parameters[2]: must be named once, got "model.gap" again',
    ":11: infer.end: must be > infer.begin = 2, got 1",
)
wrong(
    "a jump that is none",
    INFER + '[infer]\nparameters = ["model.rate"]\n[infer.channels]\nup = [2]\n',
    ":11: infer.channels.up: must number jumps of the model, from 0 to 1, got 2",
)
wrong(
    "a detector of its own that clicks too often, and a search that begins nowhere",
    INFER
    + '[infer]\nparameters = ["model.rate"]\nstarts = 0\n[infer.channels]\nup = [0]\n'
    + "[infer.detectors.up]\nefficiency = 1.5\ndead = 1.0\n",
    ":10: infer.starts: must be >= 1, got 0",
    ":14: infer.detectors.up.efficiency: must be <= 1, got 1.5",
    ":15: infer.detectors.up.dead: is no key of this table (did you mean dead_time?)",
)
wrong(
    "a detector of its own that is none",
    INFER
    + '[infer]\nparameters = ["model.rate"]\n[infer.channels]\nup = [0]\n[infer.detectors.upp]\ndead_time = 1.0\n',
    ':12: infer.detectors: must name detectors, got "upp" (did you mean up?)',
)
wrong(
    "two detectors of one jump, reversed by none",
    INFER
    + '[infer]\nparameters = ["model.rate"]\n[infer.channels]\nup = [0]\ndown = [1]\n[infer.reverses]\nup = "dawn"\n',
    ':13: infer.reverses: must name detectors, got "dawn" (did you mean down?)',
)

DESIGN = """\
[model]
name = "three_level_maser"
drive = 0.01
hot = 3.0
cold = 1.0
[design]
"""
FRONT = DESIGN + 'kind = "front"\n'
WISH = '[design.objectives]\npower = "max"\n'
CLAIM = DESIGN + 'kind = "falsification"\n'
DRIVE = '[design.ranges]\n"model.drive" = [0.001, 0.1]\n'
wrong(
    "a search of no kind",
    DESIGN + 'kind = "back"\n' + DRIVE,
    ':7: design.kind: must be "front" or "falsification", got "back"',
)
wrong(
    "ranges of what is no number, descend, and leave the world",
    FRONT + WISH + '[design.ranges]\n"model.drve" = [0.1, 1.0]\n"model.hot" = [3.0, 2.0]\n"model.cold" = [-1.0, 2.0]\n',
    ':11: design.ranges."model.drve": must be of a number of the system that may vary (did you mean model.drive?)',
    ':12: design.ranges."model.hot": must ascend, got 3, 2',
    ':13: design.ranges."model.cold": must be >= 0, got -1',
)
wrong(
    "objectives that are none and samples that are no power of two",
    FRONT + 'samples = 1000\n[design.objectives]\neficiency = "max"\n' + DRIVE,
    ":8: design.samples: must be a power of two, got 1000",
    ':10: design.objectives.eficiency: must be a current, "noise of" one, another output of [response], a figure of merit, or a product of these (did you mean "efficiency"?)',
)
wrong(
    "a wish for neither more nor less",
    FRONT + '[design.objectives]\npower = "more"\n' + DRIVE,
    ':9: design.objectives.power: must be "max" or "min", got "more"',
)
wrong(
    "limits that exclude everything",
    FRONT + WISH + "[design.constraints]\nefficiency = [0.5, 0.2]\n" + DRIVE,
    ":11: design.constraints.efficiency: must be the least and a larger most, one of them finite, got 0.5, 0.2",
)
wrong(
    "a bound of no catalogue on no current",
    CLAIM + 'bound = "kinetik"\nleast = 1.0\n' + DRIVE,
    ':6: design: must have the `current` that the bound is on, as "heat from hot"',
    ':8: design.bound: must name a bound at rest of the catalogue (`thermokin bounds` prints it), got "kinetik" (did you mean "kinetic"?)',
    ":9: design.least: is for a `quantity`; leave it out beside `bound`",
)
wrong(
    "nothing to falsify",
    CLAIM + DRIVE,
    ":6: design: must have a `bound` or a `quantity`, and not both",
)
wrong(
    "a quantity without a limit",
    CLAIM + 'quantity = "heat from hot"\ncurrent = "power"\n' + DRIVE,
    ":6: design: must have `least` or `most` of the quantity, and not both",
    ":9: design.current: is for a `bound`; leave it out beside `quantity`",
)
wrong(
    "a quantity of another bath",
    CLAIM + 'quantity = "heat from hott / heat from cold"\nmost = 2.0\n' + DRIVE,
    ":8: design.quantity: …",
)
wrong(
    "a search in a sweep",
    FRONT + WISH + DRIVE + '[sweep]\n"model.hot" = [2.0, 3.0]\n',
    ":12: sweep: must be left out: [design] chooses numbers itself",
)
