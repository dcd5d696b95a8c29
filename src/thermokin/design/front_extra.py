"""The packages of the extra `design`, imported where a search begins."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["searching"]


def searching(name: str) -> Any:
    """A module of pymoo or moocore.

    Args:
        name: of the module.

    Returns:
        The module.

    Raises:
        ModuleNotFoundError: with the remedy, if it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise ModuleNotFoundError(
            f"`thermokin.design.front` needs {package}, which is not installed; install the extra: "
            "pip install 'thermokin[design]'.",
            name=package,
        ) from None
