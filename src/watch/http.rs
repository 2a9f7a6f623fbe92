//! `/metrics` and `/healthz` on a loopback port.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::metrics::Metrics;

/// Answers on `127.0.0.1:port` from a thread of its own until the program ends; the
/// address is returned, since port 0 takes any free one.
///
/// # Errors
/// When the port can't be had.
pub fn serve(port: u16, metrics: Arc<Metrics>) -> Result<SocketAddr, String> {
    let server = tiny_http::Server::http((Ipv4Addr::LOCALHOST, port))
        .map_err(|error| format!("port {port} cannot be listened on: {error}"))?;
    let address = server
        .server_addr()
        .to_ip()
        .unwrap_or_else(|| (Ipv4Addr::LOCALHOST, port).into());
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let (status, text) = match request.url() {
                "/metrics" => (200, metrics.text()),
                "/healthz" if metrics.is_healthy() => (200, "ok\n".to_owned()),
                "/healthz" => (
                    503,
                    "the drop folder cannot be used, or a file waits that could not be taken or published; the log says why\n".to_owned(),
                ),
                _ => (404, "there are /metrics and /healthz\n".to_owned()),
            };
            // A client that went away needs no answer.
            let _ =
                request.respond(tiny_http::Response::from_string(text).with_status_code(status));
        }
    });
    Ok(address)
}
