"""The tamper-evident record of what was asked, called and answered. Pure: no I/O, no clock."""
