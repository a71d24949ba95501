"""Every class that requests and urllib3 may raise has a reason, in words for people."""

import socket
import ssl
from itertools import chain

import pytest
import requests
import urllib3

from thulium_portal.thulium import Reason
from thulium_portal.thulium.failures import failure_reason
from thulium_portal.thulium.transport import DeadlineOver, Wire

NO_CONNECTION, CERTIFICATE = Reason.NO_CONNECTION, Reason.CERTIFICATE
TIMED_OUT, LOCAL_ERROR = Reason.TIMED_OUT, Reason.LOCAL_ERROR
OF_REQUESTS = {
    "ChunkedEncodingError": NO_CONNECTION,
    "ConnectTimeout": TIMED_OUT,
    "ConnectionError": NO_CONNECTION,
    "ContentDecodingError": NO_CONNECTION,
    "HTTPError": NO_CONNECTION,
    "InvalidHeader": LOCAL_ERROR,
    "InvalidJSONError": NO_CONNECTION,
    "InvalidProxyURL": LOCAL_ERROR,
    "InvalidSchema": LOCAL_ERROR,
    "InvalidURL": LOCAL_ERROR,
    "JSONDecodeError": LOCAL_ERROR,
    "MissingSchema": LOCAL_ERROR,
    "ProxyError": NO_CONNECTION,
    "ReadTimeout": TIMED_OUT,
    "RequestException": NO_CONNECTION,
    "RetryError": NO_CONNECTION,
    "SSLError": CERTIFICATE,
    "StreamConsumedError": NO_CONNECTION,
    "Timeout": TIMED_OUT,
    "TooManyRedirects": NO_CONNECTION,
    "URLRequired": NO_CONNECTION,
    "UnrewindableBodyError": NO_CONNECTION,
}
OF_URLLIB3 = {
    "BodyNotHttplibCompatible": NO_CONNECTION,
    "ClosedPoolError": NO_CONNECTION,
    "ConnectTimeoutError": TIMED_OUT,
    "DecodeError": NO_CONNECTION,
    "EmptyPoolError": NO_CONNECTION,
    "FullPoolError": NO_CONNECTION,
    "HTTPError": NO_CONNECTION,
    "HeaderParsingError": NO_CONNECTION,
    "HostChangedError": NO_CONNECTION,
    "IncompleteRead": NO_CONNECTION,
    "InvalidChunkLength": NO_CONNECTION,
    "InvalidHeader": NO_CONNECTION,
    "LocationParseError": LOCAL_ERROR,
    "LocationValueError": LOCAL_ERROR,
    "MaxRetryError": NO_CONNECTION,
    "NameResolutionError": NO_CONNECTION,
    "NewConnectionError": NO_CONNECTION,
    "PoolError": NO_CONNECTION,
    "ProtocolError": NO_CONNECTION,
    "ProxyError": NO_CONNECTION,
    "ProxySchemeUnknown": LOCAL_ERROR,
    "ProxySchemeUnsupported": LOCAL_ERROR,
    "ReadTimeoutError": TIMED_OUT,
    "RequestError": NO_CONNECTION,
    "ResponseError": NO_CONNECTION,
    "ResponseNotChunked": LOCAL_ERROR,
    "SSLError": CERTIFICATE,
    "TimeoutError": TIMED_OUT,
    "TimeoutStateError": NO_CONNECTION,
    "URLSchemeUnknown": LOCAL_ERROR,
    "UnrewindableBodyError": NO_CONNECTION,
}


def errors_in(module) -> dict[str, type[Exception]]:
    return {
        thing.__name__: thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Exception)
        and not issubclass(thing, Warning)
        and thing.__module__ == module.__name__
    }


CASES = [
    *((kind, OF_REQUESTS.get(name)) for name, kind in errors_in(requests.exceptions).items()),
    *((kind, OF_URLLIB3.get(name)) for name, kind in errors_in(urllib3.exceptions).items()),
]


def test_the_tables_name_every_class_there_is():
    assert OF_REQUESTS.keys() == errors_in(requests.exceptions).keys()
    assert OF_URLLIB3.keys() == errors_in(urllib3.exceptions).keys()


@pytest.mark.parametrize(("kind", "reason"), CASES, ids=str)
def test_the_reason_of_every_class(kind, reason):
    error = kind.__new__(kind)
    assert failure_reason(error, Wire()) is reason
    begun = Wire()
    begun.started = True
    assert failure_reason(error, begun) is (TIMED_OUT if reason is TIMED_OUT else Reason.BROKEN_OFF)


@pytest.mark.parametrize("kind", [case[0] for case in CASES])
def test_gate_and_deadline_outweigh_every_class(kind):
    stopped, late = Wire(), Wire()
    stopped.stopped = late.aborted = True
    assert failure_reason(kind.__new__(kind), stopped) is Reason.GATE_CLOSED
    assert failure_reason(kind.__new__(kind), late) is TIMED_OUT


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(), NO_CONNECTION),
        (BrokenPipeError(), NO_CONNECTION),
        (socket.gaierror(), NO_CONNECTION),
        (OSError(101, "Network is unreachable"), NO_CONNECTION),
        (TimeoutError(), TIMED_OUT),
        (DeadlineOver(), TIMED_OUT),
        (ssl.SSLCertVerificationError(), CERTIFICATE),
        (ssl.SSLError(), CERTIFICATE),
        (ssl.SSLEOFError(), NO_CONNECTION),
        (ssl.SSLZeroReturnError(), NO_CONNECTION),
        (UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed"), LOCAL_ERROR),
        (TypeError(), LOCAL_ERROR),
        (MemoryError(), LOCAL_ERROR),
    ],
    ids=repr,
)
def test_the_reason_is_found_however_deep_it_lies(error, reason):
    wrapped, chained, explained, reasoned = (RuntimeError() for _ in range(4))
    wrapped.args = ("told", RuntimeError(error))
    chained.__context__ = explained.__cause__ = reasoned.reason = error
    for outer in (error, wrapped, chained, explained, reasoned):
        assert failure_reason(outer, Wire()) is reason


def test_errors_that_go_in_circles_end():
    one, other = RuntimeError(), RuntimeError()
    one.__context__, other.__context__ = other, one
    assert failure_reason(one, Wire()) is LOCAL_ERROR


def test_every_reason_of_failure_is_met():
    met = set(chain(OF_REQUESTS.values(), OF_URLLIB3.values()))
    assert met == {NO_CONNECTION, CERTIFICATE, TIMED_OUT, LOCAL_ERROR}
