from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import coffea_lcf as lcf
from coffea_lcf.cutflow.final_yields import FinalYields
from coffea_lcf.cutflow.systematics import spread

SIGNAL, BACKGROUND = 200.0, 20_000.0
OBJECTIVE = lcf.Asimov(SIGNAL, BACKGROUND, minimum_background=50.0)


def table(size: int = 20_000) -> lcf.ObservableTable:
    """Two observables that separate alike."""
    rng = np.random.default_rng(5)
    label = np.arange(size) % 2
    x, y = rng.normal(2.0 * label - 1.0, 1.0, (2, size))
    return lcf.ObservableTable.from_arrays({"x": x, "y": y}, label)


def scaled(nominal: lcf.ObservableTable, name: str, factor: float) -> lcf.ObservableTable:
    column = {name: nominal[name] * np.float32(factor)}
    return replace(nominal, columns={**nominal.columns, **column})


def yields(selection: lcf.Selection, events: lcf.ObservableTable, name: str) -> FinalYields:
    passed = selection.mask(events)
    signal = SIGNAL * passed[events.label].mean()
    background = BACKGROUND * passed[~events.label].mean()
    z = float(OBJECTIVE.score(signal / SIGNAL, background / BACKGROUND))
    return FinalYields(name, signal, background, z)


def lower_edge(selection: lcf.Selection, tables: dict[str, lcf.ObservableTable]) -> float:
    nominal, *others = (yields(selection, events, name) for name, events in tables.items())
    return nominal.asimov - spread(nominal, tuple(others))


def test_lower_edge_of_the_significance_is_better_than_without() -> None:
    nominal = table()
    tables = {
        "nominal": nominal,
        "scale_up": scaled(nominal, "y", 1.4),
        "scale_down": scaled(nominal, "y", 0.7),
    }
    systematics = {"scale": [tables["scale_up"], tables["scale_down"]]}
    blind = lcf.fit(nominal, "joint", objective=OBJECTIVE, repeats=1)
    wary = lcf.fit(nominal, "joint", objective=OBJECTIVE, repeats=1, systematics=systematics)
    assert lower_edge(wary.selection, tables) > lower_edge(blind.selection, tables) + 0.2
    # what the fit says it reached is what an independent count gives
    assert wary.history["objective"][0, 0] == pytest.approx(
        lower_edge(wary.selection, tables), rel=1e-4
    )


def test_a_variation_that_changes_nothing_sends_no_cut_into_an_empty_corner() -> None:
    nominal = table(4000)
    options = {"objective": lcf.Asimov(SIGNAL, BACKGROUND), "repeats": 1}
    blind = lcf.fit(nominal, "joint", **options)
    wary = lcf.fit(nominal, "joint", **options, systematics={"none": [nominal]})
    left = [np.sum(one.selection.mask(nominal) & ~nominal.label) for one in (blind, wary)]
    assert left[0] > 0
    assert left[1] == left[0]


def test_validation_events_do_not_change_the_scale_of_the_variations() -> None:
    nominal = table()
    fitted = [
        lcf.fit(
            nominal,
            "joint",
            objective=OBJECTIVE,
            repeats=1,
            validation_fraction=fraction,
            systematics={"none": [nominal]},
        )
        for fraction in (0.0, 0.5)
    ]
    whole, half = (one.history["objective"][0, 0] for one in fitted)
    # a variation that changes nothing costs nothing but statistics
    assert half == pytest.approx(whole, rel=0.1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"strategy": "sequential"}, "systematics are for the joint strategy"),
        ({"strategy": "joint"}, "not in Accuracy"),
    ],
)
def test_systematics_where_they_have_no_say_are_refused(
    arguments: dict[str, str], words: str
) -> None:
    nominal = table(400)
    with pytest.raises(lcf.LCFError, match=words):
        lcf.fit(nominal, **arguments, repeats=1, systematics={"same": [nominal]})


def test_variations_need_the_same_observables() -> None:
    nominal = table(400)
    with pytest.raises(lcf.LCFError, match="are not the nominal ones"):
        lcf.fit(
            nominal,
            "joint",
            objective=OBJECTIVE,
            systematics={"other": [nominal.only(("x",))]},
        )
