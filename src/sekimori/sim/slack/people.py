"""What people do in Slack: write, click, submit a modal; each becomes a signed request to the app."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sekimori.core.ids import ChannelId, UserId
from sekimori.sim import world
from sekimori.sim.slack.delivery import Attempt, Delivery
from sekimori.sim.slack.elements import NotAllowedError, acted, elements_of, filled_in
from sekimori.sim.slack.methods.chat import message_json
from sekimori.sim.slack.methods.users import info
from sekimori.sim.slack.methods.views import view_json
from sekimori.sim.slack.payloads import (
    DeliveredIn,
    Subscription,
    block_actions,
    event_callback,
    home_opened,
    slash_command,
    user_changed,
    view_actions,
    view_submission,
)
from sekimori.sim.slack.response_urls import ResponseUrls
from sekimori.sim.slack.store import Message, View
from sekimori.sim.slack.web_api import Context
from sekimori.sim.world import MemberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message somebody wrote, and the app's first answer to each event it caused."""

    message: Message
    attempts: tuple[Attempt, ...]


class People:
    """Acts for the members of the three workspaces."""

    def __init__(self, context: Context, delivery: Delivery, response_urls: ResponseUrls) -> None:
        self._context = context
        self._delivery = delivery
        self._response_urls = response_urls

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        delivered_in: DeliveredIn = DeliveredIn.HOME,
    ) -> Said:
        """Write a message as somebody, and deliver what the app is subscribed to: mentions and direct messages.

        Raises:
            NotAllowedError: they are not in the conversation.
        """
        message = self._written(UserId(user), ChannelId(channel), text, thread_ts)
        self._context.store.add(message)
        payloads = [
            event_callback(
                self._context.store, message, subscription, delivered_in=delivered_in, at=self._context.clock()
            )
            for subscription in self._subscribed(message)
        ]
        attempts = [await self._delivery.event(payload) for payload in payloads]
        return Said(message=message, attempts=tuple(attempts))

    async def press(self, user: str, ts: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click a button, or choose ``value`` in a menu, of a message of the app's.

        Raises:
            NotAllowedError: they do not see the message, or it has no such element.
        """
        message = self._pressed_message(UserId(user), ts)
        action = self._action(message.blocks, action_id, value)
        pressed = {
            "channel": message.channel,
            "ts": message.ts,
            "ephemeral": message.visible_to is not None,
            "json": message_json(self._context, message),
        }
        payload = block_actions(
            self._context.store,
            pressed,
            user=UserId(user),
            action=action,
            trigger=self._trigger(UserId(user)),
            url=self._response_urls.new(message, UserId(user)),
        )
        return await self._delivery.interaction(payload)

    async def press_view(self, user: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click an element of the modal that is open for somebody.

        Raises:
            NotAllowedError: no modal is open for them, or it has no such element.
        """
        view = self._open_view(UserId(user))
        payload = view_actions(
            self._context.store,
            self._view_json(view),
            user=view.user,
            action=self._action(view.view["blocks"], action_id, value),
            trigger=self._trigger(view.user),
        )
        return await self._delivery.interaction(payload)

    async def submit(self, user: str, values: Mapping[str, str]) -> Attempt:
        """Submit the modal that is open for somebody; ``values`` is what they filled in, by ``action_id``.

        It closes unless the app answers with ``response_action`` ``update`` or ``errors``.

        Raises:
            NotAllowedError: no modal is open for them.
        """
        view = self._open_view(UserId(user))
        body = self._view_json(view) | {"state": {"values": filled_in(view.view["blocks"], values)}}
        payload = view_submission(self._context.store, body, user=view.user, trigger=self._trigger(view.user))
        attempt = await self._delivery.interaction(payload)
        answer = _answer(attempt)
        if attempt.reason is None and answer.get("response_action") == "update":
            view.view = answer["view"]
            self._context.store.broadcast.tell("view")
        elif attempt.reason is None and answer.get("response_action") != "errors":
            self._context.store.close_view(view.user)
        return attempt

    async def command(self, user: str, channel: str, command: str, text: str) -> Attempt:
        """Type a slash command.

        Raises:
            NotAllowedError: they are not in the conversation, or not of the workspace that the app is installed in.
        """
        typed = self._written(UserId(user), ChannelId(channel), text, None)
        if self._context.store.world.members[typed.user].team != world.HOME_TEAM:
            raise NotAllowedError(f"{user} is of another company: Slack knows no {command} there")
        trigger = self._trigger(typed.user)
        form = slash_command(
            self._context.store,
            user=typed.user,
            channel=channel,
            command=command,
            text=text,
            trigger=trigger,
            url=self._response_urls.new(typed, typed.user),
        )
        return await self._delivery.command(form, trigger)

    async def open_home(self, user: str) -> Attempt:
        """Open the app's home as somebody."""
        channel = self._context.store.open_direct(UserId(user)).id
        payload = home_opened(self._context.store, user=UserId(user), channel=channel, at=self._context.clock())
        return await self._delivery.event(payload)

    async def press_home(self, user: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click an element of the app's home.

        Raises:
            NotAllowedError: the app has shown them none, or it has no such element.
        """
        home = self._context.store.homes.get(UserId(user))
        if home is None:
            raise NotAllowedError(f"the app has shown no home to {user}")
        shown = View(id=f"V{user}", user=UserId(user), hash="", view=home)
        payload = view_actions(
            self._context.store,
            self._view_json(shown),
            user=shown.user,
            action=self._action(home["blocks"], action_id, value),
            trigger=self._trigger(shown.user),
        )
        return await self._delivery.interaction(payload)

    async def become(self, user: str, kind: MemberKind) -> Attempt:
        """Make somebody a guest, deactivate them or take that back, and tell the app that they changed."""
        store = self._context.store
        store.world.members[UserId(user)] = replace(store.world.members[UserId(user)], kind=kind)
        described = info(self._context, {"user": user})["user"]
        return await self._delivery.event(user_changed(store, described, self._context.clock()))

    def _open_view(self, user: UserId) -> View:
        view = self._context.store.views.get(user)
        if view is None:
            raise NotAllowedError(f"no modal is open for {user}")
        return view

    def _view_json(self, view: View) -> dict[str, Any]:
        return view_json(view, self._context.store.world.members[view.user].team)

    def _written(self, user: UserId, channel: ChannelId, text: str, thread_ts: str | None) -> Message:
        if channel.startswith("D"):
            self._context.store.open_direct(UserId("U" + channel.removeprefix("D")))
        conversation = self._context.store.conversation(channel)
        if conversation is None or user not in conversation.members:
            raise NotAllowedError(f"{user} is not in {channel}")
        stamp = self._context.store.ids.stamp(int(self._context.clock().timestamp()))
        return Message(ts=stamp, channel=channel, user=user, text=text, thread_ts=thread_ts)

    def _subscribed(self, message: Message) -> list[Subscription]:
        if message.channel.startswith("D"):
            return [Subscription.MESSAGE]
        return [Subscription.MENTION] if f"<@{world.BOT_USER}>" in message.text else []

    def _pressed_message(self, user: UserId, ts: str) -> Message:
        found = next((m for m in self._context.store.messages if m.ts == ts), None)
        if found is None or found not in self._context.store.visible(user, found.channel):
            raise NotAllowedError(f"{user} does not see the message {ts}")
        return found

    def _action(self, blocks: list[dict[str, Any]], action_id: str, value: str | None) -> dict[str, Any]:
        for block, element in elements_of(blocks):
            if element.get("action_id") == action_id:
                return acted(block, element, value) | {"action_ts": f"{self._context.clock().timestamp():.6f}"}
        raise NotAllowedError(f"the message has no element {action_id}")

    def _trigger(self, user: UserId) -> str:
        trigger = self._context.store.ids.slack("")
        self._context.triggers[trigger] = (user, self._context.clock())
        return trigger


def _answer(attempt: Attempt) -> dict[str, Any]:
    try:
        answer = json.loads(attempt.answer)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
