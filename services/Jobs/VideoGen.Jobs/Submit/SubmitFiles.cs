using System.ComponentModel.DataAnnotations;
using VideoGen.HttpApi.Requests;

namespace VideoGen.Jobs.Submit;

/// <summary>The long data URIs of the body in hand, for whoever looks at its inputs.</summary>
internal sealed class SubmitFiles
{
    public InlineFiles Files { get; set; } = InlineFiles.None;
}

/// <summary>Section <c>Storage</c>, as Storage itself reads it.</summary>
internal sealed class InlineOptions
{
    public const string Section = "Storage";

    /// <summary>The largest file in bytes. Default 100 MB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 100L * 1024 * 1024;
}
