"""The desk in Slack: what comes in is checked, stored and worked off; what goes out is blocks and a picture."""
