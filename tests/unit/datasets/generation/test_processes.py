from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from coffea_lcf.datasets.generation.processes import PROCESSES, SAMPLES, JetWindow, Process

KINDS = [
    "lcf_ww", "lcf_qcd", "full_ww", "full_qcd", "top_tt", "top_qcd",
    "tag_qcd", "tag_top", "tag_w", "tag_z",
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


def test_taggers_learn_from_one_matched_jet_an_event_at_particle_level() -> None:
    for name, resonance, partons in (
        ("tag_qcd", 0, 0), ("tag_top", 6, 3), ("tag_w", 24, 2), ("tag_z", 23, 2)
    ):  # fmt: skip
        process = PROCESSES[name]
        assert (process.detector, process.max_jets, process.radius) == (None, 1, 0.8)
        assert process.stored == JetWindow((550.0, 650.0), 2.0, partons)
        assert process.resonance == resonance
        assert "PartonLevel:MPI = off" in process.settings


def test_a_sample_names_its_files_and_processes() -> None:
    assert SAMPLES == {"top_tagging": {"top": "tag_top", "qcd": "tag_qcd"}}
    seeds = [process.seed for process in PROCESSES.values() if process.name.startswith("tag_")]
    assert len(set(seeds)) == len(seeds)
