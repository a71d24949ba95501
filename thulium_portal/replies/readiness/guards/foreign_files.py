"""How German and Ukrainian (and Russian) texts speak of a file that goes along with them.

Fewer turns than of the two languages of the portal: those that such a text is hardly written
without. Expects single sentences, as ``attachment`` reads them.
"""

import re

_THING = (
    r"(?:рахун|рахунок|догов[оі]р|документ|файл|скан|форм|фактур|накладн|інструкц|инструкц|сч[её]т"
    r"|пропозиц|прайс|довідк|чек|етикет|этикет|квит)"
)
_CLAIMS = re.compile(
    r"\b(?:im|in dem) anhang\b(?: \w{1,30})?|\b(?:in der|als) anlage\b(?! zum?\b)(?: \w{1,30})?"
    r"|\banbei\b(?: \w{1,30})?|\bals anhang\b"
    r"|\b(?:beigefügt|beiliegend|angehängt)\w{0,2}\b(?: \w{1,30})?"
    r"|\bhänge(?: ich|n wir)?\b(?: \w{1,30}){0,4} an\b"
    r"|\bfüge(?: ich|n wir)\b(?: \w{1,30}){0,4} bei\b"
    r"|\b[ув]о? вкладен+[іи]\w{0,2}\b(?: \w{1,30})?|\bво вложени[ия]\b(?: \w{1,30})?"
    rf"|\b[ув] (?:додатку|приложении)\b(?: \w{{1,30}}){{0,2}} {_THING}\w*"
    rf"|\b{_THING}\w* (?:\w{{1,30}} )?[ув] (?:додатку|приложении)\b"
    rf"|\b(?:додаю|долучаю|долучаємо|додаємо|прикріпл\w+|прикрепл\w+|прилага\w+)"
    rf"(?: \w{{1,30}}){{0,3}} {_THING}\w*"
    rf"|\b(?:вкладен|прикріплен|долучен|додан|прикладен|приложенн|прикрепленн|вложенн)\w{{1,4}}"
    rf" (?:\w{{1,30}} )?{_THING}\w*"
    rf"|\b(?:надсила|висила|пересила|прилага|отправля|высыла)(?:ю|ємо|ем)\b"
    rf"(?: (?!про\b|о\b)\w{{1,30}}){{0,3}} {_THING}\w*"
    rf"|\b(?:дода|долучи|прикріпи|вкла|прикрепи|приложи)(?:в|ла|ли|л)\b"
    rf"(?: \w{{1,30}}){{0,3}} {_THING}\w*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:send|schick|füg|häng|lad|leg|reich)\w{0,4} sie\b"
    r"|\b(?:können|könnten|würden|müssen|sollten) sie\b"
    r"|\bbitte\b(?:[ ,]+\w{1,30}){0,8} (?:senden|schicken|beifügen|anhängen|hochladen|einreichen)\b"
    r"|\b(?:надішл|додайт|прикріпіт|долучіт|вишл|пришл|прикрепите|приложите|отправьте)\w*"
    r"|\b(?:прос[иі]мо|прошу|потрібно|необхідно|просим|нужно|можете)\b",
    re.IGNORECASE,
)
"""What asks for a file of the customer's, where it stands in front."""
_OTHERS = re.compile(
    r"\b(?:vielen dank|danke|bedank\w+|erhalten|geöffnet|öffnen)\b"
    r"|\b(?:ihr|dein|euer)(?:e[mnrs]?)? (?:\w{1,20} )?(?:anhang|anlage|beigefügt\w*)\b"
    r"|\b(?:sie|du) (?:\w{1,30} ){0,4}(?:beigefügt|angehängt) ha(?:ben|st)\b"
    r"|\b(?:kein\w{0,2}|ohne|nicht|fehlt|fehlen)\b|\b(?:wird|werden|werde|folgt|sobald|wenn|falls)\b"
    r"|\b(?:paket|sendung|lieferung|karton|post)\b|\b(?:gestern|bereits|letzten|letzte|früher\w*)\b"
    r"|\b(?:дяку\w+|спасибо|отримал\w+|получил\w+|ваш\w{0,3} (?:вкладен|вложен|файл|документ)\w*)\b"
    r"|\b(?:не|без|нема\w*|відсутн\w+|нет)\b|\b(?:буде|будет|якщо|если|коли|завтра|раніше|раньше)\b"
    r"|\b(?:посил(?:к\w+|ц\w+)|посыл\w+|коробц\w+|пошт\w+|кур['’ʼ]?[єье]р\w+|почт\w+)\b"
    r"|\b(?:окрем\w+|отдельн\w+|вчора|вчера|кожн\w+|завжди|всегда)\b"
    r"|\b(?:вами|ви|вы|клієнт\w*)\b(?: \w{1,20}){0,3} (?:надісла|дода|прикріп|прислал|прикреп)"
    r"|\b(?:дода|долучи|прикріпи|вкла|прикрепи|приложи)(?:ли|л[аи]?) ви\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"https?://|\bwww\.|\blink\b|\bпосилання\w*|\bссылк\w+", re.IGNORECASE)


def claimed(sentence: str) -> tuple[int, int] | None:
    """Return where *sentence* speaks of a file of its own; None where it does not."""
    found = _CLAIMS.search(sentence)
    if found is None or _ELSEWHERE.search(sentence) or _OTHERS.search(sentence):
        return None
    asked = _ASKED.search(sentence)
    return None if asked is not None and asked.start() < found.start() else found.span()
