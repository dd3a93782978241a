"""Show the clauses of the standards, one test or more for each, with the id of the clause in its name."""

from __future__ import annotations
