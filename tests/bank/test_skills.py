"""Skills are found by any of their writings; ordinary words are not taken for skills."""

from typing import get_args

import pytest
import yaml

from app.bank import loader
from app.bank.skills import SkillFinder, are_related, skills
from app.models.values.kinds import SkillCategory

FINDER = SkillFinder()


def found(text: str) -> list[str]:
    return [mention.skill.name for mention in FINDER.find(text)]


class TestTheList:
    def test_it_is_large_and_every_name_is_found(self) -> None:
        assert len(skills()) >= 560
        lost = [
            skill.name for skill in skills() if skill.name not in found(f"programming language {skill.name}, tools")
        ]
        assert lost == []

    def test_every_category_may_be_stored_and_shown(self) -> None:
        assert {skill.category for skill in skills()} == set(get_args(SkillCategory.__value__))

    def test_bank_skills_exist(self) -> None:
        assert {skill.bank for skill in skills() if skill.bank} <= set(loader.SKILLS)

    def test_no_writing_belongs_to_two_skills(self) -> None:
        seen: dict[str, str] = {}
        for skill in skills():
            for writing in (skill.name, *skill.aliases):
                assert seen.setdefault(writing.lower(), skill.name) == skill.name

    def test_families_name_known_skills(self) -> None:
        families = yaml.safe_load((loader.FOLDER / "skill_families.yaml").read_text(encoding="utf-8"))
        assert {name for family in families for name in family} <= {skill.name for skill in skills()}

    def test_relatives(self) -> None:
        by_name = {skill.name: skill for skill in skills()}
        assert are_related(by_name["PostgreSQL"], by_name["MySQL"])
        assert not are_related(by_name["PostgreSQL"], by_name["React"])


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("k8s, golang and postgres", ["Kubernetes", "Go", "PostgreSQL"]),
            ("C, C++, C# and Objective-C", ["C", "C++", "C#", "Objective-C"]),
            ("Node.JS/React.js", ["Node.js", "React"]),
            (".NET Core, ASP.NET", [".NET", "ASP.NET"]),
            ("spring-boot and REST APIs", ["Spring Boot", "REST"]),
            ("Machine\n  Learning", ["Machine learning"]),
            ("JavaScript is not Java", ["JavaScript", "Java"]),
            ("CI / CD", ["CI/CD"]),
            ("Kubernetes's node.js.", ["Kubernetes", "Node.js"]),
        ],
    )
    def test_writings(self, text: str, names: list[str]) -> None:
        assert found(text) == names

    @pytest.mark.parametrize(
        "text",
        [
            "We go live and rest before spring, then react swiftly",
            "I excel at math and express myself",
            "The C-level likes a node in a linked list",
            "scalable, javascripty, goose, rusty",
            "a chef with a flask and a swift sketch",
        ],
    )
    def test_ordinary_words_are_no_skills(self, text: str) -> None:
        assert found(text) == []

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("i mostly write programs in go with goroutines", "Go"),
            ("Skills: R, Python", "R"),
            ("We used Swift for the app", "Swift"),
            ("Experience with Excel and PowerPoint", "Excel"),
            ("spring, hibernate and java", "Spring"),
            ("go, rust and c", "Rust"),
            ("Spring", "Spring"),
            ("react", "React"),
        ],
    )
    def test_context_proves_an_ambiguous_name(self, text: str, name: str) -> None:
        assert name in found(text)

    def test_spans_lead_to_the_words(self) -> None:
        text = "Größe ☕  uses  Machine \n Learning, İstanbul and Kafka"
        assert [text[m.begin : m.end] for m in FINDER.find(text)] == ["Machine \n Learning", "Kafka"]
