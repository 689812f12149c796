from __future__ import annotations

import json
import warnings
from pathlib import Path

import awkward as ak
import numpy as np
import pytest
import yaml

from coffea_lcf import __version__
from coffea_lcf.config import load_config
from coffea_lcf.errors import FilesetError, OutputError
from coffea_lcf.workflow.init.repository import NewAnalysis, write_repository
from tests.integration.rootfiles import event_ids, write_root

EVENTS = 40
FOUR = ("pt", "eta", "phi", "mass")
COMMON = {".gitignore", "Makefile", "README.md", "analysis.yaml", "filesets/samples.json"}
COMMON |= {"requirements.txt", "slurm.sh"}


def jets(*fields: str, empty: int = 0, scale: float = 1.0) -> dict[str, ak.Array]:
    """Return a collection with one object an event, none in the first `empty` events."""
    counts = np.where(np.arange(EVENTS) < empty, 0, 1)
    values = scale * np.linspace(30.0, 90.0, EVENTS)[empty:]
    return {field: ak.unflatten(values, counts) for field in fields}


def flat(shift: float) -> dict[str, np.ndarray]:
    x = np.arange(EVENTS, dtype=np.float32)
    return {**event_ids(EVENTS), "x": x + shift, "on": x % 7, "same": x * 0, "genWeight": x + 1}


def started(folder: Path, signal: Path, background: Path, **options: str) -> NewAnalysis:
    return write_repository(folder, [str(signal)], [str(background)], **options)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data = tmp_path / "a, b" / "it's #1"
    return write_root(data / "ww.root", flat(20.0)), write_root(data / "qcd.root", flat(0.0))


def test_flat_tree(tmp_path: Path, files: tuple[Path, Path]) -> None:
    new = started(tmp_path / "my-first", *files)
    assert set(new.files) == COMMON
    assert all((new.folder / name).stat().st_size for name in new.files)
    config = load_config(new.folder / "analysis.yaml").config
    assert config.name == "my_first"
    assert (config.weight, config.processor) == ("genWeight", None)
    # the better separated first; neither constants nor identifiers; a name that YAML takes for true
    assert list(config.observables) == ["x", "on"]
    assert [(name, one.label) for name, one in config.datasets.items()] == [
        ("ww", "signal"),
        ("qcd", "background"),
    ]
    text = (new.folder / "requirements.txt").read_text(encoding="utf-8")
    assert f"coffea-lcf[dask]>={__version__}\n" in text


def test_every_blank_is_filled(tmp_path: Path, files: tuple[Path, Path]) -> None:
    new = started(tmp_path / "new", *files)
    for name in ("README.md", "analysis.yaml", "requirements.txt"):
        assert "$" not in (new.folder / name).read_text(encoding="utf-8"), name
    assert "--job-name=new" in (new.folder / "slurm.sh").read_text(encoding="utf-8")
    assert '"$SLURM_CPUS_PER_TASK"' in (new.folder / "slurm.sh").read_text(encoding="utf-8")
    assert "$(VENV)/bin" in (new.folder / "Makefile").read_text(encoding="utf-8")


def test_every_commented_section_may_be_said(tmp_path: Path, files: tuple[Path, Path]) -> None:
    new = started(tmp_path / "new", *files)
    path = new.folder / "analysis.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = "\n".join(one[2:] if _is_section(one) else one for one in lines)
    path.write_text(whole, encoding="utf-8")
    config = load_config(path).config
    assert config.luminosity == 59.7e3
    assert config.preselection[0].observable == "x"
    assert set(config.regions) == {"low", "high"}
    assert set(config.variations) == {"scale_up", "scale_down"}


def _is_section(line: str) -> bool:
    starts = ("# luminosity:", "# preselection:", "#   - {", "# regions:", "#   low:", "#   high:")
    return line.startswith((*starts, "# systematics:", "#   scale:"))


@pytest.mark.parametrize("name", ["HTCondorCluster", "SLURMCluster"])
def test_clusters_of_the_comments_are_valid(
    tmp_path: Path, files: tuple[Path, Path], name: str
) -> None:
    path = started(tmp_path / "new", *files).folder / "analysis.yaml"
    text = path.read_text(encoding="utf-8")
    before, after = text.split("executor: iterative", 1)
    blocks = [one.split("  # cluster:")[0] for one in after.split("  # cluster:\n")[1:]]
    [block] = [one for one in blocks if name in one]
    cluster = yaml.safe_load("\n".join(line.removeprefix("  #") for line in block.splitlines()))
    whole = {**yaml.safe_load(before + "executor: dask"), "execution": {"executor": "dask"}}
    whole["execution"]["cluster"] = cluster
    path.write_text(yaml.safe_dump(whole), encoding="utf-8")
    assert load_config(path).config.execution.cluster.name == name


def test_files_beside_the_analysis_move_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    signal = write_root(folder / "data" / "ww.root", flat(20.0))
    background = write_root(tmp_path / "qcd.root", flat(0.0))
    started(folder, signal, background)
    listed = json.loads((folder / "filesets" / "samples.json").read_text(encoding="utf-8"))
    assert list(listed["ww"]["files"]) == ["../data/ww.root"]
    assert list(listed["qcd"]["files"]) == [str(background)]
    found = load_config(folder / "analysis.yaml").config.datasets["ww"].files
    assert [Path(one).resolve() for one in found] == [signal]


@pytest.mark.parametrize(
    ("fatjets", "kind", "names"),
    [
        (
            jets(*FOUR, "msoftdrop", "n2b1", "C2b1", "D2b1"),
            "LargeRJets",
            {"softdrop_mass", "C2_b1"},
        ),
        (jets(*FOUR, empty=30), "LeadingObjects", {"jet1_pt", "jet1_eta", "jet1_mass", "ht"}),
    ],
    ids=["substructure in every event", "large-R jets in a quarter"],
)
def test_nanoaod_gets_the_processor_whose_objects_are_there(
    tmp_path: Path, fatjets: dict[str, ak.Array], kind: str, names: set[str]
) -> None:
    ids = {**event_ids(EVENTS), "PV_npvs": np.arange(EVENTS)}
    files = [
        write_root(
            tmp_path / f"{one}.root",
            ids,
            {"FatJet": fatjets, "Jet": jets(*FOUR, scale=scale)},
        )
        for one, scale in (("tt", 2.0), ("dy", 1.0))
    ]
    new = started(tmp_path / "new", *files)
    config = load_config(new.folder / "analysis.yaml").config
    assert config.schema_name == "NanoAODSchema"
    assert config.processor.name == kind
    assert (new.folder / config.processor.file).is_file()
    assert names <= set(config.observables)


def test_physlite_is_read_with_its_layout(tmp_path: Path) -> None:
    fields = ("pt", "m", "eta", "phi", "Tau1_wta", "Tau2_wta")
    files = [
        write_root(
            tmp_path / f"{one}.root",
            {"EventInfoAuxDyn.mcChannelNumber": np.arange(EVENTS)},
            {"AnalysisLargeRJetsAuxDyn": jets(*fields, scale=scale)},
            tree="CollectionTree",
            separator=".",
        )
        for one, scale in (("w", 2e3), ("qcd", 1e3))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of coffea, which looks for the other collections
        new = started(tmp_path / "new", *files)
    config = load_config(new.folder / "analysis.yaml").config
    assert config.schema_name == "PHYSLITESchema"
    assert config.processor.options == {"layout": "physlite"}
    assert "jet_pt" in config.observables


def test_nothing_is_replaced(tmp_path: Path, files: tuple[Path, Path]) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(OutputError, match=r"holds README\.md already, and nothing is replaced"):
        started(tmp_path, *files)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert not (tmp_path / "analysis.yaml").exists()


def test_files_without_events(tmp_path: Path, files: tuple[Path, Path]) -> None:
    empty = write_root(tmp_path / "empty.root", {"x": np.empty(0, np.float32)})
    with pytest.raises(FilesetError, match="dataset 'empty' has no events: tree 'Events' is empty"):
        started(tmp_path / "new", empty, files[1])
    assert not (tmp_path / "new").exists()


def test_trees_of_different_names(tmp_path: Path, files: tuple[Path, Path]) -> None:
    other = write_root(tmp_path / "other.root", flat(0.0), tree="mini")
    with pytest.raises(FilesetError, match=r"different trees \(Events, mini\): choose with --tree"):
        started(tmp_path / "new", files[0], other)
    with pytest.raises(FilesetError, match="no tree 'mini'"):
        started(tmp_path / "new", *files, tree="mini")


def test_files_with_nothing_to_cut(tmp_path: Path) -> None:
    columns = {**event_ids(EVENTS), "same": np.ones(EVENTS)}
    files = [write_root(tmp_path / f"{one}.root", columns) for one in "ab"]
    with pytest.raises(FilesetError, match="no branch with one number an event varies"):
        started(tmp_path / "new", *files)
