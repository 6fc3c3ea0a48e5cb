using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Providers.Contracts;

namespace VideoGen.Providers.Connectors.Simulator;

/// <summary>Words for the ear and words that were heard.</summary>
internal static class Spoken
{
    const string Nothing = "This text has no words that the simulator can speak.";

    static readonly string[] Sentences =
    [
        "Good morning, and welcome back.", "Let us begin with what we saw last week.", "The first part went better than we had hoped.",
        "There is one thing that I would like to add.", "Nobody expected that.", "We will come back to it in a moment.",
        "So the plan stays as it is.", "Take your time with this one.", "That is the whole idea.", "Thank you for listening.",
        "It looks different from the other side.", "The numbers tell the same story.",
    ];

    /// <summary>The text as the voice can read it: letters without their accents, no signs that it would spell out or trip over.</summary>
    public static string Speakable(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter is '.' or ',' or '?' or '!' or '\'' or '-') plain.Append(letter);
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark && plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }

        var words = plain.ToString().Trim();
        return words.Any(char.IsAsciiLetterOrDigit) ? words : Nothing;
    }

    /// <summary>The transcript of a recording: it says that it is simulated, and is the same for the same recording.</summary>
    public static string Transcript(GenerationAsset recording)
    {
        var seconds = recording.DurationSeconds ?? 0;
        var dice = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{recording.MediaType}\n{recording.SizeBytes}\n{seconds:0.###}")));
        // A sentence takes about three seconds to say.
        var sentences = Enumerable.Range(0, (int)Math.Clamp(seconds / 3, 1, dice.Length)).Select(at => Sentences[dice[at] % Sentences.Length]);
        return string.Create(CultureInfo.InvariantCulture, $"[Simulated transcript of {seconds:0.#} seconds of {recording.MediaType}] ") + string.Join(' ', sentences);
    }
}
