using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace VideoGen.HttpApi.Requests;

/// <summary>The long data URIs of one JSON body. In the body a mark stands for each, which <see cref="Find"/> takes.</summary>
public sealed class InlineFiles : IAsyncDisposable
{
    const int HeadRoom = 1024;
    const int MarkLength = 7 + 64;

    readonly IReadOnlyDictionary<string, InlineText> _files;
    readonly IReadOnlySet<string> _broken;

    internal InlineFiles(IReadOnlyDictionary<string, InlineText> files, IReadOnlySet<string> broken) => (_files, _broken) = (files, broken);

    public static InlineFiles None { get; } = new(new Dictionary<string, InlineText>(), new HashSet<string>());

    public bool IsEmpty => _files.Count == 0;

    /// <summary>How long a data URI of a file of this size may be.</summary>
    public static long LongestText(long fileBytes) => ((fileBytes + 2) / 3 * 4) + HeadRoom;

    /// <summary>How many bytes a body may have that holds files of this size in all.</summary>
    public static long LongestBody(long fileBytes, long jsonBytes) => LongestText(fileBytes) + jsonBytes;

    /// <summary>The data URI that this text stands for; null for a text that is just a text.</summary>
    public InlineText? Find(string text) =>
        text.StartsWith(InlineFileReader.Mark, StringComparison.Ordinal) ? _files.GetValueOrDefault(text) : null;

    /// <summary>Names what began as a data URI and went on as something else.</summary>
    public void AddBroken(JsonElement root, Faults faults)
    {
        if (_broken.Count == 0) return;
        foreach (var (path, _) in TextsOf(root, "").Where(one => _broken.Contains(one.Text))) faults.Add(path, DataUri.Rule);
    }

    /// <summary>Names the files in places that take none.</summary>
    /// <param name="root">What to look through.</param>
    /// <param name="path">Its own path; empty for the body.</param>
    /// <param name="takesFile">Whether a file may stand at a path.</param>
    public void AddStray(JsonElement root, string path, Func<string, bool> takesFile, Faults faults)
    {
        if (IsEmpty) return;
        foreach (var (at, text) in TextsOf(root, path))
            if (Find(text) is not null && !takesFile(at)) faults.Add(at, "must not hold a file; only the media inputs of a model do");
    }

    /// <summary>The body with its files in it again, for whoever is asked next.</summary>
    /// <param name="json">UTF-8, with marks.</param>
    public HttpContent Restore(ReadOnlyMemory<byte> json)
    {
        var parts = new List<(ReadOnlyMemory<byte> Json, InlineText? File)>();
        var mark = Encoding.ASCII.GetBytes("\"" + InlineFileReader.Mark);
        var done = 0;
        for (var from = 0; json.Span[from..].IndexOf(mark) is var at and >= 0;)
        {
            var start = from + at + 1;
            from = start;
            if (start + MarkLength > json.Length
                || Find(Encoding.Latin1.GetString(json.Span.Slice(start, MarkLength))) is not { } file) continue;
            parts.Add((json[done..start], file));
            from = done = start + MarkLength;
        }
        parts.Add((json[done..], null));
        return new RestoredContent(parts);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values) await file.DisposeAsync();
    }

    static IEnumerable<(string Path, string Text)> TextsOf(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.String => [(path, value.GetString()!)],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member =>
            TextsOf(member.Value, path.Length == 0 ? Faults.Shown(member.Name) : $"{path}.{Faults.Shown(member.Name)}")),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => TextsOf(item, $"{path}[{index}]")),
        _ => [],
    };

    sealed class RestoredContent : HttpContent
    {
        readonly IReadOnlyList<(ReadOnlyMemory<byte> Json, InlineText? File)> _parts;

        public RestoredContent(IReadOnlyList<(ReadOnlyMemory<byte> Json, InlineText? File)> parts)
        {
            _parts = parts;
            Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            foreach (var (json, file) in _parts)
            {
                await stream.WriteAsync(json, cancellationToken);
                if (file is not null) await file.From(0).CopyToAsync(stream, cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _parts.Sum(part => part.Json.Length + (part.File?.Length ?? 0));
            return true;
        }
    }
}
