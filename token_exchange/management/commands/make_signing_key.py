"""Make a private key for the JWTs of this server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management.base import BaseCommand, CommandParser

from token_exchange.jose.signing import read_private_key

MAKERS: Final[Mapping[str, Callable[[], Any]]] = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "RS256": lambda: rsa.generate_private_key(public_exponent=65_537, key_size=2_048),
}

ADVICE: Final = """\
# Key {kid}, algorithm {algorithm}.
#
# Save the lines below in a file that only the web server can read, for example /etc/yoursite/{kid}.pem, and name the
# file in your settings. The first key signs, and the others are published:
#
#     TOKEN_EXCHANGE = {{"SIGNING_KEYS": ["/etc/yoursite/{kid}.pem"]}}
#
# To replace a key without refused tokens, add the new key at the END of the list and restart. After an hour, when every
# API has read it, move it to the front and restart. Remove the old key when its last token has expired."""


class Command(BaseCommand):
    """Write a new key to standard output, and how to use it; nothing is saved."""

    help = (
        "Writes a new private key in PEM to standard output, and explains on standard error how to use and replace it. "
        "Nothing is saved."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the choice of the algorithm."""
        parser.add_argument(
            "--algorithm",
            choices=list(MAKERS),
            default="ES256",
            help="The algorithm to sign with (default: %(default)s). Every API can verify RS256, but its signatures "
            "are four times as long and slower to make.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key and write it."""
        private = MAKERS[options["algorithm"]]()
        text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        key = read_private_key(text)
        self.stderr.write(ADVICE.format(kid=key.kid, algorithm=key.algorithm))
        self.stdout.write(text, ending="")
