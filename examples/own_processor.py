"""Write a processor of your own, and run it with coffea's Runner.

python examples/own_processor.py
"""

from __future__ import annotations

from pathlib import Path

import awkward as ak
from coffea import processor
from coffea.nanoevents import BaseSchema

import coffea_lcf as lcf
from coffea_lcf.observables import Observable
from coffea_lcf.processing import ObservableProcessor
from coffea_lcf.table import concatenate

DATA = Path(__file__).parents[1] / "analysis_configs" / "data"


def slimness(mass: ak.Array, pt: ak.Array) -> ak.Array:
    """Return m / pT of the hardest jet; None, which fails every cut, without a jet."""
    return ak.firsts(mass) / ak.firsts(pt)


class HardestJet(ObservableProcessor):
    """Observables of the hardest large-R jet, the first one in these files.

    In a configuration:  processor: {file: own_processor.py, class: HardestJet}
    """

    catalogue = (
        Observable("m_over_pt", ("FatJet_mass", "FatJet_pt"), slimness, description="m / pT"),
        Observable("N2", ("FatJet_n2b1",), ak.firsts, description="energy correlation N2"),
        Observable("n_jets", ("Jet_pt",), ak.num, description="number of small-R jets"),
    )


def main() -> None:
    """Run the processor over both samples and learn cuts on what it computes."""
    names = [one.name for one in HardestJet.catalogue]
    # or FuturesExecutor(workers=8), DaskExecutor(client=...), as in any analysis with coffea
    runner = processor.Runner(processor.IterativeExecutor(), schema=BaseSchema)
    fileset = {name: [str(DATA / f"{name}.root")] for name in ("ww", "qcd")}
    # a processor that is given nothing to do with them returns its chunks, as they end
    chunks = runner(fileset, HardestJet(names, weight="genWeight"), treename="Events")

    tables = [
        lcf.ObservableTable.from_arrays(
            chunk.columns, [dataset == "ww"] * len(chunk.weight), chunk.weight
        )
        for dataset in fileset
        for chunk in sorted(chunks[dataset], key=lambda one: one.start)
    ]
    print(lcf.fit(concatenate(tables), "sequential", seed=1))


if __name__ == "__main__":
    main()
