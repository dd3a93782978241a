"""The tests of token_exchange, laid out like the package."""
