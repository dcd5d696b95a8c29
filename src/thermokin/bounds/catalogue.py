"""The catalogue of bounds: what each states, where it is a theorem, when it is an equality, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Entry", "Kind", "catalogue"]


class Kind(Enum):
    """What a bound is for relaxation from an initial state, where its hypotheses hold."""

    THEOREM = "theorem"
    COMPARISON = "shown for comparison; no theorem for relaxation"


@dataclass(frozen=True)
class Entry:
    """One bound of the catalogue. J is the amount that a current has exchanged since time 0, Var its variance.

    Args:
        name: what tables and figures call it.
        statement: the inequality.
        domain: where it is a theorem.
        equality: when it is an equality.
        reference: keys of the bibliography, separated by commas.
        kind: whether it is a theorem for relaxation.
    """

    name: str
    statement: str
    domain: str
    equality: str
    reference: str
    kind: Kind = Kind.THEOREM


THERMO_KINETIC = Entry(
    "thermo-kinetic",
    "Var J >= [<J>(1+delta)]^2 / I(Sigma, A), I = A tanh^2 Phi(Sigma/2A), Phi the inverse of x tanh x; "
    "<J>(1+delta) = t d<J>/dt where populations obey a rate equation",
    "any initial state; jumps in pairs that obey local detailed balance; counts that change sign with the jump",
    "one thermodynamic force for all jumps and times, and a count that estimates it best: a qubit at short times",
    "vo2022, vanvu2024",
)
SCORE_INFORMATION = Entry(
    "thermo-kinetic, exact information",
    "Var J >= [<J>(1+delta)]^2 / I, I = int sum_k l_k^2 a_k dt, l_k = (a_k - a_k~)/(a_k + a_k~), a_k the rate of "
    "jump k and a_k~ that of the jump that undoes it",
    "as thermo-kinetic; sharper, but the information asks for the rate of every jump",
    "a count that estimates the forces best",
    "vo2022, vanvu2024",
)
THERMODYNAMIC = Entry(
    "thermodynamic",
    "Var J >= [<J>(1+delta)]^2 / (Sigma/2); <J>(1+delta) = t d<J>/dt where populations obey a rate equation",
    "as thermo-kinetic; weaker, and close to it where the forces are small",
    "near equilibrium",
    "dechant2020, liu2020",
)
KINETIC = Entry(
    "kinetic",
    "Var J >= [d<J>/dtheta]^2 / A, theta the speed-up of all jumps; d<J>/dtheta = t d<J>/dt where populations obey "
    "a rate equation",
    "any initial state and any count; the Hamiltonian is not sped up",
    "jumps that never reverse and a Poisson count",
    "garrahan2017, diterlizzi2019, prech2025",
)
TIME_WEIGHTED = Entry(
    "time-weighted",
    "Var Q >= [w Gam (p_f - p_i)]^2 e^(-2 Gam t) int_0^t a/j^2 ds = Var Q - (w x)^2 p_i (1 - p_i), a the jumps and j "
    "the net jumps per time, w the count of one, x = 1 - e^(-Gam t)",
    "two levels whose populations obey a rate equation; a count that is the change of a number each level has",
    "a start in one of the two levels",
    "dechant2020",
)
FLUCTUATION_THEOREM = Entry(
    "fluctuation theorem",
    "Var Q / <Q>^2 >= csch^2 Phi(S/2), S = (1/T_i - 1/T_f) <Q>, Phi the inverse of x tanh x",
    "a Gibbs state at T_i put on baths at one T_f, undriven; heat that is the change of the energy of the levels",
    "heat that takes two values, +q and -q",
    "timpanaro2019",
)
BARE_THERMO_KINETIC = Entry(
    "bare thermo-kinetic",
    "Var J >= <J>^2 / I(Sigma, A), the thermo-kinetic bound without delta",
    "steady states of rate equations; false for relaxation",
    "one thermodynamic force for all jumps",
    "vo2022",
    Kind.COMPARISON,
)


def catalogue() -> tuple[Entry, ...]:
    """All bounds, those that are theorems for relaxation first.

    Returns:
        Statement, domain, equality case and reference of each.
    """
    return (
        THERMO_KINETIC,
        SCORE_INFORMATION,
        THERMODYNAMIC,
        KINETIC,
        TIME_WEIGHTED,
        FLUCTUATION_THEOREM,
        BARE_THERMO_KINETIC,
    )
