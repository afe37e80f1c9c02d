"""Outlook through Microsoft Graph: the free/busy of a mailbox, by ``getSchedule``."""

from typing import Final

NAME: Final = "outlook"
