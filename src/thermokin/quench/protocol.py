"""Quenches: a Gibbs state put on a bath at another temperature, and the pairs that compare heating with cooling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import NotConvergedError, UnreachableDistanceError
from thermokin._typing import FloatArray
from thermokin.model.bath import real_numbers
from thermokin.model.in_words import number_in_words
from thermokin.model.model import Model
from thermokin.motion.initial import Gibbs, Initial, thermal_energies
from thermokin.operators.distance import Distance, RelativeEntropy, require_distance
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["AtTemperature", "Quench", "QuenchPair", "equidistant", "reciprocal"]

SAME = 1e-12  # relative difference of two temperatures that is rounding

AtTemperature = Callable[[FloatArray], Model]
"""A function from the temperature of the bath to the model on it."""


@dataclass(frozen=True, eq=False)
class Quench:
    """An initial state put on the baths of a model.

    Args:
        name: "heating", "cooling", or what it is.
        model: the model, its bath at the final temperature.
        initial: where it starts, as in `evolve`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> quench = tk.Quench("heating", tk.library.qubit(gap=1.0, rate=0.01, temperature=2.0), tk.Gibbs(0.5))
        >>> tk.evolve(quench.model, quench.initial, [0.0, 1e4]).populations[:, 1].round(8)
        array([0.11920292, 0.37754067])
        >>> [round(1.0 / (math.exp(1.0 / warmth) + 1.0), 8) for warmth in (0.5, 2.0)]
        [0.11920292, 0.37754067]
    """

    name: str
    model: Model
    initial: Initial

    def __repr__(self) -> str:
        start = repr(self.initial) if isinstance(self.initial, Gibbs) else "a given state"
        return f"Quench {self.name!r} from {start}: {self.model!r}"


@dataclass(frozen=True, eq=False)
class QuenchPair:
    """A heating and a cooling quench to be compared.

    Args:
        heating: from cold to hot.
        cooling: from hot to cold.
        protocol: "reciprocal", "equidistant", or a name of one's own.
        temperatures: the temperatures by name, each (...) [energy].

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> hot, cold = (tk.library.qubit(gap=1.0, rate=0.01, temperature=warmth) for warmth in (2.0, 0.5))
        >>> there, back = tk.Quench("heating", hot, tk.Gibbs(0.5)), tk.Quench("cooling", cold, tk.Gibbs(2.0))
        >>> pair = tk.QuenchPair(there, back, "mine", {"cold": np.array(0.5), "hot": np.array(2.0)})
        >>> found = tk.compare(pair, [0.0, 50.0])
        >>> [round(float(one.total_heat), 6) for one in (found.heating, found.cooling)]
        [0.258338, -0.258338]
    """

    heating: Quench
    cooling: Quench
    protocol: str
    temperatures: dict[str, FloatArray]

    def __repr__(self) -> str:
        warmth = ", ".join(f"{name} {number_in_words(np.asarray(one))}" for name, one in self.temperatures.items())
        return f"QuenchPair {self.protocol!r}: {warmth}\n  {self.heating!r}\n  {self.cooling!r}"


def reciprocal(family: AtTemperature, cold: ArrayLike, hot: ArrayLike) -> QuenchPair:
    """Two temperatures exchanged: Gibbs(cold) on a bath at hot, and Gibbs(hot) on a bath at cold.

    Each starts where the other ends, if the steady state of the model is the Gibbs state of its counted energy: not
    where a drive or a detuned local coupling holds it elsewhere.

    Args:
        family: makes the model from its bath's temperature.
        cold: (...) [energy], >= 0.
        hot: (...) [energy], > cold.

    Returns:
        The pair; leading axes broadcast.

    Raises:
        ValueError: if the temperatures are not ordered, or the family ignores its temperature.
        TypeError: if the family does not return a Model.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> pair = tk.reciprocal(qubit, cold=0.5, hot=2.0)
        >>> [round(float(tk.modes(one.model).gap), 6) for one in (pair.heating, pair.cooling)]  # rate coth(gap / 2 T)
        [0.04083, 0.01313]
    """
    low, high = real_numbers(cold, "cold"), real_numbers(hot, "hot")
    _ordered(low, high, "cold", "hot")
    return QuenchPair(
        heating=Quench("heating", _made(family, high, "hot"), Gibbs(low)),
        cooling=Quench("cooling", _made(family, low, "cold"), Gibbs(high)),
        protocol="reciprocal",
        temperatures={"cold": low, "hot": high},
    )


def equidistant(
    family: AtTemperature, target: ArrayLike, cold: ArrayLike, *, distance: Distance | None = None
) -> QuenchPair:
    """Two starts at one distance from a common target: Gibbs(cold) and its hot partner, both on a bath at the target.

    Args:
        family: makes the model from its bath's temperature.
        target: temperature of the bath (...) [energy], > 0.
        cold: colder start (...) [energy], >= 0, < target.
        distance: in which the starts are equally far from the target; `RelativeEntropy()`, D(start || target), if None.

    Returns:
        The pair; `temperatures["hot"]` is the partner that was found.

    Raises:
        NotConvergedError: if the root search fails.
        UnreachableDistanceError: if even the start at infinite temperature is closer than the cold one; it carries the
            largest distance that can be reached.
        ValueError: if the temperatures are not ordered, doubles do not tell `cold` from `target` by the distance, or
            the family ignores its temperature.
        TypeError: if the family does not return a Model.

    Reference:
        lapolla2020.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> pair = tk.equidistant(tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01}), target=1.0, cold=0.5)
        >>> warmths = 0.5, float(pair.temperatures["hot"]), 1.0
        >>> cold, hot, target = (tk.operators.gibbs(np.diag([0.0, 1.0]), warmth) for warmth in warmths)
        >>> [round(float(tk.distances.relative_entropy(start, target)), 8) for start in (cold, hot)]
        [0.06713075, 0.06713075]
    """
    middle, low = real_numbers(target, "target"), real_numbers(cold, "cold")
    _ordered(low, middle, "cold", "target")
    measure = RelativeEntropy() if distance is None else distance
    require_distance(measure, "distance")
    model = _made(family, middle, "target")
    high = _partner(thermal_energies(model), middle, low, measure)
    return QuenchPair(
        heating=Quench("heating", model, Gibbs(low)),
        cooling=Quench("cooling", model, Gibbs(high)),
        protocol="equidistant",
        temperatures={"cold": low, "hot": high, "target": middle},
    )


def _ordered(low: FloatArray, high: FloatArray, lower: str, upper: str) -> None:
    if not np.isfinite(high).all():
        raise ValueError(f"`{upper}` must be finite.")
    if (low < 0.0).any():
        raise ValueError(f"`{lower}` must be >= 0, got {low.min():g}.")
    wrong = np.broadcast_arrays(low >= high, low, high)
    if wrong[0].any():
        where = tuple(int(i) for i in np.argwhere(wrong[0])[0])
        raise ValueError(
            f"`{lower}` must be below `{upper}`, got {lower} {wrong[1][where]:g} and {upper} {wrong[2][where]:g}."
        )


def _made(family: AtTemperature, temperature: FloatArray, name: str) -> Model:
    try:
        model = family(temperature)
    except Exception as error:
        shown = f"{temperature:g}" if temperature.ndim == 0 else f"{temperature.min():g} ... {temperature.max():g}"
        error.add_note(f"raised by the family of models at `{name}` = {shown}")
        raise
    if not isinstance(model, Model):
        raise TypeError(f"the family of models must return a Model, got {model!r}.")
    for bath in model.baths:
        if not np.allclose(bath.temperature, temperature, rtol=SAME, atol=0.0):
            raise ValueError(
                f"the family of models must put its bath at the temperature it is given, but bath {bath.name!r} has "
                f"{np.ravel(bath.temperature)[0]:g} at `{name}` = {np.ravel(temperature)[0]:g}."
            )
    return model


def _partner(energies: FloatArray, target: FloatArray, cold: FloatArray, distance: Distance) -> FloatArray:
    """The hot temperature at the distance of the cold one, found in the inverse temperature 0 <= 1/T < 1/target."""
    from scipy.optimize import elementwise  # takes longer to load than most of what is asked

    batch = np.broadcast_shapes(energies.shape[:-1], target.shape, cold.shape)
    levels = np.broadcast_to(energies, (*batch, energies.shape[-1])).reshape(-1, energies.shape[-1])
    middle, low = (np.broadcast_to(value, batch).reshape(-1) for value in (target, cold))
    final = gibbs_populations(levels, middle)
    wanted = distance.between_populations(gibbs_populations(levels, low), final)
    largest = distance.between_populations(gibbs_populations(levels, np.full_like(middle, np.inf)), final)
    if (wanted >= largest).any():
        point = int(np.argmax(wanted >= largest))
        raise UnreachableDistanceError(
            f"no start hotter than target {middle[point]:g} is as far from it as cold {low[point]:g}: the "
            f"{distance.name} is {wanted[point]:.6g}, and the largest that can be reached, at infinite temperature, is "
            f"{largest[point]:.6g}; raise `cold` or lower `target`.",
            float(largest[point]),
        )

    def excess(inverse: FloatArray, point: FloatArray) -> FloatArray:
        chosen = point.astype(np.int64)
        with np.errstate(divide="ignore"):
            temperature = 1.0 / inverse
        state = gibbs_populations(levels[chosen], temperature)
        return distance.between_populations(state, final[chosen]) - wanted[chosen]

    found = elementwise.find_root(
        excess, (np.zeros_like(middle), 1.0 / middle), args=(np.arange(middle.size, dtype=float),)
    )
    if not found.success.all():
        raise NotConvergedError(
            f"the search for the hot partner left {float(np.abs(found.f_x).max()):.1e} of distance.",
            float(np.abs(found.f_x).max()),
            "Take `cold` farther from `target`.",
        )
    hot = 1.0 / found.x
    _require_apart(hot, middle, low, wanted, distance)
    return np.asarray(hot.reshape(batch))


def _require_apart(
    hot: FloatArray, target: FloatArray, cold: FloatArray, wanted: FloatArray, distance: Distance
) -> None:
    """Refuses starts that doubles do not tell from the target: their partner would be the target itself."""
    if (hot > target).all():
        return
    point = int(np.argmin(hot > target))
    raise ValueError(
        f"`cold` must be told from `target` by the {distance.name}, which is {wanted[point]:.1e} between "
        f"{cold[point]:.17g} and {target[point]:.17g} and has no digit: take `cold` lower, or `target` where more than "
        "one level is populated."
    )
