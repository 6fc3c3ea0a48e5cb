using System.Globalization;
using System.Net;
using System.Text.Json;
using VideoGen.Durability.DeadLetters;
using VideoGen.HttpApi;
using VideoGen.ServiceDefaults.DeadLetters;

namespace VideoGen.Jobs.Operator.DeadLetters;

/// <summary>
/// Asks one service for its dead letters. An answer of null means that the service is away, or says nothing that can be read; our own are
/// at hand. After a replay or a discard it means that nobody knows whether it happened.
/// </summary>
internal sealed class DeadLettersClient(
    DeadLetterBox own, AccountsLetters accounts, ProvidersLetters providers, StorageLetters storage, ILogger<DeadLettersClient> log)
{
    const string Own = "jobs";

    /// <summary>How long a replay or discard may take: it moves up to a thousand letters, and giving up early would not stop it.</summary>
    public static readonly TimeSpan LongestTake = TimeSpan.FromSeconds(30);

    /// <summary>The list waits for the slowest service, so it does not wait long.</summary>
    public static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<string> Services { get; } = ["accounts", Own, "providers", "storage"];

    public async Task<DeadLetterList?> ListAsync(string service, DeadLettersQuery query, CancellationToken ct)
    {
        if (service == Own) return new DeadLetterList(await own.ListAsync(query.MessageType, query.Source, query.After, query.Limit + 1, ct));
        var path = $"internal/dead-letters?limit={query.Limit + 1}";
        if (query.MessageType is { } type) path += $"&message_type={Uri.EscapeDataString(type)}";
        if (query.Source is { } source) path += $"&source={source}";
        if (query.After is { } after)
            path += $"&failed_before={Uri.EscapeDataString(after.FailedAt.ToString("O", CultureInfo.InvariantCulture))}&id_before={after.Id}";
        return await TryAsync(
            service, (client, limit) => client.GetFromJsonAsync<DeadLetterList>(path, ApiJson.Options, limit), LongestRead, ct);
    }

    public async Task<Found?> FindAsync(string service, Guid id, CancellationToken ct) => service == Own
        ? new Found(await own.FindAsync(id, ct) is { } content ? DeadLetterContentView.Of(content) : null)
        : await TryAsync(service, (client, limit) => FoundAsync(client, id, limit), LongestRead, ct);

    public Task<DeadLetterList?> ReplayAsync(string service, DeadLetterChoice choice, CancellationToken ct) =>
        TakeAsync(service, "replay", filter => own.ReplayAsync(filter, ct), choice, ct);

    public Task<DeadLetterList?> DiscardAsync(string service, DeadLetterChoice choice, CancellationToken ct) =>
        TakeAsync(service, "discard", filter => own.DiscardAsync(filter, ct), choice, ct);

    static async Task<Found?> FoundAsync(HttpClient client, Guid id, CancellationToken ct)
    {
        using var answer = await client.GetAsync($"internal/dead-letters/{id}", ct);
        if (answer.StatusCode == HttpStatusCode.NotFound) return new Found(null);
        answer.EnsureSuccessStatusCode();
        return new Found(await answer.Content.ReadFromJsonAsync<DeadLetterContentView>(ApiJson.Options, ct));
    }

    async Task<DeadLetterList?> TakeAsync(
        string service, string action, Func<DeadLetterFilter, Task<IReadOnlyList<DeadLetter>>> ownTake, DeadLetterChoice choice, CancellationToken ct) =>
        service == Own
            ? new DeadLetterList(await ownTake(choice.Filter))
            : await TryAsync(service, (client, limit) => PostAsync(client, action, choice, limit), LongestTake, ct);

    static async Task<DeadLetterList?> PostAsync(HttpClient client, string action, DeadLetterChoice choice, CancellationToken ct)
    {
        using var answer = await client.PostAsJsonAsync($"internal/dead-letters/{action}", choice, ApiJson.Options, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<DeadLetterList>(ApiJson.Options, ct);
    }

    async Task<T?> TryAsync<T>(
        string service, Func<HttpClient, CancellationToken, Task<T?>> ask, TimeSpan patience, CancellationToken ct) where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            return await ask(Client(service), limit.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            DeadLetterLog.Away(log, service, failure.Message);
            return null;
        }
    }

    HttpClient Client(string service) => service switch
    {
        "accounts" => accounts.Http,
        "providers" => providers.Http,
        "storage" => storage.Http,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "No such service."),
    };

    /// <param name="Content">Null when the service has no such letter.</param>
    internal sealed record Found(DeadLetterContentView? Content);
}

internal sealed record AccountsLetters(HttpClient Http);

internal sealed record ProvidersLetters(HttpClient Http);

internal sealed record StorageLetters(HttpClient Http);

internal static partial class DeadLetterLog
{
    [LoggerMessage(LogLevel.Warning, "{Service} gave no answer about its dead letters that can be read: {Reason}")]
    public static partial void Away(ILogger logger, string service, string reason);

    [LoggerMessage(LogLevel.Information,
        "Audit: operator {AccountId} (credential {CredentialId}) asks {Service} to {Action} dead letters {Choice}")]
    public static partial void Asks(ILogger logger, Guid accountId, Guid credentialId, string service, string action, string choice);

    [LoggerMessage(LogLevel.Information,
        "Audit: {Service} did so ({Action}, operator {AccountId}, credential {CredentialId}) with {Count} dead letters {Choice}")]
    public static partial void Done(
        ILogger logger, string service, string action, Guid accountId, Guid credentialId, int count, string choice);

    [LoggerMessage(LogLevel.Warning,
        "Audit: unknown whether {Service} did so ({Action}, operator {AccountId}, credential {CredentialId}): dead letters {Choice}")]
    public static partial void Unknown(ILogger logger, string service, string action, Guid accountId, Guid credentialId, string choice);

    [LoggerMessage(LogLevel.Information, "Audit: operator {AccountId} (credential {CredentialId}) asked {Service} to {Action} dead letter {Id}: {MessageType}, message {MessageId}, job {JobId}")]
    public static partial void Audit(
        ILogger logger, Guid accountId, Guid credentialId, string service, string action, Guid id, string messageType, Guid messageId, Guid? jobId);
}
