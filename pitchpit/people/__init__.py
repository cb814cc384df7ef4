"""Who is here: persons, the service tree, posts, rights, and signing in."""
