"""The pages of projects: the list, and one project's parts."""

from pitchpit.projects.views import check_ins, milestones, money, set_up
from pitchpit.projects.views.project import bp

__all__ = ["bp", "check_ins", "milestones", "money", "set_up"]
