"""The pages of home: what needs me now, and the search."""

from pitchpit.home.views import home, search

__all__ = ["home", "search"]
