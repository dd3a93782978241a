"""Convert requests for impersonation tickets from JSON, and tickets to JSON."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from token_exchange.impersonation import ticket_context
from token_exchange.impersonation.ticket_request import LONGEST_REASON, LONGEST_REFERENCE
from token_exchange.models import ImpersonationTicket


class TicketRequestSerializer(serializers.Serializer[Any]):
    """Reads the request for a ticket. It does not look names up, so that errors do not reveal which users exist."""

    subject = serializers.CharField(max_length=254)
    targets = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    scopes = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
    reference = serializers.CharField(max_length=LONGEST_REFERENCE, allow_blank=True, default="")
    context = serializers.DictField(default=dict)  # type: ignore[assignment]  # a serializer has an attribute of this name

    def validate_context(self, value: dict[str, object]) -> dict[str, object]:
        """Return the context; raise `ValidationError` if it cannot be stored."""
        try:
            return ticket_context.checked(value)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class TicketSerializer(serializers.ModelSerializer[ImpersonationTicket]):
    """Writes a ticket without its value."""

    state = serializers.CharField(read_only=True)
    actor: Any = serializers.CharField(source="actor.get_username", read_only=True)
    subject: Any = serializers.CharField(source="subject.get_username", read_only=True)
    approver: Any = serializers.SerializerMethodField()
    targets: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    withdrawn = serializers.DateTimeField(source="revoked", read_only=True)

    class Meta:
        model = ImpersonationTicket
        fields = (
            "id",
            "state",
            "actor",
            "subject",
            "targets",
            "scopes",
            "reason",
            "reference",
            "context",
            "requested",
            "approval_required",
            "approver",
            "approved",
            "declined",
            "expires",
            "used",
            "withdrawn",
        )
        read_only_fields = fields

    def get_approver(self, row: ImpersonationTicket) -> str | None:
        """Return the name of the user who approved or declined."""
        return row.approver.get_username() if row.approver else None
