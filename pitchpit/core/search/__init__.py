"""The one search: features write what can be found into `search_entry` in their own transaction, and say who may find it.

Who may see an entry is said by audience keys ("everyone", "person:7", "service:12", "panel:3"), checked in the same statement that
searches. What a person may not see changes nothing for them: what is found comes in an order that depends on each entry alone (those
with all the words in their title, then the newest), never on how common a word is among entries that are hidden.

The full-text index is FTS5 on SQLite and generated tsvectors on PostgreSQL; migration 0001 makes both.
"""

from pitchpit.core.search.entries import EVERYONE, SearchAudience, SearchEntry, forget, index, keys_for, readdress
from pitchpit.core.search.finding import Found, Similar, find, similar
from pitchpit.core.search.words import words_of

__all__ = [
    "EVERYONE",
    "Found",
    "SearchAudience",
    "SearchEntry",
    "Similar",
    "find",
    "forget",
    "index",
    "keys_for",
    "readdress",
    "similar",
    "words_of",
]
