using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;

namespace VideoGen.Providers.Connectors.Http;

/// <summary>How one vendor is reached over HTTP. Each vendor's own options derive from this; their section is <c>Connectors:&lt;Vendor&gt;</c>.</summary>
internal abstract class VendorHttpOptions
{
    /// <summary>The vendor's name in messages and logs.</summary>
    public abstract string Vendor { get; }

    /// <summary>Where the API is, for example <c>https://api.example.com/v1</c>. No other host is ever called. Default none: the vendor is not configured.</summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>The credential. Default none.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>Sent with every request, for a proxy before the API that wants a credential of its own. Default none.</summary>
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>How long connecting may take. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest silence: until the answer begins, and between two parts of it. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one call may take with all its repetitions. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest answer, in bytes. Default 4 MiB.</summary>
    [Range(1024, 1 << 30)]
    public int MaxAnswerBytes { get; set; } = 4 << 20;

    /// <summary>How often a failed read is repeated; anything else never is. Default 3.</summary>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>How long the first repetition waits, unless the vendor says; each further one waits about twice as long. Default 0.2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(0.2);

    /// <summary>The texts that must not appear in logs, messages or stored answers.</summary>
    public virtual IEnumerable<string> Secrets => [ApiKey, .. Headers.Values];

    /// <summary>What tokens begin with that are made for each call: they must not appear either, with whatever follows.</summary>
    public virtual IEnumerable<string> TokenStarts => [];

    /// <summary>Hosts that an address given by the vendor may lead to beside its own; <c>*.example.com</c> for all below. Only https and public addresses.</summary>
    public virtual IReadOnlyList<string> OtherHosts => [];

    /// <summary>Attaches the credential: unless the vendor does it otherwise, as a bearer token.</summary>
    public virtual void Authorize(HttpRequestMessage request)
    {
        if (ApiKey.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }
}
