"""The language of a text is recognised by its script or its words."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa import lang
from qa.lang import LANGUAGES
from qa.lang.base import SCRIPTS
from qa.lang.detect import language_of, recognised


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The cat sat on the mat, and it was not amused by the dog that had come with us."),
        ("de", "Die Katze saß auf der Matte und war nicht erfreut über den Hund, der mit uns kam."),
        ("fr", "Le chat était assis sur le tapis et il ne voulait pas que les chiens viennent."),
        ("es", "El gato se sentó en la alfombra y no le gustó que los perros vinieran con él."),
        ("it", "Il gatto era seduto sul tappeto e non gli piaceva che i cani venissero con lui."),
        ("nl", "De kat zat op de mat en was niet blij met de hond die met ons was gekomen."),
        ("pl", "Kot siedział na macie i nie był zadowolony z psa, który się do nas przyłączył."),
        ("tr", "Kedi paspasın üzerinde oturuyordu ve bizimle gelen bu köpek için çok mutlu değildi."),
        ("ru", "Кошка сидела на ковре и была недовольна собакой."),
        ("el", "Η γάτα καθόταν στο χαλί και δεν ήταν ευχαριστημένη."),
        ("zh", "猫坐在垫子上，对跟我们来的狗不满意。"),
        ("ja", "猫はマットの上に座っていて、犬に満足していなかった。"),
        ("ko", "고양이는 매트 위에 앉아 있었다."),
        ("th", "แมวนั่งอยู่บนเสื่อและไม่พอใจสุนัข"),
        ("ar", "جلست القطة على السجادة ولم تكن سعيدة بالكلب."),
        ("he", "החתול ישב על המחצלת ולא היה מרוצה מהכלב."),
        ("hi", "बिल्ली चटाई पर बैठी थी और कुत्ते से खुश नहीं थी।"),
    ],
)
def test_each_language_is_recognised_by_its_words(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "12345 ... !?", "Xyzzy", "\x00"])
def test_english_is_the_default(text: str) -> None:
    assert language_of(text) == "en"


def test_latin_names_and_figures_do_not_make_a_chinese_page_english() -> None:
    assert (
        language_of("根据 World Bank 的报告，2020 年中国的国内生产总值增长了 2.3%，高于 IMF 的预测。") == "zh"
    )


def test_a_quoted_foreign_word_does_not_change_the_language() -> None:
    assert language_of("The word 和平 means peace, and it is written on the wall of the old house.") == "en"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Wer ist Angela Merkel?"),
        ("de", "Wo liegt Berlin?"),
        ("de", "Was hat Lady Gaga gesungen?"),
        ("fr", "Qui a écrit Les Misérables ?"),
        ("es", "¿Qué cantó Lady Gaga?"),
        ("it", "Dove si trova Roma?"),
        ("pt", "Quem escreveu Os Lusíadas?"),
        ("nl", "Waar ligt Amsterdam?"),
        ("tr", "Broncos'un Genel Müdürü kimdir?"),
        ("vi", "Tên của cơn bão đã vào Jacksonville là gì?"),
        ("ro", "Cum s-a numit furtuna care a lovit Jacksonville?"),
        ("uk", "Хто написав Кобзар і Заповіт?"),
        ("fa", "رئیس‌جمهور ایران چه کسی است؟"),
        ("zh", "什么是 World Bank?"),
    ],
)
def test_a_short_question_is_recognised_by_its_question_word(language: str, question: str) -> None:
    assert recognised(question) == language


@pytest.mark.parametrize(
    "text",
    [
        "Who is Juan Carlos de Borbon?",
        "Who wrote La vita è bella?",
        "What is Διόνυσος?",
        "How old was Ludwig van Beethoven in der Heiligenstadt?",
        "Is the Mona Lisa by Leonardo da Vinci in the Louvre?",
        "Was Barack Obama in Berlin?",
        "Did Los Angeles host the Juegos Olímpicos?",
        "De La Soul members",
        "Charles de Gaulle airport",
        "São Paulo population",
        "A decision made by what entity restored Tesla's patents?",
        "Is Jamba Juice a juice bar chain?",
    ],
)
def test_names_do_not_change_the_language_of_an_english_question(text: str) -> None:
    assert recognised(text) in ("en", None)
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["", "12345", "Xyzzy", "Apple", "Das Kapital Marx"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert recognised(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut.",
        "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam Aquitani.",
        "Quousque tandem abutere, Catilina, patientia nostra?",
        "Quid est veritas?",
        "pacta sunt servanda",
    ],
)
def test_latin_is_no_supported_language(text: str) -> None:
    assert recognised(text) is None
    assert recognised("\n\n".join([text] * 40)) is None


@pytest.mark.parametrize(
    "text",
    ["ACME 2023?", "Clause 4.2(b)?", "SKU-4711 rev B", "GmbH & Co. KG", "Müller GmbH", "força", "7,5 %"],
)
def test_codes_and_names_alone_have_no_language(text: str) -> None:
    assert recognised(text) is None


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Kündigungsfrist in der Probezeit?"),
        ("de", "WANN LÄUFT DER VERTRAG AUS?"),
        ("es", "Quien paga los gastos de envio?"),
        ("fr", "Ou se trouve le siege de Renault ?"),
        ("pl", "Czy wolno palic w biurze?"),
        ("sv", "Vad ar uppsagningstiden?"),
        ("tr", "Ihbar suresi kac hafta?"),
        ("cs", "Kdy končí smlouva?"),
        ("da", "Hvornår udløber kontrakten?"),
        ("fi", "Milloin sopimus päättyy?"),
        ("hu", "Mikor jár le a szerződés?"),
        ("id", "Kapan kontrak berakhir?"),
        ("no", "Når utløper kontrakten?"),
        ("ro", "Când expiră contractul?"),
        ("vi", "Khi nào hợp đồng hết hạn?"),
    ],
)
def test_an_everyday_question_is_recognised_even_without_its_accents(language: str, question: str) -> None:
    assert recognised(question) == language


@pytest.mark.parametrize(
    "text",
    [
        # Slovak, Catalan, Croatian
        "Nájomná zmluva sa uzatvára na dobu neurčitú. Výpovedná lehota je tri mesiace a začína plynúť "
        "prvým dňom mesiaca nasledujúceho po doručení výpovede. Nájomca je povinný platiť nájomné "
        "vopred, vždy do piateho dňa v mesiaci. Zmluvné strany sa dohodli, že všetky zmeny musia byť "
        "písomné. Nájomca nesmie byt prenajať inému.",
        "El contracte d'arrendament té una durada de cinc anys. El termini de preavís és de tres "
        "mesos i comença el primer dia del mes següent. L'arrendatari ha de pagar la renda per "
        "avançat, abans del dia cinc de cada mes. Les parts acorden que qualsevol modificació s'ha de "
        "fer per escrit, amb la signatura de totes dues parts.",
        "Ugovor o najmu sklapa se na neodređeno vrijeme. Otkazni rok iznosi tri mjeseca i počinje "
        "teći prvog dana u mjesecu. Najmoprimac je dužan plaćati najamninu unaprijed, najkasnije do "
        "petog dana u mjesecu. Ugovorne strane suglasne su da se sve izmjene ugovora moraju sastaviti "
        "u pisanom obliku i potpisati.",
    ],
)
def test_a_document_in_a_related_language_is_not_taken_for_a_known_one(text: str) -> None:
    assert recognised(text) is None


def test_an_english_question_does_not_wait_for_the_detection_library() -> None:
    code = (
        "import sys; from qa.lang.detect import recognised; "
        "print(recognised(sys.argv[1]), 'py3langid' in sys.modules)"
    )
    for question, loaded in (
        ("Which law governs?", False),
        ("Can you end the lease?", False),
        ("¿Qué ley?", True),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, question], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.split()[1] == str(loaded), question


def test_the_detection_library_is_prepared_in_the_background_where_needed() -> None:
    code = """
import sys, threading
from qa.lang.detect import prepare, recognised
prepare(sys.argv[1])
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join()
print("py3langid" in sys.modules, recognised(sys.argv[1]))
"""
    for question, printed in (("Which law governs?", "False en"), ("¿Qué ley se aplica?", "True es")):
        done = subprocess.run(
            [sys.executable, "-c", code, question], capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.strip() == printed


def test_concurrent_threads_get_the_same_results() -> None:
    with ThreadPoolExecutor(8) as pool:
        languages = list(
            pool.map(recognised, ["Quanti giorni di ferie ho?", "Hur hög är depositionen?"] * 40)
        )
    assert languages == ["it", "sv"] * 40


def test_every_language_has_an_object_in_a_known_script() -> None:
    assert set(LANGUAGES) >= {"en", "de", "zh", "uk", "fa", "no"}
    for code, language in LANGUAGES.items():
        assert language.code == code
        assert language.name[0].isupper()
        assert language.script in SCRIPTS
        assert len(language.quotation_marks) == 4
        assert language.stop_words == {word.lower() for word in language.stop_words}


def test_a_language_has_a_code() -> None:
    assert lang.get("de").name == "German"
    assert "wer" in lang.get("de").stop_words
    assert lang.get("nb") is lang.get("no")
    unknown = lang.get("xx")
    assert (unknown.name, unknown.stop_words, unknown.stemmer) == ("xx", frozenset(), "")


def test_words_and_patterns_of_all_languages_are_combined() -> None:
    assert {"january", "mai", "décembre"} <= lang.in_any("months")
    assert {"of", "von", "из"} <= set(lang.alternatives("page_of").split("|"))
