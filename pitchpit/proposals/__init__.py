"""Ideas in a round: drafts, versions, authors. Owns the proposal's `move`."""
