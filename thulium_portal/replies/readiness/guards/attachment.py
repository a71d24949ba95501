"""A file that the text speaks of and that does not go with it.

What counts is what the person says of their own reply: *w załączniku przesyłam*, *please find
attached*. The customer's own files, a request for one, a question, what will be sent some day or
was sent before, and what lies in a parcel are none of it.
"""

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from thulium_portal.lib.plain_letters import plain_letters
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards.foreign_files import claimed
from thulium_portal.replies.readiness.situation import Situation

_LONGEST_SENTENCE = 600
_LONGEST_ABOUT = 60
_SENTENCE = re.compile(r"[^.!?;\n]++[.!?;]*+")
_SHORTENED = re.compile(r"\b(zal|zalacz|nr|np|m\.in|pdf|ul|art|ok|tel|www)\.(?=[ \n,)]|$)")

_THING = (
    r"(?:faktur|fv\b|etykiet|skan|pdf|plik|dokument|formularz|umow|cennik|regulamin|protokol"
    r"|potwierdzeni|instrukcj|ofert|wynik|zaswiadczeni|duplikat|wzor|rachun|paragon|harmonogram"
    r"|zestawieni|wykaz|specyfikacj|kart[aey]\b|list\w* przewoz|korekt|not[aey]\b|wycen|kosztorys"
    r"|certyfikat|deklaracj|aneks|pism|wniosek|wniosk|bilet|voucher|raport|tabel|plan\b|zdjeci|fot"
    r"|druk|swiadectw|program\b|lista\b|liste\b|skierowani|opis\b|pelnomocnictw|oswiadczeni)"
)
_FILE = (
    r"(?:invoice|label|file|pdf|document|form|contract|scan|receipt|copy|report|statement|photo"
    r"|picture|price list|quote|offer|certificate|manual|schedule|agreement|results?|voucher"
    r"|ticket|spreadsheet|instructions?|details|list|confirmation|note|brochure|catalogue|letter)"
)
_CLAIMS = re.compile(
    r"\bwe? ?zalac\w*(?: \w{1,30}){0,2}"  # w załączniku, w załączonym pliku
    r"|\bzapomnial[ae]m (?:\w{1,20} )?zalaczn\w*|\bpfa\b"
    r"|\bw zal\b\.?"
    r"|\bzalacz(?:am|amy|ylem|ylam|ylismy|ylysmy)\b"
    r"(?! (?:\w{1,20} )?(?:pozdrow|wyraz|zyczen|uklon))(?: \w{1,30})?"
    r"|\b(?:attatch|atach|attch)(?:ed|ing|ment)\b"
    r"|\bdolacz(?:am|amy|ylem|ylam|ylismy|ylysmy)\b(?! sie\b)(?: \w{1,30})?"
    r"|\b(?:podpinam|zalaczaj\w{1,3}|dopinam)\b(?: \w{1,30})?"
    rf"|\b(?:zalaczon|dolaczon|podpiet|zamieszczon)\w{{1,4}} (?:\w{{1,30}} )?{_THING}\w*"
    rf"|\b{_THING}\w{{0,12}} (?:\w{{1,30}} ){{0,2}}(?:jest|sa|mamy|ma pan|ma pani)?"
    r" ?(?:zalaczon|dolaczon|w zalacz)\w*"
    r"|\b(?:przesyla|wysyla|podsyla|zobacz|patrz|sprawdz\w{0,4}|otworzy\w?|oto|vide|dodaje|dodalem"
    r"|dodalam|zostawiam|znajduj\w{1,3})"
    r"(?:m|my|c|cie)?(?: \w{1,30}){0,3} zalaczn?\w*"
    rf"|\b(?:przesylam|przesylamy|podsylam|podsylamy|odsylam|wysylam)\b"
    rf"(?: (?!o\b|ze\b|zeby\b)\w{{1,30}}){{0,4}} {_THING}\w*"
    rf"|\b(?:zapoznanie|zapoznac|zapoznaj)\b(?: \w{{1,30}}){{0,3}} zalacz\w*"
    r"|\bszczegoly (?:\w{1,30} ){0,2}w zalacz\w*|\bzgodnie z zalaczon\w*|\bzalacznik: ?\w*"
    r"|\bzalacznik zawiera\b"
    r"|\b(?:podpisanie|wypelnienie|uzupelnienie|wydrukowanie|odeslanie|weryfikacje|sprawdzenie)"
    r" (?:\w{1,30} )?zalacz\w*"
    # English
    r"|\b(?:i|we|i've|we've|i'm|we're|i am|we are|i have|we have|have|am|also|just)"
    r" (?:\w{1,20} ){0,2}(?:attach|enclos)(?:e|ed|ing)?\b"
    r"(?! (?:great|much|particular|special|importance|more|less|no)\b)(?: \w{1,30}){0,2}"
    r"|\b(?:find|see|check|review|sign|open|read|fill in|complete|use|print|note|return|consult)"
    r" (?:\w{1,20} ){0,4}(?:attached|enclosed|attachments?)\b(?: \w{1,30})?"
    rf"|\b(?:the|an?|this|these|our|two|both|my) (?:attached|enclosed)\b(?: \w{{1,30}})?"
    rf"|\b(?:attached|enclosed)(?: \w{{1,20}}){{0,4}} {_FILE}s?\b"
    r"|(?:^|[,;:\-–] ?)(?:please )?(?:attached|enclosed)(?: (?:is|are|you|please|herewith|to this"
    r"|with this|here|below)\b|[,.]?$)"
    rf"|\b{_FILE}s?\b (?:\w{{1,20}} ){{0,3}}(?:is|are|has been|have been|was|were)"
    r" (?:now |also |both |all )?(?:attached|enclosed|in the attach\w*)"
    r"|\b(?:is|are) attached (?:to (?:this|my|the) (?:\w{1,20} )?(?:e-?mail|mail|message|reply)"
    r"|with|in|below|here|for)\b"
    r"|\b(?:in|as) (?:the|an?|this) attach\w*(?: \w{1,20})?|\battached hereto\b|\bsee attach\w*"
    rf"|\b(?:i am|i'm|we are|we're|am) (?:\w{{1,20}} )?(?:sending|forwarding)"
    rf"(?: \w{{1,20}}){{0,4}} {_FILE}s?\b"
    r"|\bsee the (?:file|pdf|document|spreadsheet|scan)\b"
    r"|\bhere(?:'s| is| are) (?:the|your|a|an|our) (?:\w{1,20} )?"
    r"(?:invoice|label|pdf|scan|file)s?\b"
)
"""Where a text speaks of a file as going with it."""

_GIVE = (
    r"(?:zalacz(?:yc|enie|eniu|cie)?|dolacz(?:yc|enie|cie)?|przes(?:lac|lanie|lij|lijcie)|odesl\w+"
    r"|wys(?:lac|lanie|lij)|dos(?:lac|lanie|lij)|nad?esl\w+|pod?esl\w+|przekaz(?:ac|anie)"
    r"|doda(?:c|nie|j)|umiesc\w*|wgra\w+|dostarcz\w+|uzupelnic|wskazac|zrobic)"
)
_ASKED = re.compile(
    r"\b(?:jesli|jezeli|gdyby|gdy|kiedy|w razie|w przypadku|if|once|unless|whenever|as soon as)\b|"
    rf"\b(?:prosz[ea]|prosimy|prosil\w*|pros(?:be|ba)|nalezy|trzeba|wystarczy|mozna|warto"
    rf"|musi\w{{0,3}}|powin\w{{1,6}}|moze(?:sz|cie)?|moga|mogl\w*|zechc\w+|koniecznie|najlepiej"
    rf"|prosbe)\b(?:[ ,]+\w{{1,30}}){{0,6}} {_GIVE}\b"
    rf"|^\W*(?:\w{{1,20}} ){{0,2}}(?:zalacz|dolacz|przeslij|wyslij|dodaj|zalaczcie)\b"
    r"|\b(?:please|kindly|could you|can you|would you|you can|you may|you need|you should|you must"
    r"|you could|need to|must|simply|just)"
    r" (?:\w{1,20} ){0,3}(?:attach|send|enclose|include|upload|forward|provide|add|return|e-?mail"
    r"|reply)\b(?! (?:the|an?) (?:attached|enclosed))"
)
"""What asks for a file of the customer's, where it stands in front."""
_OTHERS = re.compile(
    # what the customer sent
    r"\bprzez (?:pan\w{0,3}|panstw\w|ciebie|klient\w*|was)\b"
    r"|\b(?:pan|pani|panstwo|klient\w*|ty)"
    r" (?:\w{1,20} ){0,3}(?:zalaczy|dolaczy|przesla|wysla|nadesla|doda)l\w*"
    r"|\b(?:zalaczyl|dolaczyl|przeslal|wyslal|nadeslal|dodal)(?:es|as|iscie|yscie|y|i|a)?"
    r" (?:pan|pani|panstwo|klient\w*)\b"
    r"|\b(?:zalaczyl|dolaczyl|przeslal|wyslal|dodal)(?:es|as|iscie|yscie)\b"
    r"|\b(?:pan|pani|pana|panstwa|twoj\w{0,3}|wasz\w{0,3}|swoj\w{0,3}|pierwsz\w{2,3})"
    r" (?:\w{1,20} )?zalaczn\w*|\bzalacznik\w* od (?:pan|klient|panstwa)\w*"
    r"|\b(?:otrzyma(?:l|n)|odebra|dosta|dotar|widz[ei]|przejrz|obejrz|zapozna(?:l|m)|dzieku"
    r"|dziekuj)\w*(?: \w{1,30}){0,7} (?:zalacz|dolaczon)\w*"
    r"|\bdziek\w*(?: \w{1,30}){0,6} zalacz\w*"
    r"|\b(?:przeslan|nadeslan|wyslan|otrzyman)\w{1,4} (?:\w{1,30} ){0,3}zalaczn\w*"
    r"|\bna (?:zalaczon|dolaczon)\w+ (?:\w{1,30} )?(?:zdjeci|fot|zrzu|screen|nagrani|film|skan)\w*"
    r"|\b(?:z|ze) (?:zalaczon|dolaczon)\w+ (?:\w{1,30} )?(?:zdjec|fot|zrzut|screen|nagran|film)\w*"
    r"|\bw zalacz\w+ (?:\w{1,30} )?(?:widz|brak|nie\b)"
    r"|\bw zalacz\w+ (?:\w{1,30} )?(?:zdjeci|wiadomosci|mailu) (?:\w{1,30} )?(?:widac|brak)"
    r"|\byou(?:'ve| have)? (?:\w{1,20} )?(?:attach|enclos|sent|provid|upload|includ)\w*"
    r"|\b(?:your|customer'?s?|their|his|her) (?:(?!is\b|are\b|was\b|has\b)\w{1,20} ){0,2}"
    r"(?:attachment|attached|enclosed)\w*"
    r"|\b(?:thank\w*|thanks|received|got|reviewed|looked at|checked|seen)\b(?: \w{1,20}){0,6}"
    r" (?:attach|enclos)\w*"
    # none
    r"|\b(?:bez|brak|brakuje|zabraklo|zadnego|zapomnial\w* \w{1,20}) zalacz\w*"
    r"|\bnie (?:\w{1,20} ){0,3}(?:zalacz|dolacz)\w*"
    r"|\bnie (?:\w{1,20} ){0,3}(?:otworz|otwier|odczyt)\w*"
    r"|\b(?:cannot|can't|couldn't|could not|unable to) (?:open|read|see|find|view)\b"
    r"|\b(?:no|without|not|missing|n't)\b(?: \w{1,20}){0,4} (?:attach|enclos)\w*"
    r"|\bzalacznik\w* (?:\w{1,20} ){0,3}(?:nie|jest pust|jest uszkodz|sie nie)\w*"
    # some day, some day before, or by another way
    r"|\b(?:wysle|przesle|doslemy|dosle|wyslemy|przeslemy|zalacze|zalaczymy|dolacze|dolaczymy"
    r"|podesle|podeslemy|otrzyma(?!l|n)\w{0,3}|dostanie\w*|bedzie|beda|zostanie|zostana|przyjdzie"
    r"|dotrze|dojdzie|bylaby|moglibysmy|moglabym|moglbym)\b"
    r"|\b(?:i|we|it|they|you|invoice|label)(?:'ll| will| shall| can| could| would)"
    r" (?!(?:also )?(?:find|see|note))(?:\w{1,20} ){0,5}"
    r"(?:attach|enclos|send|receiv|get|be )\w*"
    r"|\b(?:osobn|oddzieln|poprzedni|wczesniejsz)\w{1,4}\b|\b(?:wczesniej|wczoraj|uprzednio)\b"
    r"|\b(?:previous|earlier|separate|yesterday|last)\b|\balready sent\b|\bjuz (?:wysl|przesl)\w*"
    r"|\b(?:poczta(?! elektr)|kurierem|listem|listownie|sms\w*|faksem|paczkomat\w*"
    r"|by post|by mail|by courier)\b"
    r"|\bw ciagu \w+ (?:godz|dni|rob|minut)\w*|\bzawsze\b|\bautomatyczn\w+|\bzwykle\b"
    r"|\bna biezaco\b"
    r"|\bkazd(?:a|y|e|ej|ego|emu|ym|ych)\b|\balways\b|\bevery\b|\beach\b|\bautomatically\b"
    # into a parcel, of a programme, or of a law
    r"|\b(?:do|w|wewnatrz|z) (?:\w{1,20} ){0,2}(?:paczk|paczc|przesyl[ck]|zestaw|opakowani|pudelk"
    r"|produkt|urzadzeni|kopert|karton|programu|grupy|kursu|klubu|konkurs|zespol|etui"
    r"|spotkani|telefonu|sprzet|torb|ksiazk|rower|mebl|butow|towar)\w*"
    r"|\b(?:to|in|with|inside) (?:the|your|each|every|a|our) (?:\w{1,20} ){0,2}(?:parcel|package"
    r"|box|order|shipment|product|device|delivery|envelope|packaging|item|bag|kit|wall|unit)s?\b"
    r"|\bzalacznik\w* (?:nr |numer )?\w{1,4} do (?:regulamin|umow|ustaw|rozporz|polis|owu|cennik"
    r"|statut|uchwal|zarzadz)\w*"
    r"|\bdo (?:regulaminu|ustawy|rozporzadzenia|statutu|owu)\b"
    # a place named before: “w zakładce Rozliczenia są załączone zestawienia”
    r"|\b(?:tam|w (?:zakladce|aplikacji|serwisie|systemie|sekcji|historii|watku)|na (?:portalu"
    r"|stronie|koncie|platformie)|(?:in|under) (?:the|your) (?:account|app|portal|tab|section))"
    r"\b(?:[ ,]+\w{1,30}){0,8} (?:zalacz|dolacz|attach)\w*"
    r"|\bpanel\w*|\bformularz\w* (?:kontakt|zgloszen|reklamac)\w* (?:na|w) \w+|\bpole\b"
    r"|\bprzycisk\w*"
    r"|\b(?:intended recipient|confidential|poufn\w+|adresat\w*|privileged)\b"
)
"""What says of the same sentence that it speaks of no file of this reply."""
_SOMEWHERE_ELSE = re.compile(
    r"https?://|\bwww\.|\b(?:pod|w) (?:\w{1,20} ){0,3}(?:linkiem|linku|adresem|odnosnikiem"
    r"|odsylaczem)\b|\blink\w{0,4}\b|\bw wiadomosci ponizej\b"
    r"|\b(?:przesyl|podsyl|wysyl|zamieszcz)\w* (?:\w{1,20} )?ponizej"
    r"|\bponizej (?:przesyl|podsyl|wklej)\w*"
    r"|\bdo pobrania (?:na|ze?|w|pod|tutaj)\b|\bdownload\w* (?:it |them )?(?:here|from|at)\b"
    r"|\b(?:przesyl|podsyl|wysyl)\w*(?: (?!zal)\w{1,30}){1,6}: ?\w"
    r"|\bwklejam\b|\bpasted\b|\bin the body\b|\bw tresci\b"
)
"""The words say where else it is to be found."""
_FOUND_ANYWAY = re.compile(
    r"\bzalacznik\w* (?:znajd|przesyl|zamieszcz|umiesc|wysyl|przekaz)\w*"
    r"|\bw zalacz\w+ (?:\w{1,30} )?(?:znajd|przesyl|zamieszcz|wysyl|przekaz)\w*"
    r"|\b(?:znajdzie|znajda|znajdziesz|znajduj\w+) (?:\w{1,20} ){0,6}w zalacz\w*"
    r"|\bteraz (?:\w{1,20} ){0,3}(?:zalacz|dolacz|przesylam)\w*"
    r"|\b(?:ponownie|jeszcze raz|raz jeszcze) (?:\w{1,20} ){0,4}(?:zalacz|dolacz|przesyl)\w*"
    # what is to be done with it: “nakleić załączoną etykietę na paczkę”
    r"|\b(?:na|przy|wy)?(?:klei|drukow|druku|pelni|podpis|uzupel)\w* (?:\w{1,20} )?"
    rf"(?:zalaczon|dolaczon)\w{{1,4}} {_THING}\w*"
    r"|\b(?:print|stick|fill in|fill out|sign|complete)(?: out| off)? (?:the |this |both )?"
    rf"(?:attached|enclosed) (?:\w{{1,20}} )?{_FILE}s?\b"
    r"|\bzalacz(?:am|amy)\b|\bprzesylam w zalacz\w*|\bplease (?:find|see)\b"
    r"|\b(?:i am|i'm|we are|we're) (?:\w{1,20} )?(?:attaching|enclosing)\b"
    r"|\bi(?: have|'ve)? (?:now )?attach(?:ed)?\b|\bwe(?: have|'ve)? (?:now )?attach(?:ed)?\b"
)
"""So sure that only a question, a no and another place stand against it."""
_NONE = re.compile(
    r"\b(?:bez|brak|brakuje) zalacz\w*|\bnie (?:\w{1,20} ){0,2}(?:zalacz|dolacz)\w*"
    r"|\b(?:not|never|n't|cannot|can't)\b(?: \w{1,20}){0,3} attach\w*"
    r"|\b(?:do|w) (?:\w{1,20} ){0,2}(?:paczki|przesylki|paczce|przesylce|kartonu|opakowania)\b"
    r"|\bdo kazd\w+|\b(?:always|every|each)\b|\b(?:zawsze|zwykle)\b"
    r"|\b(?:to|in|with) (?:the|your|each|every) (?:parcel|package|box|shipment)\b"
    r"|\b(?:jesli|jezeli|gdyby|if|once)\b(?: \w{1,20}){0,8} (?:zalacz|attach)\w*"
)


def attachment(situation: Situation) -> Iterable[Complaint]:
    """Ask where the text speaks of a file and none goes with it."""
    if situation.files:
        return
    for words in _spoken_of(situation.own_words):
        sentence = _(
            "Your reply mentions an attachment (“%(words)s”), but no file is attached. "
            "Attach it, or keep the text as it is."
        )
        about = " ".join(words.lower().split())[:_LONGEST_ABOUT]
        yield Complaint("attachment", "attachments", sentence % {"words": words}, about)
        return  # one file may be what all of them speak of


def _spoken_of(text: str) -> Iterator[str]:
    """Yield how the text speaks of a file of its own, once for each sentence that does."""
    plain = _SHORTENED.sub(r"\1 ", plain_letters(text))
    for sentence in _SENTENCE.finditer(plain):
        said = sentence[0][:_LONGEST_SENTENCE]
        if "?" in said[-3:]:
            continue
        abroad = claimed(said)
        if abroad is not None:
            yield _written(text, sentence.start(), abroad)
            continue
        found = _CLAIMS.search(said)
        if found is None or _SOMEWHERE_ELSE.search(said):
            continue
        is_sure = _FOUND_ANYWAY.search(said) is not None
        asked = None if is_sure else _ASKED.search(said)
        if asked is not None and asked.start() < found.start():
            continue
        if not (_NONE if is_sure else _OTHERS).search(said):
            yield _written(text, sentence.start(), found.span())


def _written(text: str, start: int, span: tuple[int, int]) -> str:
    """Return the words at *span* of the sentence that begins at *start*, as they were typed."""
    return text[start + span[0] : start + span[1]].strip(" ,;:-–")
