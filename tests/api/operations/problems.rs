//! The pages behind the `type` of every problem.

use attest::{
    platform::problem::Kind,
    words::{Fault, Lang},
};

use crate::support::{App, json};

#[actix_web::test]
async fn the_type_of_a_problem_is_the_address_of_a_page_about_it() {
    let app = App::start().await;
    let problem = app.nobody().with_header("accept-language", "en").get("/v1/organisations").await.expect(401);
    let page = app.nobody().with_header("accept-language", "en").get(problem["type"].as_str().expect("a type")).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for text in [problem["title"].as_str(), problem["detail"].as_str(), problem["type"].as_str(), Some("401")] {
        assert!(page.text.contains(text.expect("a text")), "{text:?} is missing in {page}");
    }
}

#[actix_web::test]
async fn every_kind_has_its_page_in_both_languages_and_the_list_leads_to_it() {
    let app = App::start().await;
    for lang in [Lang::Nb, Lang::En] {
        let reader = app.nobody().with_header("accept-language", lang.code());
        let list = reader.get("/problems").await;
        for kind in Kind::ALL {
            let path = format!("/problems/{}", kind.slug());
            assert!(list.text.contains(&format!("href=\"{path}\"")), "{path} is not in the list");
            let page = reader.get(&path).await;
            assert_eq!(page.header("content-language"), Some(lang.code()));
            assert_eq!(page.header("vary"), Some("Accept-Language"));
            assert!(page.text.contains(&format!("<html lang=\"{}\">", lang.code())), "{page}");
            for text in [kind.title(lang), kind.meaning(lang), kind.detail(lang)] {
                assert!(page.text.contains(text), "{path} lacks {text}");
            }
        }
    }
    app.nobody().get("/problems/of-my-own").await.expect(404);
}

#[actix_web::test]
async fn the_page_about_wrong_values_explains_every_code() {
    let app = App::start().await;
    let page = app.nobody().with_header("accept-language", "en").get("/problems/invalid").await;
    for (code, _, sentence) in Fault::ALL {
        assert!(page.text.contains(&format!("<code>{code}</code>")), "{code} is missing");
        let begins = sentence.split('{').next().unwrap_or_default();
        assert!(page.text.contains(begins), "{sentence} is missing");
    }
    assert!(page.text.contains("At most … are allowed."), "limits differ from case to case: {page}");
}

#[actix_web::test]
async fn the_pages_run_nothing_and_load_nothing() {
    let app = App::start().await;
    let page = app.nobody().get("/problems").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!page.text.contains("<script") && !page.text.contains("src="), "{page}");
    assert!(page.text.contains("width=device-width"), "a telephone shows it in its own width");
}

#[actix_web::test]
async fn a_sentence_shows_the_limit_that_was_passed() {
    let app = App::start().await;
    let wrong = json!({ "email": format!("{}@example.no", "x".repeat(300)), "password": 7 });
    let reply = app.nobody().with_header("accept-language", "en").post("/v1/sessions", wrong).await.expect(422);
    assert_eq!(reply["errors"][0]["detail"], "The value is too long. At most 254 are allowed.");
    assert_eq!(reply["errors"][1]["detail"], "The value has the wrong type. Give a value of type string.");
}
