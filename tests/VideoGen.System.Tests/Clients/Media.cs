using System.Text.Json;

namespace VideoGen.System.Tests.Clients;

/// <summary>Makes and looks at media with ffmpeg, the way a person would.</summary>
static class Media
{
    /// <summary>A small picture with enough structure to see it move.</summary>
    public static async Task<string> PictureAsync(string folder)
    {
        var path = Path.Combine(folder, "picture.jpg");
        var run = await Programs.RunAsync("ffmpeg", folder, ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i",
            "mandelbrot=s=640x360:r=1", "-frames:v", "1", "-update", "1", path]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return path;
    }

    public static async Task<MediaFacts> ProbeAsync(string path)
    {
        var run = await Programs.RunAsync("ffprobe", Path.GetDirectoryName(path)!,
            ["-v", "error", "-count_frames", "-print_format", "json", "-show_format", "-show_streams", path]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var root = JsonDocument.Parse(run.Output).RootElement;
        var streams = root.GetProperty("streams").EnumerateArray().ToList();
        var video = streams.First(stream => stream.GetProperty("codec_type").GetString() == "video");
        return new MediaFacts(video.GetProperty("codec_name").GetString()!, video.GetProperty("width").GetInt32(), video.GetProperty("height").GetInt32(),
            double.Parse(root.GetProperty("format").GetProperty("duration").GetString()!),
            int.Parse(video.GetProperty("nb_read_frames").GetString()!), streams.Any(stream => stream.GetProperty("codec_type").GetString() == "audio"));
    }

    /// <summary>How many of the frames differ from each other: a still picture has one.</summary>
    public static async Task<int> DistinctFramesAsync(string path)
    {
        var run = await Programs.RunAsync("ffmpeg", Path.GetDirectoryName(path)!,
            ["-hide_banner", "-loglevel", "error", "-nostdin", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-"]);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        return run.Output.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(',')[^1].Trim()).Distinct().Count();
    }
}

sealed record MediaFacts(string Codec, int Width, int Height, double DurationSeconds, int Frames, bool HasAudio);
