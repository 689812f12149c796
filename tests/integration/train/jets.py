"""Few jets and small networks, for tests of the step that trains."""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import torch
import uproot

from coffea_lcf.models.file import load_model
from tests.integration.chain import DATA, REPOSITORY

EVENTS, BASKET = 150, 50
CONFIGS = REPOSITORY / "analysis_configs"
COLLECTIONS = {
    "FatJet": ("pt", "eta", "phi", "mass", "tau2", "tau3"),
    "FatJetPFCands": ("jetIdx", "pFCandsIdx"),
    "PFCands": ("pt", "eta", "phi", "mass"),
}
TAGGER = {
    "architecture": "pfn",
    "hyperparameters": {"phi": [8, 4], "f": [8], "constituents": 6},
    "recipe": {"epochs": 3, "batch_size": 40},
}
AUTOENCODER = {
    "architecture": "lgae",
    "hyperparameters": {
        "slots": 5, "channels": 2, "encoder_layers": 1, "decoder_layers": 1, "constituents": 8,
    },
    "recipe": {"epochs": 2},
}  # fmt: skip


def write_jets(path: Path, name: str, start: int) -> None:
    """Write some of the jets of the sample to `path`."""
    names = [f"{kind}_{one}" for kind, own in COLLECTIONS.items() for one in own]
    with uproot.open(DATA / "top_tagging" / f"{name}.root") as file:
        events = file["Events"].arrays(names, entry_start=start, entry_stop=start + EVENTS)
    content = {
        kind: ak.zip({one: events[f"{kind}_{one}"] for one in own})
        for kind, own in COLLECTIONS.items()
    }
    with uproot.recreate(path) as file:
        file.mktree("Events", {kind: one.type.content for kind, one in content.items()})
        for first in range(0, EVENTS, BASKET):
            part = {kind: one[first : first + BASKET] for kind, one in content.items()}
            file["Events"].extend(part)


def parameters(path: Path) -> torch.Tensor:
    return torch.cat([one.flatten() for one in load_model(path).parameters()])
