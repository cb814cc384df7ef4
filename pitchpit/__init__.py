"""Pitchpit: from a frontline idea to a monitored improvement."""
