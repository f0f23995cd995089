//! Values that nobody wants: passed without being read, and checked as `serde_json` checks what it ignores.

use std::ops::Range;

use serde::de;

use super::{NotPlain, Tape};

impl Tape<'_> {
    /// Goes over a value that nobody wants.
    #[inline]
    pub(super) fn ignore(&mut self) -> Result<(), NotPlain> {
        if let Some([b'"', .., b'"'] | [b' ', b'"', .., b'"']) = self.record.as_bytes().get(self.from..self.at) {
            self.strings += 1;
            self.pass_scalar();
            return Ok(());
        }
        let (token, mark) = self.token()?;
        if token.is_empty() {
            return self.ignore_members(mark);
        }
        self.ignore_scalar(token)
    }

    #[inline]
    fn ignore_scalar(&mut self, token: Range<usize>) -> Result<(), NotPlain> {
        let bytes = self.record.as_bytes();
        if bytes[token.start] == b'"' {
            self.text(&token)?;
        } else {
            check_word(&bytes[token])?;
        }
        self.pass_scalar();
        Ok(())
    }

    /// Goes over the list or object that `mark` opens.
    fn ignore_members(&mut self, mut mark: u8) -> Result<(), NotPlain> {
        // What is open here, a bit each, the innermost lowest: an object, or a list.
        let (mut kinds, outside) = (0_u64, self.depth);
        loop {
            let mut close = self.enter(mark)?;
            kinds = kinds << 1 | u64::from(close == b'}');
            let mut more = !self.is_empty(close)?;
            loop {
                if more {
                    if close == b'}' {
                        self.key()?;
                    }
                    let (token, next) = self.token()?;
                    if token.is_empty() {
                        mark = next;
                        break;
                    }
                    self.ignore_scalar(token)?;
                } else {
                    self.depth -= 1;
                    if self.depth == outside {
                        return Ok(());
                    }
                    kinds >>= 1;
                    close = if kinds & 1 == 1 { b'}' } else { b']' };
                }
                more = self.another(close)?;
            }
        }
    }
}

/// Whether it is a number, `true`, `false` or `null`.
pub(super) fn check_word(word: &[u8]) -> Result<(), NotPlain> {
    match word {
        b"null" | b"true" | b"false" | b"0" => Ok(()),
        // A text is none, whatever else may be one.
        [b'"', ..] => Err(NotPlain),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => Ok(()),
        other => serde_json::from_slice::<de::IgnoredAny>(other).map(drop).map_err(|_| NotPlain),
    }
}
