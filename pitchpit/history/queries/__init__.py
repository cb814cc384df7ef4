"""Reading history: a thing's timeline, the texts that could be redacted, access records, and the chain."""

from pitchpit.history.queries.access import Seen, access_records
from pitchpit.history.queries.links import Broken, Head, head, verify
from pitchpit.history.queries.redacting import Beside, Told, redactions_of, text_or_404, told_or_404, told_with_texts
from pitchpit.history.queries.timeline import Entry, Shown, in_words, timeline

__all__ = [
    "Beside",
    "Broken",
    "Entry",
    "Head",
    "Seen",
    "Shown",
    "Told",
    "access_records",
    "head",
    "in_words",
    "redactions_of",
    "text_or_404",
    "timeline",
    "told_or_404",
    "told_with_texts",
    "verify",
]
