"""From a study to the models of its quenches: a family in the temperature of the bath, and the pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.model import library
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.model import Model
from thermokin.model.spectrum import Flat, Spectrum
from thermokin.model.statistics import Statistics
from thermokin.operators.measures import Bures, Distance, HilbertSchmidt, RelativeEntropy, Trace, WignerYanase
from thermokin.quench.protocol import Family, QuenchPair, equidistant, reciprocal
from thermokin.study.arrays import Arrays
from thermokin.study.quench import model_section
from thermokin.study.quench.agreement import statistics_of
from thermokin.study.quench.bath_section import BathSection
from thermokin.study.quench.protocol_section import EquidistantSection
from thermokin.study.quench.study import QuenchStudy
from thermokin.study.removal import conserved_number
from thermokin.study.section import Section
from thermokin.study.spectrum_section import spectrum_of
from thermokin.study.statistics_name import STATISTICS

__all__ = ["DISTANCE_VALUES", "family_of", "pair_of"]

DISTANCE_VALUES: dict[str, Distance] = {
    "relative_entropy": RelativeEntropy(),
    "trace": Trace(),
    "bures": Bures(),
    "hilbert_schmidt": HilbertSchmidt(),
    "wigner_yanase": WignerYanase(),
}
_NAMED: dict[str, Callable[..., Model]] = {
    "qubit": library.qubit,
    "oscillator": library.oscillator,
    "spin": library.spin,
    "qutrit_ladder": library.qutrit_ladder,
    "qutrit_v": library.qutrit_v,
    "qutrit_lambda": library.qutrit_lambda,
}


def pair_of(study: QuenchStudy, arrays: Arrays) -> QuenchPair:
    """The heating and the cooling quench of a study.

    Args:
        study: the study.
        arrays: its arrays, by place.

    Returns:
        The pair.

    Raises:
        ValueError: if a model refuses what the study says.
        UnreachableDistanceError: if no partner lies at the distance.
    """
    family, protocol = family_of(study, arrays), study.protocol
    if isinstance(protocol, EquidistantSection):
        return equidistant(family, protocol.target, protocol.cold, distance=DISTANCE_VALUES[protocol.distance])
    return reciprocal(family, protocol.cold, protocol.hot)


def family_of(study: QuenchStudy, arrays: Arrays) -> Family:
    """The models of a study, by the temperature of their bath.

    Args:
        study: the study.
        arrays: its arrays, by place.

    Returns:
        A function from temperature to model.
    """
    model, bath = study.model, study.bath
    statistics = STATISTICS[statistics_of(model, bath)]

    def family(temperature: FloatArray) -> Model:
        if isinstance(model, model_section.Levels | model_section.RandomLevels):
            return _levels(model, _spectrum(model, bath, arrays), temperature, statistics, arrays)
        if isinstance(model, model_section.Operators):
            lead = Bath("bath", temperature, bath.chemical_potential, statistics)
            contact = Contact(lead, arrays["model", "coupling"], _spectrum(model, bath, arrays))
            return davies(arrays["model", "hamiltonian"], [contact], number_operator=conserved_number(arrays))
        if isinstance(model, model_section.FermionicLevel):
            return library.fermionic_level(model.energy, model.rate, temperature, bath.chemical_potential)
        if isinstance(model, model_section.IsingChain):
            return library.ising_chain(model.sites, model.field, model.coupling, model.rate, temperature, temperature)
        if isinstance(model, model_section.CoupledQubits):
            return library.coupled_qubits(model.gaps, model.coupling, model.rate, temperature, temperature)
        parameters = model.model_dump(exclude={"name"})
        return _NAMED[model.name](temperature=temperature, statistics=statistics, **parameters)

    return family


def _levels(
    model: model_section.Levels | model_section.RandomLevels,
    spectrum: Spectrum,
    temperature: FloatArray,
    statistics: Statistics,
    arrays: Arrays,
) -> Model:
    if isinstance(model, model_section.RandomLevels):
        return library.random_levels(
            model.count, model.seed, 1.0, temperature, width=model.width, statistics=statistics, spectrum=spectrum
        )
    energies: NDArray[Any] = arrays["model", "energies"]
    return library.levels(
        energies, arrays.get(("model", "coupling")), 1.0, temperature, statistics=statistics, spectrum=spectrum
    )


def _spectrum(model: Section, bath: BathSection, arrays: Arrays) -> Spectrum:
    if bath.spectrum is None:
        return Flat(getattr(model, "rate", np.nan))
    return spectrum_of(bath.spectrum, arrays, ("bath", "spectrum"))
