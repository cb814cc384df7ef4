"""The search page: everything this person may see that holds the words they typed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_login import current_user

from pitchpit.core import search
from pitchpit.core.access import signed_in

bp = Blueprint("search", __name__)

#: What a result is, in a word. A kind without one is called by its own name.
KINDS = {"proposal": "Idea"}

#: What somebody typed is cut here: nobody searches for more.
LONGEST = 300


@bp.get("/search")
@signed_in
def results() -> str:
    """What holds all these words: first where they are in the title, then the newest. At most two statements."""
    words = request.args.get("q", "").strip()[:LONGEST]
    found = search.find(words, search.keys_for(current_user), after=request.args.get("after"), limit=20)
    return render_template("home/search.html", words=words, found=found, kinds=KINDS)
