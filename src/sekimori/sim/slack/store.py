"""What is in the fake Slack: messages, files, open views, direct messages."""

from dataclasses import dataclass, field
from typing import Any

from sekimori.core.ids import ChannelId, UserId
from sekimori.sim import world
from sekimori.sim.broadcast import Broadcast
from sekimori.sim.ids import IdSource
from sekimori.sim.world import Conversation, World


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as Slack keeps it.

    Attributes:
        visible_to: the one who sees an ephemeral message; None for an ordinary one.
        files: ids of the files that hang on it.
        unfurl: False where the app asked for links to stay closed.
    """

    ts: str
    channel: ChannelId
    user: UserId
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    visible_to: UserId | None = None
    files: tuple[str, ...] = ()
    unfurl: bool = True
    edited: bool = False


@dataclass(slots=True, kw_only=True)
class File:
    """An uploaded file; ``alt`` is its description for those who do not see it."""

    id: str
    name: str
    length: int
    alt: str
    title: str = ""
    content: bytes = b""
    shared_in: tuple[ChannelId, ...] = ()


@dataclass(slots=True, kw_only=True)
class View:
    """A modal that is open for one user."""

    id: str
    user: UserId
    hash: str
    view: dict[str, Any]


class SlackStore:
    """Everything that changes in the fake Slack."""

    def __init__(self, world_: World, ids: IdSource, broadcast: Broadcast) -> None:
        self.world = world_
        self.ids = ids
        self.broadcast = broadcast
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.views: dict[UserId, View] = {}
        self.homes: dict[UserId, dict[str, Any]] = {}
        self.direct: dict[ChannelId, Conversation] = {}

    def add(self, message: Message) -> Message:
        """Post a message."""
        self.messages.append(message)
        self.broadcast.tell("message")
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """Find a message by conversation and ``ts``."""
        return next((m for m in self.messages if m.channel == channel and m.ts == ts), None)

    def conversation(self, channel: str) -> Conversation | None:
        """Find a channel or a direct message."""
        found = ChannelId(channel)
        return self.world.channels.get(found) or self.direct.get(found)

    def open_direct(self, user: UserId) -> Conversation:
        """Return the direct message between the bot and a user, made at first use."""
        channel = ChannelId("D" + user.removeprefix("U"))
        if channel not in self.direct:
            team = self.world.members[user].team
            self.direct[channel] = Conversation(
                id=channel,
                name=user,
                host=world.HOME_TEAM,
                members=frozenset({user, world.BOT_USER}),
                teams=frozenset({world.HOME_TEAM, team}),
                direct=(user, world.BOT_USER),
            )
        return self.direct[channel]

    def close_view(self, user: UserId) -> None:
        """Close the modal that is open for somebody, if one is."""
        if self.views.pop(user, None):
            self.broadcast.tell("view")

    def visible(self, viewer: UserId, channel: ChannelId) -> list[Message]:
        """Return what one person sees in a conversation: nothing where they are no member."""
        conversation = self.conversation(channel)
        if conversation is None or viewer not in conversation.members:
            return []
        return [m for m in self.messages if m.channel == channel and m.visible_to in {None, viewer}]
