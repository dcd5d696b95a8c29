"""What all bounds in coherent transport share: current, noise, entropy production and classical noise of a junction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import HypothesisError
from thermokin._typing import FloatArray
from thermokin.bounds.theorem import Hypothesis
from thermokin.transport.answers import entropy_flow
from thermokin.transport.at_energies import AtEnergies, over_energies
from thermokin.transport.junction import Junction
from thermokin.transport.transport_cumulants import TransportCumulants, transport_cumulants
from thermokin.transport.transport_current import TransportCurrent, own_current

__all__ = ["TransportCase"]

GRID, CLOSER = 33, 6  # nodes of a closer look at the largest transmission, and how often
RECIPROCAL = 1e-10  # difference of a transmission from the reverse one that is rounding


@dataclass(frozen=True, eq=False)
class TransportCase:
    """A current in a junction at rest. Everything is made on first use.

    Args:
        junction: the junction.
        current: the current.

    Raises:
        ValueError: if the current belongs to another junction.
        TypeError: if it is none.

    Example:
        >>> import thermokin as tk
        >>> leads = [tk.Bath("left", 1.0, 0.5, tk.Fermi()), tk.Bath("right", 1.0, -0.5, tk.Fermi())]
        >>> junction = tk.transport.Junction(tk.transport.constant(0.5), leads)
        >>> case = tk.bounds.TransportCase(junction, tk.particles(junction, "left"))
        >>> round(float(case.entropy_production[0] / case.mean), 8)  # bias over temperature
        1.0
    """

    junction: Junction
    current: TransportCurrent

    def __post_init__(self) -> None:
        own_current(self.current, self.junction)

    @cached_property
    def cumulants(self) -> TransportCumulants:
        """Mean and noise."""
        return transport_cumulants(self.junction, self.current, 2)

    @property
    def mean(self) -> FloatArray:
        """J (...) [amount/time]."""
        return self.cumulants.mean

    @property
    def noise(self) -> FloatArray:
        """D (...) [amount^2/time]."""
        return self.cumulants.noise

    @cached_property
    def entropy_production(self) -> tuple[FloatArray, FloatArray]:
        """Entropy that the leads take up (...) [nats/time], and its error; infinite beside one at temperature 0."""
        if (self.junction.stacked("temperature") == 0.0).any():
            return np.full(self.mean.shape, np.inf), np.zeros(self.mean.shape)
        transmission = self.junction.scatterer.transmission(self.junction.batch_shape)
        if transmission is None:
            found = transport_cumulants(self.junction, entropy_flow(self.junction), 1)
            return found.mean, found.error[..., 0]

        def spectral(at: AtEnergies) -> FloatArray:
            # Of differences between the leads, which keep the digits that mu / T of each would lose close to another.
            less, _, _ = at.two_fillings()
            through = transmission(at.point, at.anchor, at.offset).sum(axis=-1)
            return np.asarray((through * less * at.apart(1, 0))[..., None])

        value, error = over_energies(self.junction, spectral, 1)
        return value[..., 0], error[..., 0]

    @property
    def fermions(self) -> bool:
        """Whether fermions are carried, and not bosons."""
        return self.junction.sign > 0.0

    @cached_property
    def amount(self) -> FloatArray | None:
        """What each quantum counts that goes from any lead to another that counts otherwise; None if that varies.

        A quantum counts the same whatever its energy, and no lead counts but one, or the two there are.
        """
        particles = self.current.particles
        if (self.current.energy != self.current.energy[..., :1]).any():
            return None
        others = particles - particles[..., -1:]
        if particles.shape[-1] == 2:
            return np.asarray(np.abs(others[..., 0]))
        counted = np.abs(particles - np.median(particles, axis=-1, keepdims=True)) > 0.0
        return np.asarray(np.abs(np.ptp(particles, axis=-1))) if (counted.sum(axis=-1) <= 1).all() else None

    def alike(self) -> Hypothesis:
        """That all quanta count alike."""
        return Hypothesis("each quantum that enters or leaves one lead counts the same", holds=self.amount is not None)

    def two_leads(self) -> Hypothesis:
        """That there are two leads with a transmission between them."""
        known = self.junction.scatterer.transmission(self.junction.batch_shape) is not None
        return Hypothesis("there are two leads", holds=known)

    @cached_property
    def classical_noise(self) -> tuple[FloatArray, FloatArray]:
        """What independent transfers would fluctuate, int T x^2 [n_L (1 -+ n_R) + n_R (1 -+ n_L)] (...), and its error.

        Raises:
            HypothesisError: if there are more leads than two.
        """
        transmission = self.junction.scatterer.transmission(self.junction.batch_shape)
        if transmission is None:
            raise HypothesisError("the noise of independent transfers is defined between two leads.")

        def spectral(at: AtEnergies) -> FloatArray:
            through = transmission(at.point, at.anchor, at.offset).sum(axis=-1)
            _, left, right = at.two_fillings()
            both = left[0] * right[1] + right[0] * left[1]
            return np.asarray((at.weight(self.current, 0, 1) ** 2 * through * both)[..., None])

        value, error = over_energies(self.junction, spectral, 1)
        return value[..., 0], error[..., 0]

    @cached_property
    def channels(self) -> int:
        """How many transmissions there are between two leads.

        Raises:
            HypothesisError: if there are more leads than two.
        """
        shape = self.junction.batch_shape
        transmission, window = self.junction.scatterer.transmission(shape), self.junction.scatterer.window(shape)
        if transmission is None:
            raise HypothesisError("transmissions are counted between two leads.")
        place = np.zeros(1) if window is None else 0.5 * (window[0] + window[1]).reshape(-1)[:1]
        return len(transmission(np.zeros(1, dtype=np.int_), place, np.zeros((1, 1)))[0, 0])

    @cached_property
    def largest_transmission(self) -> FloatArray:
        """The largest eigenvalue of t^+ t at the energies of the leads (...)."""
        shape = self.junction.batch_shape
        transmission = self.junction.scatterer.transmission(shape)
        if transmission is None:
            return np.ones(shape)
        points = int(np.prod(shape))
        best, place = np.zeros(points), np.zeros((3, points))  # anchor, and the nodes before and behind

        def spectral(at: AtEnergies) -> FloatArray:
            through = transmission(at.point, at.anchor, at.offset).max(axis=-1)
            node, row = through.argmax(axis=-1), np.arange(at.point.size)
            largest = through[row, node]
            order = np.argsort(largest)
            order = order[largest[order] > best[at.point[order]]]  # of one point, the largest is written last
            point, node = at.point[order], node[order]
            # Beyond the first and last node as far as to the next one, past the end of the panel.
            wide = np.concatenate([2.0 * at.offset[:, :1] - at.offset[:, 1:2], at.offset], axis=1)
            wide = np.concatenate([wide, 2.0 * at.offset[:, -1:] - at.offset[:, -2:-1]], axis=1)[order]
            every = np.arange(order.size)
            best[point] = largest[order]
            place[:, point] = at.anchor[order], wide[every, node], wide[every, node + 2]
            return np.asarray(through[..., None])

        over_energies(self.junction, spectral, 1)
        every, (anchor, low, high) = np.arange(points), place
        for _ in range(CLOSER):
            offsets = np.linspace(low, high, GRID, axis=-1)
            through = transmission(every, anchor, offsets).max(axis=-1)
            top = through.argmax(axis=-1)
            best = np.maximum(best, through[every, top])
            low, high = offsets[every, np.maximum(top - 1, 0)], offsets[every, np.minimum(top + 1, GRID - 1)]
        return best.reshape(shape)

    @cached_property
    def reciprocity_defect(self) -> float:
        """The largest difference between a transmission and the reverse one, over energies and leads."""
        shape = self.junction.batch_shape
        scattering = self.junction.scatterer.scattering(shape)
        if scattering is None:
            return 0.0
        owner, defect = np.array(self.junction.scatterer.owner), [0.0]
        sums = (np.arange(owner.max() + 1)[:, None] == owner).astype(np.float64)

        def spectral(at: AtEnergies) -> FloatArray:
            shares = sums @ np.abs(scattering(at.point, at.anchor, at.offset)) ** 2 @ sums.T
            defect[0] = max(defect[0], float(np.abs(shares - shares.swapaxes(-1, -2)).max()))
            return np.asarray(shares[..., 0, 0, None])

        over_energies(self.junction, spectral, 1)
        return defect[0]

    def reciprocal(self) -> Hypothesis:
        """That transmissions are the same both ways."""
        two = len(self.junction.leads) == 2
        defect = 0.0 if two else self.reciprocity_defect
        return Hypothesis("transmissions are the same both ways", defect <= RECIPROCAL, defect, "largest difference")
