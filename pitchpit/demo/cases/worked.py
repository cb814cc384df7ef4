"""Cases that reached what they hoped for."""

from __future__ import annotations

from pitchpit.decisions.enums import Outcome
from pitchpit.demo.rounds import HOME, SAFETY, WAITING
from pitchpit.demo.shapes import (
    Idea,
    Line,
    Move,
    NewLimits,
    Promise,
    Reply,
    Report,
    Return,
    Review,
    Ruling,
    Shortlist,
    Spend,
    Stretch,
    Work,
    buy,
    equipment,
    time_of,
)
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.projects.enums import Result, Track

RESPONSE_CAR = Idea(
    key="response_car",
    by="paramedic",
    with_=("crisis",),
    title="Mental-health response car",
    theme=SAFETY,
    problem="When somebody in a mental health crisis calls 999 an ambulance comes, and in half of these calls we take them to the "
    "emergency department. They wait for hours in a bright, loud room, which is the last thing they need. We know it when we drive there.",
    change="Put a mental health nurse and a paramedic in one car from eleven in the morning to eleven at night. They can look at the body "
    "and at the mind, talk to the crisis team, and settle most people at home. We have done ten test shifts in our own cars.",
    difference="People in a mental health crisis are helped at home by somebody who knows how, and far fewer are driven to the emergency department.",
    costs=(
        time_of("Backfill for mental health nurses, first six months", 17_500),
        equipment("Tablet computers and connections for two cars", 3_200),
        buy("Training days for twelve paramedics", 4_300),
    ),
    hours=24,
    pays_after="Urgent care commissioners, if fewer people are taken to hospital: they have said so in writing.",
    tried="London's ambulance service runs such cars; the share taken to an emergency department fell from 52% to 18%.",
    on=12,
    steps=(
        Shortlist(
            merit=4.5,
            ruling=Ruling(
                Outcome.APPROVED,
                "A need that everybody on the panel has seen, a plan that was tried on ten shifts, and a service that will pay if it works. "
                "The panel asks for one year's figures on who was taken where, and on whether people called again within a week.",
                25_000,
                conditions=(("A written agreement on who supervises the nurses on the road", 30),),
                feedback={
                    "Need": "The panel found the picture of the waiting room hard to forget.",
                    "Worth the money": "Show running costs by shift.",
                },
            ),
        ),
    ),
    work=Work(
        source="zerosuicidealliance.com; aace.org.uk/initiatives/mental-health-joint-response-car",
        months=12,
        start_ago=(15, 4),
        coach="coach",
        reason="Supervision is agreed, the first six weeks of the rota are filled and there is a year of past figures.",
        milestones=(
            Promise("First shift on the road", 0.7, 0.7, "Rota and call log of the first evening"),
            Promise(
                "Seven days a week",
                3,
                4.2,
                "Rota without gaps for four weeks",
                (Move(2.5, 4, "Two nurses left; new ones start in a month."),),
            ),
            Promise("Commissioners decide on the second year", 10, 9.8, "Minute of their meeting"),
        ),
        measures=(
            Line(
                "Mental health calls taken to the emergency department",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "Calls coded as mental health that the car or an ambulance attended; those that ended at an emergency department.",
                Stretch(52, 26),
                (Stretch(52, 6), Stretch(18)),
                spread=4.5,
                decimals=0,
                target=25,
                out_of=50,
                steps=(NewLimits(1, "The car is out every evening: the old mean says nothing about it any more."),),
                notes=((4.2, "Seven days a week from here"),),
            ),
            Line(
                "People who called again within seven days",
                MeasureKind.BALANCING,
                "%",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "Of those not taken to hospital, how many called 999 again within a week.",
                Stretch(11, 12),
                (Stretch(11),),
                spread=1.6,
                published=False,
            ),
        ),
        reports={
            1: Report(
                "First three weeks done. Crews ask for the car by name. Two evenings were not covered.",
                Track.AT_RISK,
                answer="Well begun. Let us look at cover together on Thursday.",
            ),
            3: Report(
                "Two nurses have left, so four evenings a week only.",
                Track.OFF_TRACK,
                help="Could the crisis team lend us a nurse on Fridays?",
                answer="I have asked their manager: yes for six Fridays.",
            ),
            6: Report(
                "Every evening covered for four weeks. Fewer than one in five is taken to hospital.",
                answer="The new limits are agreed. Tell the commissioners now, not at the end.",
            ),
        },
        spends=(
            Spend(0.5, 1, 3_140.60, "Two tablet computers, cases, connections"),
            Spend(2, 2, 4_300, "Twelve training days"),
            Spend(3, 0, 5_800, "Backfill, first quarter"),
            Spend(6, 0, 8_900, "Backfill, second quarter"),
        ),
        reviews=(
            Review(
                5,
                GateOutcome.CONTINUE,
                "Every evening is covered and far fewer people are taken to hospital. It becomes part of the evening rota.",
            ),
            Review(
                12,
                GateOutcome.ADOPT,
                "The drop has held for eight months and commissioners pay from now on.",
                Result.WORKED,
                "To halve the share of people in crisis whom we take to the emergency department.",
                "It fell from 52% to 18% and stayed there. People did not call again more often.",
                "Agree the nurses' cover before the first shift: the thin weeks in the third month cost us goodwill.",
            ),
        ),
    ),
)

DISCHARGE_MEDICINES = Idea(
    key="discharge_medicines",
    by="pharmacist",
    with_=("technician",),
    title="Medicines checked at discharge",
    theme=SAFETY,
    problem="People go home without a medicine that was only paused, or with a change that nobody explains to their doctor. We looked at "
    "forty discharge letters: in fewer than half were all medicines right.",
    change="One way of writing it for all prescribers: what was started, stopped, paused, and why. A pharmacist goes through it with the "
    "patient before they leave. First on one ward, then on eight more.",
    difference="People leave hospital with the right medicines, and they and their doctor know what was changed and why.",
    costs=(
        time_of("Pharmacist, one day a week for a year", 4_900),
        buy("Printed cards for patients", 600),
        buy("Two teaching afternoons", 1_000),
    ),
    hours=8,
    pays_after="The pharmacy budget takes over the day a week.",
    tried="A trust did this on a pilot ward and eight more: letters with every medicine right went from 45% to 96%.",
    on=9,
    steps=(
        Shortlist(
            merit=4.2,
            ruling=Ruling(
                Outcome.APPROVED,
                "Every ward has this problem and the answer is simple. The panel liked that it begins small and says when it will spread.",
                6_500,
                feedback={"Lasts and spreads": "Name the eight wards early: they will want to know."},
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 8/3/e000363",
        months=12,
        start_ago=(15, -6),
        coach="coach2",
        reason="The baseline is twelve weeks long and plain, and the pilot ward's doctors have agreed to the form.",
        milestones=(
            Promise("Form in use on the pilot ward", 1, 0.9, "Ten letters in a row on the new form"),
            Promise(
                "Four more wards",
                5,
                5.4,
                "Audit of forty letters",
                (Move(4.4, 5.5, "New doctors in August; we train them first."),),
            ),
            Promise("All nine wards", 9, 9.1, "Audit of ninety letters"),
        ),
        measures=(
            Line(
                "Discharge letters with every medicine right",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                "Twenty letters a week, drawn by lot and checked against the drug chart.",
                Stretch(45, 14),
                (Stretch(72, 18), Stretch(96)),
                spread=6,
                decimals=0,
                target=90,
                out_of=20,
                steps=(
                    NewLimits(0, "The form is in use on the pilot ward."),
                    NewLimits(1, "All letters of the first five wards are on the form."),
                ),
                notes=((4.3, "New doctors start"),),
            ),
        ),
        reports={
            1: Report(
                "The form works on the pilot ward. Night doctors forget it.",
                answer="Put it on the night handover sheet and look again in two weeks.",
            ),
            2: Report(
                "Four more wards have begun, three weeks late because of the new doctors.",
                Track.AT_RISK,
                answer="A good reason. Keep the training for the next changeover.",
            ),
        },
        spends=(
            Spend(1, 1, 588.20, "2,000 cards"),
            Spend(3, 0, 1_225, "First quarter"),
            Spend(6, 0, 1_225, "Second quarter"),
            Spend(7, 2, 960, "Two afternoons, 34 people"),
            Spend(9, 0, 1_225, "Third quarter"),
        ),
        reviews=(
            Review(5.5, GateOutcome.CONTINUE, "The pilot ward has held for four months. The other wards are asking."),
            Review(
                12,
                GateOutcome.ADOPT,
                "Nine wards, and nearly every letter right for half a year.",
                Result.WORKED,
                "Nine in ten letters right on nine wards within a year.",
                "From 45% to 96%. Each changeover of doctors brings a small dip that training takes away.",
                "Train before the changeover, not after it.",
                by="qi",
            ),
        ),
    ),
)

RED_BAG = Idea(
    key="red_bag",
    by="care_homes",
    with_=("support",),
    title="Red bag for care-home residents",
    theme=HOME,
    problem="When a resident comes to hospital their papers, glasses, hearing aids and medicines come separately or not at all. Staff ring "
    "the home for days, and people stay longer than they need to.",
    change="A red bag that stays with the resident: a standard set of papers, medicines, glasses, clothes to go home in. The ambulance crew "
    "hands it over, the ward fills in the part about going home.",
    difference="Care-home residents keep their things and their story with them in hospital, and go home days earlier.",
    costs=(buy("Four hundred bags and document sets", 2_200), buy("Meetings with twenty homes", 600)),
    hours=4,
    pays_after="The homes buy new bags themselves, about four pounds each.",
    tried="Homes in south London did this: for 179 residents the mean stay was 13.4 days instead of 17.4.",
    on=15,
    steps=(
        Return(
            "Say how the ward knows what to do with the bag: who opens it, who fills in the part about going home?",
            again="A red bag that stays with the resident: a standard set of papers, medicines, glasses, clothes to go home in. The ambulance "
            "crew hands it to the nurse in charge, who signs for it. The ward clerk opens it and files the papers; the nurse who plans the "
            "discharge fills in the yellow page.",
        ),
        Shortlist(
            merit=4.0,
            ruling=Ruling(
                Outcome.APPROVED,
                "Cheap, kind and across four organisations. The panel knows that the bags will get lost and wants to hear how many.",
                2_800,
                conditions=(("Ambulance crews and two wards have agreed to hand over and sign", 25),),
            ),
        ),
    ),
    work=Work(
        source="bmjleader 1/Suppl_1/A27.3",
        months=12,
        start_ago=(14, 10),
        coach="coach2",
        reason="Twenty homes and two wards have agreed, and the stay is counted already.",
        milestones=(
            Promise("Bags in ten homes", 1.5, 1.6, "List of homes with date"),
            Promise(
                "Bags in twenty homes",
                4,
                5.2,
                "List of homes with date",
                (Move(3.6, 5, "Two homes changed owner and had to be asked again."),),
            ),
            Promise("First hundred residents with a bag", 7, 6.8, "Ward register"),
        ),
        measures=(
            Line(
                "Mean stay of care-home residents",
                MeasureKind.OUTCOME,
                "days",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "Residents of the twenty homes admitted as emergencies, by month of discharge.",
                Stretch(17.4, 14),
                (Stretch(13.4),),
                spread=1.3,
                target=14,
                steps=(NewLimits(0, "Bags are in use in ten homes and both wards."),),
                notes=((5.2, "All twenty homes"),),
            ),
        ),
        reports={
            1: Report(
                "Ten homes have bags. One bag went to the laundry and came back empty.",
                answer="Put a tag in it with the home's number.",
            ),
            2: Report("All homes in. Two bags lost so far.", answer="Fewer than feared. Write down where they went."),
        },
        spends=(
            Spend(0.8, 0, 2_188, "400 bags"),
            Spend(2, 1, 310.50, "Rooms and travel"),
            Spend(5, 1, 280, "Rooms and travel"),
        ),
        reviews=(
            Review(6, GateOutcome.CONTINUE, "Stays are shorter and the homes want to keep it.", by="qi"),
            Review(
                12,
                GateOutcome.ADOPT,
                "Four days shorter for a year, and the homes pay for the bags.",
                Result.WORKED,
                "Residents go home three days earlier.",
                "The mean stay went from 17.4 to 13.4 days. Other changes on the wards may have helped: we cannot tell them apart.",
                "Tag the bags from the first day: eleven were lost.",
            ),
        ),
    ),
)

MESSAGE_WORDING = Idea(
    key="message_wording",
    by="booking",
    title="Say in the text message what a missed appointment costs",
    theme=WAITING,
    problem="One in nine people does not come to their appointment and does not tell us. Somebody else could have had the slot.",
    change="Change one sentence in the text message that we send anyway: say what a missed appointment costs the health service. Nothing to "
    "buy, nobody to train.",
    difference="More people come to their appointment or give it back in time, so that others wait less.",
    hours=1,
    tried="A trial in London tried several wordings: naming the cost brought missed appointments from 11.1% to 8.4%.",
    on=6,
    steps=(
        Reply(
            Ruling(
                Outcome.SUPPORTED,
                "A good idea that needs no money and no panel. The booking team changes the sentence next Monday; please count for half a year.",
            ),
            after=2,
        ),
    ),
    work=Work(
        source="PMC4569397",
        months=5,
        start_ago=(7, 6),
        coach=None,
        sponsor=None,
        how_we_will_know="The weekly share of missed appointments, from the booking system, before and after the new sentence.",
        reason="The sentence is agreed and the booking team is ready.",
        measures=(
            Line(
                "Appointments missed without notice",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "First appointments in all clinics of the south, from the booking system.",
                Stretch(11.1, 26),
                (Stretch(8.4),),
                spread=0.7,
                owner="booking",
                steps=(NewLimits(0, "The new sentence goes out from this week on."),),
            ),
        ),
        reviews=(
            Review(
                5,
                GateOutcome.CLOSE,
                "Half a year of counting is done. The sentence stays.",
                Result.WORKED,
                "One missed appointment in ten fewer.",
                "From 11.1% to 8.4%, for nothing. It did not work in the clinic for deaf people, who get letters.",
                "Ask who does not get text messages before changing them.",
                by="booking",
            ),
        ),
    ),
)
