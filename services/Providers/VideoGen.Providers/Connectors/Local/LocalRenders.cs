using VideoGen.Durability;
using VideoGen.Providers.Contracts;
using VideoGen.Providers.Outputs;

namespace VideoGen.Providers.Connectors.Local;

/// <summary>
/// The vendor inside this service, which the simulator and the media tools share: takes orders, has them rendered by due
/// work, tells how they stand, hands out links.
/// <para>
/// Guarantee: an order that was accepted is rendered, whatever crashes; it is delivered at most once per reference; a cancel
/// ends the process that renders it, on whichever replica it runs.
/// </para>
/// <para>
/// Protocol: 1. <see cref="AcceptAsync"/> writes the row and its due work in one transaction. 2. <see cref="RenderWorker"/> claims it
/// under a lease, renders, and writes the end in the transaction that completes the due work and wakes the attempt.
/// 3. A second row of due work deletes files and row when they have been kept long enough.
/// </para>
/// </summary>
internal sealed class LocalRenders(
    RenderStore store, DueWork dueWork, RunningRenders running, WorkFolder folder, SelfAddress self, IServiceScopeFactory scopes,
    Microsoft.Extensions.Options.IOptions<ProvidersOptions> options)
{
    public const string RenderKind = "render";
    public const string RetentionKind = "render-expiry";

    /// <summary>Takes an order; an order whose reference is known already is the same order.</summary>
    public async Task<CreateAnswer> AcceptAsync(RenderOrder order, Delivery? delivered, CancellationToken ct)
    {
        var row = await InsertAsync(order, delivered, ct);
        // Whoever asked is not told; a probe finds the order.
        if (order.Script is { LoseAcknowledgement: true }) throw new TimeoutException("The acknowledgement was lost, as the test asked.");
        return new CreateAnswer.Accepted(row.Id.ToString(), Describe(row));
    }

    public async Task<VendorState> GetAsync(string vendorId, CancellationToken ct) => Describe(await store.FindAsync(Guid.Parse(vendorId), ct));

    public async Task<FindAnswer> FindAsync(Guid clientReference, CancellationToken ct) =>
        await store.FindByReferenceAsync(clientReference, ct) is { } row ? new FindAnswer.Found(row.Id.ToString()) : new FindAnswer.Absent();

    public async Task<CancelAnswer> CancelAsync(string vendorId, CancellationToken ct)
    {
        var id = Guid.Parse(vendorId);
        if (await store.CancelAsync(id, ct))
        {
            running.Stop(id);
            return CancelAnswer.Stopped;
        }

        return await store.FindAsync(id, ct) is null or { State: RenderState.Cancelled } ? CancelAnswer.Stopped : CancelAnswer.AlreadyEnded;
    }

    public async Task<VendorState> RenewAsync(string vendorId, CancellationToken ct) => Describe(await store.RenewAsync(Guid.Parse(vendorId), ct));

    async Task<RenderRow> InsertAsync(RenderOrder order, Delivery? delivered, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var work = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await work.BeginAsync(ct);
        if (await RenderStore.InsertAsync(work, Guid.CreateVersion7(), order, delivered, delivered is null ? null : self.Url, ct) is not { } row)
        {
            await work.RollbackAsync();
            return (await store.FindByReferenceAsync(order.ClientReference, ct))!;
        }
        if (delivered is null && !RenderTimeline.NeverDelivers(order.Script)) await dueWork.ScheduleAsync(work, RenderKind, row.Id, TimeSpan.Zero, ct: ct);
        await dueWork.ScheduleAsync(work, RetentionKind, row.Id, options.Value.KeepOutputs, ct: ct);
        await work.CommitAsync(ct);
        return row;
    }

    VendorState Describe(RenderRow? row)
    {
        if (row is null) return new VendorState.Gone();
        return RenderTimeline.At(row) ?? new VendorState.Succeeded(
            [.. row.Outputs.Select((file, index) => new GenerationOutput(file.Kind, Link(row, file, index), Inline: null, file.MediaType))], row.Answer);
    }

    /// <summary>At this process when it has the file (it may have come back under another address), else at the one that made it.</summary>
    Uri Link(RenderRow row, RenderedFile file, int index)
    {
        var node = row.Node is null || File.Exists(folder.Absolute(file.Path)) ? self.Url : row.Node;
        return new Uri($"{node}/internal/outputs/{row.Order.ClientReference}/{index}?renewal={row.Renewals}");
    }
}

/// <summary>The renders that this process is at, so that a cancel reaches its ffmpeg at once. Other processes notice by the row.</summary>
internal sealed class RunningRenders
{
    readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, CancellationTokenSource> _stops = new();

    /// <summary>Cancels <paramref name="stop"/> when the render is stopped, until the answer is disposed of.</summary>
    public IDisposable Watch(Guid id, CancellationTokenSource stop)
    {
        _stops[id] = stop;
        return new Watching(this, id, stop);
    }

    public void Stop(Guid id)
    {
        if (!_stops.TryGetValue(id, out var stop)) return;
        lock (stop)
        {
            if (_stops.ContainsKey(id)) stop.Cancel();
        }
    }

    sealed class Watching(RunningRenders owner, Guid id, CancellationTokenSource stop) : IDisposable
    {
        public void Dispose()
        {
            // Under the lock, so that nobody cancels a source that its owner is about to dispose of.
            lock (stop) owner._stops.TryRemove(KeyValuePair.Create(id, stop));
        }
    }
}
