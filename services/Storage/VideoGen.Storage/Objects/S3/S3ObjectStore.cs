using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Minio;
using Minio.DataModel.Args;

namespace VideoGen.Storage.Objects.S3;

/// <summary>
/// Objects in a bucket of an S3 server, through the client of MinIO.
/// <para>
/// Whole or not at all: S3 shows an object when its PUT, or the completion of its multipart upload, has succeeded. A multipart upload
/// that fails is aborted at once; what a crash left is found by <see cref="RemoveUnfinishedAsync"/>.
/// </para>
/// <para>
/// Memory: the client reads a whole part before it sends it, 5 MiB for a small object and 16 MiB for a large one (more only past
/// 160 GB), and copies it once. Its parts grow to 528 MiB where it does not know the length, so such a stream goes through a work file first. At most
/// <see cref="S3Options.Uploads"/> are sent at once. What is read passes in the reader's own buffer.
/// </para>
/// </summary>
internal sealed partial class S3ObjectStore : IObjectStore, IDisposable
{
    const long MultipartBytes = 5 << 20;

    static readonly TimeSpan OneRequest = TimeSpan.FromMinutes(1);
    static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(5);

    readonly S3Options _options;
    readonly long _reserve;
    readonly WorkFolder _work;
    readonly TimeProvider _time;
    readonly ILogger<S3ObjectStore> _log;
    readonly HttpClient _http;
    readonly IMinioClient _client;
    readonly IMinioClient _links;
    readonly SemaphoreSlim _uploads;

    public S3ObjectStore(IOptions<StorageOptions> options, WorkFolder work, TimeProvider time, ILogger<S3ObjectStore> log)
    {
        (_options, _reserve, _work, _time, _log) = (options.Value.S3, options.Value.MinFreeBytes, work, time, log);
        (_http, _client) = S3Http.Connect(_options);
        _links = S3Http.NewSigner(_options);
        _uploads = new SemaphoreSlim(_options.Uploads);
    }

    public async Task PutAsync(ObjectKey key, Stream content, CancellationToken ct)
    {
        if (content.CanSeek)
        {
            await SendAsync(key, content, content.Length - content.Position, ct);
            return;
        }
        using var file = _work.New();
        await using (var target = File.Create(file.Path, bufferSize: 0, FileOptions.Asynchronous))
        {
            await content.CopyToAsync(target, 128 * 1024, ct);
        }
        await PutFileAsync(key, file.Path, ct);
    }

    public async Task PutFileAsync(ObjectKey key, string path, CancellationToken ct)
    {
        const FileOptions How = FileOptions.Asynchronous | FileOptions.SequentialScan;
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, How))
        {
            await SendAsync(key, file, file.Length, ct);
        }
        File.Delete(path);
    }

    /// <summary>By a presigned link, because the client itself gives a body to a callback only, after two questions of its own.</summary>
    public async Task<Stream?> OpenAsync(ObjectKey key, long offset, long length, CancellationToken ct)
    {
        var asked = Named(new PresignedGetObjectArgs(), key).WithExpiry((int)OneRequest.TotalSeconds);
        var link = await S3Faults.GuardAsync(() => _client.PresignedGetObjectAsync(asked), ct);
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Options.Set(S3Http.ForReader, true);
        // An empty object has no range at all, so nothing is asked for by one that need not be.
        if (length > 0 && (offset > 0 || length < long.MaxValue))
            request.Headers.Range = new RangeHeaderValue(offset, LastByte(offset, length));
        var answer = await S3Faults.GuardAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct), ct);
        if (answer.StatusCode == HttpStatusCode.PartialContent || (answer.StatusCode == HttpStatusCode.OK && offset == 0))
            return new PartStream(new S3ReadStream(answer, await answer.Content.ReadAsStreamAsync(ct), _options.IdleTimeout), length);
        using (answer)
        {
            return answer.StatusCode switch
            {
                HttpStatusCode.RequestedRangeNotSatisfiable => Stream.Null,
                HttpStatusCode.NotFound when await IsOfObjectAsync(answer, ct) => null,
                var status => throw S3Faults.OfStatus(status),
            };
        }
    }

    public async Task<bool> DeleteAsync(ObjectKey key, CancellationToken ct)
    {
        // S3 answers the same for an object that was not there.
        if (!await ExistsAsync(key, ct)) return false;
        await S3Faults.GuardAsync(() => _client.RemoveObjectAsync(Named(new RemoveObjectArgs(), key), ct), ct);
        return true;
    }

    public async Task<bool> ExistsAsync(ObjectKey key, CancellationToken ct)
    {
        await using var first = await OpenAsync(key, 0, 1, ct);
        return first is not null;
    }

    /// <summary>In pages of 1,000; S3 lists by the bytes of the keys. What is not named as ours is somebody else's.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var all = new ListObjectsArgs().WithBucket(_options.Bucket).WithRecursive(true);
        await using var items = _client.ListObjectsEnumAsync(all, ct).GetAsyncEnumerator(ct);
        while (await S3Faults.GuardAsync(() => items.MoveNextAsync().AsTask(), ct))
        {
            if (ObjectKey.TryParse(items.Current.Key) is { } key)
                yield return new StoredObject(key, (long)items.Current.Size, Time(items.Current.LastModified));
        }
    }

    public async Task<int> RemoveUnfinishedAsync(TimeSpan olderThan, CancellationToken ct)
    {
        var old = new List<ObjectKey>();
        var since = _time.GetUtcNow() - olderThan;
        // Not recursive: our keys have no slash, and some servers take the empty delimiter of a recursive listing amiss.
        var all = new ListIncompleteUploadsArgs().WithBucket(_options.Bucket).WithRecursive(false);
        try
        {
            await foreach (var upload in _client.ListIncompleteUploadsEnumAsync(all, ct))
            {
                if (ObjectKey.TryParse(upload.Key) is { } key && Time(upload.Initiated) <= since) old.Add(key);
            }
        }
        catch (NotImplementedException)
        {
            // A server that can't tell its unfinished uploads has to clear them by itself.
            Log.NoListOfUploads(_log, _options.Endpoint);
            return 0;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            throw S3Faults.Of(fault);
        }
        foreach (var key in old)
            await S3Faults.GuardAsync(() => _client.RemoveIncompleteUploadAsync(Named(new RemoveIncompleteUploadArgs(), key), ct), ct);
        return old.Count;
    }

    /// <summary>S3 has no such question; but each file is received into the work folder first, and that has an end.</summary>
    public bool HasRoomFor(long bytes) => _work.AvailableBytes - bytes >= _reserve;

    public long? AvailableBytes => null;

    public async Task<PresignedLink?> PresignAsync(ObjectKey key, TimeSpan lifetime, PresignedHeaders headers, CancellationToken ct)
    {
        var seconds = (int)Math.Min(lifetime.TotalSeconds, _options.PresignedLifetime.TotalSeconds);
        if (!_options.PresignedLinks || seconds < 1) return null;
        var answer = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response-content-type"] = headers.ContentType,
            ["response-content-disposition"] = headers.ContentDisposition,
        };
        var args = Named(new PresignedGetObjectArgs(), key).WithExpiry(seconds).WithHeaders(answer);
        return new PresignedLink(new Uri(await S3Faults.GuardAsync(() => _links.PresignedGetObjectAsync(args), ct)));
    }

    public async Task CheckAsync(CancellationToken ct)
    {
        if (await HasBucketAsync(ct)) return;
        throw new ObjectStoreException($"The bucket {_options.Bucket} does not exist.") { Reason = "The bucket does not exist." };
    }

    /// <summary>Makes the bucket unless it is there; another process may make it at the same moment.</summary>
    public async Task MakeBucketAsync(CancellationToken ct)
    {
        if (await HasBucketAsync(ct)) return;
        try
        {
            await _client.MakeBucketAsync(new MakeBucketArgs().WithBucket(_options.Bucket).WithLocation(_options.Region), ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            if (!await HasBucketAsync(ct)) throw S3Faults.Of(fault);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _links.Dispose();
        _http.Dispose();
        _uploads.Dispose();
    }

    async Task SendAsync(ObjectKey key, Stream content, long bytes, CancellationToken ct)
    {
        if (!await _uploads.WaitAsync(_options.RequestTimeout, ct))
            throw new ObjectStoreException($"All places for uploads have been taken for {_options.RequestTimeout.TotalSeconds:0.#} s.");
        try
        {
            var args = Named(new PutObjectArgs(), key).WithStreamData(content).WithObjectSize(bytes);
            await S3Faults.GuardAsync(() => _client.PutObjectAsync(args, ct), ct);
        }
        catch when (bytes >= MultipartBytes)
        {
            await AbortAsync(key);
            throw;
        }
        finally
        {
            _uploads.Release();
        }
    }

    async Task AbortAsync(ObjectKey key)
    {
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            await _client.RemoveIncompleteUploadAsync(Named(new RemoveIncompleteUploadArgs(), key), limit.Token);
        }
        catch (Exception fault)
        {
            // What made the upload fail is what the caller has to hear; the leftover is found later by its age.
            Log.NotAborted(_log, key.ToString(), fault);
        }
    }

    Task<bool> HasBucketAsync(CancellationToken ct) =>
        S3Faults.GuardAsync(() => _client.BucketExistsAsync(new BucketExistsArgs().WithBucket(_options.Bucket), ct), ct);

    T Named<T>(T args, ObjectKey key) where T : ObjectArgs<T> => args.WithBucket(_options.Bucket).WithObject(key.ToString());

    static long? LastByte(long offset, long length) => length > long.MaxValue - offset ? null : offset + length - 1;

    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>A missing bucket is a 404 too, and must not make every object look deleted.</summary>
    static async Task<bool> IsOfObjectAsync(HttpResponseMessage answer, CancellationToken ct) =>
        !(await answer.Content.ReadAsStringAsync(ct)).Contains("NoSuchBucket", StringComparison.Ordinal);

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The unfinished upload of {Key} could not be aborted")]
        public static partial void NotAborted(ILogger log, string key, Exception fault);

        [LoggerMessage(LogLevel.Warning, "The S3 server at {Endpoint} can't list unfinished uploads")]
        public static partial void NoListOfUploads(ILogger log, string endpoint);
    }
}
