"""Three hundred first names common in Poland, each with its vocative; written by hand.

The forms follow the rules of the language's reference grammars (-a takes -o, soft short forms take
-u; -ek takes -ku, hard consonants take -e with its changes, soft and velar ones take -u).
"""

_WOMEN = """
Anna Anno|Katarzyna Katarzyno|Maria Mario|Małgorzata Małgorzato|Agnieszka Agnieszko
Barbara Barbaro|Ewa Ewo|Krystyna Krystyno|Elżbieta Elżbieto|Magdalena Magdaleno
Joanna Joanno|Zofia Zofio|Aleksandra Aleksandro|Monika Moniko|Teresa Tereso
Danuta Danuto|Natalia Natalio|Julia Julio|Karolina Karolino|Marta Marto
Beata Beato|Dorota Doroto|Janina Janino|Jadwiga Jadwigo|Alicja Alicjo
Jolanta Jolanto|Halina Halino|Iwona Iwono|Grażyna Grażyno|Irena Ireno
Paulina Paulino|Justyna Justyno|Bożena Bożeno|Zuzanna Zuzanno|Hanna Hanno
Wiktoria Wiktorio|Urszula Urszulo|Renata Renato|Sylwia Sylwio|Agata Agato
Helena Heleno|Patrycja Patrycjo|Aneta Aneto|Maja Majo|Izabela Izabelo
Emilia Emilio|Ewelina Ewelino|Oliwia Oliwio|Weronika Weroniko|Marianna Marianno
Genowefa Genowefo|Martyna Martyno|Marzena Marzeno|Klaudia Klaudio|Wanda Wando
Gabriela Gabrielo|Dominika Dominiko|Stanisława Stanisławo|Lena Leno|Kinga Kingo
Edyta Edyto|Kazimiera Kazimiero|Wiesława Wiesławo|Iwonna Iwonno|Kamila Kamilo
Adelina Adelino|Lidia Lidio|Marlena Marleno|Mariola Mariolo|Daria Dario
Bogumiła Bogumiło|Bogusława Bogusławo|Bronisława Bronisławo|Celina Celino|Czesława Czesławo
Dagmara Dagmaro|Diana Diano|Eliza Elizo|Elwira Elwiro|Eugenia Eugenio
Felicja Felicjo|Franciszka Franciszko|Henryka Henryko|Honorata Honorato|Iga Igo
Ilona Ilono|Inga Ingo|Izabella Izabello|Jagoda Jagodo|Jowita Jowito
Kaja Kajo|Kalina Kalino|Kornelia Kornelio|Laura Lauro|Leokadia Leokadio
Liliana Liliano|Lucyna Lucyno|Luiza Luizo|Łucja Łucjo|Malwina Malwino
Marcelina Marcelino|Mariana Mariano|Marzanna Marzanno|Matylda Matyldo|Melania Melanio
Michalina Michalino|Milena Mileno|Mirosława Mirosławo|Nadia Nadio|Nina Nino
Olga Olgo|Otylia Otylio|Pelagia Pelagio|Pola Polo|Regina Regino
Róża Różo|Sabina Sabino|Sandra Sandro|Sara Saro|Stefania Stefanio
Tamara Tamaro|Violetta Violetto|Walentyna Walentyno|Weronka Weronko|Wioletta Wioletto
Władysława Władysławo|Zdzisława Zdzisławo|Zenona Zenono|Żaneta Żaneto|Aniela Anielo
Antonina Antonino|Apolonia Apolonio|Blanka Blanko|Bernadeta Bernadeto|Bianka Bianko
Cecylia Cecylio|Amelia Amelio|Anastazja Anastazjo|Angelika Angeliko|Adrianna Adrianno
Adela Adelo|Ada Ado|Aurelia Aurelio|Romana Romano|Roksana Roksano
Kasia Kasiu|Zosia Zosiu|Basia Basiu|Asia Asiu|Gosia Gosiu
"""
_MEN = """
Piotr Piotrze|Krzysztof Krzysztofie|Andrzej Andrzeju|Tomasz Tomaszu|Jan Janie
Paweł Pawle|Michał Michale|Marcin Marcinie|Jakub Jakubie|Adam Adamie
Marek Marku|Grzegorz Grzegorzu|Stanisław Stanisławie|Łukasz Łukaszu|Wojciech Wojciechu
Mateusz Mateuszu|Mariusz Mariuszu|Kamil Kamilu|Dariusz Dariuszu|Zbigniew Zbigniewie
Jerzy Jerzy|Maciej Macieju|Kacper Kacprze|Szymon Szymonie|Rafał Rafale
Robert Robercie|Józef Józefie|Tadeusz Tadeuszu|Ryszard Ryszardzie|Jacek Jacku
Dawid Dawidzie|Filip Filipie|Henryk Henryku|Kazimierz Kazimierzu|Antoni Antoni
Dominik Dominiku|Przemysław Przemysławie|Janusz Januszu|Artur Arturze|Sławomir Sławomirze
Bartosz Bartoszu|Damian Damianie|Sebastian Sebastianie|Patryk Patryku|Daniel Danielu
Mirosław Mirosławie|Roman Romanie|Karol Karolu|Edward Edwardzie|Wiesław Wiesławie
Leszek Leszku|Franciszek Franciszku|Adrian Adrianie|Zdzisław Zdzisławie|Aleksander Aleksandrze
Bogdan Bogdanie|Arkadiusz Arkadiuszu|Radosław Radosławie|Konrad Konradzie|Czesław Czesławie
Bogusław Bogusławie|Witold Witoldzie|Bartłomiej Bartłomieju|Hubert Hubercie|Oskar Oskarze
Igor Igorze|Marian Marianie|Władysław Władysławie|Jarosław Jarosławie|Ireneusz Ireneuszu
Wiktor Wiktorze|Zygmunt Zygmuncie|Stefan Stefanie|Norbert Norbercie|Cezary Cezary
Eugeniusz Eugeniuszu|Krystian Krystianie|Miłosz Miłoszu|Oliwier Oliwierze|Nikodem Nikodemie
Waldemar Waldemarze|Wacław Wacławie|Włodzimierz Włodzimierzu|Zenon Zenonie|Albert Albercie
Aleksy Aleksy|Alfred Alfredzie|Alojzy Alojzy|Ambroży Ambroży|Anatol Anatolu
August Auguście|Augustyn Augustynie|Beniamin Beniaminie|Benedykt Benedykcie|Bernard Bernardzie
Błażej Błażeju|Bolesław Bolesławie|Borys Borysie|Bronisław Bronisławie|Bruno Bruno
Cyprian Cyprianie|Dionizy Dionizy|Edmund Edmundzie|Emil Emilu|Eryk Eryku
Fabian Fabianie|Feliks Feliksie|Ferdynand Ferdynandzie|Fryderyk Fryderyku|Gabriel Gabrielu
Gerard Gerardzie|Gracjan Gracjanie|Gustaw Gustawie|Ignacy Ignacy|Iwo Iwo
Jeremi Jeremi|Joachim Joachimie|Julian Julianie|Juliusz Juliuszu|Kajetan Kajetanie
Klemens Klemensie|Kornel Kornelu|Kryspin Kryspinie|Ksawery Ksawery|Lech Lechu
Leon Leonie|Leonard Leonardzie|Leopold Leopoldzie|Lucjan Lucjanie|Ludwik Ludwiku
Maksymilian Maksymilianie|Marceli Marceli|Maurycy Maurycy|Mieczysław Mieczysławie|Mikołaj Mikołaju
Natan Natanie|Olaf Olafie|Olgierd Olgierdzie|Oktawian Oktawianie|Remigiusz Remigiuszu
Ryszard Ryszardzie|Samuel Samuelu|Seweryn Sewerynie|Sylwester Sylwestrze|Teodor Teodorze
Tymon Tymonie|Tymoteusz Tymoteuszu|Walenty Walenty|Wincenty Wincenty|Wit Wicie
Zachariasz Zachariaszu|Ziemowit Ziemowicie|Kuba Kubo|Barnaba Barnabo|Bonifacy Bonifacy
Ludomir Ludomirze|Kordian Kordianie|Kosma Kosmo|Ernest Erneście|Gniewomir Gniewomirze
"""


def _read(listed: str, gender: str) -> dict[str, tuple[str, str]]:
    pairs = (pair.split() for line in listed.split("\n") for pair in line.split("|") if pair)
    return {name: (vocative, gender) for name, vocative in pairs}


VOCATIVES = _read(_WOMEN, "she") | _read(_MEN, "he")
"""First name → its vocative, and "he" or "she"."""
