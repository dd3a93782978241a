"""Tests of how users and clients are read."""
