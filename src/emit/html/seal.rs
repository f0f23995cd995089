//! The page's seal: a Content-Security-Policy that allows exactly the bytes inlined and no request.

use sha2::{Digest, Sha256};

/// The policy for a page with this one stylesheet and this one script.
///
/// Browsers hash the text between the tags, so both must be passed exactly as they are written.
pub(super) fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        digest(style),
        digest(script)
    )
}

/// SHA-256 of a text in base64, as a policy names it.
pub(super) fn digest(text: &str) -> String {
    base64(&Sha256::digest(text.as_bytes()))
}

/// Lines end in LF: a browser normalises before it hashes, and a checkout may have brought CRLF.
pub(super) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = if place <= chunk.len() { ALPHABET[group >> (18 - 6 * place) & 63] } else { b'=' };
            out.push(char::from(digit));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_rfc_4648() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (text, want) in cases {
            assert_eq!(base64(text.as_bytes()), want, "{text}");
        }
    }

    #[test]
    fn digest_of_the_empty_text() {
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn crlf_does_not_change_the_page() {
        assert_eq!(unix_lines("a\r\nb\n"), "a\nb\n");
    }
}
