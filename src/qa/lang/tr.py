"""Turkish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

TURKISH = Language(
    code="tr",
    name="Turkish",
    own_letters="[ğış]",
    stemmer="turkish",
    dotted_ordinals=True,
    stop_words=words(
        """
        ve bir bu da de için ile olarak çok daha en gibi ne olan ama kadar sonra var her o değil nedir
        kaç hangi kim mi mı oldu idi neydi neyi kimdi kimdir yılında hangisi nerede neden nasıl nelerdir
        mu mü neye nereye nereden kime kimin kaçta nelere ya ben benim biz bizim bana yok olur olabilir
        gerekir bunu şu
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("bkz fık m md no s sf sy"),
        before_words=words("av bkz doç dr prof sn vb"),
    ),
    question_columns=words("soru sorular"),
    division_words="madde|ek|bölüm|kısım",
    contents_titles=frozenset({"içindekiler"}),
    page_words="sayfa",
)
