"""How the service writes its log."""

import logging
import sys
from typing import Any, Final

import structlog

_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_JSON: Final[Any] = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure_logs() -> None:
    """Write one JSON object a line to standard error; libraries, too, and those only when something is wrong."""
    logging.basicConfig(level=logging.WARNING, handlers=[_of_libraries()])
    structlog.configure(
        processors=[*_SHARED, _JSON],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _of_libraries() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _JSON]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SHARED, processors=processors))
    return handler
