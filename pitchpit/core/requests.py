"""How much a request may carry: a form's text is bounded by MAX_FORM_MEMORY_SIZE, however it is encoded."""

from __future__ import annotations

import flask


class Request(flask.Request):
    """A request of ours. Werkzeug bounds only forms with files by MAX_FORM_MEMORY_SIZE; the plain ones that we send are bounded here too."""

    @property  # type: ignore[misc]  # nobody sets it: it follows from the configuration
    def max_content_length(self) -> int | None:  # type: ignore[override]  # as above
        most, of_forms = super().max_content_length, self.max_form_memory_size
        if self.mimetype != "application/x-www-form-urlencoded" or of_forms is None:
            return most
        return of_forms if most is None else min(most, of_forms)


#: A browser shows the answer only once it has sent everything, so as much of what is refused is read and thrown away.
READ_AWAY = 100_000_000


def read_away(refused: flask.Request) -> None:
    """Take in what is left of a request that was refused for its size, keeping none of it."""
    left = min(refused.content_length or 0, READ_AWAY)
    while left > 0 and (chunk := refused.environ["wsgi.input"].read(min(left, 1 << 16))):
        left -= len(chunk)
