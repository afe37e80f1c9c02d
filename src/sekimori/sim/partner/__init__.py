"""Company A's calendars: Google's free/busy, and published feeds."""
