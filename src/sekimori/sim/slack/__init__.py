"""Slack as an app sees it: Web API, signed Events API requests, interactivity."""
