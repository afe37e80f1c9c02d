"""What a simulator is started with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.ids import EnterpriseId

SIGNING_SECRET: Final = Secret("a-signing-secret-of-the-simulator")
READER_SECRET: Final = Secret("a-secret-of-the-log-reader-of-the-simulator")
AUDITOR_TOKEN: Final = Secret("xoxp-an-auditors-token-of-the-simulator")
BOT_TOKEN: Final = Secret("xoxb-a-bot-token-of-the-simulator")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """How one simulator runs.

    Attributes:
        folder: where it writes ``sim-ca.pem``, ``bot.pem`` and ``logs/*.ndjson``; made if missing.
        clock: the time in Slack, in the logs, and around which the calendars are laid.
        seed: ids are drawn from it; two runs that share a database need different seeds.
        token_clock: judges client assertions and access tokens; ``clock`` where absent. msal stamps its assertions
            with the machine's time, so a test that fixes ``clock`` gives the real time here.
        slack_port, graph_port: on 127.0.0.1; 0 means any free port.
        events_url: where signed Slack requests go; can be set later on the running simulator.
        retry_delays: seconds before each of Slack's retries.
        contoso_enterprise: puts company A on Enterprise Grid.
        calendar_scope: the mailboxes that Exchange lets the application open, of others it learns times only;
            every mailbox and everything in it where absent.
        federated: the registration trusts the role's tokens of :mod:`sekimori.sim.aws.sts` and has no secret left.
        fenced: the policies, logs and the auditor that the manifest's scripts would set up are there
            (:mod:`sekimori.sim.entra.fences`), and no old secret; ``auditor.pem`` is written.
        lasting: what a technique did to the directory stays done.
        slack_scopes: what the bot's token is allowed, as Slack says it with every answer; nothing is said where absent.
        egress: the caller's address where a request does not carry ``X-Sim-Source-Ip``.
    """

    folder: Path
    clock: Clock
    seed: int
    token_clock: Clock | None = None
    slack_port: int = 0
    graph_port: int = 0
    events_url: str | None = None
    signing_secret: Secret[str] = SIGNING_SECRET
    bot_token: Secret[str] = BOT_TOKEN
    reader_secret: Secret[str] = READER_SECRET
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    delivery_timeout: float = 3.0
    contoso_enterprise: EnterpriseId | None = None
    timezone: str = "Asia/Tokyo"
    calendar_scope: frozenset[str] | None = None
    federated: bool = False
    fenced: bool = False
    lasting: bool = False
    slack_scopes: tuple[str, ...] | None = None
    auditor_token: Secret[str] = AUDITOR_TOKEN
    egress: str = "203.0.113.10"
