"""Manual repairs for the compile script: excluded films, corrected facts, equal names.

All of it was set down by hand, from our own knowledge of the films.
"""

# Series, mini-series, TV specials, stand-up recordings, compilations, and mixed-up rows.
LEFT_OUT = frozenset(
    {
        "tt0099864",  # It (1990), a mini-series under a stray title
        "tt0142032",  # Dune (2000), a mini-series under a stray title
        "tt0185906",  # Band of Brothers (2001)
        "tt0795176",  # Planet Earth (2006)
        "tt0374463",  # The Pacific (2010)
        "tt0314979",  # Battlestar Galactica (2003)
        "tt3718778",  # Over the Garden Wall (2014)
        "tt3973198",  # Black Mirror: White Christmas (2014)
        "tt0995832",  # Generation Kill (2008)
        "tt3581932",  # And Then There Were None (2015)
        "tt0472027",  # John Adams (2008)
        "tt0058536",  # Rudolph, the Red-Nosed Reindeer (1964)
        "tt1453159",  # The Pillars of the Earth (2010)
        "tt4299972",  # The Jinx: The Life and Deaths of Robert Durst (2015)
        "tt1533395",  # Life (2009)
        "tt0296310",  # The Blue Planet (2001)
        "tt0830361",  # The Lost Room (2006)
        "tt0318997",  # Angels in America (2003)
        "tt0388644",  # Soupçons (2004)
        "tt3012698",  # Olive Kitteridge (2014)
        "tt0096639",  # Lonesome Dove (1989)
        "tt0135659",  # Storm of the Century (1999)
        "tt1492030",  # Mildred Pierce (2011)
        "tt0780362",  # Jane Eyre (2006)
        "tt5275892",  # O.J.: Made in America (2016)
        "tt0289830",  # Taken (2002)
        "tt0108906",  # The Kingdom (1994)
        "tt0207275",  # The 10th Kingdom (2000)
        "tt3696720",  # Ascension (2014)
        "tt0118460",  # The Shining (1997)
        "tt1366312",  # Emma (2009)
        "tt0150742",  # The Godfather Trilogy: 1901-1980 (1992)
        "tt0403778",  # Long Way Round (2004)
        "tt0287839",  # Children of Dune (2003)
        "tt0910812",  # Tin Man (2007)
        "tt1321865",  # Carlos (2010)
        "tt4146128",  # Childhood's End (2015)
        "tt3132738",  # Houdini (2014)
        "tt2492296",  # Show Me a Hero (2015)
        "tt0108941",  # Stand by Me (1994)
        "tt0112040",  # The Langoliers (1995)
        "tt0346293",  # Hitler: The Rise of Evil (2003)
        "tt0079844",  # Salem's Lot (1979)
        "tt0355987",  # Salem's Lot (2004)
        "tt0085106",  # V (1983)
        "tt0130414",  # Merlin (1998)
        "tt0118414",  # The Odyssey (1997)
        "tt0088727",  # Anne of Green Gables (1985)
        "tt1285482",  # Dead Set (2008)
        "tt0424600",  # The Andromeda Strain (2008)
        "tt0387736",  # Farscape The Peacekeeper Wars (2004)
        "tt1117666",  # Lost in Austen (2008)
        "tt0259127",  # Attila (2001)
        "tt0106156",  # The Tommyknockers (1993)
        "tt0081874",  # The Hitch Hikers Guide to the Galaxy (1981)
        "tt0765458",  # Hogfather (2006)
        "tt2262308",  # Halo 4: Forward Unto Dawn (2012)
        "tt0465316",  # Afro Samurai (2007)
        "tt3845232",  # Sherlock: The Abominable Bride (2016)
        "tt2779318",  # Doctor Who: The Day of the Doctor (2013)
        "tt0193524",  # The Star Wars Holiday Special (1978)
        "tt4537842",  # A Very Murray Christmas (2015)
        "tt13567480",  # Death to 2020 (2020)
        "tt16301388",  # Death to 2021 (2021)
        "tt0066327",  # Santa Claus Is Comin' to Town (1970)
        "tt0072424",  # The Year Without a Santa Claus (1974)
        "tt0094754",  # Blackadder's Christmas Carol (1988)
        "tt3895884",  # 7 Days in Hell (2015)
        "tt1227926",  # Dr. Horrible's Sing-Along Blog (2008)
        "tt14544192",  # Bo Burnham: Inside (2021)
        "tt15523010",  # Dave Chappelle: The Closer (2021)
        "tt10810424",  # Dave Chappelle: Sticks & Stones (2019)
        "tt7830574",  # Ricky Gervais: Humanity (2018)
        "tt19885626",  # Ricky Gervais: SuperNature (2022)
        "tt0085474",  # Eddie Murphy: Delirious (1983)
        "tt5192124",  # Bo Burnham: Make Happy (2016)
        "tt3210258",  # Bo Burnham: what. (2013)
        "tt1421373",  # Louis C.K.: Hilarious (2010)
        "tt1190722",  # Louis C.K.: Chewed Up (2008)
        "tt8465676",  # Hannah Gadsby: Nanette (2018)
        "tt10847306",  # Bill Burr: Paper Tiger (2019)
        "tt6019206",  # Kill Bill: The Whole Bloody Affair (2006)
        "tt14888874",  # Demon Slayer: Kimetsu no Yaiba - Mt. Natagumo Arc (2020)
        "tt12415546",  # Attack on Titan: Chronicle (2020)
        "tt6973848",  # Titan (2018)
        "tt6767120",  # Rescue (2017)
        "tt0278784",  # Twin Peaks (1989)
        "tt0092337",  # The Decalogue (1989)
        "tt11337862",  # Friends: The Reunion (2021)
        "tt15318872",  # Werewolf by Night (2022)
        "tt16116174",  # Harry Potter 20th Anniversary: Return to Hogwarts (2022)
        "tt13623136",  # The Guardians of the Galaxy Holiday Special (2022)
    }
)

# tconst -> columns to write over. A source that joins tables by title sometimes joins the wrong
# film's people.
CORRECTIONS: dict[str, dict[str, str]] = {
    "tt0076759": {  # Star Wars
        "cast": "Mark Hamill|Harrison Ford|Carrie Fisher|Peter Cushing|Alec Guinness"
        "|Anthony Daniels|Kenny Baker|Peter Mayhew|David Prowse|Phil Brown"
    },
    "tt0109508": {  # Crumb
        "directors": "Terry Zwigoff",
        "writers": "",
        "cast": "Robert Crumb|Aline Kominsky-Crumb|Charles Crumb",
    },
    "tt7236034": {"directors": "Shin'ichirô Ushijima"},  # I Want to Eat Your Pancreas
    "tt0169880": {"directors": "Hideaki Anno|Masayuki|Kazuya Tsurumaki"},  # Death and Rebirth
    "tt2574698": {"directors": "Ali Abbas Zafar"},  # Gunday
    "tt0200087": {"genres": "Action|Crime|Drama"},  # Sarfarosh
    "tt6418472": {"genres": "Adventure|Comedy|Family", "startYear": "2019"},  # Noelle
    "tt12361974": {  # Zack Snyder's Justice League
        "cast": "Henry Cavill|Ben Affleck|Gal Gadot|Amy Adams|Jason Momoa|Ray Fisher|Ezra Miller"
    },
    "tt1954470": {  # Gangs of Wasseypur
        "cast": "Manoj Bajpayee|Richa Chadha|Nawazuddin Siddiqui|Tigmanshu Dhulia|Huma Qureshi"
        "|Pankaj Tripathi"
    },
    "tt0078767": {  # The Amityville Horror
        "cast": "James Brolin|Margot Kidder|Rod Steiger|Don Stroud|Murray Hamilton"
    },
    "tt0098143": {"cast": "Paul Le Mat|William Hickey|Irene Miracle"},  # Puppetmaster
    "tt0112553": {  # Bombay
        "cast": "Arvind Swami|Manisha Koirala|Nassar|Prakash Raj|Tinnu Anand"
    },
    "tt4359416": {"cast": "Jafar Panahi|Hana Saeidi|Nasrin Sotoudeh"},  # Taxi
    "tt2494376": {"runtimeMinutes": "75"},  # Justice League Dark
    "tt5091548": {"runtimeMinutes": "78"},  # Justice League vs. Teen Titans
    "tt6315800": {"runtimeMinutes": "84"},  # Teen Titans: The Judas Contract
    "tt1933667": {"runtimeMinutes": "133"},  # The Wizard of Lies
    "tt2172954": {"runtimeMinutes": "125"},  # The Life List
    "tt3791216": {"runtimeMinutes": "132"},  # All the Way
}

# Credits that are no person.
NOT_A_PERSON = frozenset(
    {
        "Anonymous",
        "JR",
        "LP",
        "(",
        ")",
        "The Marx Brothers",
        "Valve Company",
        "Radio Silence",
        "The Men of Battle Company 2nd of the 503rd Infantry Regiment 173rd Airborne Brigade Combat"
        " Team",
    }
)

# One person under two names; spellings that differ by accents only meet without a table.
ONE_NAME = {
    "Ahn Sung-ki": "Sung-Ki Ahn",
    "Alejandro González Iñárritu": "Alejandro G. Iñárritu",
    "Charlie Chaplin": "Charles Chaplin",
    "Hirokazu Koreeda": "Hirokazu Kore-eda",
    "Hou Hsiao-hsien": "Hsiao-Hsien Hou",
    "Jia Zhang-ke": "Jia Zhangke",
    "Jiang Wen": "Wen Jiang",
    "Sammo Hung Kam-Bo": "Sammo Kam-Bo Hung",
    "Sergei M. Eisenstein": "Sergei Eisenstein",
    "Tony Leung Ka-fai": "Tony Ka Fai Leung",
    "Tsai Ming-liang": "Ming-liang Tsai",
    "Tsui Hark": "Hark Tsui",
    "Wong Jing": "Jing Wong",
    "Wong Kar-Wai": "Kar-Wai Wong",
    "Woo-Ping Yuen": "Yuen Woo-Ping",
    "Yimou Zhang": "Zhang Yimou",
    "Zhangke Jia": "Jia Zhangke",
    "Ziyi Zhang": "Zhang Ziyi",
}

# Directors whose features are bundled however few their votes.
MASTERS = frozenset(
    {
        "Abbas Kiarostami",
        "Agnès Varda",
        "Aki Kaurismäki",
        "Akira Kurosawa",
        "Alain Resnais",
        "Alfred Hitchcock",
        "Andrei Tarkovsky",
        "Andrzej Wajda",
        "Asghar Farhadi",
        "Bong Joon Ho",
        "Buster Keaton",
        "Béla Tarr",
        "Carl Theodor Dreyer",
        "Carol Reed",
        "Chantal Akerman",
        "Charles Chaplin",
        "Claire Denis",
        "David Lean",
        "David Lynch",
        "Douglas Sirk",
        "Edward Yang",
        "Ernst Lubitsch",
        "F.W. Murnau",
        "F. W. Murnau",
        "Federico Fellini",
        "Frank Capra",
        "François Truffaut",
        "Fritz Lang",
        "Hayao Miyazaki",
        "Hirokazu Kore-eda",
        "Howard Hawks",
        "Hsiao-Hsien Hou",
        "Ingmar Bergman",
        "Isao Takahata",
        "Jacques Demy",
        "Jacques Tati",
        "Jean Renoir",
        "Jean-Luc Godard",
        "Jean-Pierre Melville",
        "Jia Zhangke",
        "John Cassavetes",
        "John Ford",
        "Kar-Wai Wong",
        "Kenji Mizoguchi",
        "Krzysztof Kieslowski",
        "Krzysztof Kieślowski",
        "Lee Chang-dong",
        "Luchino Visconti",
        "Luis Buñuel",
        "Martin Scorsese",
        "Max Ophüls",
        "Michael Haneke",
        "Michael Powell",
        "Michelangelo Antonioni",
        "Orson Welles",
        "Park Chan-wook",
        "Pedro Almodóvar",
        "Preston Sturges",
        "Rainer Werner Fassbinder",
        "Robert Bresson",
        "Roberto Rossellini",
        "Satyajit Ray",
        "Sergei Eisenstein",
        "Sergio Leone",
        "Stanley Kubrick",
        "Vittorio De Sica",
        "Wim Wenders",
        "Yasujirô Ozu",
        "Yasujirō Ozu",
        "Zhang Yimou",
        "Éric Rohmer",
    }
)
