"""The spin chain between two ends that are pumped up and down, with dephasing inside."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import finite_numbers, positive_numbers
from thermokin.model.channel import Channel
from thermokin.model.library.named_weights import with_weights
from thermokin.model.library.transition import factor
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Number, Parameter, Rate, knows_parameters
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["boundary_driven_chain"]

MOST_SITES = 12
Bias: TypeAlias = Annotated[ArrayLike, Parameter(least=-1.0, most=1.0)]
Dephasing: TypeAlias = Annotated[ArrayLike, Parameter("1/time", least=0.0)]


@knows_parameters
def boundary_driven_chain(
    sites: Annotated[int, Parameter(least=2, most=10, levels=lambda sites: 2**sites)],
    rate: Rate,
    bias: Bias,
    *,
    anisotropy: Number = 0.0,
    coupling: Energy = 1.0,
    dephasing: Dephasing = 0.0,
) -> Annotated[Model, NOT_THERMAL]:
    """XXZ, or XX with dephasing, between ends at infinite temperature and opposite magnetisation.

    H = coupling sum_i (sigma^x sigma^x + sigma^y sigma^y + anisotropy sigma^z sigma^z)_{i,i+1}. Jumps
    sqrt(rate (1 + bias)) sigma^+, sqrt(rate (1 - bias)) sigma^- at the left end, mirrored at the right one, and
    sqrt(dephasing / 2) sigma^z on every site. The current "magnetisation" is what the left end puts in, 2 for each spin
    that it turns up. Of XX (anisotropy 0, coupling 1) it is 8 bias / (rate + 4 / rate + (n - 1) dephasing), ballistic
    without dephasing and diffusive with it. No bath stands behind the jumps: "entropy_flow" takes the logarithm of
    (1 + bias) / (1 - bias) for each, infinite at |bias| = 1.

    Args:
        sites: how many spins, n >= 2.
        rate: of the ends (...) [1/time].
        bias: -1 to 1 (...); at 1 the left end only turns up and the right one only down.
        anisotropy: of the exchange along z (...).
        coupling: exchange (...) [energy].
        dephasing: of every site (...) [1/time], >= 0.

    Returns:
        The model of dimension 2^n, without baths.

    Raises:
        ArgumentError: if the bias is out of range, or the dephasing negative.
        ValueError: if there are fewer than two sites or leading axes do not broadcast.

    Reference:
        znidaric2010, znidaric2011, znidaric2014.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.library.boundary_driven_chain(3, rate=1.0, bias=0.3)
        >>> round(float(tk.cumulants(chain, tk.current(chain, "magnetisation"), order=1).mean), 12)
        0.48
    """
    count = as_whole(sites, "sites", 2, MOST_SITES)
    speed, lean, lost = (
        positive_numbers(rate, "rate"),
        finite_numbers(bias, "bias"),
        finite_numbers(dephasing, "dephasing"),
    )
    link, ratio = factor(coupling, "coupling"), factor(anisotropy, "anisotropy")
    common_axes(
        {
            "rate": speed.shape,
            "bias": lean.shape,
            "dephasing": lost.shape,
            "coupling": link.shape[:-2],
            "anisotropy": ratio.shape[:-2],
        }
    )
    if (np.abs(lean) > 1.0).any():
        raise ArgumentError("`bias` must be from -1 to 1.", "bias")
    if (lost < 0.0).any():
        raise ArgumentError(f"`dephasing` must be >= 0, got {lost.min():g}.", "dephasing")
    jumps = _ends(count, speed, lean)
    channels = [Channel(jump, None) for jump, _ in jumps]
    weights = [2.0 * turned for _, turned in jumps]
    if lost.any():
        strength = np.sqrt(0.5 * lost)[..., None, None]
        channels += [Channel(strength * _on(pauli().z, site, count), None) for site in range(count)]
        weights += [0.0] * count
    model = Model(np.asarray(link * _exchange(count, ratio)), channels)
    return with_weights(model, {"magnetisation": np.asarray(weights)})


def _on(operator: ComplexArray, site: int, count: int) -> ComplexArray:
    return embed(operator, site, (2,) * count)


def _exchange(count: int, ratio: FloatArray) -> ComplexArray:
    sigma = pauli()
    bonds = {
        axis: sum(_on(one, site, count) @ _on(one, site + 1, count) for site in range(count - 1))
        for axis, one in (("x", sigma.x), ("y", sigma.y), ("z", sigma.z))
    }
    return np.asarray(bonds["x"] + bonds["y"] + ratio * bonds["z"])


def _ends(count: int, speed: FloatArray, lean: FloatArray) -> list[tuple[ComplexArray, float]]:
    """The jumps of both ends that happen anywhere, with the spins that each turns up at the left end."""
    lower = pauli().minus
    found = []
    for site, sign in ((0, 1.0), (count - 1, -1.0)):
        for flip, up in ((lower.conj().T, 1.0), (lower, -1.0)):
            share = speed * (1.0 + up * sign * lean)
            if share.any():
                jump = np.sqrt(share)[..., None, None] * _on(flip, site, count)
                found.append((np.asarray(jump), up if site == 0 else 0.0))
    return found
