//! Bad files: each is explained, and none touches the files beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use aws_sdk_s3::primitives::ByteStream;
use standings_core::{Decimal, Upload};

use crate::world::{HEADER, World, csv, fixture, lines};

/// The reply to `/standings status` cuts longer reasons, of a file and of a row.
const REASON: usize = 300;
const ROW_REASON: usize = 120;

/// The corpus: what lies in `fixtures/bad/`, and what is too large to lie there.
fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = made();
    for entry in std::fs::read_dir(fixture("bad")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_about_them = path.extension().is_some_and(|extension| extension == "snap" || extension == "md");
        if !name.starts_with('.') && !is_about_them {
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
    files
}

fn made() -> BTreeMap<String, Vec<u8>> {
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
    let people = |count: u64| {
        let name =
            |i: u64| format!("{:x}{:x}", i.wrapping_mul(0x9e37_79b9_7f4a_7c15), i.wrapping_mul(0xc2b2_ae3d_27d4));
        (0..count).map(|i| format!("2026-11-16,{},EMEA,1\n", name(i))).collect::<Vec<_>>().concat()
    };
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
        ("made/40000-salespeople.csv", format!("{HEADER}{}", people(40_000)).into_bytes()),
        ("made/folder/", Vec::new()),
    ];
    files.into_iter().map(|(name, content)| (name.to_owned(), content)).collect()
}

/// What came of a file, as a reviewer reads it.
fn outcome(upload: &Upload, counted: &[String]) -> String {
    let mut text = String::new();
    if let Some(rejection) = &upload.rejection {
        writeln!(text, "  rejected: {}", rejection.0).unwrap();
        assert!(rejection.0.as_str().chars().count() <= REASON, "too long to be shown: {}", rejection.0);
        assert!(counted.is_empty(), "{}: {counted:?}", upload.key);
        return text;
    }
    writeln!(text, "  {} rows count, {} are skipped", upload.rows, upload.skipped_rows).unwrap();
    for line in counted {
        writeln!(text, "  {line}").unwrap();
    }
    for row in &upload.examples {
        writeln!(text, "  line {}: {}", row.line, row.reason).unwrap();
        assert!(row.reason.as_str().chars().count() <= ROW_REASON, "too long to be shown: {}", row.reason);
    }
    text
}

async fn upload(world: &World, key: &str, content: Vec<u8>) {
    let body = ByteStream::from(content);
    world.stack.s3.put_object().bucket(world.stack.bucket()).key(key).body(body).send().await.unwrap();
}

/// Good files stand in week 46; what counts of a bad one stands in week 47.
#[tokio::test]
async fn every_bad_file_is_explained_and_leaves_the_good_ones_alone() {
    let world = World::start().await;
    world.put("sales/good.csv", csv(&["2026-11-09,Ana,EMEA,10.5", "2026-11-10,Bo,APAC,3"])).await;
    world.put("sales/good.parquet", std::fs::read(fixture("sales/2026/46/emea.parquet")).unwrap()).await;
    let good = world.company("2026-W46").await;
    assert_eq!((good.files, good.rows), (2, 11));

    let mut table = String::new();
    let mut total = Decimal::ZERO;
    let mut rows = 0;
    let files = files();
    assert!(files.len() >= 80, "{}", files.len());
    for (name, content) in &files {
        let key = format!("sales/{name}");
        world.put(&key, content.clone()).await;
        let status = world.status().await;
        writeln!(table, "{name}").unwrap();
        match status.uploads.iter().find(|upload| upload.key == key) {
            None => table += "  no sales file\n",
            Some(upload) => {
                table += &outcome(upload, &world.lines("2026-W47").await);
                let said = world.ask("status").await;
                let problem = upload.rejection.as_ref().map_or("skipped", |_| "was rejected");
                assert!(said.contains(name.as_str()) && said.contains(problem) == upload.has_problem(), "{said}");
                if let Some(report) = world.report(&standings_core::Board::Company, "2026-W47").await {
                    total += report.total;
                    rows += report.rows;
                }
            }
        }
        table += "\n";
        let beside = world.company("2026-W46").await;
        assert_eq!((lines(&beside), beside.files, beside.rows), (lines(&good), 2, 11), "{name}");
        world.delete(&key).await;
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../fixtures/bad");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("outcomes", table));

    // All at once: what counted alone counts together.
    for (name, content) in files {
        upload(&world, &format!("sales/{name}"), content).await;
    }
    world.stack.queue.quiet().await;
    assert!(world.stack.queue.dead_letters().is_empty());
    let beside = world.company("2026-W46").await;
    assert_eq!((lines(&beside), beside.files, beside.rows), (lines(&good), 2, 11));
    let together = world.company("2026-W47").await;
    assert_eq!((together.total, together.rows), (total, rows));
}
