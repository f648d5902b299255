//! The message with the link to the salespeople of a period as a file.

use standings_core::Report;

use super::context::Context;
use super::dates;
use super::message::Message;
use super::number::counted;
use crate::command::{Part, Query};

/// Returns the message with a link to everyone of a period as a CSV file; without a link, why there is none.
pub(crate) fn csv(report: &Report, link: Option<&str>, query: &Query, context: Context) -> Message {
    let title = dates::title(report.period, context.today);
    let people = counted(u64::from(report.salespeople), "salesperson", "salespeople");
    let (fallback, paragraph) = if let Some(link) = link {
        let valid = "The link works for five minutes";
        (
            format!("All {people} of {title} as a file. {valid}."),
            format!("<{link}|Download {people} of {title} (CSV)>. {valid}, for everyone who has it."),
        )
    } else {
        let question = Query { part: Part::File, share: false, ..query.clone() }.text(report.period);
        let command = format!("`{} {question}`", context.command);
        let problem =
            format!("There are no files here: they are switched off, or this is a scheduled post. Type {command}.");
        (problem.clone(), problem)
    };
    Message::new(&format!("Sales standings as a file: {title}"), fallback)
        .section(paragraph)
        .small_print(context.notes())
}
