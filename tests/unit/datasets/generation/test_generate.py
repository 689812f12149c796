from __future__ import annotations

from coffea_lcf.datasets.generation import generate as _package_attribute  # noqa: F401
