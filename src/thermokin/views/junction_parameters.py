"""The numbers of a junction by name, which label the axes of its sweeps."""

from __future__ import annotations

from thermokin.model.parameter import Known
from thermokin.transport.joined_leads import JoinedLeads

__all__ = ["junction_parameters"]


def junction_parameters(junction: JoinedLeads) -> dict[str, Known]:
    """The numbers of a junction that its scatterer and its leads know by name.

    Args:
        junction: the junction.

    Returns:
        Parameters of the scatterer, temperatures and chemical potentials of the leads.
    """
    found = {name: Known(numbers) for name, numbers in junction.scatterer.parameters.items()}
    for lead in junction.leads:
        for words, numbers in (("temperature", lead.temperature), ("chemical_potential", lead.chemical_potential)):
            found[f"{lead.name}_{words}".replace(" ", "_")] = Known(numbers, "energy")
    return found
