"""Cases that missed their aim, had no effect, or could not be sustained: told as readily as the others."""

from __future__ import annotations

from pitchpit.decisions.enums import Outcome
from pitchpit.demo.rounds import SAFETY, WAITING
from pitchpit.demo.shapes import (
    Idea,
    Line,
    Move,
    NewLimits,
    Promise,
    Reply,
    Report,
    Review,
    Ruling,
    Shortlist,
    Spend,
    Stretch,
    Watch,
    Work,
    buy,
    time_of,
)
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.projects.enums import Result, Track
from pitchpit.schemes.enums import Monitoring

HEAD_INJURY = Idea(
    key="head_injury",
    by="registrar",
    with_=("triage_nurse",),
    title="Head injury path from the door to the scan",
    theme=WAITING,
    problem="People with a head injury wait like everybody else. Fewer than a third are seen within fifteen minutes, and the scan takes more "
    "than an hour. Some of them should not wait at all.",
    change="A path of their own: a nurse at the door looks at every head injury, orders the scan by a fixed rule, and a porter is called at "
    "once. We change who moves people to the scanner.",
    difference="Everybody with a head injury is looked at within a quarter of an hour, and those who need a scan get it within the hour.",
    costs=(time_of("Nurse at the door, pilot of four months", 9_200), buy("Teaching and simulation days", 2_300)),
    hours=12,
    pays_after="Urgent and emergency care, from the savings on agency porters.",
    tried="A hospital in Sandwell: seen within 15 minutes 31% before, 63% after; the aim had been over 90%.",
    on=20,
    steps=(
        Shortlist(
            merit=3.9,
            ruling=Ruling(
                Outcome.APPROVED,
                "A clear risk and a path that can be drawn on one page. The panel doubts the aim of nine in ten and would be glad of seven.",
                11_500,
                feedback={
                    "Can it be done": "Nine in ten may be out of reach on winter nights: say what would still be worth it."
                },
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 13/2/e002603",
        months=12,
        start_ago=(14, 22),
        coach="coach",
        reason="The door nurse is in post for four months and transport has agreed to the change.",
        milestones=(
            Promise("Door nurse on every shift", 1, 1.2, "Rota"),
            Promise(
                "Transport by the department's own porters",
                4,
                6.1,
                "Agreement with facilities",
                (Move(3.5, 6, "Facilities needed a new rota first."),),
            ),
            Promise(
                "Night shifts reach the same times as days", 10, None, "", (Move(9.5, 14, "Too few porters at night."),)
            ),
        ),
        measures=(
            Line(
                "Seen within fifteen minutes",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                "Adults with a head injury, from arrival to the first look by a nurse or doctor. The aim was over 90%.",
                Stretch(31, 20),
                (Stretch(48, 12), Stretch(63)),
                spread=6,
                decimals=0,
                target=90,
                steps=(
                    NewLimits(0, "A nurse at the door from this week on."),
                    NewLimits(1, "The department's own porters."),
                ),
            ),
            Line(
                "Minutes to the scan",
                MeasureKind.OUTCOME,
                "minutes",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "Mean minutes from arrival to the head scan.",
                Stretch(69, 20),
                (Stretch(53),),
                spread=6,
                decimals=0,
                target=60,
                steps=(NewLimits(0, "A nurse at the door from this week on."),),
            ),
            Line(
                "Hours to a decision",
                MeasureKind.PROCESS,
                "hours",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "Mean hours from arrival to admission or going home: 6 h 48 min before, 4 h 24 min after.",
                Stretch(6.8, 12),
                (Stretch(4.4),),
                spread=0.4,
                steps=(NewLimits(0, "A nurse at the door from this month on."),),
            ),
            Line(
                "Others seen within fifteen minutes",
                MeasureKind.BALANCING,
                "%",
                Direction.INCREASE,
                Frequency.MONTHLY,
                "Everybody without a head injury: do they wait longer now?",
                Stretch(58, 12),
                (Stretch(58),),
                spread=3,
                decimals=0,
                published=False,
            ),
        ),
        reports={
            4: Report(
                "Days are good, nights are not. Porters come from the other end of the site.",
                Track.AT_RISK,
                benefit=Track.AT_RISK,
                help="We need somebody to talk to facilities with us.",
                answer="The sponsor has asked for a meeting: next week.",
            ),
            10: Report(
                "We shall not reach nine in ten. Six in ten, and the scan within the hour.",
                benefit=Track.OFF_TRACK,
                answer="That is worth a lot, and worth saying plainly at the review.",
            ),
        },
        spends=(
            Spend(2, 0, 4_600, "Door nurse, two months"),
            Spend(3, 1, 2_180, "Three simulation days"),
            Spend(4, 0, 4_600, "Door nurse, two months"),
        ),
        reviews=(
            Review(
                6.5, GateOutcome.CONTINUE, "Twice as many are seen in time as before. Nights need the porters.", by="qi"
            ),
            Review(
                12,
                GateOutcome.ADOPT,
                "It stays although it missed its aim: twice as many are seen in time, and nobody else waits longer.",
                Result.WORKED_IN_PART,
                "Over nine in ten seen within fifteen minutes.",
                "63%, from 31%. The scan comes 16 minutes earlier and the decision more than two hours. Nights lag behind.",
                "Set the aim with those who work nights, and settle transport before the start.",
            ),
        ),
    ),
)

FORENSIC_VIOLENCE = Idea(
    key="forensic_violence",
    by="heron",
    title="Fewer assaults on the forensic wards",
    theme=SAFETY,
    problem="On our wards somebody is hit or threatened nearly every day, patients as often as staff. A bundle of changes has worked on "
    "other kinds of ward; nobody knows whether it does on ours.",
    change="A safety cross on the wall, short huddles three times a day, a way of broadcasting who is struggling, and a weekly meeting of "
    "patients and staff about it. We aim for three in ten fewer.",
    difference="Patients and staff on the forensic wards are hurt and threatened less often.",
    costs=(
        time_of("Backfill for huddles and the weekly meeting", 7_800),
        buy("Boards, training by people with experience", 2_000),
    ),
    hours=10,
    pays_after="Nothing to pay: huddles become part of the shift.",
    tried="In east London acute wards saw assaults fall by four in ten. On forensic wards: physical violence 8% less, other 16.6% less, aim 30%.",
    on=11,
    steps=(
        Shortlist(
            merit=3.7,
            ruling=Ruling(
                Outcome.APPROVED,
                "It may not reach three in ten, and the panel says yes all the same: nobody knows until it is tried on such wards.",
                9_800,
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 9/3/e000803; compare qi.elft.nhs.uk",
        months=12,
        start_ago=(14, -4),
        coach="coach",
        watch=Watch(
            Monitoring.CLOSE,
            "Staff and patients may be hurt while this is tried: a check-in every month and a balancing measure.",
        ),
        reason="Patients' council and staff side are for it; incidents have been counted the same way for two years.",
        milestones=(
            Promise("Huddles three times a day", 1, 1.1, "Safety cross of the first month"),
            Promise("Weekly meeting of patients and staff", 3, 3.0, "Notes of four meetings"),
            Promise(
                "Bundle on the second ward",
                6,
                8.2,
                "Ward manager's note",
                (Move(5.4, 8, "The second ward had no manager for two months."),),
            ),
        ),
        measures=(
            Line(
                "Incidents of physical violence",
                MeasureKind.OUTCOME,
                "incidents a month",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "Physical assaults on patients or staff reported from both wards. Published as a change of -8%, aim -30%; counts are generated.",
                Stretch(25, 18),
                (Stretch(23),),
                spread=3.6,
                decimals=0,
                target=17.5,
                owner="heron",
            ),
            Line(
                "Other violent incidents",
                MeasureKind.OUTCOME,
                "incidents a month",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "Threats and damage to things. Published as a change of -16.6%, aim -30%; counts are generated.",
                Stretch(42, 18),
                (Stretch(35),),
                spread=4.2,
                decimals=0,
                target=29.4,
                owner="heron",
            ),
            Line(
                "Hours in seclusion",
                MeasureKind.BALANCING,
                "hours a month",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "So that fewer incidents are not bought by more seclusion.",
                Stretch(61, 18),
                (Stretch(60),),
                spread=8,
                decimals=0,
                owner="heron",
                published=False,
            ),
        ),
        reports={
            2: Report(
                "Huddles happen on days, seldom on nights.",
                Track.AT_RISK,
                answer="Ask the night staff what time would suit them.",
            ),
            6: Report(
                "Patients like the weekly meeting. Assaults look the same.",
                benefit=Track.AT_RISK,
                help="Are we counting the right thing?",
                answer="Yes. It may simply be a small effect: keep counting.",
            ),
            9: Report(
                "The second ward has begun. We do not see three in ten coming.",
                benefit=Track.OFF_TRACK,
                answer="Then let us say so at the review.",
            ),
        },
        spends=(
            Spend(1, 1, 1_240, "Boards, crosses"),
            Spend(3, 0, 1_950, "Backfill"),
            Spend(6, 0, 1_950, "Backfill"),
            Spend(9, 0, 1_950, "Backfill"),
        ),
        reviews=(
            Review(
                6,
                GateOutcome.CONTINUE,
                "No change to be seen yet in assaults, a little in threats. Patients ask us to go on.",
            ),
            Review(
                12,
                GateOutcome.ADOPT,
                "It stays because patients and staff want it, not because the aim was met: it was not.",
                Result.WORKED_IN_PART,
                "Three in ten fewer incidents.",
                "Physical violence 8% less, which is within what chance brings; other incidents 16.6% less.",
                "A bundle that works on acute wards is not the same bundle here. Start from what sets off violence on this ward.",
                by="qi",
            ),
        ),
    ),
)

TEXT_REMINDERS = Idea(
    key="text_reminders",
    by="clinics",
    with_=("booking",),
    title="Text reminders for psychiatry clinics",
    theme=WAITING,
    problem="More than one in five people misses their appointment in our clinics. Doctors sit and wait while others are on a list for months.",
    change="Send a text message seven days and one day before each appointment, in every clinic of the north and of the south.",
    difference="Fewer people miss their appointment with a psychiatrist, so that others are seen sooner.",
    costs=(buy("Messages for a year", 3_100, recurring=True), buy("Setting up in the booking system", 1_100)),
    hours=3,
    pays_after="The clinics' own budget.",
    tried="Reminders work in many places. Psychiatry clinics in the Black Country saw no change: 22.8% before, 23.2% after.",
    on=18,
    steps=(
        Shortlist(
            merit=3.5,
            ruling=Ruling(
                Outcome.APPROVED,
                "Cheap, and most places say it works. The panel asks to look at north and south apart: an average can hide two stories.",
                4_200,
            ),
        ),
    ),
    work=Work(
        source="BJPsych Open, 20 June 2025",
        months=8,
        start_ago=(14, 2),
        coach="coach2",
        reason="Half a year of past figures for both regions; messages go out from Monday.",
        milestones=(
            Promise("Messages from all clinics", 0.5, 0.5, "Log of the first week"),
            Promise("Three months of figures", 3, 3.2, "Export from the booking system"),
            Promise("Six months of figures", 6, 6.2, "Export from the booking system"),
        ),
        measures=(
            Line(
                "Appointments missed, all clinics",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "About 14,000 appointments in each half year. The difference is not significant.",
                Stretch(22.8, 26),
                (Stretch(23.2),),
                spread=1.3,
                target=18,
                owner="clinics",
                notes=((0.5, "Reminders start"),),
            ),
            Line(
                "Appointments missed, north",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "The same, clinics of the north alone.",
                Stretch(20.7, 26),
                (Stretch(24.7),),
                spread=1.6,
                owner="clinics",
                steps=(NewLimits(0, "Clinics moved to another building in the same week: not the reminders' doing."),),
                notes=((0.7, "Clinics move to another building"),),
            ),
            Line(
                "Appointments missed, south",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "The same, clinics of the south alone.",
                Stretch(25.2, 26),
                (Stretch(23.1),),
                spread=1.7,
                owner="booking",
            ),
        ),
        reports={
            1: Report(
                "Messages go out. People say they like them. The figures have not moved.",
                benefit=Track.AT_RISK,
                answer="Early days. Keep north and south apart.",
            ),
            2: Report(
                "Six months: no change on the whole. North is worse, south a little better.",
                benefit=Track.OFF_TRACK,
                help="Should we stop?",
                answer="Bring the three charts to the sponsor: I think so.",
            ),
        },
        spends=(Spend(0.5, 1, 1_080, "Booking system"), Spend(2, 0, 620, "Messages"), Spend(5, 0, 905, "Messages")),
        reviews=(
            Review(
                8,
                GateOutcome.STOP,
                "Half a year shows no effect. The money for the other half goes back to the pot.",
                Result.DID_NOT_WORK,
                "Missed appointments down to 18%.",
                "22.8% before and 23.2% after. The average hides that the north went up, where clinics moved, and the south went down a little.",
                "Ask people why they do not come before reminding them. And do not move clinics in the same week.",
            ),
        ),
    ),
)

SCORECARD = Idea(
    key="scorecard",
    by="ward_pharmacist",
    title="Weekly medicines scorecard for wards",
    theme=SAFETY,
    problem="More than half of our patients miss at least one dose that they should have had. Wards do not know how they stand.",
    change="Give each ward a scorecard every week: omitted doses, allergies written down and three more, beside the other wards. Half the "
    "wards get it for seven weeks, the others do not, so that we can compare.",
    difference="Patients get the medicines that were prescribed for them, every dose.",
    costs=(time_of("Pharmacy technician, one day a week", 2_100), buy("Printing and a display for each ward", 900)),
    hours=6,
    pays_after="Pharmacy, if it works.",
    tried="Two hospitals in London tried it on some wards and not on others: staff liked it, and none of the five indicators changed.",
    on=22,
    steps=(
        Shortlist(
            merit=3.3,
            ruling=Ruling(
                Outcome.APPROVED,
                "The panel is not sure that a scorecard changes what people do, and likes that half the wards go without: we shall know.",
                3_000,
            ),
        ),
    ),
    work=Work(
        source="qualitysafety.bmj.com 23/2/136",
        months=6,
        start_ago=(13, 8),
        coach="coach2",
        reason="Twelve weeks of counting on all wards; the wards were drawn by lot.",
        milestones=(
            Promise("First scorecards on the wall", 0.5, 0.5, "Photographs"),
            Promise("Seven weeks done", 2.2, 2.3, "Seven scorecards for each ward"),
            Promise("Wards with and without compared", 3, 3.4, "Table of five indicators"),
        ),
        measures=(
            Line(
                "Patients with an omitted dose, wards with a scorecard",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "Share of patients who missed at least one dose, from the weekly check of charts.",
                Stretch(53.4, 14),
                (Stretch(52.6, 10),),
                spread=4.2,
                target=40,
                owner="ward_pharmacist",
                notes=((0.5, "Scorecards begin"), (2.3, "Scorecards end")),
            ),
            Line(
                "Patients with an omitted dose, wards without",
                MeasureKind.BALANCING,
                "%",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "The same on the wards that go without, to compare.",
                Stretch(53.0, 14),
                (Stretch(52.8, 10),),
                spread=4.2,
                owner="ward_pharmacist",
                published=False,
            ),
        ),
        reports={
            1: Report(
                "Staff like the scorecards and talk about them. The doses have not changed.",
                benefit=Track.OFF_TRACK,
                answer="That is an answer too. Thank you for keeping the comparison clean.",
            )
        },
        spends=(Spend(0.4, 1, 745, "Displays for six wards"), Spend(2.4, 0, 980, "Seven weeks")),
        reviews=(
            Review(
                4,
                GateOutcome.STOP,
                "Wards with and without a scorecard look the same.",
                Result.DID_NOT_WORK,
                "A quarter fewer patients with an omitted dose.",
                "None of the five indicators changed against the other wards. Staff liked it all the same.",
                "Knowing the figure is not enough. Next time begin with why a dose is missed: is it in the cupboard at all?",
                by="qi",
            ),
        ),
    ),
)

FLUID_CHARTS = Idea(
    key="fluid_charts",
    by="nurse",
    with_=("therapist",),
    title="Fluid charts that can be trusted",
    theme=SAFETY,
    problem="Our fluid charts are half empty and seldom add up, so doctors do not use them. In a check of twenty charts a quarter were accurate.",
    change="Teach each colleague in person, ten minutes at the bedside; put the jug sizes on the back of the chart; check ten charts a week "
    "and say how it went. We aim for half as many again within a month.",
    difference="Patients who drink too little, or hold too much water, are noticed on the same day.",
    costs=(time_of("Two teaching days for two nurses", 540), buy("Jugs with marks", 310)),
    hours=5,
    tried="A hospital in Kettering did this: 25% accurate at the start, half as many again after a month; whether it lasted could not be checked.",
    on=8,
    steps=(
        Reply(
            Ruling(
                Outcome.APPROVED,
                "Small, clear and yours to do. Please look again after half a year whether it lasts: that is where such things fail.",
                850,
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 10/3/e001137",
        months=6,
        start_ago=(14, 15),
        coach=None,
        sponsor=None,
        how_we_will_know="Ten charts a week checked for accuracy, before, during the month of teaching, and again after six months.",
        reason="A month of checks is done and both nurses are released for two days.",
        measures=(
            Line(
                "Fluid charts that are accurate",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                "Charts checked each week. Published: 25% at the start and 55% more (that is 38.8%) after a month; not checked again.",
                Stretch(25, 6),
                (Stretch(38.8, 5),),
                spread=6,
                owner="nurse",
                notes=((1.3, "Checks end: the ward becomes a winter ward"),),
            ),
        ),
        spends=(Spend(0.2, 1, 298.80, "Twenty-four jugs"), Spend(0.8, 0, 540, "Two days, two nurses")),
        reviews=(
            Review(
                6,
                GateOutcome.CLOSE,
                "The ward was turned into a winter ward and the check after six months was not done.",
                Result.NOT_MEASURED,
                "Half as many accurate charts again, and that it lasts.",
                "It went up within a month. Whether it lasted nobody knows: there was no time to check again.",
                "Book the check after six months with somebody who is not on the ward.",
                by="nurse",
            ),
        ),
    ),
)
