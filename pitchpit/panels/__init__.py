"""Judging: conflicts, assignment, scorecards, ranking, the panel meeting."""
