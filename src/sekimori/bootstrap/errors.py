"""Why a service is not built."""

from sekimori.core.errors import SekimoriError


class NotThereYet(SekimoriError):  # noqa: N818 - the name says what happened
    """The manifest asks for something that this version cannot do."""

    code = "bootstrap.not_there_yet"


class MissingSetting(SekimoriError):  # noqa: N818 - the name says what happened
    """The manifest leaves out what this part of the service needs."""

    code = "bootstrap.missing_setting"
