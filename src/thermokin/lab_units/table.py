"""The table of units: what one of each is in SI, by what it measures. No number of it is measured."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from math import log, pi
from types import MappingProxyType

from thermokin._errors import ArgumentError

__all__ = ["BOLTZMANN", "CHARGE", "HBAR", "PLANCK", "UNITS", "size_of"]

PLANCK = 6.62607015e-34
"""h [J s], exact since 2019, as are the next two."""
BOLTZMANN = 1.380649e-23
"""k_B [J/K]."""
CHARGE = 1.602176634e-19
"""e [C]."""
HBAR = PLANCK / (2.0 * pi)
_PREFIXES = {"y": 1e-24, "z": 1e-21, "a": 1e-18, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0}
_LARGE = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def _with(symbol: str, size: float, prefixes: str) -> dict[str, float]:
    every = _PREFIXES | _LARGE
    return {f"{prefix}{symbol}": every[prefix] * size for prefix in prefixes.split(",")}


_TIMES = _with("s", 1.0, ",m,u,n,p,f")
_TEMPERATURES = _with("K", 1.0, ",m,u,n")
_ENERGIES = (
    _with("Hz", PLANCK, ",k,M,G,T")
    | _with("eV", CHARGE, ",m,u,n")
    | _with("J", 1.0, ",m,u,n,p,f,a,z,y")
    | {name: BOLTZMANN * size for name, size in _TEMPERATURES.items()}
    | {f"rad/{name}": HBAR / size for name, size in _TIMES.items()}
)
UNITS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "energy": _ENERGIES,
        "temperature": {name: size / BOLTZMANN for name, size in _ENERGIES.items()} | _TEMPERATURES,
        "time": _TIMES,
        "rate": {f"1/{name}": 1.0 / size for name, size in _TIMES.items()}
        | {f"rad/{name}": 1.0 / size for name, size in _TIMES.items()}
        | {f"2 pi {name}": 2.0 * pi * size for name, size in _with("Hz", 1.0, ",k,M,G,T").items()},
        "power": _with("W", 1.0, ",m,u,n,p,f,a,z,y"),
        "entropy": {"nats": BOLTZMANN, "k_B": BOLTZMANN, "bits": log(2.0) * BOLTZMANN}
        | _with("J/K", 1.0, ",m,u,n,p,f,a,z,y"),
        "current": _with("A", 1.0, ",m,u,n,p,f,a") | {f"e/{name}": CHARGE / size for name, size in _TIMES.items()},
        "voltage": _with("V", 1.0, ",m,u,n"),
        "conductance": _with("S", 1.0, ",m,u,n") | {"e^2/h": CHARGE**2 / PLANCK, "e^2/hbar": CHARGE**2 / HBAR},
    }
)
"""By what is measured, the units there are, each with one of it in J, K, s, 1/s, W, J/K, A, V and S. Hz is the
frequency f of an energy h f, rad/s its angular frequency, K a temperature T of an energy k_B T."""


def size_of(measured: str, unit: object) -> float:
    """One of a unit, in SI.

    Args:
        measured: what it measures, as "energy".
        unit: its name; µ may stand for u.

    Returns:
        The size.

    Raises:
        ArgumentError: if there is no such unit of this, with what was probably meant.
    """
    known = UNITS[measured]
    name = str(unit).replace("µ", "u").replace("μ", "u") if isinstance(unit, str) else ""
    if name in known:
        return known[name]
    found = f'"{unit}"' if isinstance(unit, str) else repr(unit)
    said = f"`{measured}` must be a unit of {measured}, got {found} ({_meant(measured, name)})."
    raise ArgumentError(said, measured)


def _meant(measured: str, name: str) -> str:
    if measured == "rate" and name in _with("Hz", 1.0, ",k,M,G,T"):
        per = {"Hz": "s", "kHz": "ms", "MHz": "us", "GHz": "ns", "THz": "ps"}[name]
        return f'a rate in {name} can be either: "1/{per}" is so many per {per}, "2 pi {name}" 2 pi times as many'
    others = [one for one, units in UNITS.items() if name in units]
    if others:
        return f"that measures {' or '.join(others)}; {measured} is in {_listed(measured)}"
    alike = {one.lower(): one for one in UNITS[measured]}
    near = [alike[name.lower()]] if name.lower() in alike else get_close_matches(name, list(UNITS[measured]), 1, 0.5)
    return f'did you mean "{near[0]}"?' if near else f"there are {_listed(measured)}"


def _listed(measured: str) -> str:
    every = list(UNITS[measured])
    return ", ".join(every if len(every) < 16 else [*every[:14], "..."])
