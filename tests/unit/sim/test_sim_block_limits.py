import pytest

from sekimori.sim.slack.block_limits import block_errors


def errors(*blocks, most=50):
    return block_errors(list(blocks), most=most, file_known=lambda file: file == "F0KNOWN")


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def button(**more):
    return {"type": "button", "text": plain("go"), "action_id": "go", **more}


def options(count, length=5):
    return [{"text": plain(f"{n:0{length}d}"), "value": str(n)} for n in range(count)]


GOOD = [
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [mrkdwn("x")] * 10, "accessory": button()},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * 2000, "title": plain("t")},
    {"type": "image", "slack_file": {"id": "F0KNOWN"}, "alt_text": "x"},
    {"type": "context", "elements": [mrkdwn("x"), plain("y")]},
    {"type": "actions", "elements": [button(value="v" * 2000)] * 25},
    {"type": "actions", "elements": [{"type": "static_select", "action_id": "s", "options": options(100)}]},
    {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "i"}},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100},
    {"type": "markdown", "text": "x" * 12000},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
]
BAD = [
    ({"type": "section", "text": mrkdwn("x" * 3001)}, "must be less than 3001 characters", "/0/text/text"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters", "/0/text/text"),
    ({"type": "section"}, "missing required field: text", "/0"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "no more than 10 items allowed", "/0/fields"),
    ({"type": "section", "text": "bare"}, "unsupported type", "/0/text/type"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters", "/0/text/text"),
    ({"type": "header", "text": mrkdwn("x")}, "must be a plain_text object", "/0/text/type"),
    ({"type": "image", "image_url": "https://example.com/a.png"}, "missing required field: alt_text", "/0"),
    ({"type": "image", "image_url": "u", "alt_text": "x" * 2001}, "must be less than 2001 characters", "/0/alt_text"),
    ({"type": "image", "alt_text": "x"}, "exactly one of image_url and slack_file", "/0"),
    ({"type": "image", "slack_file": {"id": "F0OTHER"}, "alt_text": "x"}, "invalid slack file", "/0/slack_file"),
    ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items allowed", "/0/elements"),
    ({"type": "actions", "elements": [button()] * 26}, "no more than 25 items allowed", "/0/elements"),
    ({"type": "actions", "elements": []}, "must have at least 1 item", "/0/elements"),
    ({"type": "actions", "elements": [button(value="v" * 2001)]}, "less than 2001", "/0/elements/0/value"),
    ({"type": "actions", "elements": [button(text=plain("x" * 76))]}, "less than 76", "/0/elements/0/text/text"),
    ({"type": "actions", "elements": [button(text=mrkdwn("x"))]}, "plain_text object", "/0/elements/0/text/type"),
    ({"type": "actions", "elements": [button(colour="red")]}, "invalid additional property: colour", "/0/elements/0"),
    (
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "s", "options": options(101)}]},
        "no more than 100 items allowed",
        "/0/elements/0/options",
    ),
    (
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "s", "options": options(1, 76)}]},
        "less than 76",
        "/0/elements/0/options/0/text/text",
    ),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}, "1 to 20 cells", "/0/rows/0"),
    ({"type": "table", "rows": [[{"type": "mrkdwn", "text": "x"}]]}, "unsupported cell", "/0/rows/0"),
    ({"type": "markdown", "text": "x" * 12001}, "less than 12001", "/0/text"),
    ({"type": "divider", "text": "x"}, "invalid additional property: text", "/0"),
    ({"type": "marquee"}, "unsupported type: marquee", "/0/type"),
    ("section", "unsupported type", "/0/type"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_what_slack_posts(block):
    assert errors(block) == []


@pytest.mark.parametrize(("block", "words", "place"), BAD)
def test_what_slack_refuses(block, words, place):
    found = errors(block)
    assert found, "nothing was found"
    assert any(words in line and f"{place}]" in line for line in found), found


def test_the_number_of_blocks_is_limited():
    assert errors(*[{"type": "divider"}] * 50) == []
    assert errors(*[{"type": "divider"}] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]
    assert errors(*[{"type": "divider"}] * 100, most=100) == []


def test_ids_and_tables_are_unique():
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert "only one table" in errors(table, table)[0]
    twice = {"type": "divider", "block_id": "same"}
    assert "block_id already exists" in errors(twice, twice)[0]


def test_blocks_are_a_list():
    assert "must be an array" in block_errors({"type": "divider"}, most=50, file_known=lambda _: True)[0]
