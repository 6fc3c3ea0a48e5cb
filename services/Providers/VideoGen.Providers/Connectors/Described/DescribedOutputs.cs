using Microsoft.AspNetCore.Mvc;
using VideoGen.HttpApi.Errors;
using VideoGen.Providers.Attempts;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>
/// Outputs that have no address which everybody can open: a vendor's file that wants our key, and a file that was the answer itself. They
/// are fetched from this service: the first straight from the vendor, the second from the work folder of the process that got it. Their
/// links begin like those of our own renders, <c>/internal/outputs/</c>: by that Storage knows whom to show its token to.
/// </summary>
internal sealed class DescribedOutputs(WorkFolder folder, SelfAddress self)
{
    /// <summary>What is larger does not travel in messages.</summary>
    const int MostInline = 128 * 1024;

    public async Task<VendorState> KeepAsync(TaskDescription task, VendorWork work, VendorState.Succeeded made, CancellationToken ct)
    {
        var isAtVendor = task.Result.Bytes?.Path is not null;
        if (!isAtVendor && made.Outputs.All(output => output.Inline is not { Length: > MostInline })) return made;
        var run = isAtVendor ? "" : folder.CreateRun(work.ClientReference, 0);
        var kept = new List<GenerationOutput>();
        foreach (var output in made.Outputs)
        {
            if (!isAtVendor && output.Inline is { Length: > MostInline } bytes) await File.WriteAllBytesAsync(Path.Combine(run,
                $"{kept.Count}"), bytes, ct);
            kept.Add(isAtVendor || output.Inline is { Length: > MostInline }
                ? output with { Url = new Uri($"{self.Url}/internal/outputs/of-vendors/{work.ClientReference}/{kept.Count}"), Inline = null }
                : output);
        }

        return made with { Outputs = kept };
    }

    public string PathOf(Guid attempt, int index) => folder.Absolute(Path.Combine(attempt.ToString(), "0", $"{index}"));
}

internal static class DescribedOutputEndpoints
{
    /// <param name="internal">The group <c>/internal</c>.</param>
    public static void MapDescribedOutputs(this RouteGroupBuilder @internal) =>
        @internal.MapGet("/outputs/of-vendors/{attemptId:guid}/{index:int}", GetAsync);

    static async Task<IResult> GetAsync(
        Guid attemptId, int index, GenerationStore store, ConnectorRegistry connectors, [FromServices] DescribedOutputs outputs,
            CancellationToken ct)
    {
        if (await store.FindAttemptAsync(attemptId, ct) is not { State: AttemptState.Succeeded } attempt || index < 0
            || index >= attempt.Outputs.Count) return Problems.Of(ErrorCodes.NotFound);
        var mediaType = attempt.Outputs[index].MediaType;
        if (outputs.PathOf(attemptId, index) is var path && File.Exists(path)) return Results.File(path, mediaType,
            enableRangeProcessing: true);
        if (connectors.Find(attempt.Connector) is not DescribedConnector connector
            || await connector.OpenBytesAsync(attempt.Work, ct) is not { } answer)
            return Problems.Of(ErrorCodes.NotFound, "This process does not have the file (any more).");
        return Results.Stream(
            async body =>
            {
                using (answer) await answer.Content.CopyToAsync(body, ct);
            },
            mediaType ?? answer.Content.Headers.ContentType?.MediaType);
    }
}
