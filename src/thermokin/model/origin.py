"""What the jumps of a secular model were made of, and a way to hear what a builder makes them of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from thermokin._typing import OperatorLike
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps

__all__ = ["Origin", "SecularInputs", "heard", "inputs_of_call"]

_LISTENER: ContextVar[Callable[[SecularInputs], None] | None] = ContextVar("listener", default=None)


@dataclass(frozen=True, eq=False)
class Origin:
    """How the entries of a model's jump table came from contacts.

    Args:
        entries: how many entries of the table each contact made, one contact after the other.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        shifted: whether the Hamiltonian of the motion has a Lamb shift.
        mark: the same object as that of the inputs.
    """

    entries: tuple[int, ...]
    tolerance: float
    shifted: bool
    mark: object


@dataclass(frozen=True, eq=False)
class SecularInputs:
    """What a secular model is made of, as it was given.

    Args:
        hamiltonian: between whose eigenstates jumps lead (..., d, d) [energy].
        contacts: how baths touch it.
        generator: the Hamiltonian of the motion (..., d, d) [energy]; None if it is the same.
        turning: whether that is of a rotating frame, whose gaps are not those that baths see.
        mark: says which call it was.
    """

    hamiltonian: OperatorLike
    contacts: Sequence[Contact]
    generator: OperatorLike | None = None
    turning: bool = False
    mark: object = field(default_factory=object)

    def told(self) -> SecularInputs:
        """The same, once who listens has heard of it."""
        listener = _LISTENER.get()
        if listener is not None:
            listener(self)
        return self

    def origin(self, jumps: Sequence[ContactJumps], tolerance: float, *, shifted: bool = False) -> Origin:
        """Where the entries of the table that these jumps make come from.

        Args:
            jumps: of each contact.
            tolerance: with which gaps were told apart.
            shifted: whether the Hamiltonian of the motion has a Lamb shift.

        Returns:
            The origin.
        """
        return Origin(tuple(one.entries for one in jumps), tolerance, shifted, self.mark)


@contextmanager
def heard() -> Iterator[list[SecularInputs]]:
    """Collect the inputs of all secular models that are made inside."""
    found: list[SecularInputs] = []
    with _listening(found.append):
        yield found


def inputs_of_call(build: Callable[[], Any], number: int) -> SecularInputs | None:
    """The inputs of one of the secular models that a builder makes; what it would do with them is not done.

    Args:
        build: makes models.
        number: how many it makes before.

    Returns:
        The inputs; None if it makes fewer.

    Raises:
        Exception: whatever the builder raises before.
    """
    before: list[SecularInputs] = []

    def stop(inputs: SecularInputs) -> None:
        before.append(inputs)
        if len(before) > number:
            raise _HeardError

    try:
        with _listening(stop):
            build()
    except _HeardError:
        return before[number]
    return None


@contextmanager
def _listening(listener: Callable[[SecularInputs], None]) -> Iterator[None]:
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


class _HeardError(BaseException):
    """Ends a builder whose inputs are known; no `except Exception` of the builder's stops it."""
