"""A periodically driven system on thermal baths, between its Floquet modes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import OperatorLike
from thermokin.cycles.drive import Drive
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.contact import Contact
from thermokin.model.contact_jumps import ContactJumps
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.model import Model
from thermokin.model.secular_parts import checked_contacts, each_bath_once, thermal_table
from thermokin.operators.as_numbers import as_real, common_axes, shown
from thermokin.operators.outside import Dims, common_dims
from thermokin.periodic.floquet_modes import FloquetModes, floquet_modes
from thermokin.periodic.floquet_states import FloquetStates
from thermokin.periodic.sideband_figure import sideband_figure
from thermokin.periodic.sidebands import one_gap_each, sidebands

__all__ = ["floquet"]


def floquet(
    hamiltonian: Drive | Sequence[Any] | Callable[[float], OperatorLike],
    contacts: Sequence[Contact],
    period: float,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
) -> FloquetStates:
    """Quasi-energies and modes of a periodic drive, and the Floquet-Davies model of its baths.

    The propagator over a period T = 2 pi / Omega has eigenvectors, the modes, and eigenvalues e^{-i epsilon T}. Between
    the modes a coupling is A_ab(t) = sum_k A^k_ab e^{i k Omega t}, and d rho/dt = -i[H_F, rho] + sum over quanta w of
    gamma(w) D[A(w)] rho, where A(w) collects the sidebands A^k_ab |a><b| with epsilon_b - epsilon_a - k Omega = w. Each
    jump knows the quantum w of its bath; by what the quasi-energy changes beyond it, the drive has paid.

    Args:
        hamiltonian: a `Drive`, the list that makes one, or a function from time to H (d, d) [energy]: of any number of
            harmonics, and smooth.
        contacts: how baths touch the system; their numbers may carry leading axes, a sweep.
        period: T [time], after which the Hamiltonian repeats itself.
        tolerance: quanta closer than this fraction of Omega, or of the width of the quasi-energies, are one.

    Returns:
        Quasi-energies, modes and the model, a `Model` in the basis of the modes for all verbs at rest. Without a drive
        it is that of `davies`. Its `validity` holds the ratio of the smallest distance of two sidebands of a contact
        to the largest rate; it warns near resonances, and of a drive slower than the baths.

    Raises:
        ValueError: if the Hamiltonian is not Hermitian or has another period, shapes differ, or the zero-frequency
            rate of a spectrum diverges where it is needed.
        TypeError: if an argument is of the wrong kind.
        NotConvergedError: if the drive is not smooth.

    Cost:
        Propagators of d x d over a period, and d^2 Fourier series for each contact.

    Reference:
        shirley1965, grifoni1998, breuer2002.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> sz, sx = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
        >>> hot = tk.Contact(tk.Bath("hot", 1.0), sx, tk.Ohmic(0.001))
        >>> drive = tk.Drive([0.5 * sz, [0.3 * sz, lambda t: np.cos(1.7 * t)]])
        >>> driven = tk.floquet(drive, [hot], 2 * np.pi / 1.7)
        >>> driven.quasienergies.round(6)
        array([-0.5,  0.5])
        >>> bool(driven.power < 0.0 < driven.entropy_production)
        True
    """
    drive = hamiltonian if isinstance(hamiltonian, Drive) else _drive(hamiltonian)
    time = _checked_period(period)
    contacts = checked_contacts(contacts, drive.dimension)
    width = as_real(tolerance, "tolerance")
    if width.ndim or not 0.0 <= width < 1.0:
        raise ValueError(f"`tolerance` must be one number from 0 to below 1, got {shown(tolerance)}.")
    common_axes({f"contacts[{place}]": contact.batch_shape for place, contact in enumerate(contacts)})
    dims = common_dims({f"contacts[{place}].operator": contact.dims for place, contact in enumerate(contacts)})
    modes = floquet_modes(drive, time)
    jumps = [sidebands(place, contact, modes, float(width)) for place, contact in enumerate(contacts)]
    return _states(modes, contacts, jumps, float(width), dims)


def _drive(hamiltonian: Any) -> Drive:
    """The drive, whose errors call it by its name here."""
    try:
        return Drive(hamiltonian)
    except ArgumentError as error:
        raise ArgumentError(str(error).replace("`terms", "`hamiltonian"), "hamiltonian") from error
    except TypeError as error:
        raise TypeError(str(error).replace("`terms", "`hamiltonian")) from error


def _checked_period(value: object) -> float:
    number = as_real(value, "period")
    if number.ndim or not 0.0 < number < np.inf:
        raise ArgumentError(
            f"`period` must be one number > 0 and finite, 2 pi over the frequency of the drive, got {shown(value)}.",
            "period",
        )
    return float(number)


def _states(
    modes: FloquetModes, contacts: Sequence[Contact], jumps: Sequence[ContactJumps], tolerance: float, dims: Dims
) -> FloquetStates:
    """The model of the jumps of all contacts."""
    values = modes.quasienergies
    limit = tolerance * max(modes.frequency, float(np.ptp(values)))
    baths = each_bath_once([contact.bath for contact in contacts])
    names = [bath.name for bath in baths]
    table = thermal_table(jumps, [names.index(contact.bath.name) for contact in contacts], values.size)
    turning = all(one_gap_each(part, values, limit) for part in jumps)
    energy = FrameOperator(values)
    model = Model.from_table(
        energy if turning else FrameOperator(np.zeros(values.size)),
        energy,
        table,
        baths,
        frame=modes.at_points[0],
        validity=[sideband_figure(modes, contacts, jumps, limit)],
        dims=dims,
    )
    return FloquetStates(model=model, floquet_modes=modes, turning=turning)
