//! The message with the link to the salespeople of a period as a file.

use standings_core::Report;

use super::context::Context;
use super::dates;
use super::message::Message;
use super::number::counted;
use crate::command::{Part, Query};

/// Returns the message with a link to everyone of a period as a CSV file; without a link, why there is none.
pub(crate) fn csv(report: &Report, link: Option<&str>, query: &Query, context: Context) -> Message {
    let title = dates::title(report.period, context.today.calendar);
    let people = counted(u64::from(report.salespeople), "salesperson", "salespeople");
    let (text, line) = match link {
        Some(link) => (
            format!("All {people} of {title} as a file. The link works for five minutes."),
            format!(
                "<{link}|Download {people} of {title} (CSV)>. The link works for five minutes, for everyone who has it."
            ),
        ),
        None => {
            let question = Query { part: Part::File, share: false, ..query.clone() }.text(report.period);
            let problem = format!(
                "There are no files here: files are switched off, or this is a scheduled post. The command is `{} {question}`.",
                context.command
            );
            (problem.clone(), problem)
        }
    };
    Message::new(&format!("Sales standings as a file: {title}"), text).section(line).small_print(context.notes())
}
