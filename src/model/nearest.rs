//! "Did you mean": the known word that is nearest to one that is not known.

/// The nearest of the candidates, where one is near enough to be a slip of the hand: at most a third of the letters differ.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Longer words are no slips, and the work grows with the square of the length.
    const LONGEST: usize = 100;
    let letters = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let typed = letters(word);
    if typed.is_empty() || typed.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known = letters(candidate);
        if known.len() > LONGEST {
            continue;
        }
        let apart = distance(&typed, &known);
        let near = apart * 3 <= typed.len().max(known.len()) && apart < known.len();
        if near && best.is_none_or(|(least, _)| apart < least) {
            best = Some((apart, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, change or swap with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// The end of a message: `; did you mean X?`, or nothing.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["department", "display_name", "label", "gates"];
        for (typed, meant) in [
            ("departement", Some("department")),
            ("Department", Some("department")),
            ("display-name", Some("display_name")),
            ("lable", Some("label")),
            ("gate", Some("gates")),
            ("manager", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
        let long = "x".repeat(10_000);
        assert_eq!(nearest(&long, known), None);
        assert_eq!(did_you_mean("lable", known), "; did you mean `label`?");
    }

    #[test]
    fn the_distance_counts_letters() {
        let apart = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(apart("", ""), 0);
        assert_eq!(apart("", "abc"), 3);
        assert_eq!(apart("kitten", "sitting"), 3);
        assert_eq!(apart("ab", "ba"), 1);
        assert_eq!(apart("stale", "stale"), 0);
    }
}
