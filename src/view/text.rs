//! The text of a cell: one of our own words, a text of its own, or one that many cells share. A table of a million rows
//! repeats the same words and names, and must not hold each of them anew.

use std::ops::Deref;
use std::sync::Arc;

/// A text that is cheap to repeat. Equal when the characters are.
#[derive(Clone, Debug)]
pub enum Text {
    /// A word of the program.
    Word(&'static str),
    /// A text of one cell.
    Own(Box<str>),
    /// A text of several cells.
    Shared(Arc<str>),
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        match self {
            Self::Word(text) => text,
            Self::Own(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Own(text.into())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::Own(text.as_str().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Own(text.into_boxed_str())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self::Shared(text)
    }
}

impl From<&Arc<str>> for Text {
    fn from(text: &Arc<str>) -> Self {
        Self::Shared(Arc::clone(text))
    }
}

impl From<std::borrow::Cow<'static, str>> for Text {
    fn from(text: std::borrow::Cow<'static, str>) -> Self {
        match text {
            std::borrow::Cow::Borrowed(word) => Self::Word(word),
            std::borrow::Cow::Owned(text) => text.into(),
        }
    }
}

/// Puts a whole number behind a text. By hand: tables of people hold millions of them.
pub fn push_integer(out: &mut String, number: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut left = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        for number in [0, 7, -7, 10, 99, 100, -1_000, 1_048_576, i64::MAX, i64::MIN] {
            let mut out = String::from("x");
            push_integer(&mut out, number);
            assert_eq!(out, format!("x{number}"));
        }
    }
}
