using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using VideoGen.System.Tests.Clients;

namespace VideoGen.System.Tests.Dialects;

/// <summary>The two programs of the Vivid Flow document, as written apart from URL, key and picture.</summary>
[TestFixture]
public sealed partial class Running_the_Vivid_Flow_samples
{
    string _folder = null!;
    string _picture = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Prepare()
    {
        _folder = Directory.CreateTempSubdirectory("videogen-vivid").FullName;
        _picture = await Media.PictureAsync(_folder);
        _http = new HttpClient { BaseAddress = new Uri(TheSystem.Gateway), DefaultRequestHeaders = { { "X-API-Key", TheSystem.ApiKey } } };
    }

    [OneTimeTearDown]
    public void Clear_away()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("/usr/bin/python3", "vivid-flow.py")]
    [TestCase("node", "vivid-flow.js")]
    public async Task Makes_a_video_that_plays(string program, string sample)
    {
        Programs.Require(program);
        var path = await Samples.PrepareAsync(sample,
            ("https://vivid.studioionique.com/api/v1", TheSystem.Gateway + "/vivid-flow/api/v1"),
            ("your_api_key_here", TheSystem.ApiKey),
            ("/path/to/your/image.jpg", _picture));
        var run = await Programs.RunAsync(program, Path.GetDirectoryName(path)!, [path]);
        Assert.That(run.Output, Does.Contain("Job accepted!"), run.ToString());

        var job = JobId().Match(run.Output).Value;
        var status = await TheSystem.UntilAsync(() => EndedAsync(job), TimeSpan.FromMinutes(2));
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("COMPLETED"), status.ToString());

        using var native = new NativeClient(TheSystem.Gateway, credential: null);
        var video = await native.DownloadAsync(status.GetProperty("video_url").GetString()!, Path.Combine(_folder, job + ".mp4"));
        var facts = await Media.ProbeAsync(video);
        var frames = await Media.DistinctFramesAsync(video);
        Assert.Multiple(() =>
        {
            Assert.That(facts.Codec, Is.EqualTo("h264"));
            Assert.That(facts.DurationSeconds, Is.EqualTo(8).Within(0.05));
            Assert.That(facts.Height, Is.EqualTo(720));
            Assert.That(frames, Is.GreaterThan(150));
        });
    }

    async Task<JsonElement?> EndedAsync(string job)
    {
        var status = await _http.GetFromJsonAsync<JsonElement>($"/vivid-flow/api/v1/status/{job}");
        return status.GetProperty("status").GetString() == "PROCESSING" ? null : status;
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex JobId();
}
