"""The pages of ideas, as people send and read them."""
from tests.factories import *
from pitchpit.core.db import db

def test_walk(app, sign_in):
    me = make_person("Nurse One", service=make_service("Stroke ward")); r = make_round()
    c = sign_in(me)
    print(c.get("/").text)
    a = c.post(f"/rounds/{r.id}/proposals")
    assert a.status_code == 302, a.text
    url = a.location
    e = c.get(url); assert e.status_code == 200
    print(e.text)
    qs = r.questions
    data = {"edit": "1", "title": "Mouth care", "costs-0-what": "kits", "costs-0-amount": "300", "then": "check", **{f"q{q.id}": "Some words" for q in qs}}
    a = c.post(url, data=data); print(a.status_code, a.location)
    k = c.get(a.location); print(k.text); assert k.status_code == 200
    a = c.post(a.location, data={"edit": "2"}); print(a.text, a.location)
    rr = c.get(a.location); print(rr.text)
    for u in ("/ideas", url.replace("/edit", ""), url.replace("/edit", "/history"), url.replace("edit", "team"), url.replace("edit", "withdraw")):
        x = c.get(u); print(u, x.status_code); print(x.text[x.text.find("<main"):])
