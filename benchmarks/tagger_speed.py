"""Jets a CPU second: the scorer with its padding and files, beside the bare network.

    coffea-lcf generate top_tagging -o DIR --jets 20000
    python -m benchmarks.tagger_speed --data DIR

One thread; the best of several passes, because other programs only ever slow one down.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import awkward as ak
import click
import numpy as np
import torch
import uproot

from benchmarks.taggers import CONSTITUENTS, CONTENDERS
from coffea_lcf.cloud import ParticleCloud
from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.inference import TaggerScorer
from coffea_lcf.models.file import save_model
from coffea_lcf.models.pfin import PFIN

CHUNK = 64
MODELS = {
    **{name: CONTENDERS[name].build for name in ("pfn", "pfin", "pfin-cat", "topodnn")},
    "pfin of the paper": lambda: PFIN(constituents=CONSTITUENTS),
}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--jets", default=4000, show_default=True)
@click.option("--taggers", "-t", multiple=True, type=click.Choice([*MODELS]))
@click.option("--passes", default=7, show_default=True)
def main(data: Path, jets: int, taggers: tuple[str, ...], passes: int) -> None:
    """Print how many jets each tagger scores in a CPU second."""
    torch.set_num_threads(1)
    with uproot.open(data / "top.root") as file:
        names = [f"PFCands_{name}" for name in ("pt", "eta", "phi", "mass")]
        events = file["Events"].arrays(names, entry_stop=jets)
    arrays = [events[name] for name in names]
    cloud = ParticleCloud.from_jagged(*arrays, size=CONSTITUENTS)
    p4, mask = torch.from_numpy(cloud.p4), torch.from_numpy(cloud.mask)
    columns: dict[str, list[str]] = {"bare network": [], "scorer": [], "scorer / bare": []}
    for name in taggers or MODELS:
        torch.manual_seed(0)
        model = MODELS[name]().eval()
        model.standardise(p4, mask)
        bare = _best(lambda model=model: _bare(model, p4, mask), passes)
        with tempfile.TemporaryDirectory() as folder:
            scorer = TaggerScorer(save_model(Path(folder) / "net.pt", model))
            whole = _best(lambda scorer=scorer: scorer(*arrays), passes)
        columns["bare network"].append(f"{len(cloud) / bare:.0f}")
        columns["scorer"].append(f"{len(cloud) / whole:.0f}")
        columns["scorer / bare"].append(f"{bare / whole:.2f}")
    mean = float(np.mean(ak.num(arrays[0])))
    title = f"Jets a CPU second, the {CONSTITUENTS} hardest of {mean:.0f} constituents"
    click.echo(text_table(title, ("tagger", [*(taggers or MODELS)]), columns, 100))


@torch.inference_mode()
def _bare(model: torch.nn.Module, p4: torch.Tensor, mask: torch.Tensor) -> None:
    for start in range(0, len(mask), CHUNK):
        model(p4[start : start + CHUNK], mask[start : start + CHUNK])


def _best(score: Callable[[], object], passes: int) -> float:
    """Return the fewest CPU seconds of `passes` calls, after one that warms up."""
    score()
    seconds = []
    for _ in range(passes):
        start = time.process_time()
        score()
        seconds.append(time.process_time() - start)
    return min(seconds)


if __name__ == "__main__":
    main()
