using Microsoft.Extensions.Options;
using VideoGen.Web.Access;

namespace VideoGen.Web.Monitor;

/// <summary>
/// Tells every watching browser what changed.
///
/// Guarantee: a change of a job reaches every open stream, in the job's present state, soon after it happened: normally within half a
/// second, after a lost message or a broken broker within a sweep.
///
/// Protocol: 1. A message of the bus notes the job's id; many notes of one job are one. 2. The noted jobs are read from Jobs, a batch at a time,
/// rendered once, and offered to all streams. 3. After a batch, and at each sweep, the pulse gives the counters and the ids of whatever
/// changed since the last pulse but one; those not sent yet are noted. 4. While nobody watches, nothing is read and nothing noted: a stream
/// begins with the word to read everything anew.
///
/// What may go wrong: Jobs may be away; then the notes stay and the next sweep tries again. More jobs may change than can be read: the notes
/// are limited, and beyond the limit browsers are told to read anew instead.
/// </summary>
internal sealed partial class LiveBoard(
    LiveStreams streams, LiveCards cards, IServiceScopeFactory scopes, IOptions<MonitorOptions> options, TimeProvider time, ILogger<LiveBoard> log) : BackgroundService
{
    const int BatchSize = 60;
    const int MostNotes = 2000;

    /// <summary>In one go; then the counters have their turn.</summary>
    const int MostBatches = 10;

    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any transaction that changes a job: its rows carry the time at which it began.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromSeconds(15);

    readonly Lock _lock = new();
    readonly SemaphoreSlim _noted = new(0, 1);
    readonly Dictionary<Guid, long> _sent = [];
    HashSet<Guid> _notes = [];
    bool _isOver;
    DateTimeOffset? _since;
    string? _tallies;
    long _pulsedAt;
    bool _hasNews;

    /// <summary>Says that a job changed.</summary>
    public void Note(Guid jobId)
    {
        if (streams.IsEmpty) return;
        lock (_lock)
        {
            if (_notes.Count < MostNotes) _notes.Add(jobId);
            else _isOver = true;
            if (_noted.CurrentCount == 0) _noted.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await streams.WaitForReadersAsync(stoppingToken);
            try
            {
                await SendAsync(stoppingToken);
                if (UntilPulse() <= TimeSpan.Zero) await PulseAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
            catch (Exception failure) when (Operators.IsAway(failure, stoppingToken))
            {
                Log.JobsAway(log, failure);
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The board must outlive whatever one job's text does to it; the browsers read the others anew.
                Log.Failed(log, failure);
                Forget();
                streams.Send(LiveMessage.Resync);
                await Task.Delay(Pause, time, stoppingToken);
            }
            if (streams.IsEmpty) Forget();
        }
    }

    async Task SendAsync(CancellationToken ct)
    {
        if (TakeOver())
        {
            streams.Send(LiveMessage.Resync);
            _hasNews = true;
        }
        for (var batches = 0; batches < MostBatches && TakeBatch() is { Count: > 0 } batch; batches++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var found = await scope.ServiceProvider.GetRequiredService<JobsClient>().ListAsync(batch, ct);
                // Several messages of one change, and the pulse's overlap, ask for what has been sent.
                var news = found.Jobs.Where(one => one.Job.Version > _sent.GetValueOrDefault(one.Job.Id)).Select(JobCard.Of).ToList();
                if (news.Count > 0) streams.Send(LiveMessage.Of("cards", await cards.CardsAsync(news)));
                foreach (var card in news) _sent[card.Id] = card.Version;
                _hasNews |= news.Count > 0;
            }
            catch (Exception failure) when (Operators.IsAway(failure, ct))
            {
                foreach (var id in batch) Note(id);
                throw;
            }
        }
        if (_sent.Count > 10 * MostNotes) _sent.Clear();
    }

    async Task PulseAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var pulse = await scope.ServiceProvider.GetRequiredService<JobsClient>().PulseAsync(_since, ct);
        (_since, _pulsedAt, _hasNews) = (pulse.At - Overlap, time.GetTimestamp(), false);
        foreach (var change in pulse.Changed)
            if (change.Version > _sent.GetValueOrDefault(change.Id)) Note(change.Id);
        var tallies = await cards.TalliesAsync(pulse.Tallies);
        if (tallies == _tallies) return;
        _tallies = tallies;
        streams.Send(LiveMessage.Of("tallies", tallies));
    }

    /// <summary>After a change the counters change too, but they are counted no more than once a second.</summary>
    TimeSpan UntilPulse() => _since is null ? TimeSpan.Zero : (_hasNews ? Pause : options.Value.Sweep) - time.GetElapsedTime(_pulsedAt);

    /// <summary>Until something is noted (and a moment longer, for what comes with it) or the next pulse is due.</summary>
    async Task WaitAsync(CancellationToken ct)
    {
        var left = UntilPulse();
        if (left <= TimeSpan.Zero || HasNotes()) return;
        using var limit = new CancellationTokenSource(left, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await _noted.WaitAsync(both.Token);
            await Task.Delay(Gather, time, ct);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The pulse is due.
        }
    }

    List<Guid> TakeBatch()
    {
        lock (_lock)
        {
            var batch = _notes.Take(BatchSize).ToList();
            _notes.ExceptWith(batch);
            return batch;
        }
    }

    bool HasNotes()
    {
        lock (_lock) return _notes.Count > BatchSize;
    }

    /// <summary>True once after there was too much to note. What the browsers read anew then has everything that was noted.</summary>
    bool TakeOver()
    {
        lock (_lock)
        {
            var wasOver = _isOver;
            if (wasOver) _notes.Clear();
            _isOver = false;
            return wasOver;
        }
    }

    void Forget()
    {
        lock (_lock)
        {
            _notes = [];
            _isOver = false;
        }
        _sent.Clear();
        (_since, _tallies, _hasNews) = (null, null, false);
    }

    static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs does not answer; watching browsers are told of changes later")]
        public static partial void JobsAway(ILogger log, Exception failure);

        [LoggerMessage(Level = LogLevel.Error, Message = "Changes could not be told to watching browsers; they are asked to read anew")]
        public static partial void Failed(ILogger log, Exception failure);
    }
}
