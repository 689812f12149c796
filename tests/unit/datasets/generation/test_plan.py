from __future__ import annotations

from pathlib import Path

import pytest

from coffea_lcf.datasets.generation import plan as plan_module
from coffea_lcf.datasets.generation.plan import plan, shard_files
from coffea_lcf.datasets.generation.processes import PROCESSES
from coffea_lcf.datasets.generation.shard import ShardTask

QCD = PROCESSES["lcf_qcd"]


@pytest.fixture(autouse=True)
def _versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "versions", lambda: {"pythia8mc": "1", "fastjet": "2"})


def test_shards_have_their_own_seed_and_share_the_events() -> None:
    assert plan(QCD, 25_000, 7, constituents=True) == [
        ShardTask("lcf_qcd", 7, 10_000, True),
        ShardTask("lcf_qcd", 8, 10_000, True),
        ShardTask("lcf_qcd", 9, 5_000, True),
    ]


def test_a_full_shard_is_not_followed_by_an_empty_one() -> None:
    assert [task.events for task in plan(QCD, 20_000, 1, constituents=True)] == [10_000, 10_000]


def names(process: str, seed: int, *, constituents: bool = True) -> set[str]:
    chosen = PROCESSES[process]
    tasks = plan(chosen, 15_000, seed, constituents=constituents)
    return {path.name for path in shard_files(chosen, tasks, Path())}


def test_names_follow_all_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = [
        names("lcf_qcd", 1), names("lcf_qcd", 5), names("full_qcd", 1),
        names("lcf_qcd", 1, constituents=False),
    ]  # fmt: skip
    monkeypatch.setattr(plan_module, "versions", lambda: {"pythia8mc": "2", "fastjet": "2"})
    samples.append(names("lcf_qcd", 1))
    assert len(set().union(*samples)) == 2 * len(samples)


def test_a_longer_sample_reuses_full_shards() -> None:
    tasks = plan(QCD, 10_000, 1, constituents=True)
    assert {path.name for path in shard_files(QCD, tasks, Path())} < names("lcf_qcd", 1)
