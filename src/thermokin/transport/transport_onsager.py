"""What currents between leads answer to small differences of temperature and potential: integrals over energy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._result import ArrayResult
from thermokin._typing import FloatArray
from thermokin.thermo.transport_coefficients import TransportCoefficients
from thermokin.transport.at_energies import AtEnergies, over_energies
from thermokin.transport.joined_leads import JoinedLeads
from thermokin.transport.occupation import filled
from thermokin.transport.transport_current import TransportCurrent

__all__ = ["TransportOnsager", "TransportThermoelectric", "outgoing_shares", "transport_onsager"]

COMMON = 1e-12  # of the largest eigenvalue of the conductances: one that a common potential has


@dataclass(frozen=True, eq=False)
class TransportOnsager(ArrayResult):
    """L with J_a = sum_b L_ab X_b of small affinities X. NumPy takes it for an array of the values.

    Currents leave the leads: particles, where fermions are carried, and heat, of each lead in turn. The affinity of
    particles is d mu / T of their lead, that of heat is dT / T^2; entropy production is then sum_a J_a X_a. Where a
    magnetic field leaves transmissions that differ both ways, L is not symmetric.

    Args:
        values: L (..., n, n) [amount_a amount_b/time].
        error: of the quadrature over energy, rounding included (..., n, n).
        currents: what the rows and columns count (n,).
        junction: the junction, at equilibrium.
    """

    OWN_AXES: ClassVar[int] = 2

    values: FloatArray
    error: FloatArray
    currents: tuple[TransportCurrent, ...]
    junction: JoinedLeads

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the currents (n,)."""
        return tuple(current.name for current in self.currents)

    @property
    def temperature(self) -> FloatArray:
        """T of all leads (...) [energy]."""
        return self.junction.leads[0].temperature

    @property
    def asymmetry(self) -> FloatArray:
        """Largest |L_ab - L_ba| over sqrt(L_aa L_bb) (...)."""
        size = np.sqrt(np.abs(np.diagonal(self.values, axis1=-2, axis2=-1)))
        scale = size[..., :, None] * size[..., None, :]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(scale > 0.0, np.abs(self.values - self.values.swapaxes(-1, -2)) / scale, 0.0)
        return np.asarray(share.max(axis=(-2, -1)))

    @property
    def conductances(self) -> FloatArray:
        """dJ^N_a / d mu_b at one temperature (..., b, b) of the particles from each lead [1/(energy time)].

        Raises:
            HypothesisError: if bosons are carried.
        """
        if self.junction.sign < 0.0:
            raise HypothesisError("bosons carry heat alone; there are thermal conductances and nothing else.")
        return np.asarray(self.values[..., ::2, ::2] / self.temperature[..., None, None])

    @property
    def thermal_conductances(self) -> FloatArray:
        """dJ^Q_a / dT_b (..., b, b) of the heat from each lead, at potentials at which no particles flow [1/time].

        Near tight coupling they keep no more digits than the matrix has; for two leads, `thermoelectric` does better.
        """
        if self.junction.sign < 0.0:
            found = self.values
        else:
            carriers, mixed = self.values[..., ::2, ::2], self.values[..., ::2, 1::2]
            # A potential common to all leads moves no particles, and need not be found.
            answered = np.linalg.pinv(carriers, rcond=COMMON) @ mixed
            found = self.values[..., 1::2, 1::2] - self.values[..., 1::2, ::2] @ answered
        return np.asarray(found / self.temperature[..., None, None] ** 2)

    @cached_property
    def thermoelectric(self) -> TransportThermoelectric:
        """Conductances, Seebeck, Peltier and ZT between two leads, those of the first lead's currents.

        Raises:
            HypothesisError: if there is another number of leads.
        """
        if len(self.junction.leads) != 2:
            raise HypothesisError(
                f"transport coefficients are those of two leads, and this junction has {len(self.junction.leads)}; "
                "read the matrix, `conductances` and `thermal_conductances`."
            )
        return TransportThermoelectric(self)


@dataclass(frozen=True, eq=False)
class TransportThermoelectric(TransportCoefficients):
    """What two leads exchange per small difference of temperature and of chemical potential.

    Of the first lead's currents, particles J_N and heat J_Q into the junction, at differences d mu and dT of the first
    lead from the second: J_N = G (d mu + S dT) and J_Q = Pi J_N + K dT, per charge of one.

    Args:
        onsager: the matrix.
    """

    onsager: TransportOnsager

    @property
    def temperature(self) -> FloatArray:
        """T of both leads (...) [energy]."""
        return self.onsager.temperature

    @property
    def moves_particles(self) -> bool:
        """Whether the leads exchange particles, and not heat alone."""
        return self.onsager.junction.sign > 0.0

    def _element(self, row: int, column: int) -> FloatArray:
        if not self.moves_particles:
            raise HypothesisError("bosons carry heat alone; there is a thermal conductance and nothing else.")
        return np.asarray(self.onsager.values[..., row, column])

    @cached_property
    def _thermal(self) -> tuple[FloatArray, FloatArray]:
        whole, square = self.onsager, self.onsager.temperature**2
        if not self.moves_particles:
            return whole.values[..., 0, 0] / square, whole.error[..., 0, 0] / square
        # Heat beside what goes with each particle: a variance over energy, without the cancellation of a difference.
        number, heat = whole.currents[:2]
        free = heat - number * self.peltier
        value, error = _matrix(whole.junction, (free,))
        unsure = whole.error[..., 1, 0] + np.abs(self.peltier) * whole.error[..., 0, 0]
        return value[..., 0, 0] / square, (error[..., 0, 0] + unsure**2 / self._element(0, 0)) / square


def transport_onsager(junction: JoinedLeads, currents: tuple[TransportCurrent, ...]) -> TransportOnsager:
    """The Onsager matrix of a junction whose leads are alike, see `thermokin.onsager`.

    L_ab = int dE/2 pi w_a w_b [delta_lm N_l - T_lm] n (1 -+ n), T_lm what goes from lead m to lead l, N_l the channels.

    Args:
        junction: the junction.
        currents: particles, of fermions, and heat, of each lead in turn.

    Returns:
        The matrix.

    Raises:
        HypothesisError: if the leads differ.
        ValueError: if they have temperature 0.
        NotConvergedError: if an integral over energy does not converge.

    Reference:
        onsager1931; benenti2017.
    """
    warmth, level = junction.stacked("temperature"), junction.stacked("chemical_potential")
    if (warmth != warmth[..., :1]).any() or (level != level[..., :1]).any():
        raise HypothesisError("leads must have one temperature and one chemical potential for an Onsager matrix.")
    if (warmth == 0.0).any():
        raise ValueError("at temperature 0 affinities are infinite; take the leads above it.")
    values, error = _matrix(junction, currents)
    return TransportOnsager(values, error, currents, junction)


def _matrix(junction: JoinedLeads, currents: tuple[TransportCurrent, ...]) -> tuple[FloatArray, FloatArray]:
    shape, count = junction.batch_shape, len(currents)
    shares = outgoing_shares(junction)

    def spectral(at: AtEnergies) -> FloatArray:
        filling, rest = filled(at.exponent(0), junction.sign)
        weights = np.stack(
            [np.stack([at.lead_weight(one, lead) for one in currents], axis=-1) for lead in range(len(junction.leads))],
            axis=-1,
        )
        found = weights @ shares(at) @ weights.swapaxes(-1, -2) * (filling * rest)[..., None, None]
        return np.asarray(found.reshape(*found.shape[:-2], -1))

    values, error = over_energies(junction, spectral, count * count)
    return values.reshape(*shape, count, count), error.reshape(*shape, count, count)


def outgoing_shares(junction: JoinedLeads) -> Callable[[AtEnergies], FloatArray]:
    """delta_lm N_l - T_lm: what leaves lead l less what comes to it from lead m, without cancellation.

    Args:
        junction: the junction.

    Returns:
        A function of energies, with values (m, q, l, l).
    """
    shape = junction.batch_shape
    transmission = junction.scatterer.transmission(shape)
    if transmission is not None:
        both = np.array([[1.0, -1.0], [-1.0, 1.0]])
        return lambda at: transmission(at.point, at.anchor, at.offset).sum(axis=-1)[..., None, None] * both
    scattering, owner = junction.scatterer.whole_matrix(shape), np.array(junction.scatterer.owner)
    sums = (np.arange(len(junction.leads))[:, None] == owner).astype(np.float64)

    def shares(at: AtEnergies) -> FloatArray:
        across = sums @ np.abs(scattering(at.point, at.anchor, at.offset)) ** 2 @ sums.T
        place = np.arange(len(junction.leads))
        across[..., place, place] = 0.0
        found = -across
        found[..., place, place] = across.sum(axis=-1)
        return np.asarray(found)

    return shares
