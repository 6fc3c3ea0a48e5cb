using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// The files of a video under <c>/assets/video</c>. A link that we hand out is relative to the base URL, as in the document, and carries
/// the native link's signature together with the file's native id, so that a browser needs no credential and we need no look-up.
/// </summary>
internal static class VisualizrFile
{
    public const string Folder = "/assets/video/";
    const string ThumbnailEnd = "_thumb.jpg";
    const string PreviewEnd = "_preview.gif";

    /// <summary>The file's extension without its dot, by what it really is.</summary>
    public static string FormatOf(JobAsset file) => file.MediaType switch
    {
        "video/quicktime" => "mov",
        "video/x-matroska" => "mkv",
        "video/x-msvideo" => "avi",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        "image/jpeg" => "jpg",
        var type => type[(type.LastIndexOf('/') + 1)..].Replace("x-", "", StringComparison.Ordinal),
    };

    public static string? ContentLinkOf(Guid jobId, JobAsset? file) => LinkOf(jobId, file, file?.Url, file is null ? "" : "." + FormatOf(file));

    public static string? ThumbnailLinkOf(Guid jobId, JobAsset? file) => LinkOf(jobId, file, file?.ThumbnailUrl, ThumbnailEnd);

    public static string? PreviewLinkOf(Guid jobId, JobAsset? file) => LinkOf(jobId, file, file?.PreviewUrl, PreviewEnd);

    /// <summary>Takes the last part of such a link apart; null for anything else.</summary>
    public static VisualizrFileName? Read(string file)
    {
        if (file.EndsWith(ThumbnailEnd, StringComparison.Ordinal)) return Of(file[..^ThumbnailEnd.Length], "thumbnail", format: null);
        if (file.EndsWith(PreviewEnd, StringComparison.Ordinal)) return Of(file[..^PreviewEnd.Length], "preview", format: null);
        return file.LastIndexOf('.') is var dot and > 0 ? Of(file[..dot], "content", file[(dot + 1)..]) : null;

        static VisualizrFileName? Of(string video, string rendition, string? format) =>
            VisualizrId.ReadVideo(video) is { } id ? new VisualizrFileName(id, rendition, format) : null;
    }

    static string? LinkOf(Guid jobId, JobAsset? file, string? native, string end) =>
        native is null ? null : $"{Folder}{VisualizrId.OfVideo(jobId)}{end}?asset={file!.Id}&{QueryOf(native)}";

    /// <summary>Without taking the link apart as a <see cref="Uri"/>: a list of twenty videos has forty of them.</summary>
    static string QueryOf(string link) => link.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? link[(mark + 1)..] : "";
}

/// <param name="Rendition">Which of the native files: <c>content</c>, <c>thumbnail</c> or <c>preview</c>.</param>
/// <param name="Format">The extension of the content; null for the others, which have but one.</param>
internal sealed record VisualizrFileName(Guid JobId, string Rendition, string? Format)
{
    /// <summary>Whether the job's file has such a rendition, and this format.</summary>
    public bool Fits(JobAsset file) => Rendition switch
    {
        "thumbnail" => file.ThumbnailUrl is not null,
        "preview" => file.PreviewUrl is not null,
        _ => Format == VisualizrFile.FormatOf(file),
    };
}
