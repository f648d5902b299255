//! Bad files: each outcome is explained, and other files are not affected.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use aws_sdk_s3::primitives::ByteStream;
use standings_core::{Decimal, Upload};

use crate::harness::{HEADER, Harness, csv, fixture, lines};

/// Maximum characters of a reason that the reply to `/standings status` shows in full: of a file, and of a row.
const MAX_REASON: usize = 300;
const MAX_ROW_REASON: usize = 120;

/// Returns the corpus: the files in `fixtures/bad/`, and generated ones that are too large to be stored there.
fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = generated();
    for entry in std::fs::read_dir(fixture("bad")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_documentation = path.extension().is_some_and(|extension| extension == "snap" || extension == "md");
        if !name.starts_with('.') && !is_documentation {
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
    files
}

fn generated() -> BTreeMap<String, Vec<u8>> {
    let gzip = |content: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    };
    let sale = "2026-11-16,Ana,EMEA,1\n";
    let x = |megabytes: usize| "x".repeat(megabytes * 1024 * 1024);
    let weeks = |from: i16, weeks: i32| {
        let first = jiff::civil::date(from, 1, 6);
        let day = |week: i32| first.checked_add(jiff::Span::new().weeks(week)).unwrap();
        let rows = (0..weeks).map(|week| format!("{},Ana,EMEA,1\n", day(week)));
        format!("{HEADER}{}", rows.collect::<String>())
    };
    let columns = |count: usize| (0..count).map(|i| format!(",c{i}")).collect::<Vec<_>>().concat();
    let files = [
        ("made/one-endless-line.csv.gz", gzip(x(2).as_bytes())),
        (
            "made/one-endless-row.csv.zst",
            zstd::encode_all(format!("{HEADER}{sale}{sale}{}", x(20)).as_bytes(), 1).unwrap(),
        ),
        ("made/one-endless-name.csv", format!("{HEADER}{sale}{sale}2026-11-16,\"{}", x(18)).into_bytes()),
        ("made/some-thousand-columns.csv", format!("{}{}\n{sale}", HEADER.trim_end(), columns(9_000)).into_bytes()),
        ("made/bomb-of-columns.csv", format!("{}{}\n{sale}", HEADER.trim_end(), columns(100_000)).into_bytes()),
        ("made/100000-weeks.csv", weeks(1000, 100_000).into_bytes()),
        ("made/2000-weeks.csv", weeks(2000, 2_000).into_bytes()),
        ("made/folder/", Vec::new()),
    ];
    files.into_iter().map(|(name, content)| (name.to_owned(), content)).collect()
}

/// Describes the outcome of a file, for the snapshot.
fn outcome(upload: &Upload, counted: &[String]) -> String {
    let mut text = String::new();
    if let Some(rejection) = &upload.rejection {
        writeln!(text, "  rejected: {}", rejection.0).unwrap();
        assert!(rejection.0.as_str().chars().count() <= MAX_REASON, "too long to be shown: {}", rejection.0);
        assert!(counted.is_empty(), "{}: {counted:?}", upload.key);
        return text;
    }
    writeln!(text, "  {} rows count, {} are skipped", upload.rows, upload.skipped_rows).unwrap();
    for line in counted {
        writeln!(text, "  {line}").unwrap();
    }
    for row in &upload.examples {
        writeln!(text, "  line {}: {}", row.line, row.reason).unwrap();
        assert!(row.reason.as_str().chars().count() <= MAX_ROW_REASON, "too long to be shown: {}", row.reason);
    }
    text
}

async fn upload(harness: &Harness, key: &str, content: Vec<u8>) {
    let body = ByteStream::from(content);
    harness.stack.s3.put_object().bucket(harness.stack.bucket()).key(key).body(body).send().await.unwrap();
}

/// Good files have sales in week 46, bad files in week 47.
#[tokio::test]
async fn every_bad_file_is_explained_and_does_not_affect_others() {
    let harness = Harness::start().await;
    harness.put("sales/good.csv", csv(&["2026-11-09,Ana,EMEA,10.5", "2026-11-10,Bo,APAC,3"])).await;
    harness.put("sales/good.parquet", std::fs::read(fixture("sales/2026/46/emea.parquet")).unwrap()).await;
    let good = harness.company("2026-W46").await;
    assert_eq!((good.files, good.rows), (2, 11));

    let mut table = String::new();
    let mut total = Decimal::ZERO;
    let mut rows = 0;
    let files = files();
    assert!(files.len() >= 80, "{}", files.len());
    for (name, content) in &files {
        let key = format!("sales/{name}");
        harness.put(&key, content.clone()).await;
        let status = harness.status().await;
        writeln!(table, "{name}").unwrap();
        match status.uploads.iter().find(|upload| upload.key == key) {
            None => table += "  no sales file\n",
            Some(upload) => {
                table += &outcome(upload, &harness.lines("2026-W47").await);
                let reply = harness.ask("status").await;
                assert!(reply.contains(name.as_str()), "{reply}");
                assert_eq!(reply.contains("was rejected"), upload.rejection.is_some(), "{reply}");
                assert_eq!(reply.contains("*Problems*"), upload.has_problem(), "{reply}");
                if let Some(report) = harness.report(&standings_core::Board::Company, "2026-W47").await {
                    total += report.total;
                    rows += report.rows;
                }
            }
        }
        table += "\n";
        let now = harness.company("2026-W46").await;
        assert_eq!((lines(&now), now.files, now.rows), (lines(&good), 2, 11), "{name}");
        harness.delete(&key).await;
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../fixtures/bad");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("outcomes", table));

    // All files together have the total of each file alone.
    for (name, content) in files {
        upload(&harness, &format!("sales/{name}"), content).await;
    }
    harness.stack.queue.quiet().await;
    assert!(harness.stack.queue.dead_letters().is_empty());
    let now = harness.company("2026-W46").await;
    assert_eq!((lines(&now), now.files, now.rows), (lines(&good), 2, 11));
    let together = harness.company("2026-W47").await;
    assert_eq!((together.total, together.rows), (total, rows));
}
