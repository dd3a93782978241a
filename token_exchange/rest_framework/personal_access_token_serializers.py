"""Convert requests for personal access tokens from JSON, and tokens to JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from token_exchange.models import PersonalAccessToken, Target
from token_exchange.personal_access_tokens.validation import LONGEST_NAME


class NewTokenSerializer(serializers.Serializer[Any]):
    """Reads the data of a new token; `personal_access_tokens.validation` checks it against the owner's rights."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    scopes = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    targets = serializers.SlugRelatedField(
        slug_field="name", queryset=Target.objects.filter(enabled=True), many=True, allow_empty=False
    )
    expires = serializers.DateTimeField()


class RenewalSerializer(serializers.Serializer[Any]):
    """Reads the time at which a renewed token expires."""

    expires = serializers.DateTimeField()


class TokenSerializer(serializers.ModelSerializer[PersonalAccessToken]):
    """Writes a token without its value."""

    targets: Any = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)
    is_live = serializers.BooleanField(read_only=True)

    class Meta:
        model = PersonalAccessToken
        fields = (
            "id",
            "name",
            "scopes",
            "targets",
            "created",
            "expires",
            "revoked",
            "last_used",
            "last_address",
            "is_live",
        )
        read_only_fields = fields
