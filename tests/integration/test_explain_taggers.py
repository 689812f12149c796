"""A tagger that the configuration trains, explained on the jets that it has not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from coffea_lcf.explain import captum
from coffea_lcf.inference.scorer import score_cloud
from coffea_lcf.models.file import load_model
from coffea_lcf.workflow import samples
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.training_jets import collect_jets, judged_rows

from .chain import DATA, PROCESSOR, ok, write_config

PICTURES = ["pfn_constituents.svg", "pfn_nodes.svg", "pfn_latent.svg", "network_nodes.svg"]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Return the configuration, the output folder, and the written text."""
    folder = tmp_path_factory.mktemp("explained")
    document = yaml.safe_load((DATA.parent / "top_tagging.yaml").read_text(encoding="utf-8"))
    for section in document["datasets"].values():
        section["files"] = [str(DATA.parent / name) for name in section["files"]]
    network = {
        "architecture": "pfn",
        "hyperparameters": {"phi": [8, 8], "f": [8], "constituents": 20},
        "recipe": {"epochs": 1},
    }
    changes = {
        "processor": PROCESSOR,
        "networks": {"pfn": network},
        "observables": {"pfn": {"network": "pfn"}, "jet_mass": None},
        "fit": {"repeats": 1},
    }
    config = write_config(folder / "tops.yaml", document, **changes)
    for step in ("train", "tabulate", "fit", "cutflow"):
        ok(step, config, "-o", folder / "out", "-q")
    ok("explain", config, "-o", folder / "out", "-q")
    told = (folder / "out" / "explanation.txt").read_text(encoding="utf-8")
    ok("report", config, "-o", folder / "out", "-q")
    return config, folder / "out", told


def test_the_tagger_is_told_drawn_and_in_the_report(explained: tuple[Path, Path, str]) -> None:
    _, output, told = explained
    for words in ("pfn: without a constituent", "pfn: shares in LRP", "silent"):
        assert words in told
    assert sorted(one.name for one in (output / "explanation").iterdir()) == sorted(PICTURES)
    page = (output / "report.html").read_text(encoding="utf-8")
    for shown in (told, page):
        assert ("Shapley: mean size in log-odds of 250 jets" in shown) == captum.installed()
    assert page.count("What the observables are worth: ") == 1 + len(PICTURES)


def test_explained_jets_are_the_held_out_rows_of_the_table(
    explained: tuple[Path, Path, str],
) -> None:
    config, output, _ = explained
    analysis = prepare(config, output)
    _, test = samples.study_samples(analysis)
    labels = {"signal", "background"}
    jets, _ = collect_jets(
        analysis, 20, labels, "again", rows=judged_rows(analysis), step="explain"
    )
    scores = score_cloud(load_model(analysis.network_file("pfn")), jets.cloud)
    np.testing.assert_array_equal(jets.label, test.label)
    np.testing.assert_allclose(scores, test["pfn"], rtol=1e-4, atol=1e-5)
