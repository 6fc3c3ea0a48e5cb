using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using VideoGen.Web.Account;
using VideoGen.Web.Api;

namespace VideoGen.Web.Operator;

/// <summary>The dead letters of all services: why, send again, discard.</summary>
internal sealed class DeadLetterEndpoints(JobsApiClient jobs, IAntiforgery forms)
{
    const string Api = "admin/v1/dead-letters";

    static readonly string Gone = DeadLetterQuery.AddressOf() + "?done=gone";

    public Task<IResult> ListAsync(HttpContext context, CancellationToken ct) =>
        ListAsync(DeadLetterQuery.Of(context.Request.Query), fault: null, context, ct);

    public async Task<IResult> ShowAsync(string service, Guid id, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.GetAsync<DeadLetterContentShown>($"{Api}/{service}/{id}", ct);
        if (answer.Problem is { Status: StatusCodes.Status404NotFound }) return Results.Redirect(Gone);
        return answer.Value is null ? answer.Refusal : new RazorComponentResult<DeadLetterPage>(
            new { Content = answer.Value, Token = forms.GetAndStoreTokens(context).RequestToken });
    }

    public async Task<IResult> ReplayAsync(string service, Guid id, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.PostAsync<Nothing>($"{Api}/{service}/{id}/replay", body: null, ct);
        return await AfterAsync(answer, "replayed", context, ct);
    }

    public async Task<IResult> DiscardAsync(string service, Guid id, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.SendAsync<Nothing>(HttpMethod.Delete, $"{Api}/{service}/{id}", body: null, ct);
        return await AfterAsync(answer, "discarded", context, ct);
    }

    /// <summary>All letters of a service and one type of message, a thousand at a time.</summary>
    /// <param name="act"><c>replay</c> or <c>discard</c>.</param>
    public async Task<IResult> ManyAsync(string service, string act, HttpContext context, CancellationToken ct)
    {
        var type = (await context.Request.ReadFormAsync(ct))["type"].ToString();
        var answer = await jobs.PostAsync<DeadLettersTakenShown>($"{Api}/{service}/{act}", new { message_type = type }, ct);
        if (answer.Value is not { } taken)
            return await ListAsync(new DeadLetterQuery(service, type, ""), OverviewEndpoints.TextOf(answer.Problem!), context, ct);
        var left = taken.MayHaveMore ? DeadLetterQuery.AddressOf(service, type) + "&" : DeadLetterQuery.AddressOf() + "?";
        return Results.Redirect(string.Create(CultureInfo.InvariantCulture, $"{left}done={act}ed&count={taken.Count}"));
    }

    /// <summary>A letter that is not there any more was dealt with by somebody else, which is no fault.</summary>
    async Task<IResult> AfterAsync(ApiAnswer<Nothing> answer, string done, HttpContext context, CancellationToken ct) =>
        answer.Problem switch
        {
            null => Results.Redirect($"{DeadLetterQuery.AddressOf()}?done={done}&count=1"),
            { Status: StatusCodes.Status404NotFound } => Results.Redirect(Gone),
            { } problem => await ListAsync(new DeadLetterQuery("", "", ""), OverviewEndpoints.TextOf(problem), context, ct),
        };

    async Task<IResult> ListAsync(DeadLetterQuery query, string? fault, HttpContext context, CancellationToken ct)
    {
        var answer = await jobs.GetAsync<DeadLettersShown>(query.ApiPath, ct);
        // A cursor or a type that the API does not take is the address' fault: the list begins anew.
        if (answer.Value is not { } page)
            return answer.Problem!.Status == StatusCodes.Status400BadRequest && query.IsNarrow
                ? Results.Redirect(DeadLetterQuery.AddressOf()) : answer.Refusal;
        return new RazorComponentResult<DeadLettersPage>(new
        {
            Query = query,
            Letters = page,
            Note = NoteOf(context.Request.Query),
            Fault = fault,
            Token = forms.GetAndStoreTokens(context).RequestToken,
        }) { StatusCode = fault is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };
    }

    static string? NoteOf(IQueryCollection query)
    {
        var count = int.TryParse(query["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : 0;
        var what = string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? "letter was" : "letters were")}");
        return query["done"].ToString() switch
        {
            "replayed" => what + " sent again. A message that fails again comes back as a new letter.",
            "discarded" => what + " deleted for good.",
            "gone" => "That letter is not there any more: it was sent again or discarded.",
            _ => null,
        };
    }
}
