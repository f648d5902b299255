//! Outcomes: the ways in which a request can end.

/// The way in which a request ended. It determines the log line and the metrics of the request, and what happens to the
/// reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    // A result, which may be shared with the channel.
    Board,
    Person,
    Teams,
    Periods,

    // Another reply to a query.
    Csv,
    File,
    Forgotten,
    Help,
    LookupFailed,
    NoSales,
    Refused,
    Remembered,
    SeveralNames,
    Status,
    Unknown,
    UnknownAsker,

    // The delivery of a reply to an interaction.
    NotDelivered,
    NotShared,
    Shared,

    // A request without a query.
    Downloaded,
    ExpiredLink,
    Mcp,
    MalformedInteraction,
    NoSecret,
    OtherInteraction,
    SslCheck,
    UnknownRoute,
    Unverified,
    WrongSignature,
}

/// The result of a lookup, as the metric `Lookups` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookupResult {
    /// There was something to show.
    Found,
    /// The lookup worked, and there was nothing to show.
    NotFound,
    /// The lookup failed, so the user got an error message.
    Failed,
}

impl Outcome {
    /// Returns the name in the log field `outcome`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Person => "person",
            Self::Teams => "teams",
            Self::Periods => "periods",
            Self::Csv => "csv",
            Self::File => "file",
            Self::Forgotten => "forgotten",
            Self::Help => "help",
            Self::LookupFailed => "lookup failed",
            Self::NoSales => "no sales",
            Self::Refused => "refused",
            Self::Remembered => "remembered",
            Self::SeveralNames => "several names",
            Self::Status => "status",
            Self::Unknown => "unknown",
            Self::UnknownAsker => "unknown asker",
            Self::NotDelivered => "not delivered",
            Self::NotShared => "not shared",
            Self::Shared => "shared",
            Self::Downloaded => "downloaded",
            Self::ExpiredLink => "expired link",
            Self::Mcp => "mcp",
            Self::MalformedInteraction => "malformed interaction",
            Self::NoSecret => "no secret",
            Self::OtherInteraction => "other interaction",
            Self::SslCheck => "ssl check",
            Self::UnknownRoute => "unknown route",
            Self::Unverified => "unverified",
            Self::WrongSignature => "wrong signature",
        }
    }

    /// Returns the result of the lookup, or `None` if the metrics do not count the request: it needed no lookup, or it
    /// was rejected. A request that cannot be verified because there is no secret counts as failed: it may be a user's.
    pub(crate) const fn lookup(self) -> Option<LookupResult> {
        match self {
            Self::Board
            | Self::Person
            | Self::Teams
            | Self::Periods
            | Self::Status
            | Self::File
            | Self::Csv
            | Self::Downloaded
            | Self::Shared
            | Self::Remembered
            | Self::Forgotten => Some(LookupResult::Found),
            Self::NoSales | Self::Unknown | Self::UnknownAsker | Self::SeveralNames => Some(LookupResult::NotFound),
            Self::LookupFailed | Self::NotDelivered | Self::NotShared | Self::NoSecret => Some(LookupResult::Failed),
            Self::Help
            | Self::Refused
            | Self::ExpiredLink
            | Self::Mcp
            | Self::MalformedInteraction
            | Self::OtherInteraction
            | Self::SslCheck
            | Self::UnknownRoute
            | Self::Unverified
            | Self::WrongSignature => None,
        }
    }

    /// Whether the reply may be shown to the whole channel. Problems and hints are for the user alone.
    pub(crate) const fn is_shareable(self) -> bool {
        matches!(self, Self::Board | Self::Person | Self::Teams | Self::Periods)
    }

    /// Whether the reply to a pressed button replaces the message with that button. A failure is shown next to it, so
    /// that the ranking is not lost.
    pub(crate) const fn replaces_original(self) -> bool {
        !matches!(self, Self::LookupFailed | Self::Refused)
    }

    /// Returns the check that rejected the request, if one did.
    pub(crate) const fn rejected_by(self) -> Option<&'static str> {
        match self {
            Self::Unverified | Self::WrongSignature | Self::NoSecret => Some("not verified"),
            Self::Refused => Some("not on an allow-list"),
            _ => None,
        }
    }
}

impl LookupResult {
    /// Returns the value of the metric dimension `outcome`, which the alarms and the dashboard match.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "none",
            Self::Failed => "failed",
        }
    }
}
