//! CSV files for the portal's bulk import of group members: two lines of the portal's template, then one object id a
//! line; 2 to 40 000 members a file (semantics §8.4, BULK).

use super::Channel;
use crate::targets::TargetList;
use crate::view::escape::csv_cell;
use crate::view::{Artifact, Lines};

/// Members the portal takes in one file.
const MOST: usize = 40_000;

/// `group-import/wave-N-NNNN.csv` and `group-import/README.txt`.
pub(super) struct GroupImport;

impl Channel for GroupImport {
    fn id(&self) -> &'static str {
        "group-import"
    }
    fn consumer(&self) -> &'static str {
        "Entra admin centre, group, bulk import of members"
    }
    fn revokes(&self) -> bool {
        false
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let template = &list.hand_off.template;
        let mut readme = Lines::default();
        readme.line(
            "Members of the group of each wave, for the Entra admin centre: the group, Members, Bulk operations,",
        );
        readme.line(
            "Import members. The first two lines of each file are the portal's template; leave them as they are.",
        );
        readme.line(format_args!(
            "Judged as of {}, valid until {}: do not import later.\n",
            list.as_of, list.valid_until
        ));
        let mut files = Vec::new();
        for part in list.even_parts(MOST) {
            if let [only] = part.people.as_slice() {
                // The import refuses a file with a single member.
                readme.line(format_args!(
                    "wave {}: one person, and the import takes two or more. Add by hand: {}",
                    part.wave, only.user_id
                ));
                continue;
            }
            let name = part.file_name("csv");
            readme.line(format_args!("wave {}: {name}, {} people", part.wave, part.people.len()));
            let row = |id: &str| format!("{}{}\n", ",".repeat(template.column), csv_cell(id));
            let rows = part.people.iter().map(|t| row(&t.user_id)).collect::<Vec<_>>().concat();
            let text = format!("{}\n{}\n{rows}", template.version, template.header);
            files.push(Artifact::new(format!("group-import/{name}"), text));
        }
        files.push(Artifact::new("group-import/README.txt", readme.into_text()));
        files
    }
}
