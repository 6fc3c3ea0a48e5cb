using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Submit;

/// <summary>
/// Media inputs that are files themselves, as data URIs. They are decoded when looked at, and once more on their way to Storage.
/// </summary>
internal sealed class InlineAssets(SubmitFiles files, IOptions<InlineOptions> options)
{
    const string NotBase64 = DataUri.Rule + ", without blanks and with its padding";

    readonly Dictionary<string, (InlineFile? File, string? Fault)> _read = new(StringComparer.Ordinal);

    public static bool Is(string text) => DataUri.Is(text);

    /// <summary>Adds a fault for each file that stands where the model takes none.</summary>
    public void AddStray(JsonObject input, IReadOnlyCollection<string> places, Faults faults)
    {
        if (files.Files.IsEmpty) return;
        files.Files.AddStray(JsonSerializer.SerializeToElement(input), "input", path => places.Contains(path), faults);
    }

    /// <summary>The file, or null with a fault at its place. A text that stands in several places is decoded once.</summary>
    public async Task<InlineFile?> ReadAsync(string text, string path, Faults faults, CancellationToken ct)
    {
        if (!_read.TryGetValue(text, out var read)) _read[text] = read = await DecodeAsync(text, ct);
        if (read.Fault is { } fault) faults.Add(path, fault);
        return read.File;
    }

    async Task<(InlineFile? File, string? Fault)> DecodeAsync(string text, CancellationToken ct)
    {
        var uri = files.Files.Find(text) ?? InlineText.Of(text);
        if (DataUri.ReadHead(uri.Head()) is not { } head) return (null, DataUri.Rule);
        using var hash = new HashOnly();
        if (!await DataUri.TryDecodeAsync(uri.From(head.ContentStart), hash, ct)) return (null, NotBase64);
        if (hash.Position == 0) return (null, "must not be an empty file");
        return hash.Position > options.Value.MaxUploadBytes
            ? (null, $"must be a file of at most {options.Value.MaxUploadBytes} bytes")
            : (new InlineFile(uri, head.ContentStart, head.MediaType, hash.End(), hash.Position), null);
    }

    /// <summary>Takes the hash and the length of what is written, and forgets it.</summary>
    sealed class HashOnly : Stream
    {
        readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A file that was found to be sound base64.</summary>
/// <param name="MediaType">What the sender says it is, lower case.</param>
/// <param name="Sha256">Of its bytes: the same file is stored once in a request, however often it stands there.</param>
internal sealed record InlineFile(InlineText Text, int ContentStart, string MediaType, string Sha256, long SizeBytes)
{
    /// <summary>Its bytes, for one request.</summary>
    public HttpContent Content()
    {
        var content = new Decoded(this);
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        return content;
    }

    sealed class Decoded(InlineFile file) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (!await DataUri.TryDecodeAsync(file.Text.From(file.ContentStart), stream, cancellationToken))
                throw new InvalidOperationException("A data URI that was decoded once can't be decoded again.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.SizeBytes;
            return true;
        }
    }
}
