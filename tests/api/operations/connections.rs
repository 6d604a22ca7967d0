//! What a client notices of the connection itself.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use actix_web::{App as Actix, HttpServer, middleware::from_fn, rt::task::spawn_blocking};
use attest::{app::configure, platform::http::around};

use crate::support::App;

/// Sends a request with a body and another right after its answer, on one connection; the two status lines.
fn two_on_one_connection(address: SocketAddr, path: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let body = "x".repeat(2_000);
    let first = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let second = "HEAD /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(first.as_bytes()).expect("sent");
    let mut some = [0; 8192];
    let read = stream.read(&mut some).expect("answered");
    let mut answers = String::from_utf8_lossy(&some[..read]).into_owned();
    stream.write_all(second.as_bytes()).expect("the connection is still there");
    stream.read_to_string(&mut answers).expect("answered");
    answers.match_indices("HTTP/1.1 ").map(|(at, begin)| answers[at + begin.len()..][..3].to_owned()).collect()
}

#[actix_web::test]
async fn a_body_nobody_reads_does_not_cost_the_connection() {
    let app = App::start().await;
    let answers = configure(&app.server);
    let server = HttpServer::new(move || Actix::new().wrap(from_fn(around)).configure(answers.clone()))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    for (path, status) in [("/nothing/here", "404"), ("/v1/me", "405"), ("/v1/me/claims", "401")] {
        let seen = spawn_blocking(move || two_on_one_connection(address, path)).await.expect("asked");
        assert_eq!(seen, [status, "200"], "{path}");
    }
    handle.stop(false).await;
    serving.await.expect("no panic").expect("stopped");
}
