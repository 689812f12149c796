"""The second bridge between columnar and tensor world: the constituents of jets, padded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from coffea_lcf.errors import TableError


@dataclass(frozen=True, eq=False)
class ParticleCloud:
    """The constituents of each jet as four-momenta of equal number.

    Make one with `from_jagged`.

    Attributes
    ----------
    p4
        (E, px, py, pz) in GeV, float32 or float64, shape ``(B, N, 4)``; zero in empty slots.
    mask
        Which slots hold a constituent, bool, shape ``(B, N)``.
    """

    p4: NDArray[np.floating[Any]]
    mask: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of jets."""
        return len(self.mask)

    @classmethod
    def from_jagged(
        cls,
        pt: Any,
        eta: Any,
        phi: Any,
        mass: Any = None,
        *,
        size: int,
        dtype: DTypeLike = np.float32,
    ) -> ParticleCloud:
        """Return the `size` hardest constituents of each jet, in falling pt.

        Parameters
        ----------
        pt, eta, phi, mass
            One list a jet: jagged awkward arrays or lists of lists, energies in GeV. Without
            `mass` the constituents are massless. A missing list is an empty one.
        size
            Slots of a jet: softer constituents are left out, free slots stay empty. A jet may
            have no constituents.
        dtype
            ``float32`` or ``float64``; the momenta are computed in float64.

        Raises
        ------
        TableError
            If the arrays are not jagged, differ in their lengths, or `size` is below 1.
        """
        if size < 1:
            msg = f"size = {size}: a cloud needs at least one slot a jet"
            raise TableError(msg)
        counts, hardness = _flat("pt", pt)
        columns = {"pt": hardness, "eta": eta, "phi": phi, "mass": mass}
        for name in ("eta", "phi") if mass is None else ("eta", "phi", "mass"):
            columns[name] = _same_shape(name, columns[name], counts)
        if mass is None:
            columns["mass"] = np.zeros_like(hardness)
        chosen, jet, slot = _hardest(hardness, counts, size)
        p4 = np.zeros((len(counts), size, 4), dtype)
        p4[jet, slot] = _four_momentum(
            **{name: one[chosen].astype(np.float64) for name, one in columns.items()}
        )
        mask = np.arange(size) < counts[:, None]
        return cls(p4, mask)

    def usable(self) -> NDArray[np.bool_]:
        """Return which jets have a constituent, and finite momenta alone, shape ``(B,)``."""
        return np.asarray(self.mask.any(1) & np.isfinite(self.p4).all((1, 2)))

    def select(self, rows: Any) -> ParticleCloud:
        """Return the jets `rows`: a slice, a mask ``(B,)`` or numbers."""
        return ParticleCloud(self.p4[rows], self.mask[rows])


def _hardest(
    pt: NDArray[Any], counts: NDArray[np.int64], size: int
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Return which constituents stay, with the jet and the slot of each."""
    jet = np.repeat(np.arange(len(counts)), counts)
    slot = np.arange(len(pt)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = slot < size
    falling = (pt[1:] <= pt[:-1]) | (slot[1:] == 0)
    # most files have them in falling pt, and sorting would take as long as all the rest
    order = np.arange(len(pt)) if falling.all() else np.lexsort((-pt, jet))
    return order[kept], jet[kept], slot[kept]


def _four_momentum(
    pt: NDArray[np.float64],
    eta: NDArray[np.float64],
    phi: NDArray[np.float64],
    mass: NDArray[np.float64],
) -> NDArray[np.float64]:
    pz = pt * np.sinh(eta)
    energy = np.sqrt(mass**2 + pt**2 + pz**2)
    return np.stack([energy, pt * np.cos(phi), pt * np.sin(phi), pz], axis=-1)


def _flat(name: str, values: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return how many entries each list has, and all entries."""
    import awkward as ak

    jagged = ak.fill_none(ak.Array(values), [], axis=0)
    if jagged.ndim != 2 or jagged.fields:
        msg = f"{name} is {jagged.type}, but one list of numbers a jet is needed"
        raise TableError(msg)
    counts = ak.to_numpy(ak.num(jagged, axis=1)).astype(np.int64)
    return counts, ak.to_numpy(ak.flatten(jagged))


def _same_shape(name: str, values: Any, counts: NDArray[np.int64]) -> NDArray[Any]:
    own, flat = _flat(name, values)
    if len(own) != len(counts):
        msg = f"{name} has {len(own)} jets, pt has {len(counts)}"
        raise TableError(msg)
    if (own != counts).any():
        jet = int(np.flatnonzero(own != counts)[0])
        msg = f"{name} has {own[jet]} constituents in jet {jet}, pt has {counts[jet]}"
        raise TableError(msg)
    return flat
