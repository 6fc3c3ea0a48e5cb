using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace VideoGen.ServiceDefaults.Telemetry;

/// <summary>A span that begins below one of a job belongs to the job.</summary>
sealed class JobSpanProcessor : BaseProcessor<Activity>
{
    public override void OnStart(Activity data)
    {
        if (data.Parent?.GetTagItem(JobTrace.JobId) is { } id) data.SetTag(JobTrace.JobId, id);
    }
}

/// <summary>A line that is logged during a job's work carries the job's id.</summary>
sealed class JobLogProcessor : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        if (JobTrace.Of(Activity.Current) is { } id) data.Attributes = [.. data.Attributes ?? [], KeyValuePair.Create<string, object?>(JobTrace.JobId, id)];
    }
}
