using VideoGen.Jobs.Contracts;

namespace VideoGen.Gateway.Dialects.Visualizr;

/// <summary>
/// The files of a video under <c>/assets/video</c>. A link that we hand out is relative to the base URL, as in the document, and carries
/// the native link's signature together with the file's native id, so that a browser needs no credential and we need no look-up.
/// </summary>
internal static class VisualizrFile
{
    const string Folder = "/assets/video/";
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

    static string? LinkOf(Guid jobId, JobAsset? file, string? native, string end) =>
        native is null ? null : $"{Folder}{VisualizrId.OfVideo(jobId)}{end}?asset={file!.Id}&{new Uri(native).Query.TrimStart('?')}";
}
