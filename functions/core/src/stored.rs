//! The versioned stored form of reports and rosters.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Version of the stored form. A reader refuses a newer one rather than misread it.
const VERSION: u32 = 1;

/// Why a stored report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It was written by a newer version of Standings.
    #[error(
        "the report has version {0}; this function reads version {VERSION}. Deploy both functions from the same commit"
    )]
    Newer(u32),
    /// It is not what was once written.
    #[error("the report is damaged: {0}. A rebuild writes it anew")]
    Damaged(#[from] serde_json::Error),
    /// It was compressed, and cannot be unpacked.
    #[error("the report is damaged: {0}. A rebuild writes it anew")]
    Packed(#[from] std::io::Error),
}

/// The stored form.
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

/// Reads a stored form of this version.
pub(crate) fn decode<T: DeserializeOwned>(text: &[u8]) -> Result<T, DecodeError> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice::<Versioned<T>>(text) {
        Ok(stored) if stored.version == VERSION => Ok(stored.report),
        Ok(stored) => Err(DecodeError::Newer(stored.version)),
        Err(error) => match serde_json::from_slice::<Version>(text) {
            Ok(Version { version }) if version > VERSION => Err(DecodeError::Newer(version)),
            _ => Err(error.into()),
        },
    }
}
