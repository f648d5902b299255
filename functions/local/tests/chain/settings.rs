//! Settings of an organization.

use standings_local::{Options, Stack};

use crate::harness::{Harness, csv};

#[tokio::test]
async fn a_week_begins_on_monday_in_the_time_zone_of_the_organization() {
    let rows =
        csv(&["2026-11-16T03:00:00Z,Ana,EMEA,1", "2026-11-16 00:00,Bo,EMEA,2", "2026-11-15T23:59:59-05:00,Cy,EMEA,3"]);
    let new_york = Harness::start_with(&[("TIME_ZONE", "America/New_York")]).await;
    new_york.put("sales/a.csv", rows.clone()).await;
    assert_eq!(new_york.lines("2026-W46").await, ["1 Cy EMEA 3 new", "2 Ana EMEA 1 new"]);
    assert_eq!(new_york.lines("2026-W47").await, ["1 Bo EMEA 2 new"]);
    let utc = Harness::start().await;
    utc.put("sales/a.csv", rows).await;
    assert_eq!(utc.lines("2026-W47").await, ["1 Cy EMEA 3 new", "2 Bo EMEA 2 new", "3 Ana EMEA 1 new"]);
}

#[tokio::test]
async fn columns_decimal_commas_and_currencies_follow_the_settings() {
    let settings =
        [("COLUMNS", "salesperson=Vertriebler,amount=Netto (EUR)"), ("DECIMAL_COMMA", "true"), ("CURRENCY", "EUR")];
    let harness = Harness::start_with(&settings).await;
    let rows = "Date;Vertriebler;Netto (EUR);Brutto;Currency\n\
                2026-11-16;Ana;1.234,56;9;EUR\n2026-11-16;Bo;7,5;9;usd\n2026-11-17;Ana;0,44;9;eur\n";
    harness.put("sales/a.csv", rows).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana - 1235 new"]);
    let report = harness.company("2026-W47").await;
    assert_eq!((report.currency.as_str(), report.skipped_rows), ("EUR", 1));
    assert!(harness.ask("").await.contains("1.235,00 EUR"));
}

#[tokio::test]
async fn a_source_is_read_with_its_own_options() {
    let sources = r#"[{"prefix": "sales/de/", "columns": {"salesperson": "Vertriebler", "amount": "Netto"}, "decimal_mark": "comma"}]"#;
    let harness = Harness::start_with(&[("SOURCES", sources)]).await;
    harness.put("sales/de/a.csv", "Date;Vertriebler;Netto\n2026-11-16;Ana;1.234,56\n2026-11-16;Ana;7,5\n").await;
    harness.put("sales/a.csv", csv(&["2026-11-16,Bo,,2.5"])).await;
    assert_eq!(harness.lines("2026-W47").await, ["1 Ana - 1242.06 new", "2 Bo - 2.5 new"]);
    harness.put("sales/fr/a.csv", "Date;Vertriebler;Netto\n2026-11-16;Ana;1.234,56\n").await;
    assert!(harness.status().await.problems[0].rejection.is_some());
}

#[tokio::test]
async fn an_invalid_setting_is_named_with_its_value() {
    for (name, value) in [("TIME_ZONE", "Mars"), ("CURRENCY", "€"), ("COLUMNS", "amount"), ("SOURCES", "[{}]")] {
        let options = Options { settings: vec![(name.to_owned(), value.to_owned())], ..Options::default() };
        let error = Stack::start(options).await.unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(value), "{error}");
    }
}
