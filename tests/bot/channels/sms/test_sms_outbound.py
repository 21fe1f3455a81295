from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from bot.channels.sms.outbound import Outbound

NUMBER, OURS = "+15005550123", "+15005550006"
TAKEN = Response(201, json.dumps({"sid": "SM1"}))


def refused(status: int, code: int = 20001) -> Response:
    return Response(status, json.dumps({"status": status, "code": code, "message": f"The 'To' number {NUMBER} is ..."}))


def unreachable() -> Exception:
    key = ConnectionKey("api.twilio.com", 443, True, None, None, None, None)  # type: ignore[arg-type]
    return ClientConnectorError(key, OSError("refused"))


class FakeHttp(AsyncHttpClient):
    """Answers each request with the next of what it was given."""

    def __init__(self, *answers: Response | Exception) -> None:
        super().__init__(logging.getLogger("fake"), True)
        self.answers, self.requests = list(answers), []

    async def request(self, method: str, url: str, **kwargs: Any) -> Response:  # type: ignore[override]
        self.logger.info("%s %s", url, kwargs["data"])
        self.requests.append((method, url, kwargs["data"], kwargs["auth"]))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def send(http: FakeHttp) -> tuple[bool, list[float]]:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    outbound = Outbound("AC1", "token", http=lambda: http, pause=pause)
    return asyncio.run(outbound.send("Our words.", to=NUMBER, sender=OURS)), waited


def test_a_text_goes_out_from_the_number_that_was_written_to() -> None:
    http = FakeHttp(TAKEN)
    assert send(http) == (True, [])
    ((method, url, data, auth),) = http.requests
    assert (method, auth) == ("POST", ("AC1", "token"))
    assert url.endswith("/Accounts/AC1/Messages.json")
    assert {name: data[name] for name in ("To", "From", "Body")} == {"To": NUMBER, "From": OURS, "Body": "Our words."}


@pytest.mark.parametrize("first", [refused(429), refused(503), unreachable()])
def test_what_was_not_accepted_is_tried_again(first: Response | Exception) -> None:
    http = FakeHttp(first, TAKEN)
    assert send(http) == (True, [2.0])


def test_it_is_given_up_after_three_tries() -> None:
    http = FakeHttp(*[refused(503)] * 3)
    assert send(http) == (False, [2.0, 4.0])


@pytest.mark.parametrize("first", [refused(400, 21610), refused(500), asyncio.TimeoutError(), RuntimeError(NUMBER)])
def test_what_may_have_gone_out_is_not_sent_twice(first: Response | Exception) -> None:
    http = FakeHttp(first, TAKEN)
    assert send(http) == (False, [])
    assert len(http.requests) == 1


@pytest.mark.parametrize("first", [refused(400, 21211), RuntimeError(NUMBER), TAKEN])
def test_the_number_is_not_logged(first: Response | Exception, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(FakeHttp(first))
    assert NUMBER[1:] not in caplog.text
