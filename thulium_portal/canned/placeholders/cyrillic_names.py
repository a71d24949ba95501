"""First names as Ukrainian and Russian texts write them, by the name ``pet_names`` lists.

Their vocatives are made by :func:`vocatives`: *Іване*, *Олено*, *Андрію*.
"""

WOMEN_IN_CYRILLIC = """
Aleksandra: Олександра Александра Саша Леся
Alicja: Аліса Алиса
Alina: Аліна Алина
Alona: Альона Алёна
Anastazja: Анастасія Настя Анастасия
Angelika: Анжела Анжеліка
Anna: Анна Ганна Аня Ганя
Antonina: Антоніна Тоня
Barbara: Варвара
Bogdana: Богдана
Daria: Дарія Дарина Дарʼя Даша Дарья
Diana: Діана
Eugenia: Євгенія Женя Евгения
Elżbieta: Єлизавета Ліза Елизавета
Ewa: Єва
Halina: Галина Галя
Helena: Олена Елена Лена
Inna: Інна Инна
Irena: Ірина Іра Ирина
Iwanna: Іванна
Jana: Яна
Julia: Юлія Юля Юлия
Karina: Каріна
Katarzyna: Катерина Катя Екатерина
Krystyna: Христина Крістіна Кристина
Ksenia: Ксенія Ксения
Larysa: Лариса
Lesia: Леся
Lidia: Лідія Лідочка Лидия
Lubow: Любов Люба Любовь
Ludmiła: Людмила Люда
Małgorzata: Маргарита Рита
Maria: Марія Марійка Маша Мария
Marta: Марта
Maryna: Марина
Mirosława: Мирослава
Myroslava: Мирослава
Nadia: Надія Надя Надежда
Natalia: Наталія Наталя Наталка Наташа Наталья
Nina: Ніна Нина
Oksana: Оксана
Olga: Ольга Оля
Polina: Поліна Полина
Raisa: Раїса
Rusłana: Руслана
Solomia: Соломія
Svitlana: Світлана Світа Светлана
Sofia: Софія София
Zofia: Софія София
Tamara: Тамара
Tetiana: Тетяна Таня Татьяна
Ulana: Уляна
Valentina: Валентина Валя
Valeria: Валерія Лєра Валерия
Wiera: Віра Вера
Wiktoria: Вікторія Віка Виктория
Zoja: Зоя
Zoriana: Зоряна
Janina: Яніна
Jarosława: Ярослава
"""
MEN_IN_CYRILLIC = """
Aleksander: Олександр Саша Сашко Олесь Александр
Aleksy: Олексій Алексей Льоша
Anatol: Анатолій Анатолий Толя
Andrzej: Андрій Андрей
Antoni: Антон
Artem: Артем Артём
Artur: Артур
Bogdan: Богдан
Borys: Борис
Damian: Демʼян
Daniel: Данило Даніель Даниил
Denys: Денис
Dmytro: Дмитро Дмитрий Діма
Edward: Едуард Эдуард
Eugeniusz: Євген Женя Евгений
Filip: Пилип
Gleb: Гліб Глеб
Grzegorz: Григорій Гриша Григорий
Ihor: Ігор Игорь
Ilia: Ілля Илья
Iwan: Іван Іванко Ваня Иван
Jakub: Яків Яков
Jan: Ян
Jarosław: Ярослав
Jerzy: Юрій Юра Юрий Георгій
Józef: Йосип
Konstanty: Костянтин Костя Константин
Kyrylo: Кирило Кирилл
Lew: Лев
Leonid: Леонід Леонид
Lubomir: Любомир
Maksym: Максим Макс
Marek: Марко
Mateusz: Матвій Матвей
Michał: Михайло Михаил
Mikołaj: Микола Николай
Mikita: Микита Никита
Mirosław: Мирослав
Nazar: Назар
Oleg: Олег
Orest: Орест
Ostap: Остап
Paweł: Павло Павел
Piotr: Петро Петр Пётр
Roman: Роман
Rostysław: Ростислав
Rusłan: Руслан
Sergiusz: Сергій Сергей
Stanisław: Станіслав Станислав
Stefan: Степан
Światosław: Святослав
Szymon: Семен Семён
Taras: Тарас
Tymofij: Тимофій Тимофей
Wadym: Вадим
Walenty: Валентин
Walery: Валерій Валерий
Wasyl: Василь Вася Василий
Wiaczesław: Вячеслав Вʼячеслав Слава
Wiktor: Віктор Виктор
Witalij: Віталій Виталий
Władysław: Владислав Влад
Włodzimierz: Володимир Вова Владимир
Zachar: Захар
"""


def vocatives(name: str) -> list[str]:
    """Return the vocatives that *name* may have in Ukrainian; of doubtful ones all."""
    stem, end = name[:-1], name[-1:]
    if end == "а":
        return [f"{stem}о", f"{stem}е"]
    if end == "я":
        return [f"{stem}є", f"{stem}ю", f"{stem}е"]
    if end == "о":
        return [f"{stem}е", f"{stem}у"]
    if end in "йь":
        return [f"{stem}ю", f"{stem}е"]
    return [f"{name}е", f"{name}у", f"{name}ю", *([f"{stem}же"] if end == "г" else [])]
