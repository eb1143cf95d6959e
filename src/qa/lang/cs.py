"""Czech."""

from __future__ import annotations

from qa.lang.base import Abbreviations, Language, words

CZECH = Language(
    code="cs",
    name="Czech",
    legal_forms=words("sro"),
    own_letters="[řěů]",
    quotation_marks="„“‚‘",
    dotted_ordinals=True,
    stop_words=words(
        """
        a se v na je že to s z do o i ale jako za by pro jsou byl po od ve jeho které tak byla bylo kdo
        kde kdy proč který která jaký jaká kolik mám má mohu může musím musí můj moje náš naše tento
        tato toto mi
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words("č čís čl kap obr odst písm pol příl s str tab zák"),
        before_words=words("dr ing jud kpt mgr např prof resp srov sv tj tzn tzv vč"),
    ),
    question_columns=words("otázka otázky"),
)
