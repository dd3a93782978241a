"""Name the users and clients of the external site, and one job of its CI."""

from __future__ import annotations

from dataclasses import dataclass

from demo_project.cast import Client, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee(Person):
    """A user of the external site, identified to other sites by a number that is never reassigned."""

    number: int


LIDDELL = Employee("a.liddell", "alice-elsewhere", number=4711)
BOB = Employee("bob", "bob-elsewhere", number=4712)
PEOPLE = (LIDDELL, BOB)

PORTAL = Client("portal", "portal-secret-elsewhere", logs_people_in=True)
WIKI = Client("wiki", "wiki-secret-elsewhere", logs_people_in=True)
OLD_APP = Client("mobile", "mobile-secret-elsewhere", logs_people_in=True)
ORDERS_SITE = Client("orders-site", "orders-site-secret-elsewhere")
"""The client that stands for the demo's site at the old server."""
CLIENTS = (PORTAL, WIKI, OLD_APP, ORDERS_SITE)

JOB_TOKEN = "the-runner-gave-this-to-the-job"
"""The token that a job shows to its CI to get a JWT; a runner puts it into the job's environment."""
OWNER, OWNER_ID = "octo-shop", "65"
REPOSITORY, REPOSITORY_ID = "storefront", "74"
BRANCH = "refs/heads/main"
JOB = f"repo:{OWNER}@{OWNER_ID}/{REPOSITORY}@{REPOSITORY_ID}:ref:{BRANCH}"
"""The subject of a job; since July 2026, GitHub adds the numbers of owner and repository to their names."""
