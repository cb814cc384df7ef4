"""Cases whose projects are still going on, or have yet to begin."""

from __future__ import annotations

from pitchpit.decisions.enums import Outcome
from pitchpit.demo.rounds import GREEN, HOME, SAFETY, STAFF, WAITING
from pitchpit.demo.shapes import (
    GENERATED,
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
    Work,
    buy,
    equipment,
    time_of,
)
from pitchpit.gates.enums import GateOutcome
from pitchpit.measures.enums import Direction, Frequency, MeasureKind
from pitchpit.projects.enums import Track

REFERRALS = Idea(
    key="referrals",
    by="hub",
    with_=("psychologist",),
    title="Referrals seen within four weeks",
    theme=WAITING,
    problem="Seven in ten children who are referred to us wait longer than four weeks for a first talk. Referrals lie in five inboxes, and "
    "nobody sees the whole.",
    change="One tracker for all referrals, a short meeting every day that looks at each new one, and one place that books all first talks.",
    difference="Children and their families have a first talk with us within four weeks of being referred.",
    costs=(time_of("Booking co-ordinator, one year", 11_200), buy("Tracker set up by digital services", 2_800)),
    hours=15,
    pays_after="The division, from the agency budget: agreed with its finance partner.",
    tried="A service in east London went from 30% in 28 days to over 95% for referrals from doctors, with more referrals than before.",
    on=10,
    steps=(
        Shortlist(
            merit=4.4,
            ruling=Ruling(
                Outcome.APPROVED,
                "Families tell us about this wait more than about anything else. The plan is plain and somebody has agreed to pay later.",
                14_000,
                conditions=(("The tracker holds no more than the booking system does", 20),),
                feedback={"Lasts and spreads": "Adult services wait as long: ask them to your review."},
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 6/2/e000014; qi.elft.nhs.uk/chamhras-waiting-times",
        months=12,
        start_ago=(6, -5),
        coach="qi",
        reason="The tracker works on test data and the co-ordinator starts on Monday.",
        milestones=(
            Promise("All five inboxes closed", 1, 1.3, "Screenshots of the redirections"),
            Promise("Every referral looked at on the day it comes", 3, 3.2, "Tracker, four weeks"),
            Promise(
                "Nine in ten within four weeks",
                5,
                5.6,
                "Chart",
                (Move(4.5, 5.7, "Summer leave: two weeks of first talks fell out."),),
            ),
            Promise("Handed over to the division's budget", 11),
        ),
        measures=(
            Line(
                "First talk within 28 days",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                f"Referrals from family doctors, by week of referral. {GENERATED}",
                Stretch(30, 20),
                (Stretch(62, 9), Stretch(95)),
                spread=4,
                decimals=0,
                target=92,
                steps=(
                    NewLimits(0, "One booking place from this week on."),
                    NewLimits(1, "Daily meeting on all referrals."),
                ),
            ),
            Line(
                "Referrals a week",
                MeasureKind.BALANCING,
                "referrals",
                Direction.NEUTRAL,
                Frequency.WEEKLY,
                f"So that a shorter wait is not simply fewer referrals: demand went up. All points are generated. {GENERATED}",
                Stretch(41, 20),
                (Stretch(46),),
                spread=4,
                decimals=0,
            ),
        ),
        reports={
            1: Report("Three of five inboxes are closed.", answer="Well done. Which one is the hardest?"),
            4: Report(
                "Nearly nine in ten. The daily meeting takes twelve minutes now.",
                answer="Invite the adult service to watch one.",
            ),
            6: Report(
                "Over nine in ten for six weeks. Referrals are up by a tenth, and the co-ordinator is on her own.",
                help="Who covers her leave in the spring? Without cover the booking stops.",
            ),
        },
        spends=(
            Spend(0.6, 1, 2_650, "Digital services"),
            Spend(1, 0, 930, "First month"),
            Spend(3, 0, 1_870, "Two months"),
            Spend(5, 0, 1_870, "Two months"),
        ),
        reviews=(Review(4.6, GateOutcome.CONTINUE, "From three in ten to nearly nine, with more children referred."),),
    ),
)

SPINAL_LISTS = Idea(
    key="spinal_lists",
    by="theatre",
    title="Spinal lists that end on time",
    theme=WAITING,
    problem="Half of our lists end late. Setting up for a spinal operation takes more than an hour, and we begin when the anaesthetic is done.",
    change="Prepare while the anaesthetic is given, always in pairs, with one list of what is needed. Five small tests of change in three months.",
    difference="People are not sent home unoperated because the list before them ran late, and theatre staff go home on time.",
    costs=(equipment("Second preparation trolley", 2_450), buy("Two teaching mornings", 750)),
    hours=6,
    pays_after="Nothing to pay afterwards.",
    tried="A specialist centre in Liverpool: set-up from 70 to about 50 minutes, lists on time from about half to about all, in three months.",
    on=14,
    steps=(
        Shortlist(
            merit=4.1,
            ruling=Ruling(
                Outcome.APPROVED,
                "A team that knows where its minutes go. Cheap, quick to show, and others can copy it.",
                3_200,
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 11/3/e001808",
        months=9,
        start_ago=(6, 17),
        coach="coach2",
        reason="Twelve weeks of stop-watch figures, and both surgeons agree.",
        milestones=(
            Promise("Five tests of change done", 3, 3.1, "Five sheets on the wall"),
            Promise(
                "New trolley in use",
                1.5,
                2.4,
                "First list with two trolleys",
                (Move(1.3, 2.3, "Delivered with the wrong wheels and sent back."),),
            ),
            Promise("Main theatres have been to see it", 7),
        ),
        measures=(
            Line(
                "Minutes to set up",
                MeasureKind.PROCESS,
                "minutes",
                Direction.DECREASE,
                Frequency.WEEKLY,
                f"Mean minutes from the patient's arrival to the first cut, all spinal lists of the week. {GENERATED}",
                Stretch(70, 14),
                (Stretch(70, 6), Stretch(50)),
                spread=4,
                decimals=0,
                target=50,
                owner="theatre",
                steps=(NewLimits(1, "Preparing in pairs while the anaesthetic is given is now how we work."),),
            ),
            Line(
                "Lists that ended on time",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                f"Lists that ended by the planned time: about 50% before, about 100% after (98 here). {GENERATED}",
                Stretch(50, 14),
                (Stretch(50, 6), Stretch(98)),
                spread=5,
                decimals=0,
                target=90,
                owner="theatre",
                steps=(NewLimits(1, "Preparing in pairs while the anaesthetic is given is now how we work."),),
            ),
        ),
        reports={
            1: Report("Four of five tests done. The trolley was late.", answer="Write up the one that failed too."),
            2: Report(
                "Lists end on time. Main theatres want to come and see.", answer="Bring your stop-watch figures."
            ),
        },
        spends=(Spend(2.3, 0, 2_391, "Trolley"), Spend(1, 1, 705, "Two mornings")),
        reviews=(Review(4, GateOutcome.CONTINUE, "On time for two months, with nothing cut short.", by="qi"),),
    ),
)

GLOVES = Idea(
    key="gloves",
    by="radiographer",
    title="Gloves off where they are not needed",
    theme=GREEN,
    problem="Half of us put gloves on where hands need only be washed. It costs money, makes waste, and gives a false sense of safety.",
    change="A sticker on each dispenser that asks one question: will you touch blood, broken skin or a drug? Ten minutes of teaching.",
    difference="Clean hands instead of needless gloves, and a lorry load of waste less each year.",
    costs=(buy("Stickers and posters", 240), time_of("Half a day to stick and to explain", 360)),
    hours=1,
    tried="A hospital in Bristol used 61.4% fewer gloves in two months (radiology 54.2% fewer), one month's bad data left out.",
    on=5,
    steps=(
        Reply(Ruling(Outcome.APPROVED, "Yes, at once. Infection prevention has seen it and agrees.", 600), after=4),
    ),
    work=Work(
        source="impact-surgery.org 140",
        months=7,
        start_ago=(6, 4),
        coach=None,
        sponsor=None,
        how_we_will_know="Boxes of gloves used in a week, from the store room's list. Projected saving 25,000 pounds and 36 tonnes of carbon a year.",
        reason="Stickers are printed, infection prevention agrees.",
        measures=(
            Line(
                "Boxes of gloves used in radiology",
                MeasureKind.OUTCOME,
                "boxes a week",
                Direction.DECREASE,
                Frequency.WEEKLY,
                "Boxes taken from the store room. Published as 54.2% fewer; boxes are generated. One month is left out: deliveries were "
                f"booked twice. The saving for a year is projected, not measured. {GENERATED}",
                Stretch(48, 16),
                (Stretch(22),),
                spread=3.2,
                decimals=0,
                owner="radiographer",
                steps=(NewLimits(0, "Stickers are on every dispenser."),),
                left_out=(9, 10, 11, 12),
                notes=((2.2, "One month left out: deliveries were booked twice"),),
            ),
        ),
        spends=(Spend(0.3, 0, 221.40, "Stickers"), Spend(0.4, 1, 360, "Half a day, three people")),
    ),
)

ENJOYING_WORK = Idea(
    key="enjoying_work",
    by="manager",
    with_=("speech",),
    title="More good days at work",
    theme=STAFF,
    problem="Ask my team how the day was, and every second answer is: not good. Three people have left since the spring.",
    change="Ask everybody each day with a coloured button whether it was a good day. Meet each week for half an hour on what spoils days, and "
    "let the team change one thing at a time.",
    difference="People who work on the stroke unit have more good days, and stay.",
    costs=(time_of("Cover for the weekly half hour", 2_100), buy("Button, board, biscuits", 400)),
    hours=3,
    pays_after="Nothing: the half hour becomes part of the week.",
    tried="A team in Luton: good days from 55% to 75% with its own ideas.",
    on=13,
    steps=(
        Shortlist(
            merit=3.8,
            ruling=Ruling(
                Outcome.APPROVED, "The team's own ideas, small steps, and a measure that takes a second a day.", 2_500
            ),
        ),
    ),
    work=Work(
        source="qi.elft.nhs.uk (Enjoying Work); compare rcpsych.ac.uk NCCMH: of 38 teams 16 improved and 17 got worse on a measure",
        months=12,
        start_ago=(6, 1),
        coach="coach",
        reason="Three months of answers from the button, and the team wants it.",
        milestones=(
            Promise("Half an hour each week in the rota", 1, 0.9, "Rota"),
            Promise(
                "Ten changes tried",
                5,
                5.4,
                "List with what we kept and dropped",
                (Move(4.6, 5.5, "Two weeks lost to sickness."),),
            ),
            Promise("Twelve months of answers", 12),
        ),
        measures=(
            Line(
                "Good days",
                MeasureKind.OUTCOME,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                f"Answers to “was it a good day?” that are yes, all shifts of the week. {GENERATED}",
                Stretch(55, 13),
                (Stretch(55, 6), Stretch(75)),
                spread=4,
                decimals=0,
                target=70,
                owner="manager",
                steps=(NewLimits(1, "Self-rostering for everybody from this week on."),),
                notes=((1.6, "Self-rostering begins"),),
                behind=1,
            ),
        ),
        reports={
            1: Report(
                "Seven changes tried, five kept. Self-rostering made the largest difference.",
                answer="Show it to Rowan Ward, they have asked.",
            )
        },
        silent_from=2,
        spends=(Spend(0.4, 1, 372.15, "Button and board"), Spend(2, 0, 525, "Cover"), Spend(5, 0, 525, "Cover")),
    ),
)

SEPSIS = Idea(
    key="sepsis",
    by="physician",
    with_=("nurse",),
    title="Sepsis care within the hour",
    theme=SAFETY,
    problem="Fewer than a third of our patients with sepsis have all that they need within an hour. The antibiotic is prescribed and then "
    "waits: for a cannula, for a key, for somebody who is free.",
    change="Teach every shift, put a box with everything on the trolley with a prompt on its lid, and let nurses begin before the doctor comes.",
    difference="People with sepsis are treated within the hour, whichever shift they come on.",
    costs=(time_of("Sepsis nurse, half time for half a year", 11_600), buy("Trolley boxes, teaching", 1_600)),
    hours=9,
    pays_after="Acute medicine, if deaths or stays fall.",
    tried="A hospital in New Zealand: all within an hour 29% before, 63% after; deaths unchanged.",
    on=19,
    steps=(
        Shortlist(
            merit=4.0,
            ruling=Ruling(
                Outcome.APPROVED,
                "It must be done. The panel wants deaths on the chart beside the minutes, also if they do not move.",
                13_200,
            ),
        ),
    ),
    work=Work(
        source="bmjopenquality 4/1/u207871.w4032; compare bmjopenquality 2/2/u202548.w1443",
        months=12,
        start_ago=(6, 3),
        coach="coach",
        reason="The sepsis nurse has started, and a year of figures is there.",
        milestones=(
            Promise("Boxes on all trolleys", 1, 1.0, "Photographs, list of trolleys"),
            Promise(
                "Every shift taught once",
                3,
                4.4,
                "Attendance by shift",
                (Move(2.7, 4, "Night shifts have been too busy."), Move(3.9, 4.5, "Two sessions had to be repeated.")),
            ),
            Promise("Four of five within the hour", 9),
        ),
        measures=(
            Line(
                "All six steps within the hour",
                MeasureKind.PROCESS,
                "%",
                Direction.INCREASE,
                Frequency.WEEKLY,
                f"Adults who met the sepsis criteria, from the trolley sheet. {GENERATED}",
                Stretch(29, 16),
                (Stretch(44, 8), Stretch(63)),
                spread=5,
                decimals=0,
                target=80,
                owner="nurse",
                steps=(NewLimits(0, "Boxes are on all trolleys."), NewLimits(1, "All shifts taught.")),
            ),
            Line(
                "Deaths in hospital among patients with sepsis",
                MeasureKind.OUTCOME,
                "%",
                Direction.DECREASE,
                Frequency.MONTHLY,
                f"Published as unchanged; the percentages are generated. {GENERATED}",
                Stretch(18.4, 14),
                (Stretch(18.4),),
                spread=2.1,
            ),
            Line(
                "Antibiotics given that turned out not to be needed",
                MeasureKind.BALANCING,
                "%",
                Direction.DECREASE,
                Frequency.MONTHLY,
                f"So that fast does not become careless. No published figure: all points are generated. {GENERATED}",
                Stretch(14, 14),
                (Stretch(14.5),),
                spread=1.7,
            ),
        ),
        reports={
            2: Report(
                "Boxes are used on every shift. Night teaching has slipped.",
                Track.AT_RISK,
                help="Could somebody teach at two in the morning?",
                answer="I will, on the 14th, with biscuits.",
            ),
            5: Report(
                "More than six in ten within the hour. Deaths are as before.",
                benefit=Track.AT_RISK,
                answer="Honest and important. Keep both on the wall.",
            ),
        },
        spends=(
            Spend(0.8, 1, 1_422, "Boxes and prompts"),
            Spend(1, 0, 1_930, "First month"),
            Spend(3, 0, 3_860, "Two months"),
            Spend(5, 0, 3_860, "Two months"),
        ),
        reviews=(
            Review(
                5.2,
                GateOutcome.CHANGE,
                "The work goes on, and we look at what comes after the first hour: the process moved and deaths did not.",
            ),
        ),
    ),
)

FALLS_DRIFT = Idea(
    key="falls_drift",
    by="falls",
    with_=("rowan",),
    title="Fewer falls, ward by ward",
    theme=SAFETY,
    problem="People fall on all our wards, most of them at night on the way to the toilet. Each ward does something different about it.",
    change="Train the staff of one ward after the other for a week each, at their own beds, with the falls of their own last month.",
    difference="Older people fall less often on our wards.",
    costs=(time_of("Falls nurse, two days a week for a year", 9_600), buy("Low beds on loan, chair sensors", 1_200)),
    hours=11,
    pays_after="The wards release one trainer each.",
    tried="A trust in Coventry: 6.62 falls per 1,000 bed days before, 5.89 after; no step, a slow drift of about 3% a month.",
    on=21,
    steps=(
        Shortlist(
            merit=3.9,
            ruling=Ruling(
                Outcome.APPROVED,
                "Falls matter to everybody. The panel asks for patience: training ward by ward will not give a step.",
                10_800,
            ),
        ),
    ),
    work=Work(
        source="PMC7821491",
        months=14,
        start_ago=(7, -4),
        coach="coach2",
        reason="Two years of figures for all wards, and the order of the wards is drawn.",
        milestones=(
            Promise("First four wards trained", 3, 3.0, "Attendance"),
            Promise(
                "Eight wards trained",
                6,
                None,
                "",
                (Move(5.5, 8, "Winter beds: two wards cannot release anybody before the spring."),),
            ),
            Promise("All twelve wards trained", 11),
        ),
        measures=(
            Line(
                "Falls",
                MeasureKind.OUTCOME,
                "falls per 1,000 bed days",
                Direction.DECREASE,
                Frequency.MONTHLY,
                "All wards together. A slow drift, not a step: other changes at the same time may have a part in it. "
                + GENERATED,
                Stretch(6.62, 24),
                (Stretch(5.89, None, -1.2),),
                spread=0.32,
                decimals=2,
                target=5.5,
                notes=((0.3, "Training begins with the first ward"),),
            ),
            Line(
                "Patients who got up and walked",
                MeasureKind.BALANCING,
                "%",
                Direction.INCREASE,
                Frequency.MONTHLY,
                f"So that fewer falls are not bought by keeping people in bed. No published figure: all points are generated. {GENERATED}",
                Stretch(64, 14),
                (Stretch(64),),
                spread=3,
                decimals=0,
                owner="falls",
            ),
        ),
        reports={
            3: Report(
                "Four wards trained. A little lower each month, nothing one could call a step.",
                answer="That is how it may look for a year. Do not move the limits.",
            ),
            6: Report(
                "Six wards instead of eight.",
                Track.OFF_TRACK,
                help="Two ward managers say no until the spring.",
                answer="I take it to the chief nurse's meeting.",
            ),
        },
        silent_from=7,
        spends=(
            Spend(1, 1, 640, "Sensors"),
            Spend(2, 0, 1_600, "Two months"),
            Spend(4, 0, 1_600, "Two months"),
            Spend(6, 0, 1_600, "Two months"),
        ),
        reviews=(
            Review(
                6.3,
                GateOutcome.CONTINUE,
                "A slow drift in the right direction on the wards that are trained. It goes on.",
                by="qi",
            ),
        ),
    ),
)

HYDRATION = Idea(
    key="hydration",
    by="support",
    title="Seven drink rounds a day in care homes",
    theme=SAFETY,
    problem="Residents drink too little, get urine infections, need antibiotics and end in hospital. Asking for a drink is hard for many of them.",
    change="Seven drink rounds a day with a trolley they can choose from, and a poster for staff on who needs help to drink.",
    difference="Residents drink enough and have far fewer urine infections.",
    costs=(equipment("Four drink trolleys", 1_100), buy("Cups that can be held by weak hands", 400)),
    hours=2,
    pays_after="The homes.",
    tried="Four homes in the south: infections that needed antibiotics 58% fewer, from one in nine days to one in eighty.",
    on=7,
    steps=(
        Reply(
            Ruling(
                Outcome.APPROVED,
                "Cheap, kind, and shown to work. Please count infections the same way in all four homes.",
                1_500,
            ),
            after=4,
        ),
    ),
    work=Work(
        source="ahsnnetwork.com (hydration in care homes)",
        months=12,
        start_ago=(9, 6),
        coach=None,
        sponsor=None,
        how_we_will_know="Urine infections treated with antibiotics in four homes, each month.",
        reason="The trolleys have come and four homes have named somebody for each shift.",
        measures=(
            Line(
                "Urine infections treated with antibiotics",
                MeasureKind.OUTCOME,
                "infections a month",
                Direction.DECREASE,
                Frequency.MONTHLY,
                f"Four homes together. Published as 58% fewer; counts are generated. {GENERATED}",
                Stretch(12, 14),
                (Stretch(5),),
                spread=1.7,
                decimals=0,
                owner="support",
                steps=(NewLimits(0, "All four homes do seven rounds a day."),),
            ),
        ),
        spends=(Spend(0.5, 0, 1_064, "Four trolleys"), Spend(1, 1, 388, "120 cups")),
    ),
)

LENGTH_OF_STAY = Idea(
    key="length_of_stay",
    by="riverside",
    with_=("dietitian",),
    title="Home from rehabilitation without waiting",
    theme=HOME,
    problem="People stay with us for six weeks on average. Our own figures show that in the last two they wait: for a rail, a bed, a visit.",
    change="Look at the unit's own stays each week with everybody who plans discharges, set a day to go home on the second day, and order what "
    "is needed then and not at the end.",
    difference="People in rehabilitation go home when they are ready instead of two weeks later.",
    costs=(
        time_of("Discharge co-ordinator, trial of half a year", 3_400),
        buy("Small aids for the first night at home", 600),
    ),
    hours=6,
    pays_after="Community services.",
    tried="A rehabilitation unit in south-west London began from 42 days and acted on its own figures; we have asked for details.",
    on=24,
    steps=(
        Shortlist(
            merit=3.7,
            ruling=Ruling(
                Outcome.APPROVED,
                "The unit looks at its own figures honestly and knows where the days go. Start with the rails.",
                4_000,
            ),
        ),
    ),
    work=Work(
        source="nhsproviders.org (Hounslow and Richmond), detail to be checked",
        months=9,
        start_ago=None,
        coach="coach2",
        milestones=(
            Promise("A day to go home for everybody by the second day", 1.5),
            Promise("Aids ordered within three days", 3),
            Promise("Mean stay below 35 days", 8),
        ),
        measures=(
            Line(
                "Mean stay in rehabilitation",
                MeasureKind.OUTCOME,
                "days",
                Direction.DECREASE,
                Frequency.MONTHLY,
                f"Mean days from admission to discharge, by month of discharge. Published is the start, 42 days. {GENERATED}",
                Stretch(42, 14),
                (),
                spread=2.6,
                target=35,
                owner="riverside",
            ),
        ),
    ),
)
