"""The pages of schemes and rounds: setting up for administrators, and what everyone reads about a round."""

from pitchpit.schemes.views import rounds, schemes

__all__ = ["rounds", "schemes"]
