"""First names and what their bearers are called besides, in Polish, English and Ukrainian.

A line is one name: its first form, then pet names, spellings and what other languages make of it.
Where a form stands on several lines, any of them may be meant.
"""

WOMEN_CALLED = """
Agata: Agatka Agatha
Agnieszka: Aga Agunia Agusia Jagna Agnes
Aleksandra: Ola Olka Oleńka Olcia Oleksandra Ołeksandra Alexandra Alex Sandra Sasza Lexi
Alicja: Ala Alka Alusia Alice
Anastazja: Nastka Nastia Anastasiia Anastasia Anastazia
Aneta: Anetta Anetka
Angelika: Andżelika Angela Angie
Anna: Ania Anka Andzia Anulka Aneczka Anusia Ann Anne Annie Anja
Antonina: Tosia Tola
Barbara: Basia Baśka Barbra Basieńka Barb
Beata: Beatka Beti Beatrice
Bożena: Bożenka Bożenna
Celina: Celinka
Cecylia: Cecilia
Czesława: Czesia
Dagmara: Daga Dagna
Danuta: Danka Danusia
Daria: Darka Darja Dariia Daryna
Dominika: Domi Nika Dominique
Dorota: Dorotka Dora Dorothy
Edyta: Edytka Edith
Elżbieta: Ela Elka Elżunia Elizabeth Elisabeth Liz Beth Betty Lisa Eliza Yelyzaveta
Emilia: Emilka Emily Emma
Ewa: Ewka Ewunia Eve Eva Ewelina
Ewelina: Ewelinka Evelyn Evelina
Felicja: Fela
Franciszka: Frania Frances
Gabriela: Gabrysia Gaba Gabi Gabrielle
Genowefa: Gienia
Grażyna: Grażynka
Halina: Halinka Hala Halyna Hałyna Galina
Hanna: Hania Hanka Hannah
Helena: Hela Helenka Helen Olena Ołena Elena Lena
Honorata: Honoratka
Ilona: Ilonka
Irena: Irenka Ira Iryna Irina Irene
Iwona: Iwonka Ivona Yvonne
Izabela: Iza Izka Izabella Isabella Isabel Bella
Jadwiga: Jadzia Jagoda
Janina: Janka Jasia Jane Janet
Joanna: Asia Aśka Joasia Joaśka Joan Jo Johanna
Jolanta: Jola Jolka
Józefa: Józia
Judyta: Judith Judy
Julia: Julka Julcia Yuliia Yulia Julie Juliet
Justyna: Justynka Justine
Kamila: Kamilka Camilla Mila
Karina: Karinka
Karolina: Karola Karolinka Caroline Carol Carolina
Katarzyna: Kasia Kaśka Kasieńka Kasiunia Kate Katie Kathy Catherine Katherine Kateryna Ekaterina
Katarzyna: Kathleen Katharina Katya
Kazimiera: Kazia
Klaudia: Klaudyna Claudia
Kinga: Kinia
Klara: Clara
Krystyna: Krysia Kryśka Christine Christina Kristina Tina Chrystyna Khrystyna
Ksenia: Kseniia Xenia
Laura: Laurka
Lidia: Lidka Lydia Lidiia
Liliana: Lila Lilka Lilianna Lily Lilly
Lucyna: Lucynka Lucy Lucja Lucia
Ludmiła: Ludmila Liudmyla Lyudmyla Luda
Magdalena: Magda Madzia Magdusia Madeleine Lena
Maja: Majka Maya
Małgorzata: Gosia Gośka Małgosia Małgośka Gocha Margaret Margarita Maggie Meg Peggy Marharyta Rita
Małgorzata: Greta
Maria: Marysia Maryśka Marynia Mary Marie Mariia Mariya Maryja Majka Mania
Marlena: Marlenka Marlene
Marta: Martusia Martha
Martyna: Martynka Martina
Marzena: Marzenka Marzenna
Michalina: Misia Michasia
Mirosława: Mirka Myroslava Mira
Monika: Monia Monisia Monica Monique
Natalia: Natalka Nata Nataliia Natalie Nataliya Natalya Natasza Natasha
Nikola: Nicola Nicole Nikol Nicolette
Nina: Ninka
Oksana: Oksanka Ksenia Oxana
Olga: Ola Olka Olha Helga
Oliwia: Oliwka Olivia
Patrycja: Patka Pati Patricia Pat
Paulina: Paula Paulinka Pauline
Renata: Renatka Renia Renate
Róża: Rose Rosa Rózia
Sabina: Sabinka
Stanisława: Stasia Staszka
Stefania: Stefa Stefka Stephanie Steffi
Sylwia: Sylwka Sylvia Silvia
Teresa: Tereska Renia Theresa Teresia Terry
Urszula: Ula Ulka Ursula
Wanda: Wandzia
Weronika: Wera Werka Veronica Veronika Nika
Wiesława: Wiesia
Wiktoria: Wika Wiktorka Victoria Viktoriia Viktoria Vicky
Zofia: Zosia Zośka Sophia Sofia Sophie Sofiia
Zuzanna: Zuza Zuzia Zuzka Susan Suzanne Susanna Sue
Żaneta: Żanetka Jeannette
Adriana: Adrianna Ada Adrienne
Ada: Adka
Amelia: Amelka
Bogusława: Bogusia
Bronisława: Bronia
Eugenia: Gienia Yevheniia Yevgenia Evgenia
Svitlana: Svetlana Switlana Switłana Swietłana Swieta
Tetiana: Tatiana Tetyana Tatyana Tania Tanya
Valentina: Walentyna Valentyna Wala
Alona: Aliona Alyona Ołena Olena
Abigail: Abby
Amanda: Mandy
Charlotte: Lottie
Deborah: Debbie
Diana: Diane
Eleanor: Ellie Nora
Jacqueline: Jackie
Jennifer: Jenny Jen
Jessica: Jess
Kimberly: Kim
Melissa: Mel
Olivia: Liv
Pamela: Pam
Rebecca: Becky
Sarah: Sara Sally
"""
WOMEN_ABROAD = """
Amy Angela Ashley Brenda Chloe Cynthia Denise Donna Ella Ellen Emma Fiona Gemma Georgia Grace
Heather Hilary Holly Isla Joyce Karen Laura Lauren Linda Louise Megan Mia Michelle Molly Nancy
Nicole Phoebe Poppy Priya Rachel Ruth Samantha Sharon Shirley Sienna Tracy Wendy Zoe Fatima Aisha
Ingrid Greta
"""
MEN_CALLED = """
Adam: Adaś Adamek
Adrian: Adi Adrianek
Albert: Bert
Aleksander: Olek Alek Alex Aleks Alexander Alexandr Aleksandr Oleksandr Ołeksandr Aleksy Sasza Olo
Aleksander: Lex
Andrzej: Andrzejek Jędrek Jędrzej Andrew Andy Andrii Andriy Andrej Andriej Andreas Andre
Antoni: Antek Antoś Anthony Tony Anton Antonio
Arkadiusz: Arek Aruś
Artur: Arturek Arthur Art
Bartłomiej: Bartek Bartosz Bartuś Bart Bartholomew
Bartosz: Bartek Bartuś Bart
Bogdan: Boguś Bohdan
Bogusław: Boguś
Bolesław: Bolek
Borys: Boris Borysek
Cezary: Czarek Cesar
Czesław: Czesiek Czesio
Damian: Damianek Damien
Daniel: Danielek Dan Danny Danylo
Dariusz: Darek Daruś
Dawid: Dawidek David Dave Davyd
Dominik: Domin Dominic
Edward: Edek Edzio Ed Eddie Ted
Emil: Emilek
Eugeniusz: Gienek Genek Yevhen Yevgen Evgeni Eugene
Feliks: Felek Felix
Filip: Filipek Philip Phil Phillip
Franciszek: Franek Franio Francis Frank
Fryderyk: Frycek Frederick Fred Freddie
Grzegorz: Grzesiek Grześ Grzesio Greg Gregory
Henryk: Heniek Henio Henry Harry Heinrich
Hubert: Hubercik
Ignacy: Ignaś Ignac
Ireneusz: Irek
Iwan: Ivan
Jacek: Jacuś
Jakub: Jim Jimmy Jamie
Jakub: Kuba Kubuś Jakubek Jacob Jake James Jakob
Jan: Janek Jasiek Jaś Jasio John Johnny Jon Johan Johann Ian Jack
Janusz: Januszek
Jarosław: Jarek Yaroslav Jaroslav
Jerzy: Jurek Juras George Yurii Yuriy Jurij Georg
Józef: Józek Józio Ziutek Joseph Joe Josef Jose
Julian: Julek
Juliusz: Julek Julius
Kacper: Kacperek Kasper Casper
Kamil: Kamilek
Karol: Karolek Charles Charlie Karl Carl Chuck
Kazimierz: Kazik Kazek Casimir
Konrad: Konradek Conrad
Krystian: Krystianek Christian Krystek
Krzysztof: Krzysiek Krzyś Krzysio Krzych Christopher Chris Kris
Leszek: Lech Leszko
Lucjan: Lucek Lucian
Ludwik: Ludwiczek Louis Lewis
Łukasz: Łukaszek Luke Lucas Lukas Luka
Maciej: Maciek Maciuś Matthias
Maksymilian: Maks Maksym Max Maksim Maximilian Maxim Maxym
Marcel: Marceli
Marcin: Marcinek Martin Marty
Marek: Mareczek Mark Marc Marcus
Marian: Maniek
Mariusz: Mariuszek Marius
Mateusz: Mati Mateuszek Matthew Matt Matvii Matthieu
Michał: Michałek Michaś Misiek Michael Mike Mykhailo Michel Mick Miguel
Mieczysław: Mietek Miecio
Mikołaj: Miki Mikołajek Nicholas Nick Mykola Nikolai Nicolas Nikolas
Mirosław: Mirek Myroslav
Norbert: Norbercik
Oleg: Oleh Ołeh
Oskar: Oskarek Oscar
Patryk: Patryczek Patrick Paddy Pat
Paweł: Pawełek Paul Pavlo Pavel Pawlik
Piotr: Piotrek Piotruś Peter Pete Petro Pedro Pierre
Przemysław: Przemek Przemo
Radosław: Radek Radzio
Rafał: Rafałek Rafael Raphael
Robert: Robercik Bob Bobby Rob Robbie Robin Bert
Roman: Romek
Ryszard: Rysiek Rysio Richard Rick Dick Rich Ricky
Sebastian: Seba Sebek Bastian
Sergiusz: Sergii Sergiy Sergey Sergej Serhii Siergiej
Sławomir: Sławek
Stanisław: Staszek Stasiek Staś Stasio Stan Stanley Stanislav
Stefan: Stefek Steven Stephen Steve
Sylwester: Sylwek Sylvester
Szymon: Szymek Szymuś Simon
Tadeusz: Tadek Tadzio Thaddeus
Tomasz: Tomek Tomuś Tomcio Thomas Tom Tommy
Tymoteusz: Tymek Tymon Timothy Tim
Wacław: Wacek Vaclav
Waldemar: Waldek
Walenty: Walek Valentin
Wasyl: Vasyl
Wiesław: Wiesiek Wiesio
Wiktor: Wiktorek Victor Viktor
Witold: Witek
Władysław: Władek Władzio Vladyslav Vladislav
Włodzimierz: Włodek Wołodymyr Volodymyr Vladimir
Wojciech: Wojtek Wojtuś
Zbigniew: Zbyszek Zbyś Zbigi
Zdzisław: Zdzisiek Zdzich
Zenon: Zenek
Zygmunt: Zygmuś Sigmund
Benjamin: Ben Benny Beniamin
Brian: Bryan
Dennis: Denis Denys
Dmytro: Dmitry Dymitr Dima
Donald: Don
Douglas: Doug
Ihor: Igor
Jeffrey: Jeff Geoffrey
Jeremy: Jerry
Joshua: Josh
Kenneth: Ken Kenny
Kevin: Kewin Kev
Lawrence: Larry
Leo: Leon Leonard Leonardo
Mohammed: Mohamed Muhammad Mohammad
Ahmed: Ahmad
Nathan: Natan
Oliver: Ollie Oliwier Oliwer Olivier
Raymond: Ray
Ronald: Ron
Sean: Shaun
Stuart: Stewart
Walter: Walt
William: Will Bill Billy Liam Wilhelm
"""
MEN_ABROAD = """
Alan Callum Cameron Colin Craig Dylan Ethan Gary Gavin Graham Jason Keith Liam Logan Ali Neil
Nigel Noah Rahul Ryan Samuel Scott Terence Wayne
"""
_BORNE_BY_BOTH = "sasza alex pat chris robin sam terry nicola kim leslie jo sandy"
BORNE_BY_BOTH = frozenset(_BORNE_BY_BOTH.split())
