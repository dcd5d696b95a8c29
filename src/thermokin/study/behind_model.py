"""What stands behind the model of a study: the Hamiltonian, the contacts of its baths and the particle number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thermokin.model.contact import Contact
from thermokin.model.origin import inputs_of_call
from thermokin.study.system import System

__all__ = ["behind_model"]


def behind_model(system: System, numbers: Mapping[str, Any]) -> tuple[Any, list[Contact], Any] | None:
    """What another equation than the model's own is made of.

    Args:
        system: of the study.
        numbers: of a point, or of a sweep, by name.

    Returns:
        The Hamiltonian (..., d, d) [energy], the contacts, and the particle number (..., d, d) or None; None where the
        model was not made of contacts, or is that of a rotating frame, whose gaps baths do not see.
    """
    inputs = inputs_of_call(lambda: system.family.at(numbers), 0)
    if inputs is None or inputs.turning:
        return None
    number = system.model.number
    said = None if number is None else system.model.from_frame(number.dense)
    given = inputs.hamiltonian if inputs.generator is None else inputs.generator
    return given, list(inputs.contacts), said
