"""The Onsager matrix: what currents between baths answer to small differences of temperature and chemical potential."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin._verbs import verb
from thermokin.counting.counting import Counting
from thermokin.counting.covariance import Covariance
from thermokin.counting.lost_digits import points_of
from thermokin.linear_response.current_excess import CurrentExcess
from thermokin.linear_response.equilibrium import carriers_of, require_equilibrium, require_no_current
from thermokin.linear_response.thermoelectric import Thermoelectric
from thermokin.model.current import Current, heat, particles
from thermokin.model.model import Model, require_model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.method import Method

__all__ = ["OnsagerMatrix", "onsager"]

KINDS = (particles, heat)
SYMMETRIC = 1e-10  # difference of opposite responses, relative, that is taken for rounding
COMMON = 1e-12  # of the largest eigenvalue of the conductances: one that a common potential has


@dataclass(frozen=True, eq=False)
class OnsagerMatrix(ArrayResult):
    """L with J_a = sum_b L_ab X_b of small affinities X. NumPy takes it for an array of the values.

    Currents flow into the system: particles, where a bath exchanges any, and heat, from each bath in turn. The affinity
    of particles is d mu / T of their bath, that of heat is dT / T^2; entropy production is then sum_a J_a X_a.

    Args:
        counting: the equilibrium.
        covariance: of the currents.
        response: R, the same matrix from the answer of each current to the rates of single jumps (..., n, n), which
            nothing makes symmetric.
        response_error: how far rounding may have moved its elements, from above as a rule (..., n, n).
    """

    counting: Counting
    covariance: Covariance
    response: FloatArray
    response_error: FloatArray

    @property
    def steady_state(self) -> SteadyState:
        """The equilibrium."""
        return self.counting.steady_state

    @property
    def currents(self) -> tuple[Current, ...]:
        """What the rows and columns count (n,)."""
        return self.covariance.currents

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the currents (n,)."""
        return tuple(current.name for current in self.currents)

    @property
    def values(self) -> FloatArray:
        """L (..., n, n) [amount_a amount_b/time]: half the covariance of the currents, which is the symmetric part.

        Where a magnetic field breaks time reversal, as phases of hopping around a ring do, the antisymmetric part of
        the response is added; what is one by rounding alone is not.
        """
        return np.asarray(0.5 * self.covariance.values + self._antisymmetric)

    @property
    def _antisymmetric(self) -> FloatArray:
        return np.where(self.is_symmetric[..., None, None], 0.0, 0.5 * _turned(self.response))

    @property
    def is_symmetric(self) -> BoolArray:
        """Whether the response is symmetric to rounding (...)."""
        return np.asarray(self.asymmetry <= SYMMETRIC)

    @property
    def error(self) -> FloatArray:
        """How far rounding may have moved each element, from above as a rule (..., n, n)."""
        added = np.where(self.is_symmetric[..., None, None], 0.0, self.response_error)
        return np.asarray(0.5 * self.covariance.error + added)

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some element is NaN."""
        return points_of(~np.isfinite(self.values), 2)

    @property
    def asymmetry(self) -> FloatArray:
        """Largest |R_ab - R_ba| over the size sqrt(L_aa L_bb) of an element (...)."""
        return self._largest(_turned(self.response))

    @property
    def mismatch(self) -> FloatArray:
        """Largest |R_ab - L_ab| over sqrt(L_aa L_bb) (...): rounding where fluctuations and response are related."""
        return self._largest(self.response - self.values)

    def _largest(self, difference: FloatArray) -> FloatArray:
        size = np.sqrt(0.5 * np.abs(np.diagonal(self.covariance.values, axis1=-2, axis2=-1)))
        scale = size[..., :, None] * size[..., None, :]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(scale > 0.0, np.abs(difference) / scale, 0.0)
        return np.asarray(share.max(axis=(-2, -1)))

    @property
    def temperature(self) -> FloatArray:
        """T of all baths (...) [energy]."""
        return self.counting.model.baths[0].temperature

    @property
    def conductances(self) -> FloatArray:
        """dJ^N_a / d mu_b at one temperature (..., b, b) of the particles from each lead [1/(energy time)].

        Raises:
            HypothesisError: if baths exchange heat alone.
        """
        carriers, _ = self._places
        if not carriers.size:
            raise HypothesisError("these baths exchange heat alone; there are thermal conductances and nothing else.")
        return np.asarray(self._part(carriers, carriers) / self.temperature[..., None, None])

    @property
    def _places(self) -> tuple[IntArray, IntArray]:
        """Where the currents of particles and those of heat stand, in the order of their baths."""
        kinds = np.concatenate([[True, False] if carries else [False] for carries in carriers_of(self.counting.model)])
        return np.flatnonzero(kinds), np.flatnonzero(~kinds)

    def _part(self, rows: IntArray, columns: IntArray) -> FloatArray:
        return self.values[..., rows[:, None], columns]

    @property
    def thermal_conductances(self) -> FloatArray:
        """dJ^Q_a / dT_b (..., b, b) of the heat from each bath, at potentials at which no particles flow [1/time].

        Near tight coupling they keep no more digits than the matrix has; for two baths, `thermoelectric` does better.
        """
        carriers, heats = self._places
        found = self._part(heats, heats)
        if carriers.size:
            # A potential common to baths that exchange particles moves none, and need not be found.
            answered = np.linalg.pinv(self._part(carriers, carriers), rcond=COMMON) @ self._part(carriers, heats)
            found = found - self._part(heats, carriers) @ answered
        return np.asarray(found / self.temperature[..., None, None] ** 2)

    @cached_property
    def thermoelectric(self) -> Thermoelectric:
        """Conductances, Seebeck, Peltier and ZT between two baths, those of the first bath's currents.

        Raises:
            HypothesisError: if the model has another number of baths.
        """
        model = self.counting.model
        if len(model.baths) != 2:
            raise HypothesisError(
                f"transport coefficients are those of two baths, and this model has {len(model.baths)}; read the "
                "matrix, `conductances` and `thermal_conductances`."
            )
        first = np.array([0, 1]) if all(carriers_of(model)) else self._places[1][:1]
        return Thermoelectric(
            self.counting,
            tuple(self.currents[place] for place in first),
            self._part(first, first),
            self.error[..., first[:, None], first],
            self.is_symmetric,
        )


@verb
def onsager(model: Model, *, initial: Initial | None = None, method: Method | None = None) -> OnsagerMatrix:
    """The Onsager matrix of the currents between baths, from their covariance at equilibrium.

    Fluctuation and dissipation: J_a answers to a small affinity of J_b as L_ab = lim <<N_a N_b>> / 2t. That symmetric
    matrix is compared with the answer of each current to the rates of single jumps, R_ab = 1/2 sum_k c_bk dJ_a/d ln
    (rate of k), as a bath's affinity tilts a jump against the one that undoes it. These also give the antisymmetric
    part, where a magnetic field leaves one.

    Args:
        model: a model whose baths all have one temperature, and its leads one chemical potential.
        initial: says which steady state is meant, where the model keeps more than one.
        method: how to solve; `Auto()` if None.

    Returns:
        The matrix, which reads as an array (..., n, n), with its symmetry, and conductances between two baths.

    Raises:
        HypothesisError: if baths differ, jumps have no bath, or currents flow nevertheless.
        DegenerateSteadyStateError: if the model keeps more than one steady state and `initial` names none.
        NotConvergedError: if an iteration stalls, or rounding leaves fewer than six digits of an element.
        ValueError: if the model has no bath, or one at temperature 0.
        TypeError: if an argument is of the wrong type.

    Cost:
        One factorisation, and two solves for each current.

    Reference:
        onsager1931; benenti2017.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> leads = [tk.Bath(name, 0.5, 0.1, tk.Fermi()) for name in ("left", "right")]
        >>> level = np.array([[0.0, 1.0], [0.0, 0.0]])
        >>> contacts = [tk.Contact(lead, level, tk.Flat(0.3)) for lead in leads]
        >>> dot = tk.davies(np.diag([0.0, 0.35]), contacts, number_operator=np.diag([0.0, 1.0]))
        >>> found = tk.onsager(dot)
        >>> bool(np.isclose(found.thermoelectric.seebeck, (0.35 - 0.1) / 0.5))
        True
    """
    require_model(model)
    require_equilibrium(model)
    currents = tuple(_currents(model))
    counting = Counting(model, initial=initial, method=method)
    with few_threads(model.dimension):
        answers = [CurrentExcess(counting.resolvent, counting.steady_state, current.weights) for current in currents]
        require_no_current(currents, answers[0].rates)
        covariance = counting.covariance(currents)
        tilts = [0.5 * current.weights for current in currents]  # an affinity X tilts a rate by exp(c X / 2)
        response = _matrix(tilts, [answer.responses for answer in answers])
        error = _matrix([np.abs(tilt) for tilt in tilts], [answer.error for answer in answers])
    return OnsagerMatrix(counting, covariance, response, error)


def _matrix(tilts: list[FloatArray], numbers: list[FloatArray]) -> FloatArray:
    """Sums over jumps (..., k) of one's numbers times the other's tilts, for every pair (..., n, n)."""
    rows = [np.stack(np.broadcast_arrays(*((one * tilt).sum(axis=-1) for tilt in tilts)), axis=-1) for one in numbers]
    return np.stack(np.broadcast_arrays(*rows), axis=-2)


def _turned(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix - matrix.swapaxes(-1, -2))


def _currents(model: Model) -> list[Current]:
    exchanged = zip(model.baths, carriers_of(model), strict=True)
    return [kind(model, bath.name) for bath, carries in exchanged for kind in (KINDS if carries else KINDS[1:])]
