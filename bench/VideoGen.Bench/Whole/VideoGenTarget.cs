using System.Net.Http.Json;
using System.Text.Json;
using VideoGen.Bench.Dialects;

namespace VideoGen.Bench.Whole;

/// <summary>The system as its customers reach it: live keys, credits, the gateway. Its simulator stands for the vendors.</summary>
internal sealed class VideoGenTarget : ILoadTarget, IDisposable
{
    /// <summary>Whole pictures of this size are there at once, and no two are alike; see <see cref="FreshPictures"/>.</summary>
    const int Side = 256;

    const int KeysPerAccount = 2;

    readonly List<(BenchAccount Account, Guid Recording)> _accounts = [];

    VideoGenTarget(HttpClient http, Meter meter)
    {
        Http = http;
        Meter = meter;
    }

    public string Name => "VideoGen";

    public HttpClient Http { get; }

    public Meter Meter { get; }

    public static async Task<VideoGenTarget> OpenAsync(BenchedSystem system, Meter meter, WebhookReceiver receiver, int accounts)
    {
        var http = LoadClient.For(system.Gateway);
        var target = new VideoGenTarget(http, meter);
        for (var number = 0; number < accounts; number++)
        {
            var account = await BenchAccount.OpenAsync(system, http, "enterprise", keys: KeysPerAccount);
            var name = $"videogen-{number}";
            var wanted = new { url = receiver.UrlOf(name) };
            var endpoint = await account.SendAsync<JsonElement>(HttpMethod.Post, "/v1/webhooks/endpoints", wanted, account.Key(0));
            receiver.Trust(name, endpoint.GetProperty("secret").GetString()!);
            target._accounts.Add((account, await account.UploadAsync(SilentRecording(), "recording.wav")));
        }
        return target;
    }

    public HttpRequestMessage Submit(JobKind kind, int number)
    {
        var (account, recording) = AccountOf(number);
        // A simulated job, also where the environment names a vendor's key: it would cost money.
        object body = kind == JobKind.Text
            ? new { model = "whisper", input = new { audio_url = recording }, simulate = new { } }
            : new { model = "flux-schnell", input = new { prompt = $"picture {number}", width = Side, height = Side }, simulate = new { } };
        return new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = JsonContent.Create(body) }.By(account.Key(number));
    }

    public HttpRequestMessage Read(string job, int number) =>
        new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}").By(AccountOf(number).Account.Key(number));

    public void Dispose() => Http.Dispose();

    (BenchAccount Account, Guid Recording) AccountOf(int number) => _accounts[number % _accounts.Count];

    /// <summary>A second of WAV: 8,000 samples of 16 bits.</summary>
    static byte[] SilentRecording()
    {
        const int rate = 8000;
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * rate));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(2 * rate);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(2 * rate);
        writer.Write(new byte[2 * rate]);
        return bytes.ToArray();
    }
}
