"""The word on a proposal: triage, the panel's decision, ratification, release, the projects they open."""
