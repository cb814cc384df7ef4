"""An application without a database: enough to read its routes and its ports."""

import pytest
from flask import Flask

from pitchpit import create_app
from tests.architecture.trust import trust as trust  # a fixture of this folder's tests


@pytest.fixture(scope="session")
def bare_app() -> Flask:
    return create_app({"TESTING": True, "SECRET_KEY": "a key for tests alone", "DATABASE_URL": "sqlite://"})
