"""What the assessment could not do."""

from typing import ClassVar

from sekimori.core.errors import SekimoriError


class RegisterInvalid(SekimoriError):  # noqa: N818 - the name says what happened
    """The register cannot be used, or is not where it was looked for."""

    code: ClassVar[str] = "risk.register_invalid"


class ReportUnwritable(SekimoriError):  # noqa: N818 - the name says what happened
    """A report, or what it is compared with, could not be read or written."""

    code: ClassVar[str] = "risk.report_unwritable"


class ThreatsUnreadable(SekimoriError):  # noqa: N818 - the name says what happened
    """No report could be read, or the file of threats that is kept cannot be."""

    code: ClassVar[str] = "risk.threats_unreadable"
