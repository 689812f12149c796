"""The command line as ``python -m coffea_lcf``, the form that ``torchrun`` starts."""

from __future__ import annotations

from coffea_lcf.cli import main

if __name__ == "__main__":
    main(prog_name="coffea-lcf")
