"""The one style sheet of the frames that show customers' HTML.

It is a constant because two content security policies name its hash: the page's and the frame's.
"""

import base64
import hashlib
from html import escape

MAIL_FRAME_STYLE = (
    ":root{color-scheme:light dark;overflow-x:auto}"
    "body{margin:0;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;"
    "color:light-dark(#1d2733,#e6ebf0);background:transparent}"
    "p{margin:0 0 .75em}body>:last-child{margin-bottom:0}"
    "h1,h2,h3,h4,h5,h6{margin:0 0 .5em;font-size:1.1em}"
    "blockquote{margin:0 0 .75em;padding-inline-start:.75em;"
    "border-inline-start:3px solid light-dark(#b9c4cc,#4a5965);color:light-dark(#46525d,#bcc7d0)}"
    "table{border-collapse:collapse}.data{margin:0 0 .75em}"
    "td,th{padding:2px 8px;vertical-align:top;text-align:start;overflow-wrap:break-word}"
    "td:first-child{padding-inline-start:0}"
    ".data :is(td,th){padding:3px 8px;border:1px solid light-dark(#b9c4cc,#4a5965)}"
    "ul,ol{margin:0 0 .75em;padding-inline-start:1.8em}hr{border:0;"
    "border-top:1px solid light-dark(#dfe5ea,#2d3842);margin:.75em 0}"
    "a{color:light-dark(#0b5c6b,#7fd0de)}pre{white-space:pre-wrap;margin:0 0 .75em}"
    ".pre,.text{white-space:pre-wrap;tab-size:8}.text{unicode-bidi:plaintext;text-align:start}"
    ".columns,pre,code{font-family:ui-monospace,Menlo,'Noto Sans Mono',monospace;font-size:.9em}"
    "s{text-decoration-thickness:2px}"
    "mark{color:inherit;padding:0 2px;border-radius:3px;"
    "-webkit-box-decoration-break:clone;box-decoration-break:clone}"
    ".red{background:light-dark(#fbe0dd,#5a2623)}.yellow{background:light-dark(#fbeebf,#4d3c0c)}"
    ".green{background:light-dark(#dcf1e3,#1d4a2d)}.blue{background:light-dark(#dbe9f9,#1f3f61)}"
    ".purple{background:light-dark(#f0e2f6,#4a2b57)}"
    ".field{display:inline-block;padding:0 6px;border:1px solid light-dark(#7b8894,#71808d);"
    "border-radius:4px}"
    ".picture{display:inline-block;width:2.2em;height:1.5em;vertical-align:middle;"
    "border:1px dashed light-dark(#7b8894,#71808d);border-radius:4px}"
    "details{margin-top:.5em}summary{cursor:pointer;font-size:.875em;"
    "color:light-dark(#56636f,#a5b1bc)}"
    "details[open]>summary{margin-bottom:.75em}"
    "summary:focus-visible{outline:3px solid light-dark(#0b5c6b,#9fe3ef)}"
)
MAIL_FRAME_STYLE_HASH = (
    "'sha256-" + base64.b64encode(hashlib.sha256(MAIL_FRAME_STYLE.encode()).digest()).decode() + "'"
)


def mail_frame(clean_html: str, history: str = "", *, summary: str = "") -> str:
    """Return the document of a frame for *clean_html*, which must have been sanitised already.

    *history*, as clean, is folded behind the words of *summary*. The frame obeys its own policy
    besides the page's: nothing is loaded, no script runs, and links open in a new tab. Sanitising
    alone or the policy alone would do; both are kept.
    """
    folded = f"<details><summary><bdi>{escape(summary)}</bdi></summary>{history}</details>"
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src {MAIL_FRAME_STYLE_HASH}\">"
        f'<base target="_blank"><style>{MAIL_FRAME_STYLE}</style></head>'
        f"<body>{clean_html}{folded if history else ''}</body></html>"
    )
