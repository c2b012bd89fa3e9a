"""The district that this portal serves: its towns, and the parts of towns that people name instead.

Another district changes this file and the settings in the environment, nothing else.
"""

MUNICIPALITIES = {
    "bad-berleburg": "Bad Berleburg",
    "bad-laasphe": "Bad Laasphe",
    "burbach": "Burbach",
    "erndtebrueck": "Erndtebrück",
    "freudenberg": "Freudenberg",
    "hilchenbach": "Hilchenbach",
    "kreuztal": "Kreuztal",
    "netphen": "Netphen",
    "neunkirchen": "Neunkirchen",
    "siegen": "Siegen",
    "wilnsdorf": "Wilnsdorf",
}

OUTSIDE = "ausserhalb"

# Parts of the district with a name of their own.
AREAS = {
    "Siegerland": [
        "burbach", "freudenberg", "hilchenbach", "kreuztal", "netphen", "neunkirchen", "siegen", "wilnsdorf",
    ],
    "Wittgenstein": ["bad-berleburg", "bad-laasphe", "erndtebrueck"],
}  # fmt: skip

# What people write instead of a town: its postcodes, and its parts where the name is unmistakable.
# Left out are names that two towns share (Flammersbach, Holzhausen, Oberndorf, Salchendorf, Sohlbach)
# and names better known elsewhere (Aue, Berghausen, Breitenbach, Buchen, Elsoff, Grund, Lindenberg, Lippe,
# Puderbach, Rödgen, Seelbach, Weidenhausen): beside their town or its postcode they are recognised anyway.
# OUTSIDE lists the words that mark a town of the same name elsewhere: Neunkirchen-Seelscheid, Burbach (Eifel).
DISTRICTS = {
    "siegen": [
        "57072", "57074", "57076", "57078", "57080", "Achenbach", "Birlenbach", "Bürbach", "Dillnhütten",
        "Eiserfeld", "Eisern", "Feuersbach", "Fischbacherberg", "Geisweid", "Giersberg", "Gosenbach",
        "Hammerhütte", "Kaan-Marienborn", "Langenholdinghausen", "Meiswinkel", "Niederschelden",
        "Niedersetzen", "Oberschelden", "Obersetzen", "Setzen", "Trupbach", "Volnsberg", "Weidenau",
        "Wellersberg",
    ],
    "kreuztal": [
        "57223", "Burgholdinghausen", "Buschhütten", "Eichen", "Fellinghausen", "Ferndorf", "Junkernhees",
        "Kredenbach", "Krombach", "Littfeld", "Mittelhees", "Oberhees", "Osthelden",
    ],
    "hilchenbach": [
        "57271", "Allenbach", "Dahlbruch", "Hadem", "Helberhausen", "Lützel", "Müsen", "Oechelhausen",
        "Ruckersfeld", "Vormwald",
    ],
    "netphen": [
        "57250", "Afholderbach", "Beienbach", "Brauersdorf", "Deuz", "Dreis-Tiefenbach", "Eckmannshausen",
        "Grissenbach", "Hainchen", "Helgersdorf", "Irmgarteichen", "Nenkersdorf", "Oelgershausen",
        "Unglinghausen", "Walpersdorf", "Werthenbach",
    ],
    "freudenberg": [
        "57258", "Alchen", "Bottenberg", "Büschergrund", "Dirlenbach", "Hohenhain", "Niederheuslingen",
        "Niederholzklau", "Niederndorf", "Oberfischbach", "Oberheuslingen", "Oberholzklau", "Plittershagen",
    ],
    "wilnsdorf": [
        "57234", "Anzhausen", "Gernsdorf", "Niederdielfen", "Oberdielfen", "Obersdorf", "Rinsdorf",
        "Rudersdorf", "Wilgersdorf",
    ],
    "burbach": [
        "57299", "Gilsbach", "Lützeln", "Niederdresselndorf", "Oberdresselndorf", "Wahlbach", "Würgendorf",
    ],
    "neunkirchen": ["57290", "Altenseelbach", "Struthütten", "Wiederstein", "Zeppenfeld"],
    "bad-laasphe": [
        "57334", "Laasphe", "Banfe", "Bermershausen", "Feudingen", "Fischelbach", "Hesselbach",
        "Niederlaasphe", "Rückershausen", "Rüppershausen", "Saßmannshausen", "Volkholz",
    ],
    "bad-berleburg": [
        "57319", "Berleburg", "Arfeld", "Beddelhausen", "Diedenshausen", "Dotzlar", "Girkhausen", "Hemschlar",
        "Raumland", "Richstein", "Sassenhausen", "Schüllar", "Schwarzenau", "Wemlighausen", "Wingeshausen",
        "Wunderthausen",
    ],
    "erndtebrueck": [
        "57339", "Benfe", "Birkefehl", "Birkelbach", "Röspe", "Schameder", "Womelsdorf", "Zinse",
    ],
    OUTSIDE: [
        "Seelscheid", "Saar", "Saarland", "Saarbrücken", "Eifel", "Odenwald", "Westerwald", "Oberpfalz",
        "Main", "Baden", "am Brand", "am Sand", "am Potzberg",
    ],
}  # fmt: skip
