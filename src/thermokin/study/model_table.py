"""The tables [model], [bath], [[baths]] and [[channels]]: read off the signatures of the library's functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_type_hints

from pydantic import Field, create_model

from thermokin.model import library
from thermokin.model.brownian import Brownian
from thermokin.model.library.one_bath import parts_of
from thermokin.model.model import Model
from thermokin.model.parameter import NOT_THERMAL, REQUIRED, Parameter, parameters_of
from thermokin.model.shaped_spectra import Band, Tabulated
from thermokin.model.spectrum import Drude, Flat, Lorentzian, Ohmic, Spectrum
from thermokin.study.section import Finite, Matrix, Numbers, Positive, Section, Several, choice

__all__ = ["SPECTRA", "Asked", "ModelTable", "OperatorsTable", "layouts", "sort_of", "spectrum_tables", "table_of"]

SPECTRA: Mapping[str, type[Spectrum]] = {
    "flat": Flat,
    "ohmic": Ohmic,
    "drude": Drude,
    "lorentzian": Lorentzian,
    "brownian": Brownian,
    "band": Band,
    "tabulated": Tabulated,
}
BATH_KEYS = ("temperature", "statistics", "chemical_potential", "spectrum")
"""Arguments of a library function with one bath that are keys of that bath."""
TEMPERATURE: Any = (
    Annotated[float, Field(ge=0, allow_inf_nan=False)],
    Field(description="its temperature, >= 0 [energy]"),
)
RATE = "rate of a flat spectrum, > 0 [1/time]; left out beside a spectrum"
_ONE_TEMPERATURE = (
    f"it {NOT_THERMAL}, so a quench from one temperature to another is not defined; use another model, or a family of "
    "your own in Python"
)
LEVELS = "levels"  # what a table of energies is without a name
_OF_LEVELS = 'give "levels" with a coupling in each of [[baths]], or one table [bath]'


@dataclass(frozen=True)
class Asked:
    """What decides which keys a model and its baths have.

    Args:
        baths: "one" for a table [bath], "several" for [[baths]], or for none where some must be given.
        temperatures: "own" if each bath has its temperature in the file, "set" if a quench sets them all.
    """

    baths: Literal["one", "several"]
    temperatures: Literal["own", "set"]


class ModelTable(Section):
    """A system by name. What the name means is the function `made_by`, or nothing for operators."""

    made_by: ClassVar[Callable[..., Model] | None] = None
    known: ClassVar[Mapping[str, Parameter]] = {}
    name: str

    @property
    def own_baths(self) -> tuple[str, ...]:
        """The baths that the model brings with it, by the keys of their temperatures."""
        return tuple(key for key, one in self.known.items() if one.role == "temperature" and key != "temperature")

    @property
    def has_no_baths(self) -> bool:
        """Whether it is driven or counted without any bath: it names no temperature and takes none."""
        return self.made_by is not None and not (self.own_baths or "temperature" in self.known)

    @property
    def allowed(self) -> tuple[str, ...]:
        """What its baths can be; the first if nothing is said."""
        if self.made_by is None:
            return "bose", "fermi", "spin"
        if "statistics" in self.known:
            return "bose", "spin"
        return ("fermi",) if "chemical_potential" in self.known else ("bose",)

    @property
    def size(self) -> int | None:
        """How many levels it has, as far as a single number says that."""
        for key, one in self.known.items():
            if one.levels is not None:
                return round(one.levels(getattr(self, key)))
        return None


class OperatorsTable(ModelTable):
    """A system of one's own, by matrices: files, or rows of real numbers."""

    known: ClassVar[Mapping[str, Parameter]] = {
        "gate": Parameter("energy", words="energy of a particle, downwards"),
        "bias": Parameter("energy", words="potential of the first lead less that of the second, half of it on each"),
    }
    name: Literal["operators"] = "operators"
    hamiltonian: Matrix = Field(description="a Hermitian matrix [energy]: a .npy or .npz file, or rows of numbers")
    number_operator: Matrix | None = Field(default=None, description="particle number, for a fermi bath")
    energy_operator: Matrix | None = Field(
        default=None,
        description="whose energy is counted, where the Hamiltonian holds a drive or is that of a frame [energy]",
    )
    builder: Literal["davies", "unified", "local"] | None = Field(
        default=None,
        description='how baths act; if left out "davies", or "local" on the levels of an energy_operator',
    )
    width: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        default=None, description='closer than this frequencies share a jump of "unified" [energy]'
    )
    gate: Finite | None = Field(
        default=None,
        description="by which every particle's energy is lowered: the Hamiltonian less it times the number [energy]",
    )
    bias: Finite | None = Field(
        default=None,
        description="of two fermi baths: half of it raises the first potential, half lowers the second [energy]",
    )


class Coupling(Section):
    """One of several operators by which a bath touches a system of operators or levels."""

    coupling: Matrix = Field(description="what the bath couples to: rows of numbers, or a file")
    rate: Positive | None = Field(default=None, description=RATE)
    spectrum: Any = Field(default=None, description="a table: kind and its parameters")


class Channel(Section):
    """One jump, written by hand."""

    jump: Matrix = Field(description="the operator L; its rate is inside it: rows of numbers, or a file")
    rate: Positive = Field(default=1.0, description="by which D[L] is multiplied, > 0 [1/time]")
    bath: str | None = Field(default=None, description="the bath behind it, one of [[baths]]; none if left out")
    energy: Finite = Field(default=0.0, description="that one jump gives to the system [energy]")
    particles: Finite = Field(default=0.0, description="that one jump gives to the system")


def sort_of(parameter: Parameter) -> Any:
    """The type of a key that holds the values of a parameter."""
    if parameter.choices:
        return Literal.__getitem__(parameter.choices)
    finite = (parameter.above, parameter.least, parameter.most)
    above, least, most = (None if abs(bound) == float("inf") else bound for bound in finite)
    if parameter.role == "whole":
        number: Any = Annotated[int, Field(ge=least and int(least), le=most and int(most))]
    else:
        step = parameter.step or None
        rule = Field(gt=above, ge=least, le=most, multiple_of=step, allow_inf_nan=parameter.role == "extended")
        number = Annotated[float, rule]
    if parameter.axes == 2:
        return Matrix
    if parameter.axes == 1 and parameter.length is None:
        return Numbers
    if parameter.length:
        number = tuple.__class_getitem__((number,) * parameter.length)
        return Annotated[number, Field(strict=False)]
    return number


def table_of(
    key: str, name: str, build: Callable[..., Any], left_out: Collection[str], optional: Collection[str], base: Any
) -> Any:
    """The section whose keys are the arguments of a function."""
    fields: dict[str, Any] = {key: (Literal[name], name if name == LEVELS else ...)}
    for argument, known in parameters_of(build).items():
        if argument in left_out:
            continue
        may = argument in optional or known.default is None
        kind = sort_of(known)
        default = None if may else ... if known.default is REQUIRED else known.default
        fields[argument] = (kind | None if may else kind, Field(default, description=known.said))
    about = (build.__doc__ or name).partition("\n")[0]
    return create_model(name if key == "kind" else f"{name}_{len(fields)}", __base__=base, __doc__=about, **fields)


@cache
def spectrum_tables() -> tuple[Any, Any]:
    """What stands for a spectrum, and for several couplings, each of which may have its own."""
    spectrum = choice("kind", {name: table_of("kind", name, made, (), (), Section) for name, made in SPECTRA.items()})
    own = (spectrum | None, Coupling.model_fields["spectrum"])
    return spectrum, tuple.__class_getitem__((create_model("Coupling", __base__=Coupling, spectrum=own), ...))


@cache
def layouts(asked: Asked) -> Mapping[str, Any]:
    """What stands under the names of the tables that make a system."""
    spectrum, couplings = spectrum_tables()
    temperature = {"temperature": TEMPERATURE} if asked.temperatures == "own" else {}
    common: dict[str, Any] = {
        "statistics": (
            Literal["bose", "fermi", "spin"] | None,
            Field(default=None, description='"bose", "fermi" or "spin"; bose if left out, fermi for a fermionic level'),
        ),
        "spectrum": (spectrum | None, Field(default=None, description="a table: kind and its parameters")),
        "chemical_potential": (Finite, Field(default=0.0, description="only a fermi bath has one [energy]")),
    }
    name = Field(pattern="^[A-Za-z0-9_-]{1,40}$", description="how currents refer to it")
    contact: dict[str, Any] = {
        "rate": (Positive | None, Field(default=None, description=RATE)),
        "coupling": (
            Matrix | None,
            Field(default=None, description="what it couples to, of levels (all ones if left out) and operators"),
        ),
        "couplings": (
            Annotated[couplings, Field(strict=False, min_length=1, max_length=20)] | None,
            Field(default=None, description="several of them, each with a rate or a spectrum"),
        ),
    }
    bath = create_model(f"Bath_{asked.temperatures}", __base__=Section, **temperature, **common)
    named: Any = {"name": (str, name), **temperature, **common, **contact}
    options: dict[str, type[ModelTable]] = {}
    refused: dict[str, str] = {}
    for one in library.__all__:
        build = getattr(library, one)
        if asked.temperatures == "set" and _is_held(build):
            refused[one] = _ONE_TEMPERATURE
        elif asked.baths == "several" and parts_of(build) is None and "temperature" in parameters_of(build):
            refused[one] = _OF_LEVELS
        else:
            options[one] = _model(one, build, asked)
    options["operators"] = _operators(asked)
    return {
        "model": choice("name", options, _implied, refused),
        "bath": bath,
        "baths": Several(create_model(f"Baths_{asked.temperatures}", __base__=Section, **named)),
        "channels": Several(Channel),
    }


def _is_held(build: Callable[..., Model]) -> bool:
    """Whether a function says of its models that they do not relax to a Gibbs state."""
    return NOT_THERMAL in getattr(get_type_hints(build, include_extras=True)["return"], "__metadata__", ())


def _model(name: str, build: Callable[..., Model], asked: Asked) -> type[ModelTable]:
    parameters = parameters_of(build)
    left_out: set[str] = set()
    if "temperature" in parameters:
        left_out = {*BATH_KEYS, *(() if asked.baths == "one" else ("rate", "coupling"))}
    elif asked.temperatures == "set":
        left_out = {key for key, one in parameters.items() if one.role == "temperature"}
    optional = {"rate"} if "spectrum" in parameters else set()
    table: type[ModelTable] = table_of("name", name, build, left_out, optional, ModelTable)
    table.made_by, table.known = staticmethod(build), parameters
    return table


def _operators(asked: Asked) -> type[ModelTable]:
    if asked.baths == "several":
        return OperatorsTable
    coupling = Field(description="what the bath couples to: a .npy or .npz file, or rows of real numbers")
    rate = Field(default=None, description=RATE)
    return create_model("Operators", __base__=OperatorsTable, coupling=(Matrix, coupling), rate=(Positive | None, rate))


def _implied(table: dict[str, object]) -> str | None:
    """The name that a table without one stands for."""
    if "hamiltonian" in table:
        return "operators"
    return LEVELS if "energies" in table and "couplings" not in table else None
