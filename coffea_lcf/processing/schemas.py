"""The coffea schemas that a configuration can name."""

from __future__ import annotations

from coffea.nanoevents import schemas


class QuietNanoAODSchema(schemas.NanoAODSchema):  # type: ignore[misc]
    """NanoAOD of which only some branches are read.

    Cross-references and, in old skims, event identifiers are then missing on
    purpose. A subclass, because a flag set on coffea's class stays in this process.
    """

    warn_missing_crossrefs = False
    error_missing_event_ids = False


class QuietPFNanoAODSchema(schemas.PFNanoAODSchema):  # type: ignore[misc]
    """PFNanoAOD of which only some branches are read."""

    warn_missing_crossrefs = False
    error_missing_event_ids = False


SCHEMAS = {
    "BaseSchema": schemas.BaseSchema,
    "NanoAODSchema": QuietNanoAODSchema,
    "PFNanoAODSchema": QuietPFNanoAODSchema,
    "PHYSLITESchema": schemas.PHYSLITESchema,
    "DelphesSchema": schemas.DelphesSchema,
    "TreeMakerSchema": schemas.TreeMakerSchema,
}
