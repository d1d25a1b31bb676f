"""Questions about the candidate's own work and what the job needs, by templates: no model, the same seed the same list.

A résumé writes "Cut p95 latency by 40 %"; an interviewer says "You cut p95 latency by 40 % at Acme: how did you ...?".
So that line is put into the second person, and the question fits the kind of deed: less of something, more of it,
something built, people led, something moved.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest

from app.models.values.kinds import Category
from app.models.values.resume import Achievement, Project
from app.resume.deeds import past_bases
from app.resume.matching import JobMatch, SkillMatch, match
from app.resume.profile import ResumeProfile
from app.resume.roles import Role
from app.resume.second_person import in_second_person, short
from app.resume.text import article

MIN_MONTHS = 6
MIN_DEED_WORDS = 5
"""A deed behind which "at Acme" can stand and still says where it was done."""

_OWN_BOSS = re.compile(r"\b(?:self[- ]employed|freelanc\w*|various)\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\b(?:teams?|people|engineers?|developers?|staff|interns?|colleagues|members|analysts|designers|employees|reports)\b",
    re.IGNORECASE,
)
_LESS = frozenset("cut reduce decrease lower shorten halve eliminate remove save shrink minimize minimise drop".split())
_MORE = frozenset(
    "increase improve grow raise boost double triple accelerate speed scale expand optimize optimise".split()
)
_MADE = frozenset(
    "build create design develop write implement launch ship introduce found establish architect deliver set".split()
)
_LED = frozenset("lead manage mentor coach supervise train hire coordinate direct head organize organise".split())
_MOVED = frozenset("migrate move port replace convert refactor rewrite automate modernize modernise upgrade".split())


@dataclass(frozen=True, slots=True)
class PersonalQuestion:
    """A question for this candidate. `refers_to` is the line of the résumé or of the job it comes from.

    `category` says how the answer is judged: its points say what to tell ("how the difficulty was met") and not in
    which words, so it is never one of knowledge. A `technical` one takes the place of a technical question of the bank.
    """

    text: str
    category: Category
    expected_points: tuple[str, ...]
    refers_to: str
    technical: bool = False

    @property
    def place(self) -> Category:
        """The category of the bank's questions whose place it may take."""
        return "technical" if self.technical else self.category


@dataclass(frozen=True, slots=True)
class _Tail:
    """How a question goes on after "You ...", and what a good answer states."""

    text: str
    points: tuple[str, ...]


_TAILS: dict[str, tuple[_Tail, ...]] = {
    "less": (
        _Tail("how did you find the cause?", (
            "How the cause was found: what was measured and which suspicions were ruled out.",
            "The change that was made and why this one was chosen.",
            "How the effect was measured and over what time.",
        )),
        _Tail("what did you try, and what worked in the end?", (
            "What was tried, and what did not help.",
            "The change that worked and the candidate's own part in it.",
            "The figure before and after, and how it was measured.",
        )),
    ),
    "more": (
        _Tail("which change made most of the difference, and how do you know?", (
            "The change that mattered most, told concretely.",
            "How its effect was told apart from other causes.",
            "The figure before and after.",
        )),
        _Tail("what did it cost, and what would you do differently today?", (
            "What had to be given up or invested for the result.",
            "The candidate's own part in it.",
            "What was learned and would be done differently.",
        )),
    ),
    "made": (
        _Tail("which decision on the way would you take differently today?", (
            "The need it served and who used it.",
            "One decision with the alternatives that were weighed.",
            "What experience in use has taught since.",
        )),
        _Tail("what was the hardest part, and how did you get through it?", (
            "The hardest problem, told concretely.",
            "The steps the candidate took to solve it.",
            "The result in use, with a figure.",
        )),
    ),
    "led": (
        _Tail("how did you divide the work, and what was the hardest moment with the people?", (
            "Who did what, and on what grounds.",
            "A moment of tension or doubt and what the candidate did.",
            "The outcome for the people and for the work.",
        )),
        _Tail("what would the people involved say you did well, and what less well?", (
            "Something done well, with an example.",
            "Something done less well, admitted plainly.",
            "What changed in the way of leading since.",
        )),
    ),
    "moved": (
        _Tail("how did you keep things running while you changed them?", (
            "The order of the steps and how each could be undone.",
            "What went wrong or nearly did, and how it was noticed.",
            "The state afterwards, with a figure.",
        )),
        _Tail("how did you decide what to change first?", (
            "The grounds for the order: risk, value, dependencies.",
            "The candidate's own part in the decision and the work.",
            "The result and what was learned.",
        )),
    ),
    "done": (
        _Tail("what was your own part in it, and how did you measure the result?", (
            "The situation before, in a sentence or two.",
            "What the candidate did personally.",
            "How the result was measured, with the figure.",
        )),
        _Tail("what was the hardest thing about it, and what did you learn from it?", (
            "What stood in the way.",
            "The steps the candidate took.",
            "What was learned and used again later.",
        )),
    ),
}  # fmt: skip


def personal_questions(
    profile: ResumeProfile, job_description: str, count: int, seed: int = 0
) -> list[PersonalQuestion]:
    """At most `count` different questions, mixed from achievements, projects, roles and the job's needs.

    Fewer come back where résumé and job hold too little to ask about. The same seed gives the same list.
    """
    draw = random.Random(seed)
    job = match(profile, job_description)
    kinds = [
        list(_about_achievements(profile, draw)),
        list(_about_skills(job.met, profile.roles, draw)),
        list(_about_projects(profile.projects, draw)),
        list(_about_gaps(job, draw)),
        list(_about_roles(profile.roles, job.title, draw)),
        list(_about_the_job(profile, job, draw)),
    ]
    mixed = [question for question in chain.from_iterable(zip_longest(*kinds)) if question]
    return list({question.text: question for question in mixed}.values())[: max(0, count)]


def _about_achievements(profile: ResumeProfile, draw: random.Random) -> Iterator[PersonalQuestion]:
    """What the résumé says was done: results with numbers first, then other deeds."""
    results = list(profile.achievements)
    known = {achievement.text for achievement in results}
    deeds = [
        Achievement(line, role.employer)
        for role in profile.roles
        for line in role.lines
        if line.strip(" .;") not in known and len(line.split()) >= MIN_DEED_WORDS and in_second_person(line)
    ]
    draw.shuffle(results)
    draw.shuffle(deeds)
    used: set[str] = set()
    for achievement in (*results, *deeds):
        told = in_second_person(achievement.text)
        tails = _TAILS[_kind(achievement.text) if told else "done"]
        tail = draw.choice([tail for tail in tails if tail.text not in used] or list(tails))
        used.add(tail.text)
        category: Category = "leadership" if tail in _TAILS["led"] else "behavioral"
        yield PersonalQuestion(_deed_question(achievement, tail), category, tail.points, achievement.text)


def _deed_question(achievement: Achievement, tail: _Tail) -> str:
    """Quotes the line as it stands: in note form it makes no sentence."""
    employer = achievement.employer if achievement.employer not in achievement.text else ""
    place = f" about {employer}" if employer else ""
    return f"Your résumé says{place}: “{short(achievement.text)}”. {_capital(tail.text)}"


def _kind(line: str) -> str:
    bases = next((found for word in line.split() if (found := past_bases(word))), ())
    groups = (("less", _LESS), ("more", _MORE), ("led", _LED), ("moved", _MOVED), ("made", _MADE))
    kind = next((kind for kind, verbs in groups if verbs.intersection(bases)), "done")
    return "made" if kind == "led" and not _PEOPLE.search(line) else kind


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _about_projects(projects: Sequence[Project], draw: random.Random) -> Iterator[PersonalQuestion]:
    templates: list[tuple[str, bool, tuple[str, ...]]] = [
        ("Tell me about {name}: what problem did it solve, and which part did you build yourself?", False, (
            "The problem and who had it.",
            "The part the candidate built and the main technical choice.",
            "What came of it: users, figures or what was learned.",
        )),
        ("Which decision in {name} turned out to be wrong, and what did you do about it?", True, (
            "One decision of then and its consequences.",
            "How it was noticed.",
            "What was changed, or what would be done today.",
        )),
        ("What was the hardest technical problem in {name}, and how did you solve it?", True, (
            "The problem, told concretely.",
            "The ways that were considered and the one that was taken.",
            "The result and how it was checked.",
        )),
    ]  # fmt: skip
    order = list(projects)
    draw.shuffle(order)
    first = draw.randrange(len(templates))
    for at, project in enumerate(order):
        text, technical, points = templates[(first + at) % len(templates)]
        refers = f"{project.name}: {project.text}" if project.text else project.name
        yield PersonalQuestion(text.format(name=f"“{project.name}”"), "behavioral", points, refers, technical)


def _about_skills(met: Sequence[SkillMatch], roles: Sequence[Role], draw: random.Random) -> Iterator[PersonalQuestion]:
    """What the job needs and the candidate has; where a role names it, the question does too."""
    templates = (
        "This role needs {skill}. What is the hardest problem you solved with it{place}?",
        "Your résumé names {skill}{place}. What would you warn a colleague about who is new to it?",
        "Which decision about {skill}{place} are you most sure was right, and which one turned out to be wrong?",
        "How did you use {skill}{place}, and how did you make sure that it worked well?",
    )
    points = (
        "A concrete use of it, with what it was for.",
        "The difficulty and how it was met.",
        "The grounds for a choice, with an alternative.",
        "What came of it, with a figure where there is one.",
    )
    order = [item for item in met if item.requirement.skill.category not in ("soft", "domain", "spoken language")]
    draw.shuffle(order)
    first = draw.randrange(len(templates))
    for at, item in enumerate(order):
        name = _spoken(item)
        employer = next((role.employer for role in roles if role.employer and _names(role, item)), "")
        text = templates[(first + at) % len(templates)].format(
            skill=name, place=f" at {employer.rstrip('.')}" if employer else ""
        )
        refers = item.evidence[0] if item.evidence else item.requirement.asked
        yield PersonalQuestion(text, "behavioral", points, refers, technical=True)


def _spoken(item: SkillMatch) -> str:
    """A skill as it is said within a sentence: names of tools keep their capitals."""
    skill = item.requirement.skill
    return skill.name if skill.category not in ABILITIES or skill.name[1:2].isupper() else skill.name.lower()


def _names(role: Role, item: SkillMatch) -> bool:
    said = " ".join((role.title, *role.lines))
    return any(line and line[:60] in said for line in item.evidence)


ABILITIES = ("method", "concept")
"""Categories of skills that are no tools one could start to use."""
_GAPS = (
    "This role asks for {0}, which I did not find in your résumé. How would you get productive with it in a month?",
    "Suppose your first task here needs {0}, which your résumé does not mention. How do you go about it?",
    "The job asks for {0}. What do you know about it so far, and what would you look at first?",
    "Which of your experience would help you most when you start with {0}, and what would be new?",
)
_ABILITY_GAPS = (
    "This role asks for {0}, which I did not find in your résumé. What have you done that comes close to it?",
    "The job asks for {0}. Where have you needed it so far, and what would you still have to learn?",
)


def _about_gaps(job: JobMatch, draw: random.Random) -> Iterator[PersonalQuestion]:
    """What the job needs and the résumé does not name."""
    points = (
        "An honest statement of what is and is not known.",
        "What carries over from work done so far, with an example.",
        "A plan with steps and a time to learn what is missing.",
    )
    skills = [
        item for item in job.missing if item.requirement.skill.category not in ("soft", "domain", "spoken language")
    ]
    draw.shuffle(skills)
    first = draw.randrange(len(_GAPS))
    for at, item in enumerate(sorted(skills, key=lambda item: item.requirement.bonus)):
        name = _spoken(item)
        if item.through:
            text = (
                f"The job asks for {name}; your résumé names {item.through.name}. What carries over, and what does not?"
            )
            yield PersonalQuestion(text, "situational", points, item.requirement.asked, technical=True)
        else:
            asked = _ABILITY_GAPS if item.requirement.skill.category in ABILITIES else _GAPS
            text = asked[(first + at) % len(asked)].format(name)
            yield PersonalQuestion(text, "situational", points, item.requirement.asked)
    for item in job.missing:
        if item.requirement.skill.category == "soft":
            yield _about_soft_skill(item)


def _about_soft_skill(item: SkillMatch) -> PersonalQuestion:
    name = item.requirement.skill.name.lower()
    text = f"The advertisement asks for {name}. Tell me about a time when your work depended on it."
    points = ("A specific situation.", "What the candidate did personally.", "The outcome and what was learned.")
    return PersonalQuestion(text, "behavioral", points, item.requirement.asked)


def _about_roles(roles: Sequence[Role], job: str, draw: random.Random) -> Iterator[PersonalQuestion]:
    """The way through the roles: how one grew, what one takes along."""
    named = [
        role for role in roles if role.title and role.employer and (not role.span or role.span.months >= MIN_MONTHS)
    ]
    if not named:
        return
    latest = named[0]
    since = f"{article(latest.title)} {latest.title} at {latest.employer.rstrip('.')}"
    points = ("A concrete example from that role.", "What was learned there.", "Why it matters for this position.")
    goal = f"the position of {job}" if job else "this position"
    first = (
        f"Looking at your time as {since}: what will help you most in {goal}?",
        f"You know the work of {since}. What would you expect to be different in {goal}?",
    )
    yield PersonalQuestion(draw.choice(first), "hr", points, f"{latest.title}, {latest.employer}")
    for later, earlier in pairwise(named):
        if later.employer != earlier.employer and not _OWN_BOSS.search(f"{later.employer} {earlier.employer}"):
            left, came = earlier.employer, later.employer.rstrip(".")
            text = f"You went from {left} to {came}. What were you looking for, and did you find it?"
            yield PersonalQuestion(text, "hr", (
                "The reasons, told without blame.",
                "What the new role brought, with an example.",
                "What follows from it for the next step.",
            ), f"{earlier.title}, {earlier.employer} > {later.title}, {later.employer}")  # fmt: skip


def _about_the_job(profile: ResumeProfile, job: JobMatch, draw: random.Random) -> Iterator[PersonalQuestion]:
    """Questions that need no more than a title, a degree or years."""
    position = f"the position of {job.title}" if job.title else "this position"
    degree = next((line for line in profile.education if re.search(r"[a-z]", line)), "")
    if job.years_asked and profile.years is not None and profile.years < job.years_asked:
        text = (
            f"The job asks for {job.years_asked:g} years of experience, and you bring {profile.years:g}. "
            "What makes up for the difference?"
        )
        yield PersonalQuestion(text, "hr", (
            "A concrete piece of work that shows the level asked for.",
            "How fast something was learned before.",
            "What support would be needed at the start.",
        ), f"{job.years_asked:g} years of experience")  # fmt: skip
    templates: tuple[Callable[[], str], ...] = (
        lambda: f"What in {position} would be new for you, and how would you get into it?",
        lambda: f"Which part of your work so far fits {position} best, and why?",
    )
    points = ("A need of the job, named.", "An example from the candidate's own work.", "A reason why the two fit.")
    first = draw.randrange(2)
    yield PersonalQuestion(templates[first](), "hr", points, job.title or "the job description")
    if degree and not profile.roles:
        text = f"Which part of your studies prepared you best for {position}? Give an example of something you solved."
        yield PersonalQuestion(text, "hr", points, degree)
    yield PersonalQuestion(templates[1 - first](), "hr", points, job.title or "the job description")
