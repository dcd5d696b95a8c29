"""A model that a field drives, in the frame that rotates with it: jumps and energies are those of the bare levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.model.assumption import Assumption
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs
from thermokin.model.secular_parts import secular_parts, secular_system

__all__ = ["rotating_model"]


def rotating_model(
    bare: NDArray[np.generic],
    turning: NDArray[np.generic],
    contacts: Sequence[Contact],
    gaps: Sequence[FloatArray],
    fields: Mapping[str, FloatArray],
) -> Model:
    """The model whose motion has the Hamiltonian of the rotating frame and whose heat that of the bare levels.

    Args:
        bare: diagonal Hamiltonian of the levels (..., d, d) [energy].
        turning: of the motion in the rotating frame (..., d, d) [energy].
        contacts: of the baths.
        gaps: that the baths and the field see (...) [energy].
        fields: what must be weak beside them (...) [energy], by name.

    Returns:
        The model; `validity` holds the smallest gap over the strongest field.

    Raises:
        ValueError: as `davies`.
    """
    inputs = SecularInputs(bare, contacts, turning, turning=True).told()
    parts = secular_parts(secular_system(bare, contacts, None, DEFAULT_TOLERANCE, {}))
    generator = FrameOperator.from_matrix(np.asarray(turning, dtype=np.complex128))
    validity = [_weak_fields(gaps, fields), parts.assumption]
    origin = inputs.origin(parts.jumps, DEFAULT_TOLERANCE)
    return Model.from_table(
        generator, parts.energy, parts.table, parts.baths, validity=validity, origin=origin, contacts=contacts
    )


def _weak_fields(gaps: Sequence[FloatArray], fields: Mapping[str, FloatArray]) -> Assumption:
    """The rotating-wave and local assumption."""
    smallest, strongest = gaps[0], np.abs(next(iter(fields.values())))
    for gap in gaps[1:]:
        smallest = np.minimum(smallest, gap)
    for field in fields.values():
        strongest = np.maximum(strongest, np.abs(field))
    with np.errstate(divide="ignore"):
        ratio = smallest / strongest
    words = " and the ".join(fields)
    return Assumption("local", f"the smallest gap over the {words}", np.asarray(ratio), f"lower the {words}")
