"""Train a tagger on the constituents of jets, and cut on its score beside the mass.

python examples/tagger_as_observable.py
"""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import uproot

import coffea_lcf as lcf
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.inference import score_cloud
from coffea_lcf.models.pfn import PFN
from coffea_lcf.training.network_recipe import NetworkRecipe
from coffea_lcf.training.tagger import labelled, train_tagger

DATA = Path(__file__).parents[1] / "analysis_configs" / "data"
SIZE = 30  # constituents of a jet that the tagger sees, the hardest ones


def leading_jet(name: str) -> tuple[ak.Array, ak.Array]:
    """Return trimmed mass and constituents of the hardest large-R jet of each event."""
    events = uproot.open(DATA / f"{name}_constituents.root")["Events"]
    jets = events.arrays(filter_name=["FatJet_pt", "FatJet_trimMass", "FatJetPFCands_*"])
    hardest = ak.argmax(jets.FatJet_pt, axis=1)
    # which candidate belongs to which jet, as PFNano keeps it
    own = jets.FatJetPFCands_pFCandsIdx[jets.FatJetPFCands_jetIdx == hardest]
    candidates = events.arrays(["PFCands_pt", "PFCands_eta", "PFCands_phi"])[own]
    return ak.firsts(jets.FatJet_trimMass[ak.singletons(hardest)]), candidates


def main() -> None:
    """Train on half of the jets, and place the cuts on the other half."""
    (signal, of_signal), (background, of_background) = leading_jet("ww"), leading_jet("qcd")
    jets = ak.concatenate([of_signal, of_background])
    cloud = ParticleCloud.from_jagged(
        jets.PFCands_pt, jets.PFCands_eta, jets.PFCands_phi, size=SIZE
    )
    label = np.repeat([True, False], [len(signal), len(background)])

    # a score is too good on jets that the tagger has learned from: cuts need others
    learned = np.random.default_rng(1).random(len(label)) < 0.5
    tagger = PFN(phi=(32, 32), f=(32,), constituents=SIZE)
    train_tagger(tagger, labelled(cloud.select(learned), label[learned]), NetworkRecipe(epochs=8))

    columns = {"score": score_cloud(tagger, cloud), "mass": ak.concatenate([signal, background])}
    table = lcf.ObservableTable.from_arrays(columns, label, units={"mass": "GeV"})
    # half of the signal, with the least background that mass and score together allow
    objective = lcf.BackgroundRejection((0.5,))
    print(lcf.fit(table.select(~learned), "joint", objective=objective, seed=1))


if __name__ == "__main__":
    main()
