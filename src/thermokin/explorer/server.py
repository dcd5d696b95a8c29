"""The page on loopback: one secret address, and nobody but the one who has it gets an answer."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote, urlencode

import panel as pn
from tornado.httputil import HTTPServerRequest
from tornado.routing import AnyMatches, Matcher, Rule
from tornado.web import ErrorHandler, RequestHandler

from thermokin._errors import StudyError
from thermokin.explorer.controller import Asked, Explorer
from thermokin.explorer.page import ExplorerPage, values_of
from thermokin.explorer.starts import MODELS, begun_with, tables_of_text
from thermokin.explorer.subject import StudySubject
from thermokin.study.read import BUILT_IN

__all__ = ["Served", "serve"]

LOOPBACK = "127.0.0.1"
_TITLE = "thermokin explore"
_BODY = "body { margin: 0; background: #ffffff; } @media (prefers-color-scheme: dark) { body { background: #17181b; } }"


class Served:
    """A page that is being served.

    Args:
        server: of Panel.
        address: with the secret; whoever has it has the page.
    """

    def __init__(self, server: Any, address: str) -> None:
        self.server, self.address = server, address

    def wait(self) -> None:
        """Serve until the program is interrupted."""
        self.server.start()
        self.server.io_loop.start()

    def stop(self) -> None:
        """Serve no more."""
        self.server.stop()


class _Ours(Matcher):
    """Requests that name this host and, where they say which page sent them, a page from here.

    Bokeh asks only websockets, and Tornado lets an `Origin` pass that equals `Host`: a name that somebody has bound to
    127.0.0.1 would pass both.
    """

    def __init__(self, port: int, below: str) -> None:
        self.host, self.origin, self.below = f"{LOOPBACK}:{port}", f"http://{LOOPBACK}:{port}", below

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Nothing to pass on for a request of ours; None for another, as Tornado has it."""
        origins = [*request.headers.get_list("Origin"), *request.headers.get_list("Sec-WebSocket-Origin")]
        ours = request.headers.get_list("Host") == [self.host] and all(one == self.origin for one in origins)
        return {} if ours and request.path.startswith(self.below) else None


class _Refused(RequestHandler):
    """The answer to everybody else."""

    def prepare(self) -> None:
        """Refuse whatever is asked."""
        self.set_status(403)
        self.finish("refused: this page answers only its own address\n")

    def check_xsrf_cookie(self) -> None:
        """Nothing is done for anybody here."""


def serve(named: str | None = None, asked: Asked | None = None, port: int = 0) -> Served:
    """Serve the explorer on loopback.

    Args:
        named: a library model, a built-in study or a file.
        asked: what is on the screen first.
        port: of the address; a free one if 0.

    Returns:
        The server, which listens from here on.

    Raises:
        StudyError: if that is nothing to explore, or the port is taken.
    """
    title, folder, tables = begun_with(named)
    subject = StudySubject(title, folder, tables)
    _ = subject.tabs  # what nothing can be asked of is refused here
    pn.extension(raw_css=[_BODY])

    def open_(name: str, text: str) -> Explorer:
        if text:
            made = StudySubject(name, folder, tables_of_text(text, name))
        elif name == title:
            made = StudySubject(title, folder, tables)
        elif name in MODELS or name in BUILT_IN:
            made = StudySubject(*begun_with(name))
        else:
            raise StudyError([f"{name}: must be one of the list"])
        _ = made.tabs
        return Explorer(made)

    def page() -> Any:
        query = dict(pn.state.session_args)
        system = values_of(query).values.get("system", title)
        try:
            explorer, begun = open_(system, ""), values_of(query)
        except StudyError:
            explorer, begun = open_(title, ""), Asked("")
        if not query and asked is not None:
            begun = asked
        choices = (*MODELS, *BUILT_IN)
        return ExplorerPage(explorer, begun, choices=choices, open_=open_, link=query_of)

    return _listening(page, port)


def query_of(name: str, asked: Asked) -> str:
    """The query of an address that leads to what is on the screen."""
    said = {"tab": asked.tab, "figure": asked.figure, **asked.values, "system": name}
    return "?" + urlencode({key: value for key, value in said.items() if value}, quote_via=quote)


def _listening(page: Any, port: int) -> Served:
    """A server that listens, with all its paths below a secret."""
    secret = secrets.token_urlsafe(24)
    try:
        server = pn.io.server.get_server(
            {"/": page},
            port=port,
            address=LOOPBACK,
            websocket_origin=[f"{LOOPBACK}:{port}"] if port else None,
            title=_TITLE,
            prefix=secret,
            use_index=False,
            redirect_root=False,
            show=False,
            start=False,
        )
    except OSError as error:
        raise StudyError([f"--port: {port} cannot be listened on: {error.strerror or error}"]) from error
    found = int(server.port or port)
    application = server._tornado
    application.default_router.rules = [
        Rule(_Ours(found, f"/{secret}/"), application.wildcard_router),
        Rule(_Ours(found, "/"), ErrorHandler, {"status_code": 404}),
        Rule(AnyMatches(), _Refused),
    ]
    server._tornado._websocket_origins = {f"{LOOPBACK}:{found}"}
    return Served(server, f"http://{LOOPBACK}:{found}/{secret}/")
