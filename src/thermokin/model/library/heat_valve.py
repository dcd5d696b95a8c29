"""The heat valve: a qubit or a resonator, tuned in and out of resonance, passes heat between two resonators."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.model.bath import Bath, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.library.cut_modes import told_of_cut
from thermokin.model.library.transition import factor
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import as_whole, common_axes, shown
from thermokin.operators.fock import create, destroy
from thermokin.operators.tensor import embed

__all__ = ["heat_valve"]

MOST = 40
INSTEAD = "raise `levels`, or take `tk.gaussian.bosons`, which cuts off nothing, where a resonator is between"
Middle = Literal["qubit", "resonator"]
Levels: TypeAlias = Annotated[int, Parameter(least=3, most=12, levels=lambda kept: 2 * kept**2, truncates=True)]


@knows_parameters
def heat_valve(
    levels: Levels,
    frequency: Gap,
    gap: Gap,
    coupling: Energy,
    rate: Rate,
    hot: Temperature,
    cold: Temperature,
    *,
    middle: Middle = "qubit",
) -> Annotated[Model, NOT_THERMAL]:
    """Two resonators, each on a bath, with a qubit or a third resonator between them that opens on resonance.

    H = w (a^+ a + b^+ b) + gap c^+ c + g (c^+ (a + b) + h.c.), c the lowering operator of what is between; local
    jumps of the resonators, in which a quantum of heat is w. Natural currents "heat from hot" and "heat from cold",
    positive into the system, opposite at rest. With a resonator between, all quanta are independent and
    J = w int dE/2pi T(E) (n_h - n_c), T = rate^2 |G_ab(E)|^2, G the propagator of the three modes.

    Args:
        levels: states kept of each resonator, >= 2.
        frequency: w of both resonators (...) [energy].
        gap: gap of what is between, which tunes the valve (...) [energy].
        coupling: exchange g of each with what is between (...) [energy], much smaller than w.
        rate: energy damping rate of the resonators (...) [1/time].
        hot: temperature of the bath "hot" on the first resonator (...) [energy].
        cold: temperature of the bath "cold" on the second (...) [energy].
        middle: "qubit" or "resonator", what is between.

    Returns:
        The model, of dimension 2 levels^2 or levels^3. Its `validity` has a line "truncation": over how large a share
        of the quanta the cut at `levels` takes away from a mode at the hotter temperature. At a ratio of 10 the current
        is off by about a tenth.

    Raises:
        ArgumentError: if `middle` is neither word.
        ValueError: if fewer than two levels are kept, or as `local`.

    Reference:
        ronzani2018.

    Example:
        >>> import thermokin as tk
        >>> valve = tk.library.heat_valve(4, 1.0, [1.0, 1.1], 0.01, 0.01, hot=0.3, cold=0.1)
        >>> open_, shut = tk.cumulants(valve, tk.heat(valve, "hot"), order=1).mean
        >>> bool(open_ > 10.0 * shut)
        True
    """
    if not isinstance(middle, str) or middle not in get_args(Middle):
        raise ArgumentError(f'`middle` must be "qubit" or "resonator", got {shown(middle)}.', "middle")
    kept = as_whole(levels, "levels", 2, MOST)
    between = 2 if middle == "qubit" else kept
    sizes = (kept, between, kept)
    first, inner, second = (embed(destroy(size), place, sizes) for place, size in enumerate(sizes))
    energy, splitting, link = (
        positive_numbers(frequency, "frequency")[..., None, None],
        positive_numbers(gap, "gap")[..., None, None],
        factor(coupling, "coupling"),
    )
    common_axes({"frequency": energy.shape[:-2], "gap": splitting.shape[:-2], "coupling": link.shape[:-2]})
    bare = energy * (first.T @ first + second.T @ second) + splitting * (inner.T @ inner)
    hop = inner.T @ (first + second)
    position = destroy(kept) + create(kept)
    contacts = [
        Contact(Bath("hot", hot), embed(position, 0, sizes), Flat(rate)),
        Contact(Bath("cold", cold), embed(position, 2, sizes), Flat(rate)),
    ]
    valve = local(np.asarray(bare + link * (hop + hop.T)), contacts, bare=np.asarray(bare))
    hottest = np.maximum(*(contact.bath.temperature for contact in contacts))
    return told_of_cut(valve, kept, energy[..., 0, 0], hottest, INSTEAD)
