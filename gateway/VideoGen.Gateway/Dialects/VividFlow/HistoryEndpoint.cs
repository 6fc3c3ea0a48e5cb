using System.Globalization;
using System.Text.Json;
using VideoGen.Gateway.Dialects.Native;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.VividFlow;

/// <summary><c>GET /history?page=&amp;per_page=</c>: newest first; the total in <c>X-Total-Count</c>, the neighbouring pages in <c>Link</c>.</summary>
internal static class HistoryEndpoint
{
    const int DefaultPageSize = 20;
    const int MaxPageSize = 100;
    const int MaxPage = 1_000_000;

    public static readonly QueryParameter[] Query = QueryParameter.Texts("page", "per_page");

    public static async Task<IResult> HandleAsync(HttpContext context, DialectRequest mine, NativeApi native, CancellationToken ct)
    {
        if (Number(context.Request.Query["page"], 1, MaxPage) is not { } page)
            return Problems.Of(ErrorCodes.InvalidRequest, $"Invalid page: must be a whole number from 1 to {MaxPage}");
        if (Number(context.Request.Query["per_page"], DefaultPageSize, MaxPageSize) is not { } size)
            return Problems.Of(ErrorCodes.InvalidRequest, $"Invalid per_page: must be a whole number from 1 to {MaxPageSize}");

        var jobs = await native.Jobs.ListAsync(page, size, ct);
        if (!jobs.Succeeded) return jobs.Refusal;
        context.Response.Headers["X-Total-Count"] = jobs.Value.Total.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers.Link = PageLinks.Of(mine.PathTo("/history"), page, size, jobs.Value.Total);
        return DialectJson.Answer(jobs.Value.Jobs.Select(ShapeOf));
    }

    static object ShapeOf(JobView job) => new
    {
        id = job.Id,
        prompt = PromptOf(job),
        video_url = StatusEndpoint.VideoUrlOf(job),
        status = StatusEndpoint.StatusOf(job),
        timestamp = job.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
    };

    /// <summary>Empty for a job of a model without a prompt.</summary>
    static string PromptOf(JobView job) =>
        job.Input.ValueKind == JsonValueKind.Object && job.Input.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String
            ? prompt.GetString()! : "";

    /// <summary>The default when absent; null when it is not a number from 1 to <paramref name="highest"/>.</summary>
    static int? Number(string? text, int absent, int highest)
    {
        if (text is null) return absent;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= highest ? number : null;
    }
}
