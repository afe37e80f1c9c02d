import pytest
from slack_sdk.errors import SlackApiError


async def test_the_length_is_the_announced_one(simulator, slack, http):
    announced = await slack.files_getUploadURLExternal(filename="week.png", length=5, alt_txt="week")
    assert (await http.post(announced["upload_url"], content=b"four")).status_code == 400
    assert (await http.post(announced["upload_url"], content=b"\x89PNG5")).status_code == 200
    assert (await http.post(announced["upload_url"], content=b"again")).status_code == 404


async def test_a_multipart_upload_is_taken_too(simulator, slack, http):
    announced = await slack.files_getUploadURLExternal(filename="week.png", length=5)
    assert (await http.post(announced["upload_url"], files={"file": b"\x89PNG5"})).status_code == 200
    assert simulator.control.files[0].content == b"\x89PNG5"


async def test_nothing_is_shown_before_it_is_shared(simulator, slack, http):
    announced = await slack.files_getUploadURLExternal(filename="week.png", length=5)
    await http.post(announced["upload_url"], content=b"\x89PNG5")
    address = f"/files/{announced['file_id']}/week.png"
    assert (await http.get(address)).status_code == 404
    files = [{"id": announced["file_id"], "title": "Week"}]
    done = await slack.files_completeUploadExternal(files=files, channel_id="C0SHARED", initial_comment="here")
    picture = await http.get(done["files"][0]["url_private"])
    assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG5", "image/png")
    assert [m.text for m in simulator.control.messages_in("C0SHARED")] == ["here"]


async def test_a_file_whose_bytes_never_came_cannot_be_shared(slack):
    announced = await slack.files_getUploadURLExternal(filename="week.png", length=5)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await slack.files_completeUploadExternal(files=[{"id": announced["file_id"]}], channel_id="C0SHARED")


async def test_info_and_a_block_that_shows_the_file(simulator, slack):
    await slack.files_upload_v2(content=b"\x89PNG5", filename="week.png", alt_txt="the week", channel="C0SHARED")
    [file] = simulator.control.files
    assert (await slack.files_info(file=file.id))["file"]["alt_txt"] == "the week"
    image = {"type": "image", "slack_file": {"id": file.id}, "alt_text": "the week"}
    assert (await slack.chat_postMessage(channel="C0SHARED", text="x", blocks=[image]))["ok"]
