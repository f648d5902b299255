//! The embedded S3: files in a folder, and a notification for each change.

use std::io;
use std::path::Path;

use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
#[allow(clippy::wildcard_imports, reason = "forty types, all of which occur below")]
use s3s::dto::*;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{HttpError, HttpResponse, S3, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::aws::clients::{ACCESS_KEY, SECRET_KEY};
use crate::aws::notification::Change;
use crate::aws::queue::Queue;

/// Name of the bucket.
pub(crate) const BUCKET: &str = "standings";

/// Serves the bucket over HTTP until the returned future is dropped.
pub(crate) fn serve(
    listener: TcpListener,
    folder: &Path,
    queue: Queue,
) -> io::Result<impl Future<Output = ()> + use<>> {
    let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut service = S3ServiceBuilder::new(Notifying { files, queue });
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let service: S3Service = service.build();
    Ok(async move {
        let mut connections = JoinSet::new();
        loop {
            // The client may have closed the connection before it was accepted.
            let Ok((socket, _)) = listener.accept().await else { continue };
            // With Nagle's algorithm, a response in several parts would wait 40 ms for the acknowledgment of the first.
            if let Err(error) = socket.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY could not be set on a connection to the bucket");
            }
            let service = service.clone();
            connections.spawn(async move {
                let service = service_fn(move |request| respond(service.clone(), request));
                let connection = Builder::new(TokioExecutor::new());
                if let Err(error) = connection.serve_connection(TokioIo::new(socket), service).await {
                    tracing::debug!(%error, "a connection to the bucket broke");
                }
            });
            while connections.try_join_next().is_some() {}
        }
    })
}

/// Handles a request, and closes the connection if the client waits for a `100 Continue` that it does not get.
///
/// botocore sends `Expect: 100-continue` with every object, even an empty one. S3 responds with `100 Continue` and then
/// the final response. hyper omits the former if there is no body, as RFC 9110, section 10.1.1, permits. Some versions of
/// botocore (such as 1.43.11) then use the status line of this response for the next one on the same connection as well,
/// parse the real one as a header, find no content length, and read until they time out after 60 seconds. They reset that
/// state when the connection is closed.
async fn respond(service: S3Service, request: http::Request<Incoming>) -> Result<HttpResponse, HttpError> {
    let expects_continue = request.headers().get(http::header::EXPECT).is_some_and(|value| value == "100-continue");
    let is_skipped = expects_continue && request.body().is_end_stream() && request.version() == http::Version::HTTP_11;
    let mut response = service.call(request.map(Into::into)).await?;
    if is_skipped {
        response.headers_mut().insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// S3 on files, which sends a notification to the queue for each change.
struct Notifying {
    files: FileSystem,
    queue: Queue,
}

impl Notifying {
    fn notify(&self, event_name: &'static str, bucket: String, key: String, size: Option<i64>, etag: Option<&ETag>) {
        let etag = etag.map(|etag| etag.value().to_owned());
        self.queue.send(Change { event_name, bucket, key, size, etag }.body());
    }

    /// Returns the current size of an object.
    async fn size(&self, bucket: &str, key: &str) -> Option<i64> {
        let input = HeadObjectInput::builder().bucket(bucket.to_owned()).key(key.to_owned()).build().ok()?;
        self.files.head_object(request(input)).await.ok()?.output.content_length
    }
}

fn request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: http::Method::HEAD,
        uri: http::Uri::default(),
        headers: http::HeaderMap::default(),
        extensions: http::Extensions::default(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

/// Implements S3 on the files. The listed operations are forwarded unchanged.
macro_rules! implement_s3 {
    ($($call:ident: $input:ty => $output:ty),+ $(,)?) => {
        /// Operations that change objects send a notification, all others are forwarded unchanged.
        #[async_trait::async_trait]
        impl S3 for Notifying {
            $(async fn $call(&self, req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                self.files.$call(req).await
            })+

            async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
                let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
                let response = self.files.put_object(req).await?;
                let size = self.size(&bucket, &key).await;
                self.notify("ObjectCreated:Put", bucket, key, size, response.output.e_tag.as_ref());
                Ok(response)
            }

            async fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
                let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
                let response = self.files.copy_object(req).await?;
                let size = self.size(&bucket, &key).await;
                let etag = response.output.copy_object_result.as_ref().and_then(|result| result.e_tag.as_ref());
                self.notify("ObjectCreated:Copy", bucket, key, size, etag);
                Ok(response)
            }

            async fn complete_multipart_upload(
                &self,
                req: S3Request<CompleteMultipartUploadInput>,
            ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
                let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
                let response = self.files.complete_multipart_upload(req).await?;
                let size = self.size(&bucket, &key).await;
                self.notify("ObjectCreated:CompleteMultipartUpload", bucket, key, size, response.output.e_tag.as_ref());
                Ok(response)
            }

            async fn delete_object(&self, req: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
                let (bucket, key) = (req.input.bucket.clone(), req.input.key.clone());
                let response = self.files.delete_object(req).await?;
                self.notify("ObjectRemoved:Delete", bucket, key, None, None);
                Ok(response)
            }

            async fn delete_objects(&self, req: S3Request<DeleteObjectsInput>) -> S3Result<S3Response<DeleteObjectsOutput>> {
                let bucket = req.input.bucket.clone();
                let response = self.files.delete_objects(req).await?;
                for key in response.output.deleted.iter().flatten().filter_map(|object| object.key.clone()) {
                    self.notify("ObjectRemoved:Delete", bucket.clone(), key, None, None);
                }
                Ok(response)
            }
        }
    };
}

implement_s3! {
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput,
    create_bucket: CreateBucketInput => CreateBucketOutput,
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput,
    delete_bucket: DeleteBucketInput => DeleteBucketOutput,
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput,
    get_object: GetObjectInput => GetObjectOutput,
    head_bucket: HeadBucketInput => HeadBucketOutput,
    head_object: HeadObjectInput => HeadObjectOutput,
    list_buckets: ListBucketsInput => ListBucketsOutput,
    list_objects: ListObjectsInput => ListObjectsOutput,
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output,
    list_parts: ListPartsInput => ListPartsOutput,
    upload_part: UploadPartInput => UploadPartOutput,
    upload_part_copy: UploadPartCopyInput => UploadPartCopyOutput,
}
