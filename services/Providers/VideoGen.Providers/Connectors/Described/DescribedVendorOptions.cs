using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VideoGen.Providers.Callbacks;
using VideoGen.Providers.Connectors.Http;

namespace VideoGen.Providers.Connectors.Described;

/// <summary>What an operator sets for a vendor of <c>catalog/vendors</c>, in the section that its description names.</summary>
internal sealed class DescribedVendorOptions : VendorHttpOptions
{
    /// <summary>For each vendor one.</summary>
    public const string Section = "Connectors:<vendor>";

    /// <summary>What the key of <c>ApiKey</c> is called.</summary>
    public const string DefaultKey = "default";

    static ReadOnlySpan<byte> TokenHeader => """{"alg":"HS256","typ":"JWT"}"""u8;

    VendorDescription? _description;
    IReadOnlyList<string> _otherSecrets = [];

    /// <summary>Pictures and sounds come inside answers.</summary>
    public DescribedVendorOptions() => MaxAnswerBytes = 64 << 20;

    public override string Vendor => _description?.Title ?? "";

    /// <summary>One of the description's regions. Default: its first one. <c>BaseUrl</c> counts more.</summary>
    public string Region { get; set; } = "";

    /// <summary>Beside the key, for vendors that want tokens signed with it. Default none.</summary>
    public string ApiSecret { get; set; } = "";

    /// <summary>
    /// Further keys, of other accounts at the vendor, by names of your choice; that of <c>ApiKey</c> is called <c>default</c>. Each attempt
    /// keeps the name of its key: keep a name as long as jobs of its account run. Default none.
    /// </summary>
    public Dictionary<string, string> Keys { get; set; } = [];

    /// <summary>What <c>ApiSecret</c> is beside <c>ApiKey</c>, for the keys of <c>Keys</c>, by their names. Default none.</summary>
    public Dictionary<string, string> KeySecrets { get; set; } = [];

    /// <summary>How often each account may be read in a second, over all processes. Default: as the vendor's description says.</summary>
    [Range(0.01, 100_000)]
    public double? ReadsPerSecond { get; set; }

    /// <summary>How much work each account may have at once, over all processes. Default: as the vendor's description says.</summary>
    [Range(1, 1_000_000)]
    public int? ConcurrentJobs { get; set; }

    /// <summary>
    /// The secret that signs the vendor's callbacks, <c>whsec_…</c>, as the vendor shows it; while one is being replaced both, with a
    /// space between. Default none: callbacks are refused.
    /// </summary>
    public string WebhookSecret { get; set; } = "";

    public override IEnumerable<string> Secrets =>
        [.. base.Secrets, ApiSecret, .. Keys.Values, .. KeySecrets.Values, .. WebhookSecret.Split(' '), .. _otherSecrets];

    public override IEnumerable<string> TokenStarts =>
        _description?.Auth.Scheme == AuthScheme.Hs256Jwt && ApiSecret.Length > 0 ? [$"{Base64Url(TokenHeader)}.{TokenIssuer()}"] : [];

    /// <summary>The names of the keys, that of <c>ApiKey</c> first.</summary>
    public IReadOnlyList<string> KeyNames =>
        [.. ApiKey.Length > 0 || Keys.Count == 0 ? (string[])[DefaultKey] : [], .. Keys.Keys.Order(StringComparer.Ordinal)];

    public override IReadOnlyList<string> OtherHosts => _description?.Hosts ?? [];

    /// <summary>False while there is no address, or no key for a vendor that wants one.</summary>
    public bool IsComplete =>
        BaseUrl is not null && (ApiKey.Length > 0 || Keys.Count > 0 || _description!.Auth.Scheme == AuthScheme.None);

    /// <summary>The same with one key alone, which is sent.</summary>
    /// <param name="name">One of <see cref="KeyNames"/>.</param>
    public DescribedVendorOptions With(string name)
    {
        var one = (DescribedVendorOptions)MemberwiseClone();
        one._otherSecrets = [.. Secrets];
        if (Keys.TryGetValue(name, out var key)) (one.ApiKey, one.ApiSecret) = (key, KeySecrets.GetValueOrDefault(name, ""));
        return one;
    }

    public void Describe(VendorDescription description)
    {
        _description = description;
        if (BaseUrl is not null || description.BaseUrls.Count == 0) return;
        BaseUrl = Region.Length == 0 ? description.BaseUrls.First().Value : description.BaseUrls.GetValueOrDefault(Region);
    }

    /// <summary>What is wrong; empty for a sound section.</summary>
    public IEnumerable<string> AllFaults()
    {
        if (_description is null) yield break; // The unnamed instance, which belongs to no vendor.
        foreach (var fault in VendorHttpOptionsValidator<DescribedVendorOptions>.FaultsOf($"Connectors:{_description.Settings}",
            this)) yield return fault;
        foreach (var fault in KeyFaults().Select(fault => $"Connectors:{_description.Settings}:{fault}")) yield return fault;
        if (Region.Length > 0 && !_description.BaseUrls.ContainsKey(Region))
            yield return $"Connectors:{_description.Settings}:Region must be one of {string.Join(", ", _description.BaseUrls.Keys)}.";
        if (WebhookSecret.Length > 0 && KeysOrNull() is null)
            yield return $"Connectors:{_description.Settings}:WebhookSecret must be whsec_ and the base64 of 16 bytes at least; several with spaces between.";
    }

    IEnumerable<string> KeyFaults()
    {
        foreach (var (name, key) in Keys)
        {
            if (name.Length is 0 or > 40 || !name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_'))
                yield return $"Keys: '{name}' must be a name of at most 40 letters, digits, - and _.";
            if (key.Length == 0 || !key.All(sign => sign is > ' ' and <= '~'))
                yield return $"Keys:{name} must be visible ASCII characters without spaces.";
        }

        if (ApiKey.Length > 0 && Keys.ContainsKey(DefaultKey)) yield return $"Keys:{DefaultKey} is the name of ApiKey; choose another one.";
        foreach (var name in KeySecrets.Keys.Where(name => !Keys.ContainsKey(name)))
            yield return $"KeySecrets:{name} has no key of this name in Keys.";
    }

    /// <summary>The keys in the secrets; null when one is not of that form.</summary>
    public IReadOnlyList<byte[]>? KeysOrNull()
    {
        try
        {
            return [.. WebhookSecret.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(CallbackSignature.KeyOf)];
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public override void Authorize(HttpRequestMessage request)
    {
        foreach (var (name, value) in _description!.Headers) request.Headers.TryAddWithoutValidation(name, value);
        var auth = _description.Auth;
        if (ApiKey.Length == 0) return;
        if (auth.Scheme == AuthScheme.Header) request.Headers.TryAddWithoutValidation(auth.Header, auth.Prefix + ApiKey);
        else if (auth.Scheme == AuthScheme.Hs256Jwt
            && ApiSecret.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer",
            Token(auth, DateTimeOffset.UtcNow));
        else base.Authorize(request);
    }

    /// <summary>The token of older Kling keys: who issues it, until when it counts, and since when.</summary>
    string Token(AuthDescription auth, DateTimeOffset now)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = ApiKey,
            exp = now.AddSeconds(auth.LifetimeSeconds).ToUnixTimeSeconds(),
            nbf = now.AddSeconds(auth.NotBeforeSeconds).ToUnixTimeSeconds(),
        });
        var content = $"{Base64Url(TokenHeader)}.{Base64Url(claims)}";
        return $"{content}.{Base64Url(HMACSHA256.HashData(Encoding.UTF8.GetBytes(ApiSecret), Encoding.ASCII.GetBytes(content)))}";
    }

    /// <summary>What claims of ours begin with, in whole groups of base64.</summary>
    string TokenIssuer()
    {
        var issuer = JsonSerializer.SerializeToUtf8Bytes(new { iss = ApiKey }).AsSpan()[..^1];
        return Base64Url(issuer[..(issuer.Length / 3 * 3)]);
    }

    static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
