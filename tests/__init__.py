"""Test token_exchange; the folders are named like those of the package."""
