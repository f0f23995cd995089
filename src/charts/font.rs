//! The bundled font: registered with plotters, measured, and asked what it can draw. No system font is ever used.

use std::sync::{Arc, OnceLock};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb::{Database, Source};

use super::text;

/// Family name inside both font files.
pub(super) const FAMILY: &str = "Noto Sans";

static REGULAR: &[u8] = include_bytes!("font/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("font/NotoSans-Bold.ttf");

/// Ascent minus descent in font units. plotters measures at this height, so that one unit is one pixel.
const FONT_HEIGHT: f64 = 1362.0;
/// Font units per em.
const EM: f64 = 1000.0;
/// Characters measured at most; nothing longer fits any canvas.
const LONGEST: usize = 600;

/// Thickness of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// Running text.
    Regular,
    /// Titles and the numbers that matter.
    Bold,
}

impl Weight {
    /// The style plotters knows it by.
    pub(super) fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// Registers the font once; false when the embedded bytes are not a font.
pub(super) fn ready() -> bool {
    static READY: OnceLock<bool> = OnceLock::new();
    *READY.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
            && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
    })
}

/// The font as resvg wants it.
pub(super) fn database() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = Database::new();
        for bytes in [REGULAR, BOLD] {
            fonts.load_font_source(Source::Binary(Arc::new(bytes)));
        }
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    }))
}

/// A measuring tape for one weight and size.
pub(super) struct Tape {
    desc: FontDesc<'static>,
    size: f64,
}

impl Tape {
    /// A tape for text of `size` pixels.
    pub(super) fn new(size: i32, weight: Weight) -> Self {
        Self { desc: FontDesc::new(FontFamily::Name(FAMILY), FONT_HEIGHT, weight.style()), size: f64::from(size) }
    }

    fn advance(&self, c: char) -> f64 {
        let units = if text::is_mark(c) {
            0.0
        } else if covers(c) {
            let mut buffer = [0; 4];
            self.units(c.encode_utf8(&mut buffer))
        } else {
            self.units(stand_in(c)) // U+FFFD is one em wide, as CJK and emoji are in a browser
        };
        units * self.size / EM
    }

    fn units(&self, text: &str) -> f64 {
        self.desc.layout_box(text).map_or(EM, |((from, _), (to, _))| f64::from(to - from))
    }

    /// Width in pixels, rounded up. Kerning is left out: it only narrows.
    pub(super) fn width(&self, text: &str) -> i32 {
        super::sheet::px(text.chars().take(LONGEST).map(|c| self.advance(c)).sum::<f64>().ceil())
    }

    /// The text made inert and, when wider than `limit`, cut with an ellipsis.
    pub(super) fn fit(&self, text: &str, limit: i32) -> String {
        let clean = text::inert(text);
        if clean.chars().count() <= LONGEST && self.width(&clean) <= limit {
            return clean;
        }
        let room = f64::from(limit) - self.advance('…');
        let mut kept = String::new();
        let mut used = 0.0;
        for c in clean.chars().take(LONGEST) {
            used += self.advance(c);
            if used > room {
                break;
            }
            kept.push(c);
        }
        kept.truncate(kept.trim_end().len());
        kept.push('…');
        kept
    }

    /// The text in lines no wider than `limit`; what does not fit the last line is cut with an ellipsis.
    pub(super) fn wrap(&self, text: &str, limit: i32, most: usize) -> Vec<String> {
        // A per cent sign stays with its number.
        let clean = text::inert(text).replace(" %", "\u{202f}%");
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut words = clean.split(' ').filter(|w| !w.is_empty());
        while let Some(word) = words.next() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer) <= limit {
                line = longer;
            } else if lines.len() + 1 >= most || line.is_empty() {
                let rest = words.by_ref().fold(longer, |all, w| format!("{all} {w}"));
                line = self.fit(&rest, limit);
                break;
            } else {
                lines.push(std::mem::replace(&mut line, self.fit(word, limit)));
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

/// Whether the bundled font has a glyph for the character.
pub(super) fn covers(c: char) -> bool {
    static SEGMENTS: OnceLock<Vec<(u16, u16)>> = OnceLock::new();
    let segments = SEGMENTS.get_or_init(|| cmap(REGULAR).unwrap_or_default());
    u16::try_from(u32::from(c)).is_ok_and(|c| segments.iter().any(|(from, to)| (*from..=*to).contains(&c)))
}

/// What a picture without other fonts shows for a character the bundled font lacks: seen, never silently gone.
pub(super) fn stand_in(c: char) -> &'static str {
    match c {
        '−' => "–",
        '≥' => ">=",
        '≤' => "<=",
        '≈' => "~",
        '→' => "->",
        '←' => "<-",
        '\u{fe00}'..='\u{fe0f}' => "", // only chooses between forms of the character before
        _ => "\u{fffd}",
    }
}

fn be16(font: &[u8], at: usize) -> Option<u16> {
    font.get(at..at + 2).and_then(|b| b.try_into().ok()).map(u16::from_be_bytes)
}

fn be32(font: &[u8], at: usize) -> Option<usize> {
    let value = font.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes)?;
    usize::try_from(value).ok()
}

/// The character ranges of the font's format 4 cmap.
fn cmap(font: &[u8]) -> Option<Vec<(u16, u16)>> {
    let tables = usize::from(be16(font, 4)?);
    let entry = (0..tables).map(|i| 12 + 16 * i).find(|at| font.get(*at..at + 4) == Some(b"cmap"))?;
    let cmap = be32(font, entry + 8)?;
    let records = usize::from(be16(font, cmap + 2)?);
    let unicode = (0..records)
        .map(|i| cmap + 4 + 8 * i)
        .find(|at| be16(font, *at) == Some(3) && be16(font, at + 2) == Some(1))?;
    let table = cmap + be32(font, unicode + 4)?;
    if be16(font, table)? != 4 {
        return None;
    }
    let doubled = usize::from(be16(font, table + 6)?);
    (0..doubled / 2)
        .map(|i| table + 14 + 2 * i)
        .map(|end| Some((be16(font, end + doubled + 2)?, be16(font, end)?)))
        .filter(|segment| *segment != Some((u16::MAX, u16::MAX)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn font_knows_what_it_can_draw() {
        for c in ['A', 'é', 'Ж', 'λ', '…', '–', '×', '\u{202f}', '\u{fffd}'] {
            assert!(covers(c), "{c}");
        }
        for c in ['日', 'ع', '😀', '□', '→', '−', '≥'] {
            assert!(!covers(c), "{c}");
            assert!(stand_in(c).chars().all(covers), "{c}");
        }
    }

    #[test]
    fn widths_are_the_fonts_own() {
        assert!(ready());
        let tape = Tape::new(1000, Weight::Regular);
        assert!((tape.width("0") - 572).abs() <= 1);
        assert!((tape.width("日") - 1000).abs() <= 1);
        assert!(Tape::new(1000, Weight::Bold).width("Hamburg") > tape.width("Hamburg"));
    }

    #[test]
    fn long_text_is_cut_or_wrapped() {
        assert!(ready());
        let tape = Tape::new(14, Weight::Regular);
        let cut = tape.fit(&"long ".repeat(1000), 100);
        assert!(cut.ends_with('…') && tape.width(&cut) <= 100, "{cut}");
        assert_eq!(tape.fit("short", 100), "short");
        let lines = tape.wrap("one two three four five six seven eight nine ten eleven", 90, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|l| tape.width(l) <= 90), "{lines:?}");
        assert!(lines.last().is_some_and(|l| l.ends_with('…')));
        assert!(tape.wrap(&"x".repeat(500), 90, 3).iter().all(|l| tape.width(l) <= 90));
    }
}
