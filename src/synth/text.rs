//! Escaping: JSON strings, quoted CSV cells, and the portal's formula guard.

/// The inside of a JSON string.
pub(super) fn json_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if u32::from(c) < 32 => out.extend(
                ['\\', 'u', '0', '0', if u32::from(c) < 16 { '0' } else { '1' }]
                    .into_iter()
                    .chain(char::from_digit(u32::from(c) % 16, 16)),
            ),
            c => out.push(c),
        }
    }
    out
}

/// A JSON string, quoted.
pub(super) fn json_string(text: &str) -> String {
    format!("\"{}\"", json_escaped(text))
}

/// The inside of a quoted CSV cell.
pub(super) fn csv_escaped(text: &str) -> String {
    text.replace('"', "\"\"")
}

/// The same with the apostrophe the sign-in and audit exports put before a would-be formula.
pub(super) fn csv_guarded(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    format!("{guard}{}", csv_escaped(text))
}

/// A CSV cell quoted only where it must be.
pub(super) fn csv_minimal(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", csv_escaped(text)) } else { text.to_owned() }
}

/// A string written between quotes, escaped only if it has to be (no allocation in the usual case).
pub(super) fn put_json(buf: &mut Vec<u8>, text: &str) {
    buf.push(b'"');
    if text.bytes().any(|b| b == b'"' || b == b'\\' || b < 32) {
        buf.extend_from_slice(json_escaped(text).as_bytes());
    } else {
        buf.extend_from_slice(text.as_bytes());
    }
    buf.push(b'"');
}

/// Plain bytes.
pub(super) fn put(buf: &mut Vec<u8>, text: &str) {
    buf.extend_from_slice(text.as_bytes());
}
