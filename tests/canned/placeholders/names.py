"""What stands in first-name fields, by kind, each with the greeting a Pole would choose.

``Panie Łukaszu``/``Pani Anno`` where nobody would doubt; ``-`` where only the neutral greeting is
right. Written by hand; the common first names of ``vocatives.py`` come before these.
"""

POLISH_OTHER = """
Kuba=Panie Kubo|Tomek=Panie Tomku|Wojtek=Panie Wojtku|Bartek=Panie Bartku|Maciek=Panie Maćku
Krzysiek=Panie Krzyśku|Przemek=Panie Przemku|Olek=Panie Olku|Ania=Pani Aniu|Ola=Pani Olu
Ela=Pani Elu|Ula=Pani Ulu|Jola=Pani Jolu|Hania=Pani Haniu|Magda=Pani Magdo|Iza=Pani Izo
Jadzia=Pani Jadziu|Marysia=Pani Marysiu|Zuzia=Pani Zuziu|Kasandra=Pani Kasandro|Noemi=Pani Noemi
Salomea=Pani Salomeo|Kunegunda=Pani Kunegundo|Zyta=Pani Zyto|Ksenia=Pani Ksenio|Gaweł=Panie Gawle
Ziemowit=Panie Ziemowicie|Idzi=Panie Idzi|Bogumił=Panie Bogumile|Mścisław=Panie Mścisławie
Jędrzej=Panie Jędrzeju|Melchior=Panie Melchiorze|Onufry=Panie Onufry|Tytus=Panie Tytusie
"""
CAPITALS_AND_LETTERS = """
ŁUKASZ=Panie Łukaszu|ANNA=Pani Anno|łukasz=Panie Łukaszu|małgorzata=Pani Małgorzato
MAŁGORZATA=Pani Małgorzato|Lukasz=Panie Łukaszu|MALGORZATA=Pani Małgorzato|Pawel=Panie Pawle
Michal=Panie Michale|Elzbieta=Pani Elżbieto|Bozena=Pani Bożeno|grazyna=Pani Grażyno
Slawomir=Panie Sławomirze|STANISLAW=Panie Stanisławie
Wladyslaw=Panie Władysławie|jOANNA=Pani Joanno
 Ewa =Pani Ewo|Anna Maria=Pani Anno|Jan Maria=Panie Janie|Maria Anna=Pani Mario
Jan Paweł=Panie Janie|JAN PAWEŁ=Panie Janie|Anna  Katarzyna=Pani Anno|Zofia Maria=Pani Zofio
"""
UKRAINIAN = """
Oleksandr=Panie Oleksandrze|Oleksander=-|Aleksandr=Panie Aleksandrze|Andrii=-|Andriy=-|Andrij=-
Iryna=Pani Iryno|Irina=Pani Irino|Olha=Pani Olho|Olga=Pani Olgo|Olena=Pani Oleno|Elena=Pani Eleno
Nataliia=-|Nataliya=-|Nataliya Ivanivna=-|Natalia=Pani Natalio|Yuliia=-|Yuliya=-|Julija=-|Iuliia=-
Mykola=-|Mikola=-|Illia=-|Illya=-|Ilya=-|Nikita=-|Mykyta=-|Sasha=-
Sasza=-|Zhenya=-|Zhenia=-|Żenia=-
Tetiana=Pani Tetiano|Tetyana=Pani Tetyano|Tatiana=Pani Tatiano|Svitlana=Pani Svitlano
Oksana=Pani Oksano|Kateryna=Pani Kateryno|Halyna=Pani Halyno|Hanna=Pani Hanno|Mariia=-|Mariya=-
Liudmyla=Pani Liudmylo|Lyudmyla=Pani Lyudmylo|Inna=Pani Inno|Alla=Pani Allo|Viktoriia=-|Viktoriya=-
Anastasiia=-|Anastasiya=-|Sofiia=-|Daryna=Pani Daryno
Khrystyna=Pani Khrystyno|Solomiia=-|Yana=Pani Yano
Ivan=Panie Ivanie|Petro=-|Pavlo=-|Dmytro=-|Danylo=-|Mykhailo=-|Serhii=-|Sergiy=-|Yurii=-|Yuriy=-
Volodymyr=Panie Volodymyrze|Vasyl=Panie Vasylu|Taras=Panie Tarasie|Bohdan=Panie Bohdanie
Ruslan=Panie Ruslanie|Roman=Panie Romanie|Maksym=Panie Maksymie|Vadym=Panie Vadymie
Artem=Panie Artemie|Yaroslav=Panie Yaroslavie|Vitalii=-|Oleh=Panie Olehu|Ihor=Panie Ihorze
Valentyna=Pani Valentyno|Larysa=Pani Laryso|Lesia=-
Myroslava=Pani Myroslavo|Slava=-|Valia=-|Kyrylo=-
"""
FOREIGN = """
Nguyen=-|Jean=-|Andrea=-|Nicola=-|Nikola=-|Kim=-|Robin=-|Simone=-
Sascha=-|Alex=-|Chris=-|Sam=-|Max=-
Dominique=-|Gabriele=-|Daniele=-|Luca=-|Mattia=-|Noah=-|Jo=-|Toni=-|Kai=-|Lou=-|Ariel=-|Hilary=-
Michele=-|Camille=-|Claude=-|Pascal=-|René=-|Laurence=-|Joan=-|Ismail=-|Mohammed=-|Ayşe=-|Thi Hoa=-
Xiu=-|Priya=-|Ji-woo=-|Giuseppe=-|Søren=-|Zoë=-|Björn=-|Rut=-|Ruth=-|Karen=-|Beatrice=-|Nicole=-
Martin=Panie Martinie|Daniel=Panie Danielu|Laura=Pani Lauro|Diana=Pani Diano|Kevin=Panie Kevinie
"""
SURNAMES_AND_TITLES = """
Nowak=-|Kowalski=-|Kowalska=-|Wójcik=-|Mazur=-|Wiśniewska=-|Wiśniewski=-|Lewandowski=-|Zieliński=-
Szymańska=-|Woźniak=-|Dąbrowski=-|Kozłowska=-|Jankowski=-|Kwiatkowska=-|Krawczyk=-|Kaczmarek=-
Piotrowski=-|Grabowska=-|Pawłowski=-|Michalski=-|Król=-|Wieczorek=-|Jabłońska=-|Wróbel=-|Stępień=-
Malinowska=-|Dudek=-|Adamczyk=-|Górski=-|Sikora=-|Baran=-|Rutkowski=-|Szewczyk=-|Ostrowska=-
Tomaszewski=-|Pietrzak=-|Marciniak=-|Zalewski=-|Jasiński=-|Bąk=-|Chmielewska=-|Włodarczyk=-|Wilk=-
Kos=-|Lis=-|Zając=-|Urban=-|Witek=-|Jurek=-|Michałek=-|Mikołajczyk=-|Gajda=-|Kubiak=-|Duda=-|Kot=-
Kowal=-|Sowa=-|Wrona=-|Malina=-|Zaręba=-|Bogusz=-|Herman=-|Prokop=-|Stach=-|Bolek=-|Cichy=-|Biały=-
Nowak Jan=-|Jan Nowak=-|Anna Kowalska=-|Maria Curie=-
Skłodowska-Curie=-|Kowalski-Nowak=-|McDonald=-
Pan Marek=-|Pani Anna=-|Pan=-|Pani=-|Państwo=-|Panie Marku=-|dr=-
mgr=-|dr Jan=-|mgr Anna=-|dr hab.=-
prof. Adam=-|ks.=-|ks. Piotr=-|inż.=-|inż. Tomasz=-|Siostra Maria=-|Doktor=-|Mecenas=-|mec. Ewa=-
Sz. P. Jan=-|Mr John=-|Mrs=-|Jan jr=-|Jan Kowalski (syn)=-
Anna z d. Nowak=-|Marek N.=-|M.=-|J. Adam=-
"""
NOT_A_PERSON = """
null=-|NULL=-|None=-|undefined=-|n/a=-|N/A=-|brak=-|brak danych=-
test=-|Test Test=-|Klient=-|klient=-
Klient indywidualny=-|-=-|--=-|.=-|?=-|0=-|123=-|+48 600 100 200=-
anna.kowalska=-|anna@example.org=-
Firma ABC Sp. z o.o.=-|ABC S.A.=-|Sklep=-|Sklep internetowy=-|PHU Janusz=-|Apteka=-|Biuro=-
Kancelaria Adam=-|Janex=-|IBM=-|Jan i Anna=-|Anna/Jan=-|Anna, Jan=-|Jan & Ewa=-|Państwo Nowak=-
Rodzina Nowak=-|😀=-|Anna 😀=-|Anna1=-|&quot;Anna&quot;=-|Jan Anna=-|Maria Jan=-|Anna-Maria=-|Imię=-
{{imie}}=-|%name%=-|Dział Zakupów=-|Recepcja=-|nieznany=-|Gość=-|Allegro=-|użytkownik=-|admin=-
"""
GROUPS = {
    "Polish, rare and short": POLISH_OTHER,
    "capitals, plain letters, two names": CAPITALS_AND_LETTERS,
    "Ukrainian in Latin letters": UKRAINIAN,
    "foreign": FOREIGN,
    "surnames and titles": SURNAMES_AND_TITLES,
    "not a person's name": NOT_A_PERSON,
}


def _read(listed: str) -> dict[str, str]:
    pairs = (pair for line in listed.split("\n") for pair in line.split("|") if pair)
    return {name: "" if words == "-" else words for name, _, words in map(_parted, pairs)}


def _parted(pair: str) -> tuple[str, str, str]:
    return pair.rpartition("=")


NAMES = {group: _read(listed) for group, listed in GROUPS.items()}
"""Kind → what stands in the field → the greeting, "" for the neutral one."""
