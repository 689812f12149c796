from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from coffea_lcf.datasets.generation.processes import PROCESSES, Process

KINDS = [
    "lcf_ww", "lcf_qcd", "full_ww", "full_qcd", "top_tt", "top_qcd",
    "net_g", "net_q", "net_t", "net_w", "net_z",
]  # fmt: skip


def test_every_kind_is_there_under_its_own_name() -> None:
    assert list(PROCESSES) == KINDS
    assert [process.name for process in PROCESSES.values()] == KINDS


@pytest.mark.parametrize("process", PROCESSES.values(), ids=KINDS)
def test_settings_are_json_without_infinities(process: Process) -> None:
    json.dumps(asdict(process), allow_nan=False)


def test_the_paper_like_sets_have_no_isr_and_mpi_and_the_full_ones_have() -> None:
    off = {"PartonLevel:MPI = off", "PartonLevel:ISR = off"}
    for name in ("lcf_ww", "lcf_qcd"):
        assert off < set(PROCESSES[name].settings)
    for name in ("full_ww", "full_qcd"):
        assert not off & set(PROCESSES[name].settings)


def test_pythia_knows_every_setting() -> None:
    pythia8mc = pytest.importorskip("pythia8mc")
    for process in PROCESSES.values():
        pythia = pythia8mc.Pythia("", False)
        refused = [setting for setting in process.settings if not pythia.readString(setting)]
        assert refused == []
