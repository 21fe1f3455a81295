"""What can be asked about a treatment."""

from __future__ import annotations

import enum


class Facet(str, enum.Enum):
    """One side of a treatment. Topics that are not treatments have the one facet OVERVIEW."""

    OVERVIEW = "overview"
    HOW_IT_WORKS = "how_it_works"
    EFFECTIVENESS = "effectiveness"
    SIDE_EFFECTS = "side_effects"
    TIMELINE = "timeline"
    CANDIDACY = "candidacy"
    STATUS = "status"
    ACCESS = "access"
    COVERAGE = "coverage"
