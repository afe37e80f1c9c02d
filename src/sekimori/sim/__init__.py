"""The simulator: Slack with three workspaces, Microsoft Graph, Entra ID and its logs, over real HTTP.

It is the oracle of the tests and the ground of the demo, so it shares no code with what it judges: it imports
:mod:`sekimori.core` and nothing else of Sekimori.
"""
