"""Claim: all derivatives of five outputs by ten parameters for less than four times the model and its outputs alone.

A system of d levels with a random Hamiltonian H + a V_1 + b V_2 + c V_3 + e V_4 between two baths of random couplings:
derivatives of two heat currents, entropy production, activity and the noise of a heat current by the four strengths,
two temperatures, two rates and two cutoffs. Alone are the model and the same outputs from one factorisation, on first
use; central differences take both of these twenty-one times. Real matrices, and complex ones of 512 levels, where all
derivatives must come in 3 s; for three and ten levels, where calls into NumPy are all the time, and for complex
matrices, whose products turn the eigenstates, less than five times. The gap, two decay rates and a frequency of modes
by the ten parameters take less than four times the model and its modes. A driven Kerr resonator of 60 levels, whose
coherences move, is shown by four parameters.

A fast wrong answer fails: agreement with central differences at 1e-6, and the error stated of each derivative below
1e-6 of the largest of its output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from harness.claims import Claims
from harness.timing import Timed, in_turn, repeats_asked
from numpy.typing import NDArray

import thermokin as tk

CASES = ((3, "real"), (10, "real"), (64, "real"), (512, "real"), (512, "complex"))
LARGE, TIMES = 64, (5.0, 4.0)  # levels, from which real matrices take the second of these times the outputs alone
LIMIT = 3.0  # seconds, for 512 levels
MODES = ["gap", "decay rate of mode 2", "decay rate of mode 3", "frequency of mode 2"]
WORDS = ["heat from hot", "heat from cold", "entropy production", "activity", "noise of heat from hot"]
AT = {"a": 0.1, "b": 0.1, "c": 0.1, "e": 0.1, "hot": 1.5, "cold": 0.7, "g": 1e-4, "h": 1e-4, "k": 10.0, "m": 8.0}

Array = NDArray[Any]


@dataclass(frozen=True)
class System:
    """Random matrices of one size."""

    levels: Array
    drives: tuple[Array, ...]
    hot: Array
    cold: Array

    @classmethod
    def of(cls, size: int, kind: str) -> System:
        """Matrices of one size, real or complex."""
        random = np.random.default_rng(0)

        def hermitian() -> Array:
            one = random.normal(size=(size, size))
            if kind == "complex":
                one = one + 1j * random.normal(size=(size, size))
            return np.asarray((one + one.conj().T) / np.sqrt(size))

        levels = np.diag(np.sort(random.uniform(0.0, 4.0, size))) + 0.1 * hermitian()
        hot, cold = hermitian(), hermitian()
        return cls(levels, tuple(hermitian() for _ in range(4)), hot, cold)

    def build(
        self, a: float, b: float, c: float, e: float, hot: float, cold: float, g: float, h: float, k: float, m: float
    ) -> tk.Model:
        """The model at some numbers."""
        hamiltonian = self.levels + sum(x * drive for x, drive in zip((a, b, c, e), self.drives, strict=True))
        baths = [
            tk.Contact(tk.Bath("hot", hot), self.hot, tk.Ohmic(g, k)),
            tk.Contact(tk.Bath("cold", cold), self.cold, tk.Ohmic(h, m)),
        ]
        return tk.davies(hamiltonian, baths)


def alone(system: System) -> list[float]:
    """The model and its outputs."""
    model = system.build(**AT)
    counting = tk.Counting(model)
    currents = [tk.heat(model, "hot"), tk.heat(model, "cold"), tk.entropy_flow(model), tk.activity(model)]
    means = [float(counting.cumulants(current, order=1)[0]) for current in currents]
    return [*means, float(counting.cumulants(currents[0])[1])]


def differences(system: System, name: str, step: float = 1e-4) -> Array:
    """Central differences of fourth order by one parameter (5,)."""

    def at(times: float) -> Array:
        model = system.build(**{**AT, name: AT[name] * (1.0 + times * step)})
        counting = tk.Counting(model)
        currents = [tk.heat(model, "hot"), tk.heat(model, "cold"), tk.entropy_flow(model), tk.activity(model)]
        means = [counting.cumulants(current, order=1)[0] for current in currents]
        return np.array([*means, counting.cumulants(currents[0])[1]])

    return np.asarray((8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step * AT[name]))


def kerr(levels: int) -> Callable[..., tk.Model]:
    lower = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    raised, number = lower.T, lower.T @ lower

    def build(drive: float, bend: float, loss: float, gain: float) -> tk.Model:
        hamiltonian = bend * raised @ raised @ lower @ lower + drive * (lower + raised) + 0.5 * number
        return tk.Model(hamiltonian, [tk.Channel(loss * lower, None), tk.Channel(gain * raised, None)])

    return build


def show_modes(claims: Claims, repeats: int, size: int = 64) -> None:
    system = System.of(size, "real")

    def decays() -> list[float]:
        values = -tk.modes(system.build(**AT)).values.real
        return [values[1], values[2], values[3]]

    tasks = {"alone": decays, "derivatives": lambda: tk.response(system.build, AT, list(AT), MODES)}
    found = in_turn(tasks, repeats, in_a_row=5)
    print(f"{size} levels, real: gap, two decay rates and a frequency by {len(AT)} parameters")
    report(found)
    ratio = busy(found["derivatives"]) / busy(found["alone"])
    claims.small(f"times the model and its modes, {size} levels", ratio, TIMES[1])
    claims.agree("the decay rates", found["derivatives"].result.numbers[:3], found["alone"].result)


def show_kerr(claims: Claims, repeats: int) -> None:
    build, at = kerr(60), {"drive": 0.6, "bend": 0.2, "loss": 1.0, "gain": 0.3}

    def outputs() -> list[float]:
        model = build(**at)
        found = tk.cumulants(model, tk.activity(model))
        return [float(number) for number in found.values]

    tasks = {
        "alone": outputs,
        "derivatives": lambda: tk.response(build, at, list(at), ["activity", "noise of activity"]),
    }
    found = in_turn(tasks, repeats)
    print("Kerr resonator, 60 levels, 2 outputs by 4 parameters")
    report(found)
    response = found["derivatives"].result
    claims.agree("its outputs", response.numbers, found["alone"].result)


def busy(time: Timed) -> float:
    return min(time.processor)


def report(found: dict[str, Timed]) -> None:
    for name, time in found.items():
        print(f"  {name:14s} {time}")
    print(f"  ratio {busy(found['derivatives']) / busy(found['alone']):.2f}")


def main() -> None:
    repeats, claims = repeats_asked(__doc__), Claims()
    for size, kind in CASES:
        system = System.of(size, kind)
        tasks = {
            "alone": lambda system=system: alone(system),
            "derivatives": lambda system=system: tk.response(system.build, AT, list(AT), WORDS),
        }
        found = in_turn(tasks, repeats, in_a_row=5)
        print(f"{size} levels, {kind}: {len(WORDS)} outputs by {len(AT)} parameters")
        report(found)
        ours, peer = busy(found["derivatives"]), busy(found["alone"])
        claims.small(
            f"times the outputs alone, {size} levels, {kind}", ours / peer, TIMES[size >= LARGE and kind == "real"]
        )
        if size == max(one for one, _ in CASES):
            claims.small("derivatives", ours, LIMIT, "s")
        response = found["derivatives"].result
        for name in ("a", "hot", "k") if size < 100 else ("hot",):
            claims.agree(f"by {name}", response.values[:, list(AT).index(name)], differences(system, name), 1e-6)
        largest = np.abs(response.values * list(AT.values())).max(axis=-1, keepdims=True)
        worst = float((response.error * list(AT.values()) / largest).max())
        claims.small("stated error, of the largest logarithmic one", worst, 1e-6)
    show_modes(claims, repeats)
    show_kerr(claims, repeats)
    claims.finish()


if __name__ == "__main__":
    main()
