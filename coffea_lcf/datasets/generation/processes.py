"""The table of processes: what Pythia generates and which jets of it are kept.

Four families. ``lcf_*`` looks like the public W-against-QCD set of arXiv:1603.09349 (initial-state
radiation and multiple interactions off), ``full_*`` is the same physics with both on. ``top_*``
looks like the top-tagging set of arXiv:1902.09914, ``net_*`` like JetNet (arXiv:2106.11535).
``tag_*`` is the window of ``top_*`` at particle level, one jet an event: what the taggers and the
autoencoder learn from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from coffea_lcf.datasets.generation.detector import Detector
from coffea_lcf.datasets.generation.detlite import DETLITE

W, Z, TOP = 24, 23, 6

BEAM = 7000.0
"""Energy of one beam in GeV: an upper edge that no jet reaches."""


@dataclass(frozen=True)
class JetWindow:
    """Which jets are wanted: pt range in GeV, |eta|, partons of one resonance inside the jet."""

    pt: tuple[float, float]
    abs_eta: float
    min_partons: int = 0


@dataclass(frozen=True)
class Process:
    """One kind of sample.

    Attributes
    ----------
    settings
        Pythia settings besides :data:`COMMON` and the seed.
    radius
        Radius of the anti-kT large-R jets.
    stored
        What each stored jet must fulfil; the `max_jets` hardest are stored.
    leading
        What the hardest jet of the event must fulfil; None if any stored jet will do.
    seed
        Seed of the first shard unless another is asked for.
    resonance
        PDG code of the particle whose decay the jets should contain; 0 for QCD jets.
    detector
        The detector to pass through; None keeps the generated particles.
    max_constituents
        How many of the hardest constituents of each jet are written.
    trim_radius, trim_fraction
        Trimming: kT subjets of this radius, kept above this fraction of the pt of the jet.
    """

    name: str
    description: str
    settings: tuple[str, ...]
    radius: float
    stored: JetWindow
    seed: int
    leading: JetWindow | None = None
    resonance: int = 0
    detector: Detector | None = DETLITE
    max_jets: int = 2
    max_constituents: int = 80
    trim_radius: float = 0.2
    trim_fraction: float = 0.03


COMMON = (
    "Random:setSeed = on",
    "Print:quiet = on",
    # a detector sees K0S and Lambda, not their decay products
    "ParticleDecays:limitTau0 = on",
    "ParticleDecays:tau0Max = 10",
)
NO_MPI = ("PartonLevel:MPI = off",)
NO_ISR = ("PartonLevel:ISR = off",)
QCD = ("HardQCD:all = on",)
TTBAR = ("Top:gg2ttbar = on", "Top:qqbar2ttbar = on")
WW = ("WeakDoubleBoson:ffbar2WW = on",)
ZZ = ("WeakDoubleBoson:ffbar2gmZgmZ = on", "WeakZ0:gmZmode = 2")
GLUONS = ("HardQCD:gg2gg = on", "HardQCD:qqbar2gg = on")
QUARKS = ("HardQCD:gg2qqbar = on", "HardQCD:qqbar2qqbarNew = on", "HardQCD:qq2qq = on")


def _hadronic(*bosons: int) -> tuple[str, ...]:
    return tuple(
        setting for boson in bosons
        for setting in (f"{boson}:onMode = off", f"{boson}:onIfAny = 1 2 3 4 5")
    )  # fmt: skip


def _beams(tev: int, pt_hat_min: int, pt_hat_max: int) -> tuple[str, ...]:
    return (
        f"Beams:eCM = {tev * 1000}",
        f"PhaseSpace:pTHatMin = {pt_hat_min}",
        f"PhaseSpace:pTHatMax = {pt_hat_max}",
    )


LCF_WW = Process(
    name="lcf_ww",
    description="WW, both hadronic, 300-400 GeV, without ISR and MPI (as in arXiv:1603.09349)",
    settings=(*_beams(14, 300, 400), *WW, *_hadronic(W), *NO_MPI, *NO_ISR),
    radius=1.2,
    stored=JetWindow((200.0, BEAM), 2.5),
    leading=JetWindow((300.0, 400.0), 2.0, min_partons=2),
    seed=100,
    resonance=W,
)
LCF_QCD = replace(
    LCF_WW,
    name="lcf_qcd",
    description="QCD jets, 300-400 GeV, without ISR and MPI (as in arXiv:1603.09349)",
    settings=(*_beams(14, 300, 400), *QCD, *NO_MPI, *NO_ISR),
    leading=JetWindow((300.0, 400.0), 2.0),
    seed=200,
    resonance=0,
)
FULL_WW = replace(
    LCF_WW,
    name="full_ww",
    description="WW, both hadronic, 300-400 GeV, with ISR and MPI",
    settings=(*_beams(14, 260, 470), *WW, *_hadronic(W)),
)
FULL_QCD = replace(
    LCF_QCD,
    name="full_qcd",
    description="QCD jets, 300-400 GeV, with ISR and MPI",
    settings=(*_beams(14, 260, 470), *QCD),
)
TOP_TT = Process(
    name="top_tt",
    description="top pairs, hadronic, 550-650 GeV, without MPI (as in arXiv:1902.09914)",
    settings=(*_beams(14, 510, 720), *TTBAR, *_hadronic(W), *NO_MPI),
    radius=0.8,
    stored=JetWindow((550.0, 650.0), 2.0, min_partons=3),
    seed=300,
    resonance=TOP,
    max_constituents=200,
)
TOP_QCD = replace(
    TOP_TT,
    name="top_qcd",
    description="QCD jets, 550-650 GeV, without MPI (as in arXiv:1902.09914)",
    settings=(*_beams(14, 510, 720), *QCD, *NO_MPI),
    stored=JetWindow((550.0, 650.0), 2.0),
    seed=400,
    resonance=0,
)


TAG_QCD = replace(
    TOP_QCD,
    name="tag_qcd",
    description="QCD jets, 550-650 GeV, without MPI, particle level",
    settings=(*_beams(14, 500, 750), *QCD, *NO_MPI),
    seed=1100,
    detector=None,
    max_jets=1,
)


def _tag(name: str, hard: tuple[str, ...], seed: int, resonance: int, partons: int) -> Process:
    return replace(
        TAG_QCD,
        name=f"tag_{name.lower()}",
        description=f"{name} jets, 550-650 GeV, without MPI, particle level",
        settings=(*_beams(14, 500, 750), *hard, *NO_MPI),
        stored=JetWindow((550.0, 650.0), 2.0, min_partons=partons),
        seed=seed,
        resonance=resonance,
    )


def _net(
    letter: str, name: str, hard: tuple[str, ...], seed: int, resonance: int = 0, partons: int = 0
) -> Process:
    return Process(
        name=f"net_{letter}",
        description=f"{name} jets of 1 TeV, particle level (as in JetNet, arXiv:2106.11535)",
        settings=(*_beams(13, 990, 1010), *hard),
        radius=0.8,
        stored=JetWindow((800.0, 1600.0), 2.5, min_partons=partons),
        seed=seed,
        resonance=resonance,
        detector=None,
        max_constituents=30,
    )


PROCESSES: dict[str, Process] = {
    process.name: process
    for process in (
        LCF_WW,
        LCF_QCD,
        FULL_WW,
        FULL_QCD,
        TOP_TT,
        TOP_QCD,
        TAG_QCD,
        _tag("top", (*TTBAR, *_hadronic(W)), 1000, TOP, 3),
        _tag("W", (*WW, *_hadronic(W)), 1200, W, 2),
        _tag("Z", (*ZZ, *_hadronic(Z)), 1300, Z, 2),
        _net("g", "gluon", GLUONS, 800),
        _net("q", "quark", QUARKS, 600),
        _net("t", "top", (*TTBAR, *_hadronic(W)), 500, TOP, 3),
        _net("w", "W", (*WW, *_hadronic(W)), 700, W, 2),
        _net("z", "Z", (*ZZ, *_hadronic(Z)), 900, Z, 2),
    )
}
"""Every process by its name."""

SAMPLES: dict[str, dict[str, str]] = {"top_tagging": {"top": "tag_top", "qcd": "tag_qcd"}}
"""Processes that are generated together: sample -> file without its ending -> process."""
