"""The district this portal is for: its towns, and the parts of towns that people name instead.

Another district changes this file and the addresses in the environment, nothing else.
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

# Parts of towns under their own name. Names that several towns share (Altenhof, Heisberg …) are left out.
DISTRICTS = {
    "siegen": [
        "Weidenau", "Geisweid", "Eiserfeld", "Eisern", "Kaan-Marienborn", "Bürbach", "Achenbach", "Gosenbach",
        "Niederschelden", "Oberschelden", "Seelbach", "Trupbach", "Setzen", "Sohlbach", "Buchen", "Dillnhütten",
        "Langenholdinghausen", "Meiswinkel", "Birlenbach", "Volnsberg", "Breitenbach", "Feuersbach", "Hammerhütte",
    ],
    "kreuztal": ["Buschhütten", "Eichen", "Fellinghausen", "Ferndorf", "Kredenbach", "Krombach", "Littfeld", "Osthelden"],
    "hilchenbach": ["Dahlbruch", "Müsen", "Allenbach", "Lützel", "Vormwald", "Helberhausen"],
    "netphen": ["Deuz", "Dreis-Tiefenbach", "Hainchen", "Irmgarteichen", "Salchendorf", "Werthenbach", "Walpersdorf"],
    "freudenberg": ["Büschergrund", "Alchen", "Oberfischbach", "Niederndorf", "Lindenberg"],
    "wilnsdorf": ["Anzhausen", "Flammersbach", "Gernsdorf", "Niederdielfen", "Oberdielfen", "Obersdorf", "Rinsdorf", "Rudersdorf"],
    "burbach": ["Holzhausen", "Lippe", "Lützeln", "Niederdresselndorf", "Oberdresselndorf", "Wahlbach", "Würgendorf"],
    "neunkirchen": ["Altenseelbach", "Struthütten", "Wiederstein", "Zeppenfeld"],
    "bad-laasphe": ["Banfe", "Feudingen", "Niederlaasphe", "Hesselbach", "Rückershausen", "Puderbach"],
    "bad-berleburg": ["Arfeld", "Aue", "Berghausen", "Dotzlar", "Girkhausen", "Raumland", "Schwarzenau", "Wingeshausen", "Elsoff"],
    "erndtebrueck": ["Birkelbach", "Schameder", "Womelsdorf", "Benfe"],
}  # fmt: skip
