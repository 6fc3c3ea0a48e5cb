using System.Text;

namespace VideoGen.Ffmpeg.Tests.Running;

/// <summary>The processes of this machine, by their arguments.</summary>
internal static class Processes
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Waits until an ffmpeg with this text in its arguments runs.</summary>
    public static Task AppearsAsync(string text) => UntilAsync(() => WithArgument(text).Count > 0, $"no ffmpeg with {text} appeared");

    /// <summary>Waits until no ffmpeg with this text in its arguments runs.</summary>
    public static Task VanishesAsync(string text) => UntilAsync(() => WithArgument(text).Count == 0, $"an ffmpeg with {text} is still there");

    public static List<int> WithArgument(string text) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!)).Where(id => IsFfmpeg(id, text))];

    static bool IsFfmpeg(int process, string text)
    {
        try
        {
            var command = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/cmdline"));
            return command.StartsWith("ffmpeg\0", StringComparison.Ordinal) && command.Contains(text, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It ended while we were looking.
        }
    }

    static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Deadline) Assert.Fail(otherwise);
            await Task.Delay(20);
        }
    }
}
