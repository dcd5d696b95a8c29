"""Coherent transport: what a scatterer carries between leads, and how it fluctuates."""

from thermokin.transport.answers import Junction
from thermokin.transport.chiral import mach_zehnder, one_way_ring
from thermokin.transport.dots import chain, dots
from thermokin.transport.from_kwant import from_kwant
from thermokin.transport.models import boxcar, constant, point_contact, resonant_level, step
from thermokin.transport.own_functions import Scattering, Transmission
from thermokin.transport.scatterer import Features, Scatterer
from thermokin.transport.transmission_spectrum import transmission_spectrum

__all__ = [
    "Features",
    "Junction",
    "Scatterer",
    "Scattering",
    "Transmission",
    "boxcar",
    "chain",
    "constant",
    "dots",
    "from_kwant",
    "mach_zehnder",
    "one_way_ring",
    "point_contact",
    "resonant_level",
    "step",
    "transmission_spectrum",
]
