"""What a tagger looks at, in words."""

from __future__ import annotations

from collections.abc import Mapping

from coffea_lcf.cutflow.tables.text import text_table
from coffea_lcf.explain.network.activation import sparsity_text
from coffea_lcf.explain.network.constituents import Loss, Ranks
from coffea_lcf.explain.network.tagger import TaggerExplanation


def tagger_text(name: str, found: TaggerExplanation, width: int = 100) -> str:
    """Return `found` as plain text under the `name` of the tagger.

    Parameters
    ----------
    name
        Of the tagger.
    found
        From `explain_tagger`.
    width
        Columns of the terminal.
    """
    parts = [_constituents(name, found, width)]
    if found.pairs:
        title = f"{name}: when all pairs of two constituents are unheard"
        cells = ("pair", _places(found.pairs))
        parts.append(text_table(title, cells, _losses(found.pairs), width))
    for attribution, shares in found.relevance.items():
        told = ", ".join(f"{one} {100 * share:.1f} %" for one, share in shares.items())
        parts.append(f"{name}: shares in {attribution}: {told}\n")
    if found.latent is not None:
        told = ", ".join(
            f"{one} {value:+.2f} (node {node})"
            for one, (node, value) in found.latent.best().items()
        )
        parts.append(f"{name}: greatest Spearman correlation of a latent node: {told}\n")
    parts.append(sparsity_text(name, found.pattern))
    return "\n".join(parts)


def _constituents(name: str, found: TaggerExplanation, width: int) -> str:
    columns = _losses(found.constituents)
    title, note = f"{name}: without a constituent", ""
    if found.shapley is not None:
        columns["Shapley S"] = [f"{size:.3f}" for size in found.shapley.signal.values()]
        columns["Shapley B"] = [f"{size:.3f}" for size in found.shapley.background.values()]
        note = (
            f"\nShapley: mean size in log-odds of {found.shapley.jets} jets, where the hardest "
            f"{len(found.shapley.signal)} join the others in random order\n"
        )
    return text_table(title, ("constituent", _places(found.constituents)), columns, width) + note


def _losses(losses: Mapping[Ranks, Loss]) -> dict[str, list[str]]:
    return {
        "AUC lost %": [f"{100 * loss.auc:.2f}" for loss in losses.values()],
        "MAD S": [f"{loss.signal:.3f}" for loss in losses.values()],
        "MAD B": [f"{loss.background:.3f}" for loss in losses.values()],
    }


def _places(losses: Mapping[Ranks, Loss]) -> list[str]:
    return [" + ".join(str(rank + 1) for rank in ranks) for ranks in losses]
