"""Words that say what a name on a résumé is: what a person was, or where."""

import re

_OCCUPATIONS = """
    academic accountant actor actress actuary acupuncturist adjunct administrator adviser advisor advocate agent
    agronomist aide ambassador anaesthetist analyst anesthesiologist animator announcer anthropologist apprentice
    arborist archaeologist architect archivist artist assembler assessor assistant associate astronomer athlete
    attendant attorney au-pair auditor author babysitter baker banker barber barista barkeeper barmaid barman
    barrister bartender beautician biochemist biologist blacksmith blogger boilermaker bookkeeper bookseller
    botanist brewer bricklayer broker builder busboy bursar butcher butler buyer cabinetmaker cameraman captain
    carer caregiver caretaker carpenter cartographer cashier caterer ceo cfo chair chairman chairperson chairwoman
    chambermaid chancellor chaplain chauffeur checker chef chemist chief childminder chiropractor choreographer cio
    ciso civil-servant clerk cleaner climatologist clinician co-founder coach cobbler cofounder collector columnist
    comedian commander commis commissioner composer comptroller conductor confectioner conservator constable
    consultant contractor contributor controller cook coo coordinator co-ordinator copywriter corporal correspondent
    counsel counsellor counselor courier craftsman creator crewman cto curator custodian dancer dean dealer
    decorator demonstrator dentist deputy dermatologist designer detective developer devops dietitian dietician
    director dishwasher dispatcher diver dj doctor doorman draftsman draughtsman dressmaker driver economist editor
    educator electrician embryologist engineer engraver entomologist entrepreneur epidemiologist ergonomist
    estimator evangelist examiner executive expert fabricator facilitator farmer farmhand fellow filmmaker fireman
    firefighter fisherman fitter florist forecaster foreman forester forwarder founder freelancer fundraiser
    gardener garnisher geologist geophysicist glazier goldsmith governess graduate grader groom groomer groundskeeper
    groundsman guard guide gunner hand gynaecologist hairdresser handler handyman head headmaster headmistress
    headteacher helper historian host hostess housekeeper hydrologist hygienist illustrator immunologist inspector
    installer instructor intern internship interpreter interviewer investigator investor ironworker janitor jeweller
    jeweler joiner journalist judge keeper keyholder laborer labourer landscaper lawyer lead leader lecturer
    librarian lieutenant lifeguard linguist loader locksmith locum logger logistician longshoreman machinist
    magistrate maid maintainer maker manager marketer marksman mason masseur masseuse mate mathematician mechanic
    mediator member merchandiser merchant messenger meteorologist microbiologist midwife miller miner minister
    moderator modeller mover musician nanny navigator negotiator neurologist nurse nutritionist obstetrician officer
    oncologist operative operator optician optometrist orderly organiser organizer owner packer painter paralegal
    paramedic partner pastor pathologist paver pediatrician paediatrician performer pharmacist photographer
    physician physicist physiologist physiotherapist picker pilot planner plasterer plumber podiatrist policeman
    policewoman politician porter postdoc postman practitioner preacher president presenter priest principal printer
    processor producer professor programmer promoter proofreader prosecutor psychiatrist psychologist
    psychotherapist publicist publisher qa quartermaster radiographer radiologist ranger realtor receptionist
    recruiter referee registrar reporter representative rep researcher restorer retoucher reviewer rigger roofer
    sailor saleswoman salesman salesperson scaffolder scholar scientist sculptor seamstress secretary sergeant
    server setter shepherd shopkeeper signaller sister smith soldier solicitor sommelier sonographer specialist
    spokesperson sre stagehand statistician steward stewardess stocker stonemason storekeeper strategist student
    stylist superintendent supervisor support surgeon surveyor sweeper tailor tailoress teacher technician
    technologist teller tester therapist tiler toolmaker trader trainee trainer translator treasurer trucker tutor
    typist undergraduate undertaker underwriter upholsterer urologist usher valet vendor veterinarian vet
    vice-president vp videographer vintner virologist volunteer waiter waitress warden warehouseman watchmaker
    weaver webmaster welder werkstudent werkstudentin wireman worker workman writer yardman zookeeper zoologist
    doctorate postdoctoral placement secondment scrum-master
"""
OCCUPATIONS = frozenset(_OCCUPATIONS.split())
"""What a person can be: the noun that a title is built around ("Senior *Engineer* II", "*Head* of Mathematics")."""
DOUBTFUL = frozenset(
    """
    academic associate chair chief chemist counsel dealer deputy expert fellow graduate guide hand head host intern lead
    maker mate member merchant miller partner placement principal printer processor scholar secondment server smith
    student support volunteer creator collector loader picker keeper owner
    """.split()
)
"""Those that firms, departments and plain words are named with too."""

_ORGANISATIONS = """
    academy administration agency airlines airport airways alliance army arts assembly association associates
    athletics authority automotive bakery bakehouse bank bar bistro board borough brasserie brewery brothers bros
    builders bureau cabinet café caffè cafe campus cantina care catering centre center chamber charity childcare
    church cinema cinemas circus city clinic clinics club co collective college commission committee communications
    community company companies computing confederation conservatoire construction consultancy consultants
    consulting consortium cooperative co-operative corp corporation corps council couriers court dairy daycare
    defence defense dental department dept depot design designs diner dynamics economics electric electrics
    electronics embassy energy engineering enterprises entertainment estate estates exchange express fabrication
    factory faculty farm farms federation films finance financial firm fitness fleet foods forge forum foundation
    foundry freight fund furniture galleries gallery games garage garden gardens gastropub gazette general global
    government grammar grill group guesthouse guild gym haulage health healthcare herald holdings home homes
    homecare hospice hospital hospitals hostel hotel hotels house housing industries industrial infirmary initiative
    inn innovation innovations institute institut institution insurance interiors international investment
    investments jewellers journal joinery kindergarten kitchen kitchens lab laboratories laboratory labs landscapes
    laundry league leisure library lines logistics lounge machines magazine mall management manufacturing marina
    market marketing markets media medical metals ministry mission mobility motors museum music national navy
    network networks news nhs nursery office oil opera orchestra organisation organization outfitters parish
    partners partnership pay payments pharma pharmaceuticals pharmacy pictures pizzeria plant plastics police
    polytechnic post power practice precinct preschool press print printers products productions project properties
    property prison publishers publishing pub railway railways realty records recruitment removals rental rentals
    repairs republic resort resources restaurant restaurants retail retirement robotics roofing salon savings school
    schools science sciences securities security seminary service services settlement shelter shipping shipyard shop
    shops society software solar solutions sons sports stadium station steel store stores studio studios suites
    supermarket supermarkets supplies supply surgery surveys system systems tavern taxis team technologies
    technology telecom telecoms telecommunications textiles theatre theater tool tools tours trading trains transit
    transport transportation travel treasury trust tuition union unit universidad universität universite université
    university utilities ventures veterinary village water wealth wholesale wines workshop workshops works yard
    yards zoo architects solicitors accountants osteria trattoria ristorante hochschule gymnasium klinikum
    krankenhaus bäckerei werke stadtwerke verlag manufaktur
"""
ORGANISATIONS = frozenset(_ORGANISATIONS.split())
"""What a place of work can be: the last word of its name, or the first of "University of ..."."""
LEGAL_FORMS = frozenset(
    """
    ab ag as a/s asa aps b.v bv co.kg corp cic eg e.v ev gmbh inc kg kgaa kft llc llp lp ltd ltda limited mbh nv n.v
    oü oy oyj plc pbc pty pvt pte s.a sa s.a.s sas s.a.r.l sarl s.l sl s.p.a spa s.r.l srl s.r.o sro se sp z.o.o zrt
    incorporated
    """.split()
)
DEPARTMENTS = frozenset(
    """
    accounts admissions analytics anaesthetics backend billing biology cardiology catering chemistry claims
    collections commerce compliance content customer data design development diabetes ecommerce education emergency
    engineering english enterprise events facilities finance freight frontend fundraising geography geriatrics
    growth history hr icu it infrastructure intake innovation investments legal logistics maintenance maternity
    marketing mathematics maths merchandising mobile neurology obstetrics oncology onboarding operations
    orthopaedics orthopedics paediatrics palliative payments payroll pediatrics people physics planning platform
    policy pricing procurement product production programmes projects psychiatry purchasing quality r&d radiology
    reception recruitment research risk safety sales science search security social sourcing strategy success supply
    support surgical tax theatre trading training transport treasury trauma underwriting volunteering warehouse web
    """.split()
)
"""Where in a firm someone works; alone they name no firm."""
EMPLOYMENT_TYPES = re.compile(
    r"(?:(?:full|part)[- ]?time|contract(?:or|ing)?|permanent|temporary|temp|seasonal|fixed[- ]term|casual|zero hours"
    r"|on[- ]?site|remote|hybrid|maternity cover|self[- ]employed basis|\d+(?:[.,]\d)? ?%|bank|agency|paid|unpaid)"
    r"(?:[ ,/]+(?:(?:full|part)[- ]?time|contract|position|role|remote|hybrid))?",
    re.IGNORECASE,
)
_LINKS = re.compile(r"\s+(?:of|for|in|to|de|du|des|d'|der|von|with|on|and|&|\+)\s+|\s*[(/–:]|\s-\s|,", re.IGNORECASE)
_LEVEL = re.compile(r"\s+(?:i{1,3}|iv|v|[1-9]|[a-c]|jr|sr|l\d|band \d|grade \w+|level \d|step \d)\.?$", re.IGNORECASE)
_TRADE = re.compile(
    r"\w{3,}(?:keeper|maker|worker|woman|workman|master|mistress|setter|driver|fitter|teacher|ologist|grapher|therapist"
    r"|wright|hand|writer|dresser|cutter|layer|grower|breeder|singer|player|groomer|handler|finisher|erector)"
)
"""Trades by the end of their names."""
_WORD = re.compile(r"[^\W\d_][\w'’.&/-]*", re.UNICODE)


def words_of(text: str) -> list[str]:
    """Its words in lower case, without full stops at their ends."""
    return [word.casefold().rstrip(".,;:") for word in _WORD.findall(text)]


def is_person(word: str) -> bool:
    """Whether a word names what a person can be: "engineer", "sub-editor", "glassmaker"."""
    return word in OCCUPATIONS or word.rpartition("-")[2] in OCCUPATIONS or bool(_TRADE.fullmatch(word))


def is_occupation(word: str) -> bool:
    """Whether a word names what a person can be, also in the plural."""
    return is_person(word) or (word.endswith("s") and is_person(word[:-1]))


def has_legal_form(text: str) -> bool:
    """Whether a name ends as firms' names do ("Ltd", "GmbH")."""
    words = words_of(re.sub(r"\s*\([^)]*\)\s*$", "", text))
    return bool(words) and words[-1] in LEGAL_FORMS


def title_score(text: str) -> float:
    """How much a name looks like what a person was: about 3 for "Senior Engineer", below 0 for the name of a firm."""
    words = words_of(text)
    if not words or len(words) > 10:
        return -3.0
    if has_legal_form(text):
        return -3.0
    head = words_of(_LEVEL.sub("", _LINKS.split(text.strip(), maxsplit=1)[0]))
    score = -1.0
    if head and is_person(head[-1]):
        score = 2.0 if head[-1] in DOUBTFUL else 3.0
    elif any(is_occupation(word) for word in words):
        score = 1.5 if any(is_occupation(word) and word not in DOUBTFUL for word in words) else 0.5
    if words[-1] in ORGANISATIONS and not is_occupation(words[-1]):
        score -= 1.0 if " of " in text or "," in text else 2.0
    if words[0] in ("the", "university", "college", "ministry", "bank", "city", "department"):
        score -= 1.5
    return score


def employer_score(text: str) -> float:
    """How much a name looks like where a person worked: about 3 for "Acme Ltd", below 0 for a title."""
    words = words_of(text)
    if not words or len(words) > 10:
        return -3.0
    if has_legal_form(text):
        return 4.0
    score = 1.0 if re.match(r"[^a-zà-ÿ]", text) else -0.5
    if words[-1] in ORGANISATIONS or words[0] in ORGANISATIONS:
        score += 1.5
    elif any(word in ORGANISATIONS for word in words):
        score += 1.0
    if all(word in DEPARTMENTS for word in words_of(text.split(",")[0])):
        score -= 2.0
    if is_occupation(words[-1]) and words[-1] not in ORGANISATIONS:
        score -= 1.0 if words[-1] in DOUBTFUL else 2.5
    return score
