//! Microsoft Graph `$batch` bodies: at most 20 `revokeSignInSessions` a file (semantics §8.4, BATCH).

use serde_json::json;

use super::Channel;
use crate::targets::TargetList;
use crate::view::Artifact;

/// Requests Graph takes in one batch.
const BATCH: usize = 20;

/// `graph-batch/NNNN.json`.
pub(super) struct GraphBatch;

impl Channel for GraphBatch {
    fn id(&self) -> &'static str {
        "graph-batch"
    }
    fn consumer(&self) -> &'static str {
        "POST https://graph.microsoft.com/v1.0/$batch, one file a request"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let body = |(number, batch): (usize, &[crate::targets::Target])| {
            let requests: Vec<_> = batch
                .iter()
                .zip(1..)
                .map(|(t, id): (_, u32)| {
                    json!({
                        "id": id.to_string(),
                        "method": "POST",
                        "url": format!("/users/{}/revokeSignInSessions", path_segment(&t.user_id)),
                    })
                })
                .collect();
            let whole = json!({ "requests": requests });
            Artifact::new(format!("graph-batch/{:04}.json", number + 1), format!("{whole:#}\n"))
        };
        list.listed.chunks(BATCH).enumerate().map(body).collect()
    }
}

/// An id as one part of a URL path: everything but unreserved characters is percent-encoded.
fn path_segment(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let part = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    id.bytes().map(part).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_path_segment() {
        assert_eq!(path_segment("76cbae99-9c68"), "76cbae99-9c68");
        assert_eq!(path_segment("a/../#x?\""), "a%2F..%2F%23x%3F%22");
    }
}
