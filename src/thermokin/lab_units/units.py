"""Units of the lab: from numbers in GHz, mK, us to natural ones, and from results back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.lab_units.answers_of_studies import require_tick
from thermokin.lab_units.dimension import dimension_of
from thermokin.lab_units.table import BOLTZMANN, CHARGE, HBAR, UNITS, size_of

__all__ = ["OPTIONAL", "Units", "units"]

OPTIONAL = ("temperature", "rate", "power", "entropy", "current", "voltage", "conductance")
"""What need not be said: without it, numbers come in those of energy and time, entropy in nats."""
NANOSECOND = 1e-9
_UNSAID = re.compile(r"\b(?:amount|observable|output|parameter|its own)\b")
_QUOTIENT = re.compile(r"\((?P<above>[^()]+)\)/\((?P<below>[^()]+)\)")
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_SAID = re.compile(rf"\s*(?P<number>(?>{_NUMBER}))(?:\s+|(?=[^\s\d.]))(?P<unit>\S.*?)\s*")


@dataclass(frozen=True)
class Units:
    """Units in which numbers are given and wanted. Made by `units`.

    Inside, hbar = k_B = 1, and a time of 1 is a nanosecond whatever the units are, so that numbers given in some may
    come out in others; in a study it is one of the file's own.

    Args:
        names: the unit of everything that has one, by what it measures.
        amount: what the word "amount" in a unit means, as "energy" for the cumulants of a heat; empty if nothing.
        tick: the time that is 1 inside [s].
    """

    names: Mapping[str, str]
    amount: str = ""
    tick: float = NANOSECOND

    def _natural(self, measured: str) -> float:
        """What is 1 inside, in SI."""
        energy = HBAR / self.tick
        return {
            "energy": energy,
            "temperature": energy / BOLTZMANN,
            "time": self.tick,
            "rate": 1.0 / self.tick,
            "power": energy / self.tick,
            "entropy": BOLTZMANN,
            "current": CHARGE / self.tick,
            "voltage": energy / CHARGE,
            "conductance": CHARGE**2 / HBAR,
        }[measured]

    def __call__(self, said: str) -> float:
        """A number with its unit as a natural number.

        Args:
            said: "5 GHz", "25 mK", "0.1 aW"; any unit of the table, not only those of `names`. "1 MHz" is the energy
                h f, 2 pi times as large as the rate "1 1/us"; `rate("1 MHz")` is refused.

        Returns:
            The number, with hbar = k_B = 1.

        Raises:
            ArgumentError: if that is not a number and a unit.
        """
        number, unit = _read(said)
        measured = next((one for one, known in UNITS.items() if unit in known), "energy")
        return number * size_of(measured, unit) / self._natural(measured)

    def given(self, numbers: ArrayLike, dimension: str) -> FloatArray:
        """Numbers in these units as natural ones.

        Args:
            numbers: (...).
            dimension: their unit in words, as "energy" or "1/time".

        Returns:
            The numbers (...); as they are where the words name nothing that has a unit.
        """
        return np.asarray(numbers) / self._factor(dimension)

    def of(self, numbers: ArrayLike, dimension: str | None = None) -> FloatArray:
        """Natural numbers in these units.

        Args:
            numbers: (...).
            dimension: their unit in words, as results say it: "energy/time", "energy^2/time", "nats/time". Labelled
                data say it themselves if None.

        Returns:
            The numbers (...).

        Raises:
            ArgumentError: if nothing says their unit, or they are of a study whose natural numbers differ.
        """
        require_tick(numbers, self.tick)
        if dimension is None:
            dimension = getattr(numbers, "attrs", {}).get("units")
        if not isinstance(dimension, str):
            raise ArgumentError('`dimension` must be their unit in words, as "energy/time".', "dimension")
        return np.asarray(numbers) * self._factor(dimension)

    def label(self, dimension: str) -> str:
        """The unit in which numbers come.

        Args:
            dimension: their unit in words, as results say it.

        Returns:
            "aW" for "energy/time"; the words themselves where they name nothing that has a unit.
        """
        parts = self._parts(dimension)
        if parts is None:
            return f"{dimension}, natural" if _UNSAID.search(dimension) else dimension
        upper = [_powered(name, power) for _, name, power in parts if power > 0]
        above = " ".join(f"({one})" if "/" in one and len(upper) > 1 else one for one in upper)
        below = [_powered(name, -power) for _, name, power in parts if power < 0]
        below = [f"({one})" if "/" in one and "^" not in one else one for one in below]
        rest = f"({' '.join(below)})" if len(below) > 1 else "".join(below)
        return (f"{above or '1'}/{rest}" if below else above) or "1"

    def show(self, result: Any, *, amount: str = "") -> Any:
        """A result that shows itself in these units: its lines, data, figures and report.

        Args:
            result: any result, of numbers that these or other units made natural; or labelled data, as of a sweep.
            amount: the unit in words of what is counted, as "energy", where the result does not say it, as bounds do
                not; without it, its numbers stay natural, and say so.

        Returns:
            The result; `result` of it is the one that was given, whose numbers stay natural.

        Raises:
            ArgumentError: if that is no result, or one of a study with units of its own, whose natural numbers differ.
        """
        if hasattr(result, "data_vars"):
            require_tick(result, self.tick)
            # By name, as views are: labelled data are a result of theirs.
            result = import_module("thermokin.views.labelled").Labelled(result)
        if not hasattr(result, "in_units"):
            raise ArgumentError(
                f"`result` must be what a verb returns, as tk.cumulants does, got {type(result).__name__}; numbers "
                'come in these units by `of`, u.of(numbers, "energy/time").',
                "result",
            )
        return result.in_units(replace(self, amount=amount) if amount else self)

    def energy(self, numbers: ArrayLike | str) -> FloatArray:
        """Energies (...) in natural numbers, from numbers in these units, or from one with its own, "5 GHz"."""
        return self._taken(numbers, "energy", "energy")

    def temperature(self, numbers: ArrayLike | str) -> FloatArray:
        """Temperatures (...) in natural numbers."""
        return self._taken(numbers, "temperature", "temperature")

    def time(self, numbers: ArrayLike | str) -> FloatArray:
        """Times (...) in natural numbers."""
        return self._taken(numbers, "time", "time")

    def rate(self, numbers: ArrayLike | str) -> FloatArray:
        """Rates (...) in natural numbers."""
        return self._taken(numbers, "rate", "1/time")

    def power(self, numbers: ArrayLike | str) -> FloatArray:
        """Powers (...) in natural numbers."""
        return self._taken(numbers, "power", "energy/time")

    def voltage(self, numbers: ArrayLike | str) -> FloatArray:
        """Potentials (...) times the charge e, in natural numbers."""
        return self._taken(numbers, "voltage", "voltage")

    def _taken(self, numbers: ArrayLike | str, measured: str, dimension: str) -> FloatArray:
        if not isinstance(numbers, str):
            return self.given(numbers, dimension)
        number, unit = _read(numbers)
        return np.asarray(number * size_of(measured, unit) / self._natural(measured))

    def _factor(self, dimension: str) -> float:
        factor = 1.0
        for measured, name, power in self._parts(dimension) or ():
            factor *= (self._natural(measured) / size_of(measured, name)) ** power
        return factor

    def _parts(self, dimension: str) -> list[tuple[str, str, int]] | None:
        """What is measured, its unit and its power, for a dimension in words; None where the words name none."""
        quotient = _QUOTIENT.fullmatch(dimension)
        if quotient is not None:  # a derivative keeps its two units: aW/GHz rather than 1/us
            above, below = self._parts(quotient["above"]), self._parts(quotient["below"])
            if above is None or below is None:
                return None
            return [*above, *((measured, name, -power) for measured, name, power in below)]
        if self.amount:
            dimension = re.sub(r"\bamount\b", f"({self.amount})", dimension)
        powers = dimension_of(dimension)
        if powers is None:
            return None
        left, found = dict(powers), []
        for amount, flow in (("energy", "power"), ("charge", "current")):
            # Amounts per time: a noise of heat is a power squared, times a time.
            count = left.get(amount, 0)
            if count > 0 and left.get("time", 0) < 0 and flow in self.names:
                found.append((flow, self.names[flow], left.pop(amount)))
                left["time"] += count
        if left == {"time": -1} and not found:
            return [("rate", self.names.get("rate", f"1/{self.names['time']}"), 1)]
        for name, power in left.items():
            measured = {"nats": "entropy", "voltage": "voltage" if "voltage" in self.names else "energy"}.get(
                name, name
            )
            if power and measured != "charge":  # particles are numbers where no current is asked for
                found.append((measured, self._unit(measured), power))
        return found

    def _unit(self, measured: str) -> str:
        default = {"temperature": self.names["energy"], "entropy": "nats", "conductance": "e^2/hbar"}.get(measured, "")
        return self.names.get(measured, default)


def _read(said: object) -> tuple[float, str]:
    match = _SAID.fullmatch(said) if isinstance(said, str) else None
    if match is None:
        raise ArgumentError(f'`said` must be a number and a unit, as "5 GHz", got {said!r}.', "said")
    return float(match["number"]), match["unit"].replace("µ", "u").replace("μ", "u")


def _powered(name: str, power: int) -> str:
    if power == 1:
        return name
    return f"({name})^{power}" if "/" in name or " " in name else f"{name}^{power}"


def units(
    *,
    energy: str,
    time: str,
    temperature: str | None = None,
    rate: str | None = None,
    power: str | None = None,
    entropy: str | None = None,
    current: str | None = None,
    voltage: str | None = None,
    conductance: str | None = None,
) -> Units:
    """Units of the lab for numbers that go in and come out; what calculates sees natural numbers alone.

    Args:
        energy: "GHz" for h f, "rad/ns" for hbar w, "meV", "J", "K" for k_B T.
        time: "us", "ns".
        temperature: "mK"; that of energies, k_B T, if None.
        rate: "1/us", "2 pi MHz"; one per unit of time if None.
        power: "aW"; energies per time if None. The noise of a power comes in "aW^2 us".
        entropy: "nats", "bits", "J/K"; nats if None.
        current: "pA", "e/us" of particles that carry a charge e; numbers of particles per time if None.
        voltage: "uV" of chemical potentials and biases over e; that of energies if None.
        conductance: "e^2/h", "uS"; e^2/hbar if None.

    Returns:
        The units: `u("5 GHz")` and `u.energy(5.0)` are natural numbers, `u.show(result)` a result in these units.

    Raises:
        ArgumentError: for a unit that there is not, or that measures something else; for a rate in MHz, which can mean
            1/us or 2 pi MHz.

    Example:
        >>> import thermokin as tk
        >>> u = tk.units(energy="GHz", temperature="mK", time="us", power="aW")
        >>> warm = {"left": u("250 mK"), "right": u("50 mK")}
        >>> qubit = tk.library.heat_rectifier(u("5 GHz"), u.rate(2.0), u.rate(1.0), **warm)
        >>> heat = tk.cumulants(qubit, tk.heat(qubit, "left"), order=1).mean
        >>> print(f"{u.of(heat, 'energy/time'):.4f} {u.label('energy/time')}")
        0.7378 aW
    """
    given = {
        "energy": energy,
        "time": time,
        **dict(zip(OPTIONAL, (temperature, rate, power, entropy, current, voltage, conductance), strict=True)),
    }
    names = {}
    for measured, unit in given.items():
        if unit is not None:
            size_of(measured, unit)
            names[measured] = unit.replace("µ", "u").replace("μ", "u")
    return Units(names)
