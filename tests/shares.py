"""Select a share of the tests, for runs that repeat them on another database, Python or set of models.

TEST_SHARE=2/3 keeps every test function and, of its parameters, every third from the second on. Three runs with 1/3,
2/3 and 3/3 try every parameter once, and every function three times.
"""

from __future__ import annotations

from collections import defaultdict

EVERYWHERE = "every_database"
"""The marker of a test that keeps all of its parameters, because databases may differ in each of them."""


def share_of(items, share):
    """Return the items of a share, in their order; all of them for an empty share."""
    if not share:
        return list(items)
    number, step = map(int, share.split("/"))
    families = defaultdict(list)
    for item in items:
        families[item.nodeid.partition("[")[0]].append(item)
    kept = {id(item) for family in families.values() for item in _part(family, number - 1, step)}
    return [item for item in items if id(item) in kept or item.get_closest_marker(EVERYWHERE)]


def _part(family, first, step):
    return family[first % min(step, len(family)) :: step]
