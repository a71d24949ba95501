"""The one style sheet of the frames that show customers' HTML.

It is a constant because two content security policies name its hash: the page's and the frame's.
"""

import base64
import hashlib

MAIL_FRAME_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;"
    "color:light-dark(#1d2733,#e6ebf0);background:transparent}"
    "p{margin:0 0 .75em}body>:last-child{margin-bottom:0}"
    "blockquote{margin:0 0 .75em;padding-left:.75em;border-left:3px solid #8fa3b0}"
    "table{border-collapse:collapse}"
    "td,th{padding:2px 8px;vertical-align:top;overflow-wrap:break-word}"
    "a{color:light-dark(#0b5c6b,#7fd0de)}pre{white-space:pre-wrap}"
)
MAIL_FRAME_STYLE_HASH = (
    "'sha256-" + base64.b64encode(hashlib.sha256(MAIL_FRAME_STYLE.encode()).digest()).decode() + "'"
)


def mail_frame(clean_html: str) -> str:
    """Return the document of a frame for *clean_html*, which must have been sanitised already.

    The frame obeys its own policy besides the page's: nothing is loaded, no script runs, and links
    open in a new tab. Sanitising alone or the policy alone would do; both are kept.
    """
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src {MAIL_FRAME_STYLE_HASH}\">"
        f'<base target="_blank"><style>{MAIL_FRAME_STYLE}</style></head>'
        f"<body>{clean_html}</body></html>"
    )
