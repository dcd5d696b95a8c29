"""How the steady state's numbers answer to the parameters of a family of models: exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.counting.lost_digits import given, points_of
from thermokin.linear_response.family_parameters import Place, family_of, listed_parameters, points_of_sweep
from thermokin.linear_response.family_point import FamilyPoint
from thermokin.linear_response.mode_response import ModeResponse
from thermokin.linear_response.outputs import Outputs, Wanted, listed_outputs
from thermokin.linear_response.point_response import PointResponse, point_response
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import shown
from thermokin.solvers.method import Method

__all__ = ["Response", "response"]

LEFT = 0.1  # error, as a part of a derivative, up to which something of it is left
MOST = 16.0  # digits


@dataclass(frozen=True, eq=False)
class Response(ArrayResult):
    """Derivatives of outputs with respect to parameters. NumPy takes it for an array of the values.

    Args:
        family: of models.
        outputs: names of the outputs (o,).
        parameters: names of the parameters (p,).
        values: (..., o, p) [output/parameter].
        error: from above as a rule, how far each may be off (..., o, p).
        at: values of the parameters (..., p).
        numbers: the outputs themselves (..., o).
        given: all numbers of the family that were given, by name.
        points: what was found at each point of a sweep.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> found = tk.response(level, {"rate": 0.01}, ["rate"], ["activity", "gap"])
        >>> [round(float(found.of(name, "rate")), 8) for name in ("activity", "gap")]  # rate / 2 and rate
        [0.5, 1.0]
    """

    family: Family
    outputs: tuple[str, ...]
    parameters: tuple[str, ...]
    values: FloatArray
    error: FloatArray
    at: FloatArray
    numbers: FloatArray
    given: Mapping[str, Any]
    points: tuple[PointResponse, ...]

    @cached_property
    def state(self) -> ComplexArray:
        """Derivatives of the density matrix with respect to each parameter (..., p, d, d), in the user's basis.

        Raises:
            ArgumentError: if a parameter wakes coherences in a model of more than 32 levels.

        Cost:
            A solve for each parameter; one of the whole generator where a parameter wakes coherences.
        """
        found = np.stack([one.states() for one in self.points])
        return found.reshape(*self.values.shape[:-2], *found.shape[1:])

    def mode(self, number: int, *, whole: bool = False) -> ModeResponse:
        """A mode of relaxation, its eigenvalue, and their derivatives with respect to each parameter.

        Args:
            number: of the mode, as in `tk.outputs.DecayRate`.
            whole: whether the modes are those of the whole generator; else those that populations feed.

        Returns:
            The mode, in the user's basis, in the lengths and phases that are written down there.

        Raises:
            ArgumentError: if the number is none, another mode has the same eigenvalue at a point, or a parameter wakes
                coherences in a sector that is too large.

        Cost:
            All eigenvalues of the sectors of the mode, a factorisation of its own, and two solves for each parameter.
        """
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ArgumentError(f"`number` must be a whole number from 0, got {shown(number)}.", "number")
        points = [one.mode(number, whole) for one in self.points]
        return ModeResponse.of(number, self.parameters, points, self.at, self.family, self.given)

    @property
    def logarithmic(self) -> FloatArray:
        """D ln|output| / d ln|parameter| (..., o, p): per cent that the output gains for one of the parameter."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.values * self.at[..., None, :] / self.numbers[..., None])

    @property
    def digits(self) -> FloatArray:
        """How many decimal digits of each derivative are left (..., o, p), -log10(error/|value|); 0 of one that is 0.

        What vanishes by a symmetry has none of its own and is right all the same: `error` tells how near to 0 it is.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            found = -np.log10(self.error / np.abs(self.values))
        return np.asarray(np.clip(np.nan_to_num(found, nan=0.0, neginf=0.0, posinf=MOST), 0.0, MOST))

    @property
    def lost(self) -> Any:
        """At which points of a sweep (...) some value is NaN, since rounding took its digits."""
        return points_of(~np.isfinite(self.values), 2)

    def of(self, output: str, parameter: str) -> FloatArray:
        """One of the derivatives.

        Args:
            output: its name.
            parameter: its name.

        Returns:
            (...) [output/parameter].

        Raises:
            ValueError: if there is none of that name.
        """
        places = []
        for name, names, kind in ((output, self.outputs, "output"), (parameter, self.parameters, "parameter")):
            if name not in names:
                raise ValueError(f"`{kind}` must be one of {', '.join(map(repr, names))}, got {name!r}.")
            places.append(names.index(name))
        return np.asarray(self.values[..., places[0], places[1]])


def response(
    family: Family | Callable[..., Model],
    at: Mapping[str, Any],
    parameters: Sequence[str],
    outputs: Outputs,
    *,
    initial: Initial | None = None,
    method: Method | None = None,
) -> Response:
    """Exact derivatives of numbers of the steady state with respect to parameters of a family of models.

    Outputs are words: a current, as "heat from hot", for its mean; "noise of ..." and "covariance of ... and ..." of
    currents; "entropy production"; "gap", the decay rate of the slowest mode, "decay rate of mode 2" and "frequency of
    mode 2", each of these also "of the generator". What words do not say is a function of a model that gives a current,
    or one of the classes of `thermokin.outputs`.

    Args:
        family: a family, or a function that makes a model of named numbers.
        at: its numbers by name; the rest are those settled in the family, and defaults. Arrays are a sweep.
        parameters: names of those by which is derived; "gaps[0]" for one element of a row, "gaps" for all of them.
        outputs: words, or a mapping of names of one's own to words or functions.
        initial: says which steady state is meant, where the model keeps more than one; the same at all points of a
            sweep. A parameter must leave the subspace alone in which it ends.
        method: how to solve; `Auto()` if None.

    Returns:
        The derivatives, which read as an array (..., outputs, parameters), with their errors.

    Raises:
        DegenerateSteadyStateError: if the model keeps more than one steady state, and no `initial` ends in one alone.
        NotConvergedError: if rounding leaves not one digit of a derivative, nor six beside the sum of the sizes of what
            adds up to it, or if an output is not to be had or an iteration stalls. What has few digits, or none since
            large terms cancel, is given with its `error`, and `digits` tells how many are left.
        ValueError: if a name means nothing, a number is at the end of its range, or a derivative is not defined: where
            levels of one energy are split whose coherence is coupled to populations, the model's structure changes, a
            gap is that of several modes which part, modes coalesce, or the subspace turns in which `initial` ends.
        TypeError: if an argument is of the wrong type, or a parameter is no real number.

    Cost:
        One more model's worth of inputs for each parameter, without its diagonalisation; for each output one solve for
        a mean and three for a noise, whatever the number of parameters; some products of matrices for each parameter
        that turns the eigenstates.

    Reference:
        breuer2002, landi2024.

    Example:
        >>> import thermokin as tk
        >>> maser = tk.Family(tk.library.three_level_maser, {"cold": 1.0})
        >>> found = tk.response(maser, {"drive": 0.05, "hot": 5.0}, ["drive", "hot"], ["heat from hot", "activity"])
        >>> bool(found.of("heat from hot", "hot") > 0.0)
        True
    """
    made, wanted = family_of(family), listed_outputs(outputs)
    if not isinstance(at, Mapping):
        raise TypeError(f"`at` must map names to numbers, got {shown(at)}.")
    places = listed_parameters(made, at, parameters)
    lead, points = points_of_sweep(made, at, places)
    solved = [_at(FamilyPoint.of(made, numbers), places, wanted, method, initial) for numbers in points]
    names = [f"the derivative of {one.name!r} by {str(place)!r}" for one in wanted for place in places]
    numbers = (len(wanted), len(places))

    def stacked(which: Callable[[PointResponse], FloatArray]) -> FloatArray:
        parts = np.stack([which(one) for one in solved])
        return parts.reshape(*lead, *parts.shape[1:])

    error = stacked(lambda one: one.error)
    values = stacked(lambda one: one.values)
    # Numbers with few digits are given with their error; only such are refused of which nothing is left.
    refusable = np.where(error <= LEFT * np.abs(values), 0.0, error)
    rows = [array.reshape(*lead, -1) for array in (values, refusable, stacked(lambda one: one.scale))]
    return Response(
        made,
        tuple(one.name for one in wanted),
        tuple(map(str, places)),
        given(rows[0], rows[1], rows[2], names).reshape(*lead, *numbers),
        error,
        stacked(lambda one: one.at),
        stacked(lambda one: one.numbers),
        at,
        tuple(solved),
    )


def _at(
    point: FamilyPoint,
    places: Sequence[Place],
    wanted: Sequence[Wanted],
    method: Method | None,
    initial: Initial | None,
) -> PointResponse:
    with few_threads(point.model.dimension):
        return point_response(point, places, wanted, method, initial)
