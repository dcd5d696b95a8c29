"""The numbers of baths that vary along a sweep, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thermokin.model.bath import Bath
from thermokin.model.parameter import Known

__all__ = ["with_bath_parameters"]


def with_bath_parameters(known: Mapping[str, Known], baths: Sequence[Bath]) -> dict[str, Known]:
    """Numbers with the temperatures and chemical potentials of baths that are not among them.

    Args:
        known: numbers by name.
        baths: the baths.

    Returns:
        All of them.
    """
    found = dict(known)
    for bath in baths:
        for words, numbers in (("temperature", bath.temperature), ("chemical_potential", bath.chemical_potential)):
            if not any(np.array_equal(numbers, one.numbers) for one in found.values()):
                found[f"{bath.name}_{words}".replace(" ", "_")] = Known(numbers, "energy")
    return found
