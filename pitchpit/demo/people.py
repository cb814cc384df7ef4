"""The people of the story, every one made up: given names from everywhere, surnames from nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pitchpit.demo import services
from pitchpit.people.enums import Right, StaffGroup

G = StaffGroup

#: How many people work for the made-up trust or sit on its panels.
NUMBER = 300

DOMAIN = "demo.example"

SITES = ("Marlbrook General", "Dale House", "Riverside", "Northgate Centre")


@dataclass(frozen=True)
class Member:
    """Somebody with a part in the story, known by a key."""

    key: str
    name: str
    job_title: str
    staff_group: StaffGroup
    service: str | None
    rights: tuple[Right, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}" if self.key in SIGNING_IN else address(self.name)


#: Those with a password: the accounts that visitors use.
SIGNING_IN = ("nurse", "judge", "chair", "secretary", "qi", "manager", "sponsor", "leader", "ig", "admin")

CAST = (
    # The ten accounts.
    Member("nurse", "Priya Larkmoor", "Staff nurse", G.NURSING, "Stroke Unit"),
    Member("judge", "Tomasz Fenbridge", "Consultant physiotherapist", G.ALLIED_HEALTH, "Therapies"),
    Member("chair", "Adaeze Winterfold", "Deputy medical director", G.MEDICAL, "Executive Office"),
    Member("secretary", "Ffion Quillbrook", "Panel secretary", G.ADMINISTRATIVE, "Improvement"),
    Member("qi", "Marcus Tidewell", "Improvement lead", G.MANAGEMENT, "Improvement", (Right.QI,)),
    Member("manager", "Leila Ambersley", "Stroke service manager", G.NURSING, "Stroke Unit"),
    Member("sponsor", "Gareth Copperdale", "Director of operations", G.MANAGEMENT, "Executive Office"),
    Member("leader", "Yetunde Rushcombe", "Chief nurse", G.NURSING, "Executive Office", (Right.LEADER,)),
    Member(
        "ig", "Sanjay Moorhenby", "Head of information governance", G.ADMINISTRATIVE, "Digital Services", (Right.IG,)
    ),
    Member("admin", "Beth Thistlewick", "Systems administrator", G.ADMINISTRATIVE, "Digital Services", (Right.ADMIN,)),
    # The panel, the coaches, the analyst.
    Member("deputy", "Ruairi Saltmere", "Associate director of therapies", G.ALLIED_HEALTH, "Therapies"),
    Member("money", "Mei Juniperley", "Finance business partner", G.ADMINISTRATIVE, "Finance"),
    Member("patient", "Dorothy Brackenholt", "Patient partner", G.OUTSIDE, None),
    Member("trustee", "Kofi Candlewick", "Charity trustee", G.OUTSIDE, None),
    Member("anaesthetist", "Ingrid Nettlewood", "Consultant anaesthetist", G.MEDICAL, "Main Theatres"),
    Member("porter", "Delroy Ploverdale", "Head porter and staff governor", G.ESTATES, "Estates and Facilities"),
    Member("shadow", "Anwen Sorrelby", "Trainee improvement fellow", G.NURSING, "Improvement"),
    Member("coach", "Hana Otterby", "Improvement coach", G.NURSING, "Improvement", (Right.QI,)),
    Member("coach2", "Luis Wrenfield", "Improvement coach", G.ALLIED_HEALTH, "Improvement", (Right.QI,)),
    Member("analyst", "Nkechi Starlingworth", "Data analyst", G.SCIENTIFIC, "Improvement"),
    Member("guardian", "Maureen Dapplegate", "Freedom to speak up guardian", G.MANAGEMENT, "Executive Office"),
    # Those who lead the projects.
    Member("paramedic", "Owen Kestrelby", "Paramedic", G.AMBULANCE, "Response Cars"),
    Member("crisis", "Zainab Merrowdown", "Mental health nurse", G.NURSING, "Adult Psychiatry"),
    Member("pharmacist", "Farah Silverlea", "Lead pharmacist", G.PHARMACY, "Medicines Safety"),
    Member("heron", "Callum Bramblecote", "Charge nurse", G.NURSING, "Heron Ward"),
    Member("clinics", "Simone Driftwell", "Outpatient manager", G.ADMINISTRATIVE, "Outpatient Clinics North"),
    Member("booking", "Arjun Greyfallow", "Clinic co-ordinator", G.ADMINISTRATIVE, "Outpatient Clinics South"),
    Member("ward_pharmacist", "Isla Foxhollow", "Ward pharmacist", G.PHARMACY, "Acute Medical Unit"),
    Member("registrar", "Emeka Oakrill", "Emergency registrar", G.MEDICAL, "Majors and Resuscitation"),
    Member("care_homes", "Wanjiru Hazelgrove", "Care home liaison nurse", G.NURSING, "Care Home Team"),
    Member("support", "Bronwen Applefold", "Care home support worker", G.NURSING, "Care Home Team"),
    Member("hub", "Noor Skylarke", "Referral hub team lead", G.ALLIED_HEALTH, "Referral Hub"),
    Member("theatre", "Petra Cobbleworth", "Theatre practitioner", G.ALLIED_HEALTH, "Spinal Theatres"),
    Member("radiographer", "Jamal Riverstone", "Senior radiographer", G.ALLIED_HEALTH, "Radiology"),
    Member("physician", "Aoife Marshwick", "Consultant physician", G.MEDICAL, "Acute Medical Unit"),
    Member("falls", "Rosa Elmsworth", "Falls nurse", G.NURSING, "Willow Ward"),
    Member("riverside", "Tunde Larchmere", "Rehabilitation manager", G.ALLIED_HEALTH, "Riverside Rehabilitation Unit"),
    Member("beech", "Katya Plumfield", "Ward sister", G.NURSING, "Beech Ward"),
    # Those who hand in ideas.
    Member("therapist", "Siobhan Fernleigh", "Occupational therapist", G.ALLIED_HEALTH, "Stroke Unit"),
    Member("speech", "Hiroshi Coppicewood", "Speech and language therapist", G.ALLIED_HEALTH, "Stroke Unit"),
    Member("rowan", "Chipo Meadowbanks", "Ward manager", G.NURSING, "Rowan Ward"),
    Member("healthcare", "Declan Barleycroft", "Healthcare assistant", G.NURSING, "Rowan Ward"),
    Member("play", "Esi Pebbleworth", "Play specialist", G.ALLIED_HEALTH, "Starfish Ward"),
    Member("children", "Magnus Lilyfield", "Children's nurse", G.NURSING, "Starfish Ward"),
    Member("electrician", "Viktor Stonebarrow", "Electrician", G.ESTATES, "Estates and Facilities"),
    Member("desk", "Parveen Lanternside", "Service desk analyst", G.SCIENTIFIC, "Digital Services"),
    Member("district", "Glenys Otterpool", "District nurse", G.NURSING, "Community Nursing"),
    Member("recovery", "Ayesha Damsonby", "Recovery nurse", G.NURSING, "Main Theatres"),
    Member("clerk", "Bartek Willowmere", "Ward clerk", G.ADMINISTRATIVE, "Acute Medical Unit"),
    Member("technician", "Lucia Teasdale-Rowe", "Pharmacy technician", G.PHARMACY, "Pharmacy"),
    Member("dietitian", "Oluchi Harrowgreen", "Dietitian", G.ALLIED_HEALTH, "Therapies"),
    Member("triage_nurse", "Finn Cranebrook", "Emergency nurse", G.NURSING, "Emergency Department"),
    Member(
        "psychologist", "Miriam Ashenhurst", "Clinical psychologist", G.SCIENTIFIC, "Child and Adolescent Mental Health"
    ),
)

GIVEN = (
    *(
        "Abena",
        "Aditi",
        "Aisling",
        "Alejandro",
        "Amina",
        "Andrei",
        "Anjali",
        "Arwel",
        "Ayodele",
        "Bilal",
        "Catrin",
        "Chen",
    ),
    *("Chidi", "Dafydd", "Dilys", "Ebony", "Eilidh", "Elena", "Emrys", "Esther", "Fatima", "Femi", "Gethin", "Gwen"),
    *(
        "Hassan",
        "Ibrahim",
        "Iman",
        "Ioana",
        "Jacinta",
        "Jasmine",
        "Jerome",
        "Joao",
        "Kamal",
        "Keisha",
        "Lakshmi",
        "Lowri",
    ),
    *(
        "Malik",
        "Maribel",
        "Mateusz",
        "Min-jun",
        "Mohammed",
        "Nadia",
        "Niamh",
        "Nomsa",
        "Oisin",
        "Olga",
        "Patrick",
        "Ravi",
    ),
    *("Rhiannon", "Rukhsana", "Sade", "Samira", "Sipho", "Sunita", "Tariq", "Thandi", "Uma", "Winston", "Xiu", "Yusuf"),
)

SURNAMES = (
    *(
        "Alderfleet",
        "Applecross-Hay",
        "Badgerholt",
        "Barrowmere",
        "Bellweather",
        "Birchwater",
        "Bluebellow",
        "Brambledown",
    ),
    *("Briarstone", "Brookhaven", "Buttercombe", "Chaffinchley", "Cloverdell", "Cottonwick", "Curlewby", "Damselfold"),
    *("Dewberrow", "Dovecliffe", "Dunnockby", "Elderbrook", "Fennelworth", "Finchcombe", "Foxgloam", "Gorsewick"),
    *(
        "Gosling-Mere",
        "Harebellow",
        "Hawthornley",
        "Heatherstow",
        "Honeyfield",
        "Ivyholme",
        "Jackdawson",
        "Kingcuphill",
    ),
    *("Lapwingate", "Linnetby", "Mallowbrook", "Marigoldby", "Mistlethorn", "Nightjarrow", "Oatsworth", "Orchardley"),
    *(
        "Partridgeway",
        "Periwinkley",
        "Primroseby",
        "Quincewood",
        "Redstartly",
        "Rosehipworth",
        "Sandpiperly",
        "Sedgewater",
    ),
    *("Siskinford", "Snowdropley", "Swallowtree", "Tansyfield", "Tealbrook", "Thistledown", "Violetby", "Wagtailey"),
    *("Warblerton", "Whitebeamer", "Yarrowmoor", "Yellowhammerly"),
)

JOBS = {
    "Medicine": (("Staff nurse", G.NURSING), ("Healthcare assistant", G.NURSING), ("Specialty doctor", G.MEDICAL)),
    "Surgery and Theatres": (("Theatre nurse", G.NURSING), ("Surgeon", G.MEDICAL), ("Theatre porter", G.ESTATES)),
    "Urgent and Emergency Care": (("Emergency nurse", G.NURSING), ("Paramedic", G.AMBULANCE), ("Doctor", G.MEDICAL)),
    "Mental Health": (("Mental health nurse", G.NURSING), ("Psychiatrist", G.MEDICAL), ("Support worker", G.NURSING)),
    "Children and Young People": (
        ("Children's nurse", G.NURSING),
        ("Psychologist", G.SCIENTIFIC),
        ("Doctor", G.MEDICAL),
    ),
    "Community Services": (("Community nurse", G.NURSING), ("Physiotherapist", G.ALLIED_HEALTH), ("Driver", G.ESTATES)),
    "Clinical Support": (
        ("Pharmacy assistant", G.PHARMACY),
        ("Radiographer", G.ALLIED_HEALTH),
        ("Scientist", G.SCIENTIFIC),
    ),
    "Corporate Services": (("Officer", G.ADMINISTRATIVE), ("Engineer", G.ESTATES), ("Manager", G.MANAGEMENT)),
}


@dataclass(frozen=True)
class Made:
    """One made-up person as the staff list has them."""

    name: str
    email: str
    staff_number: str
    job_title: str
    staff_group: StaffGroup
    way: tuple[str, ...] | None
    site: str


def address(name: str) -> str:
    """The email address of this name."""
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"


def everybody() -> list[Made]:
    """All of them, the cast first; the same each time."""
    cast = [
        Made(
            one.name,
            one.email,
            f"MD{1001 + number}",
            one.job_title,
            one.staff_group,
            _way(one.service),
            SITES[number % 4],
        )
        for number, one in enumerate(CAST)
    ]
    ways = services.ways()
    others = []
    for number, name in zip(range(len(CAST), NUMBER), _names(), strict=False):
        way = ways[number % len(ways)]
        job_title, group = JOBS[way[0]][number % 3]
        others.append(Made(name, address(name), f"MD{1001 + number}", job_title, group, way, SITES[number % 4]))
    return cast + others


def _way(service: str | None) -> tuple[str, ...] | None:
    return services.way_to(service) if service else None


def _names() -> Iterator[str]:
    """Names that nobody in the cast has, each once."""
    random = Random("names")  # noqa: S311  # made-up names, no secret
    pairs = [f"{given} {surname}" for given in GIVEN for surname in SURNAMES]
    random.shuffle(pairs)
    yield from pairs
