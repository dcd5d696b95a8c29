"""A sweep on a dask cluster that loses two workers, and one whose cluster is closed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import swept_machines

pytest.importorskip("zarr")
pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
SCRIPT = """
import json, os, signal, sys, threading, time, warnings
from pathlib import Path

import swept_machines as machines
import thermokin as tk


def markers(store):
    return len(list(store.glob("commits/*/zarr.json")))


def kill_two(client, store):
    for finished in (3, 9):
        while markers(store) < finished:
            time.sleep(0.01)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


if __name__ == "__main__":
    from distributed import Client, LocalCluster

    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    grid, wanted = machines.axes(300), machines.OUTPUTS
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        client = Client(cluster)
        killer = threading.Thread(target=kill_two, args=(client, folder / "store"))
        killer.start()
        tk.sweep(machines.noted, grid, wanted, store=folder / "store", executor=client, chunk=20)
        killer.join()
        client.close()
        said = []
        try:
            tk.sweep(machines.noted, grid, wanted, store=folder / "other", executor=client, chunk=20)
        except tk.errors.SweepError as error:
            said.append(str(error))
        client = Client(cluster)
        closer = threading.Timer(2.0, cluster.close)
        closer.start()
        try:
            tk.sweep(machines.noted, machines.axes(3000), wanted, store=folder / "closed", executor=client, chunk=20)
        except tk.errors.SweepError as error:
            said.append(str(error))
        closer.join()
    print(json.dumps(said))
"""


def contents(store: Path) -> dict[str, bytes]:
    """All files of a store."""
    found = (path for path in store.rglob("*") if path.is_file() and path.suffix != ".partial")
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in found}


def test_two_lost_workers_change_no_bit_and_a_closed_cluster_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "SWEPT_LOG": str(tmp_path / "log"), "SWEPT_WAIT": "0.1"}
    environment |= {"PYTHONPATH": os.pathsep.join([*sys.path, os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    swept_machines.main(str(tmp_path / "plain"), "serial", 300, 20)
    assert contents(tmp_path / "store") == contents(tmp_path / "plain")
    closed, gone = json.loads(run.stdout.splitlines()[-1])
    assert closed == "`executor` is a dask client that is closed; give one whose cluster is running."
    assert gone.startswith("the workers of the sweep are gone (")
    assert gone.endswith(f"of 6000 points are in {tmp_path / 'closed'}; asked for again, the sweep goes on from there.")
    begun = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    of_first = begun[: 30 + 2]
    assert len(of_first) - len(set(of_first)) <= 2, "what two workers were at is all that is begun again"
