using System.Net.Http.Headers;
using VideoGen.Gateway.Limits;
using VideoGen.HttpApi.Errors;
using VideoGen.Storage.Contracts;

namespace VideoGen.Gateway.Dialects.Native;

/// <summary>Storage's uploads. The bytes go through as they come; the gateway holds no more than a buffer of them.</summary>
internal sealed class UploadClient(HttpClient http)
{
    /// <param name="mediaType">What the client says it is; Storage looks for itself.</param>
    /// <exception cref="BadHttpRequestException">The client's body ended, stalled or grew past the limit.</exception>
    public async Task<NativeResult<AssetView>> UploadAsync(Stream content, string fileName, string? mediaType, CancellationToken ct)
    {
        await using var source = new SourceStream(content);
        using var file = new StreamContent(source);
        if (MediaTypeHeaderValue.TryParse(mediaType, out var type)) file.Headers.ContentType = type;
        using var form = new MultipartFormDataContent { { file, "file", fileName } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/uploads") { Content = form };
        var answer = await NativeCall.SendAsync<AssetView>(http, request, ct);
        return source.Fault switch
        {
            null => answer,
            BadHttpRequestException refused => throw refused,
            _ => Problems.Of(ErrorCodes.InvalidRequest, MultipartForm.Truncated),
        };
    }

    /// <summary>Remembers a fault of the client's body, which would otherwise look like one of Storage's.</summary>
    sealed class SourceStream(Stream inner) : ForwardStream
    {
        public Exception? Fault { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException)
            {
                Fault = fault;
                throw;
            }
        }
    }
}
