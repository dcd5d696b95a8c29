"""The two parts of the entropy production rate: of relaxation, and of what the steady state goes on doing."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_entropy import jump_entropy
from thermokin.motion.evolution import Evolution
from thermokin.thermo.entropy_given import happens, rest_of_levels
from thermokin.thermo.population_entropy_production import log_ratio, spohn
from thermokin.thermo.state_spectrum import state_spectrum

__all__ = ["adiabatic_rate", "nonadiabatic_rate"]


def nonadiabatic_rate(evolution: Evolution, log_steady: FrameOperator) -> FloatArray:
    """-tr[(L rho)(ln rho - ln rho_ss)] over time.

    Args:
        evolution: any evolution.
        log_steady: ln rho_ss.

    Returns:
        (..., t) [nats/time], >= 0; inf where a state without population is being filled.

    Reference:
        spohn1978, manzano2018.
    """
    if evolution.final is not None and evolution.population_only:
        return spohn(evolution.population_rates, log_ratio(evolution, log_steady.diagonal))
    spectrum, rates = state_spectrum(evolution), evolution.frame_rates
    basis, populated = spectrum.vectors, spectrum.logarithms
    change = np.einsum("...mi,...mn,...ni->...i", basis.conj(), rates, basis).real
    return np.asarray(spohn(change, populated) + evolution.expectation_rate(log_steady))


def adiabatic_rate(evolution: Evolution, log_steady: FrameOperator) -> FloatArray:
    """sum_k s_k a_k - tr[(L rho) ln rho_ss], s_k the entropy of a jump and a_k its rate, over time.

    Args:
        evolution: any evolution.
        log_steady: ln rho_ss.

    Returns:
        (..., t) [nats/time]; inf only where a jump happens that nothing undoes, from any start.

    Reference:
        manzano2018.
    """
    entropies = jump_entropy(evolution.model)
    endless = np.isinf(entropies)
    finite = np.where(endless, 0.0, entropies)
    if log_steady.is_diagonal:
        # Jump by jump: at an equilibrium nothing is left of any, and nothing has to cancel.
        rate = evolution.expectation(rest_of_levels(evolution, finite, -log_steady.diagonal))
    else:
        flow = evolution.expectation(evolution.liouvillian.observable(finite))
        rate = flow - evolution.expectation_rate(log_steady)
    return np.where(happens(evolution, endless), np.inf, rate) if endless.any() else np.asarray(rate)
