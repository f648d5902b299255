//! Protection of the page against other web sites: CSRF, DNS rebinding, script injection and framing.
//!
//! The page can upload and delete files, and any site that is open in the same browser can send requests to this machine.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Content security policy: no resources from other sites, no inline scripts or styles, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Rejects requests of other sites, and adds the content security policy to responses.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if !is_own(request.headers()) {
        return (StatusCode::FORBIDDEN, "only the demo page may use this address").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Returns whether a request comes from the page, or from a program other than a browser.
///
/// A site whose domain resolves to this machine (DNS rebinding) has another `Host`. A site that sends a request here
/// (CSRF) has another `Origin`, which browsers always send with such requests and other programs do not send.
fn is_own(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let own = format!("http://{host}");
    ["127.0.0.1", "localhost"].contains(&name)
        && headers.get(ORIGIN).is_none_or(|origin| origin.as_bytes() == own.as_bytes())
}
