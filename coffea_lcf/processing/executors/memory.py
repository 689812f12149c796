"""How workers hold on to memory.

Dask tells glibc to hand every free page back at once. The columns of a chunk, some
hundred kilobytes each, are then mapped, zeroed and unmapped for every operation on
them, which costs as much as the physics of a flat tree.
"""

from __future__ import annotations

ALLOCATION = {
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
    # the largest that glibc takes
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}
"""Environment of a worker before it starts; what the user has set goes before."""
