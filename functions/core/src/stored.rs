//! The versioned stored form of reports and rosters.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Version of the stored form. A function refuses a newer version instead of misreading it.
const VERSION: u32 = 2;

/// Older version that is still read: that of reports of weeks only. A rebuild writes them again.
const OLDER_VERSION: u32 = 1;

/// A stored report or roster that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Written by a newer version of Standings.
    #[error(
        "the report has version {0}; this function reads version {VERSION}. Deploy both functions from the same commit"
    )]
    Newer(u32),
    /// Not valid JSON, or not a report.
    #[error("the report is damaged: {0}. A rebuild writes it again")]
    Damaged(#[from] serde_json::Error),
    /// Compressed data that cannot be decompressed.
    #[error("the report is damaged: {0}. A rebuild writes it again")]
    Packed(#[from] std::io::Error),
}

/// Stored form: the fields of the report next to the version.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    #[serde(flatten)]
    report: T,
}

/// Returns the stored form of a report, as JSON.
pub(crate) fn encode<T: Serialize>(report: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Versioned { version: VERSION, report })
}

/// Parses a stored form of this version or the one before.
pub(crate) fn decode<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice::<Versioned<T>>(text) {
        Ok(stored) if [VERSION, OLDER_VERSION].contains(&stored.version) => Ok(stored.report),
        Ok(stored) => Err(DecodeError::Newer(stored.version)),
        // A newer version may lack or change fields, so the version is read on its own.
        Err(error) => match serde_json::from_slice::<Version>(text) {
            Ok(Version { version }) if version > VERSION => Err(DecodeError::Newer(version)),
            _ => Err(error.into()),
        },
    }
}
