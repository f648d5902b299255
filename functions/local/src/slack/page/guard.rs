//! Who may use the page: the page.
//!
//! It can upload and delete, and any site that is open in the same browser can send requests to this machine.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Nothing from elsewhere, and nothing written into the page; no other site may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Refuses what comes from another site, and tells the browser to load nothing from one.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if !is_own(request.headers()) {
        return (StatusCode::FORBIDDEN, "only the page itself may use this address").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A site whose name was made to lead here has another host; a site that sends something here has another origin, and
/// browsers say so. Other programs send none.
fn is_own(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let own = format!("http://{host}");
    ["127.0.0.1", "localhost"].contains(&name)
        && headers.get(ORIGIN).is_none_or(|origin| origin.as_bytes() == own.as_bytes())
}
