using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr.Live;

/// <summary>
/// How a job stands, as the message that subscribers get: written once for all of them, in two parts, because each has its own way to write
/// the request's id, which stands between the parts.
/// </summary>
/// <param name="Version">The job's; an older one is no news.</param>
/// <param name="IsEnd">Nothing comes after it.</param>
internal sealed record LiveNews(long Version, bool IsEnd, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail)
{
    public static LiveNews Of(JobView job)
    {
        var status = VisualizrJob.StatusOf(job);
        var type = status == VisualizrJob.Processing ? "progress" : status;
        var message = new JsonObject { ["type"] = type, ["request_id"] = "" };
        switch (status)
        {
            case "completed":
                message["result"] = ResultOf(job);
                break;
            case "failed":
                message["status"] = status;
                message["error"] = JsonSerializer.SerializeToNode(VisualizrErrors.ShapeOf(job.Error), DialectJson.Options);
                break;
            case "cancelled":
                message["status"] = status;
                if (job.EndedAt is { } ended) message["cancelled_at"] = DialectJson.Time(ended);
                break;
            default:
                message["status"] = status;
                message["progress"] = job.Progress.Percent;
                message["current_step"] = VisualizrJob.StepOf(job);
                if (VisualizrJob.RemainingSecondsOf(job) is { } seconds) message["estimated_remaining_seconds"] = seconds;
                break;
        }
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, DialectJson.Options).AsMemory();
        var head = $"{{\"type\":\"{type}\",\"request_id\":\"".Length;
        return new LiveNews(job.Version, status != VisualizrJob.Processing, bytes[..head], bytes[head..]);
    }

    /// <summary>The links, as in the document; a text model's text beside them.</summary>
    static JsonObject ResultOf(JobView job)
    {
        var whole = VisualizrJob.ResultOf(job);
        var result = new JsonObject { ["video_url"] = whole["video_url"]?.DeepClone(), ["thumbnail_url"] = whole["thumbnail_url"]?.DeepClone() };
        if (whole["text"] is { } text) result["text"] = text.DeepClone();
        return result;
    }
}
