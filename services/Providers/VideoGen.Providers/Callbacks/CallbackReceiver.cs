using VideoGen.Durability;
using VideoGen.Providers.Attempts;

namespace VideoGen.Providers.Callbacks;

/// <summary>How a callback was dealt with.</summary>
internal abstract record CallbackOutcome
{
    public sealed record UnknownVendor : CallbackOutcome;

    public sealed record NotSetUp(string Title) : CallbackOutcome;

    public sealed record Refused(string Fault) : CallbackOutcome;

    /// <summary>The vendor only asked whether the address is ours.</summary>
    public sealed record Answered(System.Text.Json.Nodes.JsonNode Answer) : CallbackOutcome;

    /// <summary>It was genuine: it has woken its attempt, or was a repetition, or is about nothing that is known here.</summary>
    public sealed record Taken : CallbackOutcome;
}

/// <summary>
/// Takes vendors' callbacks.
/// <para>
/// Guarantee: a forged callback changes nothing; a genuine one has the vendor asked how the work stands, once for each
/// message, however often it is repeated. So the worst that a leaked secret allows is a needless question to the vendor.
/// Where a create's answer was lost, a callback to the attempt's own address tells what the vendor calls the work.
/// </para>
/// </summary>
internal sealed partial class CallbackReceiver(
    IEnumerable<ICallbackSource> sources, UnitOfWork work, AttemptWaker waker, ILogger<CallbackReceiver> log)
{
    public async Task<CallbackOutcome> ReceiveAsync(string vendor, HttpRequest request, CancellationToken ct)
    {
        if (sources.FirstOrDefault(one => one.Vendor == vendor) is not { } source) return new CallbackOutcome.UnknownVendor();
        if (!source.IsConfigured) return new CallbackOutcome.NotSetUp(source.Title);
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        var callback = new Callback(request.Headers, request.Query, body.GetBuffer().AsMemory(0, (int)body.Length));
        switch (await source.VerifyAsync(callback, ct))
        {
            case CallbackVerdict.Genuine genuine:
                await TakeAsync(vendor, genuine, ct);
                return new CallbackOutcome.Taken();
            case CallbackVerdict.Challenge challenge:
                return new CallbackOutcome.Answered(challenge.Answer);
            case CallbackVerdict.Forged forged:
                return new CallbackOutcome.Refused(forged.Fault);
            case var other:
                throw new InvalidOperationException($"There is no such verdict as {other}");
        }
    }

    async Task TakeAsync(string vendor, CallbackVerdict.Genuine callback, CancellationToken ct)
    {
        await work.BeginAsync(ct);
        var isNew = await CallbackStore.InsertAsync(work, vendor, callback.Id, ct);
        if (isNew && !await WakeAsync(vendor, callback, ct))
        {
            // A vendor may be faster than the note of its own id: when it repeats the message, that may be known.
            await work.RollbackAsync();
            Log.Unknown(log, callback.Id, vendor);
            return;
        }

        await work.CommitAsync(ct);
    }

    async Task<bool> WakeAsync(string vendor, CallbackVerdict.Genuine callback, CancellationToken ct)
    {
        var attempt = callback.ClientReference;
        if (attempt is { } named && callback.VendorId is { } told) await CallbackStore.NameAsync(work, named, vendor, told, ct);
        if (attempt is null && callback.VendorId is { } id) attempt = await CallbackStore.FindAttemptAsync(work, vendor, id, ct);
        return attempt is { } known && await waker.WakeAsync(work, known, ct);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Callback {CallbackId} of {Vendor} is about no attempt that is known here")]
        public static partial void Unknown(ILogger logger, string callbackId, string vendor);
    }
}
