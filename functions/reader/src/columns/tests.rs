//! Tests of columns: which is found for what, and what is rejected.

use super::*;
use crate::dialect::Dialect;
use crate::ids::{Ids, LastRows};
use crate::reading::Reading;

/// Resolves the columns with these settings (`COLUMNS`), and requires that none is missing.
fn resolve(names: &[&str], settings: &str) -> Result<Layout, String> {
    resolve_any(names, settings, true)
}

fn resolve_any(names: &[&str], settings: &str, requires: bool) -> Result<Layout, String> {
    let reading = Reading { columns: settings.parse().unwrap(), ..Reading::default() };
    let pass = Pass::new("sales/x", &reading, Dialect::default(), Ids::new(LastRows::new()));
    let layout = Layout::resolve(names, &pass).map_err(|error| error.to_string())?;
    if requires {
        layout.require(names, &pass).map_err(|error| error.to_string())?;
    }
    Ok(layout)
}

/// The places of date, salesperson, amount and team.
fn places(names: &[&str], settings: &str) -> Result<Vec<Option<usize>>, String> {
    Ok(resolve_any(names, settings, false)?.fields[..4].to_vec())
}

#[test]
fn columns_are_found_by_name_and_by_synonym() {
    assert_eq!(places(&["Sold At", "SALES_PERSON", "amount"], ""), Ok(vec![Some(0), Some(1), Some(2), None]));
    assert_eq!(places(&["Region", "Rep", "closed-at", "Revenue"], ""), Ok(vec![Some(2), Some(1), Some(3), Some(0)]));
    // The own name wins over a synonym.
    assert_eq!(places(&["total", "amount", "date", "seller"], ""), Ok(vec![Some(2), Some(3), Some(1), None]));
}

#[test]
fn settings_take_precedence_and_a_mapped_column_serves_once() {
    let names = ["Rep Name", "salesperson", "Net", "total", "date"];
    assert_eq!(places(&names, "salesperson=Rep Name, amount=Net"), Ok(vec![Some(4), Some(0), Some(2), None]));
    assert_eq!(places(&["date", "total", "rep"], "team=total"), Ok(vec![Some(0), Some(2), None, Some(1)]));
    assert_eq!(places(&["date", "total", "rep"], "amount=Missing"), Ok(vec![Some(0), Some(2), Some(1), None]));
}

#[test]
fn ambiguous_required_columns_are_rejected() {
    let error = places(&["date", "rep", "total", "revenue"], "").unwrap_err();
    assert!(error.contains("\"total\"") && error.contains("\"revenue\"") && error.contains("COLUMNS="), "{error}");
    assert!(places(&["date", "rep", "amount", "Amount"], "").is_err());
    // An ambiguous team loses no money.
    let names = ["date", "rep", "total", "Department", "Territory", "Region"];
    assert_eq!(places(&names, ""), Ok(vec![Some(0), Some(1), Some(2), Some(5)]));
    assert_eq!(places(&names, "team=department"), Ok(vec![Some(0), Some(1), Some(2), Some(3)]));
}

#[test]
fn the_readme_lists_every_synonym_in_order() {
    let readme = include_str!("../../README.md");
    for field in Field::ALL {
        let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
        let row = format!("| {} | {} |", list(field.synonyms()), list(field.further_synonyms()));
        let listed = readme.lines().any(|line| {
            let is_empty = field.synonyms().is_empty();
            line.starts_with(&format!("| `{}` |", field.name())) && (is_empty || line.ends_with(&row))
        });
        assert!(listed, "{}: {row}", field.name());
    }
}

#[test]
fn wrong_settings_are_explained() {
    assert!("salesperson".parse::<ColumnNames>().unwrap_err().contains("form"));
    assert!("boss=Name".parse::<ColumnNames>().unwrap_err().contains("there are sold_at"));
    assert!("team=".parse::<ColumnNames>().unwrap_err().contains("no name"));
}

#[test]
fn a_missing_column_is_named_together_with_the_existing_ones() {
    let error = resolve(&["when", "who", "amount"], "").unwrap_err();
    assert!(error.contains("no column for sold_at, salesperson") && error.contains("who"), "{error}");
}

#[test]
fn a_further_synonym_counts_only_without_a_better_one() {
    let found = Ok(vec![Some(0), Some(1), Some(2), None]);
    assert_eq!(places(&["Date Closed", "Sold By", "Total Sales"], ""), found);
    assert_eq!(places(&["Order Date", "Rep", "Total", "Paid At", "Grand Total"], ""), found);
    assert!(places(&["Paid At", "Purchase Date", "Rep", "Total"], "").is_err());
}

#[test]
fn a_unit_tells_whose_money_an_amount_is() {
    let found = Ok(vec![Some(0), Some(1), Some(2), None]);
    assert_eq!(places(&["date", "rep", "Amount (USD)"], ""), found);
    assert_eq!(places(&["date", "rep", "Amount ($)", "Amount"], ""), found);
    for (name, word) in [
        ("Amount (EUR)", "another currency"),
        ("Amount (\u{20ac})", "another currency"),
        ("Sales (#)", "percentage"),
        ("Sales (%)", "percentage"),
        ("Revenue ($K)", "thousands"),
    ] {
        let error = resolve(&["date", "rep", name], "").unwrap_err();
        assert!(error.contains(word), "{error}");
    }
    assert!(resolve(&["date", "rep", "Umsatz (\u{20ac})"], "amount=Umsatz (\u{20ac})").is_err(), "nor by a setting");
}

#[test]
fn the_column_of_currencies_is_that_of_the_amount() {
    let currency = |names: &[&str]| resolve(names, "").map(|layout| layout.place(Field::Currency));
    assert_eq!(currency(&["date", "rep", "Amount", "Amount Currency", "Currency"]), Ok(Some(3)));
    assert_eq!(currency(&["date", "rep", "Currency", "Amount (converted) Currency", "Amount"]), Ok(Some(2)));
    assert_eq!(currency(&["Deal - Value", "Deal - Currency", "date", "rep", "Deal - Exchange rate"]), Ok(Some(1)));
    assert_eq!(currency(&["date", "rep", "Shop currency", "Payout currency", "Total", "Tax"]), Ok(Some(3)));
    assert_eq!(currency(&["Amount", "Amount (USD)", "Currency", "date", "rep"]), Ok(None));
    let error = currency(&["Total", "date", "Shop currency", "rep", "Payout currency"]).unwrap_err();
    assert!(error.contains("could be currency") && error.contains("COLUMNS="), "{error}");
}

#[test]
fn a_salesperson_may_be_in_two_columns_but_a_customer_is_none() {
    let names = ["Date", "Rep First Name", "Rep Last Name", "First Name", "Last Name", "Amount"];
    let layout = resolve(&names, "").unwrap();
    assert_eq!((layout.place(Field::Salesperson), layout.last_name), (Some(1), Some(2)));
    let layout = resolve(&["Date", "Owner", "Owner First Name", "Owner Last Name", "Amount"], "").unwrap();
    assert_eq!((layout.place(Field::Salesperson), layout.last_name), (Some(1), None), "the whole name is better");
    for names in
        [["Date", "First Name", "Last Name", "Amount"], ["Date", "Customer First Name", "Customer Last Name", "Amount"]]
    {
        assert!(resolve(&names, "").unwrap_err().contains("there is no column for salesperson"));
    }
}
