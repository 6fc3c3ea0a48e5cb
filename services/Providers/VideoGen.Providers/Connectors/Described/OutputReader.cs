using System.Globalization;
using VideoGen.Providers.Connectors.Http;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>Reads what a vendor has made, and what it bills, from its answer.</summary>
internal static class OutputReader
{
    const int MostOutputs = 100;

    /// <summary>Null when the answer holds nothing that was made.</summary>
    public static VendorState.Succeeded? Read(TaskDescription task, VendorAnswer answer, Scope? body, Scope work, DateTimeOffset now)
    {
        var (result, usage) = (task.Result, UsageOf(task, answer, body));
        var expires = result.LifetimeSeconds is { } seconds ? now.AddSeconds(seconds) : (DateTimeOffset?)null;
        if (result.Bytes is { } bytes)
        {
            var kind = KindOf(bytes.Kind, work);
            // Those at a path are linked to later, by whoever knows the way.
            if (bytes.Path is not null) return new VendorState.Succeeded([new GenerationOutput(kind, Url: null, [], bytes.MediaType)],
                ExpireAt: expires) { Usage = usage };
            if (answer.Body.Length == 0 || IsText(answer.MediaType)) return null;
            return new VendorState.Succeeded([new GenerationOutput(kind, Url: null, answer.Body, bytes.MediaType ?? answer.MediaType)]) {
                Usage = usage };
        }

        if (body is null) return null;
        var text = result.Text?.TextOf(body);
        var outputs = result.Outputs.SelectMany(output => Outputs(output, body, work)).Take(MostOutputs).ToList();
        return outputs.Count == 0 && text is null ? null : new VendorState.Succeeded(outputs, text, expires) { Usage = usage };
    }

    static IEnumerable<GenerationOutput> Outputs(OutputDescription output, Scope body, Scope work)
    {
        var kind = KindOf(output.Kind, work);
        foreach (var value in output.At.TextsOf(body).Where(value => value.Length > 0))
        {
            if (output.Form == OutputForm.Base64 || value.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            {
                var comma = value.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? value.IndexOf(',', StringComparison.Ordinal)
                    : -1;
                if (BytesOf(value[(comma + 1)..]) is { Length: > 0 } bytes) yield return new GenerationOutput(kind, Url: null, bytes,
                    output.MediaType);
            }
            else if (Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            {
                yield return new GenerationOutput(kind, url, Inline: null, output.MediaType);
            }
        }
    }

    public static IReadOnlyList<VendorUsage> UsageOf(TaskDescription task, VendorAnswer answer, Scope? body) =>
    [
        .. from usage in task.Usage
           let number = usage.Header is { } header
               ? decimal.TryParse(answer.Headers.GetValueOrDefault(header), NumberStyles.Float, CultureInfo.InvariantCulture,
                   out var found) ? found : (decimal?)null
               : body is null ? null : usage.At!.NumberOf(body)
           where number is >= 0
           select new VendorUsage(usage.Unit, number.Value / usage.Per),
    ];

    static string KindOf(Template kind, Scope work) => kind.Fill(work)?.GetValue<string>() switch
    {
        "image" => "image",
        "audio" => "audio",
        _ => "video",
    };

    static bool IsText(string? mediaType) =>
        mediaType is not null
        && (mediaType.EndsWith("/json", StringComparison.Ordinal) || mediaType.StartsWith("text/", StringComparison.Ordinal));

    static byte[]? BytesOf(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null; // No file, whatever else it is; without another output the work has made nothing.
        }
    }
}
