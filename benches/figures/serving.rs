//! Servers on loopback, each on threads of its own: the product, and the floors it is held against.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread::JoinHandle,
};

use actix_web::{
    App as Actix, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    rt,
    web::ServiceConfig,
};
use attest::{
    app::{App, configure},
    platform::{http::around, jobs},
};
use tokio::sync::watch;

/// A server that answers until it is dropped.
pub struct Serving {
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// The product, with its workers.
pub fn product(app: &App) -> io::Result<Serving> {
    let (answers, db, workers) = (configure(app), app.house.db.clone(), app.workers.clone());
    started(move |listener, told| async move {
        let (stop, stopped) = watch::channel(false);
        let at_work = rt::spawn(jobs::work(db, workers, stopped));
        let server = HttpServer::new(move || Actix::new().wrap(from_fn(around)).configure(answers.clone()));
        run(server.disable_signals().shutdown_timeout(1).listen(listener)?.run(), &told).await?;
        let _ = stop.send(true);
        let _ = at_work.await;
        Ok(())
    })
}

/// A bare server: no middleware, no table of routes, nothing but what `configure` adds.
pub fn bare(configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> io::Result<Serving> {
    started(move |listener, told| async move {
        let server = HttpServer::new(move || Actix::new().configure(configure.clone()));
        run(server.disable_signals().shutdown_timeout(1).listen(listener)?.run(), &told).await
    })
}

type Told = mpsc::Sender<ServerHandle>;

fn started<F: Future<Output = io::Result<()>>>(
    serve: impl FnOnce(TcpListener, Told) -> F + Send + 'static,
) -> io::Result<Serving> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (told, hears) = mpsc::channel();
    let thread = std::thread::spawn(move || rt::System::new().block_on(serve(listener, told)));
    let handle = hears.recv().map_err(|_| io::Error::other("the server did not start"))?;
    Ok(Serving { address, handle, thread: Some(thread) })
}

async fn run(server: Server, told: &Told) -> io::Result<()> {
    let _ = told.send(server.handle());
    server.await
}

impl Drop for Serving {
    fn drop(&mut self) {
        // The order is given here and now; the future it returns only says when it was followed.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
