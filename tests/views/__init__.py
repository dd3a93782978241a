"""Tests of the app's views, and of what it offers to the views of a site."""

from __future__ import annotations
