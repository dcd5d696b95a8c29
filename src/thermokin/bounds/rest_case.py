"""What all bounds on one current in the steady state share: its noise, its costs, its responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.bounds.inverse_x_tanh_x import information
from thermokin.bounds.quotient import quotient
from thermokin.bounds.relaxation_case import odd_count, pairs_of_jumps
from thermokin.bounds.response_source import scores
from thermokin.bounds.theorem import Hypothesis, Limit, Part
from thermokin.counting.counting import cumulants
from thermokin.counting.cumulants import Cumulants, cumulants_of
from thermokin.linear_response.current_answer import CurrentAnswer
from thermokin.linear_response.hamiltonian_answer import HamiltonianAnswer
from thermokin.linear_response.kms_generator import KMSGenerator, kms_generator
from thermokin.linear_response.record_responses import RecordResponses, record_responses
from thermokin.linear_response.sampling import Sampling
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.current import Current, entropy_flow
from thermokin.model.jump_entropy import jump_entropy
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.level_sums import in_blocks

__all__ = ["CLASSICAL", "RestCase"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 64.0 * EPSILON
BESIDE_THE_REST = 100  # elements up to which all eigenvalues cost no more than the other bounds together
CLASSICAL = "populations obey a rate equation"


@dataclass(frozen=True, eq=False)
class RestCase:
    """A current in the steady state. Everything is made on first use; arrays (...) over the points of a sweep.

    Args:
        cumulants: mean and noise of the current.
        counts_dephasing: whether uncounted jumps that undo themselves and move no population, such as dephasing at
            frequency zero, are part of the activity.
        perturbation: V (..., d, d) in the frame, the change of the Hamiltonian that responses are to; H if None.
        initial: says which steady state is meant.
        by_name: whether bounds were asked for by name, so that each may cost what it must.
        sampling: the wish for trajectories, where averages over the record of jumps are not known otherwise.

    Example:
        >>> import math, numpy as np, thermokin as tk
        >>> ahead = np.roll(np.eye(3), 1, axis=0)
        >>> ring = tk.rates(2.0 * ahead + 1.0 * ahead.T)
        >>> case = tk.bounds.RestCase(tk.cumulants(ring, tk.activity(ring)))
        >>> round(float(case.entropy_production), 8), round((2.0 - 1.0) * math.log(2.0 / 1.0), 8)
        (0.69314718, 0.69314718)
    """

    cumulants: Cumulants
    counts_dephasing: bool = False
    perturbation: ComplexArray | None = None
    initial: Initial | None = None
    by_name: bool = False
    sampling: Sampling | None = None

    @property
    def current(self) -> Current:
        """What is counted."""
        return self.cumulants.current

    @property
    def steady_state(self) -> SteadyState:
        """Where it is counted."""
        return self.cumulants.steady_state

    @property
    def model(self) -> Model:
        """The model; of the subspace in which an initial state ends."""
        return self.steady_state.model

    @property
    def mean(self) -> FloatArray:
        """J (...)."""
        return self.cumulants.mean

    @property
    def noise(self) -> FloatArray:
        """D, the second cumulant per time (...)."""
        return self.cumulants.noise

    @cached_property
    def jumps(self) -> SteadyJumps:
        """The jumps there."""
        return SteadyJumps(self.steady_state)

    @cached_property
    def answer(self) -> CurrentAnswer:
        """What the current answers to changes."""
        return CurrentAnswer(self.jumps, self.cumulants.resolvent, self.current)

    @cached_property
    def hamiltonian(self) -> HamiltonianAnswer:
        """What a change of the scale of the whole Hamiltonian writes into the jumps."""
        return HamiltonianAnswer(self.jumps, self.model.generator.dense.astype(np.complex128))

    @cached_property
    def perturbed(self) -> HamiltonianAnswer:
        """What H + theta V writes into the jumps."""
        return self.hamiltonian if self.perturbation is None else HamiltonianAnswer(self.jumps, self.perturbation)

    @cached_property
    def kms(self) -> KMSGenerator | None:
        """The generator in the frame of the KMS product; None where it is too large, or larger than all the rest."""
        if self.jumps.classical and self.cumulants.resolvent.block.size != self.model.dimension:
            return None  # an initial state has chosen some of the levels
        return kms_generator(self.jumps) if self.by_name else kms_generator(self.jumps, BESIDE_THE_REST)

    @cached_property
    def classical(self) -> Hypothesis:
        """That populations obey a rate equation."""
        if self.jumps.classical:
            return Hypothesis(CLASSICAL, holds=True)
        state, closed = np.abs(self.steady_state.matrix), Liouvillian(self.model).closed_points
        apart = np.nan_to_num(state.sum(axis=(-2, -1)) - np.trace(state, axis1=-2, axis2=-1))
        return Hypothesis(CLASSICAL, closed, np.where(closed, 0.0, apart), "sum of the sizes of coherences")

    @cached_property
    def paired(self) -> tuple[Hypothesis, ...]:
        """What every bound by entropy production asks for."""
        return pairs_of_jumps(jump_entropy(self.model)[..., self.model.table.bathless]), odd_count(self.current)

    @cached_property
    def taking_part(self) -> FloatArray:
        """(e,) 1 for jumps that are sped up, 0 for those left alone, which costs nothing."""
        weights = self.answer.weights
        counted = (weights != 0.0).any(axis=tuple(range(weights.ndim - 1)))
        return np.where(self.jumps.idle & ~counted & (not self.counts_dephasing), 0.0, 1.0)

    @cached_property
    def activity(self) -> FloatArray:
        """Jumps per time that take part (...)."""
        return np.asarray((self.jumps.rates * self.taking_part).sum(axis=-1))

    @cached_property
    def _entropy(self) -> tuple[FloatArray, FloatArray]:
        flow = entropy_flow(self.model)
        endless = np.isinf(flow.weights)
        if not endless.any():
            found = self._counted(flow)
            return found.mean, found.error[..., 0]
        weights = flow.weights[..., self.jumps.channel]
        happens = (np.isinf(weights) & (self.jumps.rates > ROUNDING * self.activity[..., None])).any(axis=-1)
        summed = np.where(np.isinf(weights), 0.0, weights) * self.jumps.rates
        error = ROUNDING * self.jumps.channel.size * np.abs(summed).sum(axis=-1)
        return np.where(happens, np.inf, summed.sum(axis=-1)), np.where(happens, 0.0, error)

    def _counted(self, current: Current) -> Cumulants:
        """The mean of another current, from the factorisation at hand where there is one point."""
        if self.model.batch_shape:
            return cumulants(self.model, current, order=1, initial=self.initial)
        return cumulants_of(self.cumulants.resolvent, self.steady_state, current, 1)

    @property
    def entropy_production(self) -> FloatArray:
        """The rate at which entropy is produced (...) [nats/time]; inf where a jump happens that nothing undoes."""
        return self._entropy[0]

    @cached_property
    def information(self) -> FloatArray:
        """A tanh^2 Phi(sigma / 2A) (...) [1/time]."""
        return in_blocks(information, self.entropy_production, self.activity)

    @cached_property
    def forces(self) -> FloatArray:
        """l_e = (a_e - a_e~)/(a_e + a_e~) (..., e)."""
        return scores(self.jumps.rates, self.jumps.reverse.astype(np.int32))

    @cached_property
    def record(self) -> RecordResponses:
        """What the record of jumps has in common with the current."""
        return record_responses(self.answer, self.noise, self.sampling, self.cumulants.error[..., 1])

    def response(self, of_jumps: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How the mean answers when L_e -> exp(theta b_e / 2) L_e, and how far rounding may have moved that.

        Args:
            of_jumps: b_e (..., e).

        Returns:
            Both (...) [amount/time].
        """
        value = (of_jumps * self.answer.to_jumps).sum(axis=-1)
        return value, (np.abs(of_jumps) * self.answer.to_jumps_error).sum(axis=-1)

    @cached_property
    def forced(self) -> tuple[Part, FloatArray]:
        """J(1 + delta), and its error: J itself where populations obey a rate equation and counts are odd."""
        if self.jumps.classical and self.current.is_odd:
            return Part("response to the forces", self.mean, "delta"), self._mean_error
        value, error = self.response(self.forces)
        error = error + self.forces_error * np.abs(self.answer.to_jumps).sum(axis=-1)
        return Part("response to the forces", value, "delta"), error

    @property
    def forces_error(self) -> FloatArray:
        """How far rounding of the rates may have moved each of the forces (...)."""
        return np.asarray(ROUNDING * (1.0 + self.cumulants.resolvent.solution_error / EPSILON))

    @cached_property
    def forces_information(self) -> tuple[FloatArray, FloatArray]:
        """sum_e l_e^2 a_e (...) [1/time], and its error."""
        value = (self.forces**2 * self.jumps.rates).sum(axis=-1)
        share = self.forces_error[..., None]
        missed = ((2.0 * np.abs(self.forces) + share) * share * self.jumps.rates).sum(axis=-1)
        return value, missed

    @cached_property
    def sped_up(self) -> tuple[Part, FloatArray]:
        """J(1 + psi), and its error: J itself where populations obey a rate equation."""
        if self.jumps.classical:
            return Part("response to a speed-up of all jumps", self.mean, "psi"), self._mean_error
        value, error = self.response(self.taking_part)
        return Part("response to a speed-up of all jumps", value, "psi"), error

    def to_hamiltonian(self, found: HamiltonianAnswer) -> tuple[FloatArray, FloatArray]:
        """How the mean answers when H -> H + theta V, and how far rounding may have moved that (...).

        Args:
            found: of V.

        Returns:
            Both [amount/time].
        """
        size = np.abs(self.answer.operator) * np.abs(found.operator @ self.steady_state.matrix).swapaxes(-1, -2)
        share = EPSILON + self.cumulants.resolvent.solution_error
        return self.answer.to_hamiltonian(found.operator), np.asarray(2.0 * share * size.sum(axis=(-2, -1)))

    @property
    def itself(self) -> tuple[Part, FloatArray]:
        """J, and its error."""
        return Part("mean", self.mean), self._mean_error

    @property
    def _mean_error(self) -> FloatArray:
        return self.cumulants.error[..., 0]

    def limit(
        self,
        response: tuple[Part, FloatArray],
        cost: FloatArray,
        name: str,
        hypotheses: tuple[Hypothesis, ...] = (),
        cost_error: FloatArray | float = 0.0,
    ) -> Limit:
        """A squared response over a cost.

        Args:
            response: the response, and its error.
            cost: (...) [1/time].
            name: of the cost.
            hypotheses: of the theorem.
            cost_error: of the cost.

        Returns:
            The limit: 0 where both are 0 within rounding, as without a current; below it where the cost has no digit.
        """
        part, missed = response
        value, error = quotient(part.values, missed, cost, cost_error, ROUNDING * self._scale)
        return Limit(value, hypotheses, error, Part(name, cost), part)

    @cached_property
    def _scale(self) -> FloatArray:
        counted = (np.abs(self.answer.weights) * self.jumps.rates).sum(axis=-1)
        # A rounding of what could be counted, were there somebody to jump.
        possible = np.abs(self.current.weights) * self.jumps.table.channel_strength
        return np.asarray(counted + EPSILON * possible.max(axis=-1, initial=0.0))

    def by_entropy(self, response: tuple[Part, FloatArray], cost: FloatArray, name: str, *more: Hypothesis) -> Limit:
        """A squared response over a cost that is made of the entropy production.

        Args:
            response: the response, and its error.
            cost: (...) [1/time].
            name: of the cost.
            more: what the theorem asks for besides pairs of jumps.

        Returns:
            The limit.
        """
        produced, missed = self._entropy
        with np.errstate(divide="ignore", invalid="ignore"):
            # No cost grows faster than the entropy production, in relative terms.
            error = np.where(produced > missed, cost * (missed / produced), np.inf)
        return self.limit(response, cost, name, (*self.paired, *more), error)
