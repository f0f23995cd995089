//! What the hand-off forms need to know besides the people: groups, apps, the portal's template.

use std::collections::BTreeMap;

/// Options of the hand-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOff {
    /// Retired channels too.
    pub legacy: bool,
    /// Object id of the group of each wave, as far as given.
    pub groups: BTreeMap<u32, String>,
    /// The portal's template for importing members.
    pub template: Template,
    /// Applications of the Conditional Access policy: ids or the name of a bundle.
    pub apps: Vec<String>,
    /// Its sign-in frequency, days.
    pub frequency_days: u32,
    /// Object ids of emergency accounts, kept out of every policy (semantics §8.1, EMERG).
    pub emergency: Vec<String>,
}

impl Default for HandOff {
    fn default() -> Self {
        Self {
            legacy: false,
            groups: BTreeMap::new(),
            template: Template::default(),
            // Services depend on each other, so Microsoft advises the bundle (semantics §6.1, SVCDEP).
            apps: vec!["Office365".to_owned()],
            frequency_days: 1,
            emergency: Vec::new(),
        }
    }
}

/// The first two lines of the portal's CSV template, which must stay as they are, and where ids go (semantics §8.4, BULK).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The line with the version.
    pub version: String,
    /// The line with the headings.
    pub header: String,
    /// The column of ids, from 0.
    pub column: usize,
}

/// The key in the heading of the column that takes object ids.
const KEY: &str = "[memberObjectIdOrUpn]";

impl Default for Template {
    fn default() -> Self {
        Self {
            version: "version:v1.0".to_owned(),
            header: format!("Member object ID or user principal name {KEY} Required"),
            column: 0,
        }
    }
}

impl Template {
    /// Reads a template as the portal hands it out.
    ///
    /// # Errors
    /// When its first two lines are not those of a template for importing members.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let (version, header) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        if !version.starts_with("version:") {
            return Err("its first line is not the version of a template, such as version:v1.0".to_owned());
        }
        match header.split(',').position(|cell| cell.contains(KEY)) {
            Some(column) => Ok(Self { version: version.to_owned(), header: header.to_owned(), column }),
            None => Err(format!("no heading in its second line holds {KEY}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_the_portal() {
        let ours = Template::default();
        assert_eq!(Template::parse(&format!("\u{feff}{}\r\n{}\r\nexample\r\n", ours.version, ours.header)), Ok(ours));
        let wide = Template::parse("version:v2.0\nRow,Member [memberObjectIdOrUpn] Required\n");
        assert_eq!(wide.map(|t| t.column), Ok(1));
        assert!(Template::parse("Member [memberObjectIdOrUpn] Required\n").is_err());
        assert!(Template::parse("version:v1.0\nUser name [userPrincipalName] Required\n").is_err());
    }
}
