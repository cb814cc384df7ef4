"""The pages of triage and of decisions."""

from pitchpit.decisions.views import decisions, triage

BLUEPRINTS = (triage.bp, decisions.bp)
