using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Kept;

namespace VideoGen.Cli.Running;

/// <summary>
/// Fetches a job's files. Each is streamed to a name of its own beside its place, checked against its hash, and renamed when it is
/// whole; an interrupted one leaves nothing, and what a killed one left goes with the next fetch of that file. A connection that breaks
/// goes on where it broke. The links are signed: the API key is not sent to where they point.
/// </summary>
internal sealed class Download : IDisposable
{
    /// <summary>Longer without a byte is a broken connection.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    readonly HttpClient _http = new(
        new SocketsHttpHandler { UseCookies = false, MaxAutomaticRedirections = 3, ConnectTimeout = TimeSpan.FromSeconds(10) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="onProgress">Bytes there and bytes in all.</param>
    /// <returns>Where it lies: under the next free name when another file has that one.</returns>
    public async Task<string> FetchAsync(
        JsonObject asset, string folder, string name, Action<long, long> onProgress, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var sha256 = asset.TextAt("sha256") ?? "";
        var (path, isThere) = await PlaceAsync(folder, name, sha256, ct);
        if (isThere) return path;

        DeleteLeftParts(folder, name);
        var file = CreatePart(folder, name);
        var part = file.Name;
        try
        {
            await using (file)
            {
                await FillAsync(file, LinkOf(asset), asset.NumberAt("size_bytes") ?? 0, onProgress, ct);
                file.Position = 0;
                var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
                if (sha256.Length > 0 && !actual.Equals(sha256, StringComparison.OrdinalIgnoreCase))
                    throw new CommandFailure(
                        ExitCodes.Unexpected, $"{name} did not arrive as the server has it (another SHA-256).", "Fetch it again.");
                file.Flush(flushToDisk: true);
            }
            return Settle(part, path);
        }
        finally
        {
            File.Delete(part);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Of processes that were killed. One that lives holds its part locked.</summary>
    static void DeleteLeftParts(string folder, string name)
    {
        foreach (var left in Directory.GetFiles(folder, $".{name}.*.part"))
        {
            try
            {
                new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                File.Delete(left);
            }
            catch (IOException busy) when (busy is FileNotFoundException || KeptFolder.IsInUse(busy))
            {
                // Somebody is at work with it, or done with it.
            }
        }
    }

    static FileStream CreatePart(string folder, string name)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var part = Path.Combine(Path.GetFullPath(folder), $".{name}.{Guid.NewGuid():n}.part");
                return new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024);
            }
            catch (IOException busy) when (KeptFolder.IsInUse(busy) && attempt < 10)
            {
                // Between its making and its locking it looked like one that was left behind.
            }
        }
    }

    /// <summary>Another process may have taken the name meanwhile; nothing is ever overwritten.</summary>
    static string Settle(string part, string path)
    {
        for (var number = 2; ; number++)
        {
            try
            {
                File.Move(part, path, overwrite: false);
                return path;
            }
            catch (IOException) when (File.Exists(path) && number < 1000)
            {
                path = Numbered(path, number);
            }
        }
    }

    static async Task<(string Path, bool IsThere)> PlaceAsync(string folder, string name, string sha256, CancellationToken ct)
    {
        var first = Path.Combine(folder, name);
        var path = first;
        for (var number = 2; Path.Exists(path); path = Numbered(first, number++))
        {
            if (!File.Exists(path)) continue;
            await using var file = File.OpenRead(path);
            var there = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            if (there.Equals(sha256, StringComparison.OrdinalIgnoreCase)) return (path, true);
        }
        return (path, false);
    }

    static string Numbered(string path, int number) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}");

    static Uri LinkOf(JsonObject asset) =>
        Uri.TryCreate(asset.TextAt("url"), UriKind.Absolute, out var link) && link.Scheme is "http" or "https"
            ? link
            : throw Answers.Unexpected("the link to a file is no http(s) address");

    async Task FillAsync(FileStream file, Uri link, long size, Action<long, long> onProgress, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var before = file.Length;
            try
            {
                await AppendAsync(file, link, size, onProgress, ct);
                if (size > 0 && file.Length != size) throw new IOException($"The download ended after {file.Length} of {size} bytes.");
                return;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested && RetryPolicy.IsTransient(failure))
            {
                if (file.Length > before) attempt = 0;
                if (RetryPolicy.WaitAfter(failure, attempt, isRepeatable: true) is not { } wait) throw;
                await Task.Delay(wait, ct);
            }
        }
    }

    async Task AppendAsync(FileStream file, Uri link, long size, Action<long, long> onProgress, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Silence);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, link);
            if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, to: null);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode) throw await ApiClient.RefusalAsync(response, limit.Token);
            var goesOn = response.StatusCode == HttpStatusCode.PartialContent
                && response.Content.Headers.ContentRange?.From == file.Length;
            if (!goesOn) file.SetLength(0);
            file.Position = file.Length;
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var buffer = new byte[64 * 1024];
            for (int count; (count = await body.ReadAsync(buffer, limit.Token)) > 0;)
            {
                limit.CancelAfter(Silence);
                if (size > 0 && file.Length + count > size)
                    throw new CommandFailure(ExitCodes.Unexpected, "The server sends more than it said.");
                await file.WriteAsync(buffer.AsMemory(0, count), ct);
                onProgress(file.Length, size);
            }
            await file.FlushAsync(ct);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came for {Silence.TotalSeconds:0} s.", late);
        }
    }
}
