"""Who may call what: every route, on things that stand to people in every way, and what each person gets.

One line a route and thing: what is asked, of which thing of `world.py`, and the answers, "others" last. Whoever is not signed in is asked
to sign in wherever the guard is not "public" (`test_routes.py`), so they are named only where anybody may come. An answer is an HTTP
status: 200 a page, 302 done, 403 not yours to do, 404 there is nothing (what one may not see, too), 409 yours but not now.
"""

from __future__ import annotations

from dataclasses import dataclass

#: People of `world.PEOPLE` who stand together.
GROUPS = {
    "authors": "author, co-author",
    "responders": "responder, responder's deputy",
    "qi team": "qi, another qi",
    "panel": "chair, deputy, secretary, member",  # unexcluded
    "papers": "chair, deputy, secretary",
    "project team": "lead, team member",
    "project people": "lead, team member, coach, sponsor",
}

RULES = """
# Anybody.
GET   health.healthz               -                          200 anybody
GET   health.metrics               -                          200 anybody
GET   health.readyz                -                          503 anybody
GET   sign_in.show                 -                          200 signed out; 302 others
POST  sign_in.enter                -                          422 anybody
POST  sign_in.enter_demo           -                          404 anybody
POST  sign_in.leave                -                          302 anybody
POST  sign_in.put_aside            -                          204 anybody
GET   sign_in.ask_for_link         -                          200 anybody
POST  sign_in.send_link            -                          302 anybody
GET   sign_in.link_sent            -                          200 anybody
GET   sign_in.confirm_link         -                          200 anybody
POST  sign_in.use_link             -                          302 anybody
GET   sign_in.choose_password      -                          200 anybody
POST  sign_in.set_password         -                          409 anybody

# One's own.
GET   home.show                    -                          200 others
GET   account.show                 -                          200 others
POST  account.change_password      -                          422 others
POST  account.end_sign_in          another's sign-in          302 others
POST  sign_in.leave_everywhere     -                          302 others
GET   sign_in.waiting              -                          200 others
POST  sign_in.throw_away           -                          404 others
GET   search.results               -                          200 others
GET   notices.inbox                -                          200 others
GET   notices.choices              -                          200 others
POST  notices.choose               -                          302 others
POST  notices.open_notice          author's notice            302 author; 404 others
POST  notices.read                 author's notice            302 author; 404 others
POST  notices.read_all             author's notice            302 others
GET   proposals.mine               -                          200 others
GET   measures.mine                -                          200 others
GET   panels.rounds                -                          200 others
GET   projects.index               -                          200 others
GET   decisions.published          -                          200 others

# The admin's.
GET   people.admin                 -                          200 admin; 403 others
GET   people.index                 -                          200 admin; 403 others
GET   people.add                   -                          200 admin; 403 others
POST  people.save_new              -                          302 admin; 403 others
GET   people.show                  a person                   200 admin; 403 others
POST  people.save                  a person                   302 admin; 403 others
POST  people.save_leaving          a person                   302 admin; 403 others
POST  people.send_link             a person                   302 admin; 403 others
POST  people.save_rights           a person                   302 admin; 403 others
GET   people.posts                 -                          200 admin; 403 others
GET   people.add_post              -                          200 admin; 403 others
POST  people.save_new_post         -                          302 admin; 403 others
GET   people.post                  a post                     200 admin; 403 others
POST  people.hold_post             a post                     302 admin; 403 others
POST  people.end_holding           a post                     302 admin; 403 others
GET   people.services              -                          200 admin; 403 others
GET   people.add_service           -                          200 admin; 403 others
POST  people.save_new_service      -                          302 admin; 403 others
GET   people.service               a service                  200 admin; 403 others
POST  people.save_service          a service                  302 admin; 403 others
POST  people.save_manager          a service                  302 admin; 403 others
POST  people.move_service          a service                  302 admin; 403 others
POST  people.close_service         a service                  302 admin; 403 others
GET   schemes.index                -                          200 admin; 403 others
GET   schemes.new                  -                          200 admin; 403 others
POST  schemes.make                 -                          302 admin; 403 others
GET   schemes.edit                 a scheme                   200 admin; 403 others
POST  schemes.change               a scheme                   302 admin; 403 others
GET   schemes.new_fund             -                          200 admin; 403 others
POST  schemes.make_fund            -                          302 admin; 403 others
GET   schemes.edit_fund            a fund                     200 admin; 403 others
POST  schemes.change_fund          a fund                     302 admin; 403 others
GET   schemes.new_round            a scheme                   200 admin; 403 others
POST  schemes.make_round           a scheme                   302 admin; 403 others
GET   schemes.set_up               round being set up         200 admin; 403 others
GET   schemes.set_up               open round                 200 admin; 403 others
GET   schemes.part                 round being set up         200 admin; 403 others
GET   schemes.part                 open round                 409 admin; 403 others
POST  schemes.save_part            round being set up         302 admin; 403 others
POST  schemes.save_part            open round                 409 admin; 403 others
GET   schemes.author_form          round being set up         200 admin; 403 others
GET   schemes.scorecard            round being set up         200 admin; 403 others
POST  schemes.use_usual_rubric     round being set up         409 admin; 403 others
GET   schemes.check                round being set up         200 admin; 403 others
POST  schemes.open_round           round being set up         302 admin; 403 others
POST  schemes.open_round           open round                 409 admin; 403 others

# Rounds: what is open or was is everybody's to read; what is being set up, the admin's and the QI team's.
GET   rounds.index                 -                          200 others
GET   rounds.show                  open round                 200 others
GET   rounds.show                  round being decided        200 others
GET   rounds.show                  round being set up         200 admin, qi team; 404 others
GET   rounds.new_dates             round being scored         200 admin, qi team, papers; 403 others
GET   rounds.new_dates             round being set up         409 admin, qi team; 404 others
POST  rounds.extend                round being scored         302 admin, qi team, papers; 403 others
POST  rounds.extend                round being decided        409 admin, qi team, papers; 403 others
POST  rounds.extend                round being set up         409 admin, qi team; 404 others
GET   rounds.end_of_scoring        round being scored         200 qi team, papers; 403 others
GET   rounds.end_of_scoring        round being decided        409 qi team, papers; 403 others
POST  rounds.close_scoring         round being scored         302 qi team, papers; 403 others
POST  rounds.close_scoring         round being decided        409 qi team, papers; 403 others
POST  proposals.begin              open round                 302 others
POST  proposals.begin              round being scored         409 others
POST  proposals.begin              round being set up         409 admin, qi team; 404 others

# Ideas. A draft is its authors' alone; handed in, also of whoever answers it; decided, everybody's; a concern, of those it was passed to.
GET   proposals.show               draft                      200 authors; 404 others
GET   proposals.show               idea handed in             200 authors, responders, qi team; 404 others
GET   proposals.show               idea sent back             200 authors, responders, qi team; 404 others
GET   proposals.show               idea being scored          200 authors, responders, qi team; 404 others
GET   proposals.show               idea with a held decision  200 authors, responders, qi team; 404 others
GET   proposals.show               declined idea              200 others
GET   proposals.show               concern                    200 authors, qi, concern's contact; 404 others
GET   proposals.history            draft                      200 authors; 404 others
GET   proposals.history            idea handed in             200 authors, responders, qi team; 404 others
GET   proposals.history            idea sent back             200 authors, responders, qi team; 404 others
GET   proposals.history            idea with a held decision  200 authors, responders, qi team; 404 others
GET   proposals.history            declined idea              200 others
GET   proposals.history            concern                    200 authors, qi, concern's contact; 404 others
GET   proposals.edit               draft                      200 authors; 404 others
GET   proposals.edit               idea handed in             409 authors; 403 responders, qi team; 404 others
GET   proposals.edit               idea sent back             200 authors; 403 responders, qi team; 404 others
GET   proposals.edit               declined idea              403 others
GET   proposals.edit               concern                    409 authors; 403 qi, concern's contact; 404 others
POST  proposals.save               draft                      302 authors; 404 others
POST  proposals.save               idea sent back             302 authors; 403 responders, qi team; 404 others
POST  proposals.save               idea handed in             409 authors; 403 responders, qi team; 404 others
POST  proposals.save               concern                    409 authors; 403 qi, concern's contact; 404 others
POST  proposals.autosave           draft                      200 authors; 404 others
POST  proposals.autosave           idea handed in             409 authors; 403 responders, qi team; 404 others
GET   proposals.check              draft                      200 authors; 404 others
GET   proposals.check              idea being scored          409 authors; 403 responders, qi team; 404 others
POST  proposals.submit             draft                      302 authors; 404 others
POST  proposals.submit             idea sent back             302 authors; 403 responders, qi team; 404 others
POST  proposals.submit             idea being scored          409 authors; 403 responders, qi team; 404 others
GET   proposals.receipt            draft                      409 authors; 404 others
GET   proposals.receipt            idea handed in             200 authors; 403 responders, qi team; 404 others
GET   proposals.team               draft                      200 authors; 404 others
GET   proposals.team               idea handed in             200 authors; 403 responders, qi team; 404 others
GET   proposals.team               declined idea              403 others
POST  proposals.add_author         draft                      302 authors; 404 others
POST  proposals.add_author         idea handed in             302 authors; 403 responders, qi team; 404 others
POST  proposals.add_author         concern                    409 authors; 403 qi, concern's contact; 404 others
POST  proposals.take_off           draft                      302 authors; 404 others
GET   proposals.withdrawing        idea being scored          200 authors; 403 responders, qi team; 404 others
POST  proposals.withdraw           draft                      409 authors; 404 others
POST  proposals.withdraw           idea handed in             302 authors; 403 responders, qi team; 404 others
POST  proposals.withdraw           idea with a held decision  302 authors; 403 responders, qi team; 404 others
POST  proposals.withdraw           declined idea              403 others
GET   proposals.deleting           draft                      409 authors; 404 others
POST  proposals.delete             draft                      409 authors; 404 others
POST  proposals.delete             idea handed in             409 authors; 403 responders, qi team; 404 others

# Triage is the QI team's, and of one idea whoever owes the reply to it; nobody answers their own.
GET   triage.queue                 -                          200 qi team, responders; 403 others
GET   triage.not_sent_again        -                          200 qi team, responders; 403 others
GET   triage.show                  idea handed in             200 qi team, responders; 403 authors; 404 others
GET   triage.show                  idea not sent again        200 qi team, responders; 403 authors; 404 others
GET   triage.show                  declined idea              200 qi team, responders; 403 others
GET   triage.show                  draft                      404 others
GET   triage.show                  concern                    404 others
GET   triage.returning             idea handed in             200 qi team, responders; 403 authors; 404 others
GET   triage.returning             idea being scored          409 qi team, responders; 403 authors; 404 others
POST  triage.give_back             idea handed in             302 qi team, responders; 403 authors; 404 others
POST  triage.give_back             draft                      404 others
GET   triage.longer                idea sent back             200 qi team, responders; 403 authors; 404 others
GET   triage.longer                idea handed in             409 qi team, responders; 403 authors; 404 others
POST  triage.give_longer           idea sent back             302 qi team, responders; 403 authors; 404 others
POST  triage.give_longer           idea handed in             409 qi team, responders; 403 authors; 404 others
POST  triage.give_longer           concern                    404 others
POST  triage.take_up               idea sent back             409 qi team, responders; 403 authors; 404 others
POST  triage.take_up               idea not sent again        302 qi team, responders; 403 authors; 404 others
POST  triage.take_up               draft                      404 others
GET   triage.answering             idea handed in             200 qi team, responders; 403 authors; 404 others
POST  triage.answer                idea handed in             302 qi team, responders; 403 authors; 404 others
POST  triage.answer                idea with a held decision  409 qi team, responders; 403 authors; 404 others
POST  triage.answer                declined idea              409 qi team, responders; 403 others
POST  triage.answer                concern                    404 others
POST  triage.shortlist             idea handed in             302 qi team, responders; 403 authors; 404 others
POST  triage.shortlist             idea being scored          409 qi team, responders; 403 authors; 404 others
POST  triage.shortlist             concern                    404 others
GET   triage.concern               idea handed in             200 qi team, responders; 403 authors; 404 others
GET   triage.concern               concern                    404 others
POST  triage.pass_on               idea handed in             302 qi team, responders; 403 authors; 404 others
POST  triage.pass_on               concern                    404 others

# The panel. To everybody else, an excluded member included, there is nothing: not even for the QI team and the admin.
GET   panels.pile                  round being scored         200 panel, excluded member; 404 others
GET   panels.pile                  round of another panel     200 member of another panel; 404 others
GET   panels.pile                  round being set up         404 others
GET   panels.print_pile            round being scored         200 panel, excluded member; 404 others
GET   panels.print_pile            round of another panel     200 member of another panel; 404 others
GET   panels.next_one              round being scored         302 panel, excluded member; 404 others
GET   panels.scorecard             idea being scored          200 panel; 404 others
GET   panels.scorecard             another being scored       200 panel, excluded member; 404 others
GET   panels.scorecard             idea handed in             404 others
POST  panels.save                  another being scored       302 chair, excluded member, member; 409 deputy; 403 secretary; 404 others
POST  panels.save                  idea being scored          409 member; 302 chair, deputy; 403 secretary; 404 others
POST  panels.save                  idea with a held decision  409 member; 403 chair, deputy, secretary; 404 others
POST  panels.autosave              idea being scored          409 member; 200 chair, deputy; 403 secretary; 404 others
POST  panels.reopen                idea being scored          302 member; 404 others
POST  panels.reopen                idea with a held decision  409 member; 404 others
GET   panels.scorecards            idea being scored          409 panel; 404 others
GET   panels.scorecards            idea with a held decision  200 panel; 404 others
GET   panels.declaring             idea being scored          200 panel; 404 others
GET   panels.declaring             idea handed in             404 others
POST  panels.declare_conflict      idea being scored          302 panel; 404 others
POST  panels.declare_conflict      idea handed in             404 others
GET   panels.conflicts             round being scored         200 papers; 403 member, excluded member; 404 others
GET   panels.handling              tie to decide about        200 chair; 403 deputy, secretary; 404 others
POST  panels.handle_conflict       tie to decide about        302 chair; 403 deputy, secretary; 404 others
GET   panels.assigning             round being scored         200 papers; 403 member, excluded member; 404 others
POST  panels.assign                round being scored         302 papers; 403 member, excluded member; 404 others
POST  panels.assign                round being decided        409 papers; 403 member, excluded member; 404 others
GET   panels.ranking               round being scored         409 panel, excluded member; 404 others
GET   panels.ranking               round being decided        200 panel, excluded member; 404 others
GET   panels.meeting               round being decided        200 panel, excluded member; 404 others
POST  panels.record_meeting        round being decided        302 papers; 403 member, excluded member; 404 others
GET   panels.minutes               meeting                    200 panel, excluded member; 404 others

# Decisions. What is held is seen by the panel alone, but for whom a conflict excludes, and by the ratifier whose word it waits for.
GET   decisions.held               round being decided        200 panel, excluded member; 404 others
GET   decisions.deciding           idea to decide             200 chair; 403 deputy, secretary, member, excluded member; 404 others
GET   decisions.deciding           idea with a held decision  200 chair; 403 deputy, secretary, member; 404 others
GET   decisions.deciding           idea being scored          409 chair; 403 deputy, secretary, member; 404 others
POST  decisions.hold               idea to decide             302 chair; 403 deputy, secretary, member, excluded member; 404 others
POST  decisions.hold               idea with a held decision  302 chair; 403 deputy, secretary, member; 404 others
POST  decisions.hold               idea being scored          409 chair; 403 deputy, secretary, member; 404 others
POST  decisions.hold               idea handed in             404 others
GET   decisions.ratify             held decision              200 ratifier; 404 others
POST  decisions.give_ratification  held decision              302 ratifier; 404 others
GET   decisions.releasing          round ready to release     200 chair, deputy; 403 secretary, member, excluded member; 404 others
POST  decisions.release            round ready to release     302 chair, deputy; 403 secretary, member, excluded member; 404 others
POST  decisions.release            round being decided        409 chair, deputy; 403 secretary, member, excluded member; 404 others
GET   decisions.show               declined idea              200 others
GET   decisions.show               draft                      404 others
GET   decisions.show               idea with a held decision  404 others
GET   decisions.show               concern                    404 others

# Projects are everybody's to read, but for check-ins and money; the team and those who watch over it change them.
GET   projects.show                project under way          200 others
GET   projects.history             project under way          200 others
GET   projects.milestones          project under way          200 others
GET   projects.set_up              project being set up       200 others
GET   gates.index                  project under way          200 others
GET   gates.show                   project under way          200 others
GET   gates.show                   project being set up       404 others
GET   gates.starting               project being set up       200 others
GET   projects.check_ins           project under way          200 project people, qi team, leader; 403 others
GET   projects.money               project under way          200 project people, qi team, leader; 403 others
POST  projects.spend               project under way          302 project people, qi team; 403 others
GET   projects.aim                 project being set up       200 project people, qi team; 403 others
POST  projects.change              project being set up       302 project people, qi team; 403 others
GET   projects.check               project being set up       200 project people, qi team; 403 others
GET   projects.check               project under way          409 project people, qi team; 403 others
POST  projects.answer_check        project being set up       302 project people, qi team; 403 others
POST  projects.answer_check        project under way          409 project people, qi team; 403 others
GET   projects.monitoring          project being set up       200 qi team; 403 others
POST  projects.watch               project being set up       302 qi team; 403 others
GET   projects.naming              project being set up       200 lead, qi team; 403 others
POST  projects.name                project being set up       302 lead, qi team; 403 others
POST  projects.end_role            project being set up       302 lead, qi team; 403 others
GET   projects.promising           project under way          200 project people, qi team; 403 others
POST  projects.promise             project under way          302 project people, qi team; 403 others
GET   projects.moving              project under way          200 project people, qi team; 403 others
POST  projects.move                project under way          302 project people, qi team; 403 others
GET   projects.reaching            project under way          200 project people, qi team; 403 others
POST  projects.reach               project under way          302 project people, qi team; 403 others
GET   projects.checking_in         project under way          200 project team; 403 others
GET   projects.checking_in         project being set up       409 project team; 403 others
POST  projects.check_in            project under way          302 project team; 403 others
POST  projects.check_in            project being set up       409 project team; 403 others
POST  projects.unchanged           project under way          302 project team; 403 others
GET   projects.answering           project under way          200 coach, qi team; 403 others
GET   projects.answering           project being set up       404 others
POST  projects.answer              project under way          302 coach, qi team; 403 others
POST  projects.answer              project being set up       404 others

# Reviews are the sponsor's and the QI team's, never the project's own team's nor its coach's.
POST  gates.start                  project being set up       302 sponsor, qi team; 403 others
POST  gates.start                  project under way          409 sponsor, qi team; 403 others
GET   gates.choosing               project under way          200 sponsor, qi team; 403 others
GET   gates.holding                project under way          200 sponsor, qi team; 403 others
GET   gates.holding                project being set up       409 sponsor, qi team; 403 others
POST  gates.hold                   project under way          302 sponsor, qi team; 403 others

# Measures: read by everybody, kept by the project's people and the data owner, agreed afresh by the coach or the QI team.
GET   measures.show                measure                    200 others
GET   measures.as_csv              measure                    200 others
GET   measures.as_svg              measure                    200 others
GET   measures.new                 project under way          200 project people, qi team; 403 others
POST  measures.add                 project under way          302 project people, qi team; 403 others
GET   measures.edit                measure                    200 project people, qi team; 403 others
POST  measures.change              measure                    302 project people, qi team; 403 others
GET   measures.enter               measure                    200 project people, qi team, data owner; 403 others
POST  measures.entered             measure                    302 project people, qi team, data owner; 403 others
GET   measures.paste               measure                    200 project people, qi team, data owner; 403 others
POST  measures.check_pasted        measure                    200 project people, qi team, data owner; 403 others
POST  measures.enter_pasted        measure                    302 project people, qi team, data owner; 403 others
GET   measures.annotate            measure                    200 project people, qi team, data owner; 403 others
POST  measures.annotated           measure                    302 project people, qi team, data owner; 403 others
GET   measures.step                measure                    200 coach, qi team; 403 others
POST  measures.agree_step          measure                    302 coach, qi team; 403 others

# Information governance: nobody else, the admin included, finds a text in history or reads who was shown what.
GET   governance.index             -                          200 ig; 403 others
GET   governance.events            -                          200 ig; 403 others
GET   governance.event             event with a text          200 ig; 403 others
GET   governance.event             event of the panel's       200 ig; 403 others
GET   governance.redacting         event with a text          200 ig; 403 others
GET   governance.redacting         event of the panel's       200 ig; 403 others
POST  governance.redact            event with a text          302 ig; 403 others
POST  governance.redact            event of the panel's       302 ig; 403 others
POST  governance.redact            event with a redacted text  409 ig; 403 others
GET   governance.access_records    -                          200 ig; 403 others
GET   governance.access_records_csv -                         200 ig; 403 others
"""

SIGNED_OUT = "signed out"


@dataclass(frozen=True)
class Rule:
    """One line: what is asked of which thing, who gets which answer, and what everybody else gets."""

    method: str
    endpoint: str
    thing: str
    named: tuple[tuple[str, int], ...]
    others: int | None
    anybody: int | None

    def __str__(self) -> str:
        return f"{self.endpoint} {self.thing}"

    def answer_for(self, person: str) -> int:
        """The status that this person gets. To sign in is 302 where a page was asked for, 303 where a form was sent."""
        named = dict(self.named)
        if person in named:
            return named[person]
        if self.anybody is not None:
            return self.anybody
        if person == SIGNED_OUT:
            return 302 if self.method == "GET" else 303
        assert self.others is not None, f"{self}: say what others get"
        return self.others


def rules() -> list[Rule]:
    """The lines above, read."""
    lines = [line for line in RULES.splitlines() if line and not line.startswith("#")]
    return [_read(line) for line in lines]


def _read(line: str) -> Rule:
    method, endpoint, rest = line.split(maxsplit=2)
    thing, answers = (part.strip() for part in rest.split("  ", 1))
    named: dict[str, int] = {}
    for answer in answers.split(";"):
        status, people = answer.strip().split(" ", 1)
        for name in people.split(","):
            for person in GROUPS.get(name.strip(), name.strip()).split(","):
                named[person.strip()] = int(status)
    others, anybody = named.pop("others", None), named.pop("anybody", None)
    return Rule(method, endpoint, thing, tuple(named.items()), others, anybody)


def first_of_each(method: str) -> list[Rule]:
    """One rule for every endpoint: one by which somebody gets what they ask for, where there is any."""
    found: dict[str, Rule] = {}
    for rule in rules():
        if rule.method == method and (rule.endpoint not in found or _best(rule) < _best(found[rule.endpoint])):
            found[rule.endpoint] = rule
    return list(found.values())


def _best(rule: Rule) -> int:
    return min(status for _, status in [*rule.named, ("", rule.others or 999), ("", rule.anybody or 999)])
