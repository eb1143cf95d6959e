"""French."""

from __future__ import annotations

from qa.lang.base import Abbreviations, AnswerSigns, FollowUpSigns, Language, words

FRENCH = Language(
    code="fr",
    name="French",
    legal_forms=words("sa sas sarl"),
    short_name_openers="ci-apr[eè]s",
    quotation_marks="«»“”",
    stemmer="french",
    ordinal_endings=words("e eme er nde re ème ère"),
    stop_words=words(
        """
        le de un à être et en avoir que pour dans ce il qui ne sur se pas plus par je avec tout les des
        une du est la au aux sont ont été était fut son sa ses cette quand où pourquoi combien quel
        quelle quels quelles nous mon ma mes notre nos vous votre ai as avons dois doit peut peux puis
        faut y si comment quoi
        """
    ),
    name_particles=words("de des du la le"),
    months=words(
        """
        janvier février mars avril mai juin juillet août septembre octobre novembre décembre
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words(
            """
            al ann art arts chap ch env ex éd fasc fig liv n no num p par pp sect t tit v vol
            """
        ),
        before_words=words("c.-à-d cf dr env l m me mes mgr mlle mm mme mmes p.ex pr resp st ste"),
        in_names=words("s.a"),
    ),
    clause_words="alinéas?|paragraphes?|numéros?",
    division_words="annexe|partie|chapitre|titre|article",
    contents_titles=frozenset({"sommaire", "table des matières"}),
    document_kinds=frozenset(
        {
            "accord",
            "avenant",
            "bail",
            "charte",
            "conditions",
            "contrat",
            "convention",
            "décret",
            "guide",
            "loi",
            "manuel",
            "rapport",
            "règlement",
            "statuts",
        }
    ),
    signature_labels="signature|nom|qualité|date|fait à",
    address_labels="à l'attention de|téléphone|tél|télécopie|courriel|adresse",
    page_of="de|sur",
    asks_further=words("quoi qui quand pourquoi comment"),
    look_up_words=words(
        """
        mentionné mentionne trouve trouver dit écrit apparaît mot mots phrase expression document
        documents texte contrat cherche montre où
        """
    ),
    follow_ups=FollowUpSigns(
        opens="et|mais|ou|donc|alors|qu en est il",
        references=(
            "il elle ils elles lui leur leurs son sa ses y en cela ça celui celle ceux ce autres même"
        ),
        asks=("qui que quoi quel quelle quels quelles quand où pourquoi comment combien est sont a ont"),
    ),
    page_references=r"pages?|pp?\.",
    quotation_notes=(
        r"(?:c.est )?(?:moi|nous) qui soulign(?:e|ons)|nous soulignons|je souligne|souligné par (?:nous|moi)"
        r"|italiques? (?:ajoutée?s?|de l.auteur)|notes? omises?"
    ),
    answer_columns=words("réponse réponses"),
    comment_columns=words("commentaire commentaires observation observations remarque remarques"),
    source_columns=("Source", "Sources", "Référence", "Références", "Preuve", "Preuves"),
    answer_signs=AnswerSigns(
        date=r"(?:depuis |jusqu.à )?quand\b|(?:à|de|depuis) quelle date\b|quelle est la date\b"
        r"|(?:.*\b)?dates?\b.*",
        amount=r"combien (?:coûte|coûtent|faut-il payer|d.argent|vaut)\b"
        r"|quel est le (?:prix|montant|coût|loyer|tarif)\b"
        r"|(?:.*\b)?(?:prix|montant|coût|loyer|tarif)$",
        number=r"combien\b|(?:.*\b)?(?:nombre|durée)$",
        name=r"(?:à |de |avec |par )?qui\b|(?:.*\b)?(?:noms?|parties)$",
        yes_no=r"est-ce que\b|(?:est|sont|a|ont|peut|peuvent|doit|doivent|faut|existe)-(?:t-)?(?:il|elle|ils"
        r"|elles|on|ce)\b"
        r"|y a-t-il\b",
        yes="oui",
        no="non",
        months=(
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ),
        currencies="euros?|dollars?|francs?|livres?|pour cent",
    ),
)
