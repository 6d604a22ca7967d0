//! Mail leaves over a real connection, to a server that does not always take it.

use std::time::Duration;

use actix_web::rt;
use attest::{
    platform::{
        db::{Error, run::prelude::*, schema::outbox},
        jobs,
        mail::Mail,
    },
    words::Instant,
};
use chrono::TimeDelta;
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::support::{App, Letter, Post, json};

async fn write_letters(app: &App, to: impl IntoIterator<Item = String>) {
    let letters: Vec<String> = to.into_iter().collect();
    app.write(move |tx| {
        for to in letters {
            jobs::enqueue(tx, &Mail { to, subject: "Hei".into(), text: "Hei.\n".into(), lang: "nb".into() })?;
        }
        Ok(())
    })
    .await;
}

fn addresses(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|n| format!("person{n}@example.no"))
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
struct Waiting {
    attempts: i64,
    due_at: Instant,
    last_error: Option<String>,
}

fn waiting(app: &App) -> Vec<Waiting> {
    let rows = app.db().read_here(|tx| {
        let columns = (outbox::attempts, outbox::due_at, outbox::last_error);
        Ok::<_, Error>(outbox::table.select(columns).load::<Waiting>(tx.conn())?)
    });
    let mut rows = rows.expect("read");
    rows.sort();
    rows
}

/// As if nobody had tried: no attempt, no fault, and due.
#[track_caller]
fn assert_unharmed(app: &App, count: usize) {
    let now = app.clock.now();
    let rows = waiting(app);
    assert_eq!(rows.len(), count);
    assert!(rows.iter().all(|row| row.attempts == 0 && row.due_at <= now && row.last_error.is_none()), "{rows:?}");
}

#[track_caller]
fn assert_each_once(letters: &[Letter], count: usize) {
    let mut ids: Vec<_> = letters.iter().map(|letter| &letter.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((letters.len(), ids.len()), (count, count), "{letters:?}");
    assert!(ids.iter().all(|id| id.ends_with("@example.no>")), "{ids:?}");
}

async fn is_stopped(app: &App) -> bool {
    let text = app.nobody().get("/metrics").await.text;
    let line = text.lines().find(|line| line.starts_with("attest_mail_stopped ")).expect("the gauge is there");
    line.ends_with(" 1")
}

/// The workers, as the server runs them.
fn work(app: &App) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    (stop, rt::spawn(jobs::work(app.db().clone(), app.server.workers.clone(), stopped)))
}

async fn until_left(app: &App, count: usize) {
    for _ in 0..1_000 {
        if waiting(app).len() == count {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("not {count} are left: {:?}", waiting(app));
}

#[actix_web::test]
async fn a_refused_sign_in_stops_all_mail_and_harms_none_and_with_the_right_password_it_all_leaves() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.password("another");
    write_letters(&app, addresses(20)).await;
    app.run_jobs().await;
    assert_eq!((post.sign_ins(), is_stopped(&app).await), (1, true));
    assert_unharmed(&app, 20);
    for (minutes, sign_ins) in [(0, 1), (1, 2), (1, 2), (1, 3), (3, 3), (1, 4)] {
        app.later(TimeDelta::minutes(minutes));
        app.run_jobs().await;
        assert_eq!(post.sign_ins(), sign_ins, "one probe, later and later");
        assert_unharmed(&app, 20);
    }
    post.password("right");
    app.run_jobs().await;
    assert_eq!((post.letters().len(), is_stopped(&app).await), (0, true));
    app.later(TimeDelta::minutes(8));
    app.run_jobs().await;
    assert_each_once(&post.letters(), 20);
    assert!(!is_stopped(&app).await);
}

#[actix_web::test]
async fn a_server_that_lets_nobody_in_says_nothing_about_the_mail() {
    for greeting in ["554 no mail is taken here", "421 later", "hello", ""] {
        let post = Post::open().await;
        let app = App::sending_to(&post).await;
        post.greeting(greeting);
        write_letters(&app, addresses(12)).await;
        app.run_jobs().await;
        assert!(is_stopped(&app).await, "{greeting:?}");
        assert_unharmed(&app, 12);
        post.welcoming();
        app.later(TimeDelta::minutes(1));
        app.run_jobs().await;
        assert_each_once(&post.letters(), 12);
        assert!(!is_stopped(&app).await);
    }
}

#[actix_web::test]
async fn connections_from_before_the_password_changed_are_not_taken_for_a_sign_in() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(1)).await;
    post.until_open(1).await;
    post.password("another");
    write_letters(&app, addresses(3)).await;
    while !is_stopped(&app).await {
        sleep(Duration::from_millis(5)).await;
    }
    post.let_go();
    until_left(&app, 3).await;
    assert!(is_stopped(&app).await);
    stop.send_replace(true);
    working.await.expect("no panic");
    assert_unharmed(&app, 3);
    post.password("right");
    app.later(TimeDelta::minutes(1));
    app.run_jobs().await;
    assert_each_once(&post.letters(), 4);
}

#[actix_web::test]
async fn a_recipient_who_is_refused_for_good_is_stuck_alone_and_the_others_leave() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.answer("perm", "550 5.1.1 perm@example.no is nobody");
    post.answer("temp", "451 4.7.1 temp@example.no later");
    post.answer("drop", "");
    let odd = ["perm@example.no", "temp@example.no", "drop@example.no", "no address"].map(str::to_owned);
    write_letters(&app, odd.into_iter().chain(addresses(20))).await;
    app.run_jobs().await;
    assert_each_once(&post.letters(), 20);
    assert!(!is_stopped(&app).await);
    let now = app.clock.now();
    let (soon, tomorrow) = (now.plus(TimeDelta::seconds(2)), now.plus(TimeDelta::days(1)));
    let left = waiting(&app);
    let seen: Vec<_> =
        left.iter().map(|row| (row.attempts, row.due_at, row.last_error.as_deref().unwrap_or(""))).collect();
    assert_eq!(
        seen,
        [
            (1, soon, "mail: 451"),
            (1, soon, "mail: the connection was lost"),
            (1, tomorrow, "not an address"),
            (1, tomorrow, "the server refused the message: 550"),
        ]
    );
    post.take_all();
    app.later(TimeDelta::days(1));
    app.run_jobs().await;
    assert_each_once(&post.letters(), 23);
    app.write(|tx| Ok(diesel::delete(outbox::table).execute(tx.conn()).map(drop).map_err(Error::from)?)).await;
}

#[actix_web::test]
async fn what_is_sent_again_carries_the_same_message_id() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.answer("temp", "451 later");
    write_letters(&app, ["temp@example.no".to_owned()]).await;
    app.run_jobs().await;
    let id = app.dump("outbox").split('|').next().expect("a row").replace("outbox: ", "").to_lowercase();
    post.take_all();
    app.later(TimeDelta::seconds(2));
    app.run_jobs().await;
    let letters = post.letters();
    assert_each_once(&letters, 1);
    if app.on_sqlite() {
        assert_eq!(letters[0].id.replace(['<', '-'], ""), format!("{id}@example.no>"));
    }
}

#[actix_web::test]
async fn eight_letters_leave_at_once_and_no_more() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(30)).await;
    post.until_open(8).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(post.most_open(), 8);
    post.let_go();
    until_left(&app, 0).await;
    stop.send_replace(true);
    working.await.expect("no panic");
    assert_each_once(&post.letters(), 30);
    assert_eq!(post.sign_ins(), 8, "a connection carries one letter after the other");
}

#[actix_web::test]
async fn a_server_that_allows_few_connections_gets_the_mail_over_these() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.seats(3);
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(30)).await;
    post.until_open(3).await;
    sleep(Duration::from_millis(100)).await;
    assert!(!is_stopped(&app).await);
    post.let_go();
    until_left(&app, 0).await;
    stop.send_replace(true);
    working.await.expect("no panic");
    assert_each_once(&post.letters(), 30);
    assert_eq!((post.most_open(), is_stopped(&app).await), (3, false));
}

#[actix_web::test]
async fn a_mail_server_that_hangs_holds_up_no_other_work() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(40)).await;
    post.until_open(8).await;
    let body = json!({ "name": "Kran AS", "number": "310000019", "capacities": ["employer"] });
    app.operator().await.post("/v1/organisations", body).await.expect(201);
    until_left(&app, 40).await;
    assert_eq!(post.letters().len(), 0);
    post.let_go();
    until_left(&app, 0).await;
    stop.send_replace(true);
    working.await.expect("no panic");
    assert_each_once(&post.letters(), 40);
}

#[actix_web::test]
async fn told_to_stop_it_finishes_what_is_under_way_and_begins_nothing_more() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(20)).await;
    post.until_open(8).await;
    stop.send_replace(true);
    sleep(Duration::from_millis(50)).await;
    assert!(!working.is_finished());
    post.let_go();
    working.await.expect("no panic");
    assert_each_once(&post.letters(), 8);
    assert_unharmed(&app, 12);
    app.run_jobs().await;
    assert_each_once(&post.letters(), 20);
}

#[actix_web::test]
async fn two_instances_share_the_mail_and_no_letter_leaves_twice() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    let (stop, working) = work(&app);
    let (another_stop, another) = work(&app);
    write_letters(&app, addresses(60)).await;
    until_left(&app, 0).await;
    for stop in [stop, another_stop] {
        stop.send_replace(true);
    }
    working.await.expect("no panic");
    another.await.expect("no panic");
    assert_each_once(&post.letters(), 60);
}

#[actix_web::test]
async fn a_job_whose_lease_ran_out_on_us_while_it_is_under_way_is_not_begun_again() {
    let post = Post::open().await;
    let app = App::sending_to(&post).await;
    post.hold();
    let (stop, working) = work(&app);
    write_letters(&app, addresses(2)).await;
    post.until_open(2).await;
    app.later(TimeDelta::minutes(10));
    write_letters(&app, addresses(1)).await;
    post.until_open(3).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(post.most_open(), 3);
    post.let_go();
    until_left(&app, 0).await;
    stop.send_replace(true);
    working.await.expect("no panic");
    assert_each_once(&post.letters(), 3);
}
