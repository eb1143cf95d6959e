"""Spanish."""

from __future__ import annotations

from qa.lang.base import Abbreviations, AnswerSigns, FollowUpSigns, Language, words

SPANISH = Language(
    code="es",
    name="Spanish",
    legal_forms=words("sl cv"),
    short_name_openers="en adelante|en lo sucesivo",
    own_letters="ñ",
    own_signs="[¿¡]",
    quotation_marks="«»“”",
    stemmer="spanish",
    ordinal_endings=words("ª º"),
    stop_words=words(
        """
        de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o es
        fue son era ha han cuál qué quién quiénes cuándo dónde cuáles cómo cuánto cuántos cuánta cuántas
        yo mi mis nos nuestro nuestra tengo tiene tienen puedo puede debo debe hay si quien quienes
        donde cuando cuanto cual está están
        """
    ),
    name_particles=words("de del el la y"),
    months=words(
        """
        enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        """
    ),
    abbreviations=Abbreviations(
        before_numbers=words(
            """
            ap apdo art arts cap caps disp ed fig frac inc lit n no num núm núms p pág págs par párr
            párrs pp t vol
            """
        ),
        before_words=words("cf d dª dña dr dra p.ej prof sr sra sres srta ud uds vid v.gr"),
        in_names=words("cia cía"),
    ),
    clause_words=("cláusulas?|secciones|sección|artículos?|apartados?|párrafos?|incisos?|numerales?"),
    question_labels=words("pregunta"),
    question_columns=words("pregunta preguntas"),
    answer_columns=words("respuesta respuestas contestación"),
    comment_columns=words("comentario comentarios observación observaciones"),
    source_columns=("Fuente", "Fuentes", "Referencia", "Referencias", "Evidencia"),
    division_words="anexo|parte|capítulo|título",
    contents_titles=frozenset({"índice", "contenido", "tabla de contenidos"}),
    document_kinds=frozenset(
        {
            "acuerdo",
            "condiciones",
            "contrato",
            "convenio",
            "decreto",
            "estatutos",
            "guía",
            "informe",
            "ley",
            "manual",
            "política",
            "reglamento",
        }
    ),
    signature_labels="firma|nombre|cargo|fecha",
    address_labels="atención|teléfono|tel|fax|correo electrónico|dirección|domicilio",
    page_words="página|pág",
    page_of="de",
    asks_further=words("qué quién cuándo cómo"),
    look_up_words=words(
        """
        menciona mencionado dice aparece escrito palabra palabras frase expresión documento documentos
        texto contrato busca muestra dónde
        """
    ),
    follow_ups=FollowUpSigns(
        opens="y|e|pero|o|entonces|qué hay de|qué pasa con|qué tal",
        references="él ella ellos ellas su sus eso esto ese esa esos esas allí ambos otros mismo",
        asks=("quién quiénes qué cuál cuáles cuándo dónde por cómo cuánto cuántos es son era fue ha han"),
    ),
    page_references=r"páginas?|págs?\.|pp?\.",
    quotation_notes=(
        r"(?:énfasis|cursivas?|negritas?|subrayado)(?: (?:añadid|mí|nuestr|agregad)[oa]s?)?|citas? omitidas?"
    ),
    answer_signs=AnswerSigns(
        date=r"(?:desde |hasta |a partir de )?cu[áa]ndo\b|(?:en|a partir de|hasta) qu[ée] (?:fecha|d[íi]a)\b"
        r"|(?:.*\b)?fechas?\b.*",
        amount=r"cu[áa]nto (?:cuesta|cuestan|se paga|dinero|vale|asciende|hay que pagar)\b|a cu[áa]nto\b"
        r"|cu[áa]l es (?:el|la) (?:precio|importe|coste|costo|tarifa|tasa|renta)\b|(?:.*\b)?(?:precio"
        r"|importe|coste|costo)$",
        number=r"cu[áa]nt[oa]s?\b|(?:.*\b)?(?:número|duración|plazo)$",
        name=r"(?:a |de |con )?qui[ée]n(?:es)?\b|(?:.*\b)?(?:nombres?|partes)$",
        yes_no=r"(?:es|son|est[áa]|est[áa]n|hay|puede|pueden|debe|deben|tiene|tienen|existe|existen|ha|han|fue"
        r"|fueron)\b",
        yes="sí",
        no="no",
        months=(
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre|setiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ),
        currencies="euros?|d[óo]lares|d[óo]lar|pesos?|por ciento|libras?",
    ),
)
