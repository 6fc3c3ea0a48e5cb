using System.Text.Json;
using System.Text.Json.Nodes;
using VideoGen.HttpApi.Requests;
using VideoGen.Jobs.Submit;
using VideoGen.Jobs.Tests.Harness;
using VideoGen.Providers.Contracts;

namespace VideoGen.Jobs.Tests.Submit;

/// <summary>What measured facts say can't be made is refused before the hold, and names the input.</summary>
public sealed class Checking_what_media_can_give
{
    static readonly MediaRules Cutting = new(Cut: new CutRule("video", "start_seconds", "end_seconds", "duration_seconds"));
    static readonly MediaRules Joining = new(Join: new JoinRule("videos", "transition_seconds"));
    static readonly MediaRules Listening = new(SoundIn: ["video", "voices"]);

    [TestCase("{}", "")]
    [TestCase("""{"start_seconds":2.9}""", "")]
    [TestCase("""{"start_seconds":2.97}""", "input.start_seconds: must lie before the end of video, which is 3 seconds long")]
    [TestCase("""{"start_seconds":3}""", "input.start_seconds: must lie before the end of video, which is 3 seconds long")]
    [TestCase("""{"start_seconds":86400}""", "input.start_seconds: must lie before the end of video, which is 3 seconds long")]
    [TestCase("""{"end_seconds":99}""", "")]
    [TestCase("""{"start_seconds":1,"duration_seconds":99}""", "")]
    [TestCase("""{"start_seconds":1,"end_seconds":1}""", "input.end_seconds: must lie at least 0.04 seconds after start_seconds, which is 1")]
    [TestCase("""{"start_seconds":2,"end_seconds":1}""", "input.end_seconds: must lie at least 0.04 seconds after start_seconds, which is 2")]
    [TestCase("""{"start_seconds":1,"end_seconds":2,"duration_seconds":1}""", "")]
    [TestCase("""{"start_seconds":1,"end_seconds":2,"duration_seconds":2}""", "input.duration_seconds: must not be given beside end_seconds, which says something else")]
    [TestCase("""{"start_seconds":9,"end_seconds":8}""", "input.end_seconds: must lie at least 0.04 seconds after start_seconds, which is 9",
        "input.start_seconds: must lie before the end of video, which is 3 seconds long")]
    public void A_piece_lies_within_its_video(string input, params string[] faults)
    {
        Assert.That(Faults(Cutting, input, Video("video", seconds: 3)), Is.EquivalentTo(faults.Where(fault => fault.Length > 0)));
    }

    [TestCase("{}", "input.end_seconds: must make a piece of at most 600 seconds; this one would be 700")]
    [TestCase("""{"start_seconds":50}""", "input.end_seconds: must make a piece of at most 600 seconds; this one would be 650")]
    [TestCase("""{"start_seconds":100}""", "")]
    [TestCase("""{"duration_seconds":601}""", "input.duration_seconds: must make a piece of at most 600 seconds; this one would be 601")]
    [TestCase("""{"duration_seconds":600}""", "")]
    public void A_piece_is_not_longer_than_the_model_makes(string input, string fault)
    {
        Assert.That(Faults(Cutting, input, Video("video", seconds: 700)), Is.EquivalentTo(fault.Length > 0 ? [fault] : Array.Empty<string>()));
    }

    [Test]
    public void Nothing_is_held_against_a_video_that_was_not_measured()
    {
        Assert.That(Faults(Cutting, """{"start_seconds":500}""", Video("video", seconds: null)), Is.Empty);
        Assert.That(Faults(Listening, "{}", Video("video", seconds: 3)), Is.Empty);
        Assert.That(Faults(Joining, "{}", Video("videos[0]", 599), Video("videos[1]", seconds: null)), Is.Empty);
    }

    [Test]
    public void An_end_before_the_start_is_known_without_the_video()
    {
        Assert.That(Faults(Cutting, """{"start_seconds":2,"end_seconds":1}"""), Has.Length.EqualTo(1));
    }

    [Test]
    public void Every_silent_file_is_named_where_sound_is_needed()
    {
        var faults = Faults(Listening, "{}", Video("video", 3) with { HasAudio = false }, Video("voices[0]", 3) with { HasAudio = true },
            Video("voices[1]", 3) with { HasAudio = false, MediaType = "audio/wav" }, Video("picture", 3) with { HasAudio = false });

        Assert.That(faults, Is.EquivalentTo(["input.video: must have sound; this video has none", "input.voices[1]: must have sound; this file has none"]));
    }

    [TestCase(2, "")]
    [TestCase(8, "input.videos: must make a video of at most 600 seconds; these would make 606")]
    public void Clips_together_are_not_longer_than_the_model_makes(double lastSeconds, string fault)
    {
        var found = Faults(Joining, """{"transition_seconds":1}""", Video("videos[0]", 300), Video("videos[1]", 300), Video("videos[2]", lastSeconds));

        Assert.That(found, Is.EquivalentTo(fault.Length > 0 ? [fault] : Array.Empty<string>()));
    }

    static string[] Faults(MediaRules rules, string input, params GenerationAsset[] assets)
    {
        var model = TestModels.All[0] with
        {
            MediaRules = rules, Capabilities = JsonSerializer.Deserialize<JsonElement>("""{"max_duration_seconds":600}"""),
        };
        var faults = new Faults();
        InputMedia.Check(model, JsonNode.Parse(input)!.AsObject(), assets, faults);
        return [.. faults.ByField.SelectMany(field => field.Value.Select(text => $"{field.Key}: {text}"))];
    }

    static GenerationAsset Video(string field, double? seconds) =>
        new(field, Guid.Empty, new Uri("http://storage/"), "video/mp4", 1, 64, 64, seconds);
}
