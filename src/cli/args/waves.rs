//! What is typed about waves and about which list to write.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

/// How a list is cut into waves: as soon as a capacity, a size, a share or a pilot is given.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Waves {
    /// C: tickets the help desk can take a day; a wave has at most C / Q x 100 people
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Waves")]
    pub helpdesk_capacity: Option<u32>,
    /// Q: tickets expected of 100 people acted on [default: 5]
    #[arg(long, value_name = "Q", help_heading = "Waves")]
    pub tickets_per_100: Option<String>,
    /// Most people of a wave, whatever the capacity
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Waves")]
    pub wave_size: Option<u32>,
    /// Most of one department's active people in one wave; one person always may be [default: 20%]
    #[arg(long, value_name = "P%", help_heading = "Waves")]
    pub max_department_share: Option<String>,
    /// People of the first wave, ids or UPNs; nobody else is in it
    #[arg(long, value_name = "FILE", help_heading = "Waves")]
    pub pilot: Option<PathBuf>,
    /// Days of the week for waves, e.g. mon-thu or sun-tue,thu [default: mon-thu]
    #[arg(long, value_name = "DAYS", help_heading = "Waves")]
    pub weekdays: Option<String>,
    /// No wave on this day, or from one to another; repeatable
    #[arg(long, value_name = "DATE[..DATE]", help_heading = "Waves")]
    pub blackout: Vec<String>,
    /// No wave before this day [default: the day after the as-of instant]
    #[arg(long, value_name = "DATE", help_heading = "Waves")]
    pub first_wave: Option<String>,
    /// Local time at which a wave starts, where each person is [default: 09:00]
    #[arg(long, value_name = "HH:MM", help_heading = "Waves")]
    pub wave_start: Option<String>,
    /// Key of the order of equals: the same seed gives the same waves [default: 0]
    #[arg(long, value_name = "N", help_heading = "Waves")]
    pub wave_seed: Option<u64>,
}

/// Which list, and which part of it.
#[derive(Clone, Debug, ClapArgs)]
pub struct Part {
    /// Which list: whom to revoke, or whom the registration campaign can reach (who can do MFA by phone only)
    #[arg(long, value_enum, default_value_t = ListArg::Revoke, help_heading = "Targets")]
    pub list: ListArg,
    /// Write only the people of this wave
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Waves")]
    pub wave: Option<u32>,
    /// summary.json of `kmsift verify` of the wave before: refuse when fewer than 80 % of those revoked were bitten
    #[arg(long, value_name = "FILE", help_heading = "Waves")]
    pub verified: Option<PathBuf>,
    /// Tickets that the wave before brought in a day: refuse when more than --helpdesk-capacity
    #[arg(long, value_name = "N", requires = "helpdesk_capacity", help_heading = "Waves")]
    pub tickets_seen: Option<u32>,
}

/// Lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListArg {
    /// Token-stale and unregistered: whom to revoke
    Revoke,
    /// MFA by SMS or voice only: whom the registration campaign reaches
    Nudge,
}
