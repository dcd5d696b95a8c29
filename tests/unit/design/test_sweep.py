"""`sweep`: outputs of a family over a grid are those of single models, by whatever road, and what is wrong is said."""

from __future__ import annotations

import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import swept_machines
import thermokin as tk
from thermokin.sweeps import executors

MASER = tk.Family(tk.library.three_level_maser, {"cold": 1.0, "rate_hot": 0.001, "rate_cold": 0.002})
DRIVE, HOT = np.array([0.004, 0.01, 0.03]), np.array([2.0, 4.0])
GRID = {"drive": DRIVE, "hot": HOT}
WORDS = [
    "heat from hot",
    "heat from hot + heat from cold",
    "noise of heat from hot",
    "covariance of heat from hot and activity",
    "entropy production",
    "gap",
    "decay rate of mode 2",
    "frequency of mode 3",
    "gap of the generator",
    "decay rate of mode 4 of the generator",
]


@pytest.fixture(autouse=True)
def _in_doubt() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def test_words_give_at_every_point_what_response_gives_there() -> None:
    data = tk.sweep(MASER, GRID, WORDS)
    found = tk.response(MASER, {"drive": DRIVE[:, None], "hot": HOT}, ["drive"], WORDS)
    for place, name in enumerate(WORDS):
        numbers = found.numbers[..., place]
        assert np.allclose(data[name], numbers, rtol=1e-10, atol=1e-13 * np.abs(numbers).max()), name
    units = {name: data[name].attrs["units"] for name in WORDS}
    assert units["noise of heat from hot"] == "energy^2/time"
    assert units["covariance of heat from hot and activity"] == "energy/time"
    assert (units["entropy production"], units["gap"]) == ("nats/time", "1/time")


def test_means_keep_their_digits_where_a_state_has_none_of_them() -> None:
    data = tk.sweep(tk.library.three_level_maser, {"drive": [1e-12, 1e-6], "hot": [1e12]}, ["heat from hot"])
    # Of a drive this weak both are its square times the same number.
    weak, strong = data["heat from hot"].values[:, 0]
    assert weak > 0.0
    assert np.isclose(weak * 1e12, strong, rtol=1e-9)


def test_bounds_are_those_of_the_catalogue_at_each_point() -> None:
    wanted = {
        "tur": "ratio of thermodynamic on heat from hot",
        "clock": "ratio of clock bound on heat from hot",
        "least": "limit of kinetic on activity",
        "kinetic": "ratio of kinetic on heat from hot",
        "bare": "ratio of bare thermodynamic on heat from hot",
    }
    data = tk.sweep(MASER, GRID, wanted)
    for place in np.ndindex(3, 2):
        model = MASER.at({"drive": DRIVE[place[0]], "hot": HOT[place[1]]})
        found = tk.bounds.evaluate(model, tk.heat(model, "hot"), outside=True)
        assert np.isclose(data["tur"][place], found["thermodynamic"].ratio, rtol=1e-9)
        assert np.isclose(data["clock"][place], found["clock"].ratio, rtol=1e-9)
        assert np.isclose(data["kinetic"][place], found["kinetic"].ratio, rtol=1e-9)
        least = tk.bounds.evaluate(model, tk.activity(model), theorems="kinetic", outside=True)["kinetic"]
        assert np.isclose(data["least"][place], least.limit, rtol=1e-9)
        assert bool(data["applies tur"][place]) == bool(found["thermodynamic"].applies_everywhere)
    assert (data["tur"].attrs["theorem"], data["bare"].attrs["theorem"]) == ("yes", "no")
    assert (data["tur"].attrs["threshold"], data["applies tur"].attrs["shown"]) == (1.0, "no")
    assert data["least"].attrs["units"] == "1/time"


def test_a_bound_that_is_a_theorem_at_some_points_says_so() -> None:
    data = tk.sweep(MASER, {"drive": [0.0, 0.01], "hot": [2.0, 4.0]}, ["ratio of thermodynamic on activity"])
    applies = data["applies ratio of thermodynamic on activity"].values
    said = data["ratio of thermodynamic on activity"].attrs["theorem"]
    assert said == ("yes" if applies.all() else "in part" if applies.any() else "no")


def test_functions_give_currents_outputs_numbers_arrays_and_complex_numbers() -> None:
    sigma = np.zeros((3, 3))
    sigma[1, 2] = sigma[2, 1] = 1.0
    wanted = {
        "heat": lambda model: tk.heat(model, "hot"),
        "power": (lambda model: tk.figures_of_merit(model).power, "energy/time"),
        "excited": lambda model: tk.outputs.Expectation(np.diag([0.0, 0.0, 1.0])),
        "cumulants": lambda model: tk.cumulants(model, tk.heat(model, "hot"), order=3),
        "coherence": lambda model: tk.steady_state(model).matrix[..., 1, 2],
        "renamed": ("heat from hot", "aW"),
    }
    data = tk.sweep(MASER, GRID, wanted)
    assert data["cumulants"].dims == ("drive", "hot", "place in cumulants")
    assert (data["power"].attrs["units"], data["renamed"].attrs["units"]) == ("energy/time", "aW")
    assert "units" not in data["excited"].attrs
    for place in np.ndindex(3, 2):
        model = MASER.at({"drive": DRIVE[place[0]], "hot": HOT[place[1]]})
        state, heat = tk.steady_state(model), tk.heat(model, "hot")
        assert np.isclose(data["heat"][place], heat.mean(state))
        assert np.isclose(data["power"][place], tk.figures_of_merit(model).power)
        assert np.isclose(data["excited"][place], state.matrix[2, 2].real)
        assert np.allclose(data["cumulants"][place], tk.cumulants(model, heat, order=3).values)
        assert np.isclose(data["coherence_re"][place] + 1j * data["coherence_im"][place], state.matrix[1, 2])


def test_a_function_of_single_numbers_is_swept_point_by_point_to_the_same_numbers() -> None:
    wanted = ["heat from hot", "noise of heat from hot"]
    grid = {"drive": DRIVE, "hot": HOT}
    one, many = tk.sweep(swept_machines.one_by_one, grid, wanted), tk.sweep(tk.library.three_level_maser, grid, wanted)
    for name in wanted:
        assert np.allclose(one[name], many[name], rtol=1e-12)


def test_numbers_of_levels_are_swept_as_whole_numbers() -> None:
    oscillator = tk.Family(tk.library.oscillator, {"frequency": 1.0, "rate": 0.01})
    data = tk.sweep(oscillator, {"levels": [3, 5], "temperature": [0.5, 1.0]}, ["activity"])
    for row, levels in zip(data["activity"].values, (3, 5), strict=True):
        for found, temperature in zip(row, (0.5, 1.0), strict=True):
            model = oscillator.at({"levels": levels, "temperature": temperature})
            assert np.isclose(found, tk.activity(model).mean(tk.steady_state(model)))
    with pytest.raises(ValueError, match=r"`values\['levels'\]` must be whole numbers"):
        tk.sweep(oscillator, {"levels": [3.5], "temperature": [0.5]}, ["activity"])


def test_random_numbers_come_from_the_seed() -> None:
    def drawn(model: tk.Model, random: np.random.Generator) -> Any:
        return random.normal(size=np.shape(model.parameters["drive"].numbers + model.parameters["hot"].numbers))

    one, same, other = (tk.sweep(MASER, GRID, {"drawn": drawn}, bulk=True, seed=seed)["drawn"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.isin(one, other).any()
    assert np.unique(one).size == 6


@pytest.mark.parametrize(
    "made",
    [
        lambda: ThreadPoolExecutor(2),
        pytest.param(lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")), marks=pytest.mark.slow),
    ],
)
def test_any_executor_gives_the_same_bits(made: Any) -> None:
    grid, wanted = swept_machines.axes(40), swept_machines.OUTPUTS
    plain = tk.sweep(swept_machines.noted, grid, wanted, chunk=10, executor="serial")
    with made() as executor:
        found = tk.sweep(swept_machines.noted, grid, wanted, chunk=10, executor=executor)
        assert executor.submit(abs, -1).result() == 1, "it stays open"
    assert found.identical(plain)


@pytest.mark.slow
def test_processes_take_functions_that_have_no_name() -> None:
    pytest.importorskip("loky")
    grid, wanted = swept_machines.axes(20), {"heat": lambda model: tk.heat(model, "hot")}
    found = tk.sweep(
        lambda drive, hot: MASER.at({"drive": drive, "hot": hot}), grid, wanted, chunk=10, executor="processes"
    )
    assert np.allclose(found["heat"], tk.sweep(MASER, grid, ["heat from hot"])["heat from hot"], rtol=1e-12)


def test_without_loky_a_function_that_cannot_be_sent_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "loky", None)
    with pytest.raises(tk.errors.SweepError, match="Define its functions at the top of a module, install loky"):
        tk.sweep(
            lambda drive: MASER.at({"drive": drive, "hot": 2.0}), {"drive": DRIVE}, ["activity"], executor="processes"
        )


def test_executors_that_cannot_work_are_refused_in_clear_words(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    with pytest.raises(tk.errors.SweepError, match=r"the executor of the sweep is closed\. Nothing is kept, since the"):
        tk.sweep(MASER, GRID, ["activity"], executor=closed)
    with pytest.raises(tk.errors.SweepError, match='must be "serial", "processes" or the address of a dask scheduler'):
        tk.sweep(MASER, GRID, ["activity"], executor="proceses")
    with pytest.raises(
        TypeError, match=r"`executor` must be .* a dask client or the address of a dask scheduler, got 7"
    ):
        tk.sweep(MASER, GRID, ["activity"], executor=7)
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(
        tk.errors.SweepError, match=r"needs the package distributed, .*: pip install 'thermokin\[dask\]'"
    ):
        tk.sweep(MASER, GRID, ["activity"], executor="tcp://127.0.0.1:1")
    assert executors.available_workers() >= 1


def test_a_client_that_is_closed_is_refused() -> None:
    class Client:
        status = "closed"

        def get_executor(self) -> None: ...

    with pytest.raises(tk.errors.SweepError, match="`executor` is a dask client that is closed"):
        tk.sweep(MASER, GRID, ["activity"], executor=Client())


def test_points_that_fail_are_nan_with_their_reason_and_one_warning_says_how_many() -> None:
    def at(drive: Any, hot: Any) -> tk.Model:
        if np.any(np.asarray(drive) > 0.02):
            raise ValueError("too strong")
        return MASER.at({"drive": drive, "hot": hot})

    with pytest.warns(tk.errors.LostPointsWarning, match="2 of 6 points of the sweep failed and are NaN"):
        data = tk.sweep(at, GRID, ["heat from hot"])
    assert np.isnan(data["heat from hot"].values).tolist() == [[False] * 2, [False] * 2, [True] * 2]
    (code,) = set(data["error"].values[2].tolist())
    assert f"{code}: ValueError: too strong" in data["error"].attrs["meanings"]


def test_a_sweep_that_fails_everywhere_says_where_and_why_before_it_begins() -> None:
    def broken(drive: Any) -> tk.Model:
        return MASER.at({"drve": drive})

    with pytest.raises(
        tk.errors.SweepError, match=r"at drive = 0\.004 it says: ValueError: `drve` is no number of Family"
    ):
        tk.sweep(broken, {"drive": DRIVE}, ["activity"])
    with pytest.raises(
        tk.errors.SweepError, match="nothing but NaN at the first, middle and last point, as 'n' at drive"
    ):
        tk.sweep(MASER, GRID, {"n": lambda model: np.nan})
    with pytest.raises(tk.errors.SweepError, match=r"TypeError: `outputs\['n'\]` must give numbers, got"):
        tk.sweep(MASER, GRID, {"n": lambda model: "three"})


def test_too_many_points_are_refused_with_their_time_and_size() -> None:
    many = {"drive": np.linspace(0.01, 0.02, 10_000), "hot": np.linspace(2.0, 3.0, 10_000)}
    said = (
        r"has 100000000 points \(10000 x 10000\), more than 10000000: about [\d.]+ \w+ of one processor's time and 1\.2"
    )
    with pytest.raises(tk.errors.SweepError, match=said + r" GB of data\. Take fewer values, or .*: most=100000000\.$"):
        tk.sweep(MASER, many, ["activity"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"drive": [0.1, np.nan]}, r"`values\['drive'\]` must be finite"),
        ({"gap_hot": [2.0, -0.1]}, r"`values\['gap_hot'\]` must be > 0, got -0\.1"),
        ({"drive": [[0.1]]}, r"`values\['drive'\]` must be a list of one or more numbers, got the shape \(1, 1\)"),
        ({"drive": []}, r"`values\['drive'\]` must be a list of one or more numbers, got the shape \(0,\)"),
        ({"drive": [0.1, 0.1]}, r"`values\['drive'\]` must hold each number once"),
        ({"drve": [0.1]}, "must name numbers of Family.*, got 'drve'; did you mean 'drive'"),
    ],
)
def test_values_that_are_none_are_refused(values: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tk.sweep(MASER.given({"hot": 2.0}), values, ["activity"])


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (["heet"], "must count one of"),
        ([], "`outputs` must name at least one output"),
        (["activity", "activity"], "`outputs` must name each output once"),
        (["ratio of thermodinamic on activity"], "got 'thermodinamic'; did you mean 'thermodynamic'"),
        ({"n": (1.0, "energy")}, "must be words or a function"),
    ],
)
def test_outputs_that_are_none_are_refused(outputs: Any, said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        tk.sweep(MASER, GRID, outputs)


def test_other_arguments_of_the_wrong_kind_are_refused() -> None:
    for given, said in (
        ({"workers": 0}, "`workers` must be a whole number from 1, got 0"),
        ({"chunk": 2.5}, r"`chunk` must be a whole number from 1, got 2\.5"),
        ({"seed": -1}, "`seed` must be a whole number from 0, got -1"),
        ({"shard": (3, 2)}, r"`shard` must be \(k, n\) with k from 1 to n, got \(3, 2\)"),
        ({"shard": "1/2"}, r"`shard` must be \(k, n\) with k from 1 to n, got '1/2'"),
        ({"shard": (1, 2)}, "`shard` needs a `store`, in which the parts meet"),
    ):
        with pytest.raises(ValueError, match=said):
            tk.sweep(MASER, GRID, ["activity"], **given)
    with pytest.raises(TypeError, match="`outputs` must be a list of words"):
        tk.sweep(MASER, GRID, "activity")
    with pytest.raises(TypeError, match="`values` must map names to lists of numbers"):
        tk.sweep(MASER, [0.1], ["activity"])  # type: ignore[arg-type]


def test_swept_data_are_drawn_as_lines_and_maps() -> None:
    data = tk.sweep(
        MASER, {"drive": np.geomspace(0.004, 0.03, 5), "hot": HOT}, ["ratio of thermodynamic on heat from hot"]
    )
    shown = tk.results.Labelled(data)
    assert str(shown).splitlines()[:2] == [
        "a sweep",
        "  drive                                    5, 0.004 ... 0.03  [energy]",
    ]
    figure, axes = shown.plot()
    assert len(figure.axes) == 2, "a map with its bar"
    assert axes[0, 0].get_xlabel() == 'hot, temperature of the bath "hot" [energy]'
    _, axes = tk.results.Labelled(data.isel(hot=0)).plot()
    assert axes[0, 0].get_xlabel().split() == ["drive,", "half", "the", "Rabi", "frequency", "[energy]"]
    with pytest.raises(ValueError, match="a figure shows one or two axes"):
        tk.results.Labelled(data.expand_dims(cold=[1.0, 2.0])).plot()
