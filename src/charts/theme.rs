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
            Self::Warn => (0xE6_9F_00, 0xF8_D5_6B),
            Self::Bad => (0xC4_50_0A, 0xF5_71_2B),
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

    /// Colours as somebody without one kind of cone sees them, in linear light: rows of Viénot, Brettel and Mollon (Color
    /// Research and Application 24, 1999) for protanopia and deuteranopia, then the sight of everybody.
    const SIGHTS: [[[f64; 3]; 3]; 3] = [
        [[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]],
        [[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]],
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ];

    /// CIE L*a*b* (D65) of a colour as some sight sees it.
    fn lab(ink: Ink, theme: Theme, sight: &[[f64; 3]; 3]) -> [f64; 3] {
        let [_, bytes @ ..] = ink.rgb(theme).to_be_bytes();
        let light = bytes.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let dot = |row: &[f64; 3], v: &[f64; 3]| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0);
        let seen = [dot(&sight[0], &light), dot(&sight[1], &light), dot(&sight[2], &light)];
        let x = dot(&[0.412_46, 0.357_58, 0.180_44], &seen) / 0.950_47;
        let y = dot(&[0.212_67, 0.715_15, 0.072_18], &seen);
        let z = dot(&[0.019_33, 0.119_19, 0.950_30], &seen) / 1.088_83;
        let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        [116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))]
    }

    fn difference(a: Ink, b: Ink, theme: Theme, sight: &[[f64; 3]; 3]) -> f64 {
        let (a, b) = (lab(a, theme, sight), lab(b, theme, sight));
        a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    /// The five tones meet in one picture as lines and as bars: any two stay at least 20 units of L*a*b* apart, ten times
    /// what is just seen. Only unknown may come nearer: it is hatched or dashed besides.
    #[test]
    fn tones_are_told_apart_without_red_or_green_cones() {
        let tones = [Ink::Neutral, Ink::Good, Ink::Warn, Ink::Bad];
        for theme in [Theme::Light, Theme::Dark] {
            for sight in &SIGHTS {
                for (i, a) in tones.iter().enumerate() {
                    for b in &tones[i + 1..] {
                        let far = difference(*a, *b, theme, sight);
                        assert!(far >= 20.0, "{theme:?} {a:?} {b:?}: {far:.1}");
                    }
                    assert!(difference(*a, Ink::Paper, theme, sight) >= 30.0, "{theme:?} {a:?} on paper");
                }
                // Steps of a ramp go one way and are seen.
                let ramp = [Ink::Paper, Ink::Level1, Ink::Level2, Ink::Level3, Ink::Level4];
                let lights = ramp.map(|ink| lab(ink, theme, sight)[0]);
                let falls = theme == Theme::Light;
                assert!(lights.windows(2).all(|p| (p[0] > p[1]) == falls && (p[0] - p[1]).abs() >= 9.0), "{lights:?}");
            }
        }
    }

    #[test]
    fn text_is_readable_on_what_it_stands_on() {
        for theme in [Theme::Light, Theme::Dark] {
            for text in [Ink::Text, Ink::Muted, Ink::Bad] {
                assert!(contrast(text, Ink::Paper, theme) >= 4.5, "{theme:?} {text:?}");
            }
            assert!(contrast(Ink::Muted, Ink::Wash, theme) >= 4.5);
            for (_, fill, ink) in super::super::matrix::SHADES.into_iter().chain(super::super::map::SHADES) {
                assert!(contrast(ink, fill, theme) >= 4.5, "{theme:?} {ink:?} on {fill:?}");
            }
            for mark in [Ink::Neutral, Ink::Good, Ink::Bad, Ink::Unknown] {
                assert!(contrast(mark, Ink::Paper, theme) >= 3.0, "{theme:?} {mark:?}");
            }
        }
    }
}
