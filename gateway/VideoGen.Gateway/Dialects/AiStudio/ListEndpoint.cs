using System.Globalization;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Gateway.Dialects.AiStudio;

/// <summary><c>GET /video-jobs?status_filter=&amp;limit=&amp;offset=</c>: newest first, with the total of the filter.</summary>
internal static class ListEndpoint
{
    const int DefaultLimit = 50;
    const int MaxLimit = 200;
    const int MaxOffset = 100_000_000;

    public static readonly QueryParameter[] Query = QueryParameter.Texts("status_filter", "limit", "offset");

    public static async Task<IResult> HandleAsync(HttpRequest request, NativeApi native, Caller caller, CancellationToken ct)
    {
        var filter = request.Query["status_filter"].ToString();
        if (filter.Length > 0 && !AiStudioJob.States.ContainsKey(filter)) return AiStudioFaults.OneOf("status_filter", AiStudioJob.States.Keys);
        if (Number(request.Query["limit"], DefaultLimit, 1, MaxLimit) is not { } limit) return AiStudioFaults.Of($"Limit must be a whole number from 1 to {MaxLimit}");
        if (Number(request.Query["offset"], 0, 0, MaxOffset) is not { } offset) return AiStudioFaults.Of($"Offset must be a whole number from 0 to {MaxOffset}");

        var jobs = await native.Jobs.ListFromAsync(offset, limit, filter.Length > 0 ? AiStudioJob.States[filter] : [], ct);
        if (!jobs.Succeeded) return jobs.Refusal;
        var shape = await AiStudioJob.ForAsync(native, caller, ct);
        return DialectJson.Answer(new { jobs = jobs.Value.Jobs.Select(shape.Of), total = jobs.Value.Total });
    }

    /// <summary>The default when absent; null when it is not a whole number in the range.</summary>
    static int? Number(string? text, int absent, int least, int most)
    {
        if (text is null) return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
    }
}
