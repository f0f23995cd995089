//! Cells as PowerShell flattens objects: `@{errorCode=50158; failureReason=…; additionalDetails=…}` (formats.md §4).

/// One member of a flattened object, any case; the first of that name. `None`: no such object or member, as in the
/// name of a .NET type, where the object was lost.
#[must_use]
pub fn member<'c>(cell: &'c str, name: &str) -> Option<&'c str> {
    let cell = cell.trim();
    let Some(body) = cell.strip_prefix("@{").and_then(|c| c.strip_suffix('}')) else {
        return in_class(cell, name);
    };
    let mut rest = body;
    while !rest.is_empty() {
        // Texts hold `;` and `=` freely: a member begins only where a name and `=` follow.
        let end = rest.match_indices("; ").map(|(at, _)| at).find(|at| begins_member(&rest[at + 2..]));
        let one = end.map_or(rest, |at| &rest[..at]);
        if let Some((key, value)) = one.split_once('=')
            && key.trim().eq_ignore_ascii_case(name)
        {
            return Some(value.trim());
        }
        rest = end.map_or("", |at| &rest[at + 2..]);
    }
    None
}

fn begins_member(text: &str) -> bool {
    // Looks no further than the name: a cell of nothing but `; ` must not be searched to its end at each of them.
    let name = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    !text.starts_with(|c: char| c.is_ascii_digit()) && name > 0 && text.as_bytes().get(name) == Some(&b'=')
}

/// The older module's spelling: `class SignInStatus {`, then a line `ErrorCode: 50140` for each member.
fn in_class<'c>(cell: &'c str, name: &str) -> Option<&'c str> {
    let body = cell.strip_prefix("class ")?.split_once('{')?.1;
    let members = body.trim_end_matches('}').lines().filter_map(|line| line.split_once(':'));
    members.into_iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_semicolons_and_equals_signs() {
        let cell = "@{errorCode=50158; failureReason=External security challenge; see a=b or c; x was 5 = five.; additionalDetails=MFA required; }";
        assert_eq!(member(cell, "errorCode"), Some("50158"));
        assert_eq!(member(cell, "failureReason"), Some("External security challenge; see a=b or c; x was 5 = five."));
        assert_eq!(member(cell, "AdditionalDetails"), Some("MFA required;"));
        assert_eq!(member("@{errorCode=0; failureReason=; additionalDetails=}", "failurereason"), Some(""));
    }

    #[test]
    fn a_cell_of_nothing_but_separators_is_read_in_one_pass() {
        let cell = format!("@{{{}x=1}}", "; ".repeat(1 << 20));
        assert_eq!(member(&cell, "x"), Some("1"), "quadratic, this would take hours");
    }

    #[test]
    fn lost_objects_have_no_members() {
        for cell in ["System.Object[]", "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus", "", "@{}", "@{"]
        {
            assert_eq!(member(cell, "errorCode"), None, "{cell}");
        }
    }

    #[test]
    fn the_older_module_writes_classes() {
        let cell = "class SignInAuditLogObjectStatus {\n  ErrorCode: 50140\n  FailureReason: Keep: me signed in\n}\n";
        assert_eq!(member(cell, "errorCode"), Some("50140"));
        assert_eq!(member(cell, "failureReason"), Some("Keep: me signed in"));
    }
}
