//! Invented names, applications, devices and places: everything a tenant is dressed with. No real person's data.

/// The tenant id.
pub(super) const TENANT: &str = "5f2c7a10-6d3e-4b8f-9a41-c0ffee0b1990";
/// The home tenant of the guests.
pub(super) const GUEST_HOME: &str = "8d1b6e52-0c47-4f19-b3da-fab41ca00077";
/// Owner of first-party applications.
pub(super) const FIRST_PARTY: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
/// The tenant's domain.
pub(super) const DOMAIN: &str = "centralperk.org";

/// First names.
pub(super) const FIRST: &[&str] = &[
    "Gunther", "Marcela", "Tyrell", "Anouk", "Bertil", "Chiara", "Dagny", "Emeka", "Fenna", "Gideon", "Hanako", "Ilse",
    "Jarek", "Katya", "Lotte", "Mikkel", "Nadira", "Otis", "Petra", "Quentin", "Rosalind", "Soren", "Tamsin",
    "Umberto", "Vesna", "Wendel", "Ximena", "Yorick", "Zelda", "Alberich", "Briony", "Casimir", "Dorthe", "Elio",
    "Freya", "Gaspard",
];
/// Last names.
pub(super) const LAST: &[&str] = &[
    "Larkspur",
    "Moonby",
    "Tolliver",
    "Ashgrove",
    "Birkett",
    "Calloway",
    "Dunmore",
    "Eastwick",
    "Fairbairn",
    "Greenhow",
    "Hartwell",
    "Ironside",
    "Jellicoe",
    "Kestrel",
    "Lindqvist",
    "Merriwick",
    "Northcote",
    "Oakhurst",
    "Pemberly",
    "Quillfeather",
    "Ravenhill",
    "Silverton",
    "Thistlewood",
    "Underhill",
    "Vantongeren",
    "Westerby",
    "Yarrowby",
    "Zandstra",
    "Applegarth",
    "Brambleton",
    "Copperfield",
    "Dovecote",
    "Elderkin",
    "Foxglove",
    "Goosewell",
    "Hollinsby",
];
/// Display names that try to break whatever prints them.
pub(super) const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://x\",\"y\")",
    "<script>alert(1)</script>",
    "O'Brien \"quoted\", comma",
    "Mar\u{202e}atled \u{202c}Override",
    "$(calc) `id`",
];
/// Departments.
pub(super) const DEPARTMENTS: &[&str] = &["IT", "Sales", "Finance", "HR", "Operations", "Kitchen"];

/// An application with the resource it mostly asks for.
pub(super) struct App {
    /// Display name.
    pub name: &'static str,
    /// Application id.
    pub id: &'static str,
    /// Resource display name.
    pub resource: &'static str,
    /// Resource id.
    pub resource_id: &'static str,
}

const fn app(name: &'static str, id: &'static str, resource: &'static str, resource_id: &'static str) -> App {
    App { name, id, resource, resource_id }
}

/// Index of Teams in [`APPS`].
pub(super) const TEAMS: usize = 0;
/// Index of Outlook Mobile.
pub(super) const OUTLOOK: usize = 1;
/// Index of `OneDrive` Sync.
pub(super) const ONEDRIVE: usize = 2;
/// Index of Exchange.
pub(super) const EXCHANGE: usize = 3;
/// Index of `SharePoint`.
pub(super) const SHAREPOINT: usize = 4;
/// Index of the Azure portal.
pub(super) const AZURE: usize = 5;
/// Index of My Signins.
pub(super) const MY_SIGNINS: usize = 6;
/// Index of the Authentication Broker.
pub(super) const BROKER: usize = 7;
/// Index of the Windows logon application.
pub(super) const WINDOWS: usize = 8;
/// First of the line-of-business applications (hostile names among them).
pub(super) const BUSINESS: usize = 9;

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// Applications.
pub(super) const APPS: &[App] = &[
    app(
        "Microsoft Teams",
        "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
        "Microsoft Teams Services",
        "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
    ),
    app(
        "Outlook Mobile",
        "27922004-5251-4030-b22d-91ecd9a37ea4",
        "Office 365 Exchange Online",
        "00000002-0000-0ff1-ce00-000000000000",
    ),
    app(
        "OneDrive SyncEngine",
        "ab9b8c07-8f02-4f72-87fa-80105867a763",
        "Office 365 SharePoint Online",
        "00000003-0000-0ff1-ce00-000000000000",
    ),
    app(
        "Office 365 Exchange Online",
        "00000002-0000-0ff1-ce00-000000000000",
        "Office 365 Exchange Online",
        "00000002-0000-0ff1-ce00-000000000000",
    ),
    app(
        "Office 365 SharePoint Online",
        "00000003-0000-0ff1-ce00-000000000000",
        "Office 365 SharePoint Online",
        "00000003-0000-0ff1-ce00-000000000000",
    ),
    app(
        "Azure Portal",
        "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "Azure Resource Manager",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    ),
    app("My Signins", "19db86c3-b2b9-44cc-b339-36da233a3be2", "Microsoft Graph", GRAPH),
    app("Microsoft Authentication Broker", "29d9ed98-a469-4536-ade2-f981bc1d605e", "Microsoft Graph", GRAPH),
    app(
        "Windows Sign In",
        "38aa3b87-a06d-4817-b275-7a316988d93b",
        "Windows Azure Active Directory",
        "00000002-0000-0000-c000-000000000000",
    ),
    app("Bean Counter", "3b0a1f7e-92c4-4d1b-8e55-0d6f5a7c1e01", "Microsoft Graph", GRAPH),
    app("=HYPERLINK(\"http://x\",\"y\")", "3b0a1f7e-92c4-4d1b-8e55-0d6f5a7c1e02", "Microsoft Graph", GRAPH),
    app("Rota \"late, shift\" <b>planner</b>", "3b0a1f7e-92c4-4d1b-8e55-0d6f5a7c1e03", "Microsoft Graph", GRAPH),
];

/// What a person signs in from.
pub(super) struct Gear {
    /// Operating system.
    pub os: &'static str,
    /// Browser or client.
    pub browser: &'static str,
    /// User agent.
    pub agent: &'static str,
    /// `deviceDetail.trustType`, empty when the device is not known.
    pub trust: &'static str,
}

const fn gear(os: &'static str, browser: &'static str, agent: &'static str, trust: &'static str) -> Gear {
    Gear { os, browser, agent, trust }
}

/// Joined Windows.
pub(super) const PC_JOINED: usize = 0;
/// A browser on an unknown Windows machine.
pub(super) const PC_LOOSE: usize = 1;
/// An iPhone.
pub(super) const IPHONE: usize = 2;
/// An Android phone.
pub(super) const ANDROID: usize = 3;
/// A script.
pub(super) const SCRIPT: usize = 5;
/// The first of the hostile user agents.
pub(super) const HOSTILE_GEAR: usize = 6;

/// Devices.
pub(super) const GEARS: &[Gear] = &[
    gear(
        "Windows11",
        "Edge 142.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Azure AD joined",
    ),
    gear(
        "Windows10",
        "Chrome 142.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "",
    ),
    gear("Ios 26.1", "Mobile Safari", "Outlook-iOS/726.3911185.prod.iphone (5.2544.0)", ""),
    gear("Android", "Chrome Mobile 141.0.0", "Dalvik/2.1.0 (Linux; U; Android 16; Pixel 9)", ""),
    gear(
        "MacOs",
        "Safari 26.1",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        "",
    ),
    gear("", "Python Requests 2.32", "python-requests/2.32.3", ""),
    gear("Linux", "Rich Client 4.76", "=cmd|' /C calc'!A0", ""),
    gear("Linux", "Firefox 145.0", "Mozilla/5.0 <script>alert(1)</script> \"q\", $(calc) `id`", ""),
];

/// Where a row comes from.
pub(super) struct Place {
    /// City.
    pub city: &'static str,
    /// State or province.
    pub state: &'static str,
    /// Two-letter country.
    pub country: &'static str,
    /// First three octets of the address (documentation and benchmark ranges only).
    pub net: &'static str,
    /// Autonomous system.
    pub asn: i64,
}

const fn place(city: &'static str, state: &'static str, country: &'static str, net: &'static str, asn: i64) -> Place {
    Place { city, state, country, net, asn }
}

/// How many of [`PLACES`] are offices; the rest are where attacks come from.
pub(super) const OFFICES: usize = 4;

/// Places.
pub(super) const PLACES: &[Place] = &[
    place("Amsterdam", "Noord-Holland", "NL", "203.0.113.", 64_500),
    place("New York", "New York", "US", "198.51.100.", 64_501),
    place("Lyon", "Auvergne-Rhône-Alpes", "FR", "192.0.2.", 64_502),
    place("Utrecht", "Utrecht", "NL", "198.18.4.", 64_503),
    place("Reykjavik", "Hofudborgarsvaedi", "IS", "198.18.20.", 64_510),
    place("Lagos", "Lagos", "NG", "198.18.21.", 64_511),
    place("Hanoi", "Ha Noi", "VN", "198.18.22.", 64_512),
    place("Bogota", "Bogota", "CO", "198.18.23.", 64_513),
    place("Riga", "Riga", "LV", "198.19.24.", 64_514),
    place("Perth", "Western Australia", "AU", "198.19.25.", 64_515),
];
