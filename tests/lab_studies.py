"""Studies in units of the lab and their twins in natural numbers, converted by hand from the constants of SciPy."""

from __future__ import annotations

import re

import numpy as np
from scipy import constants as si

__all__ = ["LAB_STUDIES", "SIZES", "UNITS", "natural", "written"]

TIME = 1e-6  # s, which is 1 in natural numbers
SIZES = {
    "GHz": 2e9 * np.pi * TIME,
    "mK": 1e-3 * si.k / si.hbar * TIME,
    "us": 1.0,
    "1/us": 1.0,
    "aW": 1e-18 / si.hbar * TIME**2,
}
"""What one of each unit is in natural numbers."""
UNITS = '[units]\nenergy = "GHz"\ntemperature = "mK"\ntime = "us"\npower = "aW"\n'
_MARKED = re.compile(r"<([-0-9.e]+) ([^>]+)>")


def written(template: str) -> str:
    """The study in units of the lab."""
    return _MARKED.sub(lambda match: match[1], template) + UNITS


def natural(template: str) -> str:
    """The same in natural numbers."""
    return _MARKED.sub(lambda match: repr(float(match[1]) * SIZES[match[2]]), template)


BATHS = """
[[baths]]
name = "hot"
temperature = <250.0 mK>
rate = <2.0 1/us>

[[baths]]
name = "cold"
temperature = <50.0 mK>
rate = <1.0 1/us>
"""
QUBIT = f"""
[model]
name = "qubit"
gap = <5.0 GHz>
{BATHS}"""
MASER = """
[model]
name = "three_level_maser"
drive = <0.0005 GHz>
hot = <400.0 mK>
cold = <30.0 mK>
gap_hot = <7.0 GHz>
gap_cold = <2.0 GHz>
rate_hot = <1.5 1/us>
rate_cold = <1.0 1/us>
detuning = <0.0001 GHz>
"""
LEADS = """
[model]
name = "resonant_level"
energy = <3.0 GHz>
left = <0.5 GHz>
right = <0.4 GHz>
bias = <2.0 GHz>

[[leads]]
name = "hot"
temperature = <150.0 mK>
chemical_potential = <0.4 GHz>

[[leads]]
name = "cold"
temperature = <50.0 mK>
"""
LAB_STUDIES = {
    "quench": """
[model]
name = "qubit"
gap = <5.0 GHz>
rate = <0.5 1/us>

[quench]
kind = "reciprocal"
cold = <60.0 mK>
hot = <240.0 mK>
times = { stop = <8.0 us>, points = 21 }
""",
    "counting": f"""{QUBIT}
[counting]
currents = ["heat from hot", "entropy_flow from cold", "activity"]
order = 3

[spectrum]
stop = <4.0 1/us>
points = 5

[distribution]
currents = ["activity"]
times = [<0.4 us>]
start = {{ temperature = <50.0 mK> }}

[rate_function]
currents = ["activity"]
start = -0.5
stop = 0.5
points = 9

[bounds]
currents = ["heat from hot"]
""",
    "machine": f"""{MASER}
[machine]

[response]
parameters = ["model.drive", "model.hot", "model.rate_hot"]
outputs = ["heat from hot", "noise of heat from hot", "entropy production", "gap"]
""",
    "sweep": f"""{MASER}
[sweep]
"model.hot" = [<300.0 mK>, <400.0 mK>]
"model.drive" = {{ start = <0.0002 GHz>, stop = <0.0008 GHz>, points = 3 }}

[machine]

[counting]
currents = ["heat from hot", "power"]
order = 2

[response]
parameters = ["model.gap_hot", "model.cold"]
outputs = ["heat from hot"]

[spectrum]
currents = ["heat from hot"]
stop = <3.0 1/us>
points = 3

[bounds]
currents = ["heat from hot"]
names = ["kinetic", "thermodynamic"]
""",
    "transport": f"""{LEADS}
[transport]
currents = ["particles from hot", "heat from hot"]
conductance = "hot"

[bounds]
""",
    "operators": """
[model]
hamiltonian = [[0.0, <0.1 GHz>], [<0.1 GHz>, 0.0]]
energy_operator = [[0.0, 0.0], [0.0, <5.0 GHz>]]

[[baths]]
name = "warm"
temperature = <120.0 mK>
coupling = [[0, 1], [1, 0]]
spectrum = { kind = "ohmic", strength = 1e-4, cutoff = <40.0 GHz> }

[[channels]]
jump = [[1, 0], [0, -1]]
rate = <0.2 1/us>

[counting]
currents = ["heat from warm", "energy"]
order = 2
""",
    "cycle": """
[model]
name = "qubit"
gap = <4.0 GHz>

[[baths]]
name = "hot"
temperature = <300.0 mK>
rate = <3.0 1/us>

[[baths]]
name = "cold"
temperature = <60.0 mK>
rate = <3.0 1/us>

[[legs]]
name = "expansion"
duration = <0.5 us>
start = { "model.gap" = <8.0 GHz> }
stop = { "model.gap" = <4.0 GHz> }

[[legs]]
name = "cold"
duration = <1.0 us>
baths = ["cold"]

[[legs]]
name = "compression"
duration = <0.5 us>
stop = { "model.gap" = <8.0 GHz> }
swing = { "model.gap" = { amplitude = <0.2 GHz>, phase = 0.1 } }

[[legs]]
name = "hot"
duration = <1.0 us>
baths = ["hot"]

[cycle]
quench = true
currents = ["work", "heat from hot"]
order = 2
points = 7
""",
    "ergotropy": f"""{QUBIT}
[ergotropy]
start = {{ ket = [0.6, 0.8] }}
times = {{ stop = <3.0 us>, points = 5 }}
copies = 2
temperature = <80.0 mK>
""",
    "friction": """
[model]
name = "qubit"
gap = <5.0 GHz>
rate = <1.0 1/us>

[bath]
temperature = <120.0 mK>

[friction]
controls = ["model.gap"]
""",
    "swept friction": f"""{QUBIT}
[friction]
controls = ["model.gap", "baths.hot.temperature"]

[ergotropy]

[sweep]
"model.gap" = [<4.0 GHz>, <6.0 GHz>]
""",
    "floquet": f"""{QUBIT}
[[legs]]
name = "shaking"
duration = <0.00037 us>
baths = ["hot", "cold"]
swing = {{ "model.gap" = {{ amplitude = <1.0 GHz>, phase = 0.3 }} }}

[floquet]
currents = ["heat from hot", "activity"]
""",
    "parts": """
[model]
name = "coupled_qubits"
gaps = [<5.0 GHz>, <5.1 GHz>]
coupling = <0.2 GHz>
rate = <3.0 1/us>
hot = <250.0 mK>
cold = <60.0 mK>

[parts]
dims = [2, 2]
bonds = "energy"
start = { ket = [0.36, 0.48, 0.48, 0.64] }
times = { start = <0.1 us>, stop = <0.5 us>, points = 3 }
baths = { hot = 0, cold = 1 }
""",
    "charging": """
[model]
name = "coupled_qubits"
gaps = [<5.0 GHz>, <5.0 GHz>]
coupling = <0.01 GHz>
rate = <0.3 1/us>
hot = <250.0 mK>
cold = <60.0 mK>

[charging]
start = { ket = [0.0, 0.0, 1.0, 0.0] }
times = { stop = <0.05 us>, points = 6 }
battery = [[0.0, 0.0], [0.0, <5.0 GHz>]]
dims = [2, 2]
part = 1
""",
    "slow_drive": """
[model]
name = "qubit"
gap = <2.0 GHz>
rate = <1.0 1/us>

[bath]
temperature = <120.0 mK>

[slow_drive]
start = { "bath.temperature" = <100.0 mK> }
stop = { "model.gap" = <5.0 GHz>, "bath.temperature" = <150.0 mK> }
path = "smooth"
durations = [<20.0 us>, <50.0 us>]
""",
}
