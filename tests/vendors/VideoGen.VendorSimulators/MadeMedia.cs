using System.Diagnostics;

namespace VideoGen.VendorSimulators;

/// <summary>Small playable files, for simulated vendors whose results somebody stores and looks at. ffmpeg draws them once.</summary>
internal sealed class MadeMedia
{
    const string Clip = "-f lavfi -i testsrc2=s=640x360:r=24:d=4 -f lavfi -i sine=f=330:d=4 "
        + "-pix_fmt yuv420p -c:v libx264 -preset ultrafast -c:a aac -shortest";
    const string Still = "-f lavfi -i testsrc2=s=1024x1024:r=1 -frames:v 1 -update 1";
    const string Tone = "-f lavfi -i sine=f=330:d=4 -c:a libmp3lame";

    readonly byte[] _video;
    readonly byte[] _picture;
    readonly byte[] _sound;

    MadeMedia(byte[] video, byte[] picture, byte[] sound) => (_video, _picture, _sound) = (video, picture, sound);

    public static async Task<MadeMedia> DrawAsync() =>
        new(await DrawAsync("clip.mp4", Clip), await DrawAsync("still.png", Still), await DrawAsync("tone.mp3", Tone));

    /// <summary>By what was asked for.</summary>
    public byte[] Of(Job job)
    {
        if (job.Task.EndsWith("video", StringComparison.Ordinal)) return _video;
        string[] pictures = ["image", "image_edit", "text_to_image"];
        string[] sounds = ["speech", "voice", "sound", "music", "text_to_speech", "sound_effect"];
        // The task of Black Forest Labs is the model, and all but one make pictures.
        return pictures.Contains(job.Task) || job.Vendor == "bfl" && !job.Task.Contains("video", StringComparison.Ordinal) ? _picture
            : sounds.Contains(job.Task) ? _sound : _video;
    }

    static async Task<byte[]> DrawAsync(string name, string arguments)
    {
        var folder = Directory.CreateTempSubdirectory("videogen-vendors-");
        try
        {
            var file = Path.Combine(folder.FullName, name);
            using var ffmpeg = Process.Start("ffmpeg", $"-hide_banner -loglevel error -nostdin -y {arguments} {file}");
            await ffmpeg.WaitForExitAsync();
            return ffmpeg.ExitCode == 0 ? await File.ReadAllBytesAsync(file)
                : throw new InvalidOperationException($"ffmpeg could not draw {name}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
