//! Text put together line by line.

use std::fmt;

/// Lines of text.
#[derive(Clone, Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a line.
    pub fn line(&mut self, text: impl fmt::Display) {
        self.add(text);
        self.0.push('\n');
    }

    /// Adds text without ending the line.
    pub fn add(&mut self, text: impl fmt::Display) {
        self.0.push_str(&text.to_string());
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}
