using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Errors;
using VideoGen.Web.Access;

namespace VideoGen.Web.Monitor;

/// <summary>The page, its parts, and the door to a job's file.</summary>
internal sealed partial class MonitorEndpoints(JobsClient jobs, IAntiforgery forms, IOptions<MonitorOptions> options, ILogger<MonitorEndpoints> log)
{
    const int PageSize = 24;
    const int MostAtOnce = 500;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>The page: <c>?status=</c> and, for browsers without scripts, <c>?before=</c>.</summary>
    public async Task<IResult> PageAsync(string place, HttpContext context, CancellationToken ct)
    {
        var query = MonitorQuery.Of(place, context.Request.Query);
        var signedIn = !options.Value.Open && SessionCookie.CredentialOf(context.User) is not null;
        return await AnswerAsync(async () =>
        {
            var (list, tallies) = (await jobs.ListAsync(query.Filter, query.Before, from: null, PageSize, ct), (await jobs.PulseAsync(since: null, ct)).Tallies);
            return new RazorComponentResult<MonitorPage>(new
            {
                Query = query,
                Cards = list.Jobs.Select(JobCard.Of).ToList(),
                list.HasMore,
                Tallies = tallies,
                SignOutToken = signedIn ? forms.GetAndStoreTokens(context).RequestToken : null,
                options.Value.Open,
            });
        }, ct);
    }

    /// <summary>
    /// Cards: the next page (<c>?before=</c>), or everything from the oldest card that the browser shows (<c>?from=</c>), so that a browser that
    /// was away knows what has changed in what it shows.
    /// </summary>
    public Task<IResult> ListAsync(string place, HttpContext context, CancellationToken ct)
    {
        var query = MonitorQuery.Of(place, context.Request.Query);
        return AnswerAsync(async () =>
        {
            var list = await jobs.ListAsync(query.Filter, query.Before, query.From, query.From is null ? PageSize : MostAtOnce, ct);
            // Asked from the oldest card on, an answer that is whole says nothing of older jobs; the browser knows whether there are any.
            var more = query.From is null || list.HasMore ? list.HasMore : (bool?)null;
            var tallies = query.Before is null ? (await jobs.PulseAsync(since: null, ct)).Tallies : null;
            return new RazorComponentResult<CardList>(new { Cards = list.Jobs.Select(JobCard.Of).ToList(), HasMore = more, Tallies = tallies });
        }, ct);
    }

    /// <summary>To the file itself, by a link that is signed at this moment: a page may stay open for longer than a link lives.</summary>
    public Task<IResult> MediaAsync(Guid id, int index, HttpResponse response, CancellationToken ct) => AnswerAsync(async () =>
    {
        var found = await jobs.ListAsync([id], ct);
        if (found.Jobs is not [{ Job.Output.Assets: var assets }] || index < 0 || index >= assets.Count) return Problems.Of(ErrorCodes.NotFound, "There is no such file.");
        response.Headers.CacheControl = "private, max-age=60";
        return Results.Redirect(assets[index].Url);
    }, ct);

    async Task<IResult> AnswerAsync(Func<Task<IResult>> answer, CancellationToken ct)
    {
        try
        {
            return await answer();
        }
        catch (Exception failure) when (Operators.IsAway(failure, ct))
        {
            Log.JobsAway(log, failure);
            return Problems.Of(ErrorCodes.ServiceUnavailable, "The jobs can't be read at the moment. Please reload the page soon.", retryAfter: Soon);
        }
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs does not answer the monitor")]
        public static partial void JobsAway(ILogger log, Exception failure);
    }
}

/// <summary>What a browser asks for; what is no id counts as none.</summary>
/// <param name="Place">The page's own path; those of its parts begin with it.</param>
public sealed record MonitorQuery(string Place, JobFilter Filter, Guid? Before, Guid? From)
{
    public static MonitorQuery Of(string place, IQueryCollection query) => new(place, JobFilter.Of(query["status"]), Id(query["before"]), Id(query["from"]));

    public string AddressOf(JobFilter filter) => filter.Word.Length == 0 ? Place : $"{Place}?status={filter.Word}";

    public string PartAddress => $"{Place}/jobs?status={Filter.Word}";

    public string OlderAddress(Guid oldest) => $"{Place}?status={Filter.Word}&before={oldest}";

    static Guid? Id(string? text) => Guid.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;
}
