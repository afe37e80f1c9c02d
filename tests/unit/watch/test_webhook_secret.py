"""The key of a signed webhook, as its receiver makes it of the same secret."""

import pytest

from sekimori.watch.sinks.webhook import WebhookSecretUnusable, key_of


def test_the_key_is_what_follows_the_prefix_in_base64_or_else_the_text_itself():
    assert key_of("whsec_AAECAwQ=\n") == key_of("whsec_AAECAwQ") == bytes(range(5))
    assert key_of(" any words ") == b"any words"


@pytest.mark.parametrize("secret", ["whsec_not*base64", "whsec_", "whsec_A"])
def test_a_secret_that_no_receiver_could_read_is_refused(secret):
    with pytest.raises(WebhookSecretUnusable):
        key_of(secret)
