from __future__ import annotations

from functools import cache
from pathlib import Path

import awkward as ak
import numpy as np
import pytest

from coffea_lcf.datasets.generation import shower
from coffea_lcf.datasets.generation.processes import PROCESSES
from coffea_lcf.datasets.generation.shard import (
    ShardTask,
    generate_shard,
    load_count,
    load_events,
    save_shard,
)

pytest.importorskip("pythia8mc")
pytest.importorskip("fastjet")

EVENTS = 20


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shower, "BATCH", 30)


@cache
def shard(process: str, seed: int = 1, *, constituents: bool = True):
    return generate_shard(ShardTask(process, seed, EVENTS, constituents), lambda kept: None)


@pytest.mark.parametrize("name", PROCESSES)
def test_twenty_events_of_each_kind(name: str) -> None:
    process = PROCESSES[name]
    events, count = shard(name)
    jets = events.FatJet
    assert len(events) == count.events == EVENTS
    assert count.generated >= EVENTS
    assert count.cross_section_pb > 0
    assert ak.all((ak.num(jets) >= 1) & (ak.num(jets) <= process.max_jets))
    assert all(ak.all(np.isfinite(jets[field])) for field in jets.fields)
    window = process.leading or process.stored
    assert ak.all((jets.pt[:, 0] >= window.pt[0]) & (jets.pt[:, 0] <= window.pt[1]))
    assert ak.all(abs(jets.eta[:, 0]) <= window.abs_eta)
    if process.resonance:
        assert ak.all(jets.matchedId[:, 0] == process.resonance)
    assert ak.all(
        jets.nConstituents <= np.minimum(jets.nTrueConstituents, process.max_constituents)
    )
    assert ak.all(jets.trimMass <= jets.mass * 1.001)
    assert ak.all(jets.tau2 <= jets.tau1 + 1e-6)


@pytest.mark.parametrize("name", ["lcf_qcd", "net_w"])
def test_constituents_add_up_to_the_jet(name: str) -> None:
    events, _ = shard(name)
    link = events.FatJetPFCands
    candidates = events.PFCands[link.pFCandsIdx]
    px, py = candidates.pt * np.cos(candidates.phi), candidates.pt * np.sin(candidates.phi)
    first = link.jetIdx == 0
    summed = np.hypot(ak.sum(px[first], axis=1), ak.sum(py[first], axis=1))
    jet = events.FatJet[:, 0]
    assert ak.sum(first, axis=1).to_list() == jet.nConstituents.to_list()
    whole = jet.nConstituents == jet.nTrueConstituents
    np.testing.assert_allclose(summed[whole], jet.pt[whole], rtol=1e-3)
    assert ak.all(summed <= jet.pt * 1.01)
    assert ak.all(candidates.pt[first][:, :-1] >= candidates.pt[first][:, 1:])


def test_the_seed_decides_everything() -> None:
    first, count = shard("lcf_ww", 1)
    again, same = shard.__wrapped__("lcf_ww", 1)
    other, _ = shard("lcf_ww", 2)
    assert first.to_list() == again.to_list()
    assert count == same
    assert first.FatJet.pt.to_list() != other.FatJet.pt.to_list()


def test_constituents_do_not_change_the_events() -> None:
    full, _ = shard("lcf_ww")
    slim, _ = shard("lcf_ww", constituents=False)
    assert set(full.fields) - set(slim.fields) == {"PFCands", "FatJetPFCands", "GenPart"}
    assert slim.to_list() == full[slim.fields].to_list()


def test_events_are_numbered_by_generation_and_counting_ends_with_the_last() -> None:
    reports: list[int] = []
    events, count = generate_shard(ShardTask("lcf_ww", 1, 35, False), reports.append)
    number = events.event.to_numpy()
    assert (np.diff(number.astype(int)) > 0).all()
    assert number[0] >= 1
    assert count.generated == number[-1] > 35
    assert reports == sorted(reports)
    assert reports[-1] == 35


def test_partons_of_ww_point_to_their_boson() -> None:
    events, _ = shard("lcf_ww")
    partons = events.GenPart
    quarks = partons[partons.status == 23]
    assert ak.all(abs(partons[quarks.genPartIdxMother].pdgId) == 24)
    assert ak.all(ak.num(quarks) == 4)


def test_saved_shards_come_back_with_their_types(tmp_path: Path) -> None:
    events, count = shard("lcf_ww")
    path = tmp_path / "a.parquet"
    save_shard(path, events, count)
    loaded = load_events(path)
    assert loaded.to_list() == events.to_list()
    assert str(loaded.type) == str(events.type)
    assert load_count(path) == count
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.json", "a.parquet"]
