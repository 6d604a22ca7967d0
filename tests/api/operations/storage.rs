//! What the database cannot do must not hurt what it can.

use attest::platform::{
    db::{Error, run::prelude::*},
    problem::Problem,
};
use diesel::{sql_query, sql_types::BigInt};

use crate::support::{App, CRANE, World, json, text};

/// Lets the SQLite file grow by so many pages and no further, as a full disk does.
async fn leave_pages(app: &App, pages: i64) {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        page_count: i64,
    }
    app.write(move |tx| {
        let now: Count = sql_query("PRAGMA page_count").get_result(tx.conn()).expect("counted");
        sql_query(format!("PRAGMA max_page_count={}", now.page_count + pages)).execute(tx.conn()).expect("limited");
        Ok(())
    })
    .await;
}

#[actix_web::test]
async fn with_a_full_disk_writes_are_refused_reads_go_on_and_with_room_again_writes_do_too() {
    let world = World::start().await;
    if !world.app.on_sqlite() {
        return;
    }
    let made = world.record(json!({})).await;
    leave_pages(&world.app, 2).await;
    let long = "x".repeat(40);
    let mut recorded = 1;
    let refused = loop {
        let reply = world.try_recording(json!({ "run": long })).await;
        if reply.status.as_u16() != 201 {
            break reply;
        }
        recorded += 1;
    };
    assert_eq!((refused.status.as_u16(), refused.problem()), (507, "storage-full"));
    assert_eq!((world.app.count("completions"), world.app.count("completion_versions")), (recorded, recorded));
    assert_eq!(world.seen(&world.teacher, &world.school, "provider").await.len(), recorded.min(50));
    leave_pages(&world.app, 1_000).await;
    world.record(json!({ "run": long })).await;
    assert_eq!(world.app.count("completions"), recorded + 1);
    assert!(world.seen(&world.teacher, &world.school, "provider").await.contains(&text(&made["id"])));
}

#[actix_web::test]
async fn what_is_shown_of_anothers_records_is_refused_when_it_cannot_be_written_down() {
    let world = World::start().await;
    if !world.app.on_sqlite() {
        return;
    }
    world.anna_works_for_crane(json!(null)).await;
    for _ in 0..100 {
        world.record(json!({ "orderer_reference": "BK-001", "ordered_by": CRANE })).await;
    }
    leave_pages(&world.app, 0).await;
    let list = format!("/v1/organisations/{}/completions?capacity=employer&limit=500", text(&world.crane["id"]));
    let refused = world.hr.get(&list).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (507, "storage-full"));
    leave_pages(&world.app, 1_000).await;
    assert_eq!(world.hr.get(&list).await.expect(200)["items"].as_array().map(Vec::len), Some(100));
}

#[actix_web::test]
async fn a_read_that_breaks_off_leaves_no_connection_in_the_middle_of_it() {
    let app = App::start().await;
    for _ in 0..20 {
        let broken = app.db().read(|_| -> Result<(), Error> { panic!("on purpose") }).await;
        assert!(matches!(broken, Err(Error::Other(_))));
    }
    for _ in 0..20 {
        assert_eq!(app.db().read(|_| Ok::<_, Problem>(1)).await, Ok(1));
    }
    assert_eq!(app.nobody().get("/readyz").await.status.as_u16(), 200);
}
