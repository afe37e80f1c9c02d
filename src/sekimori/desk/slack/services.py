"""What the chat commands are given to work with."""

from dataclasses import dataclass

from sekimori.desk.slack.administration import Administration
from sekimori.desk.slack.collisions import CollisionModal
from sekimori.desk.slack.questions import Questions
from sekimori.desk.slack.schedule import ScheduleModal


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The edge's services, built once."""

    questions: Questions
    schedule: ScheduleModal
    collisions: CollisionModal
    administration: Administration
