"""What a test, the demo or the page does to a running simulator, and what it reads from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sekimori.core.ids import UserId
from sekimori.sim.attack import EGRESS, WAREHOUSE_AGENT, Attacker, AttackFailedError
from sekimori.sim.backstage import Backstage
from sekimori.sim.entra.graph import Graph
from sekimori.sim.entra.graph import SeenCall as SeenGraphCall
from sekimori.sim.entra.neighbours import WAREHOUSE_APP
from sekimori.sim.faults import Fault, Faults
from sekimori.sim.logs.writer import LogWriter
from sekimori.sim.partner.shelf import Shelf
from sekimori.sim.slack.delivery import Attempt
from sekimori.sim.slack.fake_slack import FakeSlack
from sekimori.sim.slack.payloads import DeliveredIn
from sekimori.sim.slack.people import Said
from sekimori.sim.slack.store import File, Message
from sekimori.sim.slack.web_api import SeenCall as SeenSlackCall
from sekimori.sim.technique import Technique, discovered_techniques
from sekimori.sim.world import MemberKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Detonated:
    """A technique that was carried out, and the log records that were written meanwhile."""

    technique: Technique
    records: tuple[dict[str, Any], ...]


class UnknownTechniqueError(LookupError):
    """No file of the techniques has this id."""


class Control:
    """The handle on one simulator; everything it returns is live."""

    def __init__(
        self,
        *,
        slack: FakeSlack,
        graph: Graph,
        shelf: Shelf,
        logs: LogWriter,
        faults: Faults,
        attacker: Attacker,
        lasting: bool = False,
    ) -> None:
        self.techniques = discovered_techniques()
        self._slack = slack
        self._graph = graph
        self._shelf = shelf
        self._logs = logs
        self._faults = faults
        self._attacker = attacker
        self._lasting = lasting
        self._first = attacker.backstage.remember()

    @property
    def backstage(self) -> Backstage:
        """Where a story sets its scene: the tenant's directory, without a trace in the log."""
        return self._attacker.backstage

    @property
    def events_url(self) -> str | None:
        """Where signed Slack requests go; set it once the service listens."""
        return self._slack.delivery.url

    @events_url.setter
    def events_url(self, url: str | None) -> None:
        self._slack.delivery.url = url

    @property
    def messages(self) -> list[Message]:
        """Every message in Slack, oldest first, ephemeral ones too."""
        return self._slack.store.messages

    @property
    def files(self) -> list[File]:
        """Every file that was announced or uploaded."""
        return list(self._slack.store.files.values())

    @property
    def views(self) -> dict[str, dict[str, Any]]:
        """The modal that is open for each user."""
        return {user: view.view for user, view in self._slack.store.views.items()}

    @property
    def homes(self) -> dict[str, dict[str, Any]]:
        """The app's home as each user was last shown it."""
        return {str(user): view for user, view in self._slack.store.homes.items()}

    @property
    def attempts(self) -> list[Attempt]:
        """Every request that Slack made to the service."""
        return self._slack.delivery.attempts

    @property
    def slack_calls(self) -> list[SeenSlackCall]:
        """Every Web API call of the service."""
        return self._slack.api.calls

    @property
    def graph_calls(self) -> list[SeenGraphCall]:
        """Every Graph call that had a valid token."""
        return self._graph.calls

    @property
    def google_calls(self) -> list[SeenGraphCall]:
        """Every call to Google's calendars."""
        return self._shelf.google_calls

    @property
    def feed_calls(self) -> list[SeenGraphCall]:
        """Every download of a published calendar."""
        return self._shelf.feed_calls

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every log record of this run."""
        return self._logs.records

    def messages_in(self, channel: str, *, of: str | None = None) -> list[Message]:
        """Return a conversation's messages, those of one author only where ``of`` is given."""
        return [m for m in self.messages if m.channel == channel and of in {None, m.user}]

    def fault(self, fault: Fault) -> None:
        """Queue a fault for the requests to come."""
        self._faults.add(fault)

    def clear_faults(self) -> None:
        """Forget the faults that wait."""
        self._faults.clear()

    def sign(self, body: bytes) -> dict[str, str]:
        """Return Slack's two signature headers for a body, as of now."""
        return self._slack.delivery.sign(body)

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        delivered_in: DeliveredIn = DeliveredIn.HOME,
    ) -> Said:
        """Write a message as somebody; see :meth:`People.say`."""
        return await self._slack.people.say(user, channel, text, thread_ts=thread_ts, delivered_in=delivered_in)

    async def press(self, user: str, ts: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click an element of a message; see :meth:`People.press`."""
        return await self._slack.people.press(user, ts, action_id, value=value)

    async def press_view(self, user: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click an element of the open modal; see :meth:`People.press_view`."""
        return await self._slack.people.press_view(user, action_id, value=value)

    def close_view(self, user: str) -> None:
        """Close the modal that is open for somebody, if one is."""
        self._slack.store.close_view(UserId(user))

    async def submit(self, user: str, values: Mapping[str, str]) -> Attempt:
        """Submit the open modal; see :meth:`People.submit`."""
        return await self._slack.people.submit(user, values)

    async def command(self, user: str, channel: str, command: str, text: str) -> Attempt:
        """Type a slash command; see :meth:`People.command`."""
        return await self._slack.people.command(user, channel, command, text)

    async def open_home(self, user: str) -> Attempt:
        """Open the app's home as somebody."""
        return await self._slack.people.open_home(user)

    async def become(self, user: str, kind: MemberKind) -> Attempt:
        """Deactivate somebody, make them a guest, or take that back; see :meth:`People.become`."""
        return await self._slack.people.become(user, kind)

    async def press_home(self, user: str, action_id: str, *, value: str | None = None) -> Attempt:
        """Click an element of the app's home; see :meth:`People.press_home`."""
        return await self._slack.people.press_home(user, action_id, value=value)

    async def replay(self, attempt: Attempt) -> Attempt:
        """Send an earlier request of Slack's again, byte for byte."""
        return await self._slack.delivery.replay(attempt)

    async def settled(self) -> None:
        """Wait until no retry of Slack's is under way."""
        await self._slack.delivery.settled()

    async def detonate(self, technique_id: str) -> Detonated:
        """Carry out a technique over real HTTPS; the log stays, the directory is put back unless changes last.

        Raises:
            UnknownTechniqueError: there is no such technique.
        """
        technique = self.techniques.get(technique_id)
        if technique is None:
            raise UnknownTechniqueError(f"no technique {technique_id!r}")
        before = self.backstage.remember()
        try:
            return await self._carried_out(technique)
        except (AttackFailedError, LookupError, ValueError):
            if not self._lasting:
                raise
            # What was done before may stand in the way (an application that is gone): the tenant begins anew.
            self._first.restore()
            return await self._carried_out(technique)
        finally:
            # Whoever cut the logs off is undone in any case: without logs the rest of the story would be dark.
            self.backstage.export_again()
            if not self._lasting:
                before.restore()

    async def _carried_out(self, technique: Technique) -> Detonated:
        await technique.warm_up(self._attacker)
        written = len(self._logs.records)
        await technique.detonate(self._attacker)
        return Detonated(technique=technique, records=tuple(self._logs.records[written:]))

    async def work_as_every_day(self) -> None:
        """Let the registration that nobody declares do what it does every day."""
        secret = self.backstage.stolen_secret(self.backstage.warehouse)
        token = await self._attacker.sign_in_as(WAREHOUSE_APP, {"client_secret": secret}, source=EGRESS)
        await self._attacker.graph("GET", "/users", token, source=EGRESS, agent=WAREHOUSE_AGENT)

    async def close(self) -> None:
        """Stop what the simulator does on its own."""
        await self._slack.delivery.close()
        await self._attacker.close()
