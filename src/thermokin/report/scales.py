"""Logarithmic axes for numbers that fall over many decades."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LABELLED_BETWEEN = (2, 5)
_FEW_DECADES = 2.2
_ROUNDING = 1e-9
_PLAIN_EXPONENTS = range(-2, 4)


def logarithmic_values(ax: Axes, *series: ArrayLike, decades: float = 8.0) -> None:
    """A logarithmic vertical axis that ends a number of decades below the largest value, or at the smallest.

    Where there are numbers and none is positive, the axis stays linear: a logarithmic one would have nothing to show.

    Without an end, a quantity that decays to 1e-300 would flatten all that can be read.

    Args:
        ax: axes, before anything is drawn in them.
        *series: the numbers that will be drawn, of any shape; infinities and numbers at or below zero are left out.
        decades: how far down the axis may reach.

    Raises:
        ValueError: if `decades` is not positive.
    """
    if not decades > 0.0:
        raise ValueError(f"`decades` must be positive, got {decades}.")
    values = np.concatenate([np.ravel(np.asarray(row, dtype=np.float64)) for row in series] or [np.empty(0)])
    usable = values[np.isfinite(values) & (values > 0.0)]
    if values.size and not usable.size:
        return
    # Curves run down to the edge at a zero instead of breaking off.
    ax.set_yscale("log", nonpositive="clip")
    label_powers(ax.yaxis)
    if not usable.size:
        return
    # In logarithms, since the numbers themselves may be near the ends of the floating range.
    top, bottom = float(np.log10(np.max(usable))), float(np.log10(np.min(usable)))
    if top - bottom > decades:
        ax.set_ylim(bottom=10.0 ** max(top - decades, -307.0))


def label_powers(axis: Axis) -> None:
    """Labels of a logarithmic axis: plain numbers near one, powers of ten elsewhere, few between the decades.

    Args:
        axis: an axis whose scale is logarithmic.
    """

    def major(value: float, _: int | None) -> str:
        return _power(value)

    def minor(value: float, _: int | None) -> str:
        low, high = axis.get_view_interval()
        decades = math.log10(high) - math.log10(low) if low > 0.0 else math.inf
        return _power(value) if _is_labelled(value, decades) else ""

    axis.set_major_formatter(FuncFormatter(major))
    axis.set_minor_formatter(FuncFormatter(minor))


def _is_labelled(value: float, decades: float) -> bool:
    """Whether a tick between the decades is named, on an axis over so many decades."""
    if not value > 0.0 or decades >= _FEW_DECADES:
        return False
    mantissa = 10.0 ** (math.log10(value) % 1.0)
    nearest = round(mantissa)
    # Over less than a decade matplotlib may choose ticks that are no multiples of a power: all of them are named.
    return nearest in _LABELLED_BETWEEN or abs(mantissa - nearest) > _ROUNDING


def _power(value: float) -> str:
    if not 0.0 < value < math.inf:  # at the end of the floating range matplotlib proposes ticks beyond it
        return ""
    exponent = math.floor(math.log10(value) + _ROUNDING)
    if exponent in _PLAIN_EXPONENTS:
        return f"{value:.4g}"
    mantissa = f"{10.0 ** (math.log10(value) - exponent):.4g}"
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{mantissa}×{power}"
