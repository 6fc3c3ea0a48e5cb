using System.Text.Json;
using VideoGen.Durability.DeadLetters;
using VideoGen.HttpApi;
using VideoGen.HttpApi.Errors;
using VideoGen.HttpApi.Requests;
using VideoGen.ServiceDefaults.Callers;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>The dead letters of all services under one address. A service that is away is named, the others answer.</summary>
internal sealed class DeadLettersEndpoints(DeadLettersClient client, ILogger<DeadLettersEndpoints> log)
{
    const int LongestType = 500;
    const string NotAll = "must be true when neither message_type nor source is given";

    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken ct)
    {
        var query = DeadLettersQuery.Read(request.Query);
        var answers = await Task.WhenAll(query.Services.Select(async service => (Service: service, List: await client.ListAsync(service, query, ct))));
        return Results.Json(Merge(answers, query.Limit));
    }

    public async Task<IResult> FindAsync(string service, Guid id, CancellationToken ct)
    {
        if (!DeadLettersClient.Services.Contains(service)) return Problems.Of(ErrorCodes.NotFound);
        return await client.FindAsync(service, id, ct) switch
        {
            null => Away(service),
            { Content: { } content } => Results.Json(DeadLetterContentOfService.Of(service, content)),
            _ => Problems.Of(ErrorCodes.NotFound),
        };
    }

    public Task<IResult> ReplayOneAsync(string service, Guid id, Caller caller) =>
        TakeOneAsync(service, "replay", client.ReplayAsync, id, caller);

    public Task<IResult> DiscardOneAsync(string service, Guid id, Caller caller) =>
        TakeOneAsync(service, "discard", client.DiscardAsync, id, caller);

    public Task<IResult> ReplayManyAsync(string service, DeadLetterMany many, Caller caller) =>
        TakeManyAsync(service, "replay", client.ReplayAsync, many, caller);

    public Task<IResult> DiscardManyAsync(string service, DeadLetterMany many, Caller caller) =>
        TakeManyAsync(service, "discard", client.DiscardAsync, many, caller);

    /// <summary>Does it with what the body asks for, or refuses with every fault of it.</summary>
    public static Task<IResult> OfManyAsync(BodyFields body, Func<DeadLetterMany, Task<IResult>> take)
    {
        var many = new DeadLetterMany(body.Text("message_type", 1, LongestType, required: false),
            body.Word("source", [.. DeadLetterSource.All]), body.Flag("all") == true);
        if (!body.Has("message_type") && !body.Has("source") && !many.All) body.Faults.Add("all", NotAll);
        return body.Refusal() is { } refusal ? Task.FromResult<IResult>(refusal) : take(many);
    }

    /// <summary>Newest first; one more than a page is asked of each, so that it is known whether more follow.</summary>
    internal static DeadLetterPage Merge(IEnumerable<(string Service, DeadLetterList? List)> answers, int limit)
    {
        var known = answers.ToList();
        var letters = known.SelectMany(answer => (answer.List?.Data ?? []).Select(letter => (answer.Service, Letter: letter)))
            .OrderByDescending(one => one.Letter.FailedAt).ThenByDescending(one => one.Letter.Id.ToString(), StringComparer.Ordinal).ToList();
        var page = letters.Take(limit).ToList();
        var more = letters.Count > limit;
        return new DeadLetterPage(
            [.. page.Select(one => DeadLetterOfService.Of(one.Service, one.Letter))], more ? DeadLettersQuery.CursorAfter(page[^1].Letter) : null, more,
            [.. known.Where(answer => answer.List is null).Select(answer => answer.Service)]);
    }

    async Task<IResult> TakeOneAsync(string service, string action, Take take, Guid id, Caller caller)
    {
        if (!DeadLettersClient.Services.Contains(service)) return Problems.Of(ErrorCodes.NotFound);
        if (await AuditedAsync(service, action, take, new DeadLetterChoice([id]), caller) is not { } taken) return Unsure(service);
        return taken.Data.Count == 0 ? Problems.Of(ErrorCodes.NotFound) : Results.NoContent();
    }

    async Task<IResult> TakeManyAsync(string service, string action, Take take, DeadLetterMany many, Caller caller)
    {
        if (!DeadLettersClient.Services.Contains(service)) return Problems.Of(ErrorCodes.NotFound);
        if (many.MessageType is null && many.Source is null && !many.All) return Problems.OfField("all", NotAll);
        var choice = new DeadLetterChoice(null, many.MessageType, many.Source);
        if (await AuditedAsync(service, action, take, choice, caller) is not { } taken) return Unsure(service);
        return Results.Json(new DeadLettersTaken(taken.Data.Count, taken.Data.Count == DeadLetterBox.MostAtOnce));
    }

    /// <summary>
    /// The audit says what is asked before it is asked, and then what came of it. An operator who hangs up does not end it, for the service
    /// may have done it by then.
    /// </summary>
    async Task<DeadLetterList?> AuditedAsync(string service, string action, Take take, DeadLetterChoice choice, Caller caller)
    {
        // As JSON: what an operator writes begins no line of its own.
        var text = JsonSerializer.Serialize(new { choice.Ids, choice.MessageType, choice.Source }, ApiJson.Options);
        DeadLetterLog.Asks(log, caller.AccountId, caller.CredentialId, service, action, text);
        var taken = await take(service, choice, CancellationToken.None);
        if (taken is null) DeadLetterLog.Unknown(log, service, action, caller.AccountId, caller.CredentialId, text);
        else Audit(service, action, taken, text, caller);
        return taken;
    }

    void Audit(string service, string action, DeadLetterList taken, string text, Caller caller)
    {
        DeadLetterLog.Done(log, service, action, caller.AccountId, caller.CredentialId, taken.Data.Count, text);
        foreach (var letter in taken.Data)
            DeadLetterLog.Audit(log, caller.AccountId, caller.CredentialId, service, action, letter.Id, letter.MessageType, letter.MessageId, letter.JobId);
    }

    delegate Task<DeadLetterList?> Take(string service, DeadLetterChoice choice, CancellationToken ct);

    static ProblemAnswer Away(string service) => Problems.Of(ErrorCodes.UpstreamError, $"The service {service} does not answer.");

    static ProblemAnswer Unsure(string service) => Problems.Of(
        ErrorCodes.UpstreamError,
        $"The service {service} does not answer. It may have done it all the same: read the list before you ask again.");
}
