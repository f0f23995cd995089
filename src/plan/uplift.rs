//! Targeted against untargeted: a difference of two shares with its interval (semantics §9.3; Newcombe 1998, method 10).

use std::collections::BTreeMap;

use crate::view::Share;

/// With fewer people in either group a difference says nothing.
pub const FEWEST: u64 = 10;

/// One person of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Was on the list.
    pub targeted: bool,
    /// Registered since, by the audit log.
    pub registered: bool,
    /// Department, or empty.
    pub department: String,
    /// What renewed the tokens when the list was made, or empty.
    pub mechanism: &'static str,
}

/// How many of how many in each group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Targeted: registered, all.
    pub targeted: (u64, u64),
    /// Untargeted: registered, all.
    pub control: (u64, u64),
}

impl Pair {
    fn add(&mut self, subject: &Subject) {
        let group = if subject.targeted { &mut self.targeted } else { &mut self.control };
        group.1 += 1;
        group.0 += u64::from(subject.registered);
    }

    /// Either group is too small to say anything.
    #[must_use]
    pub fn too_few(&self) -> bool {
        self.targeted.1 < FEWEST || self.control.1 < FEWEST
    }

    /// The difference of the shares, low and high end of its 95 % interval; `None` when too few.
    #[must_use]
    pub fn difference(&self) -> Option<[f64; 3]> {
        if self.too_few() {
            return None;
        }
        let ([p, low, high], [q, least, most]) = (wilson(self.targeted), wilson(self.control));
        let d = p - q;
        let below = ((p - low).powi(2) + (most - q).powi(2)).sqrt();
        let above = ((high - p).powi(2) + (q - least).powi(2)).sqrt();
        Some([d, d - below, d + above])
    }
}

/// The share and its 95 % interval; nobody says nothing.
fn wilson((part, whole): (u64, u64)) -> [f64; 3] {
    let share = Share::new(part, whole);
    let (low, high) = share.wilson().unwrap_or((0.0, 1.0));
    [share.fraction().unwrap_or(0.0), low, high]
}

/// What people of a stratum share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// Everybody.
    All,
    /// Same department.
    Department(String),
    /// Same token mechanism, of departments too small.
    Mechanism(&'static str),
    /// Of strata too small.
    Rest,
}

impl Stratum {
    /// By what, and which.
    #[must_use]
    pub fn words(&self) -> (&'static str, String) {
        let named = |text: &str| if text.is_empty() { "(unknown)".to_owned() } else { text.to_owned() };
        match self {
            Self::All => ("all", "everybody".to_owned()),
            Self::Department(name) => ("department", named(name)),
            Self::Mechanism(name) => ("mechanism", named(name)),
            Self::Rest => ("rest", "strata too small".to_owned()),
        }
    }
}

/// Everybody, then each department large enough; people of smaller ones by mechanism, and who is left as one rest. The
/// strata sum to everybody.
#[must_use]
pub fn strata(subjects: &[Subject]) -> Vec<(Stratum, Pair)> {
    let (departments, left) = split(subjects.iter().collect(), |s| Stratum::Department(s.department.clone()));
    let (mechanisms, left) = split(left, |s| Stratum::Mechanism(s.mechanism));
    let mut out = vec![(Stratum::All, pair(subjects.iter()))];
    out.extend(departments);
    out.extend(mechanisms);
    if !left.is_empty() {
        out.push((Stratum::Rest, pair(left.into_iter())));
    }
    out
}

type Split<'s> = (Vec<(Stratum, Pair)>, Vec<&'s Subject>);

fn split(subjects: Vec<&Subject>, key: impl Fn(&Subject) -> Stratum) -> Split<'_> {
    let mut groups: BTreeMap<Stratum, Pair> = BTreeMap::new();
    for subject in &subjects {
        groups.entry(key(subject)).or_default().add(subject);
    }
    groups.retain(|_, pair| !pair.too_few());
    let left = subjects.into_iter().filter(|s| !groups.contains_key(&key(s))).collect();
    (groups.into_iter().collect(), left)
}

fn pair<'s>(subjects: impl Iterator<Item = &'s Subject>) -> Pair {
    subjects.fold(Pair::default(), |mut pair, subject| {
        pair.add(subject);
        pair
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) -> bool {
        (got - want).abs() < 0.000_05
    }

    #[test]
    fn intervals_of_published_examples() {
        // Newcombe 1998 (Statistics in Medicine 17:873), table II, method 10: 56/70 and 48/80, 9/10 and 3/10.
        for (targeted, control, want) in
            [((56, 70), (48, 80), [0.2, 0.0524, 0.3339]), ((9, 10), (3, 10), [0.6, 0.1705, 0.8090])]
        {
            let got = Pair { targeted, control }.difference().expect("enough");
            assert!(got.iter().zip(want).all(|(g, w)| close(*g, w)), "{got:?}, {want:?}");
        }
        // By hand: 10/10 has the Wilson interval n/(n + z²) = 10/13.841459 = 0.722467 to 1, 0/10 its mirror 0 to 0.277533:
        // the difference 1 has the low end 1 - sqrt(2) * 0.277533 = 0.607509.
        let sure = Pair { targeted: (10, 10), control: (0, 10) }.difference().expect("enough");
        assert!(close(sure[0], 1.0) && close(sure[1], 0.607_509) && close(sure[2], 1.0), "{sure:?}");
        assert_eq!(Pair { targeted: (5, 9), control: (5, 90) }.difference(), None, "too few");
    }

    #[test]
    fn small_departments_are_pooled_and_nobody_is_lost() {
        let people = |n: usize, targeted, department: &str, mechanism| {
            vec![Subject { targeted, registered: targeted, department: department.to_owned(), mechanism }; n]
        };
        let subjects = [
            people(12, true, "Sales", "prt"),
            people(10, false, "Sales", "prt"),
            people(9, true, "Legal", "prt"),
            people(30, false, "Legal", "prt"),
            people(4, true, "", "prt"),
            people(3, true, "Board", "spa"),
        ]
        .concat();
        let strata = strata(&subjects);
        let named: Vec<_> = strata.iter().map(|(s, p)| (s.words().1, p.targeted, p.control)).collect();
        assert_eq!(
            named,
            [
                ("everybody".to_owned(), (28, 28), (0, 40)),
                ("Sales".to_owned(), (12, 12), (0, 10)),
                ("prt".to_owned(), (13, 13), (0, 30)),
                ("strata too small".to_owned(), (3, 3), (0, 0)),
            ]
        );
    }
}
