//! Storage that speaks as much S3 as documents need, on loopback and in memory, and that can be taken away.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{Method, header},
    web::{self, Bytes, Data},
};
use attest::platform::files::{Place, S3};

const KEY: &str = "attest-tests";

#[derive(Default)]
struct Storage {
    files: Mutex<BTreeMap<String, Bytes>>,
    away: AtomicBool,
    asked: AtomicUsize,
}

/// A bucket of one test, at a prefix.
pub struct Bucket {
    storage: Arc<Storage>,
    address: std::net::SocketAddr,
    server: ServerHandle,
}

impl Bucket {
    pub fn start() -> Self {
        let storage = Arc::<Storage>::default();
        let data = Data::from(storage.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .app_data(web::PayloadConfig::new(64 << 20))
                .default_service(web::to(answer))
        });
        let bound = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
        let address = bound.addrs()[0];
        let running = bound.run();
        let server = running.handle();
        actix_web::rt::spawn(running);
        Self { storage, address, server }
    }

    pub fn place(&self) -> Place {
        let url = format!("s3://documents/of/attest?endpoint=http://{}&allow_http=true", self.address);
        Place::S3(S3::parse(&url).expect("valid").with_key(KEY.into(), "secret".into()))
    }

    /// What lies in it, by its name.
    pub fn files(&self) -> BTreeMap<String, Bytes> {
        self.storage.files.lock().expect("nobody panicked").clone()
    }

    /// How often something was asked of it.
    pub fn asked(&self) -> usize {
        self.storage.asked.load(Ordering::SeqCst)
    }

    /// From now on it answers that it cannot, or no more.
    pub fn is_away(&self, away: bool) {
        self.storage.away.store(away, Ordering::SeqCst);
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // The order is given here and now; the future it returns only says when it was followed.
        drop(self.server.stop(false));
    }
}

async fn answer(request: HttpRequest, body: Bytes, storage: Data<Storage>) -> HttpResponse {
    storage.asked.fetch_add(1, Ordering::SeqCst);
    let signed = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !signed.is_some_and(|value| value.starts_with(&format!("AWS4-HMAC-SHA256 Credential={KEY}/"))) {
        return HttpResponse::Forbidden().finish();
    }
    if storage.away.load(Ordering::SeqCst) {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let Some(name) = request.path().strip_prefix("/documents") else { return HttpResponse::NotFound().finish() };
    let (name, mut files) = (name.trim_start_matches('/').to_owned(), storage.files.lock().expect("nobody panicked"));
    match *request.method() {
        Method::PUT => {
            files.insert(name, body);
            HttpResponse::Ok().insert_header((header::ETAG, "\"1\"")).finish()
        }
        Method::DELETE => {
            files.remove(&name);
            HttpResponse::NoContent().finish()
        }
        Method::GET if name.is_empty() => listed(&files, request.query_string()),
        Method::GET => match files.get(&name) {
            Some(bytes) => HttpResponse::Ok()
                .insert_header((header::ETAG, "\"1\""))
                .insert_header((header::LAST_MODIFIED, "Mon, 02 Mar 2026 09:00:00 GMT"))
                .body(bytes.clone()),
            None => HttpResponse::NotFound().finish(),
        },
        _ => HttpResponse::MethodNotAllowed().finish(),
    }
}

/// At most two on a page, so that every list of a test has several.
const PAGE: usize = 2;

fn listed(files: &BTreeMap<String, Bytes>, query: &str) -> HttpResponse {
    let query = web::Query::<BTreeMap<String, String>>::from_query(query).expect("readable").into_inner();
    let prefix = query.get("prefix").cloned().unwrap_or_default();
    let after = query.get("continuation-token").cloned().unwrap_or_default();
    let names: Vec<_> = files.keys().filter(|name| name.starts_with(&prefix) && **name > after).collect();
    let contents = names.iter().take(PAGE).map(|name| {
        format!(
            "<Contents><Key>{name}</Key><LastModified>2026-03-02T09:00:00.000Z</LastModified>\
             <Size>1</Size><ETag>1</ETag></Contents>"
        )
    });
    let next = names.get(PAGE).map(|_| format!("<NextContinuationToken>{}</NextContinuationToken>", names[PAGE - 1]));
    let body = format!(
        "<ListBucketResult><IsTruncated>{}</IsTruncated>{}{}</ListBucketResult>",
        next.is_some(),
        next.clone().unwrap_or_default(),
        contents.collect::<String>()
    );
    HttpResponse::Ok().content_type("application/xml").body(body)
}
