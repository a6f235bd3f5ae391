"""What the page of a browser says to its server, without a browser."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol


class Client:
    """What the page of a browser does over its websocket - and what no page would."""

    def __init__(self, url: str, session: str = "", xsrf: str = "none", **headers: str) -> None:
        """`session` is another's whose place is taken, `xsrf` what one of its pages would have read from a cookie."""
        at = urlsplit(url)
        sent = {"Origin": url, **{k.replace("_", "-"): v for k, v in headers.items()}}
        host = sent.pop("Host", at.netloc)
        self._opening = connect(
            f"ws://{host}/_stcore/stream",
            sock=socket.create_connection((at.hostname or "", at.port or 80)),
            origin=Origin(sent.pop("Origin")),
            additional_headers=sent,
            subprotocols=[Subprotocol(name) for name in ("streamlit", xsrf, session) if name],
            max_size=None,
            proxy=None,
        )
        self.session, self.buttons, self.uploaders = "", dict[str, str](), list[str]()
        self.fragments, self.redirect = set[str](), ""  # parts that can run by themselves; where the page is led

    def __enter__(self) -> Client:
        self._socket: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(self, *_: Any) -> None:
        self._opening.__exit__(*_)

    def reads(self, page: str, clicked: str = "", part: str = "bring-in", fragment: str = "") -> str:
        """All that is drawn on a page (this part of Data), after a click on the button of this id.

        With `fragment` only that part of the page is asked for.
        """
        asked, drawn = BackMsg(), list[str]()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = f"data={part}"
        asked.rerun_script.fragment_id = fragment
        if clicked:
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = clicked, True
        self._socket.send(asked.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=90, decode=False))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.session = message.new_session.initialize.session_id
            elif kind == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return "\n".join(drawn)
            elif kind == "auth_redirect":
                self.redirect = message.auth_redirect.url
            elif kind == "delta":
                self.fragments |= {message.delta.fragment_id} - {""}
                drawn.append(message.delta.add_block.popover.label)
                element = message.delta.new_element
                drawn.append(str(element.html.body) + str(element.button.label))
                if element.button.id:
                    self.buttons[element.button.label] = element.button.id
                if element.file_uploader.id:
                    self.uploaders.append(element.file_uploader.id)
