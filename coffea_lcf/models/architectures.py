"""The networks that a model file can hold, by name."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from coffea_lcf.models.lgae.score import LGAEScore
from coffea_lcf.models.multibody import MultiBody
from coffea_lcf.models.pfin import PFIN
from coffea_lcf.models.pfn import PFN
from coffea_lcf.models.topodnn import TopoDNN

ARCHITECTURES: Mapping[str, type[nn.Module]] = {
    "pfn": PFN,
    "pfin": PFIN,
    "topodnn": TopoDNN,
    "multibody": MultiBody,
    "lgae": LGAEScore,
}
"""Classes whose objects have ``hyperparameters``, JSON values that make an equal one."""
