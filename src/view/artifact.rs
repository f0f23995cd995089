//! An artifact: a relative path and its bytes. Outputs return these; one place writes them.

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the output folder, `/` between parts, valid on every system.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Artifact {
    /// A file.
    #[must_use]
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}

/// A file that was written, as the manifest names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Path below the output folder.
    pub path: String,
    /// Length, bytes.
    pub bytes: u64,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
}
