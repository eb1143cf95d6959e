"""Abbreviations whose full stop ends no sentence, and what normally follows them."""

from __future__ import annotations

import re

# Before a figure, a Roman numeral or a letter: "Art. 5", "lit. b", "Vol. II", "Ex. A".
_NUMBERED = {
    "en": (
        "app appx art arts ch chap chaps cir cl cls col cols cor div eq eqs ex exh exhs exs fig figs "
        "fol ll n no nos nn p par para paras pars pp pt pts r reg regs rr s sch schs sec secs sect ser "
        "ss sub subs supp tit v ver vol vols approx ca circa max min jan feb mar apr jun jul aug sep "
        "sept oct nov dec lit nr rm ste ed edn ext tel ref stat cal const ann"
    ),
    "de": (
        "abb abs abschn alt anh anl anm art aufl az beil bd bde bl bsp bst buchst ca fn hs kap lfd lit "
        "nr nrn rdnr rn rnr rz s st tab teilbd tz u unterabs urt uabs v var vom z ziff ziffn zit etwa "
        "max min mind"
    ),
    "fr": "al ann art arts chap ch env ex éd fasc fig liv n no num p par pp sect t tit v vol",
    "es": (
        "ap apdo art arts cap caps disp ed fig frac inc lit n no num núm núms p pág págs par párr párrs "
        "pp t vol"
    ),
    "it": "all art artt cap cfr co comm ed fig lett n nn num p pag pagg par pp sez tab tit vol",
    "pt": "al ap art arts cap cl ed fig inc n no num núm p pág págs par pp t vol",
    "nl": "afb art artt bijl blz ca fig hfdst hfst nr nrs p par pp r ro rov sub vol",
    "sv": "art bil ca fig kap kl mom nr p s sid st tab",
    "da": "art bil ca fig kap kl litra nr pkt s stk tab",
    "no": "art bokst fig kap kl nr pkt s tab",
    "fi": "art kpl kuva luku mom n nro s taul",
    "pl": "art lit nr par pkt poz pp rozdz rys s str tab ust zał zd ok",
    "cs": "č čís čl kap obr odst písm pol příl s str tab zák",
    "ro": "alin art cap fig lit nr p pag par pct vol",
    "hu": "kb sz ábra old",
    "tr": "bkz fık m md no s sf sy",
    "id": "hal no ps",
    "ru": "абз гл подп п пп пр рис с ср ст стр табл т ч",
    "uk": "абз гл п пп рис с ст стор табл т ч",
    "sr": "чл ст бр стр т",
    "el": "αρ άρθρ κεφ παρ περ σ σελ εδ",
}
# Before anything, most often a name or the words that are compared or explained.
_OPEN = {
    "en": (
        "mr mrs ms dr prof st sr jr gen col lt sgt capt rev hon gov sen rep messrs mme mmes mlle cf vs "
        "v viz al e.g i.e approx ca esp incl excl resp c.f"
    ),
    "de": (
        "abw allg bes bspw bzw ca dgl d.h dipl dr einschl entspr evtl frl gem ggf hrsg i.d.f i.d.r i.s "
        "i.s.d i.s.v i.v.m insb insbes inkl m.e m.w.n mind mio mrd o.g prof rspr s.a s.o s.u sog st str "
        "u.a u.u ua usf vgl z.b zb zzgl"
    ),
    "fr": "c.-à-d cf dr env l m me mes mgr mlle mm mme mmes p.ex pr resp st ste",
    "es": "cf d dª dña dr dra p.ej prof sr sra sres srta ud uds vid v.gr",
    "it": "avv cfr dott ecc dr ing p.es prof sig sigg sigra st ss spett v",
    "pt": "cf dr dra eng exmo p.ex prof sr sra v",
    "nl": "bijv bv cf d.w.z dhr dr drs i.h.b i.v.m incl jo jr m.b.t m.n mevr mr mw o.a prof resp t.a.v vgl",
    "sv": "bl.a d.v.s dr dvs enl exkl f.d f.n inkl jfr prof resp s.k t.ex",
    "da": "bl.a dvs f.eks fhv hr inkl jf jfr pga prof resp",
    "no": "bl.a dvs f.eks inkl jf jfr pga prof",
    "fi": "ent esim ks mm ml muun prof ts vrt",
    "pl": "dr hab im inż in itp m.in mec mgr np prof św tj tzn tzw ul wg zob por",
    "cs": "dr ing jud kpt mgr např prof resp srov sv tj tzn tzv vč",
    "ro": "av dl dna dr d-l d-na ing prof str ș.a",
    "hu": "dr id ifj ill pl prof ún vö",
    "tr": "av bkz doç dr prof sn vb",
    "id": "dr drs hj ir prof",
    "ru": "акад гг гр др им напр проф см св т.е т.к т.н ул г",
    "uk": "акад див ім напр проф т.зв вул",
    "sr": "др нпр проф св тј",
    "el": "βλ δηλ δρ κ κα πρβλ π.χ",
}
# In the middle of a name or a citation, but at the end of a sentence just as well: before a small letter, a
# figure, or another abbreviation.
_WITHIN = frozenset(
    """
    inc ltd co corp llc llp bros dept assn intl etc usw ecc fed civ crim evid app supp cir rptr stat rev code
    const ann cal cong reg dist ct bankr ed proc jur super comm natl univ mfg ass dec ind ga gmbh ltda cía cia
    cass trib s.a s.r.l s.p.a u.s u.k e.v a.g
    """.split()  # noqa: SIM905
)

_LAST = re.compile(r"([^\s()\[\]{}“”„\"'’‘/–—«»,;:]+)\.([\"'”’»)\]]*)\s*$")
_FIGURE = re.compile(
    r"[(\[]?(?:\d|[§#¶º°ª]"
    # A letter or a Roman numeral alone; "A" and "I" before a small letter are words.
    r"|(?:[b-hj-zB-HJ-Z]|[AaIi](?!\s+[^\W\d_A-Z])|[ivxlcIVXLC]{2,7})(?![^\W_]))"
)
_SHORT = re.compile(r"([A-Z][a-z]{0,4})\.")
_MEASURED = re.compile(r"\d\s?$")


def _words(table: dict[str, str]) -> dict[str, frozenset[str]]:
    """The abbreviations of each language and of English, and those of all for a text of no known language."""
    every = {language: frozenset(f"{table['en']} {words}".split()) for language, words in table.items()}
    return {**every, "": frozenset().union(*every.values())}


_BEFORE_FIGURES = _words(_NUMBERED)
_BEFORE_ALL = _words(_OPEN)


def goes_on(before: str, after: str, language: str) -> bool:
    """Returns whether ``before`` ends with an abbreviation after which the sentence goes on.

    ``language`` is empty where it is not known.
    """
    found = _LAST.search(before)
    if found is None:
        return False
    word, closed = found[1].casefold(), found[2]
    if is_before_figures(word, language) and not closed and _FIGURE.match(after):
        # "5 m. 3" is a measure, not "m. 3".
        return not (len(word) == 1 and _MEASURED.search(before[: found.start(1)]))
    if word in _BEFORE_ALL.get(language, _BEFORE_ALL["en"]):
        return True
    if closed:
        return False
    if word in _WITHIN:
        return _is_small(after) or _is_short(after)
    return len(word) > 1 and is_before_figures(word, language) and after[:1].islower()


def is_before_figures(word: str, language: str) -> bool:
    """Returns whether a word in small letters is an abbreviation that stands before figures."""
    return word in _BEFORE_FIGURES.get(language, _BEFORE_FIGURES["en"])


def _is_small(after: str) -> bool:
    return after[:1].islower() or after.lstrip("([")[:1].isdigit() or after[:1] == "§"


def _is_short(after: str) -> bool:
    """Whether the next word is an abbreviation itself, as in "Fed. R. Civ. P."."""
    found = _SHORT.match(after)
    return found is not None and (len(found[1]) == 1 or found[1].casefold() in _WITHIN)
