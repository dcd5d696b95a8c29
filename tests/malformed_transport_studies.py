"""Study files about junctions that are wrong, each with the lines that must be said about it."""
# ruff: noqa: E501 - a line that the package says stays whole

from __future__ import annotations

from malformed_studies import Malformed

DOT = """\
[model]
name = "resonant_level"
energy = 0.6
left = 0.01
right = 0.01
[[leads]]
name = "hot"
temperature = 0.4
[[leads]]
name = "cold"
temperature = 0.1
chemical_potential = 0.3
[transport]
currents = ["particles from hot", "heat from hot"]
"""

CORPUS: list[Malformed] = []


def changed(text: str, *edits: tuple[str, str]) -> str:
    """A sound study with parts exchanged."""
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def wrong(name: str, text: str, *lines: str) -> None:
    """One more wrong study."""
    CORPUS.append(Malformed(name, text, lines))


wrong(
    "no leads",
    changed(
        DOT,
        ('[[leads]]\nname = "hot"\ntemperature = 0.4\n', ""),
        ('[[leads]]\nname = "cold"\ntemperature = 0.1\nchemical_potential = 0.3\n', ""),
    ),
    ": leads: must be given: one table [[leads]] for each terminal",
)
wrong(
    "one lead",
    changed(DOT, ('[[leads]]\nname = "hot"\ntemperature = 0.4\n', "")),
    ':6: leads: must be 2 tables, one for each terminal of "resonant_level", got 1',
    ':11: transport.currents[0]: must come from a lead (cold), got "hot"',
    ':11: transport.currents[1]: must come from a lead (cold), got "hot"',
)
wrong(
    "a negative rate of a lead",
    changed(DOT, ("left = 0.01", "left = -0.01")),
    ":4: model.left: must be > 0, got -0.01",
)
wrong(
    "several wrongs of a junction",
    changed(
        DOT,
        ("left = 0.01", "lef = 0.01"),
        ("temperature = 0.4", "temperature = -0.4"),
        ("heat from hot", "heat from hto"),
        ('name = "cold"', 'name = "hot"'),
    ),
    ":4: model.lef: is no key of this table (did you mean left?)",
    ":8: leads[0].temperature: must be >= 0, got -0.4",
)
wrong(
    "heat of a lead misspelt",
    changed(DOT, ("heat from hot", "haet from hot")),
    ':14: transport.currents[1]: must count one of heat, energy, particles, entropy_flow, got "haet" (did you mean heat?)',
)
wrong(
    "activity between leads",
    changed(DOT, ("heat from hot", "activity")),
    ':14: transport.currents[1]: must count one of heat, energy, particles, entropy_flow, got "activity"',
)
wrong(
    "bose and fermi",
    changed(DOT, ("temperature = 0.1\nchemical_potential = 0.3", 'temperature = 0.1\nstatistics = "bose"')),
    ':12: leads[1].statistics: must be "fermi", as of the first lead: a scatterer moves either fermions or bosons, got "bose"',
)
wrong(
    "bose with potential",
    changed(
        DOT,
        ("temperature = 0.4", 'temperature = 0.4\nstatistics = "bose"'),
        ("temperature = 0.1", 'temperature = 0.1\nstatistics = "bose"'),
    ),
    ":14: leads[1].chemical_potential: must be 0 for a bose lead, got 0.3",
)
wrong(
    "scatterer misspelt",
    changed(DOT, ("resonant_level", "resonant_levl")),
    ':2: model.name: must be one of "resonant_level", "boxcar", "step", "point_contact", "constant", "chain", "mach_zehnder", "one_way_ring", "dots", got "resonant_levl" (did you mean "resonant_level"?)',
)
wrong(
    "a model of baths between leads",
    changed(DOT, ("resonant_level", "qubit")),
    ':2: model.name: must be one of "resonant_level", "boxcar", "step", "point_contact", "constant", "chain", "mach_zehnder", "one_way_ring", "dots", got "qubit"',
)
wrong(
    "a question about models",
    DOT + '[counting]\ncurrents = ["heat"]\n',
    ":15: counting: is no table of this study (it is asked of a model on baths, this is a junction of leads, whose questions are "
    "[transport], [ledger], [bounds])",
)
wrong(
    "baths beside leads",
    DOT + '[[baths]]\nname = "x"\ntemperature = 1.0\n',
    ":15: baths: is nothing that a study file knows (its tables are [model], [leads], [sweep], [transport], [report], [units])",
)
wrong(
    "conductance by no lead",
    DOT + 'conductance = "clod"\n',
    ':15: transport.conductance: must be a lead (hot, cold), got "clod" (did you mean "cold"?)',
)
wrong(
    "conductance at zero",
    changed(DOT, ("temperature = 0.4", "temperature = 0.0")) + 'conductance = "cold"\n',
    ":15: transport.conductance: must be left out where a lead has temperature 0, at which currents have kinks (a small temperature serves)",
)
wrong(
    "onsager of leads that differ",
    DOT + "onsager = true\n",
    ":11: leads[1].temperature: must be 0.4, as of the first lead, for transport.onsager, got 0.1 (Onsager coefficients are of leads that are alike)",
    ":12: leads[1].chemical_potential: must be 0, as of the first lead, for transport.onsager, got 0.3 (Onsager coefficients are of leads that are alike)",
)
wrong(
    "rates of no dots",
    changed(DOT, ("temperature = 0.4", "temperature = 0.4\nrates = [0.1]")),
    ':9: leads[0].rates: must be left out for model "resonant_level" (sites of "dots" have rates into each lead)',
)
wrong(
    "dots without rates",
    changed(
        DOT,
        (
            'name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01',
            'name = "dots"\nhamiltonian = [[0, 0.1], [0.1, 0]]',
        ),
        ("temperature = 0.4", "temperature = 0.4\nrates = [0.1]"),
    ),
    ":7: leads[0].rates: must hold 2 numbers, one for each site, got 1",
    ':8: leads[1].rates: must be given for model "dots": the rate of each site into this lead',
)
wrong(
    "negative rates of dots",
    changed(
        DOT,
        (
            'name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01',
            'name = "dots"\nhamiltonian = [[0, 0.1], [0.1, 0]]',
        ),
        ("temperature = 0.4", "temperature = 0.4\nrates = [-0.1, 0]"),
        ("temperature = 0.1", "temperature = 0.1\nrates = [0, 0.1]"),
    ),
    ":7: leads[0].rates[0]: must be >= 0, got -0.1",
)
wrong(
    "dots not hermitian",
    changed(
        DOT,
        (
            'name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01',
            'name = "dots"\nhamiltonian = [[0, 0.2], [0.1, 0]]',
        ),
        ("temperature = 0.4", "temperature = 0.4\nrates = [0.1, 0]"),
        ("temperature = 0.1", "temperature = 0.1\nrates = [0, 0.1]"),
    ),
    ":3: model.hamiltonian: must be Hermitian, but element [0][1] is 0.2 and [1][0] is 0.1",
)
wrong(
    "window closed",
    changed(
        DOT,
        ('name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01', 'name = "boxcar"\nlow = 1.0\nhigh = 0.5'),
    ),
    ":4: model.high: must be > model.low = 1, got 0.5",
)
wrong(
    "transmission above one",
    changed(
        DOT,
        ('name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01', 'name = "constant"\ntransmission = 1.2'),
    ),
    ":3: model.transmission: must be <= 1, got 1.2",
)
wrong(
    "unknown sweep",
    DOT + '[sweep]\n"model.enrgy" = [0.1, 0.2]\n"leads.cold.temperature" = [-1.0, 0.1]\n',
    ':16: sweep."model.enrgy": must name a number of the system that may vary (did you mean model.energy?)',
    ':17: sweep."leads.cold.temperature": must be >= 0, got -1',
)
wrong(
    "unknown bound",
    DOT + '[bounds]\nnames = ["coherent fermion"]\n',
    ':16: bounds.names[0]: must name a bound in coherent transport (`thermokin bounds` prints them), got "coherent fermion" (did you mean "coherent fermions"?)',
)
wrong(
    "order 5",
    DOT + "order = 5\n",
    ":15: transport.order: must be <= 4, got 5",
)
wrong(
    "transport misspelt",
    changed(DOT, ("[transport]", "[transprot]")),
    ":13: transprot: is nothing that a study file knows (did you mean [transport]?)",
)
wrong(
    "ring of two",
    changed(
        DOT,
        (
            'name = "resonant_level"\nenergy = 0.6\nleft = 0.01\nright = 0.01',
            'name = "one_way_ring"\nterminals = 2\nlow = 0.0\nhigh = 1.0',
        ),
    ),
    ":3: model.terminals: must be >= 3, got 2",
)
