from __future__ import annotations

from coffea_lcf.cli.explanation import summary


def column(**values: float) -> list[dict]:
    """Return values by observable, or by a group of them, as ``explanation.json`` has them."""
    return [{"observables": name.split("_and_"), "value": one} for name, one in values.items()]


DOCUMENT = {
    "worth": [
        {
            "predictor": "cuts",
            "auc": 0.85961,
            "columns": {
                "learned": column(mass=0.8, tau=0.2),
                "permuted": column(mass=0.5, tau=0.5),
                "retrained": column(mass=0.2053, tau=-0.00126, mass_and_tau=0.25),
            },
        },
        {"predictor": "trees", "auc": 0.9, "columns": {"retrained": column(mass=0.01)}},
    ]
}


def test_the_summary_sets_the_learned_importance_beside_what_is_lost() -> None:
    lines = [line.split() for line in summary(DOCUMENT).splitlines()]
    assert ["mass", "0.8", "20.53", "1.00"] in lines
    assert ["tau", "0.2", "-0.13", "-"] in lines
    assert ["mass", "+", "tau", "-", "25.00", "-"] in lines


def test_the_summary_says_of_whom_and_where_the_rest_is() -> None:
    told = summary(DOCUMENT)
    assert told.startswith("AUC lost without an observable, in percent, of cuts 85.96")
    assert "a share of what the cuts learn and no loss" in told
    assert "explanation.txt" in told


def test_the_summary_of_many_observables_keeps_those_that_are_missed_most() -> None:
    lost = {f"x{number}": 0.001 * number for number in range(40)}
    cuts = {"predictor": "cuts", "auc": 0.9, "columns": {"retrained": column(**lost)}}
    lines = summary({"worth": [cuts]}).splitlines()
    shown = [line.split()[0] for line in lines if line.startswith(" x")]
    assert shown == [f"x{number}" for number in range(22, 40)]
    assert " and 22 more that are missed less, in explanation.txt" in lines
    assert len(lines) <= 30
