"""Invented companies and persons, their texts, and the letters they are written in. Used by generate.py."""
import csv
import random
import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
TODAY = datetime(2026, 10, 15)
rng = random.Random(20261015)


# -- pools -----------------------------------------------------------------------------------------------
def load_pool(lang):
    raw = tomllib.loads((HERE / "pools" / f"{lang}.toml").read_text("utf-8"))
    pool = {key: [item.strip() for item in text.split(",")] for key, text in raw.items()}
    nicks = defaultdict(list)
    for pair in pool["nick"]:
        nicks[pair.split("=")[0]].append(pair.split("=")[1])
    pool["nick"] = nicks
    return pool


POOLS = {lang: load_pool(lang) for lang in ("bg", "de", "en", "es", "fr", "it", "pl")}
NOTES = tomllib.loads((HERE / "pools" / "notes.toml").read_text("utf-8"))
PLACES = list(csv.DictReader((HERE / "pools" / "places.csv").open(encoding="utf-8")))
LANDS = {  # country: dialling code, trunk prefix, mobile patterns, share of the leads
    "BG": ("359", "0", ["88#######", "89#######", "87#######"], 22), "DE": ("49", "0", ["160#######", "171#######", "1522#######"], 21),
    "ES": ("34", "", ["6########"], 14), "IT": ("39", "", ["33########", "34########"], 13),
    "GB": ("44", "0", ["7700900###"], 9), "US": ("1", "", [], 5), "AT": ("43", "0", ["664#######", "676#######"], 5),
    "CH": ("41", "0", ["79#######", "76#######"], 4), "FR": ("33", "0", ["63998####"], 4), "PL": ("48", "", ["50#######", "60#######"], 4),
}
COUNTRY = {  # English, German, local
    "BG": ("Bulgaria", "Bulgarien", "България"), "DE": ("Germany", "Deutschland", "Deutschland"), "ES": ("Spain", "Spanien", "España"),
    "IT": ("Italy", "Italien", "Italia"), "GB": ("United Kingdom", "Vereinigtes Königreich", "UK"), "US": ("United States", "USA", "USA"),
    "AT": ("Austria", "Österreich", "Österreich"), "CH": ("Switzerland", "Schweiz", "Schweiz"), "FR": ("France", "Frankreich", "France"),
    "PL": ("Poland", "Polen", "Polska"),
}
CITY_EN = {"München": "Munich", "Köln": "Cologne", "Wien": "Vienna", "Milano": "Milan", "Roma": "Rome", "Torino": "Turin", "Firenze": "Florence",
           "Sevilla": "Seville", "Warszawa": "Warsaw", "Genève": "Geneva", "Zürich": "Zurich", "Nürnberg": "Nuremberg", "Napoli": "Naples"}
FORM_VARIANTS = {
    "GmbH": ["", "", "Gmbh", "G.m.b.H.", "gmbh"], "GmbH & Co. KG": ["", "GmbH & Co KG", "GmbH&Co.KG", "KG"], "AG": ["", "A.G."], "S.L.": ["", "SL", "S.L", "sl"],
    "S.L.U.": ["SLU", "S.L.", ""], "S.A.": ["SA", "", "S.A"], "S.r.l.": ["srl", "SRL", "Srl", ""], "S.p.A.": ["SpA", "spa", ""], "S.n.c.": ["snc", ""],
    "ООД": ["", "Ltd.", "ООД."], "ЕООД": ["", "ООД", "Ltd"], "АД": ["", "JSC"], "Ltd": ["Limited", "LTD", "Ltd.", ""], "Limited": ["Ltd", "Ltd.", ""],
    "Inc.": ["Inc", "", "Incorporated"], "LLC": ["L.L.C.", ""], "SARL": ["", "S.A.R.L."], "SAS": ["", "S.A.S."], "Sp. z o.o.": ["", "sp. z o. o.", "Sp.z o.o."],
}
STREET_SHORT = [("straße", "str."), ("straße", "strasse"), ("Straße", "Str."), ("Calle ", "C/ "), ("Avenida ", "Avda. "), ("Paseo ", "Pº "), ("Polígono Industrial", "Pol. Ind."),
                ("Corso ", "C.so "), ("Piazza ", "P.za "), ("Viale ", "V.le "), ("Via ", "V. "), (" Street", " St"), (" Road", " Rd"), (" Avenue", " Ave"), (" Lane", " Ln"),
                ("ул. ", "ул."), ("ul. ", "ulitsa "), ("ul. ", ""), ("bul. ", "blvd. "), ("бул. ", "булевард "), ("avenue ", "av. "), ("boulevard ", "bd "), ("rue ", "r. ")]
TRADE_WORDS = {"Трейд": "Trade", "Фудс": "Foods", "Ауто": "Auto", "Дизайн": "Design", "Сервиз": "Service", "Билд": "Build", "Логистик": "Logistic", "Енерджи": "Energy",
               "Инженеринг": "Engineering", "Техникс": "Technics", "Груп": "Group", "Лайн": "Line", "Инвест": "Invest", "Виста": "Vista", "Медея": "Medea", "Вихрен": "Vihren"}
CYRILLIC = dict(zip("абвгдежзийклмнопрстуфхцчшщъьюя", "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split()))


def latin(text, loose=False):
    """Bulgarian to Latin letters by the official rules; loose is how people spell themselves."""
    if not loose:
        text = re.sub(r"ия\b", "иa", text.replace("България", "Bulgaria"))
    out = []
    for ch in text:
        new = CYRILLIC.get(ch.lower())
        if new and loose:
            new = {"ъ": "u", "ц": "tz", "ю": "iu", "я": "ia", "х": "kh", "й": "i"}.get(ch.lower(), new)
        out.append(ch if new is None else new if ch.islower() else new.capitalize())
    return "".join(out)


def latin_company(text):
    """As firms write themselves in English letters."""
    for word, english in TRADE_WORDS.items():
        text = re.sub(rf"\b{word}\b", english, text)
    return latin(text)


def plain(text):
    """Without diacritics."""
    text = latin(text).translate(str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "„": '"', "“": '"'}))
    return "".join(ch for ch in unicodedata.normalize("NFKD", text) if not unicodedata.combining(ch))


def slug(text, sep=""):
    text = text.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "&": " ", "+": " ", "'": "", ".": ""}))
    return sep.join("".join(c if c.isalnum() and c.isascii() else " " for c in plain(text)).split())


def chance(p):
    return rng.random() < p


def pick(items, weights=None):
    return rng.choices(items, weights)[0] if weights else rng.choice(items)


def digits(pattern):
    return "".join(str(rng.randrange(10)) if ch == "#" else ch for ch in pattern)


def moment(start, end=TODAY, skew=1.0):
    """A working hour between two days, the later the likelier."""
    at = start + (end - start) * rng.random() ** (1 / skew)
    if at.weekday() > 4 and chance(0.85) and at - timedelta(days=2) > start:
        at -= timedelta(days=2)
    return at.replace(hour=min(22, max(rng.choice([7, 8, 9]), int(rng.gauss(12.5, 3)))), minute=rng.randrange(60), second=0, microsecond=0)


# -- companies and persons -------------------------------------------------------------------------------
@dataclass
class Company:
    country: str
    place: dict
    core: str
    form: str
    domain: str
    street: str
    number: str
    zip: str
    phone: tuple
    mail_style: str
    account: str = ""

    @property
    def name(self):
        if self.form == "ЕТ":
            return f"ЕТ {self.core}"
        return f"{self.core} {self.form}".strip()


@dataclass
class Person:
    first: str
    last: str
    female: bool
    lang: str
    company: Company
    work: bool
    title: str
    email: str
    private: str
    mobile: tuple
    direct: tuple
    cluster: str = ""
    contact: str = ""
    flags: set = field(default_factory=set)


taken = set()  # domains, company names, mailboxes, phone numbers: everything that must be unique


def unique(make):
    for attempt in range(500):
        value = make(attempt)
        if value not in taken:
            taken.add(value)
            return value
    raise ValueError("a pool is too small")


def pool_of(place):
    return POOLS[place["lang"]]


def key_for(place, key):
    pool = pool_of(place)
    local = f"{key}_{place['country'].lower()}"
    if local not in pool:
        return pool[key]
    return pool[local] if key in ("forms", "mail", "streets") or chance(0.6) else pool[key]


def landline(place):
    code, trunk = LANDS[place["country"]][:2]
    return unique(lambda n: (code, trunk, place["area"], digits(place["subscriber"])))


def mobile_of(place):
    code, trunk, patterns = LANDS[place["country"]][:3]
    return unique(lambda n: (code, trunk, "", digits(pick(patterns)))) if patterns else landline(place)


def place_in(country):
    places = [p for p in PLACES if p["country"] == country]
    return pick(places, [int(p["weight"]) for p in places])


def make_company(country):
    place = place_in(country)
    pool = pool_of(place)

    def name(_):
        t, t2 = rng.sample(pool["trades"], 2)
        l, k = pick(key_for(place, "last")), pick(key_for(place, "last"))
        city = place["city"].split(" am ")[0].split(" upon ")[0]
        core = pick(pool["patterns"]).format(L=l, K=k, T=t, T2=t2, B=pick(pool["brands"]), C=city).replace("скии", "ски")
        core = core.replace("ß", "ss") if country == "CH" else core
        words = core.split()
        return core if len(set(words)) == len(words) else f"{l} {t}"

    core = unique(name)
    words = slug(core, "-").split("-")
    domains = ["".join(words), "-".join(words), "-".join(words[:2]), words[0] + "-" + country.lower(),
               "".join(w[0] for w in words) + "-" + words[-1] if len(words) > 1 else words[0] + "-group", words[0] + "-" + slug(place["city"]), "".join(words) + "-" + slug(place["city"])]
    start = pick([0, 0, 1, 1, 2, 3, 4])
    domain = unique(lambda n: domains[(start + n) % len(domains)] + (".example" if n < 7 else f"{n}.example"))
    number = str(int(rng.lognormvariate(2.9, 0.9)) + 1)
    number = number + pick(["", "", "", "", "", "a", "b"]) if country not in ("US", "GB") else str(int(number) * 37) if country == "US" else number
    zipcode = pick(place["postcodes"].split())
    if country == "GB":
        zipcode += f" {rng.randrange(1, 10)}{pick('ABDEFGHJLNPQRSTUWXYZ')}{pick('ABDEFGHJLNPQRSTUWXYZ')}"
    style = pick(["{f}.{l}", "{i}.{l}", "{f}", "{i}{l}", "{l}", "{f}{l}", "{l}.{f}"], [8, 5, 3, 4, 2, 1, 1])
    return Company(country, place, core, pick(key_for(place, "forms")), domain, pick(key_for(place, "streets")).replace(*("ß", "ss") if country == "CH" else ("", "")), number, zipcode, landline(place), style)


def mailbox(style, first, last, host):
    parts = dict(f=slug(first.split()[0]), l=slug(last.split()[0] if len(last.split()[0]) > 3 else last), i=slug(first)[0])
    return unique(lambda n: style.format(**parts) + (str(n + 1) if n else "") + "@" + host)


def full_last(place, last, female):
    if place["lang"] == "es" and chance(0.85):
        return f"{last} {pick(pool_of(place)['last'])}"
    if place["lang"] == "bg" and female:
        return last[:-1] + "а" if last.endswith("ски") else last + "а"
    if place["lang"] == "pl" and female and last.endswith("ski"):
        return last[:-1] + "a"
    return last


def make_person(company, first=None, last=None, female=None):
    place, pool = company.place, pool_of(company.place)
    female = chance(0.42) if female is None else female
    first = first or pick(pool["first_f" if female else "first_m"])
    if last is None:
        base = pick(key_for(place, "last"))
        own = [n for n in pool["last"] if n in company.core.split()]  # a family firm
        last = full_last(place, own[0] if own and chance(0.3) else base, female)
    last = last.replace("ß", "ss") if company.country == "CH" else last
    both = pick(pool["titles"] if chance(0.75) else POOLS["en"]["titles"]).split("|")
    work = not chance(0.06)
    born = pick(["", "", str(rng.randrange(60, 99)), str(rng.randrange(1960, 2001)), str(rng.randrange(1, 99))])
    private = mailbox(pick(["{f}.{l}", "{f}{l}", "{l}.{f}", "{i}{l}", "{f}_{l}", "{l}{i}"]) + born, first, last, pick(key_for(place, "mail")))
    email = mailbox(company.mail_style, first, last, company.domain) if work and not chance(0.08) else private
    direct = company.phone if chance(0.35) else landline(place)
    return Person(first, last, female, place["lang"], company, work, both[-1] if female else both[0], email, private, mobile_of(place), direct)


def compose(lang, kind=None, city=""):
    """A message (no kind), or the text of a history item."""
    pool = NOTES[lang]

    def fill(text):
        return text.format(p=pick(NOTES["products"]), n=pick([3, 4, 5, 6, 8, 10, 12, 15, 18, 25, 30, 40, 60, 85, 120]), k=rng.randrange(2, 60) * 10, t=rng.randrange(2, 35), m=pick(pool["months"]), d=pick(pool["days"]),
                           s=pick(NOTES["systems"]), e=pick(NOTES["events"]), c=city or "Sofia")

    if kind:
        return fill(pick(pool[kind]))
    start, end = pick(pool["open"]), pick(pool["close"])
    body = [fill(text) for text in rng.sample(pool["body"], pick([1, 2, 3], [5, 4, 1]))]
    if len(body) > 1 and chance(0.4):
        body = [body[0] + pick(["; ", " - ", ", "]) + body[1], *body[2:]]
    body = [b if b[-1] in "?!" else b + "." for b in body]
    body = [b[0].upper() + b[1:] if i or not start.endswith(",") else b for i, b in enumerate(body)]
    text = " ".join(x for x in [fill(start), *body, fill(pick(pool["ask"]))] if x)
    if chance(0.12):
        text = text.lower()
    return text + ("\n" if chance(0.3) and end else " ") + end if end else text
