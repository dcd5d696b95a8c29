"""The absorption refrigerator of three qubits, on thermal baths or reset by them."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.model.bath import Bath, finite_numbers, positive_numbers
from thermokin.model.channel import Channel
from thermokin.model.contact import Contact
from thermokin.model.library.transition import unit
from thermokin.model.local import local
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, Energy, Gap, Rate, Temperature, knows_parameters
from thermokin.model.spectrum import Flat
from thermokin.model.statistics import SpinBath
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

__all__ = ["three_qubit_refrigerator"]

Touch = Literal["thermal", "reset"]
NAMES = ("cold", "hot", "work")  # in the order of the qubits
SIZES = (2, 2, 2)


@knows_parameters
def three_qubit_refrigerator(
    coupling: Energy,
    work: Temperature,
    hot: Temperature,
    cold: Temperature,
    *,
    gap_cold: Gap = 1.0,
    gap_work: Gap = 4.0,
    rate_work: Rate = 0.001,
    rate_hot: Rate = 0.001,
    rate_cold: Rate = 0.001,
    touch: Touch = "thermal",
) -> Annotated[Model, NOT_THERMAL]:
    """Three qubits, each on a bath of its own, that exchange one quantum of two for one of the third.

    Qubits cold, hot and work of gaps gap_cold, gap_cold + gap_work and gap_work, in this order;
    H = sum_b w_b n_b + coupling (|010><101| + |101><010|), in the local generator. "thermal" baths empty and fill a
    qubit at G (n + 1) and G n. A bath that "resets" replaces the state of its qubit by the Gibbs state at rate G:
    populations move at G (1 - f) and G f, and coherences decay at G. Each cycle moves one quantum of every qubit: heats
    are in the ratio gap_cold : -(gap_cold + gap_work) : gap_work ("heat from cold", "heat from hot", "heat from work",
    positive into the system), and the coefficient of performance is gap_cold / gap_work. It stalls at Carnot's.

    Args:
        coupling: g (...) [energy], much smaller than the gaps.
        work: temperature of the bath "work", the hottest, which drives it (...) [energy].
        hot: temperature of the bath "hot", which takes the heat (...) [energy].
        cold: temperature of the bath "cold", which is cooled (...) [energy].
        gap_cold: gap of the cold qubit (...) [energy], > 0.
        gap_work: gap of the work qubit (...) [energy], > 0.
        rate_work: zero-temperature emission rate, or rate of resets, by the work bath (...) [1/time].
        rate_hot: the same by the hot bath (...) [1/time].
        rate_cold: the same by the cold bath (...) [1/time].
        touch: "thermal" or "reset", what a bath does to its qubit.

    Returns:
        The model of dimension 8.

    Raises:
        ArgumentError: if `touch` is neither word.
        ValueError: if leading axes do not broadcast, or as `Bath`, `Flat` and `local`.

    Reference:
        linden2010, skrzypczyk2011.

    Example:
        >>> import thermokin as tk
        >>> fridge = tk.library.three_qubit_refrigerator(coupling=0.02, work=8.0, hot=1.2, cold=1.0, touch="reset")
        >>> round(float(tk.figures_of_merit(fridge).coefficient_of_performance), 10)
        0.25
    """
    if not isinstance(touch, str) or touch not in get_args(Touch):
        raise ArgumentError(f'`touch` must be "thermal" or "reset", got {shown(touch)}.', "touch")
    narrow, driven = positive_numbers(gap_cold, "gap_cold"), positive_numbers(gap_work, "gap_work")
    link = finite_numbers(coupling, "coupling")
    common_axes({"coupling": link.shape, "gap_cold": narrow.shape, "gap_work": driven.shape})
    gaps = dict(zip(NAMES, (narrow, narrow + driven, driven), strict=True))
    bare = sum(
        gap[..., None, None] * embed(np.diag([0.0, 1.0]), place, SIZES) for place, gap in enumerate(gaps.values())
    )
    exchange = unit(8, 0b010, 0b101) + unit(8, 0b101, 0b010)
    whole = bare + link[..., None, None] * exchange
    temperatures = {"cold": cold, "hot": hot, "work": work}
    rates = {"cold": rate_cold, "hot": rate_hot, "work": rate_work}
    if touch == "thermal":
        contacts = [
            Contact(Bath(name, temperatures[name]), embed(pauli().x, place, SIZES), Flat(rates[name]))
            for place, name in enumerate(NAMES)
        ]
        return local(whole, contacts, bare=np.asarray(bare))
    channels: list[Channel] = []
    for place, name in enumerate(NAMES):
        bath = Bath(name, temperatures[name], statistics=SpinBath())
        channels += _resets(bath, place, gaps[name], positive_numbers(rates[name], f"rate_{name}"))
    return Model(whole, channels, energy_operator=np.asarray(bare))


def _resets(bath: Bath, place: int, gap: FloatArray, rate: FloatArray) -> list[Channel]:
    """Of whatever is found, |0> is made at rate (1 - f) and |1> at rate f."""
    common_axes({"gap": gap.shape, "rate": rate.shape, "temperature": bath.temperature.shape})
    factors = bath.statistics.factors(gap[..., None], bath.temperature, bath.chemical_potential)
    empty, filled = (np.sqrt(rate * one[..., 0]) for one in factors)

    def jump(strength: ArrayLike, row: int, column: int) -> ComplexArray:
        return np.asarray(np.asarray(strength)[..., None, None] * embed(unit(2, row, column), place, SIZES))

    return [
        Channel(jump(empty, 0, 1), bath, -gap),
        Channel(jump(filled, 1, 0), bath, gap),
        Channel(jump(empty, 0, 0), bath),
        Channel(jump(filled, 1, 1), bath),
    ]
