"""What was expected, what happened, what we would do differently: about any (kind, id)."""
