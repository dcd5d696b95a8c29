"""Thermodynamics and kinetics of open quantum systems: heating against cooling.

Public names load on first use (PEP 562), so that `import thermokin` costs next to nothing. They are listed once, in
`__init__.pyi` beside this file: type checkers and editors read that list as it stands, and so does the running package.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

__version__ = "0.2.0"

_PUBLIC_NAME = re.compile(r"^from (?P<home>[\w.]+) import (?P<name>\w+) as (?P=name)$", re.MULTILINE)
_HOMES: dict[str, str] = {
    line["name"]: line["home"]
    for line in _PUBLIC_NAME.finditer(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - a list, made at import

# What lives in one of these is found at the top as well, where it was before there were namespaces.
_NAMESPACES = ("operators", "distances", "results", "errors")


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        if name.startswith("_"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        spaces = (import_module(f"{__name__}.{space}") for space in _NAMESPACES)
        found = next((space for space in spaces if name in space.__all__), None)
        if found is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(found, name)
    elif home == __name__:
        value = import_module(f"{home}.{name}")
    else:
        value = getattr(__import__(home, fromlist=[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__"})
