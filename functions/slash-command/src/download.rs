//! The salespeople of a period as a CSV file, behind a link that works for five minutes.
//!
//! `/standings csv` answers with the link, after the checks of every command. The link has the period, the time until which it
//! works, and an HMAC of both with the signing secret, so that nothing is stored, uploaded or written for it. Whoever has the link
//! can use it meanwhile, like any signed URL.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use jiff::{SignedDuration, Timestamp};
use standings_core::{Period, Roster};

use crate::event;
use crate::secret::SigningSecret;

/// Route of the files.
pub(crate) const ROUTE: &str = "/slack/csv";

/// Time for which a link works.
const VALID: SignedDuration = SignedDuration::from_mins(5);

/// Largest file in bytes. Lambda's responses may have 6 MB, with quotes and line feeds escaped.
const MAX_BYTES: usize = 5_000_000;

/// Marks UTF-8, without which Excel takes a file for one in the code page of its computer.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The means to make links, during one request.
#[derive(Clone, Copy)]
pub(crate) struct Downloads<'a> {
    pub(crate) secret: &'a SigningSecret,
    /// The request, which says at which address it was received.
    pub(crate) request: &'a ApiGatewayV2httpRequest,
    pub(crate) now: Timestamp,
}

impl Downloads<'_> {
    /// Returns a link to the file of a period; `None` while no secret is known, or if the address of the API is not.
    pub(crate) async fn link(self, period: Period) -> Option<String> {
        let base = base_of(self.request)?;
        let until = (self.now + VALID).as_second();
        let signature = self.secret.sign(&signed_text(period, until)).await?;
        let period: String = form_urlencoded::byte_serialize(period.to_string().as_bytes()).collect();
        Some(format!("{base}{ROUTE}?period={period}&until={until}&signature={signature}"))
    }
}

/// Returns scheme and host of the API that received a request, and its stage if it has one.
fn base_of(request: &ApiGatewayV2httpRequest) -> Option<String> {
    let context = &request.request_context;
    let scheme = if event::header(request, "x-forwarded-proto") == [b"http"] { "http" } else { "https" };
    let stage = context.stage.as_deref().filter(|stage| *stage != "$default");
    let stage = stage.map(|stage| format!("/{stage}")).unwrap_or_default();
    Some(format!("{scheme}://{}{stage}", context.domain_name.as_deref()?))
}

/// What a link is about. The signature of a request begins in another way, so that neither can be taken for the other.
fn signed_text(period: Period, until: i64) -> String {
    format!("csv:{period}:{until}")
}

/// Returns the period of a link; `None` if it has expired, or was not made here.
pub(crate) async fn verified(
    request: &ApiGatewayV2httpRequest,
    secret: &SigningSecret,
    now: Timestamp,
) -> Option<Period> {
    let query = request.raw_query_string.as_deref().unwrap_or_default();
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let period = value("period")?.parse().ok()?;
    let until = value("until")?.parse().ok()?;
    let is_signed = secret.is_signature(&signed_text(period, until), &value("signature")?).await;
    (is_signed && now.as_second() <= until).then_some(period)
}

/// Returns everyone of a roster as CSV, the best first: what a person would find in a spreadsheet of the ranking. `None` if it is
/// too large for a response.
pub(crate) fn csv(roster: &Roster) -> Option<String> {
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    // Writing into memory does not fail.
    writer
        .write_record(["rank", "salesperson", "team", "amount", "currency", "deals", "units", "previous_rank"])
        .ok()?;
    for entry in &roster.report.entries {
        let previous = entry.previous_rank.map(|rank| rank.to_string()).unwrap_or_default();
        let record = [
            &entry.rank.to_string(),
            &literal(&entry.name),
            &literal(entry.team.as_deref().unwrap_or_default()),
            &entry.amount.to_string(),
            &roster.report.currency,
            &entry.deals.to_string(),
            &entry.units.to_string(),
            &previous,
        ];
        writer.write_record(record).ok()?;
    }
    let text = String::from_utf8(writer.into_inner().ok()?).ok()?;
    (text.len() <= MAX_BYTES).then_some(text)
}

/// Returns a text from a sales file that a spreadsheet does not take for a formula.
/// <https://owasp.org/www-community/attacks/CSV_Injection>
fn literal(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(literal("=HYPERLINK(\"https://example.com\")"), "'=HYPERLINK(\"https://example.com\")");
        assert_eq!(
            (literal("-"), literal("@ana"), literal("Ana - Lima")),
            ("'-".into(), "'@ana".into(), "Ana - Lima".into())
        );
    }
}
