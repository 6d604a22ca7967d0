//! The retention schedule, which anyone can read.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{App, World, json, text};

async fn schedule(app: &App) -> Value {
    app.nobody().get("/v1/retention-schedule").await.ok()
}

fn rules(schedule: &Value) -> &Vec<Value> {
    schedule["rules"].as_array().expect("rules")
}

fn rule<'a>(schedule: &'a Value, id: &str) -> &'a Value {
    rules(schedule).iter().find(|rule| rule["id"] == id).expect("a rule of this id")
}

#[actix_web::test]
async fn anyone_reads_the_whole_schedule_and_may_keep_it_for_a_while() {
    let app = App::start().await;
    let reply = app.nobody().get("/v1/retention-schedule").await;
    let kept = (reply.header("cache-control"), reply.header("etag"), reply.header("content-type"));
    assert_eq!(kept, (Some("public, max-age=300"), Some("\"2026-11-23\""), Some("application/json")));
    let schedule = reply.ok();
    assert_eq!((&schedule["version"], rules(&schedule).len()), (&json!("2026-11-23"), 48));
}

#[actix_web::test]
async fn a_rule_says_what_why_on_which_ground_under_which_provision_and_until_when() {
    let app = App::start().await;
    let schedule = schedule(&app).await;
    let mut employers_copy = rule(&schedule, "RS10").clone();
    employers_copy["provisions"] = employers_copy["provisions"][0].take();
    employers_copy["why"].take();
    assert_snapshot!(serde_json::to_string_pretty(&employers_copy).expect("JSON"), @r#"
    {
      "basis": [
        "6(1)(c)",
        "6(1)(f)"
      ],
      "id": "RS10",
      "name": {
        "en": "The employer's documentation of statutory training",
        "nb": "Arbeidsgivers dokumentasjon av lovpålagt opplæring"
      },
      "obliged": [
        "employer"
      ],
      "provisions": {
        "bearing": "orders",
        "citation": "forskrift om utførelse av arbeid § 10-2",
        "national": true,
        "valid_from": "2013-01-01",
        "valid_to": null
      },
      "purpose": {
        "en": "Be able to show the training to safety representatives and authorities",
        "nb": "Kunne vise opplæringen til verneombud og tilsyn"
      },
      "stored": true,
      "terms": {
        "at_end": "erase",
        "early_release": [
          "employer"
        ],
        "may_keep": {
          "length": {
            "kind": "until",
            "moment": {
              "anchor": "relation_end",
              "days": 0,
              "months": 36,
              "scheme_window": false,
              "working_days": 0,
              "year_end": true
            },
            "otherwise": null
          },
          "source": "policy"
        },
        "most": {
          "length": {
            "kind": "until",
            "moment": {
              "anchor": "relation_end",
              "days": 0,
              "months": 156,
              "scheme_window": false,
              "working_days": 0,
              "year_end": true
            },
            "otherwise": null
          },
          "source": "policy"
        },
        "must_keep": {
          "length": {
            "kind": "until",
            "moment": {
              "anchor": "relation_end",
              "days": 0,
              "months": 0,
              "scheme_window": false,
              "working_days": 0,
              "year_end": false
            },
            "otherwise": null
          },
          "source": "law"
        },
        "on_request": "keep",
        "review": null
      },
      "variants": [],
      "why": null
    }
    "#);
}

#[actix_web::test]
async fn where_something_else_holds_under_a_circumstance_the_rule_says_so() {
    let app = App::start().await;
    let schedule = schedule(&app).await;
    let scheme = rule(&schedule, "RS15");
    assert_eq!(scheme["terms"]["on_request"], "reduce");
    assert_eq!(scheme["terms"]["may_keep"]["length"]["moment"]["scheme_window"], true);
    let variants: Vec<_> = scheme["variants"].as_array().expect("variants").iter().map(|one| &one["when"]).collect();
    assert_eq!(variants, ["dissolved", "valid"]);
    assert_eq!(scheme["variants"][1]["terms"]["on_request"], "erase_after_warning");
}

#[actix_web::test]
async fn what_must_be_kept_names_a_provision_that_orders_it_and_whom_it_binds() {
    let app = App::start().await;
    let schedule = schedule(&app).await;
    let kept = rules(&schedule).iter().filter(|rule| !rule["terms"]["must_keep"].is_null());
    let mut ids = Vec::new();
    for rule in kept {
        let orders = |provision: &Value| provision["bearing"] == "orders" && provision["national"] == true;
        assert!(rule["provisions"].as_array().expect("a list").iter().any(orders), "{rule}");
        assert!(!rule["obliged"].as_array().expect("a list").is_empty(), "{rule}");
        ids.push(text(&rule["id"]));
    }
    assert_eq!(ids, ["RS09", "RS10", "RS21", "RS24", "RS31", "RS33"]);
}

#[actix_web::test]
async fn what_is_not_stored_yet_is_marked() {
    let app = App::start().await;
    let schedule = schedule(&app).await;
    let stored = |stored: bool| {
        let those = rules(&schedule).iter().filter(move |rule| rule["stored"] == stored);
        those.map(|rule| text(&rule["id"])).collect::<Vec<_>>().join(" ")
    };
    assert_snapshot!(stored(true), @"RS01 RS02 RS04 RS06 RS08 RS09 RS10 RS11 RS12 RS13 RS14 RS15 RS16 RS19 RS21 RS26 RS27 RS36 RS42 RS43 RS45 RS48");
    assert_snapshot!(stored(false), @"RS03 RS05 RS07 RS17 RS18 RS20 RS22 RS23 RS24 RS25 RS28 RS29 RS30 RS31 RS32 RS33 RS34 RS35 RS37 RS38 RS39 RS40 RS41 RS44 RS46 RS47");
}

#[actix_web::test]
async fn every_custody_a_person_reads_leads_to_its_rule() {
    let world = World::start().await;
    let made = world.record(json!({})).await;
    let anna = world.anna_who_claimed().await;
    let one = anna.get(&format!("/v1/me/completions/{}", text(&made["id"]))).await.ok();
    let schedule = schedule(&world.app).await;
    let held = one["custodies"].as_array().expect("custodies");
    assert!(!held.is_empty());
    for custody in held {
        let rule = rule(&schedule, &text(&custody["category"]));
        assert_eq!((&custody["purpose"], &custody["schedule_version"]), (&rule["purpose"], &schedule["version"]));
    }
}
