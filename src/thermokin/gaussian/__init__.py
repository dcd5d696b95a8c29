"""Gaussian systems: coupled oscillators and free fermions between baths, by their second moments."""

from thermokin.gaussian.bosons import bosons
from thermokin.gaussian.contacts import ModeContact, NormalModeContact, SiteContact
from thermokin.gaussian.cumulants import GaussianCovariance, GaussianCumulants
from thermokin.gaussian.currents import GaussianCurrent
from thermokin.gaussian.fermions import fermions
from thermokin.gaussian.gaussian_evolution import GaussianEvolution, GaussianLedger
from thermokin.gaussian.gaussian_spectrum import GaussianSpectrum
from thermokin.gaussian.gaussian_state import GaussianState
from thermokin.gaussian.integrated_counts import GaussianIntegratedCovariance, GaussianIntegratedCumulants
from thermokin.gaussian.library import hopping_chain, oscillator_chain
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.rate_contact import RateContact
from thermokin.gaussian.truncated import truncated

__all__ = [
    "GaussianCovariance",
    "GaussianCumulants",
    "GaussianCurrent",
    "GaussianEvolution",
    "GaussianIntegratedCovariance",
    "GaussianIntegratedCumulants",
    "GaussianLedger",
    "GaussianModel",
    "GaussianSpectrum",
    "GaussianState",
    "ModeContact",
    "NormalModeContact",
    "RateContact",
    "SiteContact",
    "bosons",
    "fermions",
    "hopping_chain",
    "oscillator_chain",
    "truncated",
]
