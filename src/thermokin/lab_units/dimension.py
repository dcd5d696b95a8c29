"""What a number measures, read off the unit in words: "energy^2/time" is energy twice, and time once less."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

__all__ = ["dimension_of", "quantity_of"]

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_]+|1)|(?P<sign>[()/])|\^(?P<power>[0-9]+))")
_LEADS = frozenset({"potential_left", "potential_right"})
KNOWN = frozenset({"1", "energy", "temperature", "time", "nats", "charge", "voltage", "conductance"})
_BY_NAME = {
    ("conductance", "1/(energy time)"): "conductance",
    ("particles", "1/time"): "charge/time",
    ("thermal_conductance", "1/time"): "(energy/time)/(temperature)",
    ("seebeck", "1"): "(voltage)/(temperature)",
}


@cache
def dimension_of(unit: str, also: frozenset[str] = frozenset()) -> Mapping[str, int] | None:
    """The powers of what is measured.

    Args:
        unit: in words: names to whole powers, joined by blanks and "/", brackets around parts.
        also: names that stand for units of their own.

    Returns:
        Powers by name, none of them 0; None where a word is no such name, as in "radians".
    """
    tokens = list(_TOKEN.finditer(unit))
    whole = "".join(token[0] for token in tokens) == unit.rstrip()
    if not whole or any(token["name"] and token["name"] not in KNOWN | also for token in tokens):
        return None
    stack: list[tuple[Counter[str], int]] = [(Counter(), 1)]
    last: Counter[str] = Counter()
    sign = 1
    for token in tokens:
        if token["sign"] == "/":
            sign = -1
        elif token["sign"] == "(":
            stack.append((Counter(), sign))
            sign = 1
        elif token["sign"] == ")":
            if len(stack) == 1:
                return None
            inside, outer = stack.pop()
            last = Counter({name: outer * power for name, power in inside.items()})
            _add(stack[-1][0], last)
            sign = outer
        elif token["power"]:
            _add(stack[-1][0], Counter({name: (int(token["power"]) - 1) * power for name, power in last.items()}))
        else:
            last = Counter({token["name"]: sign})
            _add(stack[-1][0], last)
    if len(stack) > 1:
        return None
    return MappingProxyType({name: power for name, power in stack[0][0].items() if power and name != "1"})


def _add(whole: Counter[str], part: Counter[str]) -> None:
    for name, power in part.items():
        whole[name] += power


def quantity_of(name: str, unit: str, quantity: str = "") -> str:
    """What a number measures, in the words that `dimension_of` reads.

    Args:
        name: of the number, as "baths.hot.temperature".
        unit: in words.
        quantity: what is said to be measured, where the unit alone does not say it.

    Returns:
        "temperature" or "voltage" where an energy is one by its name, "charge/time" of particles, else the unit.
    """
    if quantity:
        return quantity
    last = name.rpartition(".")[2]
    for (end, own), measured in _BY_NAME.items():
        # An error, or one of several data sets, has more before or behind its name.
        if unit == own and end in last and not ("thermal" in last and end == "conductance"):
            return measured
    if unit != "energy":
        return unit
    if "temperature" in last:
        return "temperature"
    return "voltage" if last.endswith(("chemical_potential", "chemical_potentials", "bias")) or last in _LEADS else unit
