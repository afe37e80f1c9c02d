import pytest

from sekimori.core.confidential import Secret
from sekimori.desk.providers.ics.address import FeedAddressUnusable, feed_address


def test_an_https_address_is_taken_without_its_fragment() -> None:
    address = feed_address(Secret("https://calendar.example/p/s3cret/basic.ics#top"), reference="env:FEED")
    assert str(address.reveal()) == "https://calendar.example/p/s3cret/basic.ics"
    assert "s3cret" not in repr(address)


@pytest.mark.parametrize(
    "text",
    [
        "http://calendar.example/s3cret.ics",
        "webcal://calendar.example/s3cret.ics",
        "file:///etc/s3cret",
        "calendar.example/s3cret.ics",
        "https:///s3cret.ics",
        "https://calendar.example:port/s3cret",
        "https://[::1/s3cret",
        "",
    ],
)
def test_any_other_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(FeedAddressUnusable) as caught:
        feed_address(Secret(text), reference="env:FEED")
    assert "env:FEED" in caught.value.words
    assert "s3cret" not in str(caught.value)
