"""Local, unified, Davies and geometric generator of one system side by side, and which to trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.master_equations.bloch_redfield import takes_bloch_redfield
from thermokin.master_equations.system_point import COUNTED, SystemPoint
from thermokin.model.bath import Bath
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.contact import Contact
from thermokin.model.model import Model
from thermokin.model.secular_parts import secular_system
from thermokin.model.unified_parts import as_width
from thermokin.operators.as_numbers import common_axes
from thermokin.operators.as_operators import as_hermitian

__all__ = ["Generators", "generators"]

NONE = 1e-300


@dataclass(frozen=True, eq=False)
class Generators(Result):
    """What each generator makes of a system at rest.

    Args:
        names: of the generators (g,): "local" where the uncoupled parts are known, "unified", "davies", "geometric",
            and "bloch-redfield" of up to 16 levels without leads.
        baths: names of the baths (b,).
        heats: from each bath into the system (..., g, b) [energy/time]: by the quanta of jumps, or tr(H D_b rho) where
            they have none; of leads without the chemical work. NaN where a generator is refused.
        states: density matrices at rest (..., g, d, d), in the user's basis.
        estimated_errors: relative errors of currents as the assumptions of each estimate them (..., g); NaN where none
            are known.
        coupling: the largest element of H - H_bare (...) [energy]; NaN where the parts are not known.
        refused: for each name what was said where it was refused.
        models: for each point, in order, the models by name; the geometric one has no baths.

    Example:
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.pauli().minus, site, (2, 2)) for site in (0, 1))
        >>> parts, hot, cold = a.T @ a + b.T @ b, tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.Contact(hot, a + a.T, tk.Ohmic(0.002)), tk.Contact(cold, b + b.T, tk.Ohmic(0.002))]
        >>> found = tk.generators(parts + 0.002 * (a.T @ b + b.T @ a), contacts, bare=parts)
        >>> models = [found.model(name) for name in ("local", "unified")]
        >>> [round(1e4 * float(tk.heat(model, "hot").mean(tk.steady_state(model))), 4) for model in models]
        [0.8751, 0.8751]
    """

    names: tuple[str, ...]
    baths: tuple[str, ...]
    heats: FloatArray
    states: ComplexArray
    estimated_errors: FloatArray
    coupling: FloatArray
    refused: Mapping[str, str]
    models: tuple[Mapping[str, Model], ...]

    @cached_property
    def lowest_eigenvalues(self) -> FloatArray:
        """The lowest eigenvalue of each state (..., g), below 0 where a generator does not keep states positive."""
        known = np.asarray(np.isfinite(self.states).all(axis=(-2, -1)))
        found = np.linalg.eigvalsh(np.where(known[..., None, None], self.states, 0.0)).min(axis=-1)
        return np.where(known, found, np.nan)

    @property
    def deviations(self) -> FloatArray:
        """How far heats are from those of the geometric generator, the largest over the largest of these (..., g)."""
        yardstick = self.heats[..., self.names.index("geometric"), :][..., None, :]
        size = np.abs(yardstick).max(axis=-1)
        return np.asarray(np.abs(self.heats - yardstick).max(axis=-1) / np.where(size > 0.0, size, NONE))

    @cached_property
    def distances(self) -> FloatArray:
        """Trace distance of each state from that of the geometric generator (..., g)."""
        apart = self.states - self.states[..., self.names.index("geometric"), :, :][..., None, :, :]
        known = np.asarray(np.isfinite(apart).all(axis=(-2, -1)))
        values = np.linalg.eigvalsh(np.where(known[..., None, None], apart, 0.0))
        return np.where(known, 0.5 * np.abs(values).sum(axis=-1), np.nan)

    @property
    def trust(self) -> NDArray[np.str_]:
        """The name (...) of the generator with the smallest estimated error of those whose quanta can be counted."""
        counted = [place for place, name in enumerate(self.names) if name in COUNTED]
        errors = np.where(np.isnan(self.estimated_errors), np.inf, self.estimated_errors)[..., counted]
        best = np.asarray(self.names)[counted][errors.argmin(axis=-1)]
        return np.asarray(np.where(np.isfinite(errors).any(axis=-1), best, "none"))

    def model(self, name: str) -> Model:
        """The model of a generator, of a system without a sweep.

        Args:
            name: "local", "unified", "davies" or "geometric".

        Returns:
            The model.

        Raises:
            ValueError: if there is a sweep, or no such model.
        """
        if len(self.models) > 1:
            raise ValueError("a sweep has a model at each of its points: see `models`.")
        if name not in self.models[0]:
            raise ValueError(f"`name` must be one of {', '.join(map(repr, self.models[0]))}, got {name!r}.")
        return self.models[0][name]


def generators(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    bare: OperatorLike | None = None,
    number_operator: OperatorLike | None = None,
    width: ArrayLike | None = None,
) -> Generators:
    """What local, unified, Davies and geometric generator make of one system at rest.

    The geometric one, L = sum of sqrt(gamma(w)) A(w), makes no secular approximation and keeps states positive: it is
    the yardstick. Its jumps have no quanta, so that heat is known and nothing else can be counted. The
    Bloch-Redfield equation stands beside it, with all terms kept, for up to 16 levels without leads.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        bare: the Hamiltonian of the uncoupled parts (..., d, d) [energy], for the local generator; left out if None.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        width: as of `unified`.

    Returns:
        Heats, states, estimated errors and which of them to trust; leading axes are a sweep. A generator that refuses
        the system at a point is NaN there, and `refused` holds what it said.

    Raises:
        ValueError: if the system itself is not sound, as `davies`.
        TypeError: if a contact is not a `Contact`.

    Cost:
        A steady state for each generator at each point of a sweep.

    Reference:
        trushechkin2021, levy2014.

    Example:
        >>> import thermokin as tk
        >>> a, b = (tk.operators.embed(tk.operators.pauli().minus, site, (2, 2)) for site in (0, 1))
        >>> parts = a.T @ a + b.T @ b
        >>> hot, cold = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
        >>> contacts = [tk.Contact(hot, a + a.T, tk.Ohmic(0.02)), tk.Contact(cold, b + b.T, tk.Ohmic(0.02))]
        >>> found = tk.generators(parts + 0.002 * (a + a.T) @ (b + b.T), contacts, bare=parts)
        >>> str(found.trust), bool(found.deviations[found.names.index("davies")] > 10.0)
        ('unified', True)
    """
    system = secular_system(hamiltonian, contacts, number_operator, 0.0, {})
    matrices = {"hamiltonian": as_hermitian(hamiltonian, "hamiltonian")}
    if bare is not None:
        matrices["bare"] = as_hermitian(bare, "bare")
        if matrices["bare"].shape[-1] != system.states.levels.shape[-1]:
            size = system.states.levels.shape[-1]
            raise ValueError(f"`bare` must have shape (..., {size}, {size}), got {matrices['bare'].shape}.")
    if number_operator is not None:
        matrices["number_operator"] = as_hermitian(number_operator, "number_operator")
    widths = None if width is None else as_width(width)
    batch = common_axes(
        {
            **{name: one.shape[:-2] for name, one in matrices.items()},
            **{f"contacts[{position}]": contact.batch_shape for position, contact in enumerate(contacts)},
            "width": () if widths is None else widths.shape,
        }
    )
    size = matrices["hamiltonian"].shape[-1]
    names = (
        *(() if bare is None else ("local",)),
        *("unified", "davies", "geometric"),
        *(("bloch-redfield",) if takes_bloch_redfield(size, contacts) else ()),
    )
    count = int(np.prod(batch))
    points = []
    for point in range(count):
        chosen = ChosenPoints(batch, np.array([point]))
        here = {name: chosen.of(one, 2).reshape(-1, size, size)[0] for name, one in matrices.items()}
        ends = [_single(chosen, contact) for contact in contacts] if batch else list(contacts)
        own = None if widths is None else float(np.broadcast_to(widths, batch).reshape(-1)[point])
        points.append(SystemPoint(here, ends, own, tuple(bath.name for bath in system.baths)).compared(names))
    baths = tuple(bath.name for bath in system.baths)
    refused: dict[str, str] = {}
    for one in points:
        refused = {**one.refused, **refused}
    return Generators(
        names,
        baths,
        np.array([one.heats for one in points]).reshape(*batch, len(names), len(baths)),
        np.array([one.states for one in points]).reshape(*batch, len(names), size, size),
        np.array([one.errors for one in points]).reshape(*batch, len(names)),
        np.array([one.coupling for one in points]).reshape(batch),
        refused,
        tuple(one.models for one in points),
    )


def _single(chosen: ChosenPoints, contact: Contact) -> Contact:
    """The contact at one point, without leading axes."""
    found = chosen.contact(contact)
    bath = found.bath
    temperature, potential = bath.temperature.reshape(-1)[0], bath.chemical_potential.reshape(-1)[0]
    operator = found.operator.reshape(-1, *found.operator.shape[-2:])[0]
    return Contact(Bath(bath.name, temperature, potential, bath.statistics), operator, found.spectrum)
