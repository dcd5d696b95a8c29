"""The Python that gives what is on the screen."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from thermokin.model import library
from thermokin.model.current_words import terms_of
from thermokin.model.parameter import parameters_of

__all__ = ["python_code"]

_OF_A_FILE = """\
from pathlib import Path

import numpy as np
import thermokin as tk
from thermokin.study.read import read_study

study = read_study(Path("study.toml")).study  # the study file beside this
system = study.system"""
_VERBS = ("heat", "particles", "energy", "entropy_flow", "activity")
_STATISTICS = {"bose": "tk.Bose()", "fermi": "tk.Fermi()", "spin": "tk.SpinBath()"}


def python_code(title: str, question: str, tables: Mapping[str, Any] | None, values: Mapping[str, Any]) -> str:
    """Python that answers a question about a system.

    Args:
        title: of what is explored.
        question: its name.
        tables: of the study; None for a family of somebody's own.
        values: what has been moved.

    Returns:
        The code: of a library model a call of its function, of other systems one that reads the study file.
    """
    if tables is None:
        moved = ", ".join(f"{name}={_word(value)}" for name, value in values.items())
        return f"model = family({moved})  # {title}"
    call = _call(tables)
    write = _QUESTIONS.get(question)
    if "units" in tables:  # the lines below take natural numbers
        return f'{_OF_A_FILE}\nprint(*study.answer(lambda what, fraction: None).findings(), sep="\\n")'
    if write is None or (question == "bounds" and "leads" in tables):
        return f"{_OF_A_FILE}\nprint(study.answer(lambda what, fraction: None).answers[{json.dumps(question)}])"
    return "\n".join(write(tables, call))


def _word(value: Any) -> str:
    """A value as Python writes it."""
    if isinstance(value, float) and math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def _call(tables: Mapping[str, Any]) -> dict[str, str] | None:
    """The arguments of a library function by name; None for a system that is put together."""
    model, bath = dict(tables["model"]), dict(tables.get("bath", {}))
    name = model.pop("name", "levels" if "energies" in model else "")
    if name not in library.__all__ or set(tables) & {"baths", "channels", "legs", "leads"}:
        return None
    if any(isinstance(value, str) and value.endswith((".npy", ".npz")) for value in model.values()):
        return None
    given = {key: _word(value) for key, value in model.items()}
    for key, value in bath.items():
        if key == "spectrum":
            numbers = ", ".join(f"{of}={_word(one)}" for of, one in value.items() if of != "kind")
            given[key] = f"tk.{value['kind'].capitalize()}({numbers})"
        else:
            given[key] = _STATISTICS[value] if key == "statistics" else _word(value)
    return {"": name, **given}


def _model(call: Mapping[str, str] | None, **more: str) -> str:
    """The expression of the model."""
    if call is None:
        return "system.model"
    given = {**call, **more}
    return f"tk.library.{given.pop('')}({', '.join(f'{key}={value}' for key, value in given.items())})"


def _head(call: Mapping[str, str] | None) -> list[str]:
    return [_OF_A_FILE if call is None else "import numpy as np\nimport thermokin as tk\n"]


def _current(words: str) -> str:
    """The expression of a current."""
    parts = []
    for term in terms_of(words):
        bath = "" if term.bath is None else f", {json.dumps(term.bath)}"
        one = f"tk.{term.quantity}(model{bath})" if term.quantity in _VERBS else f'tk.current(model, "{term.quantity}")'
        parts.append(one if term.factor == 1.0 else f"{term.factor:g} * {one}")
    return " + ".join(parts)


def _asked(tables: Mapping[str, Any], question: str) -> list[str]:
    """The currents of a question."""
    named = tables[question].get("currents")
    return list(named or tables["counting"]["currents"][:1])


def _of_model(lines: Callable[[Mapping[str, Any]], list[str]]) -> Callable[..., list[str]]:
    """Code that makes the model and goes on with it."""
    return lambda tables, call: [*_head(call), f"model = {_model(call)}", *lines(tables)]


def _counting(tables: Mapping[str, Any]) -> list[str]:
    order = tables["counting"].get("order", 4)
    found = ["counting = tk.Counting(model)"]
    return found + [
        f"print(counting.cumulants({_current(one)}, order={order}))" for one in tables["counting"]["currents"]
    ]


def _bounds(tables: Mapping[str, Any]) -> list[str]:
    named = tables["bounds"].get("names")
    more = "" if named is None else f"theorems={list(named)!r}, "
    return [
        f"print(tk.bounds.evaluate(model, {_current(one)}, {more}outside=True))" for one in _asked(tables, "bounds")
    ]


def _grid(table: Mapping[str, Any], points: int) -> str:
    space = "geomspace" if table.get("spacing") == "log" else "linspace"
    start = _word(float(table.get("start", 0.0)))
    return f"np.{space}({start}, {_word(float(table['stop']))}, {table.get('points', points)})"


def _spectrum(tables: Mapping[str, Any]) -> list[str]:
    grid = _grid(tables["spectrum"], 201)
    return [f"print(tk.spectrum(model, {_current(one)}, {grid}))" for one in _asked(tables, "spectrum")]


def _distribution(tables: Mapping[str, Any]) -> list[str]:
    table = tables["distribution"]
    times, width = list(table["times"]), table.get("width")
    binned = "" if width is None else f", width={_word(width)}"
    start = ["start = tk.steady_state(model).state"]
    return start + [
        f"print(tk.distribution(model, {_current(one)}, start, {times!r}{binned}))"
        for one in _asked(tables, "distribution")
    ]


def _response(tables: Mapping[str, Any], call: Mapping[str, str] | None) -> list[str]:
    table = tables["response"]
    names, outputs = list(table["parameters"]), list(table["outputs"])
    if call is None or any(name.count(".") > 1 for name in names):
        made, named, family = _head(None), names, "system.family"
        at = "{}"
    else:
        moving = [name.partition(".")[2] for name in names]
        settled = {key: value for key, value in call.items() if key and key not in moving}
        fixed = ", ".join(f'"{key}": {value}' for key, value in settled.items())
        family, named = f"tk.Family(tk.library.{call['']}, {{{fixed}}})", moving
        at = "{" + ", ".join(f'"{key}": {call[key]}' for key in moving if key in call) + "}"
        made = _head(call)
    return [*made, f"family = {family}", f"print(tk.response(family, {at}, {named!r}, {outputs!r}))"]


def _quench(tables: Mapping[str, Any], call: Mapping[str, str] | None) -> list[str]:
    table, times = tables["quench"], tables["quench"]["times"]
    if call is None:
        model = "system.family.at(dict.fromkeys(system.temperatures, temperature))"
    else:
        known = parameters_of(getattr(library, call[""]))
        warm = [key for key, one in known.items() if one.role == "temperature"]
        model = _model(call, **dict.fromkeys(warm, "temperature"))
    grid = f"np.array({list(times['values'])!r})" if "values" in times else _grid(times, 301)
    if table["kind"] == "reciprocal":
        pair = f"tk.reciprocal(at, {_word(table['cold'])}, {_word(table['hot'])})"
    else:
        pair = f"tk.equidistant(at, {_word(table['target'])}, {_word(table['cold'])})"
    at = ["", "", "def at(temperature):", f"    return {model}", "", ""]
    return [*_head(call), *(at if call is None else at[1:]), f"print(tk.compare({pair}, {grid}))"]


def _transport(tables: Mapping[str, Any]) -> list[str]:
    order = tables["transport"].get("order", 2)
    found = [f"print(tk.cumulants(model, {_current(one)}, order={order}))" for one in tables["transport"]["currents"]]
    return [_OF_A_FILE, "model = system.junction", *found, "print(tk.figures_of_merit(model))"]


def _cycle() -> list[str]:
    return [_OF_A_FILE, "cycle = tk.limit_cycle(system.protocol)", "print(cycle)"]


_QUESTIONS: Mapping[str, Callable[..., list[str]]] = {
    "machine": _of_model(lambda tables: ["print(tk.figures_of_merit(model))"]),
    "counting": _of_model(_counting),
    "bounds": _of_model(_bounds),
    "spectrum": _of_model(_spectrum),
    "distribution": _of_model(_distribution),
    "response": _response,
    "quench": _quench,
    "transport": lambda tables, call: _transport(tables),
    "cycle": lambda tables, call: _cycle(),
}
