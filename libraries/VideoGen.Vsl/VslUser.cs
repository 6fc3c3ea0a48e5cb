using VideoGen.Jobs.Contracts;

namespace VideoGen.Vsl;

/// <summary>The end user for whom a VSL job was made.</summary>
public static class VslUser
{
    /// <summary>The key of the end user in a job's metadata.</summary>
    public const string MetadataKey = "user_id";

    /// <summary>Null for a job that was made without an end user.</summary>
    public static string? Of(JobView job) => job.Metadata?.GetValueOrDefault(MetadataKey) is { Length: > 0 } user ? user : null;

    /// <summary>A job that was made without an end user belongs to the account, and shows its id.</summary>
    public static string Of(JobView job, Guid accountId) => Of(job) ?? accountId.ToString();
}
