"""First names of which the greeting is sure: whose they are, and their vocative.

Names common in Poland and, in Latin letters, in Ukraine. A name is left out where both men and
women bear it (*Andrea*, *Nikola*, *Sasza*), where it rather is a surname or a common word (*Urban*,
*Witek*), and where its Polish vocative is unsettled (*Mykola*, *Nataliia*): there the greeting is
neutral. The forms come from SGJP, the grammatical dictionary of Polish, and were read over by hand.
"""

from thulium_portal.lib.folding import fold

_WOMEN = """
Ada Adela Adelajda Adelina Adriana Adrianna Agata Agnieszka Aida Albina Aldona Aleksandra Alicja
Alina Aliona Alla Alona Alyona Amanda Amelia Anastazja Andżelika Aneta Anetta Angelika Angelina
Aniela Anita Anna Antonina Anzhelika Apolonia Arleta Arletta Aurelia Balbina Barbara Beata
Berenika Bernadeta Bernadetta Berta Bianka Blanka Bogna Bogumiła Bogusława Bohdana Bolesława
Bożena Bożenna Bronisława Brygida Brygita Cecylia Celestyna Celina Chrystyna Czesława Dagmara
Dajana Daniela Danuta Daria Darina Daryna Dąbrówka Debora Delfina Diana Dobrawa Dobrosława
Dominika Donata Dorota Dżesika Edyta Ekaterina Elena Eleonora Elina Eliza Elwira Elżbieta Emilia
Emma Erna Ernestyna Estera Eugenia Eunika Eva Evelina Ewa Ewelina Faustyna Felicja Felicyta
Filomena Florentyna Franciszka Fryderyka Gabriela Gaja Galina Genowefa Gerda Gertruda Gizela
Gloria Grażyna Greta Halina Halyna Hałyna Hanna Helena Helga Henryka Hermina Hilda Honorata
Hortensja Ida Iga Ilona Inga Ingrida Inna Irena Irina Irma Irmina Iryna Isabella Ivanna Ivona
Iwona Iwonna Iza Izabela Izabella Izolda Jadwiga Jagna Jagoda Janina Jaśmina Jessica Joanna
Jolanta Jowita Józefa Józefina Judyta Julia Julianna Julita Justyna Jutta Kaja Kalina Kamila
Karina Karolina Karyna Kasandra Katarzyna Kateryna Kazimiera Khrystyna Kinga Kira Klara Klaudia
Klaudyna Klementyna Konstancja Kordula Kornelia Kristina Krystyna Ksenia Kunegunda Larisa Larysa
Laura Lena Lenka Leokadia Leonia Leontyna Lidia Ligia Lilia Liliana Lilianna Liudmyla Liwia Luba
Lubomira Lucyna Ludmila Ludmiła Ludmyla Ludwika Luiza Lukrecja Lyudmyla Łucja Magda Magdalena
Maja Malwina Małgorzata Manuela Marcelina Margarita Marharyta Maria Mariana Marianna Marieta
Marietta Marika Marina Mariola Marlena Marta Martyna Maryla Maryna Marzanna Marzena Marzenna
Matylda Melania Melisa Michalina Mieczysława Milana Milena Mira Miranda Mirella Mirosława Monika
Myroslava Myroslawa Nadezhda Nadia Nadzieja Natalia Natasza Nikoleta Nikoletta Nina Nora Ofelia
Oksana Oktawia Oleksandra Olena Olga Olha Olimpia Olivia Oliwia Ołeksandra Ołena Otylia Patrycja
Paula Paulina Pelagia Petronela Pola Polina Rachela Radosława Raisa Rebeka Regina Renata Rita
Roksana Roksolana Roma Romana Romualda Rozalia Róża Ruslana Ryszarda Sabina Sabrina Salomea
Samanta Sandra Sara Selena Seweryna Sława Sławomira Snezhana Sniezana Snizhana Sofia Stanisława
Stefania Stella Svetlana Svitlana Switlana Switłana Sylwia Szarlotta Tamara Tatiana Tekla
Teodora Teodozja Teresa Tetiana Tetyana Uliana Ulyana Urszula Valentina Valentyna Vanessa
Vasylyna Veronika Victoria Viktoria Violeta Violetta Vira Vita Wacława Walentyna Waleria Wanda
Wanessa Weronika Weronka Wiera Wiesława Wiktoria Wilhelmina Wincentyna Wiola Wioleta Wioletta
Wirginia Władysława Xenia Yana Yaroslava Yelena Yelyzaveta Yulianna Zdzisława Zenobia Zenona
Zhanna Zinaida Zlata Zofia Zoriana Zoryana Zuza Zuzanna Zyta Żaklina Żaneta Żanna
"""
"""Their vocative has -o for -a."""
_WOMEN_APART = """
Asia:Asiu Basia:Basiu Gosia:Gosiu Kasia:Kasiu Zosia:Zosiu Joasia:Joasiu Krysia:Krysiu
Małgosia:Małgosiu Marysia:Marysiu Tosia:Tosiu Wiesia:Wiesiu Zuzia:Zuziu Jadzia:Jadziu
Madzia:Madziu Ania:Aniu Hania:Haniu Ola:Olu Ela:Elu Ula:Ulu Jola:Jolu Nela:Nelu Sonia:Soniu
Noemi:Noemi
"""
_MEN = """
Adam:Adamie Adolf:Adolfie Adrian:Adrianie Alan:Alanie Albert:Albercie Albin:Albinie
Aleksander:Aleksandrze Aleksandr:Aleksandrze Aleksy:Aleksy Alexandr:Alexandrze Alfons:Alfonsie
Alfred:Alfredzie Alojzy:Alojzy Amadeusz:Amadeuszu Ambroży:Ambroży Anastazy:Anastazy
Anatol:Anatolu Andrej:Andreju Andriej:Andrieju Andrzej:Andrzeju Antek:Antku Anton:Antonie
Antoni:Antoni Apolinary:Apolinary Arek:Arku Arkadiusz:Arkadiuszu Arnold:Arnoldzie Arsen:Arsenie
Artem:Artemie Artur:Arturze Atanazy:Atanazy August:Auguście Augustyn:Augustynie
Baltazar:Baltazarze Barnaba:Barnabo Bartek:Bartku Bartłomiej:Bartłomieju Bartosz:Bartoszu
Bazyli:Bazyli Benedykt:Benedykcie Beniamin:Beniaminie Bernard:Bernardzie Błażej:Błażeju
Bogdan:Bogdanie Bogumił:Bogumile Bogusław:Bogusławie Bohdan:Bohdanie Bolesław:Bolesławie
Bonifacy:Bonifacy Borys:Borysie Bożydar:Bożydarze Brajan:Brajanie Bronisław:Bronisławie
Bruno:Bruno Brunon:Brunonie Cezary:Cezary Cyprian:Cyprianie Cyryl:Cyrylu Czarek:Czarku
Czesław:Czesławie Damian:Damianie Daniel:Danielu Darek:Darku Dariusz:Dariuszu David:Davidzie
Dawid:Dawidzie Demian:Demianie Demyan:Demyanie Denis:Denisie Denys:Denysie Dionizy:Dionizy
Dominik:Dominiku Dorian:Dorianie Edgar:Edgarze Edmund:Edmundzie Eduard:Eduardzie
Edward:Edwardzie Edwin:Edwinie Egon:Egonie Egor:Egorze Eliasz:Eliaszu Eligiusz:Eligiuszu
Emanuel:Emanuelu Emil:Emilu Emilian:Emilianie Erazm:Erazmie Ernest:Erneście Erwin:Erwinie
Eryk:Eryku Eugeniusz:Eugeniuszu Eustachy:Eustachy Ezechiel:Ezechielu
Fabian:Fabianie Felicjan:Felicjanie Feliks:Feliksie Ferdynand:Ferdynandzie Filip:Filipie
Florian:Florianie Franciszek:Franciszku Franek:Franku Fryderyk:Fryderyku Gabriel:Gabrielu
Gaweł:Gawle Gerard:Gerardzie Gerwazy:Gerwazy Gniewomir:Gniewomirze Gracjan:Gracjanie
Grzegorz:Grzegorzu Grzesiek:Grześku Gustaw:Gustawie Gwidon:Gwidonie Hektor:Hektorze Heniek:Heńku
Henryk:Henryku Herbert:Herbercie Hieronim:Hieronimie Hipolit:Hipolicie Hlib:Hlibie
Horacy:Horacy Hubert:Hubercie Idzi:Idzi Ignacy:Ignacy Igor:Igorze Ihor:Ihorze Irek:Irku
Ireneusz:Ireneuszu Ivan:Ivanie Iwan:Iwanie Iwo:Iwo Izydor:Izydorze Jacek:Jacku Jakub:Jakubie
Jan:Janie Janek:Janku Janusz:Januszu Jarek:Jarku Jaromir:Jaromirze Jaroslav:Jaroslavie
Jarosław:Jarosławie Jeremi:Jeremi Jeremiasz:Jeremiaszu Jerzy:Jerzy Jędrzej:Jędrzeju
Joachim:Joachimie Jonasz:Jonaszu Jonatan:Jonatanie Józef:Józefie Józek:Józku Julian:Julianie
Juliusz:Juliuszu Justyn:Justynie Justynian:Justynianie Kacper:Kacprze Kajetan:Kajetanie
Kamil:Kamilu Karol:Karolu Kazik:Kaziku Kazimierz:Kazimierzu Kevin:Kevinie Kewin:Kewinie
Kiril:Kirilu Klaudiusz:Klaudiuszu Klemens:Klemensie Konrad:Konradzie Konstanty:Konstanty
Kordian:Kordianie Kornel:Kornelu Korneliusz:Korneliuszu Kosma:Kosmo Kryspin:Kryspinie
Krystian:Krystianie Krzysiek:Krzyśku Krzysztof:Krzysztofie Ksawery:Ksawery Kuba:Kubo Lech:Lechu
Lechosław:Lechosławie Leon:Leonie Leonard:Leonardzie Leonid:Leonidzie Leopold:Leopoldzie
Lesław:Lesławie Leszek:Leszku Liubomyr:Liubomyrze Lubomir:Lubomirze Lubomyr:Lubomyrze
Lucjan:Lucjanie Ludomir:Ludomirze Ludwik:Ludwiku Łazarz:Łazarzu Łukasz:Łukaszu Maciej:Macieju
Maciek:Maćku Makary:Makary Maks:Maksie Maksim:Maksimie Maksym:Maksymie Maksymilian:Maksymilianie
Manfred:Manfredzie Marcel:Marcelu Marceli:Marceli Marcin:Marcinie Marek:Marku
Marian:Marianie Mariusz:Mariuszu Martin:Martinie Mateusz:Mateuszu Maurycy:Maurycy Maxim:Maximie
Maxym:Maxymie Melchior:Melchiorze Michał:Michale Mieczysław:Mieczysławie Mieszko:Mieszku
Mietek:Mietku Mikołaj:Mikołaju Milan:Milanie Miłosz:Miłoszu Mirek:Mirku Miron:Mironie
Mirosław:Mirosławie Mścisław:Mścisławie Myroslav:Myroslavie Natan:Natanie Nataniel:Natanielu
Nazar:Nazarze Nestor:Nestorze Nikodem:Nikodemie Nikolas:Nikolasie Norbert:Norbercie
Oktawian:Oktawianie Oktawiusz:Oktawiuszu Olaf:Olafie Oleg:Olegu Oleh:Olehu Olek:Olku
Oleksandr:Oleksandrze Olgierd:Olgierdzie Olivier:Olivierze Oliwer:Oliwerze Oliwier:Oliwierze
Ołeh:Ołehu Ołeksandr:Ołeksandrze Onufry:Onufry Orest:Oreście Oskar:Oskarze Ostap:Ostapie
Otto:Otto Patrick:Patricku Patryk:Patryku Paweł:Pawle Piotr:Piotrze Piotrek:Piotrku Pius:Piusie
Protazy:Protazy Przemek:Przemku Przemysław:Przemysławie Radek:Radku Radomir:Radomirze
Radosław:Radosławie Rafael:Rafaelu Rafał:Rafale Rajmund:Rajmundzie Remigiusz:Remigiuszu
Robert:Robercie Roch:Rochu Roman:Romanie Romek:Romku
Romuald:Romualdzie Rostyslav:Rostyslavie Rudolf:Rudolfie Ruslan:Ruslanie Rustam:Rustamie
Rysiek:Ryśku Ryszard:Ryszardzie Salomon:Salomonie Samuel:Samuelu Sebastian:Sebastianie
Sergej:Sergeju Sergiej:Sergieju Sergiusz:Sergiuszu Seweryn:Sewerynie Siergiej:Siergieju
Sławek:Sławku Sławomir:Sławomirze Stanislav:Stanislavie Stanisław:Stanisławie Staszek:Staszku
Stefan:Stefanie Sviatoslav:Sviatoslavie Sylwester:Sylwestrze Szczepan:Szczepanie
Szczęsny:Szczęsny Szymek:Szymku Szymon:Szymonie Tadek:Tadku Tadeusz:Tadeuszu Taras:Tarasie
Teodor:Teodorze Teofil:Teofilu Timur:Timurze Tobiasz:Tobiaszu Tomasz:Tomaszu Tomek:Tomku
Tristan:Tristanie Tymon:Tymonie Tymoteusz:Tymoteuszu Tymur:Tymurze Tytus:Tytusie Ulryk:Ulryku
Vadim:Vadimie Vadym:Vadymie Vasyl:Vasylu Viacheslav:Viacheslavie Viktor:Viktorze
Vladimir:Vladimirze Vladislav:Vladislavie Vladyslav:Vladyslavie Volodymyr:Volodymyrze
Vyacheslav:Vyacheslavie Wacław:Wacławie Wadym:Wadymie Waldek:Waldku Waldemar:Waldemarze
Walenty:Walenty Walerian:Walerianie Walery:Walery Wasyl:Wasylu Wawrzyniec:Wawrzyńcu
Wiesiek:Wieśku Wiesław:Wiesławie Wiktor:Wiktorze Wilhelm:Wilhelmie Wincenty:Wincenty Wit:Wicie
Witold:Witoldzie Władek:Władku Władysław:Władysławie Włodek:Włodku Włodzimierz:Włodzimierzu
Wojciech:Wojciechu Wojtek:Wojtku Wołodymyr:Wołodymyrze Yaroslav:Yaroslavie Yehor:Yehorze
Yevgen:Yevgenie Yevhen:Yevhenie Zachar:Zacharze Zachariasz:Zachariaszu Zakhar:Zakharze
Zbigniew:Zbigniewie Zbyszek:Zbyszku Zbyszko:Zbyszku Zdzisław:Zdzisławie Zenek:Zenku
Zenon:Zenonie Ziemowit:Ziemowicie Zygfryd:Zygfrydzie Zygmunt:Zygmuncie
"""


def _pairs(listed: str) -> dict[str, str]:
    return {
        name: vocative for name, _, vocative in (each.partition(":") for each in listed.split())
    }


WOMEN = {name: f"{name[:-1]}o" for name in _WOMEN.split()} | _pairs(_WOMEN_APART)
"""First name → vocative."""
MEN = _pairs(_MEN)
"""First name → vocative."""
_SHORTEST_IN_PLAIN_LETTERS = 5
_BY_SPELLING = {name.casefold(): name for name in (*WOMEN, *MEN)}
_BY_LETTERS = {
    fold(name): name for name in (*WOMEN, *MEN) if len(name) >= _SHORTEST_IN_PLAIN_LETTERS
}


def find(word: str) -> str:
    """Return the first name that *word* is, in its right spelling, or "".

    Capitals do not matter, and in plain letters (*Lukasz*, *Malgorzata*) the strokes are put back.
    """
    typed = word.casefold()
    return _BY_SPELLING.get(typed, "") or (_BY_LETTERS.get(typed, "") if word.isascii() else "")
