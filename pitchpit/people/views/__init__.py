"""The pages of people: signing in, one's own account, and an admin's pages."""

from pitchpit.people.views import account, admin, persons, posts, services, sign_in

BLUEPRINTS = (sign_in.bp, account.bp, admin.bp)

__all__ = ["BLUEPRINTS", "account", "admin", "persons", "posts", "services", "sign_in"]
