"""How mail servers word their refusals: mostly German and English, some French, Dutch, Polish, Spanish and Italian.

The lists hold patterns for text as `folded` leaves it. Those that speak for the address (OURS, FULL) are generous;
those that speak against it (GONE, NO_DOMAIN) are exact.
"""

import re
import unicodedata

from mailings.sending.transport import HIDDEN

LONGEST_TEXT = 256 * 1024  # characters; longer text is cut before anything looks at it
LONGEST_WORDS = 8 * 1024  # characters of folded text; a refusal says its reason early
LONGEST_QUOTE = 300

# Every repetition has a bound: text without "@" or "." must not be scanned anew from each of its letters.
_NAMES = re.compile(
    r"(?P<url>\b(?:https?://|www\.)\S+)"
    r"|[^\s<>@\"'(),;:]{1,64}@[\w.=+-]{1,255}"
    r"|(?P<host>\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b)"
)
_ADDRESS = re.compile(r"<?[^\s<>\"'(),;:]{1,64}(?:@|%40)[^\s<>\"'(),;]{1,255}>?")
# In a transcript neither the client's commands nor the replies that accept them are the reason.
_ACCEPTED = re.compile(
    r"^[^\n]{0,60}?(?:(?:-->|>>>) ?(?:EHLO|HELO|MAIL|RCPT|DATA|QUIT|RSET)\b|<(?:--|<<) ?[23]\d\d\b)[^\n]{0,400}",
    re.MULTILINE | re.IGNORECASE,
)
_OUR_RETURN_PATH = re.compile(r"\+[0-9a-f]{32}@", re.IGNORECASE)
_LISTS = re.compile(r"spam|black|block|dnsbl|\brbl|/bl\b|listed|reputation", re.IGNORECASE)


def folded(text: str) -> str:
    """The words alone: one line, lower case, no accents, "n't" as "not", "@" for a mail address, "~" for a host.

    The name of a host or a link says nothing about the mailbox; only a link to a block list becomes "blocklist". Our
    own return path becomes "ourselves": a server that checks it speaks of us, not of the recipient.
    """
    text = _NAMES.sub(_stand_in, _ACCEPTED.sub("", text[:LONGEST_TEXT]))
    text = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("’", "'")).casefold()
    text = "".join([character for character in text if not unicodedata.combining(character)])
    text = text.replace("n't", " not").replace("cannot", "can not")
    return " ".join(text.split())[:LONGEST_WORDS]


def quote(text: str, email: str) -> str:
    """The server's own words for the officers: one line, without mail addresses and the recipient's name in them."""
    text = _ADDRESS.sub(HIDDEN, " ".join(text[: 4 * LONGEST_QUOTE].split()))
    mailbox = email.partition("@")[0].strip(" <\"'")
    if mailbox:
        text = re.sub(rf"(?<!\w){re.escape(mailbox)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text[:LONGEST_QUOTE]


def _stand_in(found: re.Match[str]) -> str:
    if found["url"]:
        return "blocklist" if _LISTS.search(found["url"]) else "~"
    if found["host"]:
        return "~"
    return "ourselves" if _OUR_RETURN_PATH.search(found[0]) else "@"


def _group(listed: str) -> str:
    patterns = [line.strip() for line in listed.splitlines()]
    return "(?:" + "|".join(pattern for pattern in patterns if pattern and not pattern.startswith("#")) + ")"


def _any(listed: str) -> re.Pattern[str]:
    return re.compile(_group(listed))


# The reason lies with us, the way, or the moment.
OURS = _any(r"""
    # what our mail seems to be
    spam|junk|virus|malware|phish|\bbulk\b|suspicio|unusual
    unsolicited|unerwue?nsch|reputation|security reason|sicherheitsgr
    block|black-?list|\brbl\b|dnsbl|(?<!not )\blisted (?:in|on|at|by)|is listed|banned|gesperrt
    polic(?:y|ies)|richtlinie|prohibit|restrict|berechtigung|eingeschra?e?nkt
    message (?:was |has been )?(?:refused|classified|filtered|deferred)
    content (?:filter|reject|refused)|invalid header|header based
    # who we are to them
    (?<!to )(?<!to the )(?<!an den )\b(?:ab)?sender(?!s? ?(?::|@|<@>))|absenderadresse|antwortadresse
    (?:your|return|bounce|reply|from:?) (?:e-?mail )?address(?! book)|return path|address you send from|verify your
    \bihre (?:e-?mail-?|mail-?)?adresse (?:ist|wurde|wird)
    ourselves\S{0,4} (?:is |was |does |user |address |recipient )*(?:unknown|not\b|reject|refuse|invalid)
    sending (?:mta|server|host|ip|domain|limit|quota)|mail from|expediteur|mittente|nadawc
    verification failed for|call(?:back|out)|authenticat|authori[sz]|\bspf\b|\bdkim\b|dmarc|senderid
    not (?:been )?(?:permitted|allowed)|(?<!recipient address rejected: )access (?:is |was )?denied|zugriff verweigert
    # host, IP, DNS
    \bclient\b|\bip(?:v[46])?(?: address|=| is| has)|your (?:host|server|network|ip|domain|mail ?server)
    host network|network (?:error|is|of|not|problem|unreach)|dial-?up|dynamic (?:ip|address)|transient
    (?:bad|reverse|forward|your|invalid|no) (?:dns|ptr|hostname)|\bptr\b|rdns|lookup dns|\b(?:helo|ehlo)\b
    unable to relay|relay(?:ing)? (?:access |is )?(?:not|denied|prohib)|(?:not|no) relay
    # rate
    too (?:many|much|fast|quickly|frequent|often)(?! messages on)|slow down|throttl|concurren
    rate[ -]?(?:limit|control)|at a rate|receivingrate|limit (?:is |was |has been )?exceeded
    (?:per|this|last) (?:hour|minute|day)|trop de conn|zu viele (?:verbindungen|empf)
    # connection and TLS
    time[ds]?[ -]?out|connection (?:was |has |is )?(?:refused|reset|timed|closed|lost|failed|error|dropped|attempt)
    lost connection|refused to talk|(?:could|can|did) not (?:connect|accept our|establish|complete)|greeting failed
    no (?:longer )?(?:route found|respon)|not respond|unreachable|failing for a long time|retry time|retries
    not able to establish|\bhop count|too many hops|\bloop(?:s|ed|ing)?\b|mx records? point
    keine verbindung|verbindung\w* (?:\S+ ){0,3}(?:fehl|unterbr|abge|getrennt|nicht)
    \b(?:tls|starttls|ssl)\b|encrypt|verschlu|certificate|zertifikat
    # the moment
    gr[ea]ylist|temporar|voru?e?bergehend|zurzeit nicht|moment(?:an|aril)|deferred|\bbusy\b|not found, try again
    (?:again|back|try) (?:\w+ )?later|try (?:again )?(?:in|after) |spa?e?ter (?:noch|erneut|wieder)
    (?:message|delivery|envelope|queue)\W{0,3}(?:has |was |is |timeout )?expired|too long|too old|zeitlimit|abgelaufen
    service (?:is |was |are )?(?:currently |temporarily )?(?:un|not )available
    (?<!indicated no )smtp service|service refused
    (?:configuration|config|system|local|internal) (?:config )?(?:error|problem|failure)|server (?:is )?down
    in progress|unverified address|(?:out of|insufficient) (?:memory|resources)|maintenance|wartung
    suspended|\blocked\b|frozen
    # this one mail
    too (?:large|big)|zu gross|size (?:limit|exceed)|(?:maximum|message|mail) size|trop volumineu
""")

# The mailbox is there, and has no room.
FULL = _any(r"""
    \bfull\b|quota|over ?limit|storage|disk ?space|(?:no|enough|insufficient) (?:space|room|system)|\bspace has
    \bvoll\b|u?e?berfu?e?llt|speicher(?:platz|volumen)|zu ?viele mails|gro?e?ssenbeschr|too many messages on
    exceed\w* .{0,30}(?:size|space|allocation|limit)|\bpleine?\b|depasse|\bvol\b|pe.na\b|przepe|\bllen[oa]\b|\bpiena\b
""")

_WHO = _group(r"""
    user(?:name|id)?|recipient|mail ?box|mail ?drop|inbox|address(?:ee)?|account|alias|person|local[- ]part
    customer|subscriber|rcpt|teilnehmer
    (?:be)?nutzer(?:konto|name)?|(?:mail-?)?empf\S{1,4}nger(?:s|in|adresse|postfach|konto)?|(?:e-?)?(?:mail-?)?adress(?:e|en|at|aten)
    (?:mail-?)?postfach|(?:e-?)?(?:mail-?)?konto
    destinataire|utilisateur|boite|compte|gebruiker|ontvanger|adres
    uzytkownik\w*|odbiorc\w*|adresat|skrzynk\w*|kont[oa]
    usuario|destinatario|utente|cas[ei]lla|cuenta|indirizzo|direccion
""")
# Within one sentence, and of nothing else: "recipient's server not found" is about a server.
_WITHIN = r"(?:(?!server|host|domain|system|ourselves)(?:[^.;!?]|[.](?! ))){0,60}?"
_IS_GONE = _group(r"""
    unknown|not (?:be |a |an )?(?:\w+ )?(?:known|found|listed|present|valid|recogni[sz]ed|active|registered|in use)
    not (?:\w+ )?(?:exist|local\b|here\b)|non[- ]?exist|invalid|inactive|misspelled|missing home directory
    no longer (?:exist|valid|active|available|in (?:use|service)|accept|with|work|employ|here|used|on)
    disabled|deactivated|deleted|removed|closed|terminated|discontinued|cancel+ed|retired|has moved|expired
    unbekannt|nicht (?:\S+ )?(?:bekannt|gefunden|vorhanden|registriert)|gibt es (?:\S+ ){0,3}nicht
    existier\w* (?:\S+ ){0,4}nicht|nicht (?:\S+ ){0,3}(?:aufgefu?e?hrt|existier|existent|eingerichtet|finden)
    ungu?e?ltig|nicht (?:mehr )?(?:gu?e?ltig|aktiv)
    gelo?e?scht|deaktiviert|stillgelegt|aufgelo?e?st|geschlossen|geku?e?ndigt|abgeschaltet
    nicht mehr (?:bei uns|in gebrauch|verwendet|genutzt|erreichbar)
    inconnu|inexist|existe pas|desactive|onbekend|bestaat niet|niet gevonden|opgeheven
    nie istniej|nieznan|no existe|desconocid|sconosciut|inesistent
""")
_DELETED = "(?:deleted|discarded|removed|entfernt|gelo?e?scht|verworfen)(?: (?:and|und) [a-z]+)?"
_NO_SUCH = _group(r"""
    unknown|invalid|no such|non[- ]?existent|bad|illegal|inactive|disabled|deactivated|closed
    unbekannte[rs]?|ungu?e?ltige[rs]?|kein(?:en?)?|onbekende?|nieznany|inconnu
""")
_OF_MAIL = r"(?:(?:or illegal|final|delivery|local|virtual|e-?mail|mail|destination|solche[rs]?) )*"
# What looks like one of those and is none: an error is unknown, a message deleted, a server not found.
NOTHING = _any(rf"""
    unknown (?:error|reason|problem|failure|cause|command|status)|unbekannte[mnrs]? (?:fehler|gru?e?nd|ursache|problem)
    (?:error|reason|fehler|grund)\w* (?:is |ist )?(?:unknown|unbekannt)|user[ -]agent
    (?:message|nachricht) (?:(?:to|for|an|fu?e?r) (?:\S+ ){{1,3}})?(?:was |wurde |has been |is |wird )?{_DELETED}
    (?:server|host|domain|system|backend|database|store|lookup) (?:for|of) (?:the |this |an? )?(?:e-?mail )?{_WHO}\b
""")
# This mailbox is gone, or never was.
GONE = _any(rf"""
    \b{_WHO}\b{_WITHIN}\b{_IS_GONE}
    @\S{{0,4}} (?:is |was |wurde |does |could )?{_IS_GONE}
    \b{_NO_SUCH} {_OF_MAIL}{_WHO}\b(?! error)
    \bno (?:mail ?box|user|account|recipient) (?:here|by|with|of|named|for|found|available)|no such name
    \bno local (?:user|mail ?box)
    (?:unable to|not) find (?:the |this |a )?(?:user|mail ?box|recipient|account|address)\b
    not a (?:valid|known) (?:user|mail ?box|address|recipient)|not an active address|not our customer|not accept user
    not have an? (?:\S+ ){{0,4}}(?:account|mailbox|user)|\bno one (?:\w+ )?(?:by|at|with) th(?:at|is)
    (?:recip|recipient)notfound|nosuchuser|disableduser|recipient not found|unroute?able address
    has left (?:the|our|this)|no longer (?:with|works|employed|an employee|on (?:this )?server)
    nicht mehr (?:bei uns|im haus)|ausgeschieden|wurde in ~ nicht gefunden|diese adresse gibt
    empf\S{{1,4}}nger nicht finden
    5\.1\.0 address rejected|name & address book|nie ma takiego|brak takiego|bestaat geen (?:mailbox|gebruiker)
""")
# The standard's words for 550; for 450 the same words mean "busy".
UNAVAILABLE = _any("mailbox (?:is )?unavailable|mailbox not available")

# The domain of the recipient is gone. Words alone are not enough: a resolver that is down says the same.
NO_DOMAIN = _any(r"""
    (?:host|domain)(?: name)? (?:is )?(?:unknown|not found)|(?:unknown|no such) (?:host|domain)
    domain(?: name)?\b.{0,60}(?:not (?:be )?(?:found|exist)|unknown|invalid)|find any host named|bad destination host
    domane?\b.{0,60}(?:nicht gefunden|existiert nicht|unbekannt)
""")
# These need no code: only a name server that is up says so (RFC 7505, RFC 8020).
NO_MAIL_THERE = _any("nxdomain|null ?mx|infodomainnonexistent|mx (?:or srv )?record indicated no smtp service")

FAILED = _any(r"""
    undeliver|could not be (?:delivered|reached)|not (?:be |been )?(?:able to )?deliver|unable to deliver|did not reach
    delivery (?:\w+ )?(?:has )?fail|failed (?:to|permanently)|permanent(?:ly)? (?:fatal )?(?:delivery )?(?:error|fail)
    failure notice|delivery failure|returned (?:mail|to sender)|returning (?:message|mail)|encountered delivery problems
    delivery status notification.{0,3}(?:failure|error)
    unzustellbar|nicht zustellbar|nicht (?:\w+ )?zugestellt|nicht erreich|zustell(?:ungs)?fehler
    fehler bei der (?:nachrichten)?zustellung
    non remis|niet (?:af|be)geleverd|onbestelbaar|nie dostarcz|no se pudo entregar
""")
DELAYED = _any(r"""
    delayed|delay reason|not yet been delivered|being retried|still undelivered|will (?:continue|keep) (?:to )?try
    warning(?: message)? only|temporary failure report|not need to re-?send|verzo?e?gert|noch nicht zugestellt
""")
ANSWERS = _any(r"""
    (?:re|aw|antw|sv)\s*:|abwesen|out of (?:the )?office|auto(?:matische|matic)?[ -]?(?:antwort|reply)
""")
