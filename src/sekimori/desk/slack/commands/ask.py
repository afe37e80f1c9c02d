"""A question: a mention of the desk in a channel, or a direct message to it."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from sekimori.desk.slack.questions import Questions


def listen(app: AsyncApp, questions: Questions) -> None:
    """Answer mentions, and what is typed in a direct conversation."""

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any]) -> None:
        await questions.take(body)

    @app.event("message")
    async def written(body: dict[str, Any], event: dict[str, Any]) -> None:
        # Slack: an edit, a deletion or a join is a message with a subtype; in channels only a mention is a question.
        if event.get("channel_type") == "im" and not event.get("subtype"):
            await questions.take(body)
