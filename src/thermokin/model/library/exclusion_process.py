"""The exclusion process: particles that hop along a line, one at most on a site, between two reservoirs."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._errors import ArgumentError
from thermokin.model.bath import finite_numbers
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Parameter, knows_parameters
from thermokin.model.rates import rates
from thermokin.operators.as_numbers import as_whole, common_axes

__all__ = ["exclusion_process"]

MOST_SITES = 11
Hop: TypeAlias = Annotated[ArrayLike, Parameter("1/time", least=0.0)]


@knows_parameters
def exclusion_process(
    sites: Annotated[int, Parameter(least=2, most=10, levels=lambda sites: 2**sites)],
    enter_left: Hop,
    leave_right: Hop,
    *,
    leave_left: Hop = 0.0,
    enter_right: Hop = 0.0,
    forward: Hop = 1.0,
    backward: Hop = 1.0,
) -> Annotated[Model, NOT_THERMAL]:
    """Symmetric (forward = backward) or asymmetric exclusion on a line of n sites between two reservoirs.

    A particle hops to the right at the rate `forward`, to the left at `backward`, onto empty sites alone; the
    reservoirs fill and empty the end sites. The current "entering" counts particles that enter from the left less those
    that leave there. With unit rates of hopping, reservoirs of densities r_l = enter / (enter + leave), r_r alike and
    a = 1 / (enter_left + leave_left), b = 1 / (enter_right + leave_right), the symmetric process carries
    J = (r_l - r_r) / (n - 1 + a + b); between 1 and 0 with a = b = 1 its D / J is (1 + 1 / (n + 1)) / 3. The totally
    asymmetric one (backward = 0, all rates 1) carries (n + 2) / (2 (2 n + 1)).

    Args:
        sites: n >= 2.
        enter_left: rate from the left reservoir onto an empty first site (...) [1/time].
        leave_right: rate from a full last site into the right reservoir (...) [1/time].
        leave_left: rate from a full first site into the left reservoir (...) [1/time].
        enter_right: rate from the right reservoir onto an empty last site (...) [1/time].
        forward: rate of a hop to the right (...) [1/time].
        backward: rate of a hop to the left (...) [1/time].

    Returns:
        The model of dimension 2^n, populations alone, without baths. The first site is the most significant digit of
        a state, 1 if it is full.

    Raises:
        ArgumentError: if a rate is negative, or nothing enters or leaves.
        ValueError: if there are fewer than two sites, or leading axes do not broadcast.

    Reference:
        derrida2004, derrida1993.

    Example:
        >>> import thermokin as tk
        >>> line = tk.library.exclusion_process(8, enter_left=1.0, leave_right=1.0)
        >>> entering = tk.cumulants(line, tk.current(line, "entering"))
        >>> round(float(entering.mean), 12), round(float(entering.noise / entering.mean), 12)
        (0.111111111111, 0.37037037037)
    """
    count = as_whole(sites, "sites", 2, MOST_SITES)
    given = {
        "enter_left": enter_left,
        "leave_left": leave_left,
        "enter_right": enter_right,
        "leave_right": leave_right,
        "forward": forward,
        "backward": backward,
    }
    numbers = {name: finite_numbers(value, name) for name, value in given.items()}
    axes = common_axes({name: value.shape for name, value in numbers.items()})
    for name, value in numbers.items():
        if (value < 0.0).any():
            raise ArgumentError(f"`{name}` must be >= 0, got {value.min():g}.", name)
    for way in ("enter", "leave"):
        if not (numbers[f"{way}_left"] + numbers[f"{way}_right"] > 0.0).all():
            raise ArgumentError(f"`{way}_left` or `{way}_right` must be > 0: nothing would {way}.", f"{way}_left")
    matrix, entering = np.zeros((*axes, 2**count, 2**count)), np.zeros((2**count, 2**count))
    for name, ends, counted in _moves(count):
        matrix[..., ends[1], ends[0]] += numbers[name][..., None]
        entering[ends[1], ends[0]] += counted
    return rates(matrix, weights={"entering": entering})


def _moves(count: int) -> list[tuple[str, tuple[NDArray[np.int64], NDArray[np.int64]], float]]:
    """Every kind of move: its name, the states before and after, and what it counts of "entering"."""
    states = np.arange(2**count)
    first, last = 1 << (count - 1), 1
    full = {site: (states & site) > 0 for site in (first, last)}

    def turned(where: NDArray[np.bool_], mask: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return states[where], states[where] ^ mask

    found = [
        ("enter_left", turned(~full[first], first), 1.0),
        ("leave_left", turned(full[first], first), -1.0),
        ("enter_right", turned(~full[last], last), 0.0),
        ("leave_right", turned(full[last], last), 0.0),
    ]
    for place in range(count - 1):
        left, right = 1 << (count - 1 - place), 1 << (count - 2 - place)
        here, there = (states & left) > 0, (states & right) > 0
        found.append(("forward", turned(here & ~there, left | right), 0.0))
        found.append(("backward", turned(there & ~here, left | right), 0.0))
    return found
