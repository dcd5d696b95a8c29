"""How the steady state's numbers answer to the parameters of a family of models: exact derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin.counting.lost_digits import given, points_of
from thermokin.linear_response.family_parameters import FamilyPoint, family_of, listed_parameters
from thermokin.linear_response.outputs import Outputs, Wanted, listed_outputs
from thermokin.linear_response.point_response import PointResponse, point_response
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.solvers.method import Method

__all__ = ["Response", "response"]


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
    """

    family: Family
    outputs: tuple[str, ...]
    parameters: tuple[str, ...]
    values: FloatArray
    error: FloatArray
    at: FloatArray
    numbers: FloatArray

    @property
    def logarithmic(self) -> FloatArray:
        """d ln|output| / d ln|parameter| (..., o, p): per cent that the output gains for one of the parameter."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.values * self.at[..., None, :] / self.numbers[..., None])

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
    method: Method | None = None,
) -> Response:
    """Derivatives of numbers of the steady state with respect to the parameters of a model.
    """
    made = family_of(family)
    places = listed_parameters(made, at, parameters)
    wanted = listed_outputs(outputs)
    point = FamilyPoint.of(made, at)
    with few_threads(point.model.dimension):
        found = point_response(point, places, wanted, method)
    names = [f"d({one.name})/d({place})" for one in wanted for place in places]
    shape = found.values.shape
    flat = given(found.values.ravel(), found.error.ravel(), found.scale.ravel(), names)
    return Response(
        made,
        tuple(one.name for one in wanted),
        tuple(map(str, places)),
        flat.reshape(shape),
        found.error,
        np.array([point.value(place) for place in places]),
        found.numbers,
    )
