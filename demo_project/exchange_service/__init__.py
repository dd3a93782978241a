"""The app as a dedicated exchange service: nobody ever logs in here, every subject token comes from outside."""

from __future__ import annotations
