//! Completions one keeps.

use crate::support::{World, json, text};

#[actix_web::test]
async fn a_person_keeps_a_completion_and_lets_it_go() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    let path = format!("/v1/me/completions/{}/portfolio", text(&made["id"]));
    let put = || anna.call(actix_web::http::Method::PUT, &path, None);
    put().await.expect(204);
    put().await.expect(204);
    let kept = world.held_by(&anna, &made).await;
    assert_eq!((kept.len(), kept.iter().filter(|line| line.ends_with(": portfolio")).count()), (2, 1));
    anna.delete(&path).await.expect(204);
    anna.delete(&path).await.expect(204);
    assert_eq!(world.held_by(&anna, &made).await, ["Fjordkurs AS: delivered"]);
}

#[actix_web::test]
async fn nobody_keeps_what_is_anothers() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let odd = world.app.person("Odd Berg", "odd@example.no", "1980-01-01").await;
    let one = format!("/v1/me/completions/{}", text(&made["id"]));
    odd.get(&one).await.expect(404);
    odd.call(actix_web::http::Method::PUT, &format!("{one}/portfolio"), None).await.expect(404);
    odd.delete(&format!("{one}/portfolio")).await.expect(404);
    assert_eq!(odd.get("/v1/me/completions").await.ok()["items"], json!([]));
    world.app.nobody().get("/v1/me/completions").await.expect(401);
    assert_eq!(world.app.count("portfolio"), 0);
}
