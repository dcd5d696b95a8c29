"""The studies that are shipped, by the names that the command line takes for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

__all__ = ["BUILT_IN", "named_study"]

_HERE = Path(__file__).parent
BUILT_IN: Mapping[str, Path] = MappingProxyType({name: _HERE / f"{name}.toml" for name in ("quench", "counting")})
_FIRST = "quench"


def named_study(argument: Path | None) -> tuple[Path, str]:
    """The file that an argument means, and what messages call it."""
    if argument is None:
        return BUILT_IN[_FIRST], "built-in study"
    if str(argument) in BUILT_IN and not argument.exists():
        return BUILT_IN[str(argument)], f"built-in study {argument}"
    return argument, str(argument)
