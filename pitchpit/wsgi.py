"""What gunicorn loads."""

from pitchpit import create_app

app = create_app()
