"""What operators write when something happened, in German and English, typos and all.

A clue is a hint, never proof: a leaning that rests on one is marked as resting on free text, and a
diagnosis that rests on nothing else is never decisive. What a note *asks for* is not a clue.
"""

from __future__ import annotations

import re

CLUES = {
    "setup": r"einricht|ruest|r.st(en|teile|verlust)|anfahr|set-?up|start-?up|first piece|erstteil",
    "scrap": r"ausschu|aussschu|schrott|verworfen|besch.digt|kaputt|scrap|damag|broke|dropped|spill"
    r"|versch.ttet|leck|undicht",
    "substitute": r"ersatz|statt|alternativ|substitut|instead|replac|anderes? material|ersetzt",
    "unit": r"einheit|gramm|\bgr\b|karton|rolle|\bunit\b|\bbox(es)?\b|carton|grams?\b|drums?\b",
    "typing": r"vertippt|tippfehler|falsch eingegeben|zahlendreher|kommafehler|null zu viel"
    r"|typo|mistyp|wrong(ly)? (entered|key)|extra zero",
    "rework": r"nacharbeit|nachgearbeitet|rework|nachgedreht",
    "old_label": r"alte[sr]? (etikett|nummer|label|schild)|old (label|number|sticker|tag)",
    "insisting": r"wirklich|tats.chlich|stimmt so|ist korrekt|really|is correct|double.checked",
    "fault": r"alarm|defekt|st.rung|gest.rt|kaputt|riss|gerissen|bruch|gebrochen|qualm|raucht|leck"
    r"|fault|broken?|failure|trip|smell|smok|burnt|leak|jam|stuck|ausgefallen|f.llt aus|spindel"
    r"|klemmt|h.ngt fest|kein strom|no power",
    "lacking": r"kein(e)? (material|teile|bediener|personal|auftrag)|(material|personal) fehlt"
    r"|warte[nt]? auf|stapler|no (material|parts|operator)|out of (material|parts)"
    r"|waiting (for|on)|starved|\bpause\b|break time",
    "transfer": r"umgelagert|umlagerung|geholt|nachgeholt|moved|transferred|fetched|brought",
    "returned": r"zur.ck(gelegt|gegeben|gebracht|gekommen)|returned|put back|(came|come) back",
    "lost": r"gestohlen|diebstahl|verschwunden|verloren|fehl(t|en) seit|stolen|theft|vanished"
    r"|missing since",
    "recount": r"nachgez.hlt|zweimal gez.hlt|(erneut|nochmal\w*) gez.hlt|zweite z.hlung|recount"
    r"|counted (twice|again)|second count",
    "miscount": r"verz.hlt|falsch gez.hlt|z.hlfehler|miscount|counted wrong",
}
# What is denied is not mentioned: "kein Ausschuss", "Ausschuss keiner", "no scrap".
_DENIED = re.compile(
    r"\b(?:kein\w*|ohne|nicht|no|not|without|zero)\s+[\w-]+|\b[\w-]+:?\s+(?:keine[rs]?|none)\b",
    re.IGNORECASE,
)
# A lack is said by denying.
_DENYING = frozenset({"lacking"})
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in CLUES.items()}


def understood(note: str, *clues: str) -> bool:
    """Return whether a note says nothing, or one of these things; else a person reads it."""
    return not note.strip() or any(mentions(note, clue) for clue in clues)


def mentions(note: str, clue: str) -> bool:
    """Return whether a note mentions something, and does not deny it."""
    said = note if clue in _DENYING else _DENIED.sub(" ", note)
    return bool(_PATTERNS[clue].search(said))
