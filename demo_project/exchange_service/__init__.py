"""Run the app as a dedicated exchange service without any login; every subject token is external."""

from __future__ import annotations
