"""Words that the search treats alike, as words.normalise writes them: German ones first, then other languages."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATION = "nicht"
NEGATIONS = _set("nicht nichts nix nie kein keine keinen keinem keiner keines ohne not no")
# One word for another, wherever it stands: by these nobody means anything else.
SAME = {"ii": "2", "iii": "3", "iv": "4", "zwei": "2", "drei": "3", "vier": "4"}
SAME |= dict.fromkeys(_set("mama mami mutti mum mom mamas mamis muttis"), "mutter")
SAME |= dict.fromkeys(_set("papa papi vati paps papas papis vatis daddy dad"), "vater")
SAME |= dict.fromkeys(_set("exmann exfreund expartner exfrau exfreundin expartnerin kindsvater kindesvater"), "ex")
SAME |= {"kids": "kinder", "bezahle": "zahle", "bezahlen": "zahlen", "bezahlt": "zahlt"}

# Said with every wish and never the wish itself. Negations are no such words: see NEGATIONS.
STOP = _set(
    """
    ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bin bis
    bist bitte bloss da dabei dafur dagegen daher damit danach dann daran darauf darf darum das dass davon dazu dein
    deine deinem deinen deiner dem den denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses
    dir doch dort du durch durfen eben ein eine einem einen einer eines einfach einmal er es etwa etwas euch euer eure
    fast fur ganz gar gegen gehabt genau gern gerne gewesen gibt gibts gerade hab habe haben habt halt hat hatte
    hatten hatte her hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in ins ist ja je jede jedem
    jeden jeder jedes jetzt jemand jemanden kann kannst konnen konnte konnt lassen lasst leider mal man manchmal mehr
    mein meine meinem meinen meiner meines mich mir mit mochte mochten muss musst mussen nach nachdem noch nun nur ob
    oben oder oft per pro schon sehr sein seine seinem seinen seiner seit sich sie sind so sogar soll sollen
    sollte sollt sonst sowie standig total trotzdem u uber uberhaupt uberall um und uns unser unsere unserem unseren
    unserer unter vom von vor wahrend war ware waren warum was wegen weil wenn wer werde werden wem wen wessen wie
    wieder wieso wieviel will willst wir wird wo woher wohin wollen womit worum wurde wurden ziemlich zu zum zur
    zwischen eigentlich vielleicht vermutlich naturlich momentan derzeit aktuell bald spater zuerst damals
    mittlerweile inzwischen irgendwie irgendwo irgendwas irgendwer irgendjemand bisher bereits beide beiden ausserdem
    aufs ans ums furs ubers vors durchs unters hinters jemandem hierher
    allerdings jedoch sondern obwohl zwar solche solchen sowas wollte wollten hallo danke falls sobald solange ne nen
    a and are at be can do does for from get have how i is it me my of on or the to we what where who with
    you your bir bu icin ile ve ben benim i v na mi ja je się sie jest dla mam u mene мне меня мой моя я в на и с у
    для мені мій є где де как як по в من في على هل
    """
)
# Said with many wishes: these count a little, and only beside others. Of a turn of phrase they are no part, …
FILLERS = _set(
    """
    hilfe hilfen helfen hilft helft brauche brauchen braucht suche suchen sucht finde finden findet bekomme bekommen
    bekommt kriege kriegen kriegt mache machen macht gehe gehen geht komme kommen kommt weiss wissen frage fragen
    problem probleme angebot angebote gut viele zeit tag wunsche info infos information nahe unterstutzung schnell
    dringend bestimmt letzte nachste selbst woche moglich moglichkeit gebe geben soll wirklich endlich paar bekam hole
    holen tun wende wenden beantrage beantragen beantragt gestern gesucht
    need want find looking give yardim ariyorum istiyorum lazim pomoc szukam potrzebuje шукаю потрібна потрібно
    потрібен допомога ищу нужна нужен нужно помощь помогите help ajutor nevoie caut alikari مساعدة ابحث کمک نیاز
    """
)
# … but these are: "Kind krank" is not "krank".
PERSONS = _set(
    """
    alleinerziehend alleinerziehende alleinerziehenden familie familien kind kinder kindern kindes kids kleine kleinen
    kleiner mutter mama vater papa eltern mann frau freund freundin partner partnerin ex typ sohn sohnes tochter
    child children kid husband wife man woman cocuk cocuklar cocugum дитина діти ребенок дети dziecko dzieci copil
    copii zarok طفل اطفال ولد اولاد کودک بچه فرزند neu neue neuen viel wenig gross
    klein weg arbeite heute abend 0 1 2 3 4 5 6 7 8 9 10 12
    """
)
LIGHT = FILLERS | PERSONS
# What is said of a child is said of these.
CHILDREN = _set("sohn sohne sohnes sohns tochter teenager teenie bub")
# Said of many wishes too: alone they are one, beside another they say how, not what.
MONEY = _set("geld kohle teuer teurer billig billige gunstig gunstige kostenlos umsonst leisten pleite")
# Where one of these is meant, by a word that begins so, it comes before everything else: see vocabulary.Meaning.
VIOLENCE = ("gewalt", "stalking", "missbrauch", "misshandlung")
# Somebody who asks for this alone is in danger. Beside another wish it may be about something else: "Flucht Ukraine".
REFUGE = ("fraunhaus",)
# Where one of these is meant, people may ask for something else altogether: "Fußball Ergebnis", "Klavier stimmen".
LEISURE = ("sportverein", "freizeit")
# What a turn of phrase can need to be one: "schlägt mich", "mehr Platz", "fällt aus".
SMALL = _set(
    "ab alles alle auf aus bei ganz gegen hier kann lassen mehr mich mir muss nach nur ohne raus uns vor wahrend weg "
    "will wohin zu"
)

# Beginnings and ends of compounds that no offer may use by themselves.
PARTS = _set(
    """
    abend alkohol amt angebot antrag anwalt arbeit arbeits ausbildung ausweis baby beitrag beratung beruf berufs
    betreuung bildung buro cafe deutsch dienst drogen einstieg eltern entlastung erholung essen fahrt familie familien
    ferien flucht fluchtling fortbildung frauen garten geld gericht gewalt gruppe handy haus heim hilfe hort insolvenz
    integrations jugend karte kasse kehr kinder kindergarten kleider kleidung klasse konto kosten kranken krankengeld
    krippe kurs lebensmittel lehr madchen manner miete mieter migrations mittag musik mutter nachmittag nacht not
    pass pfandung pflege platz prozess recht rechnung reise rente ruck sachen schein scheidung schul schulden schule
    schuler schutz schwanger schwangerschaft schwimm sommer sorge sozial spiel sport sprach steuer stelle strom studien
    studium sucht teilzeit telefon therapie trennung treff umgang umschulung unterhalt urlaub vater vater verein
    verfahrens vermieter vertrag vollzeit vorschuss waisen weiterbildung wieder witwen wohn wohnung zeit zuschlag
    zuschuss tages grund
    """
)
# Three letters are a part of a compound only if they are one of these.
SHORT = _set("kur tag amt ort oma opa ehe not rat abi")
