namespace VideoGen.Storage.Objects.S3;

/// <summary>
/// The bucket that finished files are kept in. Section <c>Storage:S3</c>. The client asks for <c>https://endpoint/bucket/key</c>; only on
/// Amazon's own endpoints it puts the bucket into the host name.
/// </summary>
internal sealed class S3Options
{
    /// <summary>Host and port of the server, without a scheme: <c>minio:9000</c>, <c>s3.eu-central-1.amazonaws.com</c>. Required.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>The region that requests are signed for. Default <c>us-east-1</c>, which MinIO takes unless it was told another.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Who we are to the server. Required.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>The secret of that access key. Required.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>The bucket: 3 to 63 lower-case letters, digits, dots and dashes. It should hold VideoGen's objects only. Required.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Speak TLS with the server. Default true.</summary>
    public bool UseSsl { get; set; } = true;

    /// <summary>Make the bucket at start when it is missing. Default true.</summary>
    public bool CreateBucket { get; set; } = true;

    /// <summary>
    /// How long one request may take until its answer begins, its body of at most 16 MiB included; 10 ms to 1 day. An upload waits for its
    /// turn as long. Default 60 s.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer that has begun may stand still before it is given up. Default 30 s.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a GET, HEAD, PUT or DELETE is tried again, 0 to 10. Default 3.</summary>
    public int Retries { get; set; } = 3;

    /// <summary>Uploads that this process sends at once, 1 to 64. Each holds up to two parts of 16 MiB in memory. Default 4.</summary>
    public int Uploads { get; set; } = 4;

    /// <summary>
    /// Answer a download with a redirect (302) to a presigned link, so that the bytes come from the server itself; clients must be able to
    /// reach it. Default false: the bytes come through VideoGen.
    /// </summary>
    public bool PresignedLinks { get; set; }

    /// <summary>
    /// How long a presigned link works, 1 s to 7 days. It never works longer than the signed link that led to it. Default 5 minutes.
    /// </summary>
    public TimeSpan PresignedLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Host and port that presigned links lead to, where clients reach the server by another name. Null, the default: <see cref="Endpoint"/>.
    /// </summary>
    public string? PresignedEndpoint { get; set; }

    /// <summary>Whether presigned links are https. Null, the default: as <see cref="UseSsl"/>.</summary>
    public bool? PresignedUseSsl { get; set; }
}
