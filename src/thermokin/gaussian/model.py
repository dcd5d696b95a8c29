"""A Gaussian model: modes, a quadratic Hamiltonian, and baths whose jumps are linear in the field operators."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError, LostPointsWarning, users_level
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin._verbs import OtherSystem
from thermokin.gaussian.contacts import Jumps, ModeContact, NormalModeContact
from thermokin.gaussian.joined_jumps import contact_jumps, distinct_baths, hardly_damped, listed_contacts, stacked
from thermokin.gaussian.one_particle import OneParticle
from thermokin.gaussian.phase_space import PhaseSpace, phase_space
from thermokin.gaussian.site_heat import heat_of_sites
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.numerics.lyapunov import Lyapunov
from thermokin.operators.as_numbers import common_axes, in_sweep, shown

__all__ = ["GaussianModel", "joined", "require_gaussian"]

NO_BATH = -1
STILL = 4.0 * float(np.finfo(np.float64).eps)
"""Damping of a mode, over the number of modes times the size of the drift, that eigenvalues do not tell from none."""


@final
@dataclass(frozen=True, eq=False)
class GaussianModel(OtherSystem):
    """Modes with a quadratic Hamiltonian and linear jumps; made by `bosons` and `fermions`.

    Args:
        system: the Hamiltonian of one particle.
        jumps: pairs of jumps of all contacts, in the frame; of their bath nothing is said here.
        baths: the distinct baths.
        bath: number of the bath of each pair (r,), -1 for none.
        space: the equations of motion, in the frame.
        frame: normal modes as columns (..., n, n) where contacts see those alone or hardly damp; None for sites.
        validity: what the contacts assume, with figures.
        contacts: what it was made of.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.gaussian.hopping_chain(2, hopping=0.1, rate=0.1, temperature=1.0, left=0.0, right=0.0)
        >>> tk.steady_state(chain).occupations.round(8)  # half filled at the chemical potential
        array([0.5, 0.5])
    """

    system: OneParticle
    jumps: Jumps
    baths: tuple[Bath, ...]
    bath: IntArray
    space: PhaseSpace
    frame: ComplexArray | None
    validity: tuple[Assumption, ...]
    contacts: tuple[ModeContact, ...] = ()

    def __repr__(self) -> str:
        kind = "bosonic" if self.z > 0 else "fermionic"
        names = ", ".join(repr(bath.name) for bath in self.baths)
        paired = ", with pairing" if self.pairing is not None else ""
        swept = f", swept over {self.batch_shape}" if self.batch_shape else ""
        return f"GaussianModel of {self.modes} {kind} modes{paired}, baths {names or 'none'}{swept}"

    @property
    def pairing(self) -> ComplexArray | None:
        """Delta (..., n, n) of (a^+ Delta a^+ + its adjoint)/2 [energy], or None."""
        return self.system.pairing

    @property
    def z(self) -> int:
        """+1 for bosons, -1 for fermions."""
        return self.system.z

    @property
    def modes(self) -> int:
        """Number of modes n."""
        return self.system.modes

    @property
    def hamiltonian(self) -> ComplexArray:
        """Of one particle (..., n, n) [energy]."""
        return self.system.matrix

    @property
    def frame_hamiltonian(self) -> ComplexArray:
        """The same in the frame, where normal modes are diagonal."""
        return self.system.matrix if self.frame is None else self.system.diagonal

    @property
    def site_vectors(self) -> ComplexArray:
        """The vectors of the jumps on sites, as columns (..., n, r)."""
        return self.jumps.vectors if self.frame is None else np.asarray(self.frame @ self.jumps.vectors)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes: the shape of a sweep."""
        return np.broadcast_shapes(
            self.space.drift.shape[:-2],
            self.space.vectors.shape[:-2],
            self.jumps.energy.shape[:-1],
            *(bath.batch_shape for bath in self.baths),
        )

    @property
    def channels(self) -> int:
        """Number of jump channels k: the losses of all pairs, then their gains."""
        return 2 * self.bath.size

    @cached_property
    def motion(self) -> Lyapunov:
        """The drift with its eigenvalues and eigenvectors, at points without a state at rest as well."""
        return Lyapunov(self.space.drift)

    @cached_property
    def lyapunov(self) -> Lyapunov:
        """What solves for second moments; of anything else at points without a state at rest, whose are NaN."""
        if not self.lost.any():
            return self.motion
        size = self.space.drift.shape[-1]
        return Lyapunov(np.where(self.lost[..., None, None], np.eye(size), self.space.drift))

    @property
    def damping(self) -> FloatArray:
        """Twice the real parts of the eigenvalues of the drift (..., m), at which squares decay [1/time]."""
        return np.asarray(2.0 * self.motion.values.real)

    @cached_property
    def _slack(self) -> FloatArray:
        """Damping (..., 1) that doubles do not tell from none."""
        drift = self.space.drift
        size = np.linalg.norm(drift, axis=(-2, -1)) / np.sqrt(drift.shape[-1])
        exact = self.motion.diagonal and self.pairing is None  # with pairing, what is gained and lost is summed up
        return np.asarray((0.0 if exact else STILL * drift.shape[-1]) * size[..., None])

    @property
    def growing(self) -> BoolArray:
        """Which modes grow (..., m)."""
        return np.asarray(self.motion.values.real < -self._slack)

    @property
    def still(self) -> BoolArray:
        """Which modes neither grow nor decay, as far as doubles tell (..., m)."""
        return np.asarray(np.abs(self.motion.values.real) <= self._slack)

    @cached_property
    def lost(self) -> BoolArray:
        """At which points of a sweep there is no state at rest (...)."""
        return np.asarray((self.growing | self.still).any(axis=-1))

    @property
    def gap(self) -> FloatArray:
        """The slowest rate at which second moments relax (...) [1/time]."""
        return np.asarray(self.damping.min(axis=-1))

    def bath_position(self, name: str) -> int:
        """Where the bath of that name stands in `baths`; a ValueError if no bath has it."""
        names = [bath.name for bath in self.baths]
        if name not in names:
            raise ValueError(f"`bath` must be one of {', '.join(map(repr, names)) or 'no baths'}, got {name!r}.")
        return names.index(name)


def joined(system: OneParticle, contacts: Sequence[ModeContact]) -> GaussianModel:
    """A model of a Hamiltonian and contacts.

    Args:
        system: the Hamiltonian of one particle.
        contacts: the contacts.

    Returns:
        The model.

    Raises:
        ValueError: if it does not relax, or an argument is not valid.
        TypeError: if a contact is of the wrong type.
    """
    listed = listed_contacts(contacts)
    normal = system.pairing is None and all(isinstance(contact, NormalModeContact) for contact in listed)
    frame = system.eigen[1] if normal else None
    made = [contact_jumps(contact, system, f"contacts[{position}]", frame) for position, contact in enumerate(listed)]
    felt = made  # as the contacts' assumptions know them
    if frame is None and hardly_damped(made, system):
        frame = system.eigen[1]
        made = [contact_jumps(each, system, f"contacts[{position}]", frame) for position, each in enumerate(listed)]
    common_axes(
        {
            "hamiltonian": system.matrix.shape[:-2],
            **{
                f"contacts[{position}]": np.broadcast_shapes(each.vectors.shape[:-2], each.loss.shape[:-1])
                for position, each in enumerate(made)
            },
        }
    )
    baths = distinct_baths([each.bath for each in made])
    places = [NO_BATH if each.bath is None else baths.index(each.bath) for each in made]
    jumps = stacked(made)
    own = system.matrix if frame is None else system.diagonal
    space = phase_space(np.asarray(own), system.pairing, jumps, system.z)
    lines = tuple(
        line for contact, each in zip(listed, felt, strict=True) for line in contact.assumptions(system, each, baths)
    )
    carried = heat_of_sites(system, listed, felt)
    if carried is not None:
        lines = (*lines, replace(carried, told=any(line.in_doubt for line in lines)))
    bath = np.repeat(places, [each.vectors.shape[-1] for each in made]).astype(np.int64)
    model = GaussianModel(system, jumps, baths, bath, space, frame, lines, tuple(listed))
    _require_relaxing(model)
    for line in lines:
        line.warn(model.batch_shape)
    return model


def _require_relaxing(model: GaussianModel) -> None:
    """Refuse modes that grow, or that no bath damps as far as doubles tell; of a sweep that relaxes elsewhere, warn."""
    growing, still = model.growing, model.still
    lost = np.asarray((growing | still).any(axis=-1))
    if not lost.any():
        return
    said = _growth(model, growing) if growing.any() else _stillness(model, still)
    if lost.all():
        raise ArgumentError(f"{said[0]}{said[1]}", "contacts")
    message = f"{said[0]}; numbers are NaN there, and right at all other points. Leave those out, or mend them."
    warnings.warn(LostPointsWarning(message, np.argwhere(lost).tolist()), stacklevel=users_level())


def _growth(model: GaussianModel, growing: BoolArray) -> tuple[str, str]:
    """What is said of modes that grow, and why they do."""
    why = "gain exceeds loss"
    if model.pairing is not None:
        why = f"the pairing is stronger than the damping, or {why}"
    rate = -float(model.damping.min())
    return f"a mode grows at rate {rate:.3g}{_points(growing)}: {why}", ", and nothing is at rest."


def _stillness(model: GaussianModel, still: BoolArray) -> tuple[str, str]:
    """What is said of modes that nothing damps, and the remedy."""
    size = float(np.linalg.norm(model.space.drift, axis=(-2, -1)).max() / np.sqrt(model.space.drift.shape[-1]))
    return (
        f"mode {_where(model, still)} is coupled to no bath{_points(still)}, as far as doubles tell (damping "
        f"{float(model.damping.min()):.2g}, beside a drift of {size:.2g}), or gains what it loses"
        f"{', from the pairing too' if model.pairing is not None and model.z > 0 else ''}",
        "; it keeps what it had for ever. Couple it to a bath, or leave it out.",
    )


def _points(chosen: BoolArray) -> str:
    return in_sweep(np.asarray(chosen.any(axis=-1)))


def _where(model: GaussianModel, still: BoolArray) -> str:
    """A mode that nothing damps, by the site on which it is largest."""
    point = tuple(int(index) for index in np.argwhere(still)[0])
    vectors = model.motion.vectors if model.frame is None else model.frame @ model.motion.vectors
    mode = np.broadcast_to(vectors, (*still.shape[:-1], *vectors.shape[-2:]))[point[:-1]][:, point[-1]]
    site = int(np.argmax(np.abs(mode))) % model.modes
    return f"{point[-1]} (largest on site {site})"


def require_gaussian(model: object) -> None:
    """Refuse what is no Gaussian model.

    Args:
        model: what was given as one.

    Raises:
        TypeError: if it is not a `GaussianModel`.
    """
    if not isinstance(model, GaussianModel):
        raise TypeError(f"`model` must be made by tk.gaussian.bosons or tk.gaussian.fermions, got {shown(model)}.")
