"""A family: a function from named numbers to a model, with what is known of each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from thermokin.model.model import Model
from thermokin.model.parameter import REQUIRED, Parameter, parameters_of

__all__ = ["Family"]


class Family:
    """A function from named numbers to a model. Numbers may carry leading axes wherever the function takes them.

    `tk.Family(tk.library.three_level_maser, {"cold": 1.0})` is the maser as a function of its other numbers; one that
    needs a single number more may be called with it alone, as `reciprocal` calls a function of temperature.

    Args:
        build: makes the model from keyword arguments.
        given: arguments that are settled, by name.
        parameters: what is known of the arguments; read off the signature, annotations and docstring if None.

    Raises:
        ValueError: if a settled argument is none of the function's.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> populations = tk.steady_state(qubit(2.0)).populations
        >>> round(float(np.log(populations[0] / populations[1])), 10)  # gap / temperature
        0.5
    """

    def __init__(
        self,
        build: Callable[..., Model],
        given: Mapping[str, Any] | None = None,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> None:
        every = parameters_of(build) if parameters is None else dict(parameters)
        self._build, self._given, self._every = build, dict(given or {}), every
        self._require_known(self._given)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The arguments that are left, with unit, range and default of each."""
        return MappingProxyType({name: known for name, known in self._every.items() if name not in self._given})

    @property
    def build(self) -> Callable[..., Model]:
        """The function that makes the model."""
        return self._build

    @property
    def settled(self) -> Mapping[str, Any]:
        """The arguments that are settled, by name."""
        return MappingProxyType(self._given)

    @property
    def name(self) -> str:
        """What the function is called."""
        return str(getattr(self._build, "__name__", "build"))

    def __repr__(self) -> str:
        left = ", ".join(name if known.default is REQUIRED else f"{name}=" for name, known in self.parameters.items())
        return f"Family({getattr(self._build, '__name__', 'build')}: {left})"

    def given(self, numbers: Mapping[str, Any]) -> Family:
        """The family with more arguments settled.

        Args:
            numbers: by name; they take the place of those settled before.

        Returns:
            The smaller family.
        """
        return Family(self._build, {**self._given, **numbers}, self._every)

    def at(self, numbers: Mapping[str, Any]) -> Model:
        """The model at some numbers.

        Args:
            numbers: by name; the rest are those settled, and defaults.

        Returns:
            The model.

        Raises:
            ValueError: if a name is none of the family's or a number is missing, or as the function.
        """
        self._require_known(numbers)
        every = {**self._given, **numbers}
        missing = [name for name, known in self._every.items() if known.default is REQUIRED and name not in every]
        if missing:
            raise ValueError(f"`{missing[0]}` must be given, for {self!r}.")
        return self._build(**every)

    def __call__(self, *number: Any, **numbers: Any) -> Model:  # names are the caller's
        """The model at some numbers; one that stands alone is that of the only argument that must still be given."""
        if number:
            open_ = [name for name, known in self.parameters.items() if known.default is REQUIRED]
            if len(number) > 1 or len(open_) != 1:
                raise ValueError(f"`numbers` must be given by name for {self!r}.")
            numbers[open_[0]] = number[0]
        return self.at(numbers)

    def _require_known(self, numbers: Mapping[str, Any]) -> None:
        for name in numbers:
            if name not in self._every:
                near = get_close_matches(str(name), list(self._every), n=1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                raise ValueError(f"`{name}` is no number of {self!r}{hint}.")
