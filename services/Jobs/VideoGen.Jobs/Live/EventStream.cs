using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Options;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Feed;
using VideoGen.ServiceDefaults.Callers;

namespace VideoGen.Jobs.Live;

/// <summary>
/// A part of the feed as server-sent events: <c>id</c> is the feed's cursor, <c>event</c> the type, <c>data</c> the event's body.
///
/// The stream is a reader of the feed like any other. It holds nothing but its cursor: rows are read in small pages when the
/// last page has been taken by the client's connection, so a slow reader slows its own reads and costs no memory. A wake-up
/// makes it look at once; without one it looks every few seconds.
/// </summary>
internal sealed class EventStream(FeedReadStore feed, JobSignals signals, IHostApplicationLifetime lifetime, IOptions<LiveOptions> options, TimeProvider time)
{
    const int PageRows = 50;

    // A wake-up comes with the commit; readers see the row when every older transaction has ended, mostly within milliseconds.
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    static readonly byte[] Opening = "retry: 2000\n\n"u8.ToArray();
    static readonly byte[] Heartbeat = ": heartbeat\n\n"u8.ToArray();

    /// <summary>Writes until the job's last event, until the client leaves, or until the process stops.</summary>
    /// <param name="world">Whose events.</param>
    /// <param name="jobId">One job's; null for the whole account's.</param>
    public async Task WriteAsync(HttpContext http, World world, Guid? jobId, FeedCursor cursor)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (http.WantsNoBody()) return;
        using var watch = signals.Observe(jobId ?? world.AccountId);
        try
        {
            await WriteAsync(http.Response.BodyWriter, watch, world, jobId, cursor, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The client has left or we stop; it resumes elsewhere with the last id it has.
        }
    }

    async Task WriteAsync(PipeWriter output, JobSignals.Watch watch, World world, Guid? jobId, FeedCursor cursor, CancellationToken ct)
    {
        await output.WriteAsync(Opening, ct);
        var pause = FirstPause;
        var spoke = time.GetTimestamp();
        while (true)
        {
            var rows = jobId is { } job
                ? await feed.ReadJobAsync(world, job, cursor, PageRows, ct)
                : await feed.ReadAsync(world, cursor, PageRows, types: null, ct);
            foreach (var row in rows)
            {
                Write(output, row);
                cursor = row.Cursor;
                if ((await output.FlushAsync(ct)).IsCompleted) return;
                if (jobId is not null && EventTypes.IsEnd(row.Type)) return;
            }
            if (rows.Count > 0) (pause, spoke) = (FirstPause, time.GetTimestamp());
            if (rows.Count == PageRows) continue;

            var silence = options.Value.Heartbeat - time.GetElapsedTime(spoke);
            if (silence <= TimeSpan.Zero)
            {
                await output.WriteAsync(Heartbeat, ct);
                (spoke, silence) = (time.GetTimestamp(), options.Value.Heartbeat);
            }
            var woken = await watch.WaitAsync(Shorter(Shorter(pause, options.Value.Poll), silence), time, ct);
            pause = woken ? FirstPause : Shorter(pause * 2, options.Value.Poll);
        }
    }

    // The body is one line: JSON is written without indentation, and a line break inside a text is escaped.
    static void Write(PipeWriter output, FeedRow row)
    {
        Encoding.ASCII.GetBytes($"id: {row.Cursor}\nevent: {row.Type}\ndata: ", output);
        output.Write(row.Body);
        output.Write("\n\n"u8);
    }

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
