"""The first page: what needs me now, computed from states."""
