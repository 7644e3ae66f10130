//! The README of a dossier, in Dutch and in English: what is in it, and how anybody
//! checks it without this program.

/// The whole text.
pub(super) fn text(pseudonymised: bool) -> String {
    let (nl, en) = match pseudonymised {
        true => (NL_PSEUDONYMS, EN_PSEUDONYMS),
        false => (NL_NAMES, EN_NAMES),
    };
    format!("{NL}\n{nl}\n{NL_CHECK}\n---\n\n{EN}\n{en}\n{EN_CHECK}\n```python\n{PYTHON}```\n")
}

const NL: &str = "# Dossier van een inzet

Alles wat draaiboek van deze inzet heeft bewaard. De tijden in `timeline.*.txt` zijn
die van de organisatie, alle andere zijn UTC.

| bestand | wat het is |
| --- | --- |
| `manifest.json` | over welke inzet het gaat, wie dit dossier maakte, de controlesom (SHA-256) van elk bestand, en waar het logboek eindigt |
| `SHA256SUMS` | dezelfde controlesommen, voor `sha256sum` |
| `timeline.nl.txt`, `timeline.en.txt` | het logboek in zinnen |
| `log/chain.ndjson` | het logboek zoals het is opgeslagen, elke gebeurtenis vastgemaakt aan die ervoor |
| `log/personal.ndjson` | wat mensen typten en wat is geciteerd, met het zout waarmee het in het logboek is gehasht |
| `log/events.ndjson` | het logboek met die woorden op hun plaats |
| `evidence/` | waarom een trigger afging: cijfers en citaten, zoals ze toen zijn vastgelegd |
| `notices/` | alarmen en andere berichten aan het team: wat er in stond, of ze aankwamen, en wat misging |
| `drafts/` | alle versies van alle concepten |
| `publications/` | wat er precies is gepubliceerd, wanneer en door wie |
| `facts.json` | wat wanneer bekend was, en wie het invulde |
| `roles.json`, `people.json` | wie welke rol had, zoals het logboek zegt, en wie dat zijn |
| `playbook/` | het draaiboek met de sjablonen waarmee deze inzet werkte |
| `images/` | afbeeldingen bij de teksten |

De brieven in `notices/` zijn opnieuw gemaakt van wat toen is vastgelegd, met de
mailsjablonen van het moment van export en zonder persoonlijke links. Citaten die
hun bewaartermijn hadden bereikt, zijn `[forgotten]`.
";

const NL_NAMES: &str =
    "Dit dossier noemt mensen bij naam. Behandel het zoals u een patiëntdossier behandelt.
";

const NL_PSEUDONYMS: &str = "## Zonder namen

Mensen heten hier `person-1` (met een rol) en `author-1`, in elk bestand dezelfde.
Vervangen is wat van iemand bekend was: naam, voor- en achternaam, adres,
telefoonnummer en account. Ook alles wat op een adres, account, nummer of link lijkt
is weg. **Wie in een vrije tekst is genoemd en verder nergens bekend was, staat er nog.**
Een rol of een citaat kan iemand herkenbaar maken. `manifest.json` noemt bij
`free_text` waar mensen zelf hebben geschreven: lees dat voordat u dit deelt.

Woorden van mensen en hun zout ontbreken (`log/personal.ndjson`). Een gebeurtenis
waarvan de opgeslagen vorm iemand noemt, heeft in `log/chain.ndjson` alleen haar
controlesom (`withheld`). Die schakel is na te rekenen met het volledige dossier; de
controlesommen zijn daarin dezelfde.
";

const NL_CHECK: &str = "## Controleren

Met draaiboek, zonder de gegevens van de organisatie:
`draaiboek run verify --archive BESTAND`. Zonder draaiboek: `sha256sum --check SHA256SUMS`
in deze map, en het stukje Python onderaan.

Wie een dossier verandert, kan ook een nieuw manifest maken. Vergelijk daarom `head` met
de regel `Logboek` onder een mail die toen is verstuurd, of de controlesom van het
archief met de som die bij het maken is genoteerd.
";

const EN: &str = "# Dossier of a run

All that draaiboek kept of this run. Times in `timeline.*.txt` are those of the
organisation, all others are UTC.

| file | what it is |
| --- | --- |
| `manifest.json` | which run it is, who made this dossier, the SHA-256 of every file, and where the log ends |
| `SHA256SUMS` | the same sums, for `sha256sum` |
| `timeline.nl.txt`, `timeline.en.txt` | the log in sentences |
| `log/chain.ndjson` | the log as it is stored, each event chained to the one before |
| `log/personal.ndjson` | what people typed and what was quoted, with the salt with which it is hashed in the log |
| `log/events.ndjson` | the log with those words in their places |
| `evidence/` | why a trigger fired: numbers and quotes, as they were frozen then |
| `notices/` | alerts and other notices to the team: what they said, whether they arrived, and what failed |
| `drafts/` | all versions of all drafts |
| `publications/` | what exactly was published, when and by whom |
| `facts.json` | what was known when, and who filled it in |
| `roles.json`, `people.json` | who had which role, as the log says, and who they are |
| `playbook/` | the playbook with the templates that this run worked with |
| `images/` | pictures that go with texts |

The letters in `notices/` are made again of what was frozen then, with the mail
templates of the moment of the export and without personal links. Quotes that were
kept long enough are `[forgotten]`.
";

const EN_NAMES: &str = "This dossier calls people by name. Treat it as you treat patient records.
";

const EN_PSEUDONYMS: &str = "## Without names

People are called `person-1` (with a role) and `author-1` here, the same in every file.
Replaced is what was known of somebody: name, first and last name, address, telephone
number and handle. Everything that looks like an address, handle, number or link is gone
too. **Who is named in a free text and was known nowhere else still stands there.** A role
or a quote can tell who somebody is. `manifest.json` says under `free_text` where people
wrote themselves: read that before you share this.

Words of people and their salts are left out (`log/personal.ndjson`). An event whose
stored form names somebody has only its head in `log/chain.ndjson` (`withheld`). That
link can be worked out with the full dossier; the heads are the same in it.
";

const EN_CHECK: &str = "## Checking it

With draaiboek, without anything of the organisation:
`draaiboek run verify --archive FILE`. Without draaiboek: `sha256sum --check SHA256SUMS`
in this folder, and these lines of Python.

Whoever changes a dossier can make a new manifest too. So compare `head` with the line
`Log` under a mail that was sent then, or the sum of the archive with the one that
was noted when it was made.
";

/// A test runs it.
const PYTHON: &str = r#"import hashlib, json, os

def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()

manifest = json.load(open("manifest.json", encoding="utf-8"))
head = sha(f"draaiboek run {manifest['run']}")
for line in open("log/chain.ndjson", encoding="utf-8"):
    event = json.loads(line)
    if "skeleton" in event:
        assert sha(head + event["skeleton"]) == event["head"], event["seq"]
    head = event["head"]
assert head == manifest["head"]
if os.path.exists("log/personal.ndjson"):
    for line in open("log/personal.ndjson", encoding="utf-8"):
        one = json.loads(line)
        assert sha(one["salt"] + one["value"]) == one["hash"], one["seq"]
print("the chain is whole; its head is", head)
"#;
