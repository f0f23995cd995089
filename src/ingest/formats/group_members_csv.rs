//! Portal `exportGroupMembers_….csv` and the templates for importing members: lists of people, no exports of facts
//! (formats.md §7.1, §7.3).

use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct GroupMembersCsv;

impl Format for GroupMembersCsv {
    fn id(&self) -> &'static str {
        "group_members_csv"
    }
    fn title(&self) -> &'static str {
        "Group members, or a template for importing them (no input: for --scope, --exclude, --break-glass)"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        if head.header().iter().any(|h| h.contains("[memberobjectidorupn]")) {
            return Fit::Yes(1);
        }
        // The other names are in many exports: without this one it is not even near.
        if !head.header().iter().any(|h| h == "objecttype") {
            return Fit::nothing();
        }
        Fit::by_names(head.header(), &["id", "objecttype", "userprincipalname"], 1)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Err("a list of group members, no export of accounts or sign-ins: give it with --scope (or --exclude, \
             --break-glass)"
            .to_owned())
    }
}
