"""The distribution of the amount that a current has exchanged since time 0, and of two energy measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.integrated_cumulants import cumulants_of_moments
from thermokin.counting.lattice_probabilities import lattice_probabilities
from thermokin.counting.listed_amounts import ListedAmounts, distinct_amounts, level_difference_amounts
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.bath import real_numbers
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model, require_model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import Initial, InitialState, initial_state
from thermokin.motion.time_grid import checked_times

__all__ = ["Distribution", "distribution", "listed_distribution", "two_point_distribution"]

NOTHING = 1e-15  # probability of a first outcome below which the state after it is only rounding


@dataclass(frozen=True, eq=False)
class Distribution(Result):
    """Probabilities of the values that an exchanged amount can take. Without a grid of times the axis t is not there.

    Args:
        quantity: what was counted.
        times: (..., t), or one time () [time].
        values: ascending (..., v) [amount].
        probabilities: (..., t, v), as computed: rounding may leave -1e-17 where there is nothing.
        beyond: largest probability that the amount is none of the values (..., t).
        defect: |sum of all probabilities - 1| before any value was left out (..., t).
        model: in which it was counted.

    Example:
        >>> import math, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> found = tk.distribution(qubit, tk.heat(qubit), tk.Gibbs(0.0), 1e4)
        >>> excited = 1.0 / (math.e + 1.0)
        >>> found.cumulants(order=2).round(8), round(excited * (1.0 - excited), 8)
        (array([0.26894142, 0.19661193]), 0.19661193)
    """

    quantity: str
    times: FloatArray
    values: FloatArray
    probabilities: FloatArray
    beyond: FloatArray
    defect: FloatArray
    model: Model

    @property
    def mean(self) -> FloatArray:
        """Mean (..., t) over the values listed."""
        return np.asarray((self._along * self.probabilities).sum(axis=-1))

    @property
    def variance(self) -> FloatArray:
        """Variance (..., t) over the values listed."""
        return np.asarray(self.cumulants(order=2)[..., 1])

    def cumulants(self, *, order: int = 2) -> FloatArray:
        """Cumulants over the values listed: mean, variance, third cumulant, ...

        Args:
            order: largest, >= 1.

        Returns:
            (..., t, order).

        Raises:
            ValueError: if the order is below 1.
        """
        if order < 1:
            raise ValueError(f"`order` must be >= 1, got {order}.")
        mean = self.mean
        apart = self._along - mean[..., None]
        central = [(apart**power * self.probabilities).sum(axis=-1) for power in range(1, order + 1)]
        found = cumulants_of_moments(np.stack(central, axis=-1))
        found[..., 0] = mean
        return found

    @property
    def _along(self) -> FloatArray:
        return self.values[..., None, :] if self.times.ndim else self.values


def distribution(
    model: Model,
    current: Current,
    initial: Initial,
    time: ArrayLike,
    *,
    window: tuple[float, float] | None = None,
    width: float | None = None,
) -> Distribution:
    """P(N, t) of N = sum_k c_k N_k, the amount exchanged by jumps since time 0.

    Where N is the change of a number that each level has, as heat from a single bath is, the probabilities are sums of
    transition probabilities between levels. Otherwise they are the inverse Fourier transform of tr exp(L_theta t) rho,
    L_theta the generator whose counted jumps carry the phase exp(i theta c_k). Weights that are whole multiples of a
    common unit have one field theta; others have a field for each unit, and equal amounts are added up afterwards. The
    fields are as many as the amount has values but for 2e-15 of probability, by Chernoff's bound.

    Args:
        model: the model.
        current: the current, of that model.
        initial: as in `evolve`.
        time: one time, or (..., t) strictly ascending, >= 0 [time].
        window: smallest and largest amount to list; what is outside is counted in `beyond`.
        width: of bins [(m - 1/2) width, (m + 1/2) width) whose probabilities are wanted; every amount as it is if None.

    Returns:
        The distribution.

    Raises:
        ValueError: if the current belongs to another model or is infinite, an argument is not valid, the amount takes
            too many values, or amounts coincide or swap at points of a sweep.
        TypeError: if an argument is of the wrong type.

    Cost:
        For heat from one bath a propagation from each level; else, for each field, an exponential of n rows at each
        distinct step of the grid, n the coordinates of a block that holds populations, or sparse products where that
        is cheaper.

    Reference:
        esposito2009, landi2024.

    Example:
        >>> import math, thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> found = tk.distribution(qubit, tk.heat(qubit), tk.Gibbs(0.5), 1e4)
        >>> found.values, found.probabilities.round(6)
        (array([-1.,  0.,  1.]), array([0.087144, 0.675973, 0.236883]))
        >>> p, q = 1.0 / (math.exp(2.0) + 1.0), 1.0 / (math.e + 1.0)  # excited before and after
        >>> round(p * (1.0 - q), 6), round((1.0 - p) * q, 6)
        (0.087144, 0.236883)
    """
    own(current, model)
    require_finite_weights(current, "distribution")

    def listed(start: InitialState, times: FloatArray) -> ListedAmounts:
        liouvillian = Liouvillian(model)
        numbers = liouvillian.levels_of(current) if liouvillian.populations_closed else None
        if numbers is not None:
            return level_difference_amounts(model, start, numbers, times)
        return lattice_probabilities(liouvillian, start, current.weights, times)

    return _at_times(model, current.name, initial, time, (window, width), listed)


def _at_times(
    model: Model,
    quantity: str,
    initial: Initial,
    time: ArrayLike,
    chosen: tuple[tuple[float, float] | None, float | None],
    amounts: Callable[[InitialState, FloatArray], ListedAmounts],
) -> Distribution:
    """The distribution at one time, or at many, of a window and in bins, from the amounts of a start at many times."""
    start, times = initial_state(model, initial), real_numbers(time, "time")
    grid = checked_times(np.atleast_1d(times))
    with few_threads(model.dimension):
        listed = amounts(start, grid)
    return listed_distribution(model, quantity, times, listed, *chosen)


def listed_distribution(
    model: Model,
    quantity: str,
    times: FloatArray,
    listed: ListedAmounts,
    window: tuple[float, float] | None,
    width: float | None,
) -> Distribution:
    """A list of amounts as it was asked for.

    Args:
        model: in which it was counted.
        quantity: what was counted.
        times: (..., t), or ().
        listed: all amounts.
        window: smallest and largest amount to list, or None.
        width: of bins, or None.

    Returns:
        The distribution.

    Raises:
        ValueError: if the window is empty or holds no amount, or the width is not positive.
    """
    defect = np.abs(listed.probabilities.sum(axis=-1) - 1.0)
    if width is not None:
        size = float(real_numbers(width, "width"))
        if not 0.0 < size < np.inf:
            raise ValueError(f"`width` must be positive and finite, got {size:g}.")
        listed = listed.binned(size)
    if window is not None:
        low, high = (float(real_numbers(end, "window")) for end in window)
        listed = listed.within(low, high)
        if listed.values.shape[-1] == 0:
            raise ValueError(f"`window` holds no amount that can be exchanged between {low:g} and {high:g}.")
    made = Distribution(quantity, times, listed.values, listed.probabilities, listed.beyond, defect, model)
    if times.ndim:
        return made
    return replace(
        made, probabilities=made.probabilities[..., 0, :], beyond=made.beyond[..., 0], defect=made.defect[..., 0]
    )


def two_point_distribution(
    model: Model,
    initial: Initial,
    time: ArrayLike,
    *,
    window: tuple[float, float] | None = None,
    width: float | None = None,
) -> Distribution:
    """P(E_b - E_a, t) of two projective measurements of the model's energy, at time 0 and at time t.

    P = sum of tr(Pi_b exp(L t) Pi_a rho Pi_a), Pi_a the projector on all levels of one energy: coherence between equal
    energies survives the first measurement, any other does not. For an undriven Davies model on one bath this is the
    distribution of the heat that jumps count, from any start. It is another one where motion between jumps does not
    keep the energy that is measured: under a drive, or for a local generator.

    Args:
        model: the model.
        initial: as in `evolve`.
        time: one time, or (..., t) strictly ascending, >= 0 [time].
        window: smallest and largest change to list; what is outside is counted in `beyond`.
        width: of bins [(m - 1/2) width, (m + 1/2) width) whose probabilities are wanted; every change as it is if None.

    Returns:
        The distribution.

    Raises:
        ValueError: if an argument is not valid, or changes of energy coincide or swap at points of a sweep.
        TypeError: if an argument is of the wrong type.

    Cost:
        A propagation from each level, or from each energy where coherences are coupled to populations.

    Reference:
        esposito2009.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> ladder = tk.library.levels([0.0, 1.0, 2.5], rate=0.01, temperature=1.0)
        >>> found = tk.two_point_distribution(ladder, tk.Gibbs(2.0), 50.0)
        >>> round(float(np.exp((1.0 - 1.0 / 2.0) * found.values) @ found.probabilities), 10)
        1.0
    """
    require_model(model)
    return _at_times(model, "energy change", initial, time, (window, width), partial(_changes_of_energy, model))


def _changes_of_energy(model: Model, start: InitialState, times: FloatArray) -> ListedAmounts:
    if model.energy.is_diagonal and Liouvillian(model).populations_closed:
        return level_difference_amounts(model, start, model.energies, times)
    energies, vectors = model.energy.eigen
    values, level = distinct_amounts(energies, np.ptp(energies, axis=-1))
    projectors = np.stack([_projector(vectors[..., level == number]) for number in range(values.shape[-1])])
    depth = max(len(model.batch_shape), start.populations.ndim - 1, times.ndim - 1)
    projectors = projectors.reshape(len(projectors), *(1,) * (depth + 3 - projectors.ndim), *projectors.shape[1:])
    first, after = _measured(start, projectors)
    moved = evolve(model, model.from_frame(after), times).frame_states
    second = np.einsum("b...ij,a...tji->a...tb", projectors, moved).real
    joint = np.moveaxis(second * first[..., None, None], 0, -2)
    change = values[..., None, :] - values[..., :, None]
    flat = change.reshape(*change.shape[:-2], -1)
    found, place = distinct_amounts(flat)
    listed = ListedAmounts(flat, joint.reshape(*joint.shape[:-2], -1), np.zeros(joint.shape[:-2]))
    return listed.gathered(found, place)


def _measured(start: InitialState, projectors: ComplexArray) -> tuple[FloatArray, ComplexArray]:
    """Probabilities of the first outcome (a, ...) and the states after it (a, ..., d, d)."""
    state = start.matrix if start.matrix is not None else start.populations[..., None] * np.eye(projectors.shape[-1])
    measured = projectors @ state @ projectors
    probability = np.trace(measured, axis1=-2, axis2=-1).real
    # After an outcome that never comes any state will do: its weight is nothing.
    after = np.where((probability > NOTHING)[..., None, None], measured, projectors)
    return probability, np.asarray(after / np.trace(after, axis1=-2, axis2=-1)[..., None, None])


def _projector(vectors: ComplexArray) -> ComplexArray:
    return np.asarray(vectors @ vectors.conj().swapaxes(-1, -2))
