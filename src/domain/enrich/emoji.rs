//! What emoji say. A table of our own: those that people use about
//! organisations and misfortune.

/// One emoji.
#[derive(Debug, PartialEq)]
pub(super) struct Emoji {
    /// −1 to 1.
    pub(super) tone: f32,
    /// How much it asks for meaning, 0 to 1.
    pub(super) meaning: f32,
    /// Said with a wink: tone may be meant the other way round.
    pub(super) is_wry: bool,
}

const fn plain(tone: f32) -> Emoji {
    Emoji {
        tone,
        meaning: 0.0,
        is_wry: false,
    }
}

const fn moved(tone: f32, meaning: f32) -> Emoji {
    Emoji {
        tone,
        meaning,
        is_wry: false,
    }
}

const fn wry(tone: f32) -> Emoji {
    Emoji {
        tone,
        meaning: 0.0,
        is_wry: true,
    }
}

static HAPPY: Emoji = plain(0.5);
static PLEASED: Emoji = plain(0.3);
static UNHAPPY: Emoji = plain(-0.4);
static ILL: Emoji = plain(-0.3);
static SAD: Emoji = moved(-0.6, 0.5);
static ANGRY: Emoji = moved(-0.7, 0.5);
static AFRAID: Emoji = moved(-0.4, 0.4);
static LOVE: Emoji = moved(0.5, 0.4);
static PRAYER: Emoji = moved(0.1, 0.5);
static GRIEF: Emoji = moved(-0.5, 0.6);
static WRY: Emoji = wry(0.0);
static LAUGH: Emoji = plain(0.1);

/// The emoji that this character is; `None` when it says nothing to us.
pub(super) fn of(written: &str) -> Option<&'static Emoji> {
    Some(match written {
        "😀" | "😃" | "😄" | "😁" | "😊" | "😍" | "🥰" | "🤩" | "🥳" | "👍" | "👏" | "🎉"
        | "💪" | "👌" | "⭐" | "🌟" | "🏆" | "😎" => &HAPPY,
        "🙂" | "😌" | "🤗" | "😇" | "✅" | "🌹" | "💐" => &PLEASED,
        "❤" | "💙" | "💚" | "💛" | "🧡" | "💜" | "🖤" | "🤍" | "💕" | "💖" | "💗" | "💞" | "🫶"
        | "♥" => &LOVE,
        "🙏" | "🕯" | "🎗" => &PRAYER,
        "😢" | "😭" | "😥" | "😿" | "😞" | "😔" | "☹" | "🙁" => &SAD,
        "💔" | "🥀" | "🪦" | "⚰" => &GRIEF,
        "😡" | "😠" | "🤬" | "👿" | "💢" | "🖕" => &ANGRY,
        "😱" | "😨" | "😰" | "😧" | "😟" | "😦" => &AFRAID,
        "👎" | "😒" | "😤" | "😩" | "😫" | "🤦" | "😖" | "😣" | "💩" | "🚮" | "😑" => {
            &UNHAPPY
        }
        "🤮" | "🤢" | "😷" | "🤒" | "🤕" => &ILL,
        "🙃" | "🤡" | "😏" => &WRY,
        "😂" | "🤣" | "😅" | "😆" => &LAUGH,
        _ => return None,
    })
}

/// Signs that are drawn with letters and stops.
static DRAWN: [(&str, &Emoji); 12] = [
    (":(", &SAD),
    (":-(", &SAD),
    (":'(", &SAD),
    (";(", &SAD),
    (";-(", &SAD),
    ("=(", &SAD),
    (":)", &PLEASED),
    (":-)", &PLEASED),
    ("(:", &PLEASED),
    ("<3", &LOVE),
    ("&lt;3", &LOVE),
    ("</3", &GRIEF),
];

/// The drawn sign with which these bytes begin, and how long it is.
pub(super) fn at(bytes: &[u8]) -> Option<(&'static Emoji, usize)> {
    if !matches!(bytes.first(), Some(b':' | b';' | b'=' | b'(' | b'<' | b'&')) {
        return None;
    }
    let mut drawn = DRAWN.iter();
    let (sign, known) = drawn.find(|(sign, _)| bytes.starts_with(sign.as_bytes()))?;
    Some((known, sign.len()))
}
