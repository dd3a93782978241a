"""Who is known on the outside site: its people, its clients, and one job of its CI."""

from __future__ import annotations

from dataclasses import dataclass

from demo_project.cast import Client, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee(Person):
    """A user of the outside site, known to others by a number that never changes hands."""

    number: int


LIDDELL = Employee("a.liddell", "alice-elsewhere", number=4711)
BOB = Employee("bob", "bob-elsewhere", number=4712)
PEOPLE = (LIDDELL, BOB)

PORTAL = Client("portal", "portal-secret-elsewhere", logs_people_in=True)
WIKI = Client("wiki", "wiki-secret-elsewhere", logs_people_in=True)
OLD_APP = Client("mobile", "mobile-secret-elsewhere", logs_people_in=True)
ORDERS_SITE = Client("orders-site", "orders-site-secret-elsewhere")
"""This site, as the old server knows it."""
CLIENTS = (PORTAL, WIKI, OLD_APP, ORDERS_SITE)

JOB_TOKEN = "the-runner-gave-this-to-the-job"
"""What a job shows to its CI to be given a token; a runner puts it into the job's environment."""
OWNER, OWNER_ID = "octo-shop", "65"
REPOSITORY, REPOSITORY_ID = "storefront", "74"
BRANCH = "refs/heads/main"
JOB = f"repo:{OWNER}@{OWNER_ID}/{REPOSITORY}@{REPOSITORY_ID}:ref:{BRANCH}"
"""The subject of a job: since July 2026 GitHub puts the numbers of owner and repository beside their names."""
