using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;

namespace VideoGen.Cli.Running;

/// <summary>Sends a file as it is read. It is repeated only when the file certainly is not there yet.</summary>
internal static class Upload
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <returns>The asset.</returns>
    public static async Task<JsonObject> SendAsync(ApiClient api, string path, Action<long, long> onProgress, CancellationToken ct)
    {
        var size = new FileInfo(path).Length;
        return (await api.JsonAsync(() =>
        {
            var sent = 0L;
            var stream = new CountedFile(path, count => onProgress(sent += count, size));
            var content = new StreamContent(stream, 64 * 1024);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Headers.ContentLength = size;
            content.Headers.ContentDisposition = new ContentDispositionHeaderValue(
                "attachment") { FileNameStar = Path.GetFileName(path) };
            return new HttpRequestMessage(HttpMethod.Post, "/v1/uploads") { Content = content };
        }, isRepeatable: false, ct, Patience))!;
    }

    sealed class CountedFile(string path, Action<int> onRead)
        : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            onRead(count);
            return count;
        }
    }
}
