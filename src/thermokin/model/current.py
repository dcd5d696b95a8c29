"""A current: one weight per jump channel, so that heat, particles, entropy and activity are one kind of thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray, OperatorLike
from thermokin._verbs import verb
from thermokin.model.current_checks import mean_rate
from thermokin.model.jump_entropy import heat_weights, jump_entropy
from thermokin.model.model import Model, require_model
from thermokin.model.weighed_current import WeighedCurrent
from thermokin.operators.as_numbers import as_real, require_moderate, shown

__all__ = ["Current", "activity", "current", "energy", "entropy_flow", "heat", "own", "particles"]


@dataclass(frozen=True, eq=False, repr=False)
class Current(WeighedCurrent):
    """The amount sum_k c_k N_k that jumps have exchanged, N_k the number of jumps of channel k.

    Currents of one model can be added and subtracted, also by `sum`, and multiplied and divided by real numbers or
    arrays of them over the leading axes. A current plus a number is none, the number 0 excepted.

    Args:
        name: what it counts.
        weights: c_k (..., k), one per channel.
        model: the model whose channels it weighs.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> hot, cold = tk.heat(pair, "hot"), tk.heat(pair, "cold")
        >>> [round(1e4 * float(tk.cumulants(pair, one).noise), 6) for one in (hot, -cold, (hot - cold) / 2.0)]
        [6.148959, 6.148959, 6.148959]
    """

    model: Model

    @property
    def is_odd(self) -> bool:
        """Whether every jump counts opposite to the jump that undoes it (currents yes, activity no)."""
        reverse = self.model.table.reverse
        weights = np.where(reverse >= 0, self.weights[..., reverse], 0.0)
        return bool(np.array_equal(np.where(reverse >= 0, self.weights, weights), -weights))

    def mean(self, rho: OperatorLike) -> FloatArray:
        """Mean rate in a state, sum_k c_k tr(L_k rho L_k^+).

        Args:
            rho: density matrix (..., d, d) in the user's basis, or a steady state.

        Returns:
            (...) [amount/time], NaN where the steady state is. Where a jump happens that counts infinitely it is
            infinite; one that happens no more than rounding of the state says counts nothing.

        Raises:
            ValueError: if rho is not a density matrix of the model's dimension.
            TypeError: if rho is not an array of numbers.
        """
        return mean_rate(self.model, self.weights, rho)


def own(current: object, model: Model) -> Current:
    """The current, seen to be one of this model.

    Args:
        current: what was given as a current.
        model: the model in which it is asked for.

    Returns:
        The current.

    Raises:
        TypeError: if it is not a current.
        ValueError: if it belongs to another model.
    """
    if not isinstance(current, Current):
        raise TypeError(f"`current` must be a Current, such as heat(model), got {current!r}.")
    if current.model is not model:
        raise ValueError(f"current {current.name!r} belongs to another model; make it from this one.")
    return current


def _of_jumps(name: str, weights: Callable[[], FloatArray], model: Model, bath: str | None) -> Current:
    """The current that a kind of weights (..., k) makes, of one bath or of all."""
    require_model(model)
    if bath is None:
        return Current(name, weights(), model)
    if not isinstance(bath, str):
        raise TypeError(f"`bath` must be the name of a bath or None, got {shown(bath)}.")
    mine = model.table.bath == model.bath_position(bath)
    counted = weights() if mine.all() else np.where(mine, weights(), 0.0)
    return Current(f"{name} from {bath}", counted, model)


@verb
def current(model: Model, weights: ArrayLike | str, *, name: str | None = None) -> Current:
    """A current of weights of one's own.

    Args:
        model: the model.
        weights: c_k (..., k), what a jump of each channel counts; or the name of weights that the model carries (those
            of a classical process, see `rates`).
        name: what it counts, for messages and reports.

    Returns:
        The current.

    Raises:
        ValueError: if there is not one finite weight for each channel, or the model carries no weights of that name.
        TypeError: if an argument is of the wrong type.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.02, temperature=1.0)
        >>> photons = tk.current(qubit, [float(jump.energy < 0.0) for jump in qubit.channels], name="emitted photons")
        >>> mean, noise = tk.cumulants(qubit, photons).values
        >>> excited = 1.0 / (1.0 + math.e)
        >>> round(float(noise / mean), 8), round(1.0 - 2.0 * excited * (1.0 - excited), 8)  # antibunched
        (0.60677613, 0.60677613)
    """
    require_model(model)
    if name is not None and not isinstance(name, str):
        raise TypeError(f"`name` of a current must be a string, got {shown(name)}.")
    if isinstance(weights, str):
        if weights not in model.named_weights:
            known = ", ".join(map(repr, model.named_weights)) or "none"
            raise ValueError(f"`weights` must be an array or a name the model knows ({known}), got {weights!r}.")
        return Current(weights if name is None else name, model.named_weights[weights], model)
    values = as_real(weights, "weights")
    require_moderate(values, "weights")
    values.flags.writeable = False
    if values.shape[-1:] != (model.table.size,):
        raise ValueError(
            f"`weights` must have shape (..., {model.table.size}), one per channel of the model, got {values.shape}."
        )
    _broadcast_with(values, model)
    return Current("current" if name is None else name, values, model)


def _broadcast_with(values: FloatArray, model: Model) -> None:
    try:
        np.broadcast_shapes(values.shape[:-1], model.batch_shape)
    except ValueError:
        raise ValueError(
            f"the leading axes {values.shape[:-1]} of `weights` do not broadcast with those of the model, "
            f"{model.batch_shape}."
        ) from None


@verb
def energy(model: Model, bath: str | None = None) -> Current:
    """Energy that jumps give to the system.

    Args:
        model: the model.
        bath: the bath it comes from; all if None.

    Returns:
        The current [energy].

    Raises:
        ValueError: if no bath has that name.
        TypeError: if an argument is of the wrong type.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> rest = tk.steady_state(pair)
        >>> [round(1e4 * float(tk.energy(pair, bath).mean(rest)), 6) for bath in ("hot", "cold")]
        [1.522444, -1.522444]
    """
    return _of_jumps("energy", lambda: model.table.energy, model, bath)


@verb
def particles(model: Model, bath: str | None = None) -> Current:
    """Particles that jumps give to the system.

    Args:
        model: the model.
        bath: the bath they come from; all if None.

    Returns:
        The current.

    Raises:
        ValueError, TypeError: as `energy`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> dot = tk.library.single_dot(0.0, 1.0, 1.0, potential_left=1.0, rate_left=0.01, rate_right=0.03)
        >>> found = tk.particles(dot, "left").mean(tk.steady_state(dot))
        >>> round(float(found), 8), round(0.01 * 0.03 / 0.04 * (1.0 / (1.0 + math.exp(-1.0)) - 0.5), 8)
        (0.00173294, 0.00173294)
    """
    return _of_jumps("particles", lambda: model.table.particles, model, bath)


@verb
def heat(model: Model, bath: str | None = None) -> Current:
    """Heat that jumps give to the system: energy - mu particles, from baths only.

    Args:
        model: the model.
        bath: the bath it comes from; all if None.

    Returns:
        The current [energy].

    Raises:
        ValueError, TypeError: as `energy`.

    Example:
        >>> import thermokin as tk
        >>> dot = tk.library.single_dot(1.5, left=1.0, right=0.5, potential_right=0.3)
        >>> rest = tk.steady_state(dot)
        >>> heat, particles = (float(count(dot, "right").mean(rest)) for count in (tk.heat, tk.particles))
        >>> round(heat / particles, 10)  # each brings its energy above the chemical potential, 1.5 - 0.3
        1.2
    """
    return _of_jumps("heat", lambda: heat_weights(model), model, bath)


@verb
def entropy_flow(model: Model, bath: str | None = None) -> Current:
    """Entropy that jumps put into their surroundings.

    -heat / T with a bath, infinite at T = 0 where heat flows. Without a bath ln(tr L^+ L / tr L~^+ L~), L~ the jump
    that undoes L, proportional to L^+; 0 for one that undoes itself, infinite, so never counted, if nothing undoes it.

    Args:
        model: the model.
        bath: the bath it goes to; all of them, and the jumps without one, if None.

    Returns:
        The current [nats].

    Raises:
        ValueError, TypeError: as `energy`.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.library.coupled_qubits([1.0, 1.0], coupling=0.2, rate=0.001, hot=2.0, cold=1.0)
        >>> rest = tk.steady_state(pair)
        >>> flow, heat = (float(count.mean(rest)) for count in (tk.entropy_flow(pair), tk.heat(pair, "hot")))
        >>> round(flow / heat, 10)  # what the heat Q from hot to cold produces, Q / 1.0 - Q / 2.0
        0.5
    """
    return _of_jumps("entropy flow", lambda: jump_entropy(model), model, bath)


@verb
def activity(model: Model, bath: str | None = None) -> Current:
    """Number of jumps.

    Args:
        model: the model.
        bath: the bath behind them; all if None.

    Returns:
        The current, weight 1 for every channel.

    Raises:
        ValueError, TypeError: as `energy`.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.02, temperature=1.0)
        >>> jumps, n = tk.activity(qubit).mean(tk.steady_state(qubit)), 1.0 / math.expm1(1.0)
        >>> round(float(jumps), 8), round(0.04 * n * (n + 1.0) / (2.0 * n + 1.0), 8)
        (0.01701836, 0.01701836)
    """
    return _of_jumps("activity", lambda: np.broadcast_to(1.0, model.table.size), model, bath)
