//! Files nobody names are swept, and no other.

use std::collections::BTreeSet;

use attest::{
    documents::{Stored, put, store::keep, sweep, sweep_part},
    words::DocumentId,
};
use chrono::TimeDelta;

use crate::support::App;
#[cfg(feature = "s3")]
use crate::support::Bucket;

async fn written(app: &App) -> Stored {
    put(&app.server.house, "text/plain", b"something".to_vec()).await.expect("written")
}

async fn kept(app: &App) -> DocumentId {
    let stored = written(app).await;
    let id = stored.id();
    app.write(move |tx| Ok(keep(tx, &stored)?)).await;
    id
}

async fn there(app: &App) -> BTreeSet<DocumentId> {
    let mut there = BTreeSet::new();
    for part in 0..=255 {
        there.extend(app.server.house.files.list(part).await.expect("listed"));
    }
    there
}

/// Lets hour after hour go by, with a sweep in each, until every part had its turn; how many files went.
async fn every_hour_for_eleven_days(app: &App) -> usize {
    let mut swept = 0;
    for _ in 0..256 {
        app.later(TimeDelta::hours(1));
        swept += sweep(&app.server.house).await.expect("swept");
    }
    swept
}

async fn what_is_named_or_young_stays(app: App) {
    let mut named = BTreeSet::from([kept(&app).await]);
    for _ in 0..5 {
        written(&app).await;
    }
    app.later(TimeDelta::hours(30));
    let young = written(&app).await;
    named.insert(kept(&app).await);
    let mut swept = 0;
    for part in 0..=255 {
        swept += sweep_part(&app.server.house, part).await.expect("swept");
    }
    assert_eq!(swept, 5);
    let mut left = named.clone();
    left.insert(young.id());
    assert_eq!(there(&app).await, left, "a transaction may be about to name the young one");

    let late = young.id();
    app.write(move |tx| Ok(keep(tx, &young)?)).await;
    named.insert(late);
    assert_eq!(every_hour_for_eleven_days(&app).await, 0);
    assert_eq!(there(&app).await, named);
}

#[actix_web::test]
async fn a_file_that_no_row_names_goes_when_it_is_a_day_old_and_what_is_named_or_young_stays() {
    what_is_named_or_young_stays(App::start().await).await;
}

#[cfg(feature = "s3")]
#[actix_web::test]
async fn in_a_bucket_too() {
    let bucket = Bucket::start();
    let place = bucket.place();
    what_is_named_or_young_stays(App::start_with(|config| config.documents = place).await).await;
}

#[actix_web::test]
async fn an_hour_sweeps_one_part_and_eleven_days_sweep_them_all() {
    let app = App::start().await;
    kept(&app).await;
    for _ in 0..300 {
        written(&app).await;
    }
    app.later(TimeDelta::hours(30));
    let last = kept(&app).await;
    let before = there(&app).await.len();
    assert_eq!(every_hour_for_eleven_days(&app).await, 300);
    assert_eq!((before, there(&app).await.len()), (302, 2));
    assert!(there(&app).await.contains(&last));
}

#[actix_web::test]
async fn a_database_sweeps_nothing_from_before_its_first_document_or_after_its_last() {
    let app = App::start().await;
    let before = written(&app).await.id();
    app.later(TimeDelta::days(3));
    let named = [kept(&app).await, kept(&app).await];
    let after = written(&app).await.id();
    app.later(TimeDelta::days(3));
    assert_eq!(every_hour_for_eleven_days(&app).await, 0, "as after a restore, or at another's files");
    assert_eq!(there(&app).await, BTreeSet::from([before, named[0], named[1], after]));
}
