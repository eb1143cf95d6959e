"""Every word that the standard library extracts from a page, book or text is kept, or omitted for a reason."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

from dataclasses import replace

import pytest
from hostile_files import seeds
from markup_reference import reference
from sample_files import epub

from qa.parsers import account, html, markdown
from qa.parsers import epub as epub_reader
from qa.parsers.build import Extract

_PAGE = """<!DOCTYPE html><html lang=en><head><title>Name</title><style>p{c:d}</style><script>let e</script>
<noscript><style>f</style></noscript><script type="application/ld+json">{"g": "h"}</script></head><body>
<header><h3>Frame</h3><a href=/>Home</a><form role=search><input value=seek><button>Find</button></form></header>
<nav><ul><li><a href=/i>Menu</a><ul><li>Sub<template>Inert</template></ul></ul></nav>
<main><h1>Title <span class=mw-editsection>edit</span></h1><p>Text<sup class=noprint>cite</sup> <del>gone</del>
<s>struck</s> <ruby>base<rp>(</rp><rt>said</rt></ruby> <span class=sr-only>unseen</span> <q>quoted</q>
<abbr title=long>short</abbr> <math><mi>x</mi><annotation>tex</annotation></math> y<sup>2</sup> z<sub>max</sub></p>
<p hidden>secret <b>more</b><script>inner</script></p><dl><dt>Term<dt>Other<dd>Means<dd>Also</dl><dl><dt>Last</dl>
<ol><li>one<li><ol><li>deep</ol></ol><table><tr><td rowspan=2>head<td>c1<td><tr><td>c2<table><tr><td>in</table></table>
<table><caption>Cap</caption>loose<tr><td>a<td>b</table><details><summary>Ask?</summary>Answer</details>
<div role=tablist><b role=tab aria-controls=t>Tab</b></div><div id=t role=tabpanel hidden>Panel</div>
<svg><title>icon</title><text>drawn<tspan x=1>on</tspan></text><desc>about</desc><metadata>meta</metadata></svg>
<video>old browser</video><object>instead of it all</object><canvas>chart of it</canvas><iframe>frame</iframe>
<iframe srcdoc="<title>inner title</title><p>inner text</p>"></iframe><textarea>typed</textarea>
<select><optgroup label=l><option>first<option selected>second</select><datalist><option>hint</datalist>
<my-x><template shadowrootmode=open>shadow <slot>fallback</slot><slot name=n>empty</slot></template>light <i slot=q>no</i>
</my-x><pre>x = {1};
y</pre><pre>A long letter with hard line ends goes on here
and ends there.

[Page 3]</pre><noscript>without programs</noscript><dialog>closed</dialog><menu><li>point</menu>
<i aria-hidden=true>sign</i><button>Press</button><a role=doc-pagebreak title=5>5</a></main>
<aside><p>Beside the text there is a note of several words.</p></aside><footer><p>Foot</p></footer></body></html>"""
_CHAPTER = """<h1>One</h1><p>It <span epub:type="pagebreak">12</span>left.<a epub:type="noteref" href="#n">1</a></p>
<aside epub:type="footnote" id="n" hidden="hidden">Note</aside><nav epub:type="toc">List</nav><p>T<b>he</b> <a/>end</p>"""
_TEXT = """---
title: Name
tags: [a, b]
summary: It is about the text.
---
# Head *ing*

Text[^1] with **bold** words ~~gone~~ <placeholder> and <b>html</b>
2*3 $x_1$ [link](http://x "tip") ![picture of it all](p.png)

[^1]: Note
[^two]: Other

| a | b |
|---|---|
| 1 | 2 | 3 |

<!-- comment -->

1. one
   > quote

```py
code
```

[ref]: http://y 'named'
"""


def _shelf() -> dict[str, tuple[bytes, str]]:
    books = {"a.xhtml": _CHAPTER, "b.xhtml": "<p>Two</p><svg><text>Drawn</text></svg>"}
    named = {
        "page": (_PAGE.encode(), ".html"),
        "book": (epub(books, titles={"a.xhtml": "First of all"}), ".epub"),
        "text": (_TEXT.encode(), ".md"),
    }
    for extension in (".html", ".md", ".epub"):
        named |= {f"{extension}{n}": (data, extension) for n, data in enumerate(seeds()[extension])}
    return named


def _extract(data: bytes, extension: str) -> Extract:
    return {".html": html.read, ".md": markdown.read, ".epub": epub_reader.read}[extension](data)


@pytest.mark.parametrize("name", sorted(_shelf()))
def test_no_word_is_missing(name: str) -> None:
    data, extension = _shelf()[name]
    assert account.missing(reference(data, extension), _extract(data, extension)) == {}


@pytest.mark.parametrize("name", ["page", "book", "text"])
def test_a_word_that_is_not_accounted_for_is_detected(name: str) -> None:
    data, extension = _shelf()[name]
    extract = _extract(data, extension)
    assert account.missing(reference(data, extension), replace(extract, omissions=()))
