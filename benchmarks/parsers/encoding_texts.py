"""Sentences in many languages, written for this project, and the encodings that they were saved in."""

from __future__ import annotations

# By language: the encodings in which its texts occur, and the text.
TEXTS: dict[str, tuple[tuple[str, ...], str]] = {
    "English": (
        ("cp1252", "mac_roman", "cp437", "cp850"),
        "The café is closed on Mondays. The owner paid £5 for the façade and the jalapeño garden. Zoë’s résumé "
        "was naïve, but the jury liked it. “We cannot wait any longer,” said the clerk – and he left. The "
        "ferry takes forty minutes to cross the fjord, and the fare is £3 for adults. Señor Muñoz wrote to the "
        "council twice about the noise; nobody replied. The temperature rose to 31 °C in the afternoon.",
    ),
    "German": (
        ("cp1252", "mac_roman", "cp437", "cp850"),
        "Der Fährmann setzt über den Fluß, sobald die Glocke läutet. Für die Überfahrt zahlen Erwachsene drei "
        "Mark, Schüler die Hälfte. Im Frühjahr müssen die Dächer der Höfe geprüft werden, weil der Schnee sie "
        "drückt. Die Bürger beschlossen, daß die Straße nach dem Gärtner heißen soll, der die Bäume gepflanzt "
        "hat. Niemand wußte, wieviel das größte Schiff wöchentlich befördert. Es grüßt Sie herzlich Jürgen Böhm.",
    ),
    "French": (
        ("cp1252", "mac_roman", "cp850", "cp437"),
        "Le marché a lieu chaque samedi près de l’église. Les élèves ont visité la forêt où naît la rivière, "
        "puis ils ont mangé à l’ombre d’un chêne. Le maire a déclaré que le pont serait réparé avant l’été. Où "
        "êtes-vous né ? Voilà déjà trois années que la façade n’a pas été repeinte ; ça se voit. Les hôtels "
        "sont complets jusqu’à la fête du village, et même au-delà.",
    ),
    "Spanish": (
        ("cp1252", "mac_roman", "cp850", "cp437"),
        "El niño pequeño encontró la llave detrás del jardín. ¿Cuándo llegará el próximo tren a la estación? "
        "La compañía pagó dieciséis mil pesetas por la reparación del tejado. Según el médico, la señora "
        "debería caminar más y comer menos azúcar. Mañana habrá una reunión en el edificio de la esquina. Él "
        "también quería saber quién había escrito la canción.",
    ),
    "Portuguese": (
        ("cp1252", "mac_roman", "cp850", "cp860"),
        "A reunião começa às nove horas e não há cadeiras para todos. O barco só atravessa o rio quando a maré "
        "está baixa. As crianças aprenderam três canções e uma dança da região. É necessário avisar o capitão "
        "até amanhã. Você já viu o pôr do sol no topo da colina? O pão custa menos na padaria da estação, mas "
        "a manteiga é cara.",
    ),
    "Italian": (
        ("cp1252", "mac_roman", "cp850"),
        "La città è più tranquilla dopo mezzanotte, perché i caffè chiudono. Il sindaco ha detto che la strada "
        "sarà pronta lunedì. Non c’è nessuno che sappia dov’è finita la chiave. Martedì prossimo si terrà "
        "l’assemblea, e la libertà di parola è garantita. Però, così facendo, la qualità ne soffrirà.",
    ),
    "Swedish": (
        ("cp1252", "mac_roman", "cp850", "cp437"),
        "Färjan går två gånger om dagen från ön till fastlandet. Barnen åt smörgåsar på bryggan medan båten "
        "lade till. Vädret blev sämre, så vi gick hem före kvällen. Hur många människor får åka med? Åtta "
        "hästar stod på ängen nedanför kyrkan. Den äldre kvinnan bär på en tung korg med äpplen och päron.",
    ),
    "Danish": (
        ("cp1252", "mac_roman", "cp850", "cp865"),
        "Færgen sejler to gange om dagen fra øen til fastlandet. Børnene spiste æbler på broen, mens båden "
        "lagde til. Prisen for en rejse er på fyrre kroner, og små børn går gratis med. Hvornår åbner "
        "kirkegården? Møllen på bakken tilhører en ældre mand, som køber korn af bønderne i nærheden.",
    ),
    "Polish": (
        ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
        "Żółta łódź płynie przez rzekę. Kapitan źle słyszał sygnał i zawrócił za późno. Dzieci zjadły śniadanie "
        "w ogródku, a później poszły do szkoły. Ile kosztuje przejazd przez most? Wójt obiecał, że ulica "
        "będzie gotowa przed świętami. Mąż pani Agnieszki naprawia dach, gdyż śnieg go uszkodził. Życzę "
        "państwu szczęśliwej podróży.",
    ),
    "Czech": (
        ("cp1250", "iso8859_2", "cp852"),
        "Žlutý člun pluje přes řeku každé ráno. Kapitán špatně slyšel a obrátil loď příliš pozdě. Děti snědly "
        "snídani na zahradě a potom šly do školy. Kolik stojí převoz? Starosta slíbil, že silnice bude hotová "
        "před svátky. Střechu opravuje soused, protože ji poškodil těžký sníh. Přeji vám šťastnou cestu domů.",
    ),
    "Hungarian": (
        ("cp1250", "iso8859_2", "cp852"),
        "A komp naponta kétszer közlekedik a sziget és a part között. A gyerekek almát ettek a hídon, amíg a "
        "hajó kikötött. Mennyibe kerül egy jegy felnőtteknek? A polgármester megígérte, hogy az út húsvétig "
        "elkészül. Az idős asszony nehéz kosarat cipelt, tele gyümölccsel. Jó utat kívánok mindenkinek, és "
        "örülök, hogy eljöttek. A tetőt a szél tönkretette, ezért új cserepekre volna szükség. Erdőszélen nagy "
        "a zűrzavar.",
    ),
    "Romanian": (
        ("cp1250", "iso8859_2", "cp852"),
        "Bacul trece rîul de două ori pe zi, dacă apa nu este prea înaltă. Copiii au mîncat mere pe pod, în timp "
        "ce vaporul se apropia de ţărm. Cît costă un bilet pentru adulţi? Primarul a promis că şoseaua va fi "
        "gata înainte de sărbători. Bătrîna căra un coş greu, plin cu fructe şi legume. Vă doresc călătorie "
        "plăcută şi vreme bună.",
    ),
    "Turkish": (
        ("cp1254", "cp857"),
        "Vapur günde iki kez adadan kıyıya gider. Çocuklar köprünün üstünde elma yediler, gemi yanaşırken "
        "beklediler. Yetişkinler için bilet kaç lira? Başkan, yolun bayramdan önce biteceğine söz verdi. "
        "Yaşlı kadın ağır bir sepet taşıyordu, içi meyve doluydu. Size iyi yolculuklar dilerim, güle güle "
        "gidin. Çatı rüzgârdan uçtu, şimdi yağmur içeri giriyor.",
    ),
    "Russian": (
        ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
        "Капитан не видел бую ночью. Лодка ушла в море. Паром ходит два раза в день между островом и берегом. "
        "Дети ели яблоки на мосту, пока корабль причаливал. Сколько стоит билет для взрослых? Мэр обещал, что "
        "дорога будет готова к празднику. Пожилая женщина несла тяжёлую корзину с фруктами. Привет, капитан! "
        "Желаю вам счастливого пути и хорошей погоды.",
    ),
    "Ukrainian": (
        ("cp1251", "koi8_u"),
        "Пором ходить двічі на день між островом і берегом. Діти їли яблука на мосту, поки корабель причалював. "
        "Скільки коштує квиток для дорослих? Міський голова обіцяв, що дорога буде готова до свята. Літня "
        "жінка несла важкий кошик із фруктами. Бажаю вам щасливої подорожі та гарної погоди.",
    ),
    "Bulgarian": (
        ("cp1251", "iso8859_5"),
        "Фериботът пътува два пъти на ден между острова и брега. Децата ядоха ябълки на моста, докато корабът "
        "приближаваше. Колко струва билетът за възрастни? Кметът обеща, че пътят ще бъде готов преди "
        "празника. Възрастната жена носеше тежка кошница с плодове. Желая ви приятно пътуване.",
    ),
    "Greek": (
        ("cp1253", "iso8859_7", "cp737"),
        "Το πλοίο φεύγει δύο φορές την ημέρα από το νησί προς την ακτή. Τα παιδιά έφαγαν μήλα πάνω στη γέφυρα, "
        "ενώ η βάρκα πλησίαζε. Πόσο κοστίζει το εισιτήριο για τους ενήλικες; Ο δήμαρχος υποσχέθηκε ότι ο "
        "δρόμος θα είναι έτοιμος πριν από τις γιορτές. Σας εύχομαι καλό ταξίδι και καλό καιρό.",
    ),
    "Hebrew": (
        ("cp1255", "iso8859_8", "cp862"),
        "המעבורת יוצאת פעמיים ביום מן האי אל החוף. הילדים אכלו תפוחים על הגשר בזמן שהסירה התקרבה. כמה עולה "
        "כרטיס למבוגרים? ראש העיר הבטיח שהדרך תהיה מוכנה לפני החג. אישה זקנה נשאה סל כבד ובו פירות וירקות. אני "
        "מאחל לכם נסיעה טובה ומזג אוויר נאה.",
    ),
    "Arabic": (
        ("cp1256", "iso8859_6"),
        "تغادر العبّارة مرتين في اليوم من الجزيرة إلى الساحل. أكل الأطفال التفاح على الجسر بينما كان القارب يقترب. "
        "كم ثمن التذكرة للكبار؟ وعد رئيس البلدية بأن الطريق سيكون جاهزا قبل العيد. حملت المرأة العجوز سلة ثقيلة "
        "مليئة بالفواكه. أتمنى لكم رحلة سعيدة وطقسا جميلا.",
    ),
    "Japanese": (
        ("shift_jis", "euc_jp"),
        "渡し船は一日に二回、島から岸へ向かいます。船が着くまで、子供たちは橋の上でりんごを食べました。大人の切符はいくらですか。"
        "市長は、祭りの前に道路ができると約束しました。おばあさんは果物の入った重いかごを運んでいました。よい旅をお祈りします。",
    ),
    "Chinese": (
        ("gb18030", "big5"),
        "渡船每天往返海岛两次。孩子们在桥上吃苹果，等船靠岸。成人票多少钱？市长答应在节日前修好道路。老太太提着一只沉重的篮子，里面装满"
        "了水果。祝你们旅途愉快，天气晴朗。",
    ),
    "Korean": (
        ("cp949",),
        "나룻배는 하루에 두 번 섬에서 육지로 간다. 배가 닿을 때까지 아이들은 다리 위에서 사과를 먹었다. 어른 표는 얼마입니까? 시장은 "
        "명절 전에 길이 완성될 것이라고 약속했다. 할머니는 과일이 든 무거운 바구니를 들고 있었다. 즐거운 여행이 되시기를 바랍니다.",
    ),
    "Thai": (
        ("cp874",),
        "เรือข้ามฟากออกจากเกาะไปยังฝั่งวันละสองเที่ยว เด็กๆ กินแอปเปิลบนสะพานขณะที่เรือเข้าเทียบท่า ตั๋วผู้ใหญ่ราคาเท่าไร "
        "นายกเทศมนตรีสัญญาว่าถนนจะเสร็จก่อนวันหยุด หญิงชราถือตะกร้าหนักที่เต็มไปด้วยผลไม้ ขอให้เดินทางโดยสวัสดิภาพ",
    ),
}  # fmt: skip

# The same text with the characters that some encodings have instead.
TRADITIONAL = (
    "渡船每天往返海島兩次。孩子們在橋上吃蘋果，等船靠岸。成人票多少錢？市長答應在節日前修好道路。老太太提著一隻沉重的籃子，裡面裝滿了水果。"
    "祝你們旅途愉快，天氣晴朗。"
)
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "ё": "ё"})


def encoded(language: str, encoding: str) -> tuple[str, bytes]:
    """Return a language's text as an encoding can represent it, and its bytes."""
    text = TRADITIONAL if encoding == "big5" else TEXTS[language][1]
    try:
        return text, text.encode(encoding)
    except UnicodeEncodeError:
        text = "".join(c for c in text.translate(_PLAIN) if _can(c, encoding))
        return text, text.encode(encoding)


def _can(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
