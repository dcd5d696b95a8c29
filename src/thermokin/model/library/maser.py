"""The three-level maser: a heat engine of three levels between two baths and a drive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal, get_args

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, finite_numbers
from thermokin.model.contact import Contact
from thermokin.model.library.rotating_frame import rotating_model
from thermokin.model.library.transition import flip
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import common_axes, shown

__all__ = ["DrivenPair", "Links", "bare_levels", "links_of", "three_level_maser"]

Pair = tuple[int, int]
DrivenPair = Literal["upper", "lower"]


@dataclass(frozen=True)
class Links:
    """Which two levels each bath and the drive connect."""

    hot: Pair
    cold: Pair
    drive: Pair


_LINKS: Mapping[str, Links] = MappingProxyType(
    {"upper": Links(hot=(0, 2), cold=(0, 1), drive=(1, 2)), "lower": Links(hot=(0, 2), cold=(1, 2), drive=(0, 1))}
)


@knows_parameters
def three_level_maser(
    drive: Energy,
    hot: Temperature,
    cold: Temperature = 1.0,
    *,
    gap_hot: Gap = 2.5,
    gap_cold: Gap = 1.0,
    rate_hot: Rate = 0.01,
    rate_cold: Rate = 0.01,
    detuning: Energy = 0.0,
    driven_pair: DrivenPair = "upper",
) -> Annotated[Model, NOT_THERMAL]:
    """The three-level maser in the frame that rotates with its drive.

    The hot bath links the outer levels 0 and 2. With the upper pair driven the cold bath links 0-1 and a field drives
    1-2; with the lower pair driven the cold bath links 1-2 and the field drives 0-1. In the rotating frame
    H = drive (|l><u| + |u><l|) + detuning |u><u|, with l and u the lower and the upper level of the driven pair. Energy
    is counted with the bare levels, so that a quantum of heat is a whole gap and the drive takes the difference.

    With u_b = G_b n_b, d_b = G_b (n_b + 1), g / 2 the decay of the driven pair's coherence, g = d_h + d_c if the upper
    pair is driven, u_h + u_c if the lower one is, and W = 4 drive^2 g / (g^2 + 4 detuning^2), the cycles per time are
    J = W (u_h d_c - d_h u_c) / N, N = d_h d_c + u_c d_h + u_h d_c + W (d_h + d_c + 2 u_h + 2 u_c) with the upper pair;
    with the lower one u and d change places in N. "heat from hot" is J gap_hot, "heat from cold" -J gap_cold, "power"
    J (gap_hot - gap_cold): an engine of efficiency 1 - gap_cold / gap_hot where J > 0, a refrigerator of coefficient
    gap_cold / (gap_hot - gap_cold) where J < 0; between, at gap_hot / hot = gap_cold / cold, it stalls at Carnot's.

    Args:
        drive: half the Rabi frequency (...) [energy], much smaller than the gaps.
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].
        gap_hot: gap that the hot bath sees (...) [energy], above the cold one.
        gap_cold: gap that the cold bath sees (...) [energy], > 0.
        rate_hot: zero-temperature emission rate into the hot bath (...) [1/time].
        rate_cold: zero-temperature emission rate into the cold bath (...) [1/time].
        detuning: of the levels from the drive, gap_hot - gap_cold less its frequency (...) [energy].
        driven_pair: "upper" or "lower", which two levels the field drives.

    Returns:
        The model of dimension 3.

    Raises:
        ArgumentError: if the gaps do not ascend, or the pair is none of the two.
        ValueError: if leading axes do not broadcast, or as `Bath` and `Flat`.
        TypeError: if an argument does not hold real numbers.

    Reference:
        scovil1959, kalaee2021.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.library.three_level_maser(drive=0.02, hot=6.0, driven_pair="lower")
        >>> found = tk.figures_of_merit(maser)
        >>> str(found.does), round(float(found.efficiency), 12)
        ('engine', 0.6)
    """
    links = links_of(driven_pair)
    wide, narrow = finite_numbers(gap_hot, "gap_hot"), finite_numbers(gap_cold, "gap_cold")
    field, offset = finite_numbers(drive, "drive"), finite_numbers(detuning, "detuning")
    baths = {"hot": Bath("hot", hot), "cold": Bath("cold", cold)}
    rates = {"hot": finite_numbers(rate_hot, "rate_hot"), "cold": finite_numbers(rate_cold, "rate_cold")}
    common_axes(
        {
            "drive": field.shape,
            **{name: bath.batch_shape for name, bath in baths.items()},
            "gap_hot": wide.shape,
            "gap_cold": narrow.shape,
            **{f"rate_{name}": rate.shape for name, rate in rates.items()},
            "detuning": offset.shape,
        }
    )
    if not ((narrow > 0.0) & (wide > narrow)).all():
        raise ArgumentError("`gap_hot` must be > `gap_cold`, and that > 0.", "gap_hot")
    contacts = [Contact(baths[name], flip(3, *getattr(links, name)), Flat(rates[name])) for name in ("cold", "hot")]
    bare = bare_levels(links, wide, narrow)
    lower, upper = links.drive
    turning = np.zeros((*np.broadcast_shapes(field.shape, offset.shape), 3, 3), dtype=np.complex128)
    turning[..., lower, upper] = turning[..., upper, lower] = field
    turning[..., upper, upper] = offset
    return rotating_model(bare, turning, contacts, (narrow, wide - narrow), {"drive": field})


def links_of(driven_pair: str) -> Links:
    """Who links whom if this pair is driven.

    Args:
        driven_pair: "upper" or "lower".

    Returns:
        The links.

    Raises:
        ArgumentError: if it is neither.
    """
    if not isinstance(driven_pair, str) or driven_pair not in _LINKS:
        names = " or ".join(f'"{name}"' for name in get_args(DrivenPair))
        raise ArgumentError(f"`driven_pair` must be {names}, got {shown(driven_pair)}.", "driven_pair")
    return _LINKS[driven_pair]


def bare_levels(links: Links, wide: FloatArray, narrow: FloatArray) -> np.ndarray:
    """The levels without the drive, the lowest at 0.

    Args:
        links: who links whom.
        wide: gap that the hot bath sees (...) [energy].
        narrow: gap that the cold bath sees (...) [energy].

    Returns:
        (..., 3, 3) [energy].
    """
    bare = np.zeros((*np.broadcast_shapes(wide.shape, narrow.shape), 3, 3), dtype=np.complex128)
    bare[..., 1, 1] = narrow if links.cold[0] == 0 else wide - narrow
    bare[..., 2, 2] = wide
    return bare
