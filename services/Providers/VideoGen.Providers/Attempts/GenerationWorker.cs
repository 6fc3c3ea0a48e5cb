using System.Text.Json;
using VideoGen.Durability;
using VideoGen.Providers.Catalog;
using VideoGen.Providers.Connectors;
using VideoGen.Providers.Connectors.Local;
using VideoGen.Providers.Contracts;
using VideoGen.ServiceDefaults.Telemetry;

namespace VideoGen.Providers.Attempts;

/// <summary>
/// Takes a generation from its start to its end, a step a run.
/// <para>
/// Guarantee: a vendor is never asked twice for the same work without certainty that the first time did not count; a
/// generation ends once; whatever process dies, another one goes on when the lease has ended.
/// </para>
/// <para>
/// Protocol: 1. Between attempts: choose a route, write the attempt (<c>creating</c>), only then call the vendor, write its
/// answer. 2. An attempt found <c>creating</c>, or a create that threw, is <c>unknown</c>: the connector probes until the verdict is
/// definite; absent means another attempt, found means running. 3. Running: look at the vendor, publish progress, end.
/// A cancel or the deadline is looked for first, in every step.
/// </para>
/// <para>
/// What may go wrong: a worker that sleeps through its lease between 1's two writes finds a new version afterwards; if a
/// vendor accepted its work by then, that work is cancelled there.
/// </para>
/// </summary>
internal sealed partial class GenerationWorker(
    GenerationStore store, GenerationJournal journal, ModelCatalog catalog, ConnectorRegistry connectors, RouteChooser chooser,
    ILogger<GenerationWorker> log) : IDueWorkHandler
{
    public const string Kind = "generation";

    static readonly TimeSpan AtOnce = TimeSpan.Zero;
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30);
    static readonly JsonElement NoSettings = JsonElement.Parse("{}");

    public async Task<DueWorkResult> RunAsync(DueWorkItem item, CancellationToken ct)
    {
        if (await store.FindAsync(item.Id, ct) is not { HasEnded: false } generation) return DueWorkResult.Done;
        JobTrace.Mark(generation.JobId);
        journal.Item = item;
        try
        {
            var result = generation.Current switch
            {
                null => await StartAsync(generation, ct),
                { State: AttemptState.Creating or AttemptState.Unknown } lost => await ProbeAsync(generation, lost, item.Attempts, ct),
                { } running => await LookAsync(generation, running, ct),
            };
            return item.IsEnded ? DueWorkResult.Handled : result;
        }
        catch (OvertakenException)
        {
            return DueWorkResult.Again(Soon);
        }
    }

    /// <summary>Why the generation must end now, whatever the vendors do; null when it need not.</summary>
    static GenerationEnd? Verdict(Generation generation) =>
        generation.CancelRequested ? GenerationEnd.Cancelled : generation.IsLate ? GenerationEnd.Late : null;

    async Task<DueWorkResult> StartAsync(Generation generation, CancellationToken ct)
    {
        if (Verdict(generation) is { } end) return await EndAsync(generation, end, ct);
        if (catalog.Find(generation.Model) is not { Routes: { } routes })
            return await EndAsync(generation, new GenerationEnd("failed", HttpApi.Errors.ErrorCodes.ModelNotFound.Code, $"There is no model {generation.Model}."), ct);

        return await chooser.NextAsync(generation, routes, ct) switch
        {
            RouteStep.Try step => await CreateAsync(generation, step, routes[step.Route], ct),
            RouteStep.Wait { Time: var time } => DueWorkResult.Again(time),
            RouteStep.GiveUp { Refusal: var refusal } => await EndAsync(generation, GenerationEnd.Of(refusal), ct),
            var step => throw new InvalidOperationException($"Unknown step {step}"),
        };
    }

    async Task<DueWorkResult> CreateAsync(Generation before, RouteStep.Try step, ConnectorRoute route, CancellationToken ct)
    {
        if (await journal.BeginAsync(before, step, route, ct) is not { } generation) return DueWorkResult.Again(RoutePlan.FullWait);
        var attempt = generation.Current!;
        var connector = connectors.Find(route.Connector)!;
        CrashPoint.Hit("before-create");
        CreateAnswer answer;
        try
        {
            answer = await connector.CreateAsync(RequestOf(generation, attempt, route), ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Log.CreateLost(log, fault, connector.Name, generation.JobId);
            await journal.DoubtAsync(generation, attempt, $"{fault.GetType().Name}: {fault.Message}", ct);
            return DueWorkResult.Again(AtOnce);
        }

        CrashPoint.Hit("after-create");
        switch (answer)
        {
            case CreateAnswer.Accepted accepted:
                return await AcceptAsync(generation, attempt, connector, accepted, ct);
            case CreateAnswer.Refused { Refusal: var refusal }:
                return await EndAttemptAsync(generation, attempt, AttemptState.Refused, refusal, ct);
            case CreateAnswer.Unknown { Detail: var detail }:
                await journal.DoubtAsync(generation, attempt, detail, ct);
                return DueWorkResult.Again(AtOnce);
            default:
                throw new InvalidOperationException($"Unknown answer {answer}");
        }
    }

    internal static CreateRequest RequestOf(Generation generation, AttemptRow attempt, ConnectorRoute? route) => new(
        attempt.Id, attempt.VendorModel, VendorInput.Rename(generation.Input, route?.Inputs), VendorInput.Rename(generation.Assets, route?.Inputs),
        route?.Settings ?? NoSettings, generation.Test ? generation.Script : null, generation.Deadline) { Key = attempt.Key };

    async Task<DueWorkResult> AcceptAsync(
        Generation generation, AttemptRow attempt, IConnector connector, CreateAnswer.Accepted accepted, CancellationToken ct)
    {
        try
        {
            generation = await journal.AcceptAsync(generation, attempt, accepted, ct);
        }
        catch (OvertakenException)
        {
            Log.Superfluous(log, connector.Name, generation.JobId);
            await connector.CancelAsync((attempt with { VendorId = accepted.VendorId, Memo = accepted.Memo }).Work, ct);
            throw;
        }

        if (generation.HasEnded) return DueWorkResult.Done;
        if (Verdict(generation) is not null) return DueWorkResult.Again(AtOnce);
        return accepted.State is { } state
            ? await ApplyAsync(generation, generation.Current!, connector, state, ct)
            : DueWorkResult.Again(connector.PollEvery);
    }

    async Task<DueWorkResult> ProbeAsync(Generation generation, AttemptRow attempt, int probes, CancellationToken ct)
    {
        if (connectors.Find(attempt.Connector) is not { } connector) return await EndAttemptAsync(generation, attempt, AttemptState.Abandoned, Retired(attempt), ct);
        if (attempt.State == AttemptState.Creating)
            generation = await journal.DoubtAsync(generation, attempt, "The process ended between the call and its answer.", ct);
        var route = RouteOf(attempt);
        var request = RequestOf(generation, attempt, route);
        var lost = new LostWork(request, attempt.CreatedAt, generation.Now, attempt.VendorId, KnowsRoute: route is not null);
        switch (await connector.FindAsync(lost, ct))
        {
            case FindAnswer.Found found:
                return await AcceptAsync(generation, attempt, connector, await FoundAsync(generation, attempt, connector, found, ct), ct);
            case FindAnswer.Absent:
                return await EndAttemptAsync(generation, attempt, AttemptState.Absent, refusal: null, ct);
            default:
                return generation.IsLate
                    ? await StoppedAsync(generation, attempt, AttemptState.Abandoned, late: null, ct)
                    : DueWorkResult.Again(TimeSpan.FromSeconds(Math.Min(LongestProbe.TotalSeconds, Math.Pow(2, Math.Min(probes, 10)))));
        }
    }

    /// <summary>With the state, unless the generation is to be stopped: then what the vendor has made is not delivered.</summary>
    static async Task<CreateAnswer.Accepted> FoundAsync(
        Generation generation, AttemptRow attempt, IConnector connector, FindAnswer.Found found, CancellationToken ct)
    {
        var work = (attempt with { VendorId = found.VendorId, Memo = found.Memo, AcceptedAt = generation.Now }).Work;
        return new CreateAnswer.Accepted(found.VendorId, Verdict(generation) is null ? await connector.GetAsync(work, ct) : null, found.Memo);
    }

    /// <summary>The route that the attempt took; null where that was not written down yet and the catalogue has changed since.</summary>
    ConnectorRoute? RouteOf(AttemptRow attempt) =>
        attempt.Taken ?? (catalog.Find(attempt.Model)?.Routes?.ElementAtOrDefault(attempt.Route) is { } route && route.Connector == attempt.Connector && route.Model == attempt.VendorModel
            ? route
            : null);

    async Task<DueWorkResult> LookAsync(Generation generation, AttemptRow attempt, CancellationToken ct)
    {
        if (connectors.Find(attempt.Connector) is not { } connector) return await EndAttemptAsync(generation, attempt, AttemptState.Abandoned, Retired(attempt), ct);
        if (Verdict(generation) is not null) return await StopAsync(generation, attempt, connector, ct);
        return await ApplyAsync(generation, attempt, connector, await connector.GetAsync(attempt.Work, ct), ct);
    }

    async Task<DueWorkResult> ApplyAsync(Generation generation, AttemptRow attempt, IConnector connector, VendorState state, CancellationToken ct)
    {
        switch (state)
        {
            case VendorState.Running running:
                if (RenderProgress.IsWorthTelling(attempt.Percent, attempt.Step, generation.Now - (attempt.ToldAt ?? DateTimeOffset.MinValue), running.Percent, running.Step))
                    await journal.ProgressAsync(generation, attempt, running, ct);
                return DueWorkResult.Again(running.LookAgainIn ?? connector.PollEvery);
            case VendorState.Waiting:
                return DueWorkResult.Again(connector.PollEvery);
            case VendorState.Unknown unknown:
                Log.NotTold(log, connector.Name, generation.JobId, unknown.Detail);
                return DueWorkResult.Again(connector.PollEvery);
            case VendorState.Succeeded succeeded:
                await journal.SucceedAsync(generation, attempt, succeeded, ct);
                return DueWorkResult.Done;
            case VendorState.Failed failed:
                return await EndAttemptAsync(generation, attempt, AttemptState.Failed, failed.Refusal, ct);
            case VendorState.Cancelled:
                return await EndAttemptAsync(generation, attempt, AttemptState.Failed, Refusal.OfFailure("The provider cancelled the job."), ct);
            default:
                return await EndAttemptAsync(generation, attempt, AttemptState.Failed, Refusal.OfLoss(), ct);
        }
    }

    async Task<DueWorkResult> StopAsync(Generation generation, AttemptRow attempt, IConnector connector, CancellationToken ct)
    {
        var answer = CancelAnswer.NotPossible;
        VendorState.Succeeded? late = null;
        try
        {
            answer = await connector.CancelAsync(attempt.Work, ct);
            if (answer == CancelAnswer.AlreadyEnded) late = await connector.GetAsync(attempt.Work, ct) as VendorState.Succeeded;
        }
        catch (Exception fault) when (generation.IsLate && !ct.IsCancellationRequested)
        {
            // Before the deadline a vendor that is away is asked again; after it the job ends all the same.
            Log.Abandoned(log, fault, connector.Name, generation.JobId);
        }

        return await StoppedAsync(generation, attempt, answer == CancelAnswer.NotPossible ? AttemptState.Abandoned : AttemptState.Cancelled, late, ct);
    }

    async Task<DueWorkResult> StoppedAsync(Generation generation, AttemptRow attempt, AttemptState state, VendorState.Succeeded? late, CancellationToken ct)
    {
        await journal.StopAsync(generation, attempt, state, late, Verdict(generation)!, ct);
        return DueWorkResult.Done;
    }

    async Task<DueWorkResult> EndAttemptAsync(Generation generation, AttemptRow attempt, AttemptState state, Refusal? refusal, CancellationToken ct)
    {
        await journal.EndAttemptAsync(generation, attempt, state, refusal, ct);
        return DueWorkResult.Again(AtOnce);
    }

    async Task<DueWorkResult> EndAsync(Generation generation, GenerationEnd end, CancellationToken ct)
    {
        await journal.EndAsync(generation, end, ct);
        return DueWorkResult.Done;
    }

    static Refusal Retired(AttemptRow attempt) => Refusal.OfLoss($"There is no connector {attempt.Connector} any more.");

    static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The answer of {Connector} to a create for job {JobId} was lost; probing")]
        public static partial void CreateLost(ILogger logger, Exception fault, string connector, Guid jobId);

        [LoggerMessage(LogLevel.Information, "{Connector} did not tell how the work for job {JobId} stands: {Detail}")]
        public static partial void NotTold(ILogger logger, string connector, Guid jobId, string detail);

        [LoggerMessage(LogLevel.Warning, "{Connector} accepted work for job {JobId} that another worker had given up on; cancelling it there")]
        public static partial void Superfluous(ILogger logger, string connector, Guid jobId);

        [LoggerMessage(LogLevel.Warning, "{Connector} could not be told to stop job {JobId}, which is past its deadline")]
        public static partial void Abandoned(ILogger logger, Exception fault, string connector, Guid jobId);
    }
}
