"""The three-level maser with the cavity mode that it feeds."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.library.cut_modes import told_if_cut
from thermokin.model.library.maser import DrivenPair, bare_levels, links_of
from thermokin.model.library.rotating_frame import rotating_model
from thermokin.model.library.transition import factor, flip, unit
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.fock import create, destroy, number
from thermokin.operators.tensor import embed

__all__ = ["maser_in_cavity"]

MOST = 200
Levels: TypeAlias = Annotated[int, Parameter(least=3, most=60, levels=lambda kept: 3 * kept, truncates=True)]


@knows_parameters
def maser_in_cavity(
    levels: Levels,
    coupling: Energy,
    hot: Temperature,
    cold: Temperature,
    cavity: Temperature,
    *,
    gap_hot: Gap = 2.5,
    gap_cold: Gap = 1.0,
    rate_hot: Rate = 0.01,
    rate_cold: Rate = 0.01,
    rate_cavity: Rate = 0.001,
    pump: Energy = 0.0,
    detuning: Energy = 0.0,
    driven_pair: DrivenPair = "upper",
) -> Annotated[Model, NOT_THERMAL]:
    """The three-level maser with one pair on resonance with a cavity mode, which may be pumped.

    The hot bath links 0-2. With the upper pair in the cavity the cold bath links 0-1 and the mode exchanges quanta with
    1-2; with the lower pair the cold bath links 1-2 and the mode 0-1. The mode has the frequency gap_hot - gap_cold,
    H = coupling (a^+ |l><u| + a |u><l|) + pump (a + a^+) + detuning |u><u| in the rotating frame, l and u the lower and
    the upper level of the pair. Energy is counted with the bare levels and the mode, so that quanta of heat are
    gap_hot, gap_cold and their difference: "heat from hot", "heat from cold" and "heat from cavity", positive into the
    system. Without a pump no work is done and heats are as gap_hot : -gap_cold : -(gap_hot - gap_cold) at rest; "power"
    is what the pump takes out. A classical field in place of the mode makes `three_level_maser` with
    drive = coupling |<a>|, where <a> = -2 i pump / rate_cavity if the maser hardly acts back.

    Args:
        levels: states kept of the mode, >= 2. `validity` has a line "truncation" where they are too few for the
            temperature of the cavity; what pump and maser add, `truncated_cumulants` shows.
        coupling: of one atom and one photon, g (...) [energy], much smaller than the gaps.
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].
        cavity: temperature of the bath "cavity", into which the mode leaks (...) [energy].
        gap_hot: gap that the hot bath sees (...) [energy], above the cold one.
        gap_cold: gap that the cold bath sees (...) [energy], > 0.
        rate_hot: zero-temperature emission rate into the hot bath (...) [1/time].
        rate_cold: zero-temperature emission rate into the cold bath (...) [1/time].
        rate_cavity: energy damping rate of the mode (...) [1/time].
        pump: amplitude by which the mode is driven on resonance (...) [energy].
        detuning: of the atom above the mode (...) [energy].
        driven_pair: "upper" or "lower", which two levels the mode couples.

    Returns:
        The model of dimension 3 levels, the atom the most significant part.

    Raises:
        ArgumentError: if the gaps do not ascend, or the pair is none of the two.
        ValueError: if fewer than two levels are kept or leading axes do not broadcast, or as `Bath` and `Flat`.

    Reference:
        scovil1959, kalaee2021.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.library.maser_in_cavity(8, 0.01, hot=5.0, cold=0.5, cavity=0.3)
        >>> heats = [float(tk.cumulants(maser, tk.heat(maser, name), order=1).mean) for name in ("hot", "cavity")]
        >>> round(heats[1] / heats[0], 9)
        -0.6
    """
    links = links_of(driven_pair)
    kept = as_whole(levels, "levels", 2, MOST)
    wide, narrow = finite_numbers(gap_hot, "gap_hot"), finite_numbers(gap_cold, "gap_cold")
    link, field, offset = factor(coupling, "coupling"), factor(pump, "pump"), factor(detuning, "detuning")
    common_axes(
        {
            "coupling": link.shape[:-2],
            "gap_hot": wide.shape,
            "gap_cold": narrow.shape,
            "pump": field.shape[:-2],
            "detuning": offset.shape[:-2],
        }
    )
    if not ((narrow > 0.0) & (wide > narrow)).all():
        raise ArgumentError("`gap_hot` must be > `gap_cold`, and that > 0.", "gap_hot")
    sizes = (3, kept)
    mode = embed(destroy(kept), 1, sizes)
    lower, upper = links.drive
    falling, top = embed(unit(3, lower, upper), 0, sizes), embed(unit(3, upper, upper), 0, sizes)
    quantum = (wide - narrow)[..., None, None] * embed(number(kept), 1, sizes)
    bare = embed(bare_levels(links, wide, narrow), 0, sizes) + quantum
    hop = mode.T @ falling
    turning = link * (hop + hop.T) + field * (mode + mode.T) + offset * top
    contacts = [
        Contact(Bath("hot", hot), embed(flip(3, *links.hot), 0, sizes), Flat(rate_hot)),
        Contact(Bath("cold", cold), embed(flip(3, *links.cold), 0, sizes), Flat(rate_cold)),
        Contact(Bath("cavity", cavity), embed(destroy(kept) + create(kept), 1, sizes), Flat(rate_cavity)),
    ]
    gaps, fields = (narrow, wide - narrow), {"coupling": link[..., 0, 0], "pump": field[..., 0, 0]}
    maser = rotating_model(np.asarray(bare), np.asarray(turning), contacts, gaps, fields)
    return told_if_cut(maser, kept, wide - narrow, contacts[2].bath.temperature)
