"""Portuguese."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

PORTUGUESE = Language(
    code="pt",
    name="Portuguese",
    legal_forms=words("ltda"),
    short_name_openers="doravante",
    own_letters="[ãõ]",
    quotation_marks="«»“”",
    stemmer="portuguese",
    ordinal_endings=words("ª º"),
    stop_words=words(
        """
        de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao das à
        são era foram pelo pela ou seu sua quem onde quando qual quais quanto quantos quantas eu meu
        minha meus nós nosso nossa tenho tem posso pode devo deve há quanta está
        """
    ),
    name_particles=words("da das de do dos e"),
    months=words(
        """
        janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("al ap art arts cap cl ed fig inc n no num núm p pág págs par pp t vol"),
        before_words=words("cf dr dra eng exmo p.ex prof sr sra v"),
        in_names=words("ltda"),
    ),
    question_labels=words("pergunta"),
    question_columns=words("pergunta perguntas"),
    division_words="artigo|cláusula|anexo|parte|capítulo|título",
    contents_titles=frozenset({"índice", "sumário"}),
    page_words="página|pág",
    page_of="de",
    page_references=r"páginas?|págs?\.|pp?\.",
    quotation_notes=(
        r"(?:grifo|destaque|ênfase|itálico)s? (?:noss[oa]s?|meus?|minha|acrescentad[oa]s?|no original)"
    ),
)
