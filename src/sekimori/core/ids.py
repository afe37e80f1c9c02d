"""Ids, each with a type of its own so that one cannot stand in for another."""

from typing import NewType

TeamId = NewType("TeamId", str)
"""A Slack workspace, ``T…``."""

EnterpriseId = NewType("EnterpriseId", str)
"""A Slack Enterprise Grid organisation, ``E…``."""

UserId = NewType("UserId", str)
"""A Slack user, ``U…`` or ``W…``; unique only together with its workspace or organisation."""

ChannelId = NewType("ChannelId", str)
"""A Slack conversation, ``C…``, ``G…`` or ``D…``."""

PersonId = NewType("PersonId", str)
"""Somebody whose time may be asked, as the manifest calls them."""

PartnerId = NewType("PartnerId", str)
"""A company that may ask, as the manifest calls it."""

EntryId = NewType("EntryId", str)
"""An audit entry: a lower-case hyphenated UUID, sent to Graph as ``client-request-id``."""

AppId = NewType("AppId", str)
"""An Entra application (client) id, lower case."""
