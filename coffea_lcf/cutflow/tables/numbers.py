"""Numbers as a physicist writes them: two digits of error, efficiencies in percent."""

from __future__ import annotations

import math

MISSING = "-"
_SCIENTIFIC_FROM = 1e7
_SCIENTIFIC_BELOW = 1e-3


def plus_minus(value: float, error: float) -> str:
    """Return ``value ± error`` with two digits of the error, for instance ``812.4 ± 9.1``.

    Whole events are never rounded: ``15 000 ± 122``. From ten million on, and below a
    thousandth, the power of ten is taken out: ``(5.418 ± 0.012)e11``.
    """
    if not math.isfinite(value) or not math.isfinite(error):
        return plain(value)
    size = max(abs(value), error)
    if size != 0 and not _SCIENTIFIC_BELOW <= size < _SCIENTIFIC_FROM:
        power = math.floor(math.log10(size))
        return f"({plus_minus(value / 10.0**power, error / 10.0**power)})e{power}"
    digits = _decimals(error) if error > 0 else 0 if float(value).is_integer() else 3
    return f"{grouped(value, digits)} ± {grouped(error, digits)}"


def plain(value: float, digits: int = 4) -> str:
    """Return `value` with so many significant digits; ``-`` for NaN, ``∞`` for infinity."""
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.{digits}g}"


def percent(fraction: float) -> str:
    """Return `fraction` in percent without the sign: two decimals, more where it is tiny."""
    if not math.isfinite(fraction):
        return plain(fraction)
    per_cent = 100.0 * fraction
    if per_cent != 0 and abs(per_cent) < 0.1:
        return f"{per_cent:.2g}"
    return f"{per_cent:.2f}"


def grouped(value: float, decimals: int = 0) -> str:
    """Return `value` with spaces between thousands, for instance ``15 000``."""
    return f"{value:,.{decimals}f}".replace(",", " ")


def _decimals(error: float) -> int:
    """Return how many decimals show two significant digits of `error`, at least none."""
    return max(0, 1 - math.floor(math.log10(error)))


def aligned(cells: list[str]) -> list[str]:
    """Return `cells` padded so that their ``±`` stand below each other."""
    parts = [cell.partition(" ± ") for cell in cells]
    width = max((len(error) for _, _, error in parts), default=0)
    # a cell without error keeps the room of one
    return [f"{value}{sign:3}{error:<{width}}" for value, sign, error in parts]
