"""What derivatives are taken of: means, noises and covariances of currents, means of operators, modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from thermokin._typing import OperatorLike
from thermokin.model.current import Current

__all__ = ["Covariance", "DecayRate", "Expectation", "Frequency", "Gap", "Mean", "Noise", "Output", "Relaxation"]


@dataclass(frozen=True, eq=False)
class Mean:
    """The mean of a current in the steady state.

    Args:
        current: the current.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> mean = {"A": lambda model: tk.outputs.Mean(tk.activity(model))}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], mean).values.round(8)  # A = rate / 2
        array([[0.5]])
    """

    current: Current


@dataclass(frozen=True, eq=False)
class Noise:
    """The second cumulant of a current per time.

    Args:
        current: the current.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> noise = {"D": lambda model: tk.outputs.Noise(tk.activity(model))}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], noise).values.round(8)  # Poissonian: D = A
        array([[0.5]])
    """

    current: Current


@dataclass(frozen=True, eq=False)
class Covariance:
    """The covariance of two currents per time.

    Args:
        one: a current.
        two: another one.

    Example:
        >>> import thermokin as tk
        >>> pair = tk.Family(tk.library.coupled_qubits, {"gaps": [1.0, 1.0], "coupling": 0.2, "hot": 2.0, "cold": 1.0})
        >>> both = {"both": lambda model: tk.outputs.Covariance(tk.heat(model, "hot"), tk.heat(model, "cold"))}
        >>> tk.response(pair, {"rate": 0.001}, ["rate"], both).values.round(4)  # minus the noise of either / rate
        array([[-0.6149]])
    """

    one: Current
    two: Current


@dataclass(frozen=True, eq=False)
class Expectation:
    """The mean of an operator in the steady state.

    Args:
        operator: (d, d) in the user's basis, Hermitian; it does not move with the parameters.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"gap": 1.0, "rate": 0.01})
        >>> energy = {"energy": lambda model: tk.outputs.Expectation(np.diag([0.0, 1.0]))}
        >>> tk.response(qubit, {"temperature": 1.0}, ["temperature"], energy).values.round(6)  # 1 / (2 cosh 1/2)^2
        array([[0.196612]])
    """

    operator: OperatorLike


@dataclass(frozen=True, eq=False)
class Gap:
    """The decay rate of the slowest mode.

    Args:
        whole: whether the modes are those of the whole generator; else those that populations feed, as in `tk.modes`.

    Example:
        >>> import thermokin as tk
        >>> level = tk.Family(tk.library.fermionic_level, {"energy": 0.0, "temperature": 1.0})
        >>> gap = {"gap": lambda model: tk.outputs.Gap()}
        >>> tk.response(level, {"rate": 0.01}, ["rate"], gap).values.round(8)  # the level forgets at its rate
        array([[1.]])
    """

    whole: bool = False


@dataclass(frozen=True, eq=False)
class DecayRate:
    """How fast a mode of relaxation decays, -Re of its eigenvalue.

    Args:
        number: of the mode at the point, as in `tk.modes`: slowest first, those that last before all others, of a
            conjugate pair the one with Im > 0 first. Modes of one eigenvalue are the branches into which a parameter
            parts them as it grows: first those that gain least decay, of these first those that gain most phase.
        whole: as in `Gap`.

    Example:
        >>> import thermokin as tk
        >>> mode = tk.Family(tk.library.oscillator, {"levels": 12, "frequency": 1.0, "temperature": 0.2})
        >>> second = {"second": lambda model: tk.outputs.DecayRate(2)}
        >>> tk.response(mode, {"rate": 0.01}, ["rate"], second).values.round(4)  # modes decay at rate, 2 rate, 3 rate
        array([[2.]])
    """

    number: int
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Frequency:
    """How fast a mode of relaxation turns, the size of the imaginary part of its eigenvalue; 0 if it is real.

    Args:
        number: of the mode, as in `DecayRate`.
        whole: as in `Gap`.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.Family(tk.library.qubit, {"rate": 0.01, "temperature": 1.0})
        >>> turning = {"turning": lambda model: tk.outputs.Frequency(1, whole=True)}
        >>> tk.response(qubit, {"gap": 1.0}, ["gap"], turning).values.round(8)  # a coherence turns as fast as the gap
        array([[1.]])
    """

    number: int
    whole: bool = False


Relaxation: TypeAlias = Gap | DecayRate | Frequency
Output: TypeAlias = Mean | Noise | Covariance | Expectation | Relaxation
