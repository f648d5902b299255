//! The function: settings and clients.

use crate::ledger::Ledger;
use crate::migration::Migration;
use crate::reports::Reports;
use crate::settings::Settings;

/// The function, with its settings and clients.
///
/// Clients are injected, so that tests and the local stack pass real clients that point at embedded servers.
#[derive(Clone, Debug)]
pub struct Recompute {
    pub(crate) settings: Settings,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) ledger: Ledger,
    pub(crate) migration: Migration,
    pub(crate) reports: Reports,
}

impl Recompute {
    /// Creates the function.
    #[must_use]
    pub fn new(
        settings: Settings,
        s3: aws_sdk_s3::Client,
        dynamodb: aws_sdk_dynamodb::Client,
        sqs: aws_sdk_sqs::Client,
    ) -> Self {
        let ledger = Ledger::new(dynamodb.clone(), settings.ledger_table.clone());
        let reports = Reports::new(dynamodb, settings.reports_table.clone());
        Self { settings, s3, sqs, ledger, migration: Migration::default(), reports }
    }
}
