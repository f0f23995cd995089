//! Bodies of Graph `PATCH /groups/{id}` that add at most 20 members each (semantics §8.4, GPM). The group stands in
//! the URL, not in the body: `README.txt` names the request of every file.

use serde_json::json;

use super::Channel;
use crate::targets::TargetList;
use crate::view::escape::url_segment;
use crate::view::{Artifact, Lines};

/// Members Graph takes in one request.
const MOST: usize = 20;

/// `group-batch/wave-N-NNNN.json` and `group-batch/README.txt`.
pub(super) struct GroupBatch;

impl Channel for GroupBatch {
    fn id(&self) -> &'static str {
        "group-batch"
    }
    fn consumer(&self) -> &'static str {
        "PATCH https://graph.microsoft.com/v1.0/groups/{id}, one file a request"
    }
    fn revokes(&self) -> bool {
        false
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let mut readme = Lines::default();
        readme.line("Bodies that add the people of a wave to its group, at most 20 a request. Send each file once, as");
        readme.line(
            "application/json. A request is all or nothing: one member who is in the group already fails all of it.",
        );
        readme.line("Replace {group-id} by the object id of the wave's group, or give it to kmsift with --group.");
        readme
            .line(format_args!("Judged as of {}, valid until {}: do not send later.\n", list.as_of, list.valid_until));
        let mut files = Vec::new();
        for part in list.parts(MOST) {
            let name = part.file_name("json");
            let group = list.hand_off.groups.get(&part.wave).map_or("{group-id}", String::as_str);
            readme.line(format_args!("PATCH https://graph.microsoft.com/v1.0/groups/{group}  {name}"));
            let member = |id: &str| format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", url_segment(id));
            let members: Vec<String> = part.people.iter().map(|t| member(&t.user_id)).collect();
            let body = json!({ "members@odata.bind": members });
            files.push(Artifact::new(format!("group-batch/{name}"), format!("{body:#}\n")));
        }
        files.push(Artifact::new("group-batch/README.txt", readme.into_text()));
        files
    }
}
