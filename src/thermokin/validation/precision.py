"""Cases on what precision costs: the functions of the bounds, and a relaxing qubit beside its bounds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from thermokin.bounds import Bound, fluctuation_theorem_limit, inverse_x_tanh_x, thermo_kinetic_information
from thermokin.model.library import qubit
from thermokin.motion.initial import Gibbs
from thermokin.quench.branch import Branch, branch
from thermokin.quench.protocol import Quench
from thermokin.validation.case import Case, reference, table_row

__all__ = ["functions_of_the_bounds", "relaxing_qubit"]

SOURCE = "closed forms in another script, digits as printed"


def functions_of_the_bounds() -> list[Case]:
    """The inverse of x tanh x and the two limits made of it."""
    expected = reference("Phi_function")
    produced, jumps = np.array([1e-6, 1.0, 1.0, 50.0]), np.array([1.0, 1.0, 100.0, 1.0])
    return expected.cases(
        "functions of the bounds",
        {
            "Phi": inverse_x_tanh_x(expected.parameters["z"]),
            "tkur_info": thermo_kinetic_information(produced, jumps),
            "ft_tur": fluctuation_theorem_limit([0.1, 1.0, 10.0]),
        },
    )


def relaxing_qubit() -> list[Case]:
    """The heat of a relaxing qubit: its variance, the bare bound that it breaks, and those that hold."""
    heats, cools, far = _side(0.5, 2.0, 0.5), _side(2.0, 0.5, 0.5), _side(0.05, 5.0, 1.0)
    late, weighted = _side(0.5, 2.0, 2.0), _side(0.05, 2.0, 2.0)
    relative, ratio = "relative heat variance at 0.5", "variance over the thermo-kinetic limit"
    rows: tuple[tuple[str, dict[str, tuple[str, ArrayLike]]], ...] = (
        (
            "qubit heats, 0.5 to 2, rate 1",
            {
                relative: ("6.004", heats.heat.relative_variance[-1]),
                "bare limit at 0.5 (false here)": ("12.43", _relative(heats, "bare thermo-kinetic")),
                f"{ratio} at 0.5": ("5.2", _ratio(heats, "thermo-kinetic")),
                f"{ratio} at 2": ("7.9e4", _ratio(late, "thermo-kinetic")),
            },
        ),
        (
            "qubit cools, 2 to 0.5, rate 1",
            {
                relative: ("11.66", cools.heat.relative_variance[-1]),
                "bare limit at 0.5 (false here)": ("14.75", _relative(cools, "bare thermo-kinetic")),
                f"{ratio} at 0.5": ("1.58", _ratio(cools, "thermo-kinetic")),
            },
        ),
        (
            "qubit heats, 0.05 to 5, rate 1",
            {
                "relative heat variance at 1": ("1.2215", far.heat.relative_variance[-1]),
                "bare limit at 1 (false here)": ("3.41", _relative(far, "bare thermo-kinetic")),
            },
        ),
        (
            "qubit heats, 0.05 to 2, rate 1",
            {
                "heat variance at 2": (".234977427", weighted.heat.variance[-1]),
                "time-weighted limit at 2": (".234977425", _named(weighted, "time-weighted").limit[-1]),
            },
        ),
    )
    return [case for system, numbers in rows for case in table_row(system, SOURCE, numbers)]


def _side(initial: float, final: float, time: float) -> Branch:
    return branch(Quench("heating", qubit(1.0, 1.0, final), Gibbs(initial)), [0.0, time])


def _named(side: Branch, name: str) -> Bound:
    return next(bound for bound in side.bounds if bound.name == name)


def _relative(side: Branch, name: str) -> float:
    return float(_named(side, name).relative_limit[-1])


def _ratio(side: Branch, name: str) -> float:
    return float(_named(side, name).ratio[-1])
