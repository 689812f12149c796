from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import uproot

from coffea_lcf.datasets.generation import (
    GenerationResult,
    generate,
    merge,
    plan,
    sample,
)
from coffea_lcf.datasets.generation.ntuple import storable
from coffea_lcf.datasets.generation.shard import (
    ShardCount,
    ShardTask,
    generate_shard,
    save_shard,
)
from coffea_lcf.errors import ConfigError, IncompleteError, MissingExtraError, OutputError


@pytest.mark.parametrize(
    ("process", "numbers", "message"),
    [
        ("lcf_wv", {}, "unknown process 'lcf_wv'\n  nearest    lcf_ww"),
        ("lcf_ww", {"events": 0}, "events = 0: at least 1 is needed"),
        ("lcf_ww", {"workers": 0}, "workers = 0: at least 1 is needed"),
        ("lcf_ww", {"seed": 0}, "seed = 0: Pythia takes seeds from 1 to 900000000"),
        ("lcf_ww", {"seed": 900_000_000, "events": 10_001}, "seed = 900000000: Pythia takes"),
    ],
)
def test_wrong_arguments(process: str, numbers: dict, message: str, tmp_path: Path) -> None:
    arguments = {"events": 1, "output": tmp_path / "a.root"} | numbers
    with pytest.raises(ConfigError, match=message):
        generate(process, **arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_output_is_a_root_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.parquet' does not end in \.root"):
        generate("lcf_ww", 1, tmp_path / "a.parquet")


def test_missing_packages_are_found_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> dict[str, str]:
        msg = "package 'fastjet' is not installed"
        raise MissingExtraError(msg)

    monkeypatch.setattr(plan, "versions", absent)
    with pytest.raises(MissingExtraError, match="fastjet"):
        generate("lcf_ww", 1, tmp_path / "a.root")
    assert list(tmp_path.iterdir()) == []


class StandIn:
    """Shards of three events without Pythia; `ran` are the seeds run, those in `broken` fail."""

    def __init__(self) -> None:
        self.ran: list[int] = []
        self.broken: set[int] = set()

    def run_shards(
        self, tasks: Mapping[Path, ShardTask], workers: int, report: Callable[[Path, int], None]
    ) -> None:
        for path, task in tasks.items():
            if task.seed in self.broken:
                msg = f"seed {task.seed}"
                raise IncompleteError(msg)
            self.ran.append(task.seed)
            columns = {
                "event": np.arange(2, 2 + task.events),
                "genWeight": np.ones(task.events),
                "FatJet": ak.zip({"pt": [[300.0 + task.seed]] * task.events}),
            }
            events = storable(ak.zip(columns, depth_limit=1))
            save_shard(path, events, ShardCount(task.seed, task.events, 10, float(task.seed)))
            report(path, task.events)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    shards = StandIn()
    monkeypatch.setattr(sample, "run_shards", shards.run_shards)
    monkeypatch.setattr(plan, "SHARD_EVENTS", 3)
    for module in (plan, merge):
        monkeypatch.setattr(module, "versions", lambda: {"pythia8mc": "1", "fastjet": "2"})
    return shards


def test_an_output_that_cannot_be_written(tmp_path: Path, stand_in: StandIn) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"cannot make .*\.a\.root\.shards"):
        generate("lcf_ww", 1, tmp_path / "file" / "a.root", progress=False)


def test_shards_are_merged_with_their_normalisation(tmp_path: Path, stand_in: StandIn) -> None:
    path = tmp_path / "new" / "a.root"
    result = generate("lcf_ww", 7, path, seed=11, progress=False)
    assert result == GenerationResult(path, 7, 30, 30.0, 12.0, (11, 12, 13))
    with uproot.open(path) as file:
        events = file["Events"].arrays()
        runs = file["Runs"].arrays().to_list()
        metadata = json.loads(file["metadata"])
    assert events.event.to_list() == [2, 3, 4, 12, 13, 14, 22]
    assert events.luminosityBlock.to_list() == [1, 1, 1, 2, 2, 2, 3]
    assert ak.flatten(events.FatJet_pt).to_list() == [311.0] * 3 + [312.0] * 3 + [313.0]
    assert runs == [
        {
            "run": 1, "genEventCount": 30, "genEventSumw": 30.0, "genEventSumw2": 30.0,
            "crossSection_pb": 12.0,
        }
    ]  # fmt: skip
    assert metadata["process"] == "lcf_ww"
    assert metadata["versions"] == {"pythia8mc": "1", "fastjet": "2"}
    assert [shard["seed"] for shard in metadata["shards"]] == [11, 12, 13]
    assert "PartonLevel:ISR = off" in metadata["settings"]
    assert metadata["selection"]["trim_fraction"] == 0.03
    assert list(path.parent.iterdir()) == [path]


def test_the_seed_of_the_process_is_the_default(tmp_path: Path, stand_in: StandIn) -> None:
    assert generate("lcf_qcd", 4, tmp_path / "a.root", progress=False).seeds == (200, 201)


def test_a_failed_sample_goes_on_where_it_stopped(tmp_path: Path, stand_in: StandIn) -> None:
    path = tmp_path / "a.root"
    path.write_text("older")
    stand_in.broken = {12}
    with pytest.raises(IncompleteError, match="seed 12"):
        generate("lcf_ww", 6, path, seed=11, progress=False)
    assert path.read_text() == "older"
    stand_in.broken = set()
    generate("lcf_ww", 6, path, seed=11, progress=False)
    assert stand_in.ran == [11, 12]
    assert list(tmp_path.iterdir()) == [path]


def test_shards_of_other_settings_are_not_reused(tmp_path: Path, stand_in: StandIn) -> None:
    stand_in.broken = {12}
    with pytest.raises(IncompleteError):
        generate("lcf_ww", 6, tmp_path / "a.root", seed=11, progress=False)
    generate("lcf_ww", 3, tmp_path / "a.root", seed=11, constituents=False, progress=False)
    assert stand_in.ran == [11, 11]


def test_progress_counts_the_events(
    tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    generate("lcf_ww", 7, tmp_path / "a.root", seed=11)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "7/7" in captured.err


@pytest.fixture(scope="module")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pythia8mc")
    pytest.importorskip("fastjet")
    path = tmp_path_factory.mktemp("sample") / "ww.root"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SHARD_EVENTS", 15)
        generate("lcf_ww", 30, path, seed=5, workers=2, progress=False)
    return path


def test_workers_give_the_same_events_as_this_process(small_sample: Path) -> None:
    written = uproot.open(small_sample)["Events"].arrays(["FatJet_D2b2", "PFCands_pt", "event"])
    offset = 0
    for i, seed in enumerate((5, 6)):
        events, count = generate_shard(ShardTask("lcf_ww", seed, 15, True), lambda kept: None)
        part = written[15 * i : 15 * (i + 1)]
        assert part.FatJet_D2b2.to_list() == events.FatJet.D2b2.to_list()
        assert part.PFCands_pt.to_list() == events.PFCands.pt.to_list()
        assert part.event.to_list() == (events.event + offset).to_list()
        offset += count.generated


def test_coffea_reads_the_sample(small_sample: Path) -> None:
    from coffea.nanoevents import NanoEventsFactory, PFNanoAODSchema

    class Schema(PFNanoAODSchema):
        warn_missing_crossrefs = False

    events = NanoEventsFactory.from_root({str(small_sample): "Events"}, schemaclass=Schema).events()
    inside = events.FatJet.constituents.pf
    np.testing.assert_allclose(
        ak.flatten(inside.sum(axis=-1).pt), ak.flatten(events.FatJet.pt), rtol=2e-3
    )
    bosons = events.GenPart[abs(events.GenPart.pdgId) == 24]
    assert ak.all(ak.num(bosons) == 2)
    assert ak.all(abs(events.GenPart[events.GenPart.status == 23].parent.pdgId) == 24)
