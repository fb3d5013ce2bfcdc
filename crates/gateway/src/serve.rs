//! Running the service until it is told to stop.

use std::{io, net::SocketAddr, sync::atomic::Ordering, time::Duration};

use axum::{Router, extract::State, routing::get};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    app::App,
    config::Config,
    health::{self, Figures, Health},
    telemetry,
};

/// Serves on the listeners, works and keeps house, until `stop` resolves; then denies readiness, goes on until whoever is
/// in front has noticed, takes no new connections, and lets what runs come to its end within the configured time.
pub async fn serve(
    app: App,
    config: &Config,
    listeners: Vec<TcpListener>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let stopping = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for listener in listeners {
        let service = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service)
            .with_graceful_shutdown(stopping.clone().cancelled_owned());
        tasks.spawn(async move { server.await });
    }
    if let Some(address) = config.server.metrics_address() {
        let listener = TcpListener::bind(address).await?;
        let server = axum::serve(listener, figures(&app))
            .with_graceful_shutdown(stopping.clone().cancelled_owned());
        tasks.spawn(async move { server.await });
    }
    let following = watched(&app, config);
    if config.worker.in_process {
        let background = work(&app, config, stopping.clone());
        tasks.spawn(async move {
            background.await;
            Ok(())
        });
    }
    let ended = until(stop, &mut tasks).await;
    if ended.is_ok() {
        app.stopping.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(config.server.drain_seconds)).await;
    }
    drop(following);
    finish(app, config, &stopping, tasks).await;
    ended
}

/// Works and keeps house without serving anybody.
pub async fn work_only(
    app: App,
    config: &Config,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let stopping = CancellationToken::new();
    let mut tasks = JoinSet::new();
    if let Some(address) = config.server.metrics_address() {
        let listener = TcpListener::bind(address).await?;
        let server = axum::serve(listener, figures(&app))
            .with_graceful_shutdown(stopping.clone().cancelled_owned());
        tasks.spawn(async move { server.await });
    }
    let following = watched(&app, config);
    let background = work(&app, config, stopping.clone());
    tasks.spawn(async move {
        background.await;
        Ok(())
    });
    let ended = until(stop, &mut tasks).await;
    drop(following);
    finish(app, config, &stopping, tasks).await;
    ended
}

/// Waits for the wish to stop, or for a part of the service that ends by itself: without its worker the service
/// would look alive and send nothing, so it stops and is started again from outside.
async fn until(
    stop: impl Future<Output = ()>,
    tasks: &mut JoinSet<io::Result<()>>,
) -> io::Result<()> {
    tokio::select! {
        () = stop => Ok(()),
        Some(_) = tasks.join_next() => {
            tracing::error!("a part of the service ended by itself");
            Err(io::Error::other("a part of the service ended by itself"))
        }
    }
}

/// Keeps the figures for the collector current, where there is one.
fn watched(app: &App, config: &Config) -> Option<AbortOnDropHandle<()>> {
    let interval = Duration::from_secs(config.telemetry.interval_seconds);
    let following = telemetry::follow(app.figures(), interval);
    config.telemetry.is_on().then(|| AbortOnDropHandle::new(tokio::spawn(following)))
}

fn work(
    app: &App,
    config: &Config,
    stopping: CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let (worker, housekeeping) = (app.worker.clone(), app.housekeeping.clone());
    let poll = Duration::from_millis(config.worker.poll_milliseconds);
    let pause = Duration::from_secs(config.worker.housekeeping_minutes * 60);
    async move {
        let tidying =
            AbortOnDropHandle::new(tokio::spawn(async move { housekeeping.run(pause).await }));
        worker.run(poll, stopping.cancelled_owned()).await;
        drop(tidying);
    }
}

async fn finish(
    app: App,
    config: &Config,
    stopping: &CancellationToken,
    mut tasks: JoinSet<io::Result<()>>,
) {
    app.stopping.store(true, Ordering::Relaxed);
    tracing::info!("stopping");
    stopping.cancel();
    let limit = Duration::from_secs(config.server.shutdown_seconds);
    let all = async {
        while let Some(done) = tasks.join_next().await {
            if let Ok(Err(error)) = done {
                tracing::warn!(%error, "a server ended with an error");
            }
        }
    };
    if tokio::time::timeout(limit, all).await.is_err() {
        tracing::warn!("requests were still running after the time to stop");
        tasks.abort_all();
    }
    let flushed = tokio::time::timeout(Duration::from_secs(3), app.recorder.flush()).await;
    if flushed.is_err() {
        tracing::warn!("the access log could not be written to its end");
    }
    let counted = tokio::time::timeout(Duration::from_secs(3), app.statistics.flush()).await;
    if counted.is_err() {
        tracing::warn!("statistics could not be written to their end");
    }
    // Closing waits for connections that are still used; they cannot hold the process for ever.
    let _ = tokio::time::timeout(Duration::from_secs(2), app.db.close()).await;
    tracing::info!("stopped");
}

/// `GET /metrics`, on a port of its own, which answers the probes as well: a worker has no other one.
fn figures(app: &App) -> Router {
    let figures = app.figures();
    let health = Health { db: app.db.clone(), stopping: app.stopping.clone() };
    Router::new()
        .route(
            "/metrics",
            get(|State(figures): State<Figures>| async move { figures.text().await }),
        )
        .with_state(figures)
        .merge(health::probes(health))
}

/// Resolves with SIGINT (Ctrl-C) or SIGTERM.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind| match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::error!(%error, "cannot hear signals");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
    }
}
