"""What operators and clerks write when something happened, in German and English, typos and all.

A clue is a hint, never proof: a leaning that rests on one is marked as resting on free text, and a
diagnosis that rests on nothing else is never decisive. What a note *asks for* is not a clue, and a
note that doubts itself has none but its doubt.
"""

from __future__ import annotations

import re

_HELD_IN = r"(?:fass|fässern|gebinde|eimer|sack|kanister|drum|drm|pail|can|bag|tote)"
_LOT = (
    r"(?:los|lot|charge|ch\.|batch|btch|kiste|karton|palette|pal\.|box|crate|pallet|skid|drum|fass"
    r"|gebinde|tank|kessel|beh.lter|ansatz|vessel|kettle|schicht|shift)"
)
_CHANGED_TOOL = (
    r"(?:werkzeug|wz|rollen?|coil|bl[aä]tt|s[aä]gebl(?:att|\.)|düsen?|sorten|farb|format)"
)
CLUES = {
    # The occasion of a loss: starting, changing over, flushing, threading in.
    "setup": r"einricht|\beinr\.|ruest|r.st(?:en|teile|verlust|abfall)|anfahr|\banf\.|anlauf"
    r"|ein(?:ge)?f[aä]d|einfahr|sp[uü]l(?:en|ung|menge|verlust|t\b)|gesp[uü]lt"
    rf"|{_CHANGED_TOOL}[\s-]*(?:gew\b|gewechs|wechs|getauscht|umst)|umr.st"
    r"|set-?up|start-?up|(?:at|b4|before|after|during)\s+(?:the\s+)?(?:start\b|set-?up|changeover)"
    r"|first (?:piece|part|off)|erstteil|change-?over|\bflush|\bpurg|thread(?:ing|ed)?[ -](?:in|up)"
    r"|(?:colou?r|col\.?|reel|roll|coil|tool|blade|die|nozzle)\s+(?:ch(?:an)?gd?\b|change|swap)"
    r"|(?:swapped|changed|chgd)\s+(?:the\s+)?(?:reel|roll|coil|tool|blade|die|nozzle)",
    "scrap": r"aus+chu|\baussch\.|schrott|verworf|\bverw\.|weggesch?m|weggeworf|entsorg|\bmüll"
    r"|abger?iss|\bgerissen|zerriss|abgebr|gebrochen|zerbr|\bbruch|abgeplatzt|verbogen|verkratzt"
    r"|lunker|\bbesch(?:\.|.digt)|kaputt|versch.tte|ausgelaufen|leck|undicht|eingetrocknet"
    rf"|ausgeh.rtet|verklumpt|rest(?:menge)?\s+(?:im|in)\s+{_HELD_IN}|im filter|absaugung|verstaubt"
    r"|\bscr(?:a?p|apped)|damag|broke|\bdropp|spill|\bspilt|\btorn\b|snapped|crack|chipped|\bbent\b"
    r"|\btossed|thr[oe]wn?\s+(?:away|out)|chucked|binned|\bwaste|swept|\blost\b|leak|\bdust\b"
    rf"|(?:stuck|left)\s+in\s+(?:the\s+)?{_HELD_IN}",
    "substitute": r"ersatz|statt|alternativ|substitut|instead|replac|anderes? material|ersetzt",
    "unit": r"einheit|gramm|\bgr\b|kart(?:on|\.)|rolle(?!n?\s*(?:gew|wechs))"
    r"|\bpack(?:ung)?(?:en)?\b|\bpkg|beutel|\bunit\b|\bbox(?:es)?\b|carton|grams?\b|\bdrums?\b",
    "typing": r"vertippt|tippf|verdrückt|vertan|falsch eingegeben|zahlendreher|kommafehler"
    r"|komma (?:falsch|verrutscht|vergessen)|(?:null|nullen|0) zu\s?viel|doppelt getippt"
    r"|taste (?:hing|hängt|klemmt)|typo|mistyp|fat.?finger|wrong(?:ly)? (?:entered|key)"
    r"|extra zero|key stuck|stuck key|hit (?:it|zero) twice|dropped a zero",
    "rework": r"nacharb|nachgearbeitet|rework|nachgedreht",
    "old_label": r"alte[sr]? (?:etikett|nummer|label|schild)|old (?:label|number|sticker|tag)",
    "insisting": r"wirklich|tats.chlich|stimmt so|ist korrekt|nachgez.hlt|nachgewogen|really"
    r"|is (?:correct|right)|double.checked|(?:counted|weighed) (?:twice|again)",
    "fault": r"alarm|defekt|st.rung|gest.rt|kaputt|riss|gerissen|bruch|gebrochen|qualm|raucht|leck"
    r"|fault|broken?|failure|trip|smell|smok|burnt|leak|jam|stuck|ausgefallen|f.llt aus|spindel"
    r"|klemmt|h.ngt fest|kein strom|no power|sicherung (geflogen|raus|defekt)|(antrieb|motor) tot",
    "lacking": r"kein(e)? (material|teile|bediener|personal|auftrag)|(material|personal) fehlt"
    r"|warte[nt]? auf|stapler|no (material|parts|operator)|out of (material|parts)"
    r"|waiting (for|on)|starved|\bpause\b|break time|werkzeugwechsel|tool change|change.?over",
    "defect": r"kratzer|riss|lunker|por(e|ö|os)|fleck|verunreinig|toleranz|rost|verbogen|undicht"
    r"|verf.rb|viskos|scratch|crack|speck|contamin|out of (spec|tolerance)|rust|bent|leak|colou?r",
    "cleared": r"fehlalarm|doch (gut|i\.? ?o\.?|in ordnung)|freigegeben|sonderfreigabe|false alarm"
    r"|in spec\b|released|accepted|use as is|concession",
    "gone": r"verbaut|eingebaut|ausgeliefert|versendet|verschickt|schon (verbraucht|verwendet)"
    r"|shipped|built in|installed|already used|delivered to",
    "transfer": r"umgelagert|\bumgel\.|umlagerung|\buml\.|geholt|nachgeholt|moved|transferred"
    r"|\bxfer|fetched|brought",
    "returned": r"zur.ck(gelegt|gegeben|gebracht|gekommen)|returned|put back|(came|come) back",
    "lost": r"gestohlen|diebstahl|verschwunden|verloren|fehl(t|en) seit|stolen|theft|vanished"
    r"|missing since",
    "recount": r"nachgez.hlt|zweimal gez.hlt|(erneut|nochmal\w*) gez.hlt|zweite z.hlung|recount"
    r"|counted (twice|again)|second count",
    "miscount": r"verz.hlt|falsch gez.hlt|z.hlfehler|miscount|counted wrong",
    # Whoever writes so does not know, or offers more than one story.
    "doubt": r"\?|\bod(?:er|\.)|\bk\.\s?a\.|keine ahnung|wei(?:ß|ss) (?:nicht|n\.|kolleg|schicht)"
    r"|unklar|unsicher|unleserlich|vermutlich|vielleicht|\bevtl|irgendwo|geschätzt|bitte prüfen"
    r"|not sure|unsure|maybe|perhaps|\bprob(?:ably)?\b|don'?t know|no idea|somewhere|\bguess"
    r"|\bask\s(?!for)|(?:pls|please) (?:check|chk)",
    # An entry is not the one it looks like, or is the very same.
    "another": rf"\bzus(?:\.|[aä]tzl)|weitere|\badd'?l\b|additional|\bextra\b(?! zero)|on top of"
    rf"|(?:ander|and\.|zweit|dritt|other|another|second|third|2nd|3rd|[2-9]\.)\w*\s+{_LOT}"
    rf"|\b{_LOT}\s*(?:nr\.?|no\.?|#)?\s*\d",
    "same": r"dieselb|dasselb|\bselbe|\bgleiche[nr]?\b|identisch|\bsame\b|\bdouble|doppelt"
    r"|duplicate",
    # What was written before is taken back.
    "taken_back": r"\b(?:korr(?:ektur)?|änderung|meldung|eingabe)\w*\.?,? (?:war|ist) "
    r"(?:falsch|verkehrt|irrt)|bitte zur[uü]ck|zur[uü]cknehmen|r[uü]ckg.ngig|doch (?:gut|i\.?\s?o)"
    r"|(?:ignore|disregard|undo|revert|scratch|forget)\s+(?:my|this|that|last|the last)\s"
    r"|(?:nichts|nix) .ndern|leave (?:it |this )?as (?:it )?(?:is|was)"
    r"|\bgeh(?:\.|.rt\w*)\s+(?:zu|zum|zur|auf)\b|belongs (?:to|on) (?:the )?(?:other|another|next)"
    r"|my (?:change|correction|entry) (?:was|is) wrong|wrong (?:order|batch|btch|screen)"
    rf"|(?:meant|was|war) (?:for|für)\s+(?:the|an|den|die|das)?\s*(?:other|ander)\w*\s+{_LOT}",
    # Another batch went in than was reported; and the one that was reported did.
    "other_batch": r"(?:charge|\bch\.|\blot\b|batch|btch)(?:\s+\w+)?\s+"
    r"(?:getauscht|gewechselt|vertauscht|changed|chgd|swapped|is old|ist alt)"
    r"|(?:\balte?|ander|falsch|\bold|other|wrong|different)\w*\s+(?:ch\.|charge|lot\b|batch|btch)"
    r"|(?:\blot\b|batch|btch|charge)\s+(?:nr|no|lbl|label|number|etikett)\W.*"
    r"(?:unreadable|unleserlich|\bold\b|\balt\b|falsch|wrong)|etikett unleserlich",
    "right_batch": r"(?:richtige[rsn]?|right|correct)\s+(?:ch\.|charge|lot\b|batch|btch|drum|fass)",
    # What was used never was in the books.
    "unbooked": r"\bmuster|muster\b|\bsamples?\b|nie(?:mals)? (?:ge|ver)bucht|nicht im bestand"
    r"|(?:nicht|n\.|nie) (?:vereinnahmt|eingebucht|zugebucht)|retoure|r.cklieferung"
    r"|never (?:rcvd|received|booked|posted in)|not (?:in|on) the books|\bkein we\b"
    r"|no (?:gr\b|receipt)",
}
_SMALL = (
    r"(?:(?:v\.|vom|von|beim|b\.|durch|d\.|wegen|wg\.|aus|am|im|der|die|das|den|dem|ein\w*|from|due"
    r"|to|the|a|an|any|of|because|at|during)\s*)"
)
# What is denied is not mentioned: "kein Ausschuss", "nicht v. Einrichten", "no loss from set-up".
_DENIED = re.compile(
    r"\b(?:kein\w*|ohne|nicht|nie|no|not|never|without|(?<!\w )zero(?! twice)|\w+n't)\s+"
    rf"{_SMALL}*[\w-]+\.?(?:\s+{_SMALL}+[\w-]+)?"
    rf"|\bn\.\s+(?:v\.|vom|von|durch|wg\.|wegen)\s*{_SMALL}*[\w-]+"
    r"|\b[\w-]+:?\s+(?:keine[rs]?|none)\b",
    re.IGNORECASE,
)
# Clues that are themselves denials: a lack, a doubt, what was never booked.
_DENYING = frozenset({"lacking", "doubt", "unbooked"})
# What changes the story, whatever else a note says.
_UPSETTING = frozenset({"scrap", "taken_back", "other_batch", "unbooked"})
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in CLUES.items()}


def understood(note: str, *clues: str) -> bool:
    """Return whether a note says nothing, or one of these things and nothing that upsets it."""
    if not note.strip():
        return True
    upset = doubts(note) or any(mentions(note, clue) for clue in _UPSETTING.difference(clues))
    return not upset and any(mentions(note, clue) for clue in clues)


def mentions(note: str, clue: str) -> bool:
    """Return whether a note mentions something, and does not deny it."""
    said = note if clue in _DENYING else _DENIED.sub(" ", note)
    return bool(_PATTERNS[clue].search(said))


def denies(note: str, clue: str) -> bool:
    """Return whether a note speaks of something only to deny it."""
    return bool(_PATTERNS[clue].search(note)) and not mentions(note, clue)


def doubts(note: str) -> bool:
    """Return whether who wrote a note does not know."""
    return mentions(note, "doubt")
