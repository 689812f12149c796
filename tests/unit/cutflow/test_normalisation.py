from __future__ import annotations

from coffea_lcf.cutflow import Normalisation


def test_expected_events_per_unit_of_weight():
    # 2 pb and 100 /pb are 200 events, made with Σw = 50
    assert Normalisation("signal", 50.0, cross_section=2.0, luminosity=100.0).scale == 4.0


def test_without_a_cross_section_the_weights_count_as_they_are():
    assert Normalisation("background", 50.0, luminosity=100.0).scale == 1.0
