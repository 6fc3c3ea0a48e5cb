using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// Ids as Visualizr shows them: a request is <c>video_req_</c> and the job's UUID, or <c>anim_req_</c> when a character acts; its video is
/// <c>video_</c> and the same UUID.
/// </summary>
internal static class VisualizrId
{
    const string Request = "video_req_";
    const string Animation = "anim_req_";
    const string Video = "video_";

    /// <summary>The input that makes a job a character's animation.</summary>
    const string Character = "character_id";

    public static string OfRequest(JobView job) => (CharacterOf(job) is null ? Request : Animation) + job.Id;

    public static string OfVideo(Guid jobId) => Video + jobId;

    public static Guid? ReadRequest(string text) => ShownId.Read(text, Request, Animation);

    public static Guid? ReadVideo(string text) => ShownId.Read(text, Video);

    /// <summary>Who acts; null for a job that is no character's animation.</summary>
    public static string? CharacterOf(JobView job) => job.TextInput(Character);
}
