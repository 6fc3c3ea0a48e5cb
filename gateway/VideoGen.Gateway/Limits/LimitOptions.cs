using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Limits;

/// <summary>
/// Limits of one gateway process. Section <c>Gateway:Limits</c>. What a credential may do a minute comes from its plan, not from here.
/// Several gateways each count for themselves; limits that cost money are kept by the services, exactly (see <see cref="LimitClient"/>).
/// </summary>
internal sealed class LimitOptions
{
    public const string Section = "Gateway:Limits";

    /// <summary>The largest body on routes that do not take files, in bytes. Default 256 KB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 256 * 1024;

    /// <summary>The largest body of a vendor's callback, in bytes. Default 1 MB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxCallbackBytes { get; set; } = 1024 * 1024;

    /// <summary>Sign-ups a minute and client address. Default 20.</summary>
    [Range(1, int.MaxValue)]
    public int SignUpsPerMinute { get; set; } = 20;

    /// <summary>Sign-ins a minute and client address. Default 30.</summary>
    [Range(1, int.MaxValue)]
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>Requests without a credential a minute and client address: public lists, signed links. Default 1200.</summary>
    [Range(1, int.MaxValue)]
    public int PublicReadsPerMinute { get; set; } = 1200;

    /// <summary>Vendors' callbacks a minute and address. Default 6000.</summary>
    [Range(1, int.MaxValue)]
    public int CallbacksPerMinute { get; set; } = 6000;

    /// <summary>
    /// Requests with bad credentials a minute and client address; beyond it they are refused with 429, and look-ups for this
    /// address wait their turn. Default 60.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int FailedCredentialsPerMinute { get; set; } = 60;

    /// <summary>Connections at once; beyond it new ones are closed. Default 10,000.</summary>
    [Range(1, int.MaxValue)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Connections of one client address at once; beyond it its new ones are closed. Trusted proxies are not counted: behind a
    /// proxy that is not among them, all clients share this number. Default 500.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxConnectionsPerAddress { get; set; } = 500;

    /// <summary>Open WebSockets at once, which do not count as connections; beyond it new ones are refused with 503. Default 20,000.</summary>
    [Range(1, int.MaxValue)]
    public int MaxSockets { get; set; } = 20_000;

    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) of load balancers whose <c>X-Forwarded-For</c> and <c>-Proto</c> are believed. Default none.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];
}

/// <summary>Section <c>Storage</c>, as Storage itself reads it.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Storage";

    /// <summary>Room for the multipart frame and the text fields beside a file.</summary>
    public const int FrameBytes = 512 * 1024;

    /// <summary>The largest file in bytes. Default 100 MB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 100L * 1024 * 1024;
}

internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var faults = options.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            .Select(proxy => $"{LimitOptions.Section}:{nameof(options.TrustedProxies)}: '{proxy}' must be an address or a network such as 10.0.0.0/8.")
            .ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
