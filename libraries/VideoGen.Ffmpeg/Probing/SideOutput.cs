namespace VideoGen.Ffmpeg.Probing;

/// <summary>
/// A file that is made of a file's pictures while they are decoded for its check. Starting ffmpeg costs more than decoding a short
/// clip, so one run does it all.
/// </summary>
/// <param name="Filter">A chain of filters from the decoded frames to what the file holds; no labels of its own but inside.</param>
/// <param name="Options">Of the output: codec, quality, number of frames.</param>
/// <param name="Path">Where it goes; the extension says the format.</param>
/// <param name="Seconds">How much of the beginning it needs, from the start of the file; null for the one frame of a picture.</param>
public sealed record SideOutput(string Filter, IReadOnlyList<string> Options, string Path, double? Seconds = null)
{
    /// <summary>It was made: the file is there, and not empty.</summary>
    public bool IsThere => IsMade(Path);

    /// <summary>The same of a file whose path is all that is left of it.</summary>
    public static bool IsMade(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };
}
