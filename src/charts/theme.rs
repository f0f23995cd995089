//! Colours by role, for light and dark, told apart without red and green.
//!
//! Hues follow Okabe and Ito. `page.css` repeats both palettes as custom properties; a test keeps the two equal.

use plotters::style::RGBColor;

use crate::view::Tone;

/// Which palette a stand-alone picture is drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark marks on white.
    Light,
    /// Light marks on near-black.
    Dark,
}

/// What a mark is; the palette says which colour that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Background.
    Paper,
    /// Text that must be read.
    Text,
    /// Text that may be read.
    Muted,
    /// Baselines and grid.
    Line,
    /// Faint surface: drops of a funnel, frame of an empty figure.
    Wash,
    /// Ordinary marks.
    Neutral,
    /// Wanted.
    Good,
    /// Attention.
    Warn,
    /// The headline problem, and gaps in a calendar.
    Bad,
    /// Unknown or censored, always hatched too.
    Unknown,
    /// Calendar level 1, palest.
    Level1,
    /// Calendar level 2.
    Level2,
    /// Calendar level 3.
    Level3,
    /// Calendar level 4, fullest.
    Level4,
}

impl Ink {
    /// Every role, in the order of `page.css`.
    pub(super) const ALL: [Self; 14] = [
        Self::Paper,
        Self::Text,
        Self::Muted,
        Self::Line,
        Self::Wash,
        Self::Neutral,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Unknown,
        Self::Level1,
        Self::Level2,
        Self::Level3,
        Self::Level4,
    ];

    /// The role of a tone.
    pub(super) fn of(tone: Tone) -> Self {
        match tone {
            Tone::Neutral => Self::Neutral,
            Tone::Good => Self::Good,
            Tone::Warn => Self::Warn,
            Tone::Bad => Self::Bad,
            Tone::Unknown => Self::Unknown,
        }
    }

    /// The role's name in class names (`k-…`, `ks-…`) and custom properties (`--k-…`).
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Text => "ink",
            Self::Muted => "muted",
            Self::Line => "line",
            Self::Wash => "wash",
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
            Self::Level1 => "level1",
            Self::Level2 => "level2",
            Self::Level3 => "level3",
            Self::Level4 => "level4",
        }
    }

    /// The colour in a theme, `0xRRGGBB`. Within a theme no two roles share one: the page maps colours back to roles.
    fn rgb(self, theme: Theme) -> u32 {
        let (light, dark) = match self {
            Self::Paper => (0xFF_FF_FF, 0x15_19_1E),
            Self::Text => (0x1A_1F_26, 0xE9_EC_F0),
            Self::Muted => (0x59_63_6E, 0xA3_AD_B8),
            Self::Line => (0xBC_C4_CC, 0x4A_53_5D),
            Self::Wash => (0xEA_F0_F5, 0x22_2A_33),
            Self::Neutral => (0x00_72_B2, 0x56_B4_E9),
            Self::Good => (0x00_9E_73, 0x2E_C4_98),
            Self::Warn => (0xE6_9F_00, 0xF0_BC_3E),
            Self::Bad => (0xC4_50_0A, 0xFF_85_47),
            Self::Unknown => (0x7C_86_91, 0x8C_97_A3),
            Self::Level1 => (0xC3_DB_EC, 0x1F_3F_57),
            Self::Level2 => (0x7F_B5_DA, 0x2D_67_8F),
            Self::Level3 => (0x36_88_BF, 0x45_93_C6),
            Self::Level4 => (0x08_4F_84, 0x8F_CD_F3),
        };
        match theme {
            Theme::Light => light,
            Theme::Dark => dark,
        }
    }

    /// The colour as plotters wants it.
    pub(super) fn color(self, theme: Theme) -> RGBColor {
        let [_, r, g, b] = self.rgb(theme).to_be_bytes();
        RGBColor(r, g, b)
    }

    /// The colour as plotters writes it into an SVG: `#RRGGBB`.
    pub(super) fn hex(self, theme: Theme) -> String {
        format!("#{:06X}", self.rgb(theme))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(ink: Ink, theme: Theme) -> f64 {
        let [_, r, g, b] = ink.rgb(theme).to_be_bytes();
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Ink, b: Ink, theme: Theme) -> f64 {
        let (a, b) = (luminance(a, theme), luminance(b, theme));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn colours_are_distinct_and_in_the_stylesheet() {
        let css = include_str!("page.css");
        for theme in [Theme::Light, Theme::Dark] {
            let mut hexes: Vec<String> = Ink::ALL.iter().map(|i| i.hex(theme)).collect();
            for (ink, hex) in Ink::ALL.iter().zip(&hexes) {
                assert!(css.contains(&format!("--k-{}: {hex};", ink.name())), "{theme:?} {ink:?} {hex}");
            }
            hexes.sort();
            hexes.dedup();
            assert_eq!(hexes.len(), Ink::ALL.len());
        }
        for name in Ink::ALL.map(Ink::name) {
            assert!(css.contains(&format!(".k-{name} {{ fill: var(--k-{name}); }}")), "{name}");
            assert!(css.contains(&format!(".ks-{name} {{ stroke: var(--k-{name}); }}")), "{name}");
        }
    }

    #[test]
    fn text_is_readable_on_what_it_stands_on() {
        for theme in [Theme::Light, Theme::Dark] {
            for text in [Ink::Text, Ink::Muted, Ink::Bad] {
                assert!(contrast(text, Ink::Paper, theme) >= 4.5, "{theme:?} {text:?}");
            }
            assert!(contrast(Ink::Muted, Ink::Wash, theme) >= 4.5);
            for (_, fill, ink) in super::super::matrix::SHADES {
                assert!(contrast(ink, fill, theme) >= 4.5, "{theme:?} {ink:?} on {fill:?}");
            }
            for mark in [Ink::Neutral, Ink::Good, Ink::Bad, Ink::Unknown] {
                assert!(contrast(mark, Ink::Paper, theme) >= 3.0, "{theme:?} {mark:?}");
            }
        }
    }
}
