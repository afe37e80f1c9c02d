"""Google Calendar: the free/busy of calendars that are shared with our service account, by ``freeBusy.query``."""

from typing import Final

NAME: Final = "google"
