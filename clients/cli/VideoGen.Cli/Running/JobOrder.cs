using System.Net;
using System.Text.Json.Nodes;
using VideoGen.Cli.Api;
using VideoGen.Cli.Commands;
using VideoGen.Cli.Kept;
using VideoGen.Cli.Terminals;

namespace VideoGen.Cli.Running;

/// <summary>
/// Makes a job of what was typed, or goes on with what the same command left unfinished; <see cref="RunRecord"/> tells how it
/// knows. With <c>--new</c> it makes another one; first it finds out what the earlier command, without <c>--new</c>, has bought, and
/// says so. The very same command is never another order, with <c>--new</c> or without.
/// </summary>
/// <param name="name">The name of the wish, <see cref="RunRecord.NameOf"/>.</param>
internal sealed class JobOrder(CommandRun run, string folder, string name, bool isNew) : IDisposable
{
    RunRecord? _record;

    /// <summary>Null while it is not known here whether there is a job.</summary>
    public string? JobId => _record?.JobId;

    /// <summary>An order is written down and may have been sent.</summary>
    public bool IsWritten => _record is not null;

    /// <summary>The command has done what it was asked; the next one of its kind is a new order.</summary>
    public void Finish() => _record!.Finish();

    public void Dispose() => _record?.Dispose();

    /// <param name="bodyOf">Makes the request's body, for a new order; uploads files.</param>
    /// <param name="ownKey">Its idempotency key; null to make one.</param>
    /// <returns>The job's id.</returns>
    public async Task<string> PlaceAsync(Func<Task<JsonObject>> bodyOf, string? ownKey)
    {
        await TakeUpAsync(RunRecord.Left(folder, name));
        if (JobId is { } known) return known;
        if (_record is not null) return (await SendAsync(_record, wasSent: true)).Id;
        var body = await bodyOf();
        _record = RunRecord.Create(folder, name, ownKey ?? $"cli-{Guid.NewGuid():n}", body, isNew, DateTimeOffset.UtcNow);
        return (await SendAsync(_record, wasSent: false)).Id;
    }

    /// <summary>Chooses the record to go on with, if there is one; the others stay for the commands that come.</summary>
    async Task TakeUpAsync(IReadOnlyList<RunRecord> left)
    {
        try
        {
            foreach (var record in left)
            {
                if (record.IsTooOld(DateTimeOffset.UtcNow)) PassOver(record);
                else if (!isNew || record.IsNew) _record ??= record;
            }
            if (_record is not null) TellOf(_record);
            else if (isNew) await ResolveAsync([.. left.Where(record => !record.IsTooOld(DateTimeOffset.UtcNow))]);
        }
        finally
        {
            foreach (var other in left.Where(record => record != _record)) other.Dispose();
        }
    }

    void TellOf(RunRecord record) => run.Terminal.Note(record.JobId is { } id
        ? $"The same command was left unfinished: going on with job {SafeText.Line(id)}. For another job"
            + (isNew ? " repeat it when this one is done." : " add --new.")
        : "The same command was left without an answer: it is asked again, under the same Idempotency-Key.");

    void PassOver(RunRecord record)
    {
        var what = record.JobId is { } id
            ? $"Job {SafeText.Line(id)} of it is not followed any more"
            : "Whether it made a job is not known";
        run.Terminal.Note($"The same command was left unfinished on {record.CreatedAt.UtcDateTime:yyyy-MM-dd}, too long ago to go on. "
            + $"{what}: videogen jobs list. This is a new order.");
        record.Finish();
    }

    /// <summary>What the same command bought without <c>--new</c>, one after the other, before another order is made.</summary>
    async Task ResolveAsync(IReadOnlyList<RunRecord> earlier)
    {
        foreach (var record in earlier)
        {
            if (record.JobId is { } id)
            {
                record.Finish();
                TellOfEarlier(id);
                continue;
            }
            _record = record; // What is asked now may be made by the asking: an interrupt tells so.
            if (await IsMadeNowAsync(record)) return;
            _record = null;
        }
    }

    /// <summary>
    /// Asks what became of an order without an answer, by sending it once more under its key. Where it had not arrived it is made by
    /// this, and is then the order of this command: there is no second one to be sent.
    /// </summary>
    /// <returns>True when its job is this command's.</returns>
    async Task<bool> IsMadeNowAsync(RunRecord record)
    {
        run.Terminal.Note("The same command was left without an answer: first it is asked what became of it.");
        Sent sent;
        try
        {
            sent = await SendAsync(record, wasSent: true);
        }
        catch (ApiFailure refused) when (ProvesNoJob(refused, wasSent: true))
        {
            run.Terminal.Note($"It bought nothing ({SafeText.Line(refused.Message)}).");
            return false;
        }
        if (sent is { IsRepetition: true, WasRepeatedHere: false })
        {
            record.Finish();
            TellOfEarlier(sent.Id);
            return false;
        }
        run.Terminal.Note(sent.IsRepetition
            ? $"Job {SafeText.Line(sent.Id)} is made; whether just now or before can't be told, so no other is ordered."
            : $"It had not arrived; it is ordered now, once: job {SafeText.Line(sent.Id)}.");
        return true;
    }

    void TellOfEarlier(string id) => run.Terminal.Note(
        $"The same command had made job {SafeText.Line(id)}, which goes on: videogen jobs wait {SafeText.Line(id)} --out <folder>. "
        + "This is another order.");

    async Task<Sent> SendAsync(RunRecord record, bool wasSent)
    {
        var wasRepeated = false;
        try
        {
            var (job, isRepetition) = await run.Api.SubmitAsync(
                record.Body, record.IdempotencyKey, () => wasRepeated = true, run.Stopped);
            var id = job.Plain("id");
            Remember(record, id);
            return new Sent(id, isRepetition, wasRepeated);
        }
        catch (ApiFailure refused) when (ProvesNoJob(refused, wasSent || wasRepeated))
        {
            record.Finish();
            throw;
        }
    }

    void Remember(RunRecord record, string id)
    {
        try
        {
            record.Submitted(id, isNew || record.IsNew);
        }
        catch (IOException full)
        {
            run.Terminal.Note(
                $"Job {SafeText.Line(id)} is made, but could not be written down ({full.Message}). The same command finds it again.");
        }
    }

    /// <summary>Whether a refusal says that there is no job under the key, rather than that nothing is said about it.</summary>
    static bool ProvesNoJob(ApiFailure refused, bool wasSent) =>
        refused is { Code: not null, IsTransient: false, Status: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError }
        && !(wasSent && refused.Code is ("unauthorized" or "forbidden" or "not_found"));

    /// <param name="IsRepetition">The server says that an earlier request with this key made the job.</param>
    /// <param name="WasRepeatedHere">That earlier request may have been one of this command.</param>
    sealed record Sent(string Id, bool IsRepetition, bool WasRepeatedHere);
}
