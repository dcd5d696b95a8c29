"""Many atoms that their baths see as one: spins that pass heat superradiantly, and a maser of many atoms."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.bath import Bath, finite_numbers, positive_numbers
from thermokin.model.contact import Contact
from thermokin.model.davies import davies
from thermokin.model.library.rotating_frame import rotating_model
from thermokin.model.library.transition import factor
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Parameter, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.operators.as_numbers import as_whole, common_axes
from thermokin.operators.spins import spin

__all__ = ["collective_maser", "collective_spins"]

MOST_SPINS, MOST_ATOMS = 2000, 40
Spins: TypeAlias = Annotated[int, Parameter(least=1, most=500, levels=lambda spins: spins + 1)]
Atoms: TypeAlias = Annotated[int, Parameter(least=1, most=12, levels=lambda atoms: (atoms + 1) * (atoms + 2) // 2)]


@knows_parameters
def collective_spins(
    spins: Spins,
    gap: Gap,
    rate_hot: Rate,
    rate_cold: Rate,
    hot: Temperature,
    cold: Temperature,
) -> Model:
    """N spins 1/2 that two baths touch by their sum, in their symmetric states, the ladder of a spin N/2.

    H = gap J_z; both baths couple by J_+ + J_-, so that the step m -> m - 1 runs at
    (J + m)(J - m + 1)(G_h (n_h + 1) + G_c (n_c + 1)). Populations fall by the factor x = up / down from step to step,
    up = G_h n_h + G_c n_c, down = G_h (n_h + 1) + G_c (n_c + 1), and "heat from hot" is
    gap G_h [n_h <J_- J_+> - (n_h + 1) <J_+ J_->]: linear in N at low temperatures, quadratic where x nears 1. With one
    spin it is a qubit between two baths.

    Args:
        spins: N >= 1.
        gap: of each spin (...) [energy], > 0.
        rate_hot: zero-temperature emission rate of one spin into the hot bath (...) [1/time].
        rate_cold: the same into the cold bath (...) [1/time].
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].

    Returns:
        The model of dimension N + 1.

    Raises:
        ValueError: if there is no spin or the gap is not positive, or as `Bath` and `Flat`.

    Reference:
        dicke1954, superradiant2024.

    Example:
        >>> import thermokin as tk
        >>> one, ten = (tk.library.collective_spins(N, 1.0, 0.001, 0.001, 2.0, 1.0) for N in (1, 10))
        >>> [round(1e4 * float(tk.cumulants(of, tk.heat(of, "hot"), order=1).mean), 6) for of in (one, ten)]
        [1.535979, 37.859677]
    """
    count = as_whole(spins, "spins", 1, MOST_SPINS)
    operators = spin(0.5 * count)
    both = operators.plus + operators.minus
    return davies(
        positive_numbers(gap, "gap")[..., None, None] * operators.z,
        [Contact(Bath("hot", hot), both, Flat(rate_hot)), Contact(Bath("cold", cold), both, Flat(rate_cold))],
    )


@knows_parameters
def collective_maser(
    atoms: Atoms,
    drive: Energy,
    hot: Temperature,
    cold: Temperature = 1.0,
    *,
    gap_hot: Gap = 2.5,
    gap_cold: Gap = 1.0,
    rate_hot: Rate = 0.01,
    rate_cold: Rate = 0.01,
    detuning: Energy = 0.0,
) -> Annotated[Model, NOT_THERMAL]:
    """Superradiant engine: N three-level masers that share baths and drive, in their symmetric states.

    With S_ij the sum over atoms of |i><j|: the hot bath couples by S_02 + S_20, the cold one by S_01 + S_10, and
    H = drive (S_12 + S_21) + detuning S_22 in the frame that rotates with the drive. Energy is counted with the bare
    levels. A cycle takes gap_hot from the hot bath, gives gap_cold to the cold one and delivers the difference: "heat
    from hot", "heat from cold", "power" (their sum, positive if delivered), and the efficiency is
    1 - gap_cold / gap_hot at any number of atoms. One atom is `three_level_maser` with its upper pair driven.

    Args:
        atoms: N >= 1.
        drive: half the Rabi frequency of one atom (...) [energy], much smaller than the gaps.
        hot: temperature of the bath "hot" (...) [energy].
        cold: temperature of the bath "cold" (...) [energy].
        gap_hot: gap that the hot bath sees (...) [energy], above the cold one.
        gap_cold: gap that the cold bath sees (...) [energy], > 0.
        rate_hot: zero-temperature emission rate of one atom into the hot bath (...) [1/time].
        rate_cold: the same into the cold bath (...) [1/time].
        detuning: of the levels from the drive (...) [energy].

    Returns:
        The model of dimension (N + 1)(N + 2) / 2.

    Raises:
        ArgumentError: if the gaps do not ascend.
        ValueError: if there is no atom or leading axes do not broadcast, or as `Bath` and `Flat`.

    Reference:
        scovil1959, kolisnyk2023.

    Example:
        >>> import thermokin as tk
        >>> found = tk.figures_of_merit(tk.library.collective_maser(3, 0.02, 4.5))
        >>> str(found.does), round(float(found.efficiency), 10)
        ('engine', 0.6)
    """
    count = as_whole(atoms, "atoms", 1, MOST_ATOMS)
    wide, narrow = finite_numbers(gap_hot, "gap_hot"), finite_numbers(gap_cold, "gap_cold")
    field, offset = factor(drive, "drive"), factor(detuning, "detuning")
    common_axes(
        {
            "drive": field.shape[:-2],
            "gap_hot": wide.shape,
            "gap_cold": narrow.shape,
            "detuning": offset.shape[:-2],
        }
    )
    if not ((narrow > 0.0) & (wide > narrow)).all():
        raise ArgumentError("`gap_hot` must be > `gap_cold`, and that > 0.", "gap_hot")
    lower, middle, upper = (_sum_of(count, *pair) for pair in ((0, 1), (1, 2), (0, 2)))
    second, third = (_sum_of(count, level, level) for level in (1, 2))
    bare = narrow[..., None, None] * second + wide[..., None, None] * third
    # In the rotating frame the bare energies drop out of the motion, which is that of the drive alone.
    turning = field * (middle + middle.T) + offset * third
    contacts = [
        Contact(Bath("hot", hot), upper + upper.T, Flat(rate_hot)),
        Contact(Bath("cold", cold), lower + lower.T, Flat(rate_cold)),
    ]
    gaps = (narrow, wide - narrow)
    return rotating_model(np.asarray(bare), np.asarray(turning), contacts, gaps, {"drive": field[..., 0, 0]})


def _sum_of(count: int, row: int, column: int) -> FloatArray:
    """The sum over atoms of |row><column| in symmetric states, which are numbers of atoms in each of three levels."""
    states = [(count - one - two, one, two) for one in range(count + 1) for two in range(count + 1 - one)]
    places = {state: place for place, state in enumerate(states)}
    operator = np.zeros((len(states), len(states)))
    for state, place in places.items():
        if state[column] == 0:
            continue
        moved = list(state)
        moved[column] -= 1
        weight = state[column] * (moved[row] + 1)
        moved[row] += 1
        operator[places[(moved[0], moved[1], moved[2])], place] = np.sqrt(weight)
    return operator
