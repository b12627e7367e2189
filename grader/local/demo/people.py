"""Who is in the demo: a class of 25, three people of its staff, last term's class, and an operator."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from grader.database.models import CourseRole

PASSWORD = "demo-password"  # public on purpose: only this machine can reach the demo


@dataclass(frozen=True)
class Person:
    """A user of the demo. Their first name, in small letters without accents, is how tables name them."""

    name: str
    role: CourseRole = CourseRole.STUDENT
    section: str = ""

    @property
    def login(self) -> str:
        first = self.name.split()[0].replace("Ł", "L").replace("ø", "o").lower()
        return unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()

    @property
    def email(self) -> str:
        return self.login + "@example.org"


ELENA = Person("Elena Marchetti", CourseRole.INSTRUCTOR)
JONAS = Person("Jonas Weber", CourseRole.TA, "A")
PRIYA = Person("Priya Raman", CourseRole.TA, "B")
STAFF = (ELENA, JONAS, PRIYA)

SECTIONS = {
    "A": (
        "Mira Okafor", "Noor Nowak", "Goran Kowalski", "Zoë Vandenberghe", "Łukasz Zieliński",
        "Aigul Nurlanova", "Mateo Fernández", "Yuki Tanaka",
    ),
    "B": (
        "Camille Eriksen", "Daniel Nguyen", "Rania Patel", "Søren Lindqvist", "İpek Yıldız", "Chinedu Eze",
        "Sofía Gutiérrez", "Tomáš Dvořák",
    ),
    "C": (
        "Aoife Ní Bhriain", "Wei Zhang", "Ngọc Trần", "Fatima El Idrissi", "João Magalhães", "Anika Roy",
        "Kofi Mensah", "Eszter Kovács", "Hugo Lefèvre",
    ),
}  # fmt: skip
STUDENTS = tuple(Person(name, section=section) for section, names in SECTIONS.items() for name in names)

OPERATOR = Person("Ingrid Halvorsen")

LAST_TERM = tuple(
    Person(name, section="A")
    for name in (
        "Kofi Mensah", "Lena Hoffmann", "Arjun Iyer", "Beatriz Sousa", "Niamh Walsh", "Omar Haddad",
        "Petra Novak", "Thabo Nkosi",
    )  # Kofi takes the course again
)  # fmt: skip

EVERYBODY = tuple({person.email: person for person in (*LAST_TERM, *STAFF, *STUDENTS)}.values())
